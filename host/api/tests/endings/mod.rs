//! What goes on for long ends with the credential that it was asked for with.

use reqwest::{Method, Response, StatusCode, header};
use serde_json::Value;

use super::{Scene, sessions::signed_in};

/// Reads a stream to its end. One that does not end is a test that does not either.
async fn to_the_end(mut stream: Response) {
    while stream.chunk().await.unwrap().is_some() {}
}

#[tokio::test]
async fn a_stream_ends_when_its_token_is_revoked() {
    let scene = Scene::start().await;
    scene.tenant("acme").await;
    let (id, token) = scene.token("viewer", "acme").await;
    let url = format!("{}/api/v1/tenants/acme/live", scene.base);
    let stream = scene.http.get(&url).bearer_auth(&token).header("Last-Event-ID", "1").send().await.unwrap();
    assert_eq!(stream.status(), StatusCode::OK);
    let revoked = scene.api(Method::DELETE, &format!("/tokens/{id}"), "").await;
    assert_eq!(revoked.status(), StatusCode::OK);
    to_the_end(stream).await;
    let again = scene.http.get(&url).bearer_auth(&token).send().await.unwrap();
    assert_eq!(again.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_stream_ends_when_its_session_signs_out_and_another_goes_on() {
    let scene = Scene::start().await;
    scene.tenant("acme").await;
    let (one, other) = (signed_in(&scene).await, signed_in(&scene).await);
    let listen = async |cookie: &str| {
        let stream = scene.with_cookie(Method::GET, "/api/v1/tenants/acme/live", cookie, None).await;
        assert_eq!(stream.status(), StatusCode::OK);
        stream
    };
    let (ending, mut lasting) = (listen(&one).await, listen(&other).await);
    let session = scene.with_cookie(Method::GET, "/api/v1/session", &one, None).await;
    let session: Value = session.json().await.unwrap();
    let word = session["csrf"].as_str();
    let out = scene.with_cookie(Method::POST, "/auth/sign-out", &one, word).await;
    assert!(out.headers()[header::SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    to_the_end(ending).await;
    // It says that it lives, once nothing happened for a while.
    assert!(lasting.chunk().await.unwrap().is_some());
}
