//! Mail ("List messages", "Create message", "Send mail"): of one's own mailbox, and of those that others shared.

mod endpoints;
mod script;
mod send;

use parking_lot::Mutex;

use super::permissions::{Rule, Workload};

pub(super) use endpoints::handle;
pub use script::NewMail;
pub(super) use send::send_mail;

/// The mail of everybody.
#[derive(Debug, Default)]
pub(super) struct Mail(Mutex<Vec<Item>>);

/// A message in a mailbox.
#[derive(Clone, Debug)]
struct Item {
    id: String,
    owner: String,
    /// `inbox`, `drafts` or `sentitems`.
    folder: &'static str,
    conversation: String,
    subject: String,
    body: (String, String),
    /// Addresses.
    from: Option<String>,
    to: Vec<String>,
    cc: Vec<String>,
    received_ms: u64,
    modified_ms: u64,
    is_read: bool,
    categories: Vec<String>,
}

const READ: Rule = Rule {
    workload: Workload::Exchange,
    application: &["Mail.ReadBasic.All", "Mail.Read", "Mail.ReadWrite"],
    delegated: &[
        "Mail.ReadBasic",
        "Mail.Read",
        "Mail.ReadWrite",
        "Mail.Read.Shared",
        "Mail.ReadWrite.Shared",
    ],
};

const WRITE: Rule = Rule {
    workload: Workload::Exchange,
    application: &["Mail.ReadWrite"],
    delegated: &["Mail.ReadWrite", "Mail.ReadWrite.Shared"],
};

const SEND: Rule = Rule {
    workload: Workload::Exchange,
    application: &["Mail.Send"],
    delegated: &["Mail.Send", "Mail.Send.Shared"],
};

const READ_SHARED: Rule = Rule { delegated: &["Mail.Read.Shared", "Mail.ReadWrite.Shared"], ..READ };
const WRITE_SHARED: Rule = Rule { delegated: &["Mail.ReadWrite.Shared"], ..WRITE };
const SEND_SHARED: Rule = Rule { delegated: &["Mail.Send.Shared"], ..SEND };
