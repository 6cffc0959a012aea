//! `$top`, `$skiptoken` and `@odata.nextLink`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Request;
use super::errors::GraphError;

/// Which page is wanted.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) size: usize,
    /// Where the page before ended; what that means is the list's own affair.
    pub(super) after: Option<u64>,
}

impl Page {
    /// Reads the query of a list whose pages have `default` items and at most `most`.
    pub(super) fn of(request: &Request<'_>, default: usize, most: usize) -> Result<Self, GraphError> {
        let top = request.call.parameter("$top");
        let skip = request.call.parameter("$skiptoken");
        Self::read(top.as_deref(), skip.as_deref(), default, most)
    }

    fn read(top: Option<&str>, skip: Option<&str>, default: usize, most: usize) -> Result<Self, GraphError> {
        let size = match top {
            None => default,
            Some(top) => top.parse().ok().filter(|size| (1..=most).contains(size)).ok_or_else(|| {
                GraphError::bad_request(format!(
                    "Invalid value for $top: '{top}'. It must be between 1 and {most}."
                ))
            })?,
        };
        let after = match skip {
            None => None,
            Some(token) => {
                Some(position(token).ok_or_else(|| GraphError::bad_request("Invalid $skiptoken."))?)
            }
        };
        Ok(Self { size, after })
    }
}

/// The link to the page after `after`, with the other parameters of this request.
pub(super) fn next_link(request: &Request<'_>, after: u64) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in url::form_urlencoded::parse(request.call.query().as_bytes()) {
        if name != "$skiptoken" {
            query.append_pair(&name, &value);
        }
    }
    query.append_pair("$skiptoken", &token(after));
    format!("{}{}?{}", request.call.base(), request.call.path(), query.finish())
}

/// Clients must not read anything into a token, so it gives them nothing to read.
pub(super) fn token(after: u64) -> String {
    URL_SAFE_NO_PAD.encode(format!("after:{after}"))
}

fn position(token: &str) -> Option<u64> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    text.strip_prefix("after:")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_leads_to_where_the_page_ended() {
        let page = Page::read(Some("50"), Some(&token(1_616_990_032_035)), 20, 50).unwrap();
        assert_eq!(page, Page { size: 50, after: Some(1_616_990_032_035) });
    }

    #[test]
    fn too_much_is_refused() {
        assert!(Page::read(Some("51"), None, 20, 50).is_err());
        assert!(Page::read(Some("0"), None, 20, 50).is_err());
        assert!(Page::read(None, Some("tampered"), 20, 50).is_err());
    }
}
