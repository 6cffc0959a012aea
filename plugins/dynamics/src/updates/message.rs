//! What a chat is told of an update. Pure.

use serde_json::{Value, json};

use tieline_sdk::html::escaped;

/// An update in the words of people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News<'a> {
    /// `Case`
    pub kind: &'a str,
    /// What people call the record.
    pub title: &'a str,
    /// Who changed it, if that is known.
    pub who: Option<&'a str>,
    /// Labels and new values; an empty value says that the field was emptied.
    pub fields: Vec<(&'a str, String)>,
    /// Opens the record.
    pub link: &'a str,
}

/// One message for all that one update changed.
pub fn message(news: &News<'_>) -> Value {
    let fields: String = news
        .fields
        .iter()
        .map(|(label, value)| {
            let value = if value.is_empty() { "<i>empty</i>".to_owned() } else { escaped(value) };
            format!("<li>{}: <b>{value}</b></li>", escaped(label))
        })
        .collect();
    let content = format!(
        "<p>{} updated the {} <b>{}</b>:</p><ul>{fields}</ul><p><a href=\"{}\">Open record</a></p>",
        escaped(news.who.unwrap_or("Somebody")),
        escaped(&news.kind.to_lowercase()),
        escaped(news.title),
        escaped(news.link),
    );
    json!({ "body": { "contentType": "html", "content": content } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_message_says_who_changed_what_and_where() {
        let news = News {
            kind: "Case",
            title: "Laptop & dock",
            who: Some("Ada"),
            fields: vec![
                ("Priority", "High".into()),
                ("Follow Up By", String::new()),
                ("Note", "<b>".into()),
            ],
            link: "https://c.crm.dynamics.com/main.aspx?etn=incident&id=1",
        };
        let said = message(&news);
        assert_eq!(
            said["body"]["content"],
            "<p>Ada updated the case <b>Laptop &amp; dock</b>:</p><ul><li>Priority: <b>High</b></li>\
             <li>Follow Up By: <b><i>empty</i></b></li><li>Note: <b>&lt;b&gt;</b></li></ul>\
             <p><a href=\"https://c.crm.dynamics.com/main.aspx?etn=incident&amp;id=1\">Open record</a></p>"
        );
        let nobody = message(&News { who: None, ..news });
        assert!(nobody["body"]["content"].as_str().unwrap().starts_with("<p>Somebody updated"));
    }
}
