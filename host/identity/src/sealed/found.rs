//! Finding ciphertexts in what is stored, whatever it is. Pure.

use std::ops::Range;

use super::{CannotOpen, Parts, SealingKey, TEXT};

/// A ciphertext inside a value.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Found {
    at: Range<usize>,
    /// The id of the key that opens it.
    pub(crate) key_id: String,
    purpose: String,
    /// Whether it is a text, or else the whole value.
    text: bool,
}

/// The ciphertexts of a value: the whole of it, or texts in it, as in JSON. One that stands there in another way
/// (compressed, or in base64 again) is not found, so nothing may keep one so.
pub(crate) fn found(value: &[u8]) -> Vec<Found> {
    if let Some(parts) = Parts::of_content(value) {
        let Parts { key_id, purpose, .. } = parts;
        return vec![Found { at: 0..value.len(), key_id: key_id.to_owned(), purpose, text: false }];
    }
    let (mut all, mut from) = (Vec::new(), 0);
    while let Some(at) = find(&value[from..], TEXT.as_bytes()).map(|at| from + at) {
        let length = value[at..].iter().take_while(|byte| is_of_text(**byte)).count();
        from = at + length;
        let parts = std::str::from_utf8(&value[at..from]).ok().and_then(Parts::of_text);
        if let Some(Parts { key_id, purpose, .. }) = parts {
            all.push(Found { at: at..from, key_id: key_id.to_owned(), purpose, text: true });
        }
    }
    all
}

impl Found {
    /// The value with this ciphertext sealed anew.
    pub(crate) fn reseal(
        &self,
        value: &[u8],
        owner: &str,
        old: &SealingKey,
        new: &SealingKey,
    ) -> Result<Vec<u8>, CannotOpen> {
        let sealed = &value[self.at.clone()];
        if !self.text {
            let content = old.decrypt(owner, &self.purpose, Parts::of_content(sealed).ok_or(CannotOpen)?)?;
            return new.seal_content(owner, &self.purpose, content.to_vec());
        }
        let text = std::str::from_utf8(sealed).map_err(|_| CannotOpen)?;
        let content = old.decrypt(owner, &self.purpose, Parts::of_text(text).ok_or(CannotOpen)?)?;
        let anew = new.seal(owner, &self.purpose, &content)?;
        Ok([&value[..self.at.start], anew.as_str().as_bytes(), &value[self.at.end..]].concat())
    }
}

fn is_of_text(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::{super::CONTENT, *};
    use proptest::prelude::*;

    fn keys() -> (SealingKey, SealingKey) {
        (SealingKey::new("old", &[1; 32]), SealingKey::new("new", &[2; 32]))
    }

    #[test]
    fn finds_each_text_in_json_and_leaves_the_rest_as_it_is() {
        let (old, new) = keys();
        let [a, b] = ["a", "b"].map(|purpose| old.seal("acme", purpose, purpose.as_bytes()).unwrap());
        let json = serde_json::json!({ "name": "über", "one": a, "deep": [{ "other": b }] });
        let mut value = serde_json::to_vec(&json).unwrap();
        while let Some(one) = found(&value).into_iter().find(|found| found.key_id == "old") {
            value = one.reseal(&value, "acme", &old, &new).unwrap();
        }
        let read: serde_json::Value = serde_json::from_slice(&value).unwrap();
        assert_eq!(read["name"], "über");
        for (sealed, purpose) in [(&read["one"], "a"), (&read["deep"][0]["other"], "b")] {
            let sealed = serde_json::from_value(sealed.clone()).unwrap();
            assert_eq!(*new.open("acme", purpose, &sealed).unwrap(), purpose.as_bytes());
        }
    }

    #[test]
    fn a_content_is_the_whole_value() {
        let (old, new) = keys();
        let inner = old.seal("acme", "inner", b"x").unwrap();
        let value = old.seal_content("acme", "tape", inner.as_str().as_bytes().to_vec()).unwrap();
        let [one] = &found(&value)[..] else { panic!("{value:?}") };
        let anew = one.reseal(&value, "acme", &old, &new).unwrap();
        assert_eq!(*new.open_content("acme", "tape", &anew).unwrap(), inner.as_str().as_bytes());
    }

    #[test]
    fn what_only_looks_like_one_is_none_and_what_was_changed_does_not_open() {
        let (old, new) = keys();
        for plain in
            ["", "tieline-sealed.", "tieline-sealed.old.YQ", "tieline-sealed.old.YQ.!", "\0tieline-sealed\0"]
        {
            assert_eq!(found(plain.as_bytes()), [], "{plain}");
        }
        let forged = b"\"tieline-sealed.old.YQ.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"";
        let [one] = &found(forged)[..] else { panic!() };
        assert_eq!(one.reseal(forged, "acme", &old, &new), Err(CannotOpen));
    }

    proptest! {
        #[test]
        fn nothing_that_is_stored_makes_it_panic(value: Vec<u8>, begin in prop::sample::select(vec![TEXT.as_bytes(), CONTENT])) {
            found(&value);
            found(&[begin, &value].concat());
        }
    }
}
