//! What a document would change, told and not done.

use serde_json::{Value, json};
use tieline_types::{
    Digest,
    api::{ApplyReport, ChangeKind},
    tenant::TenantDocument,
};

use super::stage::{ONE, Stage, acme};
use crate::{Expected, HostError};

fn document(name: &str, connections: &Value, installations: &Value) -> TenantDocument {
    let document = json!({
        "tenant": {"id": "acme", "name": name}, "connections": connections, "installations": installations});
    serde_json::from_value(document).unwrap()
}

/// As the stage has it, with this secret.
fn microsoft(secret: &str) -> Value {
    json!({"microsoft": {"provider": "microsoft", "cloud": "sim",
        "directory_id": "11111111-1111-1111-1111-111111111111",
        "client_id": "22222222-2222-2222-2222-222222222222", "client_secret": secret}})
}

fn desk(config: &Value) -> Value {
    json!([{"id": "desk", "connector": "salesforce", "package": Digest::of(b"never uploaded"), "config": config}])
}

/// Each change, and each field as `kind name field: before → after`.
fn told(report: &ApplyReport) -> (Vec<ChangeKind>, Vec<String>) {
    let fields = report.changes.iter().flat_map(|change| {
        change.fields.iter().map(move |field| {
            let value = |value: &Option<Value>| value.as_ref().map_or("–".into(), Value::to_string);
            let (before, after) = (value(&field.before), value(&field.after));
            format!("{} {} {}: {before} → {after}", change.kind, change.name, field.field)
        })
    });
    (report.changes.iter().map(|change| change.done).collect(), fields.collect())
}

#[tokio::test]
async fn tells_every_field_and_of_a_secret_only_that_it_changes() {
    let stage = Stage::with(ONE).await;
    let same = document("Acme", &microsoft("s3cret"), &json!([]));
    let (done, _) = told(&stage.host.compare(same).await.unwrap());
    assert_eq!(done, [ChangeKind::Unchanged, ChangeKind::Unchanged, ChangeKind::Removed]);

    let other = document("Acme AG", &microsoft("canary"), &desk(&json!({"rules": [1]})));
    let report = stage.host.compare(other).await.unwrap();
    let (done, fields) = told(&report);
    assert_eq!(done, [ChangeKind::Updated; 3]);
    assert_eq!(
        fields,
        [
            "tenant acme /name: \"Acme\" → \"Acme AG\"",
            "connection microsoft /client_secret: \"set\" → \"changed\"",
            "installation desk /config/rules: – → [1]",
        ]
    );
    assert!(report.differs() && !format!("{report:?}").contains("canary"));

    let gone = document("Acme", &json!({}), &json!([]));
    let (done, fields) = told(&stage.host.compare(gone).await.unwrap());
    assert_eq!(done, [ChangeKind::Unchanged, ChangeKind::Removed, ChangeKind::Removed]);
    assert!(fields.contains(&"connection microsoft /client_secret: \"set\" → –".to_owned()), "{fields:?}");
}

#[tokio::test]
async fn nothing_is_done() {
    let stage = Stage::with(ONE).await;
    let before = serde_json::to_value(stage.host.configuration(&acme()).await.unwrap().0).unwrap();
    assert_eq!(before["connections"]["microsoft"]["client_secret"], true);
    assert_eq!(before["installations"][0]["id"], "desk");
    stage.host.compare(document("Other", &microsoft("other"), &json!([]))).await.unwrap();
    let bad = document("Acme", &json!({"microsoft": {"provider": "unheard-of"}}), &desk(&json!({})));
    let Err(HostError::Invalid { problems }) = stage.host.compare(bad).await else { panic!("it was fine") };
    assert_eq!(problems[0].code, "connection.provider-unknown");
    let after = serde_json::to_value(stage.host.configuration(&acme()).await.unwrap().0).unwrap();
    assert_eq!(after, before);
    let never = stage.host.configuration(&"never".parse().unwrap()).await;
    assert!(matches!(never, Err(HostError::NotFound { .. })));
}

#[tokio::test]
async fn what_was_told_is_what_is_done_then() {
    let stage = Stage::with(&[]).await;
    let wanted = document("Acme AG", &microsoft("other"), &json!([]));
    let would = stage.host.compare(wanted.clone()).await.unwrap();
    let did = stage.host.apply(wanted.clone(), &Expected::Anything).await.unwrap();
    assert_eq!(did.changes, would.changes);
    assert!(!stage.host.compare(wanted.clone()).await.unwrap().differs());
    let new = serde_json::from_value(json!({"tenant": {"id": "globex", "name": "Globex"}})).unwrap();
    assert_eq!(told(&stage.host.compare(new).await.unwrap()).0, [ChangeKind::Created]);
    assert!(stage.host.configuration(&"globex".parse().unwrap()).await.is_err());
}
