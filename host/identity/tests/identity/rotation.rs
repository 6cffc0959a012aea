//! Refresh tokens that are replaced by each use: losing one loses the connection.

use std::{sync::Arc, time::Duration};

use tieline_identity::ConnectionError;

use crate::scene::{Disk, Scene, TokenServer, bearer, salesforce, token};

/// The number in `refresh_token=refresh-<number>`.
fn used(form: &str) -> usize {
    let (_, rest) = form.split_once("&refresh_token=refresh-").unwrap();
    rest.split('&').next().unwrap().parse().unwrap()
}

/// A server whose answer to `refresh-1` brings `refresh-2`, and so on.
async fn rotating() -> TokenServer {
    TokenServer::start(|n, form| {
        let next = used(form) + 1;
        let more =
            format!(r#","instance_url":"https://acme.my.salesforce.com","refresh_token":"refresh-{next}""#);
        (200, None, token(n, &more))
    })
    .await
}

fn all_used(server: &TokenServer) -> Vec<usize> {
    server.forms().iter().map(|form| used(form)).collect()
}

#[tokio::test]
async fn no_token_is_handed_out_before_the_new_refresh_token_is_durable() {
    let (disk, server) = (Disk::new(), rotating().await);
    let scene = Scene::open(&disk, &server).await;
    scene.apply(salesforce(&server, Some("refresh-1"))).await;
    scene.store.close().await.unwrap(); // From now on reads succeed and commits fail.
    let error = scene.authorize().await.unwrap_err();
    assert!(matches!(error, ConnectionError::Commit(_)), "{error:?}");
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn the_newest_refresh_token_is_used_also_after_a_restart() {
    let (disk, server) = (Disk::new(), rotating().await);
    let scene = Scene::open(&disk, &server).await;
    scene.apply(salesforce(&server, Some("refresh-1"))).await;
    let first = scene.authorize().await.unwrap();
    scene.renew(&first).await.unwrap();
    scene.close().await;

    let scene = Scene::open(&disk, &server).await;
    scene.authorize().await.unwrap();
    assert_eq!(all_used(&server), [1, 2, 3]);
}

#[tokio::test]
async fn a_caller_that_gives_up_does_not_lose_the_answer() {
    let (disk, server) = (Disk::new(), rotating().await);
    let scene = Arc::new(Scene::open(&disk, &server).await);
    scene.apply(salesforce(&server, Some("refresh-1"))).await;
    server.hold();
    let caller = tokio::spawn({
        let scene = scene.clone();
        async move { scene.authorize().await.map(|_| ()) }
    });
    server.came(1).await;
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    server.release(2);
    assert_eq!(bearer(&scene.authorize().await.unwrap()), "token-1", "shared with the one who waited on");
    scene.clock.advance(Duration::from_secs(2 * 60 * 60));
    server.release(1);
    scene.authorize().await.unwrap();
    assert_eq!(all_used(&server), [1, 2]);
}

#[tokio::test]
async fn applying_the_same_document_does_not_bring_a_dead_refresh_token_back() {
    let (disk, server) = (Disk::new(), rotating().await);
    let scene = Scene::open(&disk, &server).await;
    scene.apply(salesforce(&server, Some("refresh-1"))).await;
    scene.authorize().await.unwrap();
    let again = salesforce(&server, Some("refresh-1"));
    let prepared = scene.connections.prepare(&scene.key.tenant, &scene.key.connection, again).await.unwrap();
    assert!(prepared.batch.ops.is_empty());
    assert_eq!(prepared.before, Some(prepared.after));

    let mut new_secret = salesforce(&server, Some("refresh-1"));
    new_secret.client_secret = None;
    scene.apply(new_secret).await;
    scene.authorize().await.unwrap();
    scene.apply(salesforce(&server, Some("refresh-40"))).await;
    scene.authorize().await.unwrap();
    assert_eq!(all_used(&server), [1, 2, 40]);
}

#[tokio::test]
async fn an_answer_to_the_old_sign_in_does_not_replace_the_new_one() {
    let (disk, server) = (Disk::new(), rotating().await);
    let scene = Arc::new(Scene::open(&disk, &server).await);
    scene.apply(salesforce(&server, Some("refresh-1"))).await;
    server.hold();
    let caller = tokio::spawn({
        let scene = scene.clone();
        async move { scene.authorize().await }
    });
    server.came(1).await;
    scene.apply(salesforce(&server, Some("refresh-40"))).await;
    server.release(3);
    assert_eq!(bearer(&caller.await.unwrap().unwrap()), "token-2", "asked for again with the new sign-in");
    scene.authorize().await.unwrap();
    assert_eq!(all_used(&server)[..2], [1, 40]);
}

#[tokio::test]
async fn an_answer_that_crosses_a_new_client_secret_is_kept() {
    let (disk, server) = (Disk::new(), rotating().await);
    let scene = Arc::new(Scene::open(&disk, &server).await);
    scene.apply(salesforce(&server, Some("refresh-1"))).await;
    server.hold();
    let caller = tokio::spawn({
        let scene = scene.clone();
        async move { scene.authorize().await }
    });
    server.came(1).await;
    let mut new_secret = salesforce(&server, Some("refresh-1"));
    new_secret.client_secret = None;
    scene.apply(new_secret).await;
    server.release(2);
    caller.await.unwrap().unwrap();
    scene.authorize().await.unwrap();
    assert_eq!(all_used(&server), [1, 2]);
}
