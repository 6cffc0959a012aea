//! The row of somebody in a call.

use serde::Serialize;

use super::{Version, owned};
use crate::config::People;
use crate::record::{self, Identity, Kind};

/// Somebody in a call.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Participant {
    #[serde(flatten)]
    version: Version,
    #[serde(skip_serializing_if = "Option::is_none")]
    participant_id: Option<String>,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// The directory they are in.
    #[serde(skip_serializing_if = "Option::is_none")]
    directory_id: Option<String>,
}

impl Participant {
    /// Reads it.
    pub fn of(version: &Version, participant: &record::Participant, people: People) -> Self {
        let identity = participant.identity.as_ref();
        Self {
            version: version.clone(),
            participant_id: people.id(identity, participant.id.as_deref()),
            kind: identity.and_then(Identity::kind).unwrap_or(Kind::Other).as_str(),
            name: people.name(identity),
            directory_id: owned(identity.and_then(Identity::directory)),
        }
    }
}
