//! Images of a note, and the limits within which OneNote takes them. Pure.
//!
//! <https://learn.microsoft.com/graph/onenote-images-files>

use serde::Deserialize;
use tieline_sdk::Problem;

/// A request through Graph is this large at most; some of it is for the page itself.
const REQUEST: usize = 4 << 20;
const FOR_THE_PAGE: usize = 128 << 10;
/// A request has six parts at most, one of which is the page.
pub const PARTS: usize = 5;
/// A page shows so many images at most.
pub const ON_A_PAGE: usize = 150;

/// An image, as a person gives it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// `image/png`, `image/jpeg` or `image/gif`.
    pub content_type: String,
    /// In base64.
    pub content: String,
    /// What it shows, for people who do not see it.
    #[serde(default)]
    pub shows: String,
}

/// An image that OneNote takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Its type.
    pub content_type: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What it shows.
    pub shows: String,
}

/// The images, if OneNote takes them in one request onto a page that shows `there` already.
///
/// # Errors
/// `vault.image-refused`, with the one at fault, or what is too much.
pub fn taken(given: &[Given], there: usize) -> Result<Vec<Image>, Problem> {
    let refused = |message: String, remedy: &str| {
        Err(Problem::new("vault.image-refused", message).remedy(remedy.to_owned()))
    };
    if given.len() > PARTS {
        let message = format!("{} images are more than the {PARTS} that OneNote takes at once", given.len());
        return refused(message, "append the others to the note");
    }
    if there + given.len() > ON_A_PAGE {
        let message = format!("a page shows {ON_A_PAGE} images at most, and this one has {there}");
        return refused(message, "write another note");
    }
    let mut images = Vec::with_capacity(given.len());
    for (at, image) in given.iter().enumerate() {
        let Some(bytes) = decoded(&image.content) else {
            return refused(format!("image {} is not in base64", at + 1), "send its bytes in base64");
        };
        let Some(content_type) = kind(&bytes).filter(|kind| kind.eq_ignore_ascii_case(&image.content_type))
        else {
            let message = format!("image {} is no {}", at + 1, image.content_type);
            return refused(message, "send PNG, JPEG or GIF, and say which");
        };
        images.push(Image { content_type, bytes, shows: image.shows.clone() });
    }
    let size: usize = images.iter().map(|image| image.bytes.len()).sum();
    if size > REQUEST - FOR_THE_PAGE {
        let message = format!("the images have {size} bytes, and Graph takes 4 MB at once");
        return refused(message, "send smaller ones, or append them one by one");
    }
    Ok(images)
}

/// What a file is by its first bytes, whatever it is said to be.
fn kind(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', ..] => Some("image/gif"),
        _ => None,
    }
}

/// Bytes in base64 (RFC 4648, section 4).
fn decoded(text: &str) -> Option<Vec<u8>> {
    let text = text.trim().trim_end_matches('=');
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
        }
    }
    // What is left over are fewer than six bits, all zero.
    (held < 6 && bits & ((1 << held) - 1) == 0 && !bytes.is_empty()).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &str = "iVBORw0KGgo=";

    fn given(content_type: &str, content: &str) -> Given {
        Given { content_type: content_type.into(), content: content.into(), shows: String::new() }
    }

    #[test]
    fn an_image_is_what_its_bytes_say() {
        let images = taken(&[given("image/png", PNG)], 0).unwrap();
        assert_eq!((images[0].content_type, &images[0].bytes[..4]), ("image/png", &b"\x89PNG"[..]));
        for (content_type, content) in [
            ("image/jpeg", PNG),
            ("image/png", "PHNjcmlwdD4="),
            ("image/svg+xml", "PHN2Zz4="),
            ("image/png", "!"),
            ("image/png", ""),
        ] {
            let problem = taken(&[given(content_type, content)], 0).unwrap_err();
            assert!(
                problem.code == "vault.image-refused" && problem.message.contains("image 1"),
                "{content}"
            );
        }
    }

    #[test]
    fn more_than_onenote_takes_is_refused_before_it_is_sent() {
        let many = vec![given("image/png", PNG); 6];
        assert_eq!(taken(&many[..5], 0).unwrap().len(), 5);
        assert!(taken(&many, 0).unwrap_err().message.contains('6'));
        assert!(taken(&many[..1], 149).is_ok());
        assert!(taken(&many[..1], 150).is_err(), "the page is full");
        let large = format!("iVBORw0KGgo{}", "A".repeat(3_000_001));
        assert!(taken(&[given("image/png", &large[..2_800_000])], 0).is_ok());
        let two = [given("image/png", &large[..2_800_000]), given("image/png", &large[..2_800_000])];
        assert!(taken(&two, 0).unwrap_err().message.contains("4 MB"));
    }

    #[test]
    fn base64_is_read_as_it_is_written() {
        for (text, bytes) in [
            ("Zg==", Some(&b"f"[..])),
            ("Zm8=", Some(b"fo")),
            ("Zm9v", Some(b"foo")),
            ("Zm9vYg", Some(b"foob")),
        ] {
            assert_eq!(decoded(text).as_deref(), bytes, "{text}");
        }
        for wrong in ["Z", "Zh==", "Zg=a", "Z g=", "Zg-_"] {
            assert_eq!(decoded(wrong), None, "{wrong}");
        }
    }
}
