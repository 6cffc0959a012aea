//! Work that was put aside.

use serde::{Deserialize, Serialize};

use crate::teams::source::Source;

/// The event by which it is taken up again.
pub(crate) const RESUMED: &str = "resumed";

/// What it starts with in storage.
pub(super) const PREFIX: &str = "waiting/";

/// What is to be done again later: where to find it, and no words of anybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Work {
    /// A message, of which the uses that can wait were left out.
    Message { resource: String },
    /// A transcript.
    Transcript { resource: String },
    /// A record that may be a hand-over.
    Handover { object: String, id: String },
}

impl Work {
    /// Where it stands in storage; the same work twice stands there once.
    pub(super) fn key(&self) -> String {
        match self {
            Self::Message { resource } => {
                let key = Source::parse(resource).map(|source| source.key());
                format!("{PREFIX}message/{}", key.as_deref().unwrap_or(resource))
            }
            Self::Transcript { resource } => format!("{PREFIX}transcript/{}", tail(resource)),
            Self::Handover { object, id } => format!("{PREFIX}handover/{object}/{id}"),
        }
    }
}

/// Keys of storage are at most 512 bytes; the ids at the end of a resource tell it from others.
fn tail(resource: &str) -> &str {
    let mut from = resource.len().saturating_sub(400);
    while !resource.is_char_boundary(from) {
        from += 1;
    }
    &resource[from..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_work_has_one_key_however_long_its_ids_are() {
        let message = |resource: &str| Work::Message { resource: resource.to_owned() }.key();
        assert_eq!(message("chats('19:x')/messages('16')"), message("chats/19:x/messages/16"));
        let long = Work::Transcript { resource: format!("ü{}", "x".repeat(900)) };
        assert!(long.key().len() <= 512);
    }
}
