//! Editions of configuration on the wire: `ETag` out, `If-Match` and `If-None-Match` in (RFC 9110, 8.8.3, 13.1.1 and 13.1.2).

use std::convert::Infallible;

use axum::{
    Json as Answer,
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts},
};
use tieline_delivery::{Edition, Expected};

/// An answer with its edition.
pub(crate) type Tagged<T> = ([(HeaderName, HeaderValue); 1], Answer<T>);

/// Adds the edition to an answer.
pub(crate) fn tagged<T>((body, edition): (T, Edition)) -> Tagged<T> {
    let tag = HeaderValue::try_from(format!("\"{}\"", edition.as_str()));
    let tag = tag.expect("an edition is letters and digits");
    ([(header::ETAG, tag)], Answer(body))
}

/// What a change expects to find: as `If-Match` says, nothing where `If-None-Match: *` says so, else anything.
pub(crate) struct IfMatch(pub(crate) Expected);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(expected(&parts.headers)))
    }
}

/// What cannot be read names no edition, so that nothing is changed.
fn expected(headers: &HeaderMap) -> Expected {
    let fields: Vec<_> = headers.get_all(header::IF_MATCH).iter().collect();
    if fields.is_empty() {
        let anew = headers.get(header::IF_NONE_MATCH).is_some_and(|field| field == "*");
        return if anew { Expected::Absent } else { Expected::Anything };
    }
    let texts = fields.iter().filter_map(|field| field.to_str().ok());
    let tags: Vec<&str> = texts.flat_map(|text| text.split(',')).map(str::trim).collect();
    if tags == ["*"] {
        return Expected::Existing;
    }
    let quoted = |tag: &&str| Some(tag.strip_prefix('"')?.strip_suffix('"')?.to_owned());
    Expected::OneOf(tags.iter().filter_map(quoted).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_expected_is_read_and_what_cannot_be_read_is_not_there() {
        let of = |fields: &[&'static str]| {
            let named = fields.iter().map(|field| (header::IF_MATCH, HeaderValue::from_static(field)));
            expected(&HeaderMap::from_iter(named))
        };
        let one_of = |editions: &[&str]| Expected::OneOf(editions.iter().map(|e| (*e).into()).collect());
        assert_eq!(of(&[]), Expected::Anything);
        assert_eq!(of(&["*"]), Expected::Existing);
        assert_eq!(of(&["\"a1\""]), one_of(&["a1"]));
        assert_eq!(of(&["\"a1\", \"b2\""]), one_of(&["a1", "b2"]));
        for unread in ["", "a1", "W/\"a1\"", "\"a1", "\""] {
            assert_eq!(of(&[unread]), one_of(&[]), "{unread}");
        }
        let anew = HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_static("*"))]);
        assert_eq!(expected(&anew), Expected::Absent);
    }
}
