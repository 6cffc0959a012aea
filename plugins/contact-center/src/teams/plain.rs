//! Plain text out of what Teams sends: HTML of its own making, or text. Pure.

/// What a message says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plain {
    /// Paragraphs and line breaks as lines, list items with a dash, links with their address, emojis as themselves.
    pub text: String,
    /// How many pictures stood in it.
    pub pictures: usize,
}

/// `content` as plain text. White space is collapsed, and what was quoted of another message is left out: the customer
/// has read it.
pub fn plain(content: &str, is_html: bool) -> Plain {
    let mut lines = Lines::default();
    let mut pictures = 0;
    if is_html {
        pictures = html(content, &mut lines);
    } else {
        for line in content.lines() {
            lines.text(line);
            lines.end();
        }
    }
    Plain { text: lines.finish(), pictures }
}

fn html(content: &str, lines: &mut Lines) -> usize {
    let mut pictures = 0;
    let mut link: Option<(String, usize)> = None;
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
            ("a", false) => link = tag.attribute("href").map(|href| (href, lines.current.len())),
            ("a", true) => {
                if let Some((href, from)) = link.take() {
                    lines.address(&href, from);
                }
            }
            ("emoji", false) => lines.text(&tag.attribute("alt").unwrap_or_default()),
            // Some emojis are pictures that say what they show.
            ("img", false) => match tag.attribute("itemtype").filter(|kind| kind.ends_with("/Emoji")) {
                Some(_) => lines.text(&tag.attribute("alt").unwrap_or_default()),
                None => pictures += 1,
            },
            _ => {}
        }
        rest = after;
    }
    lines.text(&decoded(rest));
    pictures
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
fn decoded(text: &str) -> String {
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

    /// The address behind a link's words, unless they are the address themselves.
    fn address(&mut self, href: &str, from: usize) {
        let words = self.current.get(from..).unwrap_or_default().trim();
        if words.is_empty() {
            self.text(href);
        } else if words != href && words.trim_end_matches('/') != href.trim_end_matches('/') {
            self.text(&format!(" ({href})"));
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
