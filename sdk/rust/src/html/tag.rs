//! Tags.

use super::decoded;

/// `<name attributes>` or `</name>`; a comment has no name.
#[derive(Debug, Clone)]
pub struct Tag<'a> {
    name: String,
    closes: bool,
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    /// Reads the tag that `html` starts with, and what follows it; none if the `<` is one that somebody wrote.
    pub(super) fn read(html: &'a str) -> Option<(Self, &'a str)> {
        if let Some(comment) = html.strip_prefix("<!--") {
            let after = comment.split_once("-->").map_or("", |(_, after)| after);
            return Some((Self { name: String::new(), closes: false, attributes: "" }, after));
        }
        let inner = html.strip_prefix('<')?;
        let (closes, inner) = inner.strip_prefix('/').map_or((false, inner), |inner| (true, inner));
        if let Some(declaration) = inner.strip_prefix('!') {
            let (_, after) = declaration.split_once('>')?;
            return Some((Self { name: String::new(), closes: false, attributes: "" }, after));
        }
        if !inner.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let name_end = inner.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inner.len());
        let mut quote = None;
        let end = inner.char_indices().find_map(|(at, c)| {
            match (quote, c) {
                (None, '>') => return Some(at),
                (None, '"' | '\'') => quote = Some(c),
                (Some(open), c) if open == c => quote = None,
                _ => {}
            }
            None
        })?;
        let attributes = inner.get(name_end..end).unwrap_or_default();
        Some((Self { name: inner[..name_end].to_ascii_lowercase(), closes, attributes }, &inner[end + 1..]))
    }

    /// In lower case: `img`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is `</name>`.
    pub fn closes(&self) -> bool {
        self.closes
    }

    /// The value of a quoted attribute.
    pub fn attribute(&self, name: &str) -> Option<String> {
        let mut rest = self.attributes;
        while let Some((key, after)) = rest.split_once('=') {
            let after = after.trim_start();
            let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            let (value, tail) = after[1..].split_once(quote)?;
            // In front of it may stand attributes without a value.
            if key.split_whitespace().last().is_some_and(|key| key.eq_ignore_ascii_case(name)) {
                return Some(decoded(value));
            }
            rest = tail;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_found_by_name_in_either_quotes() {
        let (tag, after) = Tag::read("<IMG hidden src = 'a>b' alt=\"&quot;x&quot;\"/>rest").unwrap();
        assert_eq!((tag.name(), tag.closes(), after), ("img", false, "rest"));
        assert_eq!(tag.attribute("SRC").as_deref(), Some("a>b"));
        assert_eq!(tag.attribute("alt").as_deref(), Some("\"x\""));
        assert_eq!(tag.attribute("width"), None);
        for none in ["<", "< b>", "<1>", "<b", "</", "<b title='>"] {
            assert!(Tag::read(none).is_none(), "{none}");
        }
    }
}
