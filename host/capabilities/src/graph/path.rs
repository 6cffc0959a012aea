//! A Graph path, taken apart so that what is judged is what is sent.

use std::borrow::Cow;

/// Path and query of a Graph call. Parsing refuses every spelling that a server could read differently from
/// us (dot segments, encoded slashes, back slashes, empty segments), so no call passes as another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GraphPath {
    address: String,
    version: Version,
    /// The decoded segments, one after another.
    text: String,
    /// Where each of them ends, and what it is.
    ends: Vec<(usize, Kind)>,
    /// Where the query begins in the address; at its end when there is none.
    query: usize,
}

/// The root that a path lies under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    V1,
    Beta,
}

impl Version {
    fn root(self) -> &'static str {
        match self {
            Self::V1 => "v1.0",
            Self::Beta => "beta",
        }
    }
}

/// What a segment is, as OData writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `messages`, or an id: which of both only its place tells.
    Plain,
    /// `('id')` behind a name: an id whatever it looks like.
    Key,
    /// `getPstnCalls(fromDateTime=…)`: the name of a function, without what it is given.
    Function,
}

/// One segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Segment<'a> {
    pub(crate) text: &'a str,
    pub(crate) kind: Kind,
}

/// Why a path was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidPath {
    #[error("the path is longer than 8,192 bytes")]
    TooLong,
    #[error("the path has a character that must be percent-encoded")]
    Character,
    #[error(
        "the path has an empty segment, a dot segment, an encoded slash, or brackets that OData does not know"
    )]
    Segment,
    #[error("a whole address must lie under the version root /{0}/")]
    Elsewhere(&'static str),
}

impl GraphPath {
    /// Takes a path from the version root, or a whole `nextLink`. The origin of a whole address is compared
    /// with the connection's own when it is sent.
    pub(crate) fn parse(given: &str, version: Version) -> Result<Self, InvalidPath> {
        if given.len() > 8_192 {
            return Err(InvalidPath::TooLong);
        }
        let allowed = |b: u8| {
            (0x21..=0x7e).contains(&b) && !matches!(b, b'\\' | b'#' | b'"' | b'<' | b'>' | b'^' | b'`')
        };
        if !given.bytes().all(allowed) {
            return Err(InvalidPath::Character);
        }
        let root = version.root();
        let (address, path) = if is_whole(given) {
            let inside = given
                .split_once("://")
                .and_then(|(_, rest)| rest.split_once('/'))
                .and_then(|(_, path)| path.strip_prefix(root)?.strip_prefix('/'));
            (given.to_owned(), inside.ok_or(InvalidPath::Elsewhere(root))?)
        } else {
            let path = given.strip_prefix('/').unwrap_or(given);
            (format!("/{root}/{path}"), path)
        };
        let (path, query) = match path.split_once('?') {
            Some((path, query)) => (path, address.len() - query.len()),
            None => (path, address.len()),
        };
        let mut parsed = Self {
            query,
            address,
            version,
            text: String::with_capacity(path.len()),
            ends: Vec::with_capacity(8),
        };
        for encoded in path.split('/') {
            parsed.push(encoded).ok_or(InvalidPath::Segment)?;
        }
        Ok(parsed)
    }

    /// The decoded segments after the version.
    pub(crate) fn segments(&self) -> impl Iterator<Item = Segment<'_>> + Clone {
        let mut start = 0;
        self.ends.iter().map(move |&(end, kind)| {
            let text = &self.text[start..end];
            start = end;
            Segment { text, kind }
        })
    }

    pub(crate) fn version(&self) -> Version {
        self.version
    }

    /// Behind the `?`, still encoded; empty when there is none.
    pub(crate) fn query(&self) -> &str {
        &self.address[self.query..]
    }

    /// `users/1/messages`: for people.
    pub(crate) fn words(&self) -> String {
        self.segments().map(|segment| segment.text).collect::<Vec<_>>().join("/")
    }

    /// The address to send to: absolute, or relative to the cloud's Graph origin.
    pub(crate) fn into_address(self) -> String {
        self.address
    }

    fn push(&mut self, encoded: &str) -> Option<()> {
        let text = decoded(encoded)?;
        let Some((name, rest)) = text.split_once('(') else {
            return (harmless(&text) && !text.contains(')')).then(|| self.add(&text, Kind::Plain));
        };
        let given = rest.strip_suffix(')')?;
        if !harmless(name) || name.contains([')', '\'', '=', ',']) {
            return None;
        }
        if let Some(key) = given.strip_prefix('\'').and_then(|key| key.strip_suffix('\'')) {
            // A quote inside is doubled. Another one would end the key earlier than we think.
            let key = if key.contains('\'') { unquoted(key)? } else { Cow::Borrowed(key) };
            return harmless(&key).then(|| {
                self.add(name, Kind::Plain);
                self.add(&key, Kind::Key);
            });
        }
        are_arguments(given).then(|| self.add(name, Kind::Function))
    }

    fn add(&mut self, text: &str, kind: Kind) {
        self.text.push_str(text);
        self.ends.push((self.text.len(), kind));
    }
}

/// Whether somebody gave a whole address and not a path.
pub(crate) fn is_whole(given: &str) -> bool {
    !given.starts_with('/') && given.split('?').next().is_some_and(|path| path.contains("://"))
}

fn unquoted(key: &str) -> Option<Cow<'_, str>> {
    let plain = key.replace("''", "\u{0}");
    (!plain.contains('\'')).then(|| Cow::Owned(plain.replace('\u{0}', "'")))
}

/// `a=1,b='x'`, or nothing: brackets stand in quotes only, and quotes come in pairs.
fn are_arguments(given: &str) -> bool {
    let mut quoted = false;
    for c in given.chars() {
        match c {
            '\'' => quoted = !quoted,
            '(' | ')' if !quoted => return false,
            _ => {}
        }
    }
    !quoted && (given.is_empty() || given.contains('='))
}

/// Undoes percent-encoding; none where it is broken.
pub(super) fn decoded(encoded: &str) -> Option<Cow<'_, str>> {
    if !encoded.contains('%') {
        return Some(Cow::Borrowed(encoded));
    }
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
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

/// Whether a decoded segment is the same to whoever reads it next, decodes it again or trims it.
fn harmless(text: &str) -> bool {
    !text.is_empty()
        && !text.ends_with('.')
        && !text.starts_with(char::is_whitespace)
        && !text.ends_with(char::is_whitespace)
        && !text.contains(['/', '\\', '%', '?', ';'])
        && !text.contains(char::is_control)
        // Guests of other directories are called `anna_contoso.com#EXT#@fabrikam.onmicrosoft.com`.
        && !(text.contains('#') && text.replacen("#EXT#@", "@", 1).contains('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(path: &GraphPath) -> Vec<&str> {
        path.segments().map(|segment| segment.text).collect()
    }

    fn parse(path: &str) -> Result<GraphPath, InvalidPath> {
        GraphPath::parse(path, Version::V1)
    }

    #[test]
    fn refuses_what_could_be_read_twice() {
        for bad in [
            "",
            "/",
            "/users//messages",
            "/users/../me",
            "/users/%2e%2e/me",
            "/users/.../me",
            "/users/a%2Fmessages",
            "/users/a%252Fb",
            "/users/a\\b",
            "/users/a#b",
            "/users/a%23b",
            "/users/a b",
            "/users/a%20",
            "/users/a;b",
            "/users/",
            "/users/%zz",
            "/users/%ff",
            "/users('a",
            "/users('a')b",
            "/users('a'b')",
            "/users('a')('b')",
            "/users('')",
            "/users(a)",
            "/users)",
            "/users/f(a=1))",
            "/users/f(a='1)",
            "https://graph.microsoft.com/beta/users",
            "https://graph.microsoft.com/V1.0/users",
            "https://graph.microsoft.com",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn reads_paths_and_next_links_alike() {
        let path = parse("/teams/1/channels/19%3Aa%40thread.tacv2/messages?$top=5").unwrap();
        assert_eq!(texts(&path), ["teams", "1", "channels", "19:a@thread.tacv2", "messages"]);
        assert_eq!(path.query(), "$top=5");
        assert_eq!(path.into_address(), "/v1.0/teams/1/channels/19%3Aa%40thread.tacv2/messages?$top=5");
        let link = parse("https://graph.microsoft.com/v1.0/users?$skiptoken=x://y").unwrap();
        assert_eq!((texts(&link), link.query()), (vec!["users"], "$skiptoken=x://y"));
        let relative = parse("users?$filter=webUrl eq 'https://x'".replace(' ', "%20").as_str()).unwrap();
        assert_eq!(texts(&relative), ["users"]);
    }

    #[test]
    fn keys_and_functions_are_read_as_graph_reads_them() {
        let kinds = |path: &str| -> Vec<(String, Kind)> {
            parse(path).unwrap().segments().map(|s| (s.text.to_owned(), s.kind)).collect()
        };
        let plain = |text: &str| (text.to_owned(), Kind::Plain);
        let key = |text: &str| (text.to_owned(), Kind::Key);
        assert_eq!(
            kinds("/teams('t-1')/channels(%2719:a@thread.tacv2%27)/messages"),
            [plain("teams"), key("t-1"), plain("channels"), key("19:a@thread.tacv2"), plain("messages")]
        );
        assert_eq!(kinds("/users('o''brien@x.org')"), [plain("users"), key("o'brien@x.org")]);
        assert_eq!(
            kinds("/communications/callRecords/getPstnCalls(fromDateTime=2026-11-01,toDateTime=2026-11-02)"),
            [plain("communications"), plain("callRecords"), ("getPstnCalls".to_owned(), Kind::Function)]
        );
        assert_eq!(kinds("/a/f(x='(1)')"), [plain("a"), ("f".to_owned(), Kind::Function)]);
        assert_eq!(kinds("/users/a_b.com%23EXT%23@c.org").len(), 2);
    }
}
