//! Webhooks: steps that are registered for a message, and what is sent for them ("Register a webhook", "Use webhooks").
//!
//! A webhook is a `serviceendpoint` with a `sdkmessageprocessingstep`, made over the Web API, or by a script as the
//! Plug-in Registration tool would. Only asynchronous steps after the operation are simulated.

mod context;
mod courier;
mod register;

use url::Url;

use super::rows::Row;
use super::schema::Table;
use super::write::Writer;
use super::{Data, Environment};

pub use courier::HookAttempt;
pub(super) use courier::{Courier, Parcel};
pub use register::{BadHook, NewHook};
pub(super) use register::{check, register};

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Message {
    Create,
    Update,
    Delete,
    Assign,
}

impl Message {
    pub(super) const ALL: [Self; 4] = [Self::Create, Self::Update, Self::Delete, Self::Assign];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Create => "Create",
            Self::Update => "Update",
            Self::Delete => "Delete",
            Self::Assign => "Assign",
        }
    }
}

/// Something that has happened.
pub(super) struct Happened<'a> {
    pub(super) message: Message,
    pub(super) table: &'static Table,
    /// The columns of the request.
    pub(super) changed: Vec<&'static str>,
    pub(super) before: Option<Row>,
    pub(super) after: Option<Row>,
    pub(super) writer: &'a Writer,
}

impl Happened<'_> {
    /// The row, as it is or was.
    fn row(&self) -> Option<&Row> {
        self.after.as_ref().or(self.before.as_ref())
    }
}

/// Puts what is to be sent into the outbox.
pub(super) fn tell(environment: &Environment, data: &Data, happened: &Happened<'_>) {
    let rows = &data.rows;
    for step in rows.all("sdkmessageprocessingstep") {
        if !covers(data, step, happened) {
            continue;
        }
        let endpoint = step.link("eventhandler").and_then(|(table, id)| rows.get(table, id));
        let Some(endpoint) = endpoint.filter(|endpoint| endpoint.plain("contract") == 8) else { continue };
        let (Some(row), Some((url, auth))) = (happened.row(), address(endpoint)) else { continue };
        let (body, exceeded) = context::body(environment, data, happened, step);
        let parcel = Parcel::new(step.id.clone(), url, happened, row.id.clone(), body, exceeded);
        environment.outbox.lock().push(parcel.with(auth));
    }
}

fn covers(data: &Data, step: &Row, happened: &Happened<'_>) -> bool {
    let linked = |column| step.link(column).and_then(|(table, id)| data.rows.get(table, id));
    let message =
        linked("sdkmessageid").is_some_and(|message| message.text("name") == happened.message.name());
    let table = linked("sdkmessagefilterid")
        .is_none_or(|filter| filter.text("primaryobjecttypecode") == happened.table.name);
    let filter = step.text("filteringattributes");
    let columns = filter.is_empty()
        || happened.message != Message::Update
        || filter.split(',').any(|name| happened.changed.contains(&name.trim()));
    step.plain("statecode") == 0 && message && table && columns
}

/// Where an endpoint is, and the header fields that it wants.
fn address(endpoint: &Row) -> Option<(String, Vec<(String, String)>)> {
    let mut url = Url::parse(endpoint.text("url")).ok()?;
    let secret = endpoint.text("authvalue");
    let mut fields = Vec::new();
    match endpoint.plain("authtype").as_i64() {
        Some(4) => {
            url.query_pairs_mut().append_pair("code", secret);
        }
        Some(6) => {
            url.query_pairs_mut().extend_pairs(settings(secret));
        }
        _ => fields = settings(secret),
    }
    Some((url.into(), fields))
}

/// Names and values of `<settings><setting name="x" value="y" /></settings>`.
fn settings(text: &str) -> Vec<(String, String)> {
    let attribute = |part: &str, name: &str| {
        let (_, rest) = part.split_once(&format!("{name}=\""))?;
        rest.split_once('"').map(|(value, _)| value.replace("&amp;", "&").replace("&quot;", "\""))
    };
    text.split("<setting ")
        .skip(1)
        .filter_map(|part| Some((attribute(part, "name")?, attribute(part, "value")?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_names_and_values() {
        let text =
            r#"<settings><setting name="x-key" value="a&amp;b" /><setting name="y" value="2"/></settings>"#;
        assert_eq!(settings(text), [("x-key".into(), "a&b".into()), ("y".into(), "2".into())]);
        assert!(settings("plain").is_empty());
    }
}
