//! What happens on a write beside it: who and when, defaults, names that follow from others, what is deleted with a row,
//! and that webhooks hear of it.

use serde_json::Value;

use super::access::Caller;
use super::errors::ApiError;
use super::hooks::{self, Happened, Message};
use super::rows::{Cell, Cells, Changes, Row};
use super::schema::{self, Kind, Ownership, Table};
use super::{Data, Environment};
use crate::{clock, ids};

/// Who writes, and how many writes led to this one.
#[derive(Clone, Debug)]
pub(super) struct Writer {
    pub(super) user: String,
    pub(super) delegate: Option<String>,
    pub(super) depth: u32,
}

impl Writer {
    /// A client of the Web API.
    pub(super) fn of(caller: &Caller) -> Self {
        Self { user: caller.user.clone(), delegate: caller.delegate.clone(), depth: 1 }
    }
}

/// Adds a row; the answer is its id.
pub(super) fn create(
    environment: &Environment,
    data: &mut Data,
    writer: &Writer,
    table: &'static Table,
    id: Option<String>,
    mut changes: Changes,
) -> Result<String, ApiError> {
    let chosen = match changes.remove(table.id) {
        Some(Some(Cell::Plain(Value::String(id)))) => Some(id),
        _ => id,
    };
    let id = chosen.unwrap_or_else(ids::fresh_guid);
    if data.rows.get(table.name, &id).is_some() {
        return Err(ApiError::duplicate());
    }
    let mut cells: Cells = changes.into_iter().filter_map(|(name, cell)| Some((name, cell?))).collect();
    defaults(environment, data, writer, table, &mut cells);
    follow(table, &mut cells);
    unique(data, table, &id, &cells)?;
    hooks::check(table, &cells)?;
    let changed = cells.keys().copied().collect();
    let row = data.rows.insert(table, id.clone(), cells).clone();
    let happened =
        Happened { message: Message::Create, table, changed, before: None, after: Some(row), writer };
    hooks::tell(environment, data, &happened);
    Ok(id)
}

/// Changes a row that is there.
pub(super) fn update(
    environment: &Environment,
    data: &mut Data,
    writer: &Writer,
    table: &'static Table,
    id: &str,
    mut changes: Changes,
) -> Result<(), ApiError> {
    let gone = || ApiError::no_row(table, id);
    let before = data.rows.get(table.name, id).ok_or_else(gone)?.clone();
    changes.remove(table.id);
    changes.retain(|name, _| table.column(name).is_some_and(|column| column.writable));
    // Whoever sets a value to what it was is told of, too: what counts is that it was in the request.
    let changed: Vec<&'static str> = changes.keys().copied().collect();
    let mut cells = before.cells.clone();
    for (name, cell) in &changes {
        match cell {
            Some(cell) => cells.insert(name, cell.clone()),
            None => cells.remove(name),
        };
    }
    follow(table, &mut cells);
    owners(environment, table, &mut cells);
    unique(data, table, id, &cells)?;
    stamp("modified", writer, &mut cells);
    let after = data.rows.replace(table, id, cells).ok_or_else(gone)?.clone();
    let assigned = changed.contains(&"ownerid");
    let messages = [Message::Update, Message::Assign];
    for message in messages.into_iter().filter(|message| assigned || *message == Message::Update) {
        let changed = changed.clone();
        let (before, after) = (Some(before.clone()), Some(after.clone()));
        hooks::tell(environment, data, &Happened { message, table, changed, before, after, writer });
    }
    Ok(())
}

/// Deletes a row, and with it what is about it.
pub(super) fn delete(
    environment: &Environment,
    data: &mut Data,
    writer: &Writer,
    table: &'static Table,
    id: &str,
) -> Result<(), ApiError> {
    let row = data.rows.delete(table, id).ok_or_else(|| ApiError::no_row(table, id))?;
    for (other, column) in lookups_of(table) {
        let linked = |row: &&Row| row.link(column) == Some((table.name, id));
        let found: Vec<String> = data.rows.all(other.name).filter(linked).map(|row| row.id.clone()).collect();
        for one in found {
            if matches!(column, "regardingobjectid" | "objectid") {
                delete(environment, data, writer, other, &one)?;
            } else {
                data.rows.update(other, &one, Changes::from([(column, None)]));
            }
        }
    }
    let happened = Happened {
        message: Message::Delete,
        table,
        changed: Vec::new(),
        before: Some(row),
        after: None,
        writer,
    };
    hooks::tell(environment, data, &happened);
    Ok(())
}

/// The columns of other tables that can lead to this one, but for who made and owns a row.
fn lookups_of(table: &'static Table) -> impl Iterator<Item = (&'static Table, &'static str)> {
    schema::all().flat_map(move |other| {
        let leads = |column: &&schema::Column| {
            column.writable
                && !matches!(column.kind, Kind::Owner)
                && column.targets(other).iter().any(|target| target.table == table.name)
        };
        other.columns.iter().filter(leads).map(move |column| (other, column.name))
    })
}

fn defaults(
    environment: &Environment,
    data: &Data,
    writer: &Writer,
    table: &'static Table,
    cells: &mut Cells,
) {
    for column in table.columns {
        let first = match column.kind {
            Kind::State(options) => options.first().map(|(value, _)| *value),
            Kind::Status(options) => options.first().map(|(_, (value, _))| *value),
            _ => None,
        };
        if let Some(value) = first {
            cells.entry(column.name).or_insert_with(|| Cell::Plain(value.into()));
        }
        if matches!(column.kind, Kind::Bool(_)) {
            cells.entry(column.name).or_insert_with(|| Cell::Plain(false.into()));
        }
    }
    if table.owner == Ownership::User {
        let owner = || Cell::Link { table: "systemuser", id: writer.user.clone() };
        cells.entry("ownerid").or_insert_with(owner);
        owners(environment, table, cells);
    }
    if table.name == "incident" {
        cells.entry("prioritycode").or_insert_with(|| Cell::Plain(2.into()));
        let number = 1000 + data.rows.all("incident").count();
        let ticket = || Cell::Plain(format!("CAS-{number:05}-{}", ids::secret(6).to_uppercase()).into());
        cells.entry("ticketnumber").or_insert_with(ticket);
    }
    stamp("created", writer, cells);
    stamp("modified", writer, cells);
}

fn owners(environment: &Environment, table: &Table, cells: &mut Cells) {
    if table.owner != Ownership::User {
        return;
    }
    let unit = Cell::Link { table: "businessunit", id: environment.business_unit_id.clone() };
    cells.insert("owningbusinessunit", unit);
    cells.remove("owninguser");
    cells.remove("owningteam");
    if let Some(Cell::Link { table, id }) = cells.get("ownerid").cloned() {
        let column = if table == "team" { "owningteam" } else { "owninguser" };
        cells.insert(column, Cell::Link { table, id });
    }
}

/// Who and when.
fn stamp(what: &str, writer: &Writer, cells: &mut Cells) {
    let [on, by, behalf] = match what {
        "created" => ["createdon", "createdby", "createdonbehalfby"],
        _ => ["modifiedon", "modifiedby", "modifiedonbehalfby"],
    };
    let user = |id: &str| Cell::Link { table: "systemuser", id: id.to_owned() };
    cells.insert(on, Cell::Plain(clock::dataverse(clock::now_ms()).into()));
    cells.insert(by, user(&writer.user));
    match &writer.delegate {
        Some(delegate) => cells.insert(behalf, user(delegate)),
        None => cells.remove(behalf),
    };
}

/// Names that follow from others.
fn follow(table: &Table, cells: &mut Cells) {
    if table.name != "contact" {
        return;
    }
    let text = |name| match cells.get(name) {
        Some(Cell::Plain(value)) => value.as_str().unwrap_or_default(),
        _ => "",
    };
    let full = format!("{} {}", text("firstname"), text("lastname")).trim().to_owned();
    if !full.is_empty() {
        cells.insert("fullname", Cell::Plain(full.into()));
    }
}

fn unique(data: &Data, table: &'static Table, id: &str, cells: &Cells) -> Result<(), ApiError> {
    for (name, columns) in table.keys {
        if columns.iter().any(|column| !cells.contains_key(column)) {
            continue;
        }
        let same = |row: &Row| columns.iter().all(|column| row.cells.get(column) == cells.get(column));
        if data.rows.all(table.name).any(|row| row.id != id && same(row)) {
            let message = format!(
                "Entity Key {name} violated. A record with the same value for {} already exists. A duplicate record \
                 cannot be created. Select one or more unique values and try again.",
                columns.join(", ")
            );
            return Err(ApiError::new(http::StatusCode::PRECONDITION_FAILED, "0x80060892", message));
        }
    }
    Ok(())
}
