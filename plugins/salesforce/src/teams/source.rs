//! Which message a change notification is about.

use tieline_sdk::path;

use crate::teams::place::Place;

/// A message: where it was written, and its ids.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Source<'a> {
    /// The channel or chat.
    pub place: Place<'a>,
    /// The message, or the channel post that a reply belongs to.
    pub message: &'a str,
    /// The reply.
    pub reply: Option<&'a str>,
}

impl<'a> Source<'a> {
    /// Reads the resource of a notification: `teams('…')/channels('…')/messages('…')`, with `/replies('…')` for a
    /// reply, or `chats('…')/messages('…')`; in any case, and in the form `teams/…/channels/…` too. None for
    /// anything else.
    ///
    /// <https://learn.microsoft.com/graph/teams-changenotifications-chatmessage>
    pub fn parse(resource: &'a str) -> Option<Self> {
        let parts = keyed_parts(resource)?;
        let named = |at: usize, name: &str| match parts.get(at) {
            Some((found, id)) if found.eq_ignore_ascii_case(name) => Some(*id),
            _ => None,
        };
        match parts.len() {
            2 => Some(Self {
                place: Place::Chat { chat: named(0, "chats")? },
                message: named(1, "messages")?,
                reply: None,
            }),
            length @ (3 | 4) => Some(Self {
                place: Place::Channel { team: named(0, "teams")?, channel: named(1, "channels")? },
                message: named(2, "messages")?,
                reply: if length == 4 { Some(named(3, "replies")?) } else { None },
            }),
            _ => None,
        }
    }

    /// As a notification names it: the reverse of [`parse`](Self::parse).
    pub fn resource(&self) -> String {
        let place = self.place.keyed();
        match self.reply {
            Some(reply) => format!("{place}/messages('{}')/replies('{reply}')", self.message),
            None => format!("{place}/messages('{}')", self.message),
        }
    }

    /// When it was written, in milliseconds since 1970: Graph makes ids of that.
    pub fn written(&self) -> u64 {
        self.reply.unwrap_or(self.message).parse().unwrap_or_default()
    }

    /// Where Graph has it. A reply is found under its post only.
    pub fn path(&self) -> String {
        let mut all = self.place.messages();
        all.push_str(&path([self.message]));
        if let Some(reply) = self.reply {
            all.push_str(&path(["replies", reply]));
        }
        all
    }

    /// Names the message among all messages: ids are milliseconds, which two channels may share. Without a slash,
    /// since it becomes part of an address.
    pub fn key(&self) -> String {
        match self.reply {
            Some(reply) => format!("{}:{}:{reply}", self.place.id(), self.message),
            None => format!("{}:{}", self.place.id(), self.message),
        }
    }
}

/// Splits `name('id')/name('id')`, or `name/id/name/id`, into pairs.
pub(crate) fn keyed_parts(resource: &str) -> Option<Vec<(&str, &str)>> {
    let mut parts = Vec::with_capacity(4);
    let mut rest = resource.trim_start_matches('/');
    while !rest.is_empty() {
        let end = rest.find(['/', '('])?;
        let name = &rest[..end];
        let (id, after) = if rest[end..].starts_with('(') {
            rest[end..].strip_prefix("('")?.split_once("')")?
        } else {
            let tail = &rest[end + 1..];
            tail.split_at(tail.find('/').unwrap_or(tail.len()))
        };
        if !is_id(id) || !(after.is_empty() || after.starts_with('/')) {
            return None;
        }
        parts.push((name, id));
        rest = after.strip_prefix('/').unwrap_or(after);
    }
    Some(parts)
}

/// Ids of Graph are printable and without what would end or climb a path.
pub(crate) fn is_id(id: &str) -> bool {
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"/\\?#'\"()%".contains(c);
    !id.is_empty() && id != "." && id != ".." && id.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn resources_of_other_things_are_not_messages() {
        let others = [
            "",
            "/",
            "teams('t')/channels('c')",
            "teams('t')/channels('c')/messages",
            "teams('t')/messages('m')",
            "users('u')/messages('m')",
            "chats('c')/messages('m')/replies('r')",
            "chats('c')/members('m')",
            "chats('')/messages('m')",
            "chats('..')/messages('m')",
            "chats('c')messages('m')",
            "chats('c/../../users')/messages('m')",
            "communications/callRecords/1",
        ];
        for resource in others {
            assert_eq!(Source::parse(resource), None, "{resource}");
        }
    }

    #[test]
    fn both_forms_and_any_case_lead_to_the_message() {
        let cases = [
            (
                "teams('5f1')/channels('19:ab@thread.tacv2')/messages('1616990032035')",
                "/teams/5f1/channels/19:ab@thread.tacv2/messages/1616990032035",
            ),
            (
                "Teams('5f1')/Channels('19:ab@thread.tacv2')/Messages('16')/Replies('17')",
                "/teams/5f1/channels/19:ab@thread.tacv2/messages/16/replies/17",
            ),
            ("/chats('19:x_y@unq.gbl.spaces')/messages('16')", "/chats/19:x_y@unq.gbl.spaces/messages/16"),
            ("chats/19:x@thread.v2/messages/16", "/chats/19:x@thread.v2/messages/16"),
        ];
        for (resource, path) in cases {
            assert_eq!(
                Source::parse(resource).map(|source| source.path()).as_deref(),
                Some(path),
                "{resource}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(resource in r"(teams|chats|/|\('|'\)|messages|channels|[a-z.:@%']|\PC){0,12}") {
            if let Some(source) = Source::parse(&resource) {
                prop_assert!(!source.path().contains("/.."));
                prop_assert_eq!(source.path().contains("/replies/"), source.reply.is_some());
                let again = source.resource();
                prop_assert_eq!(Source::parse(&again), Some(source));
            }
        }

        #[test]
        fn ids_come_through_unchanged(team in "[a-f0-9-]{36}", channel in r"19:[a-zA-Z0-9_-]{1,40}@thread\.tacv2", id in "[0-9]{13}") {
            let resource = format!("teams('{team}')/channels('{channel}')/messages('{id}')");
            let source = Source::parse(&resource).unwrap();
            prop_assert_eq!(source.place, Place::Channel { team: &team, channel: &channel });
            prop_assert_eq!(source.message, id);
        }
    }
}
