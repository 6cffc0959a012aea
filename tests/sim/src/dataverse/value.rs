//! Values in a body: what a column takes, and what it does not ("Column data types", "Edm types").

use serde_json::Value;

use super::errors::ApiError;
use super::rows::is_guid;
use super::schema::{Column, Kind, Table};
use crate::clock;

/// The value as the column keeps it.
pub(super) fn accepted(table: &Table, column: &Column, value: &Value) -> Result<Value, ApiError> {
    let wrong = |wanted: &str| {
        let why = format!("Cannot convert the literal '{}' to the expected type '{wanted}'.", plain(value));
        ApiError::payload(table, &why)
    };
    let text = |longest: usize| {
        let text = value.as_str().ok_or_else(|| wrong("Edm.String"))?;
        match text.chars().count() > longest {
            true => Err(ApiError::too_long(table, column.name, longest)),
            false => Ok(value.clone()),
        }
    };
    match column.kind {
        Kind::Text(longest) | Kind::Memo(longest) => text(longest),
        Kind::EntityName => text(64),
        Kind::Hidden => text(usize::MAX),
        Kind::Id | Kind::Guid => match value.as_str().filter(|id| is_guid(id)) {
            Some(id) => Ok(id.to_ascii_lowercase().into()),
            None => Err(wrong("Edm.Guid")),
        },
        Kind::Whole => match value.as_i64().filter(|number| i32::try_from(*number).is_ok()) {
            Some(_) => Ok(value.clone()),
            None => Err(wrong("Edm.Int32")),
        },
        Kind::Big => value.as_i64().map(Value::from).ok_or_else(|| wrong("Edm.Int64")),
        Kind::Decimal | Kind::Money => value.as_f64().map(Value::from).ok_or_else(|| wrong("Edm.Decimal")),
        Kind::Bool(_) => value.as_bool().map(Value::from).ok_or_else(|| wrong("Edm.Boolean")),
        Kind::Date => match value.as_str().and_then(clock::parse_ms) {
            Some(ms) => Ok(clock::dataverse(ms).into()),
            None => Err(wrong("Edm.DateTimeOffset")),
        },
        Kind::Choice(_) | Kind::State(_) | Kind::Status(_) => {
            let number = value.as_i64().ok_or_else(|| wrong("Edm.Int32"))?;
            option(table, column, number).map(Value::from)
        }
        Kind::Choices(_) => {
            let numbers = value.as_str().ok_or_else(|| wrong("Edm.String"))?.split(',').map(str::trim);
            for number in numbers {
                option(table, column, number.parse().map_err(|_| wrong("Edm.String"))?)?;
            }
            Ok(value.clone())
        }
        Kind::Image => text(usize::MAX),
        Kind::Lookup(_) | Kind::Customer | Kind::Owner | Kind::Regarding | Kind::Parties | Kind::File => {
            let why = format!(
                "The property '{}' does not exist on type 'Microsoft.Dynamics.CRM.{}'. Make sure to only use \
                 property names that are defined by the type.",
                column.name, table.name
            );
            Err(ApiError::payload(table, &why))
        }
    }
}

fn option(table: &Table, column: &Column, number: i64) -> Result<i64, ApiError> {
    if column.option(number).is_some() {
        return Ok(number);
    }
    let accepted: Vec<_> = column.options().iter().map(|(value, _)| value.to_string()).collect();
    Err(ApiError::no_option(table, column.name, number, &accepted.join(",")))
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::schema;
    use super::*;

    fn taken(table: &str, column: &str, value: Value) -> Result<Value, &'static str> {
        let table = schema::named(table).unwrap();
        accepted(table, table.column(column).unwrap(), &value).map_err(|error| error.code)
    }

    #[test]
    fn values_are_checked_by_the_type_of_their_column() {
        assert_eq!(taken("incident", "title", json!("x")), Ok(json!("x")));
        assert_eq!(taken("incident", "title", json!(1)), Err("0x80048d19"));
        assert_eq!(taken("incident", "title", json!("x".repeat(201))), Err("0x80044331"));
        assert_eq!(taken("incident", "prioritycode", json!(9)), Err("0x8004431a"));
        assert_eq!(taken("incident", "statuscode", json!(1000)), Ok(json!(1000)));
        assert_eq!(taken("incident", "customerid", json!("x")), Err("0x80048d19"));
        assert_eq!(taken("incident", "isescalated", json!("true")), Err("0x80048d19"));
        assert_eq!(taken("account", "numberofemployees", json!(3_000_000_000_i64)), Err("0x80048d19"));
        assert_eq!(taken("account", "new_regions", json!("1,3")), Ok(json!("1,3")));
        assert_eq!(taken("account", "new_regions", json!("1,9")), Err("0x8004431a"));
        assert_eq!(
            taken("incident", "followupby", json!("2026-11-22T07:00:00.5+01:00")),
            Ok(json!("2026-11-22T06:00:00Z"))
        );
    }
}
