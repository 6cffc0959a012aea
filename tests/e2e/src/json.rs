//! Values with `${…}` in them, and values that are compared.

use serde_json::Value;

/// Replaces each `${a.b.0}` in the strings of a value by what stands there in the scope. A string that is
/// nothing but one reference becomes the value itself, with its type.
pub(crate) fn filled(value: &Value, scope: &Value) -> Result<Value, String> {
    Ok(match value {
        Value::String(text) => match whole_reference(text) {
            Some(path) => found(scope, path)?.clone(),
            None => Value::String(text_filled(text, scope)?),
        },
        Value::Array(items) => {
            Value::Array(items.iter().map(|v| filled(v, scope)).collect::<Result<_, _>>()?)
        }
        Value::Object(fields) => {
            let field =
                |(name, value): (&String, &Value)| Ok((text_filled(name, scope)?, filled(value, scope)?));
            Value::Object(fields.iter().map(field).collect::<Result<_, String>>()?)
        }
        other => other.clone(),
    })
}

/// The same for plain text, such as a tenant's file.
pub(crate) fn text_filled(text: &str, scope: &Value) -> Result<String, String> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let (path, tail) = after.split_once('}').ok_or("`${` without `}`")?;
        filled.push_str(before);
        match found(scope, path)? {
            Value::String(text) => filled.push_str(text),
            other => filled.push_str(&other.to_string()),
        }
        rest = tail;
    }
    filled.push_str(rest);
    Ok(filled)
}

fn whole_reference(text: &str) -> Option<&str> {
    text.strip_prefix("${")?.strip_suffix('}').filter(|path| !path.contains("${"))
}

fn found<'a>(scope: &'a Value, path: &str) -> Result<&'a Value, String> {
    let mut at = scope;
    for part in path.split('.') {
        at = match at {
            Value::Array(items) => part.parse::<usize>().ok().and_then(|i| items.get(i)),
            other => other.get(part),
        }
        .ok_or_else(|| format!("nothing stands at `{path}`"))?;
    }
    Ok(at)
}

/// Whether a value is what a case expects: objects field by field, arrays item by item, `{ contains = "…" }`
/// by text, `{ not = … }` by anything else. Fields that are not mentioned do not matter.
pub(crate) fn matches(actual: &Value, expected: &Value) -> bool {
    match expected {
        Value::Object(fields) if fields.len() == 1 && fields.contains_key("not") => {
            !matches(actual, &fields["not"])
        }
        Value::Object(fields) => match fields.get("contains") {
            Some(Value::String(part)) if fields.len() == 1 => match actual {
                Value::String(text) => text.contains(part),
                other => other.to_string().contains(part),
            },
            _ => fields.iter().all(|(name, value)| matches(actual.get(name).unwrap_or(&Value::Null), value)),
        },
        Value::Array(items) => actual.as_array().is_some_and(|actual| {
            actual.len() == items.len() && actual.iter().zip(items).all(|(a, e)| matches(a, e))
        }),
        other => actual == other,
    }
}
