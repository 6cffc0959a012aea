//! `multipart/form-data` as OneNote takes it: line ends are CRLF, strictly.

use bytes::Bytes;

use super::errors;
use crate::graph::errors::GraphError;

/// The most parts of a request, beside the page or the commands.
const MOST_PARTS: usize = 6;
/// The most bytes of a request.
pub(super) const MOST_BYTES: usize = 4 << 20;

/// A part.
#[derive(Debug, PartialEq)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) bytes: Bytes,
}

/// Takes a body apart: what is in the part that says what to do, and the other parts.
pub(super) fn read(content_type: &str, body: &Bytes, main: &str) -> Result<(String, Vec<Part>), GraphError> {
    let boundary = content_type.split(';').filter_map(|part| part.trim().strip_prefix("boundary=")).next();
    let boundary = boundary.map(|text| text.trim_matches('"')).filter(|text| !text.is_empty());
    let boundary = boundary.ok_or_else(|| errors::malformed("The content type has no boundary."))?;
    let mut parts =
        parts(body, boundary).ok_or_else(|| errors::malformed("The multipart body is malformed."))?;
    let is_main = |part: &Part| part.name.eq_ignore_ascii_case(main);
    match parts.iter().filter(|part| is_main(part)).count() {
        0 => return Err(errors::no_presentation()),
        1 => {}
        _ => return Err(errors::two_presentations()),
    }
    if parts.len() - 1 > MOST_PARTS {
        return Err(errors::malformed(format!("The request has more than {MOST_PARTS} parts of data.")));
    }
    let at = parts.iter().position(is_main).unwrap_or_default();
    let text = String::from_utf8(parts.remove(at).bytes.to_vec());
    Ok((text.map_err(|_| errors::malformed("The page is not UTF-8."))?, parts))
}

fn parts(body: &Bytes, boundary: &str) -> Option<Vec<Part>> {
    let (first, next) = (format!("--{boundary}"), format!("\r\n--{boundary}"));
    let mut at = find(body, first.as_bytes(), 0)? + first.len();
    let mut parts = Vec::new();
    loop {
        match body.get(at..at + 2)? {
            b"--" => return Some(parts),
            b"\r\n" => {}
            _ => return None,
        }
        let head_end = find(body, b"\r\n\r\n", at)?;
        let head = std::str::from_utf8(&body[at..head_end]).ok()?;
        let end = find(body, next.as_bytes(), head_end + 2)?;
        parts.push(Part {
            name: name(head)?,
            kind: field(head, "content-type").unwrap_or("application/octet-stream").to_owned(),
            bytes: body.slice((head_end + 4).min(end)..end),
        });
        at = end + next.len();
    }
}

fn find(body: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    let found = body.get(from..)?.windows(wanted.len()).position(|window| window == wanted)?;
    Some(from + found)
}

fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let lines = head.split("\r\n").filter_map(|line| line.split_once(':'));
    let mut found = lines.filter(|(known, _)| known.trim().eq_ignore_ascii_case(name));
    found.next().map(|(_, value)| value.trim())
}

fn name(head: &str) -> Option<String> {
    let disposition = field(head, "content-disposition")?;
    let name = disposition.split(';').filter_map(|part| part.trim().strip_prefix("name=")).next()?;
    Some(name.trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(body: &str) -> Result<(String, Vec<Part>), &'static str> {
        let body = Bytes::from(body.to_owned());
        read("multipart/form-data; boundary=B", &body, "Presentation").map_err(|error| error.code)
    }

    fn part(name: &str, content: &str) -> String {
        format!(
            "--B\r\nContent-Disposition:form-data; name=\"{name}\"\r\nContent-Type:image/png\r\n\r\n{content}\r\n"
        )
    }

    #[test]
    fn a_page_comes_with_its_parts() {
        let body = format!("{}{}--B--\r\n", part("Presentation", "<html/>"), part("one", "a\r\n\r\nb"));
        let (page, parts) = reading(&body).unwrap();
        assert_eq!(page, "<html/>");
        let image = Part { name: "one".into(), kind: "image/png".into(), bytes: "a\r\n\r\nb".into() };
        assert_eq!(parts, [image]);
    }

    #[test]
    fn there_is_one_page_and_line_ends_are_strict() {
        let (page, image) = (part("Presentation", "p"), part("x", "y"));
        assert_eq!(reading(&format!("{image}--B--")), Err("20001"));
        assert_eq!(reading(&format!("{page}{page}--B--")), Err("20002"));
        assert_eq!(reading(&format!("{page}--B--").replace("\r\n", "\n")), Err("20108"));
        assert_eq!(reading(&page), Err("20108"), "no end");
        assert_eq!(reading(&format!("{page}{}--B--", image.repeat(7))), Err("20108"), "too many");
    }
}
