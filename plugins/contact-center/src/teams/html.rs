//! What is posted to Teams. Pure.

use tieline_sdk::html::escaped;

/// A message may have about 28 kB with its markup; longer words of a customer become several.
const LONGEST: usize = 8_000;

/// A line of the connector's own.
pub fn notice(text: &str) -> String {
    format!("<p><i>{}</i></p>", broken(text))
}

/// What somebody in the session said, under their name.
pub fn spoken(name: &str, text: &str) -> Vec<String> {
    let name = escaped(name);
    pieces(text).into_iter().map(|piece| format!("<p><b>{name}</b>:<br>{}</p>", broken(piece))).collect()
}

/// Text as HTML shows it, line by line.
fn broken(text: &str) -> String {
    text.lines().map(escaped).collect::<Vec<_>>().join("<br>")
}

/// Pieces of a text, none too long, cut between characters and at a line's end or a space where there is one.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((most, _)) = rest.char_indices().nth(LONGEST) {
        let head = &rest[..most];
        let end = head.rfind('\n').or_else(|| head.rfind(' ')).filter(|end| *end > 0).unwrap_or(most);
        pieces.push(&rest[..end]);
        rest = rest[end..].trim_start();
    }
    if !rest.is_empty() || pieces.is_empty() {
        pieces.push(rest);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::teams::plain::plain;

    #[test]
    fn words_of_customers_are_no_markup() {
        let said = spoken("Ann <b>", "1 < 2 & \"so\"\nsecond line");
        assert_eq!(said, ["<p><b>Ann &lt;b&gt;</b>:<br>1 &lt; 2 &amp; &quot;so&quot;<br>second line</p>"]);
    }

    #[test]
    fn long_words_become_several_messages() {
        let text = format!("{} {}", "a".repeat(LONGEST - 10), "b".repeat(20));
        let said = spoken("C", &text);
        assert_eq!(said.len(), 2);
        assert!(said[1].contains(&"b".repeat(20)));
        assert_eq!(spoken("C", "").len(), 1);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_in_pieces(text in r"[a-zäß \n]{0,200}", times in 1_usize..90) {
            let text = text.repeat(times);
            let together: String = pieces(&text).concat();
            let bare = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(bare(&together), bare(&text));
            prop_assert!(pieces(&text).iter().all(|piece| piece.chars().count() <= LONGEST));
        }

        #[test]
        fn what_is_posted_is_read_as_it_was_said(text in r"[ -~äß€😀\n]{0,80}") {
            let lines = |text: &str| {
                let line = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
                text.lines().map(line).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
            };
            prop_assert_eq!(plain(&notice(&text), true).text, lines(&text));
        }
    }
}
