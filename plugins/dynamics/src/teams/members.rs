//! Who is in a chat, and adding people to it.
//!
//! <https://learn.microsoft.com/graph/api/chat-post-members>

use serde::Deserialize;
use serde_json::{Value, json};
use tieline_sdk::{Failure, Problem, graph, path};

/// From the first message on.
const ALL_HISTORY: &str = "0001-01-01T00:00:00Z";
/// Chats have up to 250 members; a page holds that many.
const PAGES: usize = 10;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Member {
    #[serde(default)]
    user_id: Option<String>,
}

/// Object ids of a chat's members.
pub(crate) fn of(chat: &str) -> Result<Vec<String>, Failure> {
    let members: Vec<Member> = graph::get(path(["chats", chat, "members"])).all(PAGES)?;
    Ok(members.into_iter().filter_map(|member| member.user_id).collect())
}

/// Whether somebody is among them.
pub fn holds(members: &[String], user: &str) -> bool {
    members.iter().any(|member| member.eq_ignore_ascii_case(user))
}

/// A member as chats are given them. People of the directory own group chats together, as in Teams itself.
pub fn member(user: &str, role: &str) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.aadUserConversationMember",
        "roles": [role],
        "user@odata.bind": format!("https://graph.microsoft.com/v1.0/users('{user}')"),
    })
}

/// How much of what was said before a new member sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum History {
    /// Nothing: whoever only posts need not read.
    None,
    /// Everything.
    All,
}

/// Adds somebody to a chat.
pub(crate) fn add(chat: &str, user: &str, history: History) -> Result<(), Failure> {
    let mut body = member(user, "owner");
    if history == History::All {
        body["visibleHistoryStartDateTime"] = ALL_HISTORY.into();
    }
    let request = graph::post(path(["chats", chat, "members"])).json(&body)?;
    let response = request.effect_key(format!("member:{chat}:{user}")).send()?;
    match response.status {
        200..=299 => Ok(()),
        // Somebody else was quicker.
        409 => Ok(()),
        404 => Err(Failure::permanent(
            Problem::new("dynamics.no-such-chat", "there is no such chat, or it is of another kind")
                .remedy("disconnect the chat, or compare its id with the one in Teams"),
        )),
        _ => Err(response.failure(graph::error(&response))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_known_in_any_case() {
        let members = ["AB".to_owned()];
        assert!(holds(&members, "ab") && !holds(&members, "abc") && !holds(&[], "ab"));
        assert_eq!(member("u", "guest")["user@odata.bind"], "https://graph.microsoft.com/v1.0/users('u')");
    }
}
