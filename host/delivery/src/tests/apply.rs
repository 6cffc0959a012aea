//! Tenant documents, as far as they need no package.

use serde_json::json;
use tieline_types::{
    Asker, Digest, InstallationKey,
    api::{ActRequest, ChangeKind, Verdict},
    tenant::TenantDocument,
};

use super::stage::{MESSAGES, ONE, Stage, acme};
use crate::{Expected, HostError};

fn document(connections: serde_json::Value, installations: serde_json::Value) -> TenantDocument {
    serde_json::from_value(json!({
        "tenant": {"id": "acme", "name": "Acme"}, "connections": connections, "installations": installations,
    }))
    .unwrap()
}

fn microsoft() -> serde_json::Value {
    json!({"microsoft": {"provider": "microsoft", "cloud": "sim", "directory_id": "11111111-1111-1111-1111-111111111111",
        "client_id": "22222222-2222-2222-2222-222222222222", "client_secret": "s3cret"}})
}

#[tokio::test]
async fn refuses_everything_when_anything_is_wrong() {
    let stage = Stage::with(ONE).await;
    let one = json!({"id": "desk", "connector": "salesforce", "package": Digest::of(b"never uploaded")});
    let bad = document(json!({"microsoft": {"provider": "unheard-of"}}), json!([one, one]));
    let Err(HostError::Invalid { problems }) = stage.host.apply(bad, &Expected::Anything).await else {
        panic!("it was applied")
    };
    let codes: Vec<_> = problems.iter().map(|problem| problem.code.as_str()).collect();
    assert!(codes.contains(&"installation.duplicate") && codes.contains(&"package.unknown"), "{codes:?}");
    assert!(problems.iter().any(|problem| problem.field.as_deref() == Some("/installations/1/id")));
    assert!(
        problems.iter().any(|problem| problem.field.as_deref().is_some_and(|at| at.contains("microsoft")))
    );
    assert_eq!(stage.host.installations(&acme()).await.unwrap().len(), 1);
    assert_eq!(stage.host.connections(&acme()).await.unwrap()[0].provider, "microsoft");
}

#[tokio::test]
async fn what_a_document_does_not_name_is_removed() {
    let stage = Stage::with(ONE).await;
    stage.subscribed(MESSAGES, "").await;
    let report = stage.host.apply(document(microsoft(), json!([])), &Expected::Anything).await.unwrap();
    let done: Vec<_> = report.changes.iter().map(|change| (change.kind.as_str(), change.done)).collect();
    let expected = [
        ("tenant", ChangeKind::Unchanged),
        ("connection", ChangeKind::Unchanged),
        ("installation", ChangeKind::Removed),
    ];
    assert_eq!(done, expected);
    stage.until(|stage| stage.graph.lock().standing.is_empty().then_some(())).await;
    let report = stage.host.apply(document(json!({}), json!([])), &Expected::Anything).await.unwrap();
    assert_eq!(report.changes[1].done, ChangeKind::Removed);
    assert!(stage.host.connections(&acme()).await.unwrap().is_empty());
    assert!(
        matches!(stage.host.tenants().await.unwrap().as_slice(), [tenant] if tenant.connections.is_empty())
    );
}

#[tokio::test]
async fn what_cannot_run_says_so_wherever_it_is_asked() {
    let stage = Stage::with(ONE).await;
    let desk = InstallationKey { tenant: acme(), installation: "desk".parse().unwrap() };
    let gone = InstallationKey { tenant: acme(), installation: "gone".parse().unwrap() };
    let ask = || ActRequest { input: json!({}), record: None, idempotency_key: None, user: None };
    assert!(matches!(
        stage.host.act(&gone, "log", ask(), Asker::operator()).await,
        Err(HostError::NotFound { .. })
    ));
    assert!(matches!(stage.host.check(&gone).await, Err(HostError::NotFound { .. })));
    assert!(matches!(
        stage.host.installations(&"else".parse().unwrap()).await,
        Err(HostError::NotFound { .. })
    ));
    let Err(HostError::Failed { problem }) = stage.host.act(&desk, "log", ask(), Asker::operator()).await
    else {
        panic!("it acted")
    };
    assert_eq!(problem.code, "package.unknown");
    let report = stage.host.check(&desk).await.unwrap();
    assert_eq!((report.stages[0].name.as_str(), report.stages[0].verdict), ("package", Verdict::Failed));
    assert_eq!(stage.host.installations(&acme()).await.unwrap()[0].problems[0].code, "package.unknown");
    let refused = stage.host.put_package(bytes::Bytes::from_static(b"\0asm")).await;
    assert!(matches!(refused, Err(HostError::Invalid { .. })));
}
