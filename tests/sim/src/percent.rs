//! Percent-decoding of paths. (A query string also turns `+` into a space; a path must not.)

use std::borrow::Cow;

/// `text` with `%XX` decoded; what is no valid escape, or makes no UTF-8, stays as it is.
pub(crate) fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escape = bytes.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match escape.and_then(|pair| Some(nibble(pair[0])? << 4 | nibble(pair[1])?)) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(out).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// `text` with everything encoded that is not unreserved, as Graph writes ids in context URLs.
pub(crate) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

fn nibble(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_id_survives_the_journey() {
        let id = "19:4a95f7d8db4c4e7f@thread.tacv2";
        assert_eq!(encode(id), "19%3A4a95f7d8db4c4e7f%40thread.tacv2");
        assert_eq!(decode(&encode(id)), id);
    }

    #[test]
    fn broken_escapes_stay() {
        assert_eq!(decode("100%"), "100%");
        assert_eq!(decode("a%zzb"), "a%zzb");
        assert_eq!(decode("a+b"), "a+b");
        assert_eq!(decode("%ff"), "%ff");
    }
}
