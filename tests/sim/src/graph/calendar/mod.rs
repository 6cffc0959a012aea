//! Calendars and events ("Create event", "List calendarView", "Share or delegate a calendar"): of one's own, and those that
//! others shared.

mod endpoints;
mod event;
mod script;

use std::collections::BTreeMap;

use parking_lot::Mutex;
use serde_json::{Map, Value};

use super::permissions::{Rule, Workload};

pub(super) use endpoints::handle;
pub use script::{BadEvent, Share, ShareKind, ShareRole};

/// The events of every mailbox, and who may reach into whose.
#[derive(Debug, Default)]
pub(super) struct Calendars {
    held: Mutex<Vec<Event>>,
    /// What was shared: kind, owner and the one it was shared with.
    shares: Mutex<BTreeMap<(ShareKind, String, String), ShareRole>>,
}

/// An event of one mailbox.
#[derive(Clone, Debug)]
struct Event {
    id: String,
    owner: String,
    /// What the client sent to be known again by.
    transaction: Option<String>,
    start_ms: u64,
    end_ms: u64,
    created_ms: u64,
    modified_ms: u64,
    /// As the client wrote them.
    fields: Map<String, Value>,
    join_url: Option<String>,
}

impl Calendars {
    /// What somebody may do in somebody else's mailbox.
    pub(super) fn role(&self, kind: ShareKind, owner: &str, user: &str) -> Option<ShareRole> {
        self.shares.lock().get(&(kind, owner.to_owned(), user.to_owned())).copied()
    }
}

const READ_OWN: Rule = Rule {
    workload: Workload::Exchange,
    application: &["Calendars.ReadBasic", "Calendars.Read", "Calendars.ReadWrite"],
    delegated: &[
        "Calendars.ReadBasic",
        "Calendars.Read",
        "Calendars.ReadWrite",
        "Calendars.Read.Shared",
        "Calendars.ReadWrite.Shared",
    ],
};

const WRITE_OWN: Rule = Rule {
    workload: Workload::Exchange,
    application: &["Calendars.ReadWrite"],
    delegated: &["Calendars.ReadWrite", "Calendars.ReadWrite.Shared"],
};

const READ_SHARED: Rule =
    Rule { delegated: &["Calendars.Read.Shared", "Calendars.ReadWrite.Shared"], ..READ_OWN };

const WRITE_SHARED: Rule = Rule { delegated: &["Calendars.ReadWrite.Shared"], ..WRITE_OWN };
