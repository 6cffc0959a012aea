//! What a client may write ("Data Types", "Core Data Types Used in API Calls").

use serde_json::{Map, Value};

use super::Org;
use super::errors::ApiError;
use super::id;
use super::schema::{Field, Kind, Type};
use crate::clock;

/// Whether a record is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Create,
    Update,
}

/// Checks a body and gives back its fields under their proper names.
pub(super) fn incoming(
    org: &Org,
    kind: Kind,
    body: &[u8],
    purpose: Purpose,
) -> Result<Map<String, Value>, ApiError> {
    let mut fields = parse(kind, body)?;
    for (name, value) in &fields {
        // `parse` lets only known fields through.
        let Some(field) = kind.object().field(name) else { continue };
        let writable = match purpose {
            Purpose::Create => field.createable,
            Purpose::Update => field.updateable,
        };
        if !writable {
            return Err(ApiError::record(
                "INVALID_FIELD_FOR_INSERT_UPDATE",
                format!(
                    "Unable to create/update fields: {name}. Please check the security settings of \
                     this field and verify that it is read/write for your profile or permission set."
                ),
                &[name],
            ));
        }
        if !value.is_null() {
            check(org, field, value)?;
        }
    }
    require(kind, &fields, purpose)?;
    if purpose == Purpose::Create {
        fields.retain(|_, value| !value.is_null());
    }
    Ok(fields)
}

fn parse(kind: Kind, body: &[u8]) -> Result<Map<String, Value>, ApiError> {
    let raw: Map<String, Value> = serde_json::from_slice(body).map_err(ApiError::json)?;
    let object = kind.object();
    let misnamed = raw
        .keys()
        .any(|name| name == "attributes" || object.field(name).is_none_or(|field| field.name != name));
    if !misnamed {
        return Ok(raw);
    }
    let mut fields = Map::new();
    for (name, value) in raw {
        if name == "attributes" {
            continue;
        }
        let field = object.field(&name).ok_or_else(|| {
            ApiError::bad_request(
                "INVALID_FIELD",
                format!("No such column '{name}' on sobject of type {}", object.name),
            )
        })?;
        fields.insert(field.name.to_owned(), value);
    }
    Ok(fields)
}

fn require(kind: Kind, fields: &Map<String, Value>, purpose: Purpose) -> Result<(), ApiError> {
    let missing: Vec<&str> = kind
        .object()
        .fields
        .iter()
        .filter(|field| field.required)
        .filter(|field| match fields.get(field.name) {
            None => purpose == Purpose::Create,
            Some(Value::String(text)) => text.is_empty(),
            Some(value) => value.is_null(),
        })
        .map(|field| field.name)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let message = format!("Required fields are missing: [{}]", missing.join(", "));
    Err(ApiError::record("REQUIRED_FIELD_MISSING", message, &missing))
}

fn check(org: &Org, field: &Field, value: &Value) -> Result<(), ApiError> {
    let wrong_type = |wanted: &str| {
        ApiError::json(format!(
            "Cannot deserialize instance of {wanted} from {} value {value} or request may be \
             missing a required field at [line:1, column:2]",
            match value {
                Value::String(_) => "VALUE_STRING",
                Value::Bool(_) => "VALUE_TRUE",
                Value::Number(_) => "VALUE_NUMBER_INT",
                Value::Array(_) => "START_ARRAY",
                Value::Object(_) | Value::Null => "START_OBJECT",
            }
        ))
    };
    let text = || value.as_str().ok_or_else(|| wrong_type("string"));
    match field.of {
        Type::Bool => value.as_bool().map(drop).ok_or_else(|| wrong_type("boolean"))?,
        Type::Int => value.as_i64().map(drop).ok_or_else(|| wrong_type("int"))?,
        Type::Decimal => value.as_f64().map(drop).ok_or_else(|| wrong_type("currency"))?,
        Type::Date => {
            let date = text()?.get(..10).and_then(|date| date.parse::<jiff::civil::Date>().ok());
            date.map(drop).ok_or_else(|| wrong_type("date"))?;
        }
        Type::DateTime => {
            clock::parse_ms(text()?).map(drop).ok_or_else(|| wrong_type("datetime"))?;
        }
        Type::Reference(types) => reference(org, field, types, text()?)?,
        Type::Restricted(values) => {
            if !values.contains(&text()?) {
                return Err(ApiError::record(
                    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
                    format!("{}: bad value for restricted picklist field: {}", field.label, text()?),
                    &[field.name],
                ));
            }
        }
        Type::Email if !text()?.contains('@') => {
            return Err(ApiError::record(
                "INVALID_EMAIL_ADDRESS",
                format!("{}: invalid email address: {}", field.label, text()?),
                &[field.name],
            ));
        }
        _ => long_enough(field, text()?)?,
    }
    Ok(())
}

fn long_enough(field: &Field, text: &str) -> Result<(), ApiError> {
    let Some(most) = field.length() else { return Ok(()) };
    // Bytes are never fewer than characters, and quicker to count.
    if text.len() <= most || text.chars().count() <= most {
        return Ok(());
    }
    Err(ApiError::record(
        "STRING_TOO_LONG",
        format!("{}: data value too large: {text} (max length={most})", field.label),
        &[field.name],
    ))
}

/// An id must be one, of a type that the field refers to, and of a record that is there.
fn reference(org: &Org, field: &Field, types: &[&str], text: &str) -> Result<(), ApiError> {
    let kinds = || Kind::ALL.into_iter().filter(|kind| types.contains(&kind.object().name));
    let prefixes = || types.iter().filter_map(|name| prefix_of(name));
    if !id::is_well_formed(text) || !prefixes().any(|prefix| text.starts_with(prefix)) {
        return Err(ApiError::record(
            "MALFORMED_ID",
            format!("{} ID: id value of incorrect type: {text}", field.label),
            &[field.name],
        ));
    }
    if !kinds().any(|kind| org.table(kind).has(text)) {
        let message = "invalid cross reference id".to_owned();
        return Err(ApiError::record("INVALID_CROSS_REFERENCE_KEY", message, &[]));
    }
    Ok(())
}

/// The first letters of the ids of a type, also of those that are not simulated.
fn prefix_of(name: &str) -> Option<&'static str> {
    match name {
        "Contact" => Some("003"),
        _ => Kind::named(name).ok().map(|kind| kind.object().prefix),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(kind: Kind, body: &str, purpose: Purpose) -> ApiError {
        incoming(&Org::new(10, usize::MAX), kind, body.as_bytes(), purpose).unwrap_err()
    }

    fn task(body: &str) -> ApiError {
        refusal(Kind::Task, body, Purpose::Create)
    }

    #[test]
    fn unknown_and_read_only_fields_are_refused() {
        assert_eq!(task(r#"{"Sujet":"x"}"#).message, "No such column 'Sujet' on sobject of type Task");
        assert_eq!(task(r#"{"CreatedDate":"2026-01-01T00:00:00Z"}"#).code, "INVALID_FIELD_FOR_INSERT_UPDATE");
        assert_eq!(task("[1]").code, "JSON_PARSER_ERROR");
    }

    #[test]
    fn ids_are_checked_for_shape_type_and_existence() {
        let error = task(r#"{"WhatId":"006XX"}"#);
        assert_eq!(error.code, "MALFORMED_ID");
        assert_eq!(error.message, "Related To ID: id value of incorrect type: 006XX");
        assert_eq!(error.fields, Some(vec!["WhatId".to_owned()]));
        let user = id::make("005", 1);
        assert_eq!(task(&format!(r#"{{"WhatId":"{user}"}}"#)).code, "MALFORMED_ID");
        let nobody = id::make("006", 77);
        assert_eq!(task(&format!(r#"{{"WhatId":"{nobody}"}}"#)).code, "INVALID_CROSS_REFERENCE_KEY");
    }

    #[test]
    fn lengths_are_counted_in_characters() {
        let error = task(&format!(r#"{{"Subject":"{}"}}"#, "x".repeat(256)));
        assert_eq!(error.code, "STRING_TOO_LONG");
        assert!(error.message.ends_with("(max length=255)"), "{}", error.message);
        let umlauts = format!(r#"{{"Subject":"{}"}}"#, "ü".repeat(255));
        let org = Org::new(10, usize::MAX);
        assert!(incoming(&org, Kind::Task, umlauts.as_bytes(), Purpose::Create).is_ok());
    }

    #[test]
    fn required_fields_are_named() {
        let error = refusal(Kind::Opportunity, r#"{"Name":"x"}"#, Purpose::Create);
        assert_eq!(error.code, "REQUIRED_FIELD_MISSING");
        assert_eq!(error.message, "Required fields are missing: [StageName, CloseDate]");
        let error = refusal(Kind::Opportunity, r#"{"Name":null}"#, Purpose::Update);
        assert_eq!(error.message, "Required fields are missing: [Name]");
    }

    #[test]
    fn names_know_no_case() {
        let org = Org::new(10, usize::MAX);
        let fields = incoming(&org, Kind::Task, br#"{"subject":"x"}"#, Purpose::Create).unwrap();
        assert_eq!(fields["Subject"], "x");
    }

    #[test]
    fn types_are_checked() {
        assert_eq!(task(r#"{"ActivityDate":"tomorrow"}"#).code, "JSON_PARSER_ERROR");
        assert_eq!(task(r#"{"Subject":5}"#).code, "JSON_PARSER_ERROR");
        assert_eq!(task(r#"{"TaskSubtype":"Chat"}"#).code, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST");
    }
}
