//! The resources that notifications name. Pure.

/// The chat that a resource is about: `chats('…')/messages('…')` or `/chats/…/messages`.
pub fn chat_of(resource: &str) -> Option<&str> {
    let rest = resource.trim_start_matches('/');
    let rest = rest.strip_prefix("chats").or_else(|| rest.strip_prefix("Chats"))?;
    match rest.strip_prefix("('") {
        Some(keyed) => keyed.split_once("')").map(|(id, _)| id),
        None => rest.strip_prefix('/')?.split('/').next(),
    }
    .filter(|id| !id.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_name_the_chat() {
        assert_eq!(chat_of("chats('19:a@thread.v2')/messages('161')"), Some("19:a@thread.v2"));
        assert_eq!(chat_of("chats('19:a_b@unq.gbl.spaces')/messages('161')"), Some("19:a_b@unq.gbl.spaces"));
        assert_eq!(chat_of("/chats/19:a@thread.v2/messages"), Some("19:a@thread.v2"));
        for wrong in ["teams('t')/channels('c')/messages('1')", "chats", "chats('')/messages('1')", ""] {
            assert_eq!(chat_of(wrong), None, "{wrong}");
        }
    }
}
