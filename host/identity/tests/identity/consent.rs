//! What a 403 means, over tokens that change.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use tieline_identity::{Forbidden, Identity, Meaning, Said};
use tieline_types::{Severity, manifest::PermissionKind};

use crate::scene::{Disk, Scene, TokenServer, jwt, microsoft};

const HOUR: Duration = Duration::from_secs(3_600);

/// A scene whose tokens have these roles at the time.
async fn stage(disk: &Disk) -> (Scene, TokenServer, Arc<Mutex<Vec<&'static str>>>) {
    let roles = Arc::new(Mutex::new(Vec::new()));
    let now = roles.clone();
    let server = TokenServer::start(move |_, _| {
        let token = jwt(&now.lock().unwrap());
        (200, None, format!(r#"{{"access_token":"{token}","token_type":"Bearer","expires_in":86400}}"#))
    })
    .await;
    let scene = Scene::open(disk, &server).await;
    scene.apply(microsoft()).await;
    (scene, server, roles)
}

async fn refused(scene: &Scene) -> Meaning {
    let message = "Missing role permissions on the request. API requires one of 'Chat.Read.All'.";
    let said = Said { code: "Forbidden".into(), message: message.into() };
    let allowing = ["Chat.Read.All".to_owned(), "Chat.ReadWrite.All".to_owned()];
    let call = Forbidden { identity: &Identity::App, allowing: &allowing, said: &said };
    scene.connections.forbidden(&scene.key, call).await.unwrap()
}

fn code(meaning: &Meaning) -> &str {
    match meaning {
        Meaning::Wait { problem, .. } | Meaning::Answer(problem) => &problem.code,
    }
}

#[tokio::test]
async fn a_token_from_before_the_consent_is_replaced_once() {
    let disk = Disk::new();
    let (scene, server, roles) = stage(&disk).await;
    assert_eq!(code(&refused(&scene).await), "graph.consent-missing");
    *roles.lock().unwrap() = vec!["Chat.Read.All"];
    assert_eq!(code(&refused(&scene).await), "graph.consent-missing", "the token is new");
    assert_eq!(server.requests(), 1);
    scene.clock.advance(Duration::from_secs(5));
    assert_eq!(code(&refused(&scene).await), "graph.consent-spreading");
    assert_eq!(code(&refused(&scene).await), "graph.consent-spreading");
    assert_eq!(server.requests(), 2);
    assert!(scene.connections.is_troubled());
    let allowing = ["Chat.Read.All".to_owned()];
    scene.connections.permitted(&scene.key, &Identity::App, &allowing).await.unwrap();
    assert!(!scene.connections.is_troubled());
    scene.clock.advance(2 * HOUR);
    assert!(matches!(refused(&scene).await, Meaning::Answer(_)), "it was honoured before");
}

#[tokio::test]
async fn two_hours_are_counted_over_restarts() {
    let disk = Disk::new();
    let (scene, server, roles) = stage(&disk).await;
    scene.authorize().await.unwrap();
    *roles.lock().unwrap() = vec!["Chat.Read.All"];
    scene.clock.advance(HOUR);
    assert_eq!(code(&refused(&scene).await), "graph.consent-spreading");
    scene.close().await;

    let scene = Scene::open(&disk, &server).await;
    scene.clock.advance(HOUR); // As late as it was.
    scene.connections.recall_refusals().await.unwrap();
    assert!(scene.connections.is_troubled());
    scene.clock.advance(HOUR);
    assert_eq!(code(&refused(&scene).await), "graph.consent-spreading");
    scene.clock.advance(HOUR);
    let overdue = refused(&scene).await;
    assert_eq!(code(&overdue), "graph.consent-not-honoured");
    assert_eq!(scene.connections.troubles(&scene.key)[0].0, Severity::Critical);
}

#[tokio::test]
async fn a_word_of_somebody_is_kept_and_another_app_forgets_it() {
    let disk = Disk::new();
    let (scene, _server, _) = stage(&disk).await;
    assert_eq!(code(&refused(&scene).await), "graph.consent-missing");
    scene.connections.accept(&scene.key, "Ada").await.unwrap();
    assert!(!scene.connections.is_troubled());
    assert_eq!(code(&refused(&scene).await), "graph.consent-spreading");
    assert_eq!(scene.connections.troubles(&scene.key)[0].0, Severity::Info);
    let (consent, _) = scene.connections.consent(&scene.key).await.unwrap();
    assert_eq!(consent.accepted.as_ref().unwrap().by, "Ada");
    assert_eq!(consent.names(PermissionKind::Application).unwrap().len(), 0);

    let mut other = microsoft();
    other.client_id = Some("another".into());
    scene.apply(other).await;
    let (consent, _) = scene.connections.consent(&scene.key).await.unwrap();
    assert_eq!(consent, Default::default());
    assert_eq!(code(&refused(&scene).await), "graph.consent-missing");
}
