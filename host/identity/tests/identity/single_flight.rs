//! Never two token requests at the same time for one connection, and none that is not needed.

use std::{sync::Arc, time::Duration};

use tieline_identity::{Access, ConnectionError};
use tokio::task::JoinSet;

use crate::scene::{Disk, Scene, TokenServer, bearer, microsoft, token};

type Outcome = Result<Arc<Access>, ConnectionError>;

async fn scene(server: &TokenServer) -> (Disk, Arc<Scene>) {
    let disk = Disk::new();
    let scene = Scene::open(&disk, server).await;
    scene.apply(microsoft()).await;
    (disk, Arc::new(scene))
}

/// A hundred callers, all waiting before the server answers: for any token, or for another than a stale one.
async fn hundred(server: &TokenServer, scene: &Arc<Scene>, stale: Option<&Arc<Access>>) -> Vec<Outcome> {
    let before = server.requests();
    server.hold();
    let mut callers = JoinSet::new();
    for _ in 0..100 {
        let (scene, stale) = (scene.clone(), stale.cloned());
        callers.spawn(async move {
            match stale {
                None => scene.authorize().await,
                Some(stale) => scene.renew(&stale).await,
            }
        });
    }
    server.came(before + 1).await;
    server.release(100);
    callers.join_all().await
}

#[tokio::test]
async fn a_hundred_callers_cause_one_token_request() {
    let server = TokenServer::hourly().await;
    let (_disk, scene) = scene(&server).await;
    for outcome in hundred(&server, &scene, None).await {
        assert_eq!(bearer(&outcome.unwrap()), "token-1");
    }
    assert_eq!((server.requests(), server.most_at_once()), (1, 1));
}

#[tokio::test]
async fn a_hundred_callers_share_one_refusal() {
    let refusal = r#"{"error":"invalid_client","error_codes":[7000222]}"#;
    let server = TokenServer::start(move |_, _| (401, None, refusal.into())).await;
    let (_disk, scene) = scene(&server).await;
    for outcome in hundred(&server, &scene, None).await {
        let Err(ConnectionError::Unusable(problem)) = outcome else { panic!("{outcome:?}") };
        assert_eq!(problem.code, "microsoft.client-secret-expired");
    }
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn a_hundred_401s_cause_one_renewal() {
    let server = TokenServer::hourly().await;
    let (_disk, scene) = scene(&server).await;
    let stale = scene.authorize().await.unwrap();
    for outcome in hundred(&server, &scene, Some(&stale)).await {
        assert_eq!(bearer(&outcome.unwrap()), "token-2");
    }
    assert_eq!((server.requests(), server.most_at_once()), (2, 1));

    let late = scene.renew(&stale).await.unwrap();
    assert_eq!(bearer(&late), "token-2", "a 401 of a token that is long replaced");
    assert_eq!(bearer(&scene.renew(&late).await.unwrap()), "token-3");
    assert_eq!(server.requests(), 3);
}

#[tokio::test]
async fn a_token_is_replaced_below_sixty_seconds_and_not_before() {
    let server = TokenServer::hourly().await;
    let (_disk, scene) = scene(&server).await;
    scene.authorize().await.unwrap();
    scene.clock.advance(Duration::from_secs(3540));
    assert_eq!(bearer(&scene.authorize().await.unwrap()), "token-1");
    scene.clock.advance(Duration::from_millis(1));
    assert_eq!(bearer(&scene.authorize().await.unwrap()), "token-2");
    assert_eq!(server.requests(), 2);
}

#[tokio::test]
async fn while_one_replaces_a_token_the_others_go_on_with_it() {
    let server = TokenServer::hourly().await;
    let (_disk, scene) = scene(&server).await;
    scene.authorize().await.unwrap();
    scene.clock.advance(Duration::from_secs(3550));
    server.hold();
    let first = tokio::spawn({
        let scene = scene.clone();
        async move { scene.authorize().await }
    });
    server.came(2).await;
    assert_eq!(bearer(&scene.authorize().await.unwrap()), "token-1");
    server.release(1);
    assert_eq!(bearer(&first.await.unwrap().unwrap()), "token-2");
    assert_eq!(server.requests(), 2);
}

#[tokio::test]
async fn a_token_is_used_to_its_end_while_sign_in_has_a_difficulty() {
    let server = TokenServer::start(|n, _| match n {
        1 => (200, None, token(1, r#","expires_in":3600"#)),
        _ => (503, None, String::new()),
    })
    .await;
    let (_disk, scene) = scene(&server).await;
    scene.authorize().await.unwrap();
    scene.clock.advance(Duration::from_secs(3590));
    assert_eq!(bearer(&scene.authorize().await.unwrap()), "token-1");
    scene.clock.advance(Duration::from_secs(10));
    let error = scene.authorize().await.unwrap_err();
    assert!(matches!(error, ConnectionError::Unreachable { .. }), "{error:?}");
}

#[tokio::test]
async fn a_wait_that_was_asked_for_is_kept() {
    let server = TokenServer::start(|n, _| match n {
        1 => (429, Some(7), String::new()),
        _ => (200, None, token(n, r#","expires_in":3600"#)),
    })
    .await;
    let (_disk, scene) = scene(&server).await;
    for left in [7, 5] {
        let error = scene.authorize().await.unwrap_err();
        let ConnectionError::Throttled(wait) = error else { panic!("{error:?}") };
        assert_eq!(wait, Duration::from_secs(left));
        scene.clock.advance(Duration::from_secs(2));
    }
    assert_eq!(server.requests(), 1);
    scene.clock.advance(Duration::from_secs(3));
    assert_eq!(bearer(&scene.authorize().await.unwrap()), "token-2");
}
