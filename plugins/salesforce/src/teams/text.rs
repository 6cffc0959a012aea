//! Plain text out of what Teams sends: HTML of its own making, or text.
//!
//! The result holds what the person wrote and the names of attached files, and no words of ours, because rules
//! look for words in it.

use crate::teams::message::Attachment;

/// `content` as plain text: paragraphs and line breaks as lines, list items with a dash, mentions with `@`,
/// emojis as themselves, files as `[name]` where they stand or at the end. White space is collapsed.
pub(crate) fn plain(content: &str, is_html: bool, attachments: &[Attachment]) -> String {
    let mut lines = Lines::default();
    if is_html {
        html(content, attachments, &mut lines);
    } else {
        for line in content.lines() {
            lines.text(line);
            lines.end();
        }
    }
    for file in attachments.iter().filter_map(|attachment| attachment.name.as_deref()) {
        let label = format!("[{file}]");
        if !lines.done.contains(&label) && !lines.current.contains(&label) {
            lines.end();
            lines.text(&label);
        }
    }
    lines.finish()
}

fn html(content: &str, attachments: &[Attachment], lines: &mut Lines) {
    let mut rest = content;
    while let Some(at) = rest.find('<') {
        lines.text(&decoded(&rest[..at]));
        let Some((tag, after)) = Tag::read(&rest[at..]) else {
            lines.text("<");
            rest = &rest[at + 1..];
            continue;
        };
        match (tag.name.as_str(), tag.closes) {
            (
                "br" | "hr" | "p" | "div" | "tr" | "ul" | "ol" | "table" | "blockquote" | "pre" | "codeblock",
                _,
            )
            | ("h1" | "h2" | "h3" | "h4" | "h5" | "h6", _)
            | ("li", true) => lines.end(),
            ("li", false) => {
                lines.end();
                lines.text("- ");
            }
            ("td" | "th", true) => lines.text(" "),
            ("at", false) => lines.text("@"),
            ("emoji", false) => lines.text(&tag.attribute("alt").unwrap_or_default()),
            ("attachment", false) => {
                let id = tag.attribute("id");
                let named = attachments.iter().find(|attachment| attachment.id == id && id.is_some());
                if let Some(name) = named.and_then(|attachment| attachment.name.as_deref()) {
                    lines.text(&format!("[{name}]"));
                }
            }
            _ => {}
        }
        rest = after;
    }
    lines.text(&decoded(rest));
}

/// `<name attributes>` or `</name>`; a comment has no name.
struct Tag<'a> {
    name: String,
    closes: bool,
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    /// Reads the tag that `html` starts with, and what follows it; none if the `<` is one that somebody wrote.
    fn read(html: &'a str) -> Option<(Self, &'a str)> {
        if let Some(comment) = html.strip_prefix("<!--") {
            let after = comment.split_once("-->").map_or("", |(_, after)| after);
            return Some((Self { name: String::new(), closes: false, attributes: "" }, after));
        }
        let inner = html.strip_prefix('<')?;
        let (closes, inner) = inner.strip_prefix('/').map_or((false, inner), |inner| (true, inner));
        let name_end = inner.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inner.len());
        if !inner.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let mut quote = None;
        let end = inner.char_indices().find_map(|(at, c)| match (quote, c) {
            (None, '>') => Some(at),
            (None, '"' | '\'') => {
                quote = Some(c);
                None
            }
            (Some(open), c) if open == c => {
                quote = None;
                None
            }
            _ => None,
        })?;
        let attributes = inner.get(name_end..end).unwrap_or_default();
        Some((Self { name: inner[..name_end].to_ascii_lowercase(), closes, attributes }, &inner[end + 1..]))
    }

    /// The value of a quoted attribute.
    fn attribute(&self, name: &str) -> Option<String> {
        let mut rest = self.attributes;
        while let Some((key, after)) = rest.split_once('=') {
            let after = after.trim_start();
            let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            let (value, tail) = after[1..].split_once(quote)?;
            if key.trim().eq_ignore_ascii_case(name) {
                return Some(decoded(value));
            }
            rest = tail;
        }
        None
    }
}

/// Replaces the character references that occur in messages; an unknown one stays as it is.
pub(crate) fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        // The longest reference is far shorter than this, so a lonely `&` costs nothing.
        let end = rest.bytes().take(12).position(|byte| byte == b';');
        match end.and_then(|end| Some((referenced(&rest[1..end])?, end))) {
            Some((c, end)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn referenced(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        return char::from_u32(code.ok()?).filter(|c| !c.is_control() || c.is_whitespace());
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "bull" => '•',
        "euro" => '€',
        "pound" => '£',
        _ => return None,
    })
}

/// Lines in the making.
#[derive(Default)]
struct Lines {
    done: String,
    current: String,
}

impl Lines {
    fn text(&mut self, text: &str) {
        for c in text.chars() {
            if !c.is_whitespace() {
                self.current.push(c);
            } else if !self.current.is_empty() && !self.current.ends_with(' ') {
                self.current.push(' ');
            }
        }
    }

    fn end(&mut self) {
        let line = self.current.trim_end();
        if !line.is_empty() {
            if !self.done.is_empty() {
                self.done.push('\n');
            }
            self.done.push_str(line);
        }
        self.current.clear();
    }

    fn finish(mut self) -> String {
        self.end();
        self.done
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(html: &str) -> String {
        plain(html, true, &[])
    }

    #[test]
    fn html_becomes_what_people_read() {
        let cases = [
            ("plain", "plain"),
            ("<p>one</p><p>two</p>", "one\ntwo"),
            ("a<br>b<br/>c", "a\nb\nc"),
            ("<div><div>terms&nbsp;&amp;&#32;price &lt; 5&#x20AC;</div></div>", "terms & price < 5€"),
            ("<at id=\"0\">Priya Singh</at>, look", "@Priya Singh, look"),
            ("<ul><li>one</li><li>two</li></ul>after", "- one\n- two\nafter"),
            ("fine <emoji id=\"smile\" alt=\"🙂\" title='>'></emoji>!", "fine 🙂!"),
            ("<img src=\"../hostedContents/1/$value\" alt=\"image\">", ""),
            ("1 < 2 && 3 > 2", "1 < 2 && 3 > 2"),
            ("<!-- hidden <b> -->seen", "seen"),
            ("&unknown; &#0; &#x110000; &", "&unknown; &#0; &#x110000; &"),
            ("<p>unclosed <b", "unclosed <b"),
        ];
        for (html, text) in cases {
            assert_eq!(of(html), text, "{html}");
        }
    }

    #[test]
    fn files_stand_where_they_are_or_at_the_end() {
        let file =
            |id: &str, name: Option<&str>| Attachment { id: Some(id.into()), name: name.map(Into::into) };
        let files = [file("1", Some("a.pdf")), file("2", Some("b.pdf")), file("3", None)];
        assert_eq!(
            plain("<p>see <attachment id=\"1\"></attachment></p>", true, &files),
            "see [a.pdf]\n[b.pdf]"
        );
        assert_eq!(plain("see below", false, &files[1..]), "see below\n[b.pdf]");
    }

    proptest! {
        #[test]
        fn any_html_has_a_text(html in r"(<p>|</p>|<at id='|<|>|&|&#x|;|'|[a-z ]|\PC){0,40}") {
            let text = of(&html);
            prop_assert!(text.chars().count() <= html.chars().count() + html.matches("<at").count() + 2);
            prop_assert!(!text.contains("\n\n"));
        }

        #[test]
        fn escaped_text_comes_back(text in r"[a-zA-Z<>&'; é€]{0,60}") {
            let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            prop_assert_eq!(of(&escaped), text.split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }
}
