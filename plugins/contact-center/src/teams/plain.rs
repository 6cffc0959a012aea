//! Plain text out of what Teams sends: HTML of its own making, or text. Pure.

use tieline_sdk::html::{self, Lines};

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
    match is_html {
        true => html(content),
        false => Plain { text: content.lines().collect::<Lines>().finish(), pictures: 0 },
    }
}

fn html(content: &str) -> Plain {
    let mut pictures = 0;
    let mut link: Option<(String, usize)> = None;
    let text = html::text_with(content, |tag, lines| {
        match (tag.name(), tag.closes()) {
            ("a", false) => link = tag.attribute("href").map(|href| (href, lines.line().len())),
            ("a", true) => {
                if let Some((href, from)) = link.take() {
                    address(lines, &href, from);
                }
            }
            // Some emojis are pictures that say what they show.
            ("img", false) => match tag.attribute("itemtype").filter(|kind| kind.ends_with("/Emoji")) {
                Some(_) => lines.text(&tag.attribute("alt").unwrap_or_default()),
                None => pictures += 1,
            },
            _ => return false,
        }
        true
    });
    Plain { text, pictures }
}

/// The address behind a link's words, unless they are the address themselves.
fn address(lines: &mut Lines, href: &str, from: usize) {
    let words = lines.line().get(from..).unwrap_or_default().trim().to_owned();
    if words.is_empty() {
        lines.text(href);
    } else if words.trim_end_matches('/') != href.trim_end_matches('/') {
        lines.text(&format!(" ({href})"));
    }
}
