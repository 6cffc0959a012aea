//! A connection that was revoked.

use tieline_identity::ConnectionError;

use crate::scene::{Disk, Scene, TokenServer, microsoft, read, salesforce, token};

fn problem(error: &ConnectionError) -> String {
    match error {
        ConnectionError::Unusable(problem) => problem.code.clone(),
        other => panic!("{other:?}"),
    }
}

/// A server that rotates refresh tokens, and takes them back.
async fn server() -> TokenServer {
    TokenServer::start(|n, form| match form.starts_with("token=") {
        true => (200, None, String::new()),
        false => {
            let more = r#","instance_url":"https://acme.my.salesforce.com","refresh_token":"rotated-"#;
            (200, None, token(n, &format!("{more}{n}\"")))
        }
    })
    .await
}

#[tokio::test]
async fn nothing_is_sent_until_another_credential_is_applied() {
    let server = server().await;
    let (disk, connection) = (Disk::new(), |token| salesforce(&server, Some(token)));
    let scene = Scene::open(&disk, &server).await;
    scene.apply(connection("applied")).await;
    let held = scene.authorize().await.unwrap();

    let revoked = scene.connections.revoke(&scene.key).await.unwrap();
    assert_eq!((revoked.signed_out, revoked.told), (0, 3), "{revoked:?}");
    let told = server.forms()[1..].to_vec();
    for form in ["token=token-1", "token=rotated-1", "token=applied"] {
        assert!(told.iter().any(|told| told == form), "{form}: {told:?}");
    }
    let asked = server.requests();
    for refused in [scene.authorize().await, scene.renew(&held).await] {
        assert_eq!(problem(&refused.unwrap_err()), "connection.revoked");
    }
    assert_eq!(server.requests(), asked, "nothing was sent");
    let listed = scene.connections.list(&scene.key.tenant).await.unwrap();
    assert!(listed[0].revoked.is_some());

    // The same document, and the same after a restart: it stays revoked.
    scene.apply(connection("applied")).await;
    assert_eq!(problem(&scene.authorize().await.unwrap_err()), "connection.revoked");
    scene.close().await;
    let scene = Scene::open(&disk, &server).await;
    assert_eq!(problem(&scene.authorize().await.unwrap_err()), "connection.revoked");
    scene.connections.revoke(&scene.key).await.unwrap();
    scene.apply(connection("applied")).await;
    assert_eq!(
        problem(&scene.authorize().await.unwrap_err()),
        "connection.revoked",
        "nor by another revocation"
    );

    scene.apply(connection("another")).await;
    scene.authorize().await.unwrap();
    assert!(server.forms().last().unwrap().contains("refresh_token=another"));
    assert!(scene.connections.list(&scene.key.tenant).await.unwrap()[0].revoked.is_none());
}

#[tokio::test]
async fn a_token_that_was_on_its_way_is_not_used() {
    let server = server().await;
    let disk = Disk::new();
    let scene = Scene::open(&disk, &server).await;
    scene.apply(salesforce(&server, Some("applied"))).await;
    server.hold();
    let (asked, revoked) = tokio::join!(scene.authorize(), async {
        server.came(1).await;
        let revoking = scene.connections.revoke(&scene.key);
        server.release(20);
        revoking.await
    });
    revoked.unwrap();
    // It may have come just before; then it is used no more.
    if let Err(error) = asked {
        assert_eq!(problem(&error), "connection.revoked");
    }
    assert_eq!(problem(&scene.authorize().await.unwrap_err()), "connection.revoked");
}

#[tokio::test]
async fn who_cannot_be_told_is_named_with_what_to_do_there() {
    let server = TokenServer::start(|n, form| match form.starts_with("token=") {
        true => (503, None, "canary".into()),
        false => (200, None, token(n, r#","instance_url":"https://acme.my.salesforce.com""#)),
    })
    .await;
    let disk = Disk::new();
    let scene = Scene::open(&disk, &server).await;
    scene.apply(salesforce(&server, None)).await;
    scene.authorize().await.unwrap();
    let revoked = scene.connections.revoke(&scene.key).await.unwrap();
    let untold = revoked.untold.unwrap();
    assert_eq!(revoked.told, 0);
    assert!(untold.message.contains("503") && !untold.to_string().contains("canary"), "{untold}");
    assert_eq!(problem(&scene.authorize().await.unwrap_err()), "connection.revoked");

    scene.apply(microsoft()).await;
    let untold = scene.connections.revoke(&scene.key).await.unwrap().untold.unwrap();
    assert!(untold.remedy.unwrap().contains("Revoke sessions"));
    scene
        .apply(read(serde_json::json!({
            "provider": "microsoft", "cloud": "sim", "directory_id": "contoso.com",
            "client_id": "client", "client_secret": "canary-another",
        })))
        .await;
    scene.authorize().await.unwrap();
    let unknown = crate::scene::key("nobody");
    assert!(matches!(scene.connections.revoke(&unknown).await, Err(ConnectionError::Unknown(_))));
}
