//! Whether a filter holds.

use std::cmp::Ordering;

use serde_json::Value;

use super::super::errors::ApiError;
use super::parse::{Expression, Operator};
use crate::clock;

/// Something with properties.
pub(in super::super) trait Thing {
    /// The value at a path of properties.
    fn value(&self, path: &[String]) -> Result<Value, ApiError>;

    /// What a navigation property leads to.
    fn many<'a>(&'a self, navigation: &str) -> Result<Vec<Box<dyn Thing + 'a>>, ApiError>;
}

/// Whether the condition holds for the thing.
pub(in super::super) fn holds(condition: &Expression, thing: &dyn Thing) -> Result<bool, ApiError> {
    Ok(match condition {
        Expression::All(parts) => {
            for part in parts {
                if !holds(part, thing)? {
                    return Ok(false);
                }
            }
            true
        }
        Expression::Any(parts) => {
            for part in parts {
                if holds(part, thing)? {
                    return Ok(true);
                }
            }
            false
        }
        Expression::Not(inside) => !holds(inside, thing)?,
        Expression::Compare(path, operator, wanted) => matches(&thing.value(path)?, *operator, wanted),
        Expression::OneOf(path, wanted) => {
            let value = thing.value(path)?;
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case(&text))
        }
        Expression::Some(navigation, inside) => {
            for one in thing.many(navigation)? {
                let right = match inside {
                    Some(inside) => holds(inside, &*one)?,
                    None => true,
                };
                if right {
                    return Ok(true);
                }
            }
            false
        }
    })
}

fn matches(value: &Value, operator: Operator, wanted: &Value) -> bool {
    let ordered = |right: fn(Ordering) -> bool| {
        !value.is_null() && !wanted.is_null() && compare(value, wanted).is_some_and(right)
    };
    let within = |right: fn(&str, &str) -> bool| match (value.as_str(), wanted.as_str()) {
        (Some(value), Some(wanted)) => right(&value.to_lowercase(), &wanted.to_lowercase()),
        _ => false,
    };
    match operator {
        Operator::Equal => compare(value, wanted) == Some(Ordering::Equal),
        Operator::NotEqual => compare(value, wanted) != Some(Ordering::Equal),
        Operator::Greater => ordered(Ordering::is_gt),
        Operator::GreaterOrEqual => ordered(Ordering::is_ge),
        Operator::Less => ordered(Ordering::is_lt),
        Operator::LessOrEqual => ordered(Ordering::is_le),
        Operator::Contains => within(|value, wanted| value.contains(wanted)),
        Operator::StartsWith => within(|value, wanted| value.starts_with(wanted)),
        Operator::EndsWith => within(|value, wanted| value.ends_with(wanted)),
    }
}

/// How two values compare, where they do: texts without case, times by the time that they mean, null before everything.
pub(in super::super) fn compare(one: &Value, other: &Value) -> Option<Ordering> {
    match (one, other) {
        (Value::Null, Value::Null) => Some(Ordering::Equal),
        (Value::Null, _) => Some(Ordering::Less),
        (_, Value::Null) => Some(Ordering::Greater),
        (Value::Bool(one), Value::Bool(other)) => Some(one.cmp(other)),
        (Value::Number(one), Value::Number(other)) => one.as_f64()?.partial_cmp(&other.as_f64()?),
        (Value::String(one), Value::String(other)) => {
            Some(match (clock::parse_ms(one), clock::parse_ms(other)) {
                (Some(one), Some(other)) => one.cmp(&other),
                _ => one.to_lowercase().cmp(&other.to_lowercase()),
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::parse;
    use super::*;

    struct Plain(Value);

    impl Thing for Plain {
        fn value(&self, path: &[String]) -> Result<Value, ApiError> {
            Ok(self.0.pointer(&format!("/{}", path.join("/"))).cloned().unwrap_or_default())
        }

        fn many<'a>(&'a self, navigation: &str) -> Result<Vec<Box<dyn Thing + 'a>>, ApiError> {
            let all = self.0[navigation].as_array().cloned().unwrap_or_default();
            Ok(all.into_iter().map(|one| Box::new(Plain(one)) as Box<dyn Thing>).collect())
        }
    }

    #[test]
    fn conditions_hold_or_not() {
        let thing = Plain(json!({
            "a": 3, "b": "Contoso", "c": null, "d": "2026-11-22T07:00:00Z", "n": {"m": true},
            "teams": [{"name": "x"}, {"name": "y"}],
        }));
        for (text, wanted) in [
            ("a eq 3 and b eq 'contoso'", true),
            ("a gt 2.5 and a le 3", true),
            ("a lt 3 or n/m eq true", true),
            ("not startswith(b,'con')", false),
            ("contains(b,'TOS') and endswith(b,'so')", true),
            ("c eq null and c ne 1", true),
            ("c gt 1 or c lt 1", false),
            ("d gt 2026-11-22T06:59:59.5Z", true),
            ("d eq 2026-11-22T07:00:00.000Z", true),
            ("a eq '3'", false),
            ("Microsoft.Dynamics.CRM.In(PropertyName='a',PropertyValues=['2','3'])", true),
            ("teams/any(t:t/name eq 'y')", true),
            ("teams/any(t:t/name eq 'z')", false),
            ("teams/any() and none/any()", false),
        ] {
            assert_eq!(holds(&parse(text).unwrap(), &thing), Ok(wanted), "{text}");
        }
    }
}
