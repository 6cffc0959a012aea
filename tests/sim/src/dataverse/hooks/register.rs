//! Registering a webhook in one go, as the Plug-in Registration tool does.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;

use super::super::errors::ApiError;
use super::super::rows::{Cell, Cells};
use super::super::schema::{self, Table};
use super::super::{Data, seeded};
use crate::ids;

/// A webhook to register.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewHook {
    /// Where it leads.
    pub url: String,
    /// Logical name of the table.
    pub table: String,
    /// `Create`, `Update`, `Delete` or `Assign`; `Update` if absent.
    pub message: Option<String>,
    /// Only an update of one of these columns is told; of any, if there are none.
    pub columns: Vec<String>,
    /// Authentication type WebhookKey: the query parameter `code`.
    pub key: Option<String>,
    /// Authentication type HttpHeader.
    pub headers: BTreeMap<String, String>,
    /// Columns of an image of the row as it was.
    pub before: Vec<String>,
    /// Columns of an image of the row as it is.
    pub after: Vec<String>,
}

/// Why a webhook cannot be registered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadHook {
    /// There is no such table, or nothing is told of it.
    #[error("nothing can be registered for {0} of the table {1}")]
    Message(String, String),
    /// It has no such column.
    #[error("the table {0} has no column {1}")]
    Column(String, String),
    /// It leads nowhere.
    #[error("{0} is no address")]
    Address(String),
}

/// Adds the rows of a webhook; the answer is the id of its step.
pub(in super::super) fn register(data: &mut Data, hook: &NewHook) -> Result<String, BadHook> {
    let message = hook.message.as_deref().unwrap_or("Update");
    let unknown = || BadHook::Message(message.to_owned(), hook.table.clone());
    let table = schema::named(&hook.table).ok_or_else(unknown)?;
    let filter = seeded::filter_id(message, table);
    let filter = data.rows.get("sdkmessagefilter", &filter).ok_or_else(unknown)?.id.clone();
    for name in hook.columns.iter().chain(&hook.before).chain(&hook.after) {
        if table.column(name).is_none() {
            return Err(BadHook::Column(hook.table.clone(), name.clone()));
        }
    }
    url::Url::parse(&hook.url).map_err(|_| BadHook::Address(hook.url.clone()))?;
    let endpoint = add(data, "serviceendpoint", &endpoint(hook));
    let mut step = vec![
        ("name", json!(format!("{message} of {}", table.name))),
        ("mode", json!(1)),
        ("stage", json!(40)),
        ("rank", json!(1)),
        ("statecode", json!(0)),
    ];
    if !hook.columns.is_empty() {
        step.push(("filteringattributes", json!(hook.columns.join(","))));
    }
    let step = add(data, "sdkmessageprocessingstep", &step);
    link(data, &step, "sdkmessageid", "sdkmessage", &seeded::message_id(message));
    link(data, &step, "sdkmessagefilterid", "sdkmessagefilter", &filter);
    link(data, &step, "eventhandler", "serviceendpoint", &endpoint);
    for (kind, columns) in [(0, &hook.before), (1, &hook.after)] {
        if !columns.is_empty() {
            let image = [
                ("entityalias", json!(if kind == 0 { "before" } else { "after" })),
                ("imagetype", json!(kind)),
                ("attributes", json!(columns.join(","))),
            ];
            let image = add(data, "sdkmessageprocessingstepimage", &image);
            let column = "sdkmessageprocessingstepid";
            let cell = Cell::Link { table: "sdkmessageprocessingstep", id: step.clone() };
            let changes = [(column, Some(cell))].into();
            if let Some(table) = schema::named("sdkmessageprocessingstepimage") {
                data.rows.update(table, &image, changes);
            }
        }
    }
    Ok(step)
}

fn endpoint(hook: &NewHook) -> Vec<(&'static str, serde_json::Value)> {
    let (auth, value) = match &hook.key {
        Some(key) => (4, key.clone()),
        None => {
            let escape = |text: &str| text.replace('&', "&amp;").replace('"', "&quot;");
            let setting = |(name, value): (&String, &String)| {
                format!("<setting name=\"{}\" value=\"{}\" />", escape(name), escape(value))
            };
            let settings: String = hook.headers.iter().map(setting).collect();
            (5, format!("<settings>{settings}</settings>"))
        }
    };
    vec![
        ("name", json!("webhook")),
        ("contract", json!(8)),
        ("url", json!(hook.url)),
        ("authtype", json!(auth)),
        ("authvalue", json!(value)),
    ]
}

fn add(data: &mut Data, table: &str, fields: &[(&'static str, serde_json::Value)]) -> String {
    let id = ids::fresh_guid();
    let cells: Cells = fields.iter().map(|(name, value)| (*name, Cell::Plain(value.clone()))).collect();
    if let Some(table) = schema::named(table) {
        data.rows.insert(table, id.clone(), cells);
    }
    id
}

fn link(data: &mut Data, step: &str, column: &'static str, table: &'static str, id: &str) {
    if let Some(steps) = schema::named("sdkmessageprocessingstep") {
        let cell = Cell::Link { table, id: id.to_owned() };
        data.rows.update(steps, step, [(column, Some(cell))].into());
    }
}

/// Whether a step can be registered over the Web API.
pub(in super::super) fn check(table: &Table, cells: &Cells) -> Result<(), ApiError> {
    if table.name != "sdkmessageprocessingstep" {
        return Ok(());
    }
    let is = |column, wanted: i64| matches!(cells.get(column), Some(Cell::Plain(value)) if *value == wanted);
    if !is("mode", 1) || !is("stage", 40) {
        let message = "Only asynchronous steps after the operation are simulated.";
        return Err(ApiError::not_supported("0x80040203", message));
    }
    for column in ["sdkmessageid", "eventhandler"] {
        if !matches!(cells.get(column), Some(Cell::Link { .. })) {
            return Err(ApiError::payload(table, &format!("A step needs '{column}'.")));
        }
    }
    Ok(())
}
