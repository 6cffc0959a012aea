//! What is told of a change. Only what stands in the list below can be told, so that nothing with a secret in it can.

use serde::Serialize;
use serde_json::{Map, Value, json};
use tieline_types::{
    Digest,
    api::{ApplyReport, ChangeKind, HookSummary, TokenSummary},
    difference::{FieldChange, difference},
    tenant::ShownDocument,
};

/// The most bytes of one field; of a larger one its size and digest are told.
const LARGEST: usize = 4 << 10;
/// The most fields of one change, and the most bytes of all of them; more are counted.
const MOST: usize = 500;
const WHOLE: usize = 256 << 10;

/// What may stand in the audit. [`Secret`](tieline_types::Secret) has no form that could be written, and the types that carry
/// one to whom it belongs ([`UploadedSecret`](tieline_types::secret::UploadedSecret),
/// [`ShownSecret`](tieline_types::secret::ShownSecret)) are in none of these. The list is here, and nowhere else, so that
/// adding to it is a decision.
pub trait Showable: Serialize {}

impl Showable for ShownDocument {}
// What a token is called and may, never the token.
impl Showable for TokenSummary {}
// When a hook's secret was made, never where it is called or with what.
impl Showable for HookSummary {}
impl Showable for Running {}

/// Whether an installation runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Running {
    /// It takes events; else they wait.
    pub running: bool,
}

/// What a request changed: of each field that is different what it was and what it is. Put into the extensions of an answer by
/// whoever makes the change.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changed {
    pub(crate) before: Option<Value>,
    pub(crate) after: Option<Value>,
}

impl Changed {
    /// One thing before and after; without `before` it is new, without `after` it is gone.
    pub fn between<T: Showable>(before: Option<&T>, after: Option<&T>) -> Self {
        Self::of(difference(&form(before), &form(after)).into_iter())
    }

    /// What was done to a tenant. The report tells of secrets only whether they are set or changed.
    pub fn report(report: &ApplyReport) -> Self {
        let changes = report.changes.iter().filter(|change| change.done != ChangeKind::Unchanged);
        Self::of(changes.flat_map(|change| {
            let at = format!("/{}s/{}", change.kind, change.name);
            let within = move |field: &FieldChange| FieldChange {
                field: format!("{at}{}", field.field),
                before: field.before.clone(),
                after: field.after.clone(),
            };
            change.fields.iter().map(within)
        }))
    }

    /// Fields that were compared already.
    #[cfg(test)]
    pub(crate) fn of_fields(fields: Vec<FieldChange>) -> Self {
        Self::of(fields.into_iter())
    }

    fn of(fields: impl Iterator<Item = FieldChange>) -> Self {
        let (mut before, mut after) = (Map::new(), Map::new());
        let (mut number, mut bytes, mut left) = (0, 0, 0);
        for FieldChange { field, before: was, after: is } in fields {
            let (was, is) = (was.map(bounded), is.map(bounded));
            let size: usize = [&was, &is].into_iter().flatten().map(|(_, size)| size + field.len()).sum();
            if number == MOST || bytes + size > WHOLE {
                left += 1;
                continue;
            }
            (number, bytes) = (number + 1, bytes + size);
            before.extend(was.map(|(value, _)| (field.clone(), value)));
            after.extend(is.map(|(value, _)| (field, value)));
        }
        if left > 0 {
            after.insert("…".into(), json!(format!("and {left} more fields")));
        }
        let told = |fields: Map<String, Value>| (!fields.is_empty()).then_some(Value::Object(fields));
        Self { before: told(before), after: told(after) }
    }
}

fn form(thing: Option<&impl Showable>) -> Value {
    let form = thing.map(|thing| serde_json::to_value(thing).expect("plain data always serialises"));
    form.unwrap_or_else(|| json!({}))
}

/// A value as it is told, and its size.
fn bounded(value: Value) -> (Value, usize) {
    let text = value.to_string();
    match text.len() {
        size @ 0..=LARGEST => (value, size),
        bytes => (json!({ "bytes": bytes, "digest": Digest::of(text.as_bytes()) }), 128),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_types::{
        SetSecret,
        tenant::{Document, TenantDocument},
    };

    fn document(client_id: &str, secret: &str) -> TenantDocument {
        serde_json::from_value(json!({
            "tenant": {"id": "acme", "name": "Acme"},
            "connections": {"crm": {"provider": "salesforce", "client_id": client_id, "client_secret": secret}},
        }))
        .unwrap()
    }

    fn shown(document: TenantDocument) -> ShownDocument {
        let connections = document.connections.into_iter();
        let connections = connections.map(|(name, connection)| (name, connection.with_each(SetSecret::SET)));
        Document {
            tenant: document.tenant.with_receivers(|receiver| receiver.with_secret(None)),
            connections: connections.collect(),
            installations: document.installations,
        }
    }

    #[test]
    fn tells_the_fields_and_never_a_secret() {
        let (before, after) = (shown(document("a", "canary-1")), shown(document("b", "canary-2")));
        let changed = Changed::between(Some(&before), Some(&after));
        assert_eq!(changed.before, Some(json!({"/connections/crm/client_id": "a"})));
        assert_eq!(changed.after, Some(json!({"/connections/crm/client_id": "b"})));
        let new = format!("{:?}", Changed::between(None, Some(&after)));
        assert!(new.contains("client_secret") && !new.contains("canary"), "{new}");
        assert_eq!(Changed::between(Some(&before), Some(&before)), Changed::default());
    }

    #[test]
    fn what_is_large_is_told_by_its_size_and_what_is_much_by_its_number() {
        let field =
            |n: usize, value: Value| FieldChange { field: format!("/{n}"), before: None, after: Some(value) };
        let large = Changed::of([field(0, json!("x".repeat(LARGEST)))].into_iter());
        assert_eq!(large.after.unwrap()["/0"]["bytes"], LARGEST + 2);
        let many = Changed::of((0..MOST + 3).map(|n| field(n, json!(n)))).after.unwrap();
        assert_eq!((many.as_object().unwrap().len(), &many["…"]), (MOST + 1, &json!("and 3 more fields")));
        let wide = Changed::of((0..100).map(|n| field(n, json!("x".repeat(LARGEST - 2))))).after.unwrap();
        assert_eq!(wide.as_object().unwrap().len(), WHOLE / LARGEST, "63 of them, and how many more");
    }
}
