//! Proposals, as they are kept: one an Opportunity, the latest. No words of anybody, but a link to them.

use serde::{Deserialize, Serialize};
use tieline_sdk::activity::{self, Entry};
use tieline_sdk::storage::{self, Condition};
use tieline_sdk::{Failure, RecordRef, Timestamp};

use super::agreed::Agreed;
use crate::salesforce::id;
use crate::teams::message::Message;
use crate::teams::source::Source;

/// A stage that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Proposal {
    /// Names it: the message that it came of.
    pub(crate) id: String,
    pub(crate) opportunity: String,
    pub(crate) stage: String,
    /// The stage when it was proposed.
    pub(crate) from: String,
    pub(crate) said_by: String,
    pub(crate) link: Option<String>,
    /// When the message was written.
    pub(crate) written: Timestamp,
}

/// The proposal that stands for an Opportunity.
pub(crate) fn standing(opportunity: &str) -> Result<Option<Proposal>, Failure> {
    storage::get_json(&key(opportunity))
}

/// Keeps a proposal in place of an older one, and shows it on the timeline.
pub(super) fn put(
    agreed: &Agreed<'_>,
    from: &str,
    source: &Source<'_>,
    message: &Message,
) -> Result<(), Failure> {
    let proposal = Proposal {
        id: source.key(),
        opportunity: agreed.opportunity.to_owned(),
        stage: agreed.stage.to_owned(),
        from: from.to_owned(),
        said_by: message.sender_name.clone(),
        link: message.link.clone(),
        written: source.written(),
    };
    storage::put_json(&key(agreed.opportunity), &proposal, None)?;
    let text = format!("{} → {}, as {} said", proposal.from, proposal.stage, proposal.said_by);
    proposal.note(proposal.written, "Stage proposed", text)
}

impl Proposal {
    /// Removes it: somebody has decided.
    pub(super) fn end(&self, at: Timestamp, title: &str, text: String) -> Result<(), Failure> {
        storage::delete(&key(&self.opportunity), Condition::Always)?;
        self.note(at, title, text)
    }

    /// On the timeline one entry tells what became of it.
    fn note(&self, at: Timestamp, title: &str, text: String) -> Result<(), Failure> {
        let entry = Entry {
            record: RecordRef { kind: "Opportunity".to_owned(), id: self.opportunity.clone() },
            at,
            title: title.to_owned(),
            text: Some(text),
            link: self.link.clone(),
            key: Some(format!("stage:{}", self.id)),
        };
        Ok(activity::add(&entry)?)
    }
}

fn key(opportunity: &str) -> String {
    format!("proposal/{}", id::short(opportunity))
}
