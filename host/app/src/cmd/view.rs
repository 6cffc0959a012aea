//! `tieline view`: what a person is shown about a record.

use serde_json::Value;
use tieline_types::{
    InstallationKey,
    api::{ActionState, OfferedAction},
};

use crate::{
    Answer, Failure,
    cli::act::View as Args,
    client::Client,
    table::{table, time},
};

pub(crate) async fn run(client: &Client, args: Args) -> Result<Answer, Failure> {
    let Args { installation, kind, id, user, remote: _ } = args;
    let view = client.view(&installation, (&kind, &id), user.as_deref()).await?;
    let text = [view.title.clone(), content(&view.content), offered(&view.actions, &installation)]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("\n\n");
    Ok(Answer::done(text).with("view", view))
}

/// Fields of an object each on its line, lists of objects as tables; what is deeper, as JSON.
fn content(value: &Value) -> String {
    let Value::Object(fields) = value else { return plain(value) };
    let width = fields.iter().filter(|(_, v)| !is_rows(v)).map(|(name, _)| name.chars().count()).max();
    let width = width.unwrap_or_default();
    let line = |(name, value): (&String, &Value)| match value.as_array().filter(|_| is_rows(value)) {
        Some(items) => format!("\n{name}\n{}", rows(items)),
        None => format!("{name:width$}  {}", plain(value)),
    };
    fields.iter().map(line).collect::<Vec<_>>().join("\n").trim().to_owned()
}

fn is_rows(value: &Value) -> bool {
    value.as_array().is_some_and(|items| !items.is_empty() && items.iter().all(Value::is_object))
}

fn rows(items: &[Value]) -> String {
    let mut headings: Vec<&str> = Vec::new();
    for name in items.iter().filter_map(Value::as_object).flat_map(|item| item.keys()) {
        if !headings.contains(&name.as_str()) {
            headings.push(name);
        }
    }
    let row = |item: &Value| headings.iter().map(|name| plain(&item[*name])).collect();
    table(&headings, items.iter().map(row).collect(), "")
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".into(),
        Value::Bool(false) => "no".into(),
        Value::Array(items) if items.iter().all(|item| !item.is_array() && !item.is_object()) => {
            items.iter().map(plain).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

fn offered(actions: &[OfferedAction], installation: &InstallationKey) -> String {
    let row = |offered: &OfferedAction| {
        let state = match &offered.state {
            ActionState::Available => format!("available: tieline act {installation} {}", offered.action),
            ActionState::Pending { since } => format!("under way since {}", time(*since)),
            ActionState::Refused { problem } => match &problem.remedy {
                Some(remedy) => format!("no: {} [{}]\n{remedy}", problem.message, problem.code),
                None => format!("no: {} [{}]", problem.message, problem.code),
            },
        };
        vec![offered.label.clone(), state]
    };
    table(&["Action", "State"], actions.iter().map(row).collect(), "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use tieline_types::{Problem, Timestamp};

    #[test]
    fn content_reads_as_people_write() {
        let text = content(&json!({
            "Stage": "Won", "Amount": 12.5, "Open": false, "Tags": ["a", "b"], "Nothing": null,
            "Chats": [{"Topic": "Deal", "Members": 3}, {"Topic": "Case", "By": {"name": "Ada"}}],
        }));
        for part in [
            "Stage    Won",
            "Amount   12.5",
            "Open     no",
            "Tags     a, b",
            "Topic",
            "Members",
            r#"{"name":"Ada"}"#,
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert_eq!((content(&json!("words")), content(&json!({}))), ("words".into(), String::new()));
    }

    #[test]
    fn an_action_says_how_to_ask_or_why_not() {
        let key = InstallationKey {
            tenant: "acme".parse().expect("a name"),
            installation: "desk".parse().expect("a name"),
        };
        let action =
            |name: &str, state| OfferedAction { action: name.into(), label: name.to_uppercase(), state };
        let refused = Problem::new("record.read-only", "You may not change it.").remedy("Ask its owner.");
        let text = offered(
            &[
                action("connect", ActionState::Available),
                action("create", ActionState::Pending { since: Timestamp(0) }),
                action("join", ActionState::Refused { problem: refused }),
            ],
            &key,
        );
        for part in [
            "CONNECT",
            "tieline act acme/desk connect",
            "since 1970-01-01",
            "You may not change it.",
            "Ask its owner.",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert_eq!(offered(&[], &key), "");
    }
}
