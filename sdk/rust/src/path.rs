//! Paths out of parts that strangers chose.

/// Stands for a segment that no path can hold.
const NOTHING: &str = "%EF%BF%BD";

/// A path whose segments are exactly `segments`, whatever they contain: `/chats/19:abc@thread.v2/messages`.
///
/// Each segment is percent-encoded, so that an id cannot add a segment or a query. An empty segment, `.` and
/// `..` have no encoding that keeps them (RFC 3986 §5.2.4, and parsers read `%2E` alike), so they are replaced
/// by a segment that names nothing: the upstream says 404, instead of answering for another resource.
///
/// ```
/// use tieline_sdk::path;
/// assert_eq!(path(["chats", "19:abc@thread.v2", "messages"]), "/chats/19:abc@thread.v2/messages");
/// assert_eq!(path(["users", "a/../../groups?x"]), "/users/a%2F..%2F..%2Fgroups%3Fx");
/// assert_eq!(path(["users", ".."]), "/users/%EF%BF%BD");
/// ```
pub fn path<'a>(segments: impl IntoIterator<Item = &'a str>) -> String {
    let mut path = String::with_capacity(96);
    for segment in segments {
        path.push('/');
        match segment {
            "" | "." | ".." => path.push_str(NOTHING),
            _ => encode_into(segment, b"-._~:@", &mut path),
        }
    }
    path
}

/// `text` as one component of a URL: everything but letters, digits and `-._~` percent-encoded.
pub fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() + 16);
    encode_into(text, b"-._~", &mut encoded);
    encoded
}

fn encode_into(text: &str, plain: &[u8], encoded: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || plain.contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push(char::from(HEX[usize::from(byte >> 4)]));
            encoded.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decode(encoded: &str) -> String {
        let mut bytes = Vec::new();
        let mut rest = encoded.bytes();
        while let Some(byte) = rest.next() {
            bytes.push(match byte {
                b'%' => {
                    let digits = [rest.next().unwrap(), rest.next().unwrap()];
                    u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
                }
                plain => plain,
            });
        }
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_segment_cannot_climb() {
        assert_eq!(path(["users", "..", "messages"]), "/users/%EF%BF%BD/messages");
        assert_eq!(path(["users", ""]), "/users/%EF%BF%BD");
        assert_eq!(path(["users", "%2e%2e"]), "/users/%252e%252e");
    }

    proptest! {
        #[test]
        fn any_text_stays_one_segment_and_comes_back(text in ".+") {
            prop_assume!(text != "." && text != "..");
            let path = path(["users", &text]);
            prop_assert_eq!(path.matches('/').count(), 2);
            prop_assert!(!path.contains(['?', '#', '\\', ' ']));
            prop_assert_eq!(decode(path.strip_prefix("/users/").unwrap()), text.clone());
            prop_assert_eq!(decode(&encode(&text)), text);
        }
    }
}
