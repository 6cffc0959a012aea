//! What holds for a record type: as written, and as it is with the defaults filled in.

use serde::Deserialize;

/// Record types that chats can be connected to without further ado.
pub const STANDARD: [&str; 5] = ["account", "contact", "email", "incident", "knowledgearticle"];

/// The case, for which more is on by default than for others.
const CASE: &str = "incident";
/// The default view of the case.
const CASE_VIEW: &str = "Case introduction message";
/// Attributes of a case that notifications are preconfigured for: priority, status, status reason.
const CASE_WATCHED: [&str; 3] = ["prioritycode", "statecode", "statuscode"];

/// Settings of a record type. What is left out is as Dynamics 365 has it by default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RecordType {
    /// Whether chats can be connected to it; on unless said otherwise.
    #[serde(default)]
    pub on: Option<bool>,
    /// Post an introduction to a newly connected chat, with the context card: the first five fields of the view below
    /// and a link to the record. Everybody in the chat sees those fields, whatever their rights to them; off unless
    /// said otherwise.
    #[serde(default)]
    pub include_note: Option<bool>,
    /// Name of the view whose first five fields make the context card. Unless said otherwise: Case introduction
    /// message for the case, the quick find view for all others.
    #[serde(default)]
    pub view: Option<String>,
    /// Whether the owner of a record can disconnect its chats; on unless said otherwise.
    #[serde(default)]
    pub owner_can_disconnect: Option<bool>,
    /// Whether the person who connected a chat can disconnect it; on unless said otherwise.
    #[serde(default)]
    pub connector_can_disconnect: Option<bool>,
    /// Whether people who may write a record can join its connected chats; on for the case unless said otherwise.
    #[serde(default)]
    pub join: Option<bool>,
    /// Tell connected chats when fields change. For the case priority, status and status reason are told unless
    /// said otherwise, for others nothing.
    #[serde(default)]
    pub notify: Option<Notify>,
}

/// Which fields connected chats are told of.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Notify {
    /// Off keeps the selection for later.
    #[serde(default = "yes")]
    pub on: bool,
    /// Logical names of up to five attributes. Party lists, images, whole numbers and files cannot be told.
    pub attributes: Vec<String>,
}

/// What holds for a record type, defaults filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings<'a> {
    /// Logical name.
    pub table: &'a str,
    /// Whether a newly connected chat is told what it is about.
    pub include_note: bool,
    /// Where the context card's fields come from.
    pub view: ViewChoice<'a>,
    /// The first toggle of the disconnect rights.
    pub owner_can_disconnect: bool,
    /// The second toggle of the disconnect rights.
    pub connector_can_disconnect: bool,
    /// Whether connected chats can be joined.
    pub join: bool,
    /// Attributes whose changes are told; none where that is off.
    pub watched: Vec<&'a str>,
}

/// A view of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ViewChoice<'a> {
    /// By its name.
    Named(&'a str),
    /// The default quick find view.
    QuickFind,
}

impl<'a> Settings<'a> {
    /// The settings of a table; none where nobody turned it on, or somebody turned it off.
    pub(super) fn of(table: &'a str, written: Option<&'a RecordType>) -> Option<Self> {
        let standard = STANDARD.contains(&table);
        let none = RecordType { on: Some(standard), ..RecordType::default() };
        let is = |pick: fn(&RecordType) -> Option<bool>, default| {
            written.map_or_else(|| pick(&none), pick).unwrap_or(default)
        };
        if !is(|t| t.on, true) {
            return None;
        }
        let case = table == CASE;
        let view = match written.and_then(|t| t.view.as_deref()) {
            Some(name) => ViewChoice::Named(name),
            None if case => ViewChoice::Named(CASE_VIEW),
            None => ViewChoice::QuickFind,
        };
        let watched = match written.and_then(|t| t.notify.as_ref()) {
            Some(notify) if notify.on => notify.attributes.iter().map(String::as_str).collect(),
            None if case => CASE_WATCHED.to_vec(),
            _ => vec![],
        };
        Some(Self {
            table,
            include_note: is(|t| t.include_note, false),
            view,
            owner_can_disconnect: is(|t| t.owner_can_disconnect, true),
            connector_can_disconnect: is(|t| t.connector_can_disconnect, true),
            join: is(|t| t.join, case),
            watched,
        })
    }
}

fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_case_has_more_by_default() {
        let case = Settings::of("incident", None).unwrap();
        assert_eq!(case.view, ViewChoice::Named("Case introduction message"));
        assert_eq!(case.watched, ["prioritycode", "statecode", "statuscode"]);
        assert!(
            case.join && case.owner_can_disconnect && case.connector_can_disconnect && !case.include_note
        );

        let account = Settings::of("account", None).unwrap();
        assert_eq!(account.view, ViewChoice::QuickFind);
        assert!(!account.join && account.watched.is_empty() && account.owner_can_disconnect);
    }

    #[test]
    fn what_is_written_counts() {
        let written: RecordType = serde_json::from_str(
            r#"{"include_note":true,"view":"My view","owner_can_disconnect":false,"join":false,
                "notify":{"on":false,"attributes":["title"]}}"#,
        )
        .unwrap();
        let case = Settings::of("incident", Some(&written)).unwrap();
        assert_eq!(case.view, ViewChoice::Named("My view"));
        assert!(
            case.include_note && !case.owner_can_disconnect && case.connector_can_disconnect && !case.join
        );
        assert!(case.watched.is_empty());
    }

    #[test]
    fn a_record_type_that_nobody_added_is_not_there() {
        assert_eq!(Settings::of("opportunity", None), None);
        assert!(Settings::of("opportunity", Some(&RecordType::default())).is_some());
        let off = RecordType { on: Some(false), ..RecordType::default() };
        assert_eq!(Settings::of("incident", Some(&off)), None);
    }
}
