//! Posts to channels and chats, as the connection's service user: Graph lets no app post (but to import old messages).
//!
//! <https://learn.microsoft.com/graph/api/channel-post-messages>

use serde::{Deserialize, Serialize};
use tieline_sdk::{CallError, Failure, Identity, Problem, Timestamp, graph, html::decoded, log};

use super::place::Place;
use tieline_sdk::time;

/// So many of the latest messages are looked through for one that may have been posted.
const LOOKED_THROUGH: &str = "50";
/// The clocks of Graph and of the host may differ by so much.
const MARGIN: u64 = 60_000;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NewMessage<'a> {
    body: Body<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    content_type: &'a str,
    content: &'a str,
}

/// A message to post.
#[derive(Debug)]
pub(crate) struct Post<'a> {
    pub(crate) place: Place<'a>,
    pub(crate) html: &'a str,
    /// Texts that stand together in no other message.
    pub(crate) known_by: &'a [&'a str],
    /// When there was a reason to post it: one that stands there from before is another.
    pub(crate) since: Timestamp,
    /// Who can read the place.
    pub(crate) reader: Identity,
}

impl Post<'_> {
    /// Posts it, unless an attempt that is `in_doubt` did.
    ///
    /// # Errors
    /// When it cannot be posted; a missing service user waits until one has signed in.
    pub(crate) fn send(&self, effect: String, in_doubt: bool) -> Result<(), Failure> {
        if in_doubt && self.is_there()? {
            return Ok(());
        }
        let message = NewMessage { body: Body { content_type: "html", content: self.html } };
        let request = graph::post(self.place.messages()).identity(Identity::Service).json(&message)?;
        match request.effect_key(effect).send() {
            Ok(response) if response.is_success() => Ok(()),
            Ok(response) => Err(response.failure(not_posted(graph::error(&response)))),
            Err(CallError::Denied(denial)) => {
                Err(Failure::permanent(not_posted(CallError::Denied(denial).problem())))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Whether it stands among the latest messages. Where nobody may look, it is posted again: twice is better than
    /// not at all.
    fn is_there(&self) -> Result<bool, Failure> {
        #[derive(Deserialize)]
        struct Page {
            value: Vec<Listed>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Listed {
            created_date_time: Option<String>,
            body: Option<Content>,
        }
        #[derive(Deserialize)]
        struct Content {
            content: Option<String>,
        }
        let request = graph::get(self.place.messages()).query("$top", LOOKED_THROUGH).identity(self.reader);
        let response = match request.send() {
            Err(CallError::Denied(_)) => {
                log::warn("nobody may look whether a message was posted", []);
                return Ok(false);
            }
            answer => answer?,
        };
        if !response.is_success() {
            return Err(response.failure(graph::error(&response)));
        }
        let page: Page = response.json()?;
        let recent = |listed: &Listed| {
            let written = listed.created_date_time.as_deref().and_then(time::millis);
            written.is_none_or(|written| written + MARGIN >= self.since)
        };
        // Teams spells character references its own way.
        let said =
            page.value.into_iter().filter(recent).filter_map(|listed| Some(decoded(&listed.body?.content?)));
        Ok(said.into_iter().any(|content| self.known_by.iter().all(|known| content.contains(known))))
    }
}

fn not_posted(problem: Problem) -> Problem {
    let remedy = "posting needs the connection's service user: sign one in with `tieline connections sign-in … --service`, \
                  make them a member of the team or chat, and grant service = true with ChannelMessage.Send or \
                  ChatMessage.Send";
    match problem.remedy.is_some() && problem.code == "call.denied" {
        true => problem,
        false => problem.remedy(remedy),
    }
}
