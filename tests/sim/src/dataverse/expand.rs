//! `$expand`, and the rows at the other end of many-to-many relationships ("Join tables", "Retrieve related rows").

use serde_json::{Map, Value};

use super::address;
use super::errors::ApiError;
use super::options::{Prefer, listed};
use super::rows::{Row, Rows};
use super::schema::{self, Column, Table};
use super::shown;

/// A many-to-many relationship.
#[derive(Debug)]
pub(super) struct Association {
    /// The navigation property, at both ends.
    pub(super) nav: &'static str,
    /// The table between.
    pub(super) between: &'static str,
    pub(super) ends: [End; 2],
}

/// A table, and its column in the table between.
#[derive(Debug, Clone, Copy)]
pub(super) struct End {
    pub(super) table: &'static str,
    pub(super) column: &'static str,
}

const USER: End = End { table: "systemuser", column: "systemuserid" };
const TEAM: End = End { table: "team", column: "teamid" };
const ROLE: End = End { table: "role", column: "roleid" };

pub(super) const ASSOCIATIONS: [Association; 3] = [
    Association { nav: "teammembership_association", between: "teammembership", ends: [TEAM, USER] },
    Association { nav: "systemuserroles_association", between: "systemuserroles", ends: [USER, ROLE] },
    Association { nav: "teamroles_association", between: "teamroles", ends: [TEAM, ROLE] },
];

/// One navigation property that is to be expanded.
#[derive(Debug)]
pub(super) struct Expansion {
    nav: String,
    to: To,
    columns: Select,
    further: Vec<Expansion>,
}

#[derive(Debug)]
enum To {
    One(&'static Column),
    Many,
}

#[derive(Debug)]
struct Select(Option<Vec<String>>);

/// Reads `$expand` and checks it against the table.
pub(super) fn read(table: &'static Table, text: &str) -> Result<Vec<Expansion>, ApiError> {
    address::split(text, ',').into_iter().map(|part| one(table, part.trim())).collect()
}

fn one(table: &'static Table, part: &str) -> Result<Expansion, ApiError> {
    let (nav, inside) = match part.split_once('(') {
        Some((nav, rest)) => {
            let unclosed = || ApiError::request(format!("Syntax error in $expand: '{part}'."));
            (nav, rest.strip_suffix(')').ok_or_else(unclosed)?)
        }
        None => (part, ""),
    };
    let unknown = || ApiError::no_property(nav, table.name);
    let (to, kind) = match table.navigation(nav) {
        Some((column, Some(kind))) => (To::One(column), kind),
        Some((column, None)) => (To::One(column), "systemuser"),
        None => (To::Many, association(table, nav).ok_or_else(unknown)?.2.table),
    };
    let mut expansion = Expansion { nav: nav.to_owned(), to, columns: Select(None), further: Vec::new() };
    for option in address::split(inside, ';').into_iter().filter(|option| !option.trim().is_empty()) {
        match option.trim().split_once('=') {
            Some(("$select", names)) => expansion.columns = Select(Some(listed(names))),
            Some(("$expand", further)) => {
                expansion.further = read(schema::named(kind).ok_or_else(unknown)?, further)?;
            }
            _ => {
                let message = format!("The query option '{option}' is not supported in $expand.");
                return Err(ApiError::not_supported("0x80060888", message));
            }
        }
    }
    Ok(expansion)
}

/// Adds what a row leads to.
pub(super) fn apply(
    rows: &Rows,
    table: &'static Table,
    row: &Row,
    expansions: &[Expansion],
    prefer: &Prefer,
    body: &mut Map<String, Value>,
) -> Result<(), ApiError> {
    for expansion in expansions {
        let found = match expansion.to {
            To::One(column) => match row.link(column.name) {
                // Of a polymorphic look-up only the one that is there is expanded.
                Some((kind, id)) if leads(table, column, &expansion.nav, kind) => {
                    let row = rows.get(kind, id);
                    match (schema::named(kind), row) {
                        (Some(kind), Some(row)) => whole(rows, kind, row, expansion, prefer)?,
                        _ => Value::Null,
                    }
                }
                _ => Value::Null,
            },
            To::Many => {
                let (kind, found) = associated(rows, table, row, &expansion.nav)
                    .ok_or_else(|| ApiError::no_property(&expansion.nav, table.name))?;
                let whole = found.into_iter().map(|row| whole(rows, kind, row, expansion, prefer));
                Value::Array(whole.collect::<Result<_, _>>()?)
            }
        };
        body.insert(expansion.nav.clone(), found);
    }
    Ok(())
}

fn leads(table: &Table, column: &Column, nav: &str, kind: &str) -> bool {
    let known = table.navigation(nav).and_then(|(_, target)| target);
    column.is_lookup() && known.is_none_or(|target| target == kind)
}

fn whole(
    rows: &Rows,
    table: &'static Table,
    row: &Row,
    expansion: &Expansion,
    prefer: &Prefer,
) -> Result<Value, ApiError> {
    let columns = shown::selected(table, expansion.columns.0.as_deref())?;
    let mut body = shown::shown(rows, table, row, &columns, prefer);
    apply(rows, table, row, &expansion.further, prefer, &mut body)?;
    Ok(Value::Object(body))
}

/// The relationship behind a navigation property of a table: the table between, this end and the other.
fn association(table: &Table, nav: &str) -> Option<(&'static str, End, End)> {
    let Association { between, ends: [one, other], .. } =
        ASSOCIATIONS.iter().find(|known| known.nav == nav)?;
    if table.name == one.table {
        return Some((between, *one, *other));
    }
    (table.name == other.table).then_some((between, *other, *one))
}

/// The rows at the other end of a many-to-many relationship.
pub(super) fn associated<'a>(
    rows: &'a Rows,
    table: &Table,
    row: &Row,
    nav: &str,
) -> Option<(&'static Table, Vec<&'a Row>)> {
    let (between, own, other) = association(table, nav)?;
    let links = rows.all(between).filter(|link| link.text(own.column) == row.id);
    let found = links.filter_map(|link| rows.get(other.table, link.text(other.column))).collect();
    Some((schema::named(other.table)?, found))
}
