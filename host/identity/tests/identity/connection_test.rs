//! The staged test of a connection.

use tieline_identity::ConnectionError;
use tieline_types::{
    api::{ConnectionTest, TestStage, Verdict},
    manifest::PermissionKind,
    tenant::Connection,
};

use crate::scene::{Disk, Scene, TokenServer, bearer, jwt, key, microsoft, salesforce, token};

fn stage<'a>(test: &'a ConnectionTest, name: &str) -> &'a TestStage {
    test.stages.iter().find(|stage| stage.name == name).unwrap()
}

#[tokio::test]
async fn what_is_not_the_providers_own_is_not_looked_at() {
    let (disk, server) = (Disk::new(), TokenServer::hourly().await);
    let scene = Scene::reaching(&disk, &server, &[]).await;
    for login in ["https://localhost:1", "https://intranet.example"] {
        let login_url = Some(login.parse().unwrap());
        scene.apply(Connection { login_url, ..salesforce(&server, None) }).await;
        let test = scene.connections.test(&scene.key, &[]).await.unwrap();
        for name in ["dns", "tls"] {
            let stage = stage(&test, name);
            assert_eq!(stage.verdict, Verdict::Skipped, "{login}");
            assert!(stage.found.as_ref().unwrap().contains("not looked at"), "{stage:?}");
        }
        assert_eq!(stage(&test, "token").verdict, Verdict::Failed, "{login}");
    }
}

#[tokio::test]
async fn an_address_that_was_not_opened_is_named_before_anything_is_sent() {
    let (disk, server) = (Disk::new(), TokenServer::hourly().await);
    let scene = Scene::reaching(&disk, &server, &[]).await;
    scene.apply(microsoft()).await;
    let test = scene.connections.test(&scene.key, &[]).await.unwrap();
    let problem = stage(&test, "dns").problem.clone().unwrap();
    assert_eq!(problem.code, "connection.egress-denied");
    assert!(problem.remedy.unwrap().contains("allow_private"));
    assert_eq!((stage(&test, "call").verdict, server.requests()), (Verdict::Skipped, 0));
}

#[tokio::test]
async fn a_test_that_fails_takes_nobodys_token_away() {
    let server = TokenServer::start(|n, _| match n {
        1 => (200, None, token(n, r#","expires_in":3600"#)),
        _ => (401, None, r#"{"error":"invalid_client","error_codes":[7000222]}"#.into()),
    })
    .await;
    let disk = Disk::new();
    let scene = Scene::open(&disk, &server).await;
    scene.apply(microsoft()).await;
    let before = scene.authorize().await.unwrap();
    let test = scene.connections.test(&scene.key, &[]).await.unwrap();
    let problem = stage(&test, "token").problem.clone().unwrap();
    assert_eq!(problem.code, "microsoft.client-secret-expired");
    assert!(problem.message.starts_with("Failed to request refresh token: "), "{problem}");
    assert_eq!(bearer(&scene.authorize().await.unwrap()), bearer(&before));
    assert_eq!(server.requests(), 2);
}

#[tokio::test]
async fn the_token_of_a_test_is_used_from_then_on_and_says_what_it_permits() {
    let server = TokenServer::start(|_, form| match form.contains("grant_type") {
        true => (
            200,
            None,
            format!(
                r#"{{"access_token":"{}","token_type":"Bearer","expires_in":3600}}"#,
                jwt(&["User.Read.All"])
            ),
        ),
        false => (200, None, r#"{"value":[]}"#.into()),
    })
    .await;
    let disk = Disk::new();
    let scene = Scene::open(&disk, &server).await;
    scene.apply(microsoft()).await;
    let needed = |name: &str| (PermissionKind::Application, name.to_owned());
    let test = scene.connections.test(&scene.key, &[needed("User.Read.All")]).await.unwrap();
    assert!(test.passed(), "{test:?}");
    assert!(stage(&test, "call").found.as_ref().unwrap().contains("/v1.0/users"), "{test:?}");
    let requests = server.requests();
    scene.authorize().await.unwrap();
    assert_eq!(server.requests(), requests);

    let missing = [needed("Chat.Read.All"), needed("Mail.Read"), needed("User.Read.All")];
    let test = scene.connections.test(&scene.key, &missing).await.unwrap();
    let problem = stage(&test, "permissions").problem.clone().unwrap();
    assert_eq!(problem.code, "graph.consent-missing");
    assert!(problem.message.contains("permissions Chat.Read.All, Mail.Read is"), "{problem}");
    scene.connections.accept(&scene.key, "Ada").await.unwrap();
    let test = scene.connections.test(&scene.key, &missing).await.unwrap();
    assert_eq!(stage(&test, "permissions").verdict, Verdict::Warning);
    assert!(test.passed());
}

#[tokio::test]
async fn a_connection_that_does_not_exist_cannot_be_tested() {
    let (disk, server) = (Disk::new(), TokenServer::hourly().await);
    let scene = Scene::open(&disk, &server).await;
    let tested = scene.connections.test(&key("main"), &[]).await;
    assert!(matches!(tested, Err(ConnectionError::Unknown(_))), "{tested:?}");
}
