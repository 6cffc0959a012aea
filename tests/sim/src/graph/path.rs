//! Graph's paths: percent-encoded or not, with ids as segments or as OData keys.
//!
//! `/v1.0/teams/{id}/channels/{id}` and `/v1.0/teams('{id}')/channels('{id}')` are the same.

use std::borrow::Cow;

use super::errors::GraphError;
use crate::percent;

/// A path without its version, cut into segments and keys.
#[derive(Debug)]
pub(super) struct Path<'a> {
    pub(super) version: &'static str,
    parts: Vec<Cow<'a, str>>,
}

impl<'a> Path<'a> {
    pub(super) fn parse(path: &'a str) -> Result<Self, GraphError> {
        let path = path.trim_start_matches('/');
        let (version, rest) = path.split_once('/').unwrap_or((path, ""));
        let version = match version {
            "v1.0" => "v1.0",
            "beta" => "beta",
            other => return Err(GraphError::bad_request(format!("Invalid version: {other}"))),
        };
        Ok(Self { version, parts: cut(rest) })
    }

    pub(super) fn segments(&self) -> Vec<&str> {
        self.parts.iter().map(Cow::as_ref).collect()
    }
}

/// Cuts a path or a resource string, without version, into segments and keys.
pub(super) fn cut(path: &str) -> Vec<Cow<'_, str>> {
    let mut parts = Vec::with_capacity(8);
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        match percent::decode(segment) {
            Cow::Borrowed(segment) => match keyed(segment) {
                Some((name, key)) => {
                    parts.push(canonical(name));
                    parts.push(unquoted(key));
                }
                None => parts.push(canonical(segment)),
            },
            Cow::Owned(segment) => match keyed(&segment) {
                Some((name, key)) => {
                    parts.push(Cow::Owned(canonical(name).into_owned()));
                    parts.push(Cow::Owned(unquoted(key).into_owned()));
                }
                None => parts.push(Cow::Owned(segment)),
            },
        }
    }
    parts
}

/// Name and key of `name('key')`.
fn keyed(segment: &str) -> Option<(&str, &str)> {
    let (name, rest) = segment.split_once("('")?;
    Some((name, rest.strip_suffix("')")?))
}

/// A quote inside a key is doubled.
fn unquoted(key: &str) -> Cow<'_, str> {
    if key.contains("''") { Cow::Owned(key.replace("''", "'")) } else { Cow::Borrowed(key) }
}

/// Segment names know no case: `Users` is `users`.
fn canonical(segment: &str) -> Cow<'_, str> {
    const NAMES: [&str; 12] = [
        "teams",
        "channels",
        "messages",
        "replies",
        "chats",
        "users",
        "subscriptions",
        "reauthorize",
        "members",
        "photos",
        "licenseDetails",
        "joinedTeams",
    ];
    match NAMES.iter().find(|name| name.eq_ignore_ascii_case(segment)) {
        Some(name) => Cow::Borrowed(*name),
        None => Cow::Borrowed(segment),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_spellings_mean_the_same() {
        let wanted = ["teams", "t-1", "channels", "19:ab@thread.tacv2", "messages", "161"];
        for spelling in [
            "/v1.0/teams/t-1/channels/19:ab@thread.tacv2/messages/161",
            "/v1.0/teams/t-1/channels/19%3Aab%40thread.tacv2/messages/161",
            "/v1.0/teams('t-1')/channels('19:ab@thread.tacv2')/messages('161')",
            "/v1.0/teams('t-1')/channels('19%3aab%40thread.tacv2')/messages('161')",
            "/v1.0/Teams(%27t-1%27)/Channels(%2719:ab@thread.tacv2%27)/messages/161",
        ] {
            let path = Path::parse(spelling).unwrap();
            assert_eq!(path.segments(), wanted, "{spelling}");
        }
    }

    #[test]
    fn beta_is_a_version_and_v3_is_none() {
        assert_eq!(Path::parse("/beta/users").unwrap().version, "beta");
        assert!(Path::parse("/v3.0/users").is_err());
        assert!(Path::parse("/").is_err());
    }

    #[test]
    fn quotes_in_keys_are_doubled() {
        let path = Path::parse("/v1.0/users('o''brien@example.org')").unwrap();
        assert_eq!(path.segments(), ["users", "o'brien@example.org"]);
    }
}
