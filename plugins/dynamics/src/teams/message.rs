//! Messages: posted by the service user, since nobody else may post for an app; and who wrote last.
//!
//! <https://learn.microsoft.com/graph/api/chatmessage-post>

use serde::Deserialize;
use serde_json::Value;
use tieline_sdk::{Failure, Identity, Problem, graph};

use super::place::Place;
use tieline_sdk::time;

/// Among so many of the newest messages one is by a person, unless it is of no interest any more.
const NEWEST: &str = "10";

/// Posts a message once. `effect` names it within the event.
pub(crate) fn post(place: &Place, message: &Value, effect: String) -> Result<(), Failure> {
    let request = graph::post(place.messages()).identity(Identity::Service).json(message)?;
    let response = request.effect_key(effect).send()?;
    if response.is_success() {
        return Ok(());
    }
    let problem = graph::error(&response);
    Err(match response.status {
        // 403 does not pass by itself here: the service user is not in the chat, or was removed from it.
        403 | 404 => Failure::permanent(Problem {
            remedy: Some("add the service user to the chat or team, or disconnect the chat".to_owned()),
            ..problem
        }),
        _ => response.failure(problem),
    })
}

/// Who wrote last, and when. No word of it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Last {
    /// Object id.
    pub by: String,
    /// What people call them.
    pub name: String,
    /// Milliseconds since 1970.
    pub at: u64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Messages {
    value: Vec<Message>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    #[serde(default)]
    message_type: Option<String>,
    created_date_time: String,
    #[serde(default)]
    deleted_date_time: Option<String>,
    #[serde(default)]
    from: Option<From>,
}

#[derive(Debug, Deserialize)]
struct From {
    #[serde(default)]
    user: Option<User>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct User {
    id: String,
    #[serde(default)]
    display_name: Option<String>,
}

/// Who wrote last in a chat, other than the service user itself.
pub(crate) fn last(place: &Place, service: &str) -> Result<Option<Last>, Failure> {
    let messages: Messages = graph::get(place.messages()).query("$top", NEWEST).fetch()?;
    Ok(messages.last(service))
}

impl Messages {
    /// The newest message of a person.
    pub(crate) fn last(self, service: &str) -> Option<Last> {
        let mut said: Vec<_> =
            self.value.into_iter().filter_map(|message| message.by_a_person(service)).collect();
        said.sort_by_key(|last| last.at);
        said.pop()
    }
}

impl Message {
    fn by_a_person(self, service: &str) -> Option<Last> {
        let said = self.message_type.is_none_or(|kind| kind == "message") && self.deleted_date_time.is_none();
        let user = self.from?.user.filter(|user| said && !user.id.eq_ignore_ascii_case(service))?;
        Some(Last {
            by: user.id,
            name: user.display_name.unwrap_or_else(|| "an unnamed person".to_owned()),
            at: time::millis(&self.created_date_time)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_person_is_no_bot_no_system_message_and_not_ourselves() {
        let messages: Messages = serde_json::from_str(
            r#"{"value":[
              {"messageType":"message","createdDateTime":"2026-01-02T03:04:09Z","from":{"user":{"id":"SERVICE","displayName":"S"}}},
              {"messageType":"systemEventMessage","createdDateTime":"2026-01-02T03:04:08Z","from":null},
              {"messageType":"message","createdDateTime":"2026-01-02T03:04:05Z","from":{"user":{"id":"a","displayName":"Ada"}}},
              {"messageType":"message","createdDateTime":"2026-01-02T03:04:06Z","from":{"user":{"id":"b","displayName":null}}},
              {"messageType":"message","createdDateTime":"2026-01-02T03:04:07Z","from":{"application":{"id":"bot"},"user":null}}]}"#,
        )
        .unwrap();
        let last = messages.last("service").unwrap();
        assert_eq!(
            (last.by.as_str(), last.name.as_str(), last.at),
            ("b", "an unnamed person", 1_767_323_046_000)
        );
        let none: Messages = serde_json::from_str(r#"{"value":[]}"#).unwrap();
        assert_eq!(none.last("service"), None);
    }
}
