//! What is asked to be recorded.

use std::net::IpAddr;

use tieline_types::{
    TenantId,
    api::{AuditOutcome, AuditWho},
};

use crate::Changed;

/// The most characters of a name or a target that are kept: whoever asks writes them.
const LONGEST: usize = 512;

/// Something that somebody does. The audit adds its number, the time and the digests.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Whose chain it belongs to; none: the host's own.
    pub tenant: Option<TenantId>,
    /// Who does it.
    pub who: AuditWho,
    /// From which address.
    pub from: Option<IpAddr>,
    /// What: the API's name of the operation.
    pub action: String,
    /// To what.
    pub target: String,
    /// What became of it.
    pub outcome: AuditOutcome,
    /// How it was answered.
    pub status: Option<u16>,
    /// Of an end: the number of the record that says that it was asked.
    pub asked: Option<u64>,
    /// What is different by it.
    pub changed: Changed,
}

impl Entry {
    /// Something that is only asked yet.
    pub fn asked(tenant: Option<TenantId>, who: AuditWho, action: String, target: String) -> Self {
        Self {
            tenant,
            who: AuditWho { kind: who.kind, id: cut(&who.id), name: cut(&who.name) },
            from: None,
            action: cut(&action),
            target: cut(&target),
            outcome: AuditOutcome::Asked,
            status: None,
            asked: None,
            changed: Changed::default(),
        }
    }

    /// The same, from this address.
    #[must_use]
    pub fn from(self, from: Option<IpAddr>) -> Self {
        Self { from, ..self }
    }

    /// The same, told when it had happened, with this status.
    #[must_use]
    pub fn happened(self, status: u16) -> Self {
        Self { outcome: AuditOutcome::of_status(status), status: Some(status), ..self }
    }

    /// How it ended: what record `asked` said was asked is answered with this status.
    #[must_use]
    pub fn ended(self, asked: u64, status: u16, changed: Changed) -> Self {
        let outcome = AuditOutcome::of_status(status);
        Self { outcome, status: Some(status), asked: Some(asked), changed, ..self }
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
