//! Rich text of records, and texts that must be short. Pure.

use tieline_sdk::html;

/// What people read in rich text, on one line: an inline image is only said to be there. Text without tags stays as it is.
pub fn plain(rich: &str) -> String {
    if !rich.contains('<') {
        return rich.to_owned();
    }
    let plain = html::text_with(rich, |tag, lines| {
        let image = tag.name() == "img";
        if image {
            lines.text(" [image] ");
        }
        image
    });
    plain.replace('\n', " ")
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
    use super::*;

    #[test]
    fn rich_text_is_read_and_its_images_are_only_mentioned() {
        let cases = [
            ("plain & simple", "plain & simple"),
            (
                "<p>See <b>this</b>:</p><img src=\"data:image/png;base64,AAAA\"><p>done</p>",
                "See this: [image] done",
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
}
