//! What a newly connected chat is told: the introduction and the context card. Pure.

use serde_json::{Value, json};

use tieline_sdk::html::escaped;

use super::html::{plain, shortened};

/// Longer values would make the message larger than Teams takes.
const LONGEST: usize = 500;
const ATTACHMENT: &str = "record";

/// What a context card shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// What people call the record type: `Case`.
    pub kind: String,
    /// What people call the record.
    pub title: String,
    /// Labels and values, in order; a field without a value is left out.
    pub facts: Vec<(String, String)>,
    /// Opens the record.
    pub link: String,
}

/// The first message in a connected chat: who connected it, their note, the card.
pub fn introduction(card: &Card, who: &str, note: Option<&str>) -> Value {
    let mut content = format!(
        "<p>{} connected this chat to the {} <b>{}</b>.</p>",
        escaped(who),
        escaped(&card.kind.to_lowercase()),
        escaped(&card.title)
    );
    for line in note.unwrap_or_default().lines().filter(|line| !line.trim().is_empty()) {
        content.push_str(&format!("<p>{}</p>", escaped(line)));
    }
    content.push_str(&format!("<attachment id=\"{ATTACHMENT}\"></attachment>"));
    json!({
        "body": { "contentType": "html", "content": content },
        "attachments": [{
            "id": ATTACHMENT,
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": adaptive(card).to_string(),
            "name": null,
            "thumbnailUrl": null,
        }],
    })
}

fn adaptive(card: &Card) -> Value {
    let facts: Vec<_> = card
        .facts
        .iter()
        .map(|(label, value)| json!({ "title": label, "value": shortened(&plain(value), LONGEST) }))
        .collect();
    json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [
            { "type": "TextBlock", "text": card.kind, "isSubtle": true, "spacing": "None" },
            { "type": "TextBlock", "text": card.title, "weight": "Bolder", "size": "Medium", "wrap": true },
            { "type": "FactSet", "facts": facts },
        ],
        "actions": [{ "type": "Action.OpenUrl", "title": "Open record", "url": card.link }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_card_holds_fields_and_link_and_the_note_is_no_markup() {
        let card = Card {
            kind: "Case".into(),
            title: "Laptop <b>dead</b>".into(),
            facts: vec![("Priority".into(), "High".into()), ("Text".into(), "see <img src='x'>".into())],
            link: "https://c.crm.dynamics.com/main.aspx?id=1".into(),
        };
        let message = introduction(&card, "Ada & Bob", Some("Who knows <script>?\n\nThanks"));
        let content = message["body"]["content"].as_str().unwrap();
        assert_eq!(
            content,
            "<p>Ada &amp; Bob connected this chat to the case <b>Laptop &lt;b&gt;dead&lt;/b&gt;</b>.</p>\
             <p>Who knows &lt;script&gt;?</p><p>Thanks</p><attachment id=\"record\"></attachment>"
        );
        let card: Value =
            serde_json::from_str(message["attachments"][0]["content"].as_str().unwrap()).unwrap();
        assert_eq!(card["body"][2]["facts"][0], json!({ "title": "Priority", "value": "High" }));
        assert_eq!(card["body"][2]["facts"][1]["value"], "see [image]");
        assert_eq!(card["actions"][0]["url"], "https://c.crm.dynamics.com/main.aspx?id=1");
    }
}
