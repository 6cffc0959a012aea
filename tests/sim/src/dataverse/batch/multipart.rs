//! Parts of a multipart body, in and out.

use std::fmt::Write;

use crate::call::Reply;

/// A part of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    One(Inner),
    /// A change set.
    Set(Vec<Inner>),
}

/// A request inside a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Inner {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
    pub(super) content_id: Option<String>,
}

/// The boundary in a content type.
pub(super) fn boundary(content_type: &str) -> Option<&str> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/mixed") {
        return None;
    }
    let parameter = |parameter: &'_ str| parameter.trim().strip_prefix("boundary=").map(str::len);
    let text = parameters.split(';').find(|text| parameter(text).is_some())?;
    Some(text.trim().strip_prefix("boundary=")?.trim_matches('"'))
}

/// The parts of a batch; `None` where it is not well formed.
pub(super) fn parts(text: &str, boundary: &str) -> Option<Vec<Part>> {
    pieces(text, boundary)?
        .into_iter()
        .map(|piece| {
            let (headers, body) = head(piece);
            match header(&headers, "content-type").and_then(self::boundary) {
                Some(boundary) => {
                    let inside = pieces(body, boundary)?.into_iter();
                    Some(Part::Set(inside.map(request).collect::<Option<_>>()?))
                }
                None => request(piece).map(Part::One),
            }
        })
        .collect()
}

fn pieces<'a>(text: &'a str, boundary: &str) -> Option<Vec<&'a str>> {
    let mark = format!("--{boundary}");
    let mut pieces = Vec::new();
    for piece in text.split(&mark).skip(1) {
        if piece.starts_with("--") {
            return Some(pieces);
        }
        pieces.push(piece.trim_start_matches(['\r', '\n']));
    }
    None
}

fn request(piece: &str) -> Option<Inner> {
    let (outer, inside) = head(piece);
    let content_id = header(&outer, "content-id").map(str::to_owned);
    let (line, rest) = inside.trim_start().split_once('\n').unwrap_or((inside.trim(), ""));
    let line = line.trim();
    let (method, rest_of_line) = line.split_once(' ')?;
    let url = rest_of_line.rsplit_once(" HTTP/").map_or(rest_of_line, |(url, _)| url);
    let (headers, body) = head(rest);
    Some(Inner {
        method: method.to_owned(),
        url: url.trim().to_owned(),
        headers,
        body: body.trim().to_owned(),
        content_id,
    })
}

/// Header fields, and what stands behind the empty line.
fn head(text: &str) -> (Vec<(String, String)>, &str) {
    let mut rest = text;
    let mut headers = Vec::new();
    while let Some((line, after)) = rest.split_once('\n') {
        rest = after;
        let line = line.trim();
        if line.is_empty() {
            return (headers, rest);
        }
        if let Some((name, value)) = line.split_once(':') {
            headers.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    (headers, rest)
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

/// An answer as a part.
pub(super) fn answer(reply: Reply, content_id: Option<&str>) -> String {
    let (parts, body) = reply.into_parts();
    let mut text = "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n".to_owned();
    if let Some(id) = content_id {
        let _ = write!(text, "Content-ID: {id}\r\n");
    }
    let reason = parts.status.canonical_reason().unwrap_or_default();
    let _ = write!(text, "\r\nHTTP/1.1 {} {reason}\r\n", parts.status.as_u16());
    for (name, value) in &parts.headers {
        let _ = write!(text, "{name}: {}\r\n", value.to_str().unwrap_or_default());
    }
    let _ = write!(text, "OData-Version: 4.0\r\n\r\n{}\r\n", super::whole(body));
    text
}

/// Parts between boundaries.
pub(super) fn joined(parts: &[String], boundary: &str) -> String {
    let mut text = String::new();
    for part in parts {
        let _ = write!(text, "--{boundary}\r\n{part}");
    }
    let _ = write!(text, "--{boundary}--\r\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_has_requests_and_change_sets() {
        let text = "--b\r\nContent-Type: application/http\r\n\r\nGET /api/data/v9.2/accounts?$top=1 HTTP/1.1\r\nAccept: \
                    application/json\r\n\r\n\r\n--b\r\nContent-Type: multipart/mixed; boundary=\"c\"\r\n\r\n--c\r\n\
                    Content-Type: application/http\r\nContent-ID: 1\r\n\r\nPOST tasks HTTP/1.1\r\nContent-Type: \
                    application/json\r\n\r\n{\"subject\":\"x\"}\r\n--c--\r\n--b--\r\n";
        let parts = parts(text, boundary("multipart/mixed;boundary=b").unwrap()).unwrap();
        let Part::One(first) = &parts[0] else { panic!("{parts:?}") };
        assert_eq!((first.method.as_str(), first.url.as_str()), ("GET", "/api/data/v9.2/accounts?$top=1"));
        assert_eq!(first.headers, [("Accept".to_owned(), "application/json".to_owned())]);
        let Part::Set(set) = &parts[1] else { panic!("{parts:?}") };
        assert_eq!((set[0].content_id.as_deref(), set[0].body.as_str()), (Some("1"), "{\"subject\":\"x\"}"));
    }

    #[test]
    fn what_has_no_end_is_no_batch() {
        assert!(parts("--b\r\n\r\nGET x HTTP/1.1\r\n", "b").is_none());
        assert!(boundary("application/json").is_none() && boundary("text/plain; boundary=b").is_none());
    }
}
