//! `$expand`: what a query wants along with what its path names. Each part is judged as if it were asked for by
//! itself, or the token would show a guest what its own permissions do not.

use super::path::decoded;

/// A part, and the parts that are wanted of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Expanded {
    pub(super) name: String,
    pub(super) parts: Vec<Expanded>,
}

/// How deep parts may lie in each other.
const DEEPEST: usize = 4;

/// The parts that a query wants. Graph takes `$expand` without its `$`, and in any case.
///
/// # Errors
/// The option that cannot be read, which is then not sent.
pub(super) fn expanded(query: &str) -> Result<Vec<Expanded>, String> {
    let mut parts = Vec::new();
    for option in query.split('&') {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        let unreadable = || option.chars().take(80).collect::<String>();
        let name = decoded(name).ok_or_else(unreadable)?;
        if !name.trim_matches(['+', ' ']).trim_start_matches('$').eq_ignore_ascii_case("expand") {
            continue;
        }
        let value = decoded(value).ok_or_else(unreadable)?.replace('+', " ");
        parts.extend(read(&value, DEEPEST).ok_or_else(unreadable)?);
    }
    Ok(parts)
}

/// `members,messages($select=id;$expand=replies)`
fn read(list: &str, deepest: usize) -> Option<Vec<Expanded>> {
    let deepest = deepest.checked_sub(1)?;
    let part = |text: &str| {
        let text = text.trim();
        let (name, options) = match text.split_once('(') {
            Some((name, options)) => (name, options.strip_suffix(')')?),
            None => (text, ""),
        };
        let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !plain {
            return None;
        }
        let mut parts = Vec::new();
        for option in split(options, ';')? {
            let (key, value) = option.split_once('=').unwrap_or((option, ""));
            if key.trim().trim_start_matches('$').eq_ignore_ascii_case("expand") {
                parts.extend(read(value, deepest)?);
            }
        }
        Some(Expanded { name: name.to_owned(), parts })
    };
    split(list, ',')?.into_iter().map(part).collect()
}

/// Cuts at a separator outside brackets and quotes; none when these do not close.
fn split(text: &str, separator: char) -> Option<Vec<&str>> {
    let (mut pieces, mut start, mut depth, mut quoted) = (Vec::new(), 0, 0usize, false);
    for (at, c) in text.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            _ if quoted => {}
            '(' => depth += 1,
            ')' => depth = depth.checked_sub(1)?,
            c if c == separator && depth == 0 => {
                pieces.push(&text[start..at]);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    pieces.push(&text[start..]);
    (depth == 0 && !quoted).then_some(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(query: &str) -> Result<Vec<String>, String> {
        fn flat(parts: &[Expanded], under: &str, all: &mut Vec<String>) {
            for part in parts {
                let name = format!("{under}{}", part.name);
                flat(&part.parts, &format!("{name}/"), all);
                all.push(name);
            }
        }
        let mut all = Vec::new();
        flat(&expanded(query)?, "", &mut all);
        Ok(all)
    }

    #[test]
    fn finds_every_part_in_every_spelling() {
        for (query, wanted) in [
            ("", vec![]),
            ("$top=5&$filter=expand%20eq%201", vec![]),
            ("$expand=members", vec!["members"]),
            ("%24eXpand=members", vec!["members"]),
            ("expand=members,%20lastMessagePreview", vec!["members", "lastMessagePreview"]),
            ("$expand=members&$expand=messages", vec!["members", "messages"]),
            ("$expand=manager($levels=max;$select=id)", vec!["manager"]),
            ("$expand=sessions($expand=segments($select=id,media))", vec!["sessions/segments", "sessions"]),
            ("$expand=a($filter=n eq 'x,;)(')".replace(' ', "%20").as_str(), vec!["a"]),
        ] {
            assert_eq!(names(query).unwrap(), wanted, "{query}");
        }
    }

    #[test]
    fn refuses_what_it_cannot_read() {
        for bad in [
            "$expand=",
            "$expand=*",
            "$expand=a/b",
            "$expand=a(",
            "$expand=a)",
            "$expand=a($expand=b",
            "$expand=a('",
            "$expand=%zz",
            "%zz=1",
            "$expand=a($expand=b($expand=c($expand=d($expand=e))))",
        ] {
            assert!(names(bad).is_err(), "{bad}");
        }
    }
}
