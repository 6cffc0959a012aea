//! Chats and channels themselves: created, and asked what they are called.
//!
//! <https://learn.microsoft.com/graph/api/chat-post>

use serde::Deserialize;
use serde_json::json;
use tieline_sdk::{CallError, Failure, Identity, Problem, Response, graph};

use super::members::member;
use super::place::Place;

/// A chat or channel, as Graph tells it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Named {
    /// Set in chats only.
    pub id: String,
    topic: Option<String>,
    display_name: Option<String>,
    chat_type: Option<String>,
    /// Opens it in Teams.
    pub web_url: Option<String>,
}

impl Named {
    /// What people call it.
    pub fn name(&self) -> String {
        let own = self.topic.as_ref().or(self.display_name.as_ref()).filter(|name| !name.trim().is_empty());
        match (own, self.chat_type.as_deref()) {
            (Some(name), _) => name.clone(),
            (None, Some("oneOnOne")) => "a chat of two".to_owned(),
            (None, _) => "a chat without a name".to_owned(),
        }
    }
}

/// Creates a group chat of the service user and these people, whose directory they belong to.
pub(crate) fn create(topic: &str, service: &str, people: &[String]) -> Result<Named, Failure> {
    let others = people.iter().filter(|person| !person.eq_ignore_ascii_case(service));
    let members: Vec<_> = std::iter::once(member(service, "owner"))
        .chain(others.map(|person| member(person, "owner")))
        .collect();
    let body = json!({ "chatType": "group", "topic": topic, "members": members });
    let request = graph::post("/chats").identity(Identity::Service).json(&body)?;
    request.effect_key("chat").fetch()
}

/// What a place is called; what Graph answers if it does not tell.
pub(crate) fn named(answer: Result<Response, CallError>) -> Result<Named, Problem> {
    let response = answer.map_err(|error| error.problem())?;
    if response.is_success() {
        return response.json().map_err(Problem::from);
    }
    Err(graph::error(&response))
}

/// The request for what a place is called.
pub(crate) fn asked(place: &Place) -> graph::Request {
    graph::get(place.path())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chat_without_a_topic_is_called_something() {
        let named = |json: &str| serde_json::from_str::<Named>(json).unwrap().name();
        assert_eq!(named(r#"{"topic":"Case 7","chatType":"group"}"#), "Case 7");
        assert_eq!(named(r#"{"topic":null,"chatType":"oneOnOne"}"#), "a chat of two");
        assert_eq!(named(r#"{"topic":" ","chatType":"group"}"#), "a chat without a name");
        assert_eq!(named(r#"{"displayName":"General"}"#), "General");
    }
}
