//! Changes of a channel's posts ("chatMessage: delta"). Replies are not among them.
//!
//! A token says where it goes on, from when posts count, and in which generation it was made: a test can make
//! Graph forget all tokens that it gave.

use std::sync::atomic::Ordering;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;

use super::endpoints::{changed_since, channel_of, together};
use crate::call::Reply;
use crate::graph::Request;
use crate::graph::errors::GraphError;
use crate::graph::paging::Page;
use crate::graph::permissions::Operation;
use crate::world::World;

/// Where a token goes on.
#[derive(Debug, PartialEq, Eq)]
struct Token {
    generation: u64,
    after: u64,
    size: usize,
}

impl Token {
    fn written(&self) -> String {
        URL_SAFE_NO_PAD.encode(format!("{}:{}:{}", self.generation, self.after, self.size))
    }

    fn read(text: &str) -> Option<Self> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let mut parts = text.split(':');
        let token = Self {
            generation: parts.next()?.parse().ok()?,
            after: parts.next()?.parse().ok()?,
            size: parts.next()?.parse().ok()?,
        };
        parts.next().is_none().then_some(token)
    }
}

pub(in crate::graph) fn delta(request: &Request<'_>, team: &str, channel: &str) -> Result<Reply, GraphError> {
    request.may(Operation::ReadChannelMessages)?;
    let thread = channel_of(request, team, channel)?;
    let generation = request.world.graph.delta_generation.load(Ordering::SeqCst);
    let given = request.call.parameter("$skiptoken").or_else(|| request.call.parameter("$deltatoken"));
    let Token { after, size, .. } = match given {
        Some(text) => {
            let token = Token::read(&text).ok_or_else(|| GraphError::bad_request("Invalid token."))?;
            if token.generation != generation {
                return Err(GraphError::new(
                    StatusCode::GONE,
                    "syncStateNotFound",
                    "The sync state generation is not found. Start a full synchronization.",
                ));
            }
            token
        }
        None => {
            let size = Page::of(request, 20, 50)?.size;
            Token { generation, after: changed_since(request)?.unwrap_or(0), size }
        }
    };
    let (slice, end) = thread.later(after, size);
    // Tokens hold the options of the query, so a link has nothing else.
    let (name, token, after) = match slice.more_after {
        Some(after) => ("nextLink", "$skiptoken", after),
        None => ("deltaLink", "$deltatoken", end.max(after)),
    };
    let token_text = Token { generation, after, size }.written();
    let link = format!("{}{}?{token}={token_text}", request.call.base(), request.call.path());
    Ok(together(&request.context("Collection(chatMessage)"), Some((name, link)), &slice))
}

impl World {
    /// Forgets every token of a delta that was given.
    pub fn forget_delta_tokens(&self) {
        self.graph.delta_generation.fetch_add(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_it_was_written() {
        let token = Token { generation: 3, after: 1_616_990_032_035, size: 50 };
        assert_eq!(Token::read(&token.written()), Some(token));
        assert_eq!(Token::read("tampered"), None);
    }
}
