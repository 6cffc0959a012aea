//! What people look like: the smallest photo, as a data address that a page can show.

use std::collections::BTreeMap;

use tieline_sdk::{Response, graph, path};

const SMALLEST: &str = "48x48";

/// The photos of these people, by object id. Whoever has none is left out; a photo is no reason to fail.
pub(crate) fn of(people: &[String]) -> BTreeMap<String, String> {
    let asked = |id: &String| graph::get(path(["users", id, "photos", SMALLEST, "$value"]));
    let answers = graph::batched(people.iter().map(asked));
    let photos = people.iter().zip(answers).filter_map(|(id, answer)| {
        let photo = data_address(&answer.ok().filter(Response::is_success)?)?;
        Some((id.to_ascii_lowercase(), photo))
    });
    photos.collect()
}

/// `data:image/jpeg;base64,…`. In a batch pictures come as base64, alone as they are.
fn data_address(response: &Response) -> Option<String> {
    let body = response.body.as_slice();
    let kind = |bytes: &[u8]| match bytes {
        [0xFF, 0xD8, ..] => Some("image/jpeg"),
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        _ => None,
    };
    if let Some(kind) = kind(body) {
        return Some(format!("data:{kind};base64,{}", base64(body)));
    }
    let text = std::str::from_utf8(body).ok()?.trim().trim_matches('"');
    let kind = if text.starts_with("/9j/") {
        "image/jpeg"
    } else if text.starts_with("iVBOR") {
        "image/png"
    } else {
        return None;
    };
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b));
    plain.then(|| format!("data:{kind};base64,{text}"))
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word =
            chunk.iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = ALPHABET[(word >> (18 - 6 * place) & 63) as usize];
            text.push(if place <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_standard() {
        for (bytes, text) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn only_pictures_become_addresses() {
        let of = |body: &[u8]| data_address(&Response { status: 200, headers: vec![], body: body.to_vec() });
        assert_eq!(of(&[0xFF, 0xD8, 0xFF]).as_deref(), Some("data:image/jpeg;base64,/9j/"));
        assert_eq!(of(b"/9j/4AAQ").as_deref(), Some("data:image/jpeg;base64,/9j/4AAQ"));
        assert_eq!(of(b"\"iVBORw0KGgo=\"").as_deref(), Some("data:image/png;base64,iVBORw0KGgo="));
        for wrong in [b"<html>".as_slice(), b"/9j/<script>", b"", &[0xFF]] {
            assert_eq!(of(wrong), None);
        }
    }
}
