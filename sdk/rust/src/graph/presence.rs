//! Who is there now.
//!
//! <https://learn.microsoft.com/graph/api/cloudcommunications-getpresencesbyuserid>

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::post;
use crate::Failure;

/// People that may be asked for at once.
const AT_ONCE: usize = 650;

/// A person's presence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// `Available`, `Away`, `Busy`, `DoNotDisturb`, `Offline`, …
    pub availability: String,
    /// `InAMeeting`, `OutOfOffice`, …
    pub activity: String,
}

/// The presence of these people, by object id in lower case, in as few calls as Graph allows; without people none. Whoever
/// Graph does not know is left out.
///
/// # Errors
/// When it cannot be asked for, or its answer cannot be read.
pub fn presences(people: &[String]) -> Result<BTreeMap<String, Presence>, Failure> {
    #[derive(Deserialize)]
    struct List {
        value: Vec<One>,
    }
    #[derive(Deserialize)]
    struct One {
        id: String,
        #[serde(flatten)]
        presence: Presence,
    }
    let mut found = BTreeMap::new();
    for ids in people.chunks(AT_ONCE) {
        let request = post("/communications/getPresencesByUserId").json(&json!({ "ids": ids }))?;
        let list: List = request.fetch()?;
        found.extend(list.value.into_iter().map(|one| (one.id.to_ascii_lowercase(), one.presence)));
    }
    Ok(found)
}
