//! A Graph path, taken apart so that what is judged is what is sent.

/// Path and query of a Graph call. Parsing refuses every spelling that a server could read differently from
/// us (dot segments, encoded slashes, back slashes, empty segments), so no call passes as another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GraphPath {
    address: String,
    segments: Vec<String>,
}

/// Why a path was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidPath {
    #[error("the path is longer than 8,192 bytes")]
    TooLong,
    #[error("the path has a character that must be percent-encoded")]
    Character,
    #[error("the path has an empty segment, a dot segment, or an encoded slash")]
    Segment,
    #[error("a whole address must lie under the version root /{0}/")]
    Elsewhere(String),
}

impl GraphPath {
    /// Takes a path from the version root, or a whole `nextLink`. The origin of a whole address is compared
    /// with the connection's own when it is sent.
    pub(crate) fn parse(given: &str, version: &str) -> Result<Self, InvalidPath> {
        if given.len() > 8_192 {
            return Err(InvalidPath::TooLong);
        }
        let allowed = |b: u8| {
            (0x21..=0x7e).contains(&b) && !matches!(b, b'\\' | b'#' | b'"' | b'<' | b'>' | b'^' | b'`')
        };
        if !given.bytes().all(allowed) {
            return Err(InvalidPath::Character);
        }
        let (address, path) = match given.split_once("://") {
            Some((_, rest)) if !given.starts_with('/') => {
                let path = rest.split_once('/').map(|(_, path)| path);
                let elsewhere = || InvalidPath::Elsewhere(version.into());
                let inside = path.and_then(|p| p.strip_prefix(version)).and_then(|p| p.strip_prefix('/'));
                (given.to_owned(), inside.ok_or_else(elsewhere)?)
            }
            _ => {
                let path = given.strip_prefix('/').unwrap_or(given);
                (format!("/{version}/{path}"), path)
            }
        };
        let path = path.split_once('?').map_or(path, |(path, _)| path);
        let segments =
            path.split('/').map(segment).collect::<Option<Vec<_>>>().ok_or(InvalidPath::Segment)?;
        Ok(Self { address, segments })
    }

    /// The decoded segments after the version, one call of an OData function being one segment.
    pub(crate) fn segments(&self) -> &[String] {
        &self.segments
    }

    /// The address to send to: absolute, or relative to the cloud's Graph origin.
    pub(crate) fn into_address(self) -> String {
        self.address
    }
}

fn segment(encoded: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        if byte == b'%' {
            let digits = tail.get(..2).filter(|d| d.iter().all(u8::is_ascii_hexdigit))?;
            bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
            rest = &tail[2..];
        } else {
            bytes.push(byte);
            rest = tail;
        }
    }
    let text = String::from_utf8(bytes).ok()?;
    let harmless = !text.is_empty()
        && text != "."
        && text != ".."
        && !text.contains(['/', '\\', '%', '?', '#'])
        && !text.contains(char::is_control);
    harmless.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_could_be_read_twice() {
        for bad in [
            "",
            "/",
            "/users//messages",
            "/users/../me",
            "/users/%2e%2e/me",
            "/users/a%2Fmessages",
            "/users/a%252Fb",
            "/users/a\\b",
            "/users/a#b",
            "/users/a b",
            "/users/",
            "/users/%zz",
            "https://graph.microsoft.com/beta/users",
            "https://graph.microsoft.com",
        ] {
            assert!(GraphPath::parse(bad, "v1.0").is_err(), "{bad}");
        }
    }

    #[test]
    fn reads_paths_and_next_links_alike() {
        let path =
            GraphPath::parse("/teams/1/channels/19%3Aa%40thread.tacv2/messages?$top=5", "v1.0").unwrap();
        assert_eq!(path.segments(), ["teams", "1", "channels", "19:a@thread.tacv2", "messages"]);
        assert_eq!(path.into_address(), "/v1.0/teams/1/channels/19%3Aa%40thread.tacv2/messages?$top=5");
        let link =
            GraphPath::parse("https://graph.microsoft.com/v1.0/users?$skiptoken=x://y", "v1.0").unwrap();
        assert_eq!(link.segments(), ["users"]);
    }
}
