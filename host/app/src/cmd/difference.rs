//! What an apply changes or would change, for people.

use serde_json::Value;
use tieline_types::{
    api::{ApplyReport, Change, ChangeKind, FieldChange},
    tenant::Connection,
};

/// Longer values are cut.
const WIDEST: usize = 120;

/// Tenant by tenant, thing by thing, field by field.
pub(crate) fn shown(reports: &[ApplyReport]) -> String {
    reports.iter().map(report).collect::<Vec<_>>().join("\n")
}

/// What is about to be done; nothing where there is no difference.
pub(crate) fn ahead(reports: &[ApplyReport]) -> Option<String> {
    let different: Vec<_> = reports.iter().filter(|report| report.differs()).map(report).collect();
    (!different.is_empty()).then(|| format!("about to be done:\n{}\n", different.join("\n")))
}

fn report(report: &ApplyReport) -> String {
    if !report.differs() {
        return format!("{}: no difference", report.tenant);
    }
    let mut text = format!("{}:", report.tenant);
    let (same, different): (Vec<_>, Vec<_>) =
        report.changes.iter().partition(|change| change.done == ChangeKind::Unchanged);
    for change in different {
        text.push_str(&thing(change));
    }
    if !same.is_empty() {
        text.push_str(&format!(
            "\n  = unchanged: {}",
            same.iter().map(|c| name(c)).collect::<Vec<_>>().join(", ")
        ));
    }
    text
}

fn thing(change: &Change) -> String {
    let (sign, done) = match change.done {
        ChangeKind::Created => ('+', "created"),
        ChangeKind::Updated => ('~', "changed"),
        ChangeKind::Unchanged => ('=', "unchanged"),
        ChangeKind::Removed => ('-', "removed"),
    };
    let mut text = format!("\n  {sign} {} {done}", name(change));
    if !change.details.is_empty() {
        text.push_str(&format!(": {}", change.details.join(", ")));
    }
    // What goes, goes whole.
    if change.done != ChangeKind::Removed {
        let secret = |field: &FieldChange| {
            change.kind == "connection"
                && Connection::<()>::SECRETS.iter().any(|name| field.field.strip_prefix('/') == Some(name))
        };
        change.fields.iter().for_each(|field| text.push_str(&line(field, secret(field))));
    }
    text
}

fn name(change: &Change) -> String {
    format!("{} {}", change.kind, change.name)
}

fn line(change: &FieldChange, secret: bool) -> String {
    let field = change.field.trim_start_matches('/').replace('/', ".");
    let field = if field.is_empty() { "all of it".to_owned() } else { field };
    match (&change.before, &change.after) {
        (_, None) if secret => format!("\n      - {field}"),
        (_, Some(Value::String(state))) if secret => format!("\n      ~ {field}: {state}"),
        (Some(before), Some(after)) => format!("\n      ~ {field}: {} → {}", cut(before), cut(after)),
        (None, Some(after)) => format!("\n      + {field}: {}", cut(after)),
        (Some(before), None) => format!("\n      - {field}: {}", cut(before)),
        (None, None) => String::new(),
    }
}

fn cut(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(WIDEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn change(kind: &str, name: &str, done: ChangeKind, fields: Value) -> Change {
        let fields = serde_json::from_value(fields).unwrap();
        Change { kind: kind.into(), name: name.into(), done, details: Vec::new(), fields }
    }

    #[test]
    fn says_what_becomes_of_what() {
        let secrets = json!([{"field": "/client_id", "before": "a", "after": "b"},
            {"field": "/client_secret", "before": "set", "after": "changed"}, {"field": "/password", "before": "set"}]);
        let mut desk = change(
            "installation",
            "desk",
            ChangeKind::Created,
            json!([{"field": "/config", "after": {"a": 1}}]),
        );
        desk.details = vec!["1.0.0".into()];
        let changes = vec![
            change("tenant", "acme", ChangeKind::Unchanged, json!([])),
            change("connection", "crm", ChangeKind::Updated, secrets),
            desk,
            change("installation", "old", ChangeKind::Removed, json!([{"field": "/id", "before": "old"}])),
        ];
        let expected = "acme:\n  ~ connection crm changed\n      ~ client_id: \"a\" → \"b\"\n      ~ client_secret: changed\n      - password\n  \
            + installation desk created: 1.0.0\n      + config: {\"a\":1}\n  - installation old removed\n  = unchanged: tenant acme";
        let tenant = "acme".parse().unwrap();
        let reports = [ApplyReport { tenant, changes }];
        assert_eq!(shown(&reports), expected);
        assert_eq!(ahead(&reports).unwrap(), format!("about to be done:\n{expected}\n"));
    }

    #[test]
    fn says_when_there_is_nothing_and_cuts_what_is_long() {
        let tenant = "acme".parse().unwrap();
        let changes = vec![change("tenant", "acme", ChangeKind::Unchanged, json!([]))];
        let reports = [ApplyReport { tenant, changes }];
        assert_eq!(shown(&reports), "acme: no difference");
        assert_eq!(ahead(&reports), None);
        assert!(cut(&json!("é".repeat(500))).chars().count() == WIDEST + 1);
    }
}
