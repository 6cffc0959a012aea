//! What a Graph notification is about, in words: its resource names the thing by ids that nobody can read.

/// Longer ids are cut: those of mail have hundreds of letters.
const ID: usize = 24;

/// `channel message 1616990032035` of `teams('…')/channels('…')/messages('1616990032035')`, and the resource as it
/// is where Graph has things that are not known here. Graph writes ids as OData keys or as segments of their own, and
/// the names of Outlook's resources with capitals.
pub(super) fn about(resource: &str) -> String {
    let mut names: Vec<(&str, &str)> = Vec::new();
    for part in resource.split('/').filter(|part| !part.is_empty()) {
        match (part.split_once("('"), names.last_mut()) {
            (Some((name, key)), _) => names.push((name, key.strip_suffix("')").unwrap_or(key))),
            (None, Some((of, id @ ""))) if has_items(of) => *id = part,
            (None, _) => names.push((part, "")),
        }
    }
    let Some((id, what)) =
        names.last().and_then(|(name, id)| Some((*id, thing(&name.to_ascii_lowercase(), &names)?)))
    else {
        return resource.to_owned();
    };
    match id.char_indices().nth(ID) {
        _ if id.is_empty() => what.to_owned(),
        Some((end, _)) => format!("{what} {}…", &id[..end]),
        None => format!("{what} {id}"),
    }
}

/// Whether what follows this name is an id.
fn has_items(name: &str) -> bool {
    name != "communications" && name != "me"
}

/// What such a thing is called, by where it is.
fn thing(name: &str, names: &[(&str, &str)]) -> Option<&'static str> {
    let within = |of: &str| names.iter().any(|(name, _)| name.eq_ignore_ascii_case(of));
    Some(match name {
        "messages" if within("channels") => "channel message",
        "messages" if within("chats") => "chat message",
        "messages" => "mail message",
        "replies" => "reply in a channel",
        "channels" => "channel",
        "chats" => "chat",
        "members" if within("channels") => "member of a channel",
        "members" if within("chats") => "member of a chat",
        "members" => "member of a team",
        "events" => "calendar event",
        "callrecords" => "call record",
        "transcripts" => "meeting transcript",
        "recordings" => "meeting recording",
        "onlinemeetings" => "meeting",
        "presences" | "presence" => "presence",
        "users" => "user",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::about;

    #[test]
    fn a_resource_is_told_in_words() {
        let table = [
            ("teams('t')/channels('19:x@thread.tacv2')/messages('161')", "channel message 161"),
            (
                "teams('t')/channels('19:x@thread.tacv2')/messages('161')/replies('162')",
                "reply in a channel 162",
            ),
            ("chats('19:x@thread.v2')/messages('161')", "chat message 161"),
            ("/chats('19:x@thread.v2')", "chat 19:x@thread.v2"),
            ("communications/callRecords/6b54c8d5", "call record 6b54c8d5"),
            ("communications/callRecords('6b54c8d5')", "call record 6b54c8d5"),
            ("users('u')/onlineMeetings('m')/transcripts('MSMj')", "meeting transcript MSMj"),
            ("Users/u-1/Events/AAMk", "calendar event AAMk"),
            ("users/u-1/events/AAMk", "calendar event AAMk"),
            ("users/u/messages/AAMkAGUwZmM3YjYxLWExNzItNDAx", "mail message AAMkAGUwZmM3YjYxLWExNzIt…"),
            ("me/messages", "mail message"),
            ("drives('d')/root", "drives('d')/root"),
            ("teams('", "teams('"),
            ("", ""),
        ];
        for (resource, words) in table {
            assert_eq!(about(resource), words, "{resource}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_resource_is_too_strange(resource in ".{0,80}") {
            about(&resource);
        }
    }
}
