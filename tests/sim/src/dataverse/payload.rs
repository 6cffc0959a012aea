//! The body of a write: values, and links to other rows ("Create a table row", "Associate and disassociate").

use serde_json::{Map, Value};

use super::address::{self, Key};
use super::errors::ApiError;
use super::rows::{Cell, Changes, Rows};
use super::schema::{self, Kind, Table};
use super::{records, value};

/// What a body wants to be written; annotations that say nothing are left out.
pub(super) fn changes(
    rows: &Rows,
    table: &'static Table,
    body: &Map<String, Value>,
) -> Result<Changes, ApiError> {
    let mut changes = Changes::new();
    for (name, value) in body {
        if let Some(nav) = name.strip_suffix("@odata.bind") {
            let (column, cell) = bound(rows, table, nav, value)?;
            changes.insert(column, cell);
        } else if !name.contains('@') {
            let (column, cell) = plain(table, name, value)?;
            changes.insert(column, cell);
        }
    }
    states(table, &mut changes);
    Ok(changes)
}

/// The body as an object.
pub(super) fn object(table: &Table, body: &[u8]) -> Result<Map<String, Value>, ApiError> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(ApiError::payload(table, "An unexpected node of type was found when reading the payload.")),
    }
}

fn plain(table: &'static Table, name: &str, value: &Value) -> Result<(&'static str, Option<Cell>), ApiError> {
    if name.starts_with('_') && name.ends_with("_value") {
        return Err(ApiError::request(
            "CRM do not support direct update of Entity Reference properties, Use Navigation properties instead.",
        ));
    }
    let column = table.column(name).ok_or_else(|| {
        let why = format!(
            "The property '{name}' does not exist on type 'Microsoft.Dynamics.CRM.{}'. Make sure to only use \
             property names that are defined by the type.",
            table.name
        );
        ApiError::payload(table, &why)
    })?;
    if !column.writable {
        // Read-only columns are ignored, as the organisation does.
        return Ok((column.name, None));
    }
    match value {
        Value::Null => Ok((column.name, None)),
        value => Ok((column.name, Some(Cell::Plain(value::accepted(table, column, value)?)))),
    }
}

fn bound(
    rows: &Rows,
    table: &'static Table,
    nav: &str,
    value: &Value,
) -> Result<(&'static str, Option<Cell>), ApiError> {
    let undeclared = || {
        let why = format!(
            "An undeclared property '{nav}' which only has property annotations in the payload but no property value \
             was found in the payload. In OData, only declared navigation properties and declared named streams can \
             be represented as properties without values."
        );
        ApiError::payload(table, &why)
    };
    let (column, target) =
        table.navigation(nav).filter(|(column, _)| column.writable).ok_or_else(undeclared)?;
    let Some(reference) = value.as_str() else {
        return match value {
            Value::Null => Ok((column.name, None)),
            _ => Err(ApiError::payload(table, "A value of an @odata.bind annotation is not a URI.")),
        };
    };
    let (kind, id) = referenced(rows, reference)?;
    let right = match target {
        Some(target) => target == kind.name,
        None => matches!(column.kind, Kind::Owner) && matches!(kind.name, "systemuser" | "team"),
    };
    if !right {
        let why = format!("A row of {} cannot be bound to '{nav}'.", kind.name);
        return Err(ApiError::payload(table, &why));
    }
    Ok((column.name, Some(Cell::Link { table: kind.name, id })))
}

/// The row that a reference means: `/accounts(…)`, `accounts(…)`, or a whole URL.
pub(super) fn referenced(rows: &Rows, reference: &str) -> Result<(&'static Table, String), ApiError> {
    let path = match reference.split_once(super::ROOT) {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => reference,
    };
    let segments = address::segments(path)?;
    let [segment] = segments.as_slice() else { return Err(ApiError::no_resource(reference)) };
    let table = schema::of_set(&segment.name).ok_or_else(|| ApiError::no_resource(&segment.name))?;
    match &segment.key {
        Key::Id(id) if rows.get(table.name, id).is_some() => Ok((table, id.clone())),
        Key::Id(id) => Err(ApiError::no_row(table, id)),
        Key::Named(pairs) => {
            let row = records::by_key(rows, table, pairs)?.ok_or_else(|| ApiError::no_key(table))?;
            Ok((table, row.id.clone()))
        }
        Key::None => Err(ApiError::no_resource(reference)),
    }
}

/// A state comes with its first reason, and a reason with its state.
fn states(table: &'static Table, changes: &mut Changes) {
    let Some(Kind::Status(options)) = table.column("statuscode").map(|column| column.kind) else { return };
    let number = |changes: &Changes, column| match changes.get(column) {
        Some(Some(Cell::Plain(value))) => value.as_i64(),
        _ => None,
    };
    let plain = |value: i32| Some(Cell::Plain(value.into()));
    match (number(changes, "statecode"), number(changes, "statuscode")) {
        (Some(state), None) => {
            if let Some((_, (reason, _))) = options.iter().find(|(of, _)| i64::from(*of) == state) {
                changes.insert("statuscode", plain(*reason));
            }
        }
        (None, Some(reason)) => {
            if let Some((state, _)) = options.iter().find(|(_, (value, _))| i64::from(*value) == reason) {
                changes.insert("statecode", plain(*state));
            }
        }
        _ => {}
    }
}
