//! Plain text out of what Teams sends: HTML of its own making, or text.
//!
//! The result holds what the person wrote and the names of attached files, and no words of ours, because rules
//! look for words in it.

use tieline_sdk::html::{self, Lines};

use crate::teams::message::Attachment;

/// `content` as plain text: paragraphs and line breaks as lines, list items with a dash, mentions with `@`,
/// emojis as themselves, files as `[name]` where they stand or at the end. White space is collapsed.
pub(crate) fn plain(content: &str, is_html: bool, attachments: &[Attachment]) -> String {
    let mut text = match is_html {
        true => html(content, attachments),
        false => content.lines().collect::<Lines>().finish(),
    };
    for file in attachments.iter().filter_map(|attachment| attachment.name.as_deref()) {
        let label = label(file);
        if !text.contains(&label) {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&label);
        }
    }
    text
}

fn html(content: &str, attachments: &[Attachment]) -> String {
    html::text_with(content, |tag, lines| {
        match (tag.name(), tag.closes()) {
            ("at", false) => lines.text("@"),
            ("attachment", false) => {
                let id = tag.attribute("id");
                let named = attachments.iter().find(|attachment| attachment.id == id && id.is_some());
                if let Some(name) = named.and_then(|attachment| attachment.name.as_deref()) {
                    lines.text(&label(name));
                }
            }
            _ => return false,
        }
        true
    })
}

fn label(file: &str) -> String {
    format!("[{}]", file.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(html: &str) -> String {
        plain(html, true, &[])
    }

    #[test]
    fn people_who_are_mentioned_have_an_at() {
        assert_eq!(of("<p><at id=\"0\">Priya Singh</at>, look &lt;</p>"), "@Priya Singh, look <");
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
    }
}
