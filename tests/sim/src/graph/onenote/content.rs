//! The HTML of pages, as far as it must be understood: titles, dates, images, elements that a change can name.

use std::ops::Range;

/// A page as it is sent.
#[derive(Debug, PartialEq)]
pub(super) struct Sent {
    pub(super) title: String,
    pub(super) created: Option<String>,
    pub(super) html: String,
}

/// Reads a page.
pub(super) fn read(page: &str) -> Sent {
    let title = inner(page, "title").map(|range| text(&page[range])).unwrap_or_default();
    let head = inner(page, "head").map(|range| &page[range]).unwrap_or_default();
    let created = tags(head)
        .map(|range| &head[range])
        .find(|tag| name_of(tag).eq_ignore_ascii_case("meta") && attribute(tag, "name") == Some("created"))
        .and_then(|tag| attribute(tag, "content").map(str::to_owned));
    let html = inner(page, "body").map_or(page, |range| &page[range]).trim().to_owned();
    Sent { title, created, html }
}

/// How many images it has.
pub(super) fn images(html: &str) -> usize {
    tags(html).filter(|range| name_of(&html[range.clone()]).eq_ignore_ascii_case("img")).count()
}

/// The start tags of elements, in order.
pub(super) fn tags(html: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + html.get(at..)?.find('<')?;
            let end = start + html[start..].find('>')? + 1;
            at = end;
            if html[start + 1..].starts_with(|c: char| c.is_ascii_alphabetic()) {
                return Some(start..end);
            }
        }
    })
}

/// The name of a start tag.
pub(super) fn name_of(tag: &str) -> &str {
    let tag = tag.trim_start_matches('<');
    tag.split(|c: char| c.is_whitespace() || c == '>' || c == '/').next().unwrap_or_default()
}

/// An attribute of a start tag.
pub(super) fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    ['"', '\''].into_iter().find_map(|quote| {
        let begin = format!("{name}={quote}");
        let at = tag
            .match_indices(&begin)
            .map(|(at, _)| at)
            .find(|at| tag[..*at].ends_with(char::is_whitespace))?;
        tag[at + begin.len()..].split(quote).next()
    })
}

/// The whole of the element whose start tag this is.
pub(super) fn element(html: &str, start: Range<usize>) -> Range<usize> {
    let name = name_of(&html[start.clone()]).to_ascii_lowercase();
    if html[start.clone()].ends_with("/>") || ["img", "br", "hr", "meta", "input"].contains(&name.as_str()) {
        return start;
    }
    let (open, close, lower) = (format!("<{name}"), format!("</{name}"), html.to_ascii_lowercase());
    let (mut depth, mut at) = (1, start.end);
    while let Some(next) = lower[at..].find('<').map(|found| at + found) {
        let rest = &lower[next..];
        let whole = |begin: &str| {
            rest.strip_prefix(begin)
                .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
        };
        let end = rest.find('>').map_or(html.len(), |found| next + found + 1);
        if whole(&close) {
            depth -= 1;
            if depth == 0 {
                return start.start..end;
            }
        } else if whole(&open) && !lower[next..end].ends_with("/>") {
            depth += 1;
        }
        at = end;
    }
    start.start..html.len()
}

/// What is inside the first element with this name.
fn inner(html: &str, name: &str) -> Option<Range<usize>> {
    let start = tags(html).find(|range| name_of(&html[range.clone()]).eq_ignore_ascii_case(name))?;
    let whole = element(html, start.clone());
    let end = html[whole.clone()].rfind("</").map_or(whole.end, |at| whole.start + at);
    Some(start.end..end.max(start.end))
}

/// Text without tags, and the five entities as what they stand for.
pub(super) fn text(html: &str) -> String {
    let (mut out, mut inside) = (String::new(), false);
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => out.push(c),
            _ => {}
        }
    }
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    entities.iter().fold(out, |text, (entity, sign)| text.replace(entity, sign)).trim().to_owned()
}

/// Text as it stands in HTML.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_a_title_a_date_and_a_body() {
        let page = r#"<!DOCTYPE html><html><head><title>A <i>B</i> &amp; C</title>
            <meta name="created" content="2026-11-22T10:00:00Z" /></head>
            <body><p>Hello</p><img src="name:x" /></body></html>"#;
        let sent = read(page);
        assert_eq!((sent.title.as_str(), sent.created.as_deref()), ("A B & C", Some("2026-11-22T10:00:00Z")));
        assert_eq!(sent.html, r#"<p>Hello</p><img src="name:x" />"#);
        assert_eq!(images(&sent.html), 1);
        assert_eq!(read("<p>bare</p>").html, "<p>bare</p>");
    }

    #[test]
    fn an_element_ends_where_it_was_opened() {
        let html = "<div data-id=\"a\"><div>x</div><divider></divider></div><p>y</p>";
        let first = tags(html).next().unwrap();
        assert_eq!(&html[element(html, first)], "<div data-id=\"a\"><div>x</div><divider></divider></div>");
        let tag = tags(html).map(|range| &html[range]).next().unwrap();
        assert_eq!((name_of(tag), attribute(tag, "data-id"), attribute(tag, "id")), ("div", Some("a"), None));
    }
}
