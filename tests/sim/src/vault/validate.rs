//! What a client may write.

use serde_json::{Map, Value};

use super::errors::Failure;
use super::incoming::Fields;
use super::schema::{Field, Naming, Object, Type};
use super::table::Data;
use crate::clock;

/// Checks the fields of a record and gives them back as they are kept. `id` is the record's that is changed; none for a
/// new one.
pub(super) fn fields(
    data: &Data,
    object: &'static Object,
    sent: Fields,
    id: Option<&str>,
) -> Result<Map<String, Value>, Failure> {
    let mut kept = Map::new();
    for (name, value) in sent {
        let field = object.field(&name).ok_or_else(|| {
            Failure::new("ATTRIBUTE_NOT_SUPPORTED", format!("The field [{name}] does not exist."))
        })?;
        if name == "id" {
            continue; // Which record it is was read before.
        }
        if !field.editable {
            let message = format!("The field [{name}] cannot be edited.");
            return Err(Failure::new("ATTRIBUTE_NOT_SUPPORTED", message));
        }
        let value = value_of(data, field, value)?;
        if (field.unique || is_name(object, field))
            && data.of(object).with(field, &value).is_some_and(|other| Some(other.id.as_str()) != id)
            && !value.is_null()
        {
            let message = format!("The value [{}] of the field [{name}] is not unique.", shown(&value));
            let kind = if field.unique { "INVALID_DATA" } else { "ITEM_NAME_EXISTS" };
            return Err(Failure::new(kind, message));
        }
        kept.insert(name, value);
    }
    let required = object.all_fields().filter(|field| field.required || is_name(object, field));
    let missing = |field: &&Field| match kept.get(field.name) {
        Some(value) => value.is_null(),
        None => id.is_none(),
    };
    match required.filter(missing).map(|field| field.name).collect::<Vec<_>>().as_slice() {
        [] => Ok(kept),
        missing => {
            let message = format!("Missing required parameters [{}].", missing.join(", "));
            Err(Failure::new("PARAMETER_REQUIRED", message))
        }
    }
}

fn is_name(object: &Object, field: &Field) -> bool {
    field.name == "name__v" && object.naming == Naming::Given
}

/// A value as it is kept. Texts stand for everything, as they do in CSV; an empty one is nothing.
fn value_of(data: &Data, field: &Field, value: Value) -> Result<Value, Failure> {
    let wrong = |why: &str| {
        Failure::data(format!("The value [{}] of the field [{}] {why}.", shown(&value), field.name))
    };
    if value.is_null() || value == "" {
        return Ok(Value::Null);
    }
    let text = || value.as_str().ok_or_else(|| wrong("is no text"));
    match field.of {
        Type::Id => Ok(Value::Null),
        Type::Text(most) | Type::LongText(most) => match text()?.chars().count() {
            length if length > most => Err(wrong(&format!("is longer than {most} characters"))),
            _ => Ok(value),
        },
        Type::Bool => match (&value, value.as_str()) {
            (Value::Bool(_), _) => Ok(value),
            (_, Some("true")) => Ok(true.into()),
            (_, Some("false")) => Ok(false.into()),
            _ => Err(wrong("is neither true nor false")),
        },
        Type::DateTime => {
            let ms = clock::parse_ms(text()?).ok_or_else(|| wrong("is no date and time in UTC"))?;
            Ok(clock::graph_resource(ms).into())
        }
        Type::Picklist(_, values) | Type::Picklists(_, values) => {
            let chosen: Vec<&str> = match &value {
                Value::Array(chosen) => chosen.iter().filter_map(Value::as_str).collect(),
                _ => text()?.split(',').map(str::trim).collect(),
            };
            let several = matches!(field.of, Type::Picklists(..));
            if chosen.iter().any(|one| !values.contains(one)) || (chosen.len() > 1 && !several) {
                return Err(wrong("is not in its picklist"));
            }
            Ok(if chosen.is_empty() { Value::Null } else { chosen.into() })
        }
        Type::Reference(object) => {
            let id = value.as_str().map(str::to_owned).or_else(|| value.as_u64().map(|id| id.to_string()));
            let id = id.ok_or_else(|| wrong("is no id"))?;
            match data.of(Object::named(object)?).get(&id) {
                Some(row) => Ok(row.id.clone().into()),
                None => Err(wrong(&format!("is no record of [{object}]"))),
            }
        }
    }
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), |text| text.chars().take(100).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::objects::{CASE, SETTINGS};
    use serde_json::json;

    fn read(object: &'static Object, sent: Value) -> Result<Value, String> {
        let Value::Object(sent) = sent else { panic!() };
        fields(&Data::default(), object, sent, None)
            .map(Value::Object)
            .map_err(|failure| failure.kind.into_owned())
    }

    #[test]
    fn values_are_checked_and_kept_in_one_form() {
        let kept =
            read(&CASE, json!({"title__v": "x", "priority__v": "high__v", "case_status__v": ["open__v"]}));
        assert_eq!(
            kept,
            Ok(json!({"title__v": "x", "priority__v": ["high__v"], "case_status__v": ["open__v"]}))
        );
        for (sent, kind) in [
            (json!({}), "PARAMETER_REQUIRED"),
            (json!({"title__v": ""}), "PARAMETER_REQUIRED"),
            (json!({"title__v": 5}), "INVALID_DATA"),
            (json!({"title__v": "x".repeat(256)}), "INVALID_DATA"),
            (json!({"title__v": "x", "nonsense__v": 1}), "ATTRIBUTE_NOT_SUPPORTED"),
            (json!({"title__v": "x", "created_date__v": "2026-01-01T00:00:00Z"}), "ATTRIBUTE_NOT_SUPPORTED"),
            (json!({"title__v": "x", "priority__v": "urgent__v"}), "INVALID_DATA"),
            (json!({"title__v": "x", "priority__v": ["low__v", "high__v"]}), "INVALID_DATA"),
            (json!({"title__v": "x", "owner__v": "12999"}), "INVALID_DATA"),
        ] {
            assert_eq!(read(&CASE, sent.clone()), Err(kind.to_owned()), "{sent}");
        }
    }

    #[test]
    fn given_names_are_required_and_unique() {
        let setting = json!({"microsoft_integration__v": "none__v"});
        assert_eq!(read(&SETTINGS, setting), Err("PARAMETER_REQUIRED".to_owned()));
        let mut data = Data::default();
        let row = json!({"name__v": "Default", "microsoft_integration__v": "none__v"});
        let row = row.as_object().unwrap();
        data.of_mut(&SETTINGS).insert(row.clone(), "12101", 0);
        assert_eq!(fields(&data, &SETTINGS, row.clone(), None).unwrap_err().kind, "ITEM_NAME_EXISTS");
    }
}
