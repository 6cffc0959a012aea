//! A body of several parts: a page or changes of one, and the images that it shows. OneNote insists on CRLF. Pure.

use super::html::part;
use super::images::Image;
use crate::words::code;

/// A body, and what says how to read it.
#[derive(Debug, PartialEq, Eq)]
pub struct Body {
    /// `Content-Type`
    pub content_type: String,
    /// The body.
    pub bytes: Vec<u8>,
}

/// The first part: its name, its type, what it says.
#[derive(Debug, Clone, Copy)]
pub struct First<'a> {
    /// `Presentation` of a page, `Commands` of changes.
    pub name: &'a str,
    /// `text/html`, `application/json`.
    pub content_type: &'a str,
    /// What it says.
    pub text: &'a str,
}

/// The body; without images the first part alone, which needs no parts.
pub fn body(first: First<'_>, images: &[Image]) -> Body {
    if images.is_empty() {
        let content_type = format!("{}; charset=utf-8", first.content_type);
        return Body { content_type, bytes: first.text.as_bytes().to_vec() };
    }
    let boundary = boundary(first.text, images);
    let mut bytes = Vec::new();
    let mut add = |name: &str, content_type: &str, content: &[u8]| {
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\nContent-Type: {content_type}\r\n\r\n"
        );
        bytes.extend_from_slice(head.as_bytes());
        bytes.extend_from_slice(content);
        bytes.extend_from_slice(b"\r\n");
    };
    add(first.name, first.content_type, first.text.as_bytes());
    for (at, image) in images.iter().enumerate() {
        add(&part(at), image.content_type, &image.bytes);
    }
    bytes.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    Body { content_type: format!("multipart/form-data; boundary={boundary}"), bytes }
}

/// Words that stand in no part. The same for the same body, so that a repeated request is the same.
fn boundary(text: &str, images: &[Image]) -> String {
    let holds = |bytes: &[u8], words: &[u8]| bytes.windows(words.len()).any(|window| window == words);
    (0_u32..)
        .map(|turn| format!("tieline{}", code(&[&turn.to_string(), text])))
        .find(|words| {
            !text.contains(words) && !images.iter().any(|image| holds(&image.bytes, words.as_bytes()))
        })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: First<'_> = First { name: "Presentation", content_type: "text/html", text: "<html></html>" };

    fn image(bytes: &[u8]) -> Image {
        Image { content_type: "image/png", bytes: bytes.to_vec(), shows: String::new() }
    }

    #[test]
    fn parts_stand_between_boundaries_with_crlf() {
        let Body { content_type, bytes } = body(FIRST, &[image(b"\x89PNG\xff"), image(b"x")]);
        let boundary = content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
        let mut expected = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"Presentation\"\r\nContent-Type: text/html\r\n\r\n\
             <html></html>\r\n--{boundary}\r\nContent-Disposition: form-data; name=\"image1\"\r\nContent-Type: image/png\r\n\r\n"
        )
        .into_bytes();
        expected.extend_from_slice(b"\x89PNG\xff");
        let rest = format!(
            "\r\n--{boundary}\r\nContent-Disposition: form-data; name=\"image2\"\r\nContent-Type: image/png\r\n\r\nx\r\n--{boundary}--\r\n"
        );
        expected.extend_from_slice(rest.as_bytes());
        assert_eq!(bytes, expected);
    }

    #[test]
    fn a_page_without_images_is_itself() {
        let Body { content_type, bytes } = body(FIRST, &[]);
        assert_eq!((content_type.as_str(), &bytes[..]), ("text/html; charset=utf-8", &b"<html></html>"[..]));
    }

    #[test]
    fn a_boundary_stands_in_no_part() {
        let first = format!("tieline{}", code(&["0", FIRST.text]));
        let Body { content_type, .. } = body(FIRST, &[image(first.as_bytes())]);
        assert!(!content_type.ends_with(&first), "{content_type}");
    }
}
