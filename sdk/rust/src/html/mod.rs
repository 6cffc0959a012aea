//! HTML as Teams, OneNote and the systems of customers write it: text into it, and text out of it. Pure: nothing of
//! the host is asked.

mod lines;
mod references;
mod tag;

pub use lines::Lines;
pub use references::decoded;
pub use tag::Tag;

/// Text as HTML shows it: nothing in it is a tag, not even inside an attribute.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// What people read: paragraphs and line breaks as lines, list items with a dash, emojis as themselves; white space is
/// collapsed, and there are no empty lines. Any text has one: a `<` that begins no tag stays.
pub fn text(html: &str) -> String {
    text_with(html, |_, _| false)
}

/// The same, where `says` writes what a tag stands for and then returns true; what it leaves is read as usual.
pub fn text_with(html: &str, mut says: impl FnMut(&Tag<'_>, &mut Lines) -> bool) -> String {
    let mut lines = Lines::default();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        lines.text(&decoded(&rest[..at]));
        match Tag::read(&rest[at..]) {
            Some((tag, after)) => {
                if !says(&tag, &mut lines) {
                    usual(&tag, &mut lines);
                }
                rest = after;
            }
            None => {
                lines.text("<");
                rest = &rest[at + 1..];
            }
        }
    }
    lines.text(&decoded(rest));
    lines.finish()
}

fn usual(tag: &Tag<'_>, lines: &mut Lines) {
    match (tag.name(), tag.closes()) {
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
        ("emoji", false) => lines.text(&tag.attribute("alt").unwrap_or_default()),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn html_becomes_what_people_read() {
        let cases = [
            ("plain", "plain"),
            ("<p>one</p><p>two</p>", "one\ntwo"),
            ("a<br>b<br/>c", "a\nb\nc"),
            ("<div><div>terms&nbsp;&amp;&#32;price &lt; 5&#x20AC;</div></div>", "terms & price < 5€"),
            ("<ul><li>one</li><li>two</li></ul>after", "- one\n- two\nafter"),
            ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
            ("fine <emoji id=\"smile\" alt=\"🙂\" title='>'></emoji>!", "fine 🙂!"),
            ("<img src=\"../hostedContents/1/$value\" alt=\"image\">", ""),
            ("1 < 2 && 3 > 2", "1 < 2 && 3 > 2"),
            ("<!-- hidden <b> -->seen", "seen"),
            ("<p>unclosed <b", "unclosed <b"),
        ];
        for (html, expected) in cases {
            assert_eq!(text(html), expected, "{html}");
        }
    }

    #[test]
    fn a_reader_says_what_a_tag_stands_for() {
        let seen = text_with("<p>see <IMG alt='a &amp; b'/> <at>Ann</at></p>", |tag, lines| {
            match (tag.name(), tag.closes()) {
                ("img", _) => lines.text(&format!("[{}]", tag.attribute("alt").unwrap_or_default())),
                ("at", false) => lines.text("@"),
                _ => return false,
            }
            true
        });
        assert_eq!(seen, "see [a & b] @Ann");
    }

    proptest! {
        #[test]
        fn any_html_has_a_text(html in r"(<p>|</p>|<at id='|<|>|&|&#x|;|'|[a-z ]|\PC){0,40}") {
            prop_assert!(!text(&html).contains("\n\n"));
        }

        #[test]
        fn nothing_in_escaped_text_is_markup_and_it_comes_back(words in r"\PC{0,60}") {
            let html = escaped(&words);
            prop_assert!(!html.contains(['<', '>', '"', '\'']));
            prop_assert_eq!(text(&html), words.split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }
}
