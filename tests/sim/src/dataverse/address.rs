//! The path of a request: segments, each a name with what stands in its parentheses.

use super::errors::ApiError;
use super::rows::is_guid;
use crate::percent;

/// `accounts(60c4…)`, `accounts(accountnumber='7')`, `WhoAmI()`, `$count`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) name: String,
    pub(super) key: Key,
}

/// What stands in the parentheses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Key {
    /// There are none, or nothing is in them.
    None,
    Id(String),
    /// Names and values, without their quotes.
    Named(Vec<(String, String)>),
}

/// The segments of a decoded path below the version.
pub(super) fn segments(path: &str) -> Result<Vec<Segment>, ApiError> {
    split(path, '/').into_iter().filter(|part| !part.is_empty()).map(segment).collect()
}

/// The same, still percent-encoded. A slash in a quoted value must be encoded, and comes decoded.
pub(super) fn encoded(path: &str) -> Result<Vec<Segment>, ApiError> {
    let parts = path.split('/').filter(|part| !part.is_empty());
    parts.map(|part| segment(&percent::decode(part))).collect()
}

fn segment(part: &str) -> Result<Segment, ApiError> {
    let bad = || ApiError::request(format!("Bad Request - Error in query syntax: '{part}'."));
    let Some((name, rest)) = part.split_once('(') else {
        return Ok(Segment { name: part.to_owned(), key: Key::None });
    };
    let inside = rest.strip_suffix(')').ok_or_else(bad)?.trim();
    let key = if inside.is_empty() {
        Key::None
    } else if is_guid(inside) {
        Key::Id(inside.to_ascii_lowercase())
    } else {
        let named = split(inside, ',').into_iter().map(|pair| {
            let (name, value) = pair.split_once('=').ok_or_else(bad)?;
            Ok((name.trim().to_owned(), unquoted(value.trim())))
        });
        Key::Named(named.collect::<Result<_, ApiError>>()?)
    };
    Ok(Segment { name: name.to_owned(), key })
}

/// Parts between separators that are in no quotes and no parentheses.
pub(super) fn split(text: &str, separator: char) -> Vec<&str> {
    let (mut parts, mut from, mut depth, mut quoted) = (Vec::new(), 0, 0_u32, false);
    for (at, letter) in text.char_indices() {
        match letter {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            _ if letter == separator && !quoted && depth == 0 => {
                parts.push(&text[from..at]);
                from = at + letter.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[from..]);
    parts
}

/// A value without its quotes, of which two stand for one.
pub(super) fn unquoted(value: &str) -> String {
    match value.strip_prefix('\'').and_then(|value| value.strip_suffix('\'')) {
        Some(inside) => inside.replace("''", "'"),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "60c4e274-0d87-e711-80e5-00155db19e6d";

    fn one(path: &str) -> Segment {
        let mut all = encoded(path).unwrap();
        assert_eq!(all.len(), 1, "{path}");
        all.remove(0)
    }

    #[test]
    fn keys_are_ids_or_names_with_values() {
        assert_eq!(one(&format!("accounts({})", ID.to_uppercase())).key, Key::Id(ID.to_owned()));
        assert_eq!(one("WhoAmI()").key, Key::None);
        let named = |pairs: &[(&str, &str)]| {
            Key::Named(pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect())
        };
        assert_eq!(one("a(x='it''s, here',y=2)").key, named(&[("x", "it's, here"), ("y", "2")]));
        assert_eq!(one("a(x=%27a%2Fb%27)").key, named(&[("x", "a/b")]));
        assert_eq!(
            one("EntityDefinitions(LogicalName='incident')").key,
            named(&[("LogicalName", "incident")])
        );
    }

    #[test]
    fn what_is_not_closed_makes_no_sense() {
        for path in ["accounts(", "accounts(x", "accounts(nonsense)"] {
            assert!(encoded(path).is_err(), "{path}");
        }
    }

    #[test]
    fn a_path_has_segments() {
        let names: Vec<_> = segments(&format!("/accounts({ID})/name")).unwrap();
        assert_eq!((names[0].name.as_str(), names[1].name.as_str()), ("accounts", "name"));
    }
}
