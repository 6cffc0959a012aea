//! Makes an event of each record that may be a hand-over, so that each is told by itself.

use serde::{Deserialize, Serialize};
use tieline_sdk::Failure;

use crate::run::emit;
use crate::salesforce::id;

/// A record that may be a hand-over.
pub(crate) const HANDOVER: &str = "handover";
/// More of them than one run may emit.
pub(crate) const HANDOVERS: &str = "handovers";

/// A run may emit a hundred events.
const AT_ONCE: usize = 80;

/// A record that may be a hand-over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Candidate {
    pub(crate) object: String,
    pub(crate) id: String,
    /// When it was reached, as Salesforce says it: another time is another hand-over.
    pub(crate) reached: Option<String>,
}

impl Candidate {
    pub(crate) fn new(object: &str, id: &str, reached: Option<&str>) -> Self {
        Self { object: object.to_owned(), id: id.to_owned(), reached: reached.map(str::to_owned) }
    }

    fn key(&self) -> String {
        format!("{HANDOVER} {} {}", id::short(&self.id), self.reached.as_deref().unwrap_or_default())
    }
}

/// Emits an event of each; what is too many for this run, the next one emits.
pub(crate) fn spread(mut found: Vec<Candidate>) -> Result<(), Failure> {
    found.sort_by_key(Candidate::key);
    found.dedup_by_key(|candidate| candidate.key());
    let rest = found.split_off(found.len().min(AT_ONCE));
    for candidate in found {
        emit(HANDOVER, &candidate, None, Some(candidate.key()))?;
    }
    match rest.is_empty() {
        true => Ok(()),
        false => emit(HANDOVERS, &rest, None, None),
    }
}
