//! Text into HTML and out of it. Pure.

/// Text as HTML shows it: nothing in it is a tag.
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

/// What people read in rich text, on one line: tags are gone, an inline image is only said to be there. Text without
/// tags stays as it is.
pub fn plain(rich: &str) -> String {
    if !rich.contains('<') {
        return rich.to_owned();
    }
    let mut plain = String::with_capacity(rich.len());
    let mut rest = rich;
    while let Some(at) = rest.find('<') {
        plain.push_str(&rest[..at]);
        let tag = &rest[at + 1..];
        let starts = tag.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!'));
        let Some(end) = tag.find('>').filter(|_| starts) else {
            plain.push('<');
            rest = tag;
            continue;
        };
        let name: String = tag.chars().take_while(char::is_ascii_alphanumeric).collect();
        plain.push_str(if name.eq_ignore_ascii_case("img") { " [image] " } else { " " });
        rest = &tag[end + 1..];
    }
    plain.push_str(rest);
    let decoded = plain.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">");
    let decoded = decoded.replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&");
    decoded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// At most so many characters, with a sign that there was more.
pub fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rich_text_is_read_and_its_images_are_only_mentioned() {
        let cases = [
            ("plain & simple", "plain & simple"),
            (
                "<p>See <b>this</b>:</p><img src=\"data:image/png;base64,AAAA\"><p>done</p>",
                "See this : [image] done",
            ),
            ("a < b and <i>c</i> &amp; d", "a < b and c & d"),
            ("<IMG alt='x'/>", "[image]"),
            ("ends <b", "ends <b"),
        ];
        for (rich, text) in cases {
            assert_eq!(plain(rich), text, "{rich}");
        }
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(shortened("äöü", 3), "äöü");
        assert_eq!(shortened("äöü äöü", 4), "äöü…");
    }

    proptest! {
        #[test]
        fn nothing_in_escaped_text_is_markup(text in r"\PC{0,60}") {
            let html = escaped(&text);
            prop_assert!(!html.contains(['<', '>', '"', '\'']));
            prop_assert_eq!(html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&"), text);
        }

        #[test]
        fn any_rich_text_has_a_plain_one(rich in r"(<p>|<img |>|<|&amp;|[a-z ]|\PC){0,30}") {
            prop_assert!(!plain(&rich).to_ascii_lowercase().contains("<img ") || !rich.contains('>') || plain(&rich).contains('<'));
        }
    }
}
