//! Rows as JSON, with the annotations that were asked for ("Formatted values", "Lookup property data").

use serde_json::{Map, Value};

use super::errors::ApiError;
use super::filter::Thing;
use super::options::Prefer;
use super::rows::{Cell, Row, Rows};
use super::schema::{self, Column, Kind, Table};
use super::{expand, roles};
use crate::clock;

const FORMATTED: &str = "OData.Community.Display.V1.FormattedValue";
const LOGICAL: &str = "Microsoft.Dynamics.CRM.lookuplogicalname";
const NAVIGATION: &str = "Microsoft.Dynamics.CRM.associatednavigationproperty";

/// The columns of `$select`, or all.
pub(super) fn selected(
    table: &'static Table,
    select: Option<&[String]>,
) -> Result<Vec<&'static Column>, ApiError> {
    let Some(names) = select else {
        return Ok(table.all_columns().filter(|column| column.is_shown()).collect());
    };
    names
        .iter()
        .map(|name| table.property(name).ok_or_else(|| ApiError::no_property(name, table.name)))
        .collect()
}

/// A row with these columns and its id.
pub(super) fn shown(
    rows: &Rows,
    table: &'static Table,
    row: &Row,
    columns: &[&'static Column],
    prefer: &Prefer,
) -> Map<String, Value> {
    let mut body = Map::new();
    body.insert("@odata.etag".to_owned(), row.etag().into());
    for column in columns {
        property(rows, table, row, column, prefer, &mut body);
    }
    body.insert(table.id.to_owned(), row.id.clone().into());
    body
}

fn property(
    rows: &Rows,
    table: &'static Table,
    row: &Row,
    column: &Column,
    prefer: &Prefer,
    body: &mut Map<String, Value>,
) {
    let name = column.property();
    let mut annotate = |annotation: &str, value: Option<String>| {
        if let Some(value) = value.filter(|_| prefer.annotates(annotation)) {
            body.insert(format!("{name}@{annotation}"), value.into());
        }
    };
    annotate(FORMATTED, formatted(rows, row, column));
    if let Some(Cell::Link { table: kind, .. }) = row.cells.get(column.name) {
        let nav = column.targets(table).into_iter().find(|target| target.table == *kind);
        annotate(NAVIGATION, nav.map(|target| target.nav.into_owned()));
        annotate(LOGICAL, Some((*kind).to_owned()));
    }
    body.insert(name.into_owned(), value(row, column));
}

/// The value of a column, as the Web API writes it.
pub(super) fn value(row: &Row, column: &Column) -> Value {
    if column.name == "versionnumber" {
        return row.version.into();
    }
    match row.cells.get(column.name) {
        Some(Cell::Plain(value)) => value.clone(),
        Some(Cell::Link { id, .. }) => id.clone().into(),
        None if matches!(column.kind, Kind::Id) => row.id.clone().into(),
        None => Value::Null,
    }
}

/// What people read in a column; none where that is the value itself.
pub(super) fn formatted(rows: &Rows, row: &Row, column: &Column) -> Option<String> {
    if let Some(Cell::Link { table, id }) = row.cells.get(column.name) {
        return name_of(rows, table, id);
    }
    let value = value(row, column);
    match column.kind {
        Kind::Choice(_) | Kind::State(_) | Kind::Status(_) => {
            column.option(value.as_i64()?).map(str::to_owned)
        }
        Kind::Choices(_) => {
            let label = |number: &str| column.option(number.trim().parse().ok()?);
            let labels: Vec<_> = value.as_str()?.split(',').filter_map(label).collect();
            Some(labels.join("; "))
        }
        Kind::Bool([no, yes]) => value.as_bool().map(|on| if on { yes } else { no }.to_owned()),
        Kind::Date => value.as_str().and_then(clock::parse_ms).map(clock::american),
        Kind::Money => value.as_f64().map(|amount| format!("${amount:.2}")),
        Kind::Whole | Kind::Big | Kind::Decimal => (!value.is_null()).then(|| value.to_string()),
        Kind::EntityName => schema::named(value.as_str()?).map(|table| table.labels[0].to_owned()),
        _ => None,
    }
}

/// The primary name of a row.
pub(super) fn name_of(rows: &Rows, table: &str, id: &str) -> Option<String> {
    let title = schema::named(table)?.title;
    Some(rows.get(table, id)?.text(title).to_owned()).filter(|name| !name.is_empty())
}

/// A row as a filter sees it.
pub(super) struct Seen<'a> {
    pub(super) rows: &'a Rows,
    pub(super) table: &'static Table,
    pub(super) row: &'a Row,
}

impl Thing for Seen<'_> {
    fn value(&self, path: &[String]) -> Result<Value, ApiError> {
        let Some((first, rest)) = path.split_first() else { return Ok(Value::Null) };
        if rest.is_empty() {
            let column =
                self.table.property(first).ok_or_else(|| ApiError::no_property(first, self.table.name))?;
            return Ok(value(self.row, column));
        }
        let (column, _) =
            self.table.navigation(first).ok_or_else(|| ApiError::no_property(first, self.table.name))?;
        let Some((kind, id)) = self.row.link(column.name) else { return Ok(Value::Null) };
        match (schema::named(kind), self.rows.get(kind, id)) {
            (Some(table), Some(row)) => Seen { rows: self.rows, table, row }.value(rest),
            _ => Ok(Value::Null),
        }
    }

    fn many<'a>(&'a self, navigation: &str) -> Result<Vec<Box<dyn Thing + 'a>>, ApiError> {
        let (table, found) = expand::associated(self.rows, self.table, self.row, navigation)
            .ok_or_else(|| ApiError::no_property(navigation, self.table.name))?;
        let seen = |row| Box::new(Seen { rows: self.rows, table, row }) as Box<dyn Thing + 'a>;
        Ok(found.into_iter().map(seen).collect())
    }
}

/// Which rows a reader may see.
pub(super) fn visible<'a>(
    data: &'a super::Data,
    caller: &'a super::Caller,
    table: &'static Table,
) -> Result<impl Iterator<Item = &'a Row>, ApiError> {
    let depth = caller.may(data, roles::Verb::Read, table)?;
    Ok(data.rows.all(table.name).filter(move |row| caller.reaches(depth, table, row)))
}
