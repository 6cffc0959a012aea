//! Planted secrets, looked for wherever they must not be.

use std::error::Error;

use crate::scene::{Disk, Scene, TokenServer, bearer, salesforce, token};

#[tokio::test]
async fn no_secret_reaches_the_disk_or_the_debug_form_of_anything() {
    let server = TokenServer::start(|n, _| {
        let more = r#","instance_url":"https://acme.my.salesforce.com","refresh_token":"canary-rotated""#;
        (200, None, token(n, more).replace("token-", "canary-access-"))
    })
    .await;
    let disk = Disk::new();
    let scene = Scene::open(&disk, &server).await;
    let connection = salesforce(&server, Some("canary-refresh"));
    let key = &scene.key;
    let prepared = scene.connections.prepare(&key.tenant, &key.connection, connection.clone()).await;
    assert!(!format!("{prepared:?} {connection:?}").contains("canary"));
    scene.apply(connection).await;
    let shown = scene.connections.shown(&key.tenant).await.unwrap();
    assert!(!serde_json::to_string(&shown[0].connection).unwrap().contains("canary"));
    let access = scene.authorize().await.unwrap();
    assert_eq!(bearer(&access), "canary-access-1");
    assert!(!format!("{access:?} {:?}", access.authorization).contains("canary"));
    let list = scene.connections.list(&scene.key.tenant).await.unwrap();
    assert!(!serde_json::to_string(&list).unwrap().contains("canary"));
    scene.close().await;

    let bytes = disk.bytes();
    assert!(bytes.windows(4).any(|window| window == b"main"), "the files were looked at");
    assert!(!bytes.windows(6).any(|window| window == b"canary"));
}

#[tokio::test]
async fn no_error_repeats_a_secret_even_if_the_server_does() {
    for status in [302, 400, 401, 403, 500, 503] {
        let server = TokenServer::start(move |_, form| {
            let echo = form.replace('"', "");
            (status, None, format!(r#"{{"error":"odd","error_description":"{echo}"}}"#))
        })
        .await;
        let disk = Disk::new();
        let scene = Scene::open(&disk, &server).await;
        scene.apply(salesforce(&server, Some("canary-refresh"))).await;
        let error = scene.authorize().await.unwrap_err();
        let mut cause: Option<&dyn Error> = Some(&error);
        while let Some(error) = cause {
            assert!(!format!("{error} {error:?}").contains("canary"), "{status}: {error:?}");
            cause = error.source();
        }
    }
}
