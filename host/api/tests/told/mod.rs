//! What the audit tells of credentials and pauses, and what POST gives once; the doors beside the API.

use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};

use super::{Scene, TOKEN, problem, sessions::signed_in};

impl Scene {
    /// The newest record about what this operation did.
    async fn told(&self, action: &str) -> Value {
        let path = format!("/audit?action={action}&limit=1");
        let page: Value = self.api(Method::GET, &path, "").await.json().await.unwrap();
        page["items"][0].clone()
    }
}

#[tokio::test]
async fn what_tokens_may_and_that_they_ended_is_told_and_never_the_token() {
    let scene = Scene::start().await;
    let (id, token) = scene.token("agent", "acme").await;
    let made = scene.told("createToken").await;
    assert_eq!(made["before"], Value::Null);
    assert_eq!(made["after"]["/rights"], json!([{ "role": "agent", "tenant": "acme" }]));
    assert_eq!((&made["after"]["/id"], &made["after"]["/name"]), (&json!(id), &json!("agent of acme")));
    assert!(made["after"]["/expires"].is_number() || made["after"]["/expires"].is_string(), "{made}");
    scene.api(Method::DELETE, &format!("/tokens/{id}"), "").await;
    let ended = scene.told("revokeToken").await;
    assert_eq!(
        (&ended["before"]["/state"], &ended["after"]["/state"]),
        (&json!("active"), &json!("revoked"))
    );
    scene.api(Method::DELETE, &format!("/tokens/{id}"), "").await;
    let again = scene.told("revokeToken").await;
    assert_eq!((&again["outcome"], &again["after"]), (&json!("done"), &Value::Null), "it had ended");
    let all = scene.api(Method::GET, "/audit", "").await.text().await.unwrap();
    assert!(all.contains(&id) && !all.contains(&token) && !all.contains(&token[3..]));
}

#[tokio::test]
async fn who_signs_out_is_told() {
    let scene = Scene::start().await;
    let cookie = signed_in(&scene).await;
    let session = scene.with_cookie(Method::GET, "/api/v1/session", &cookie, None).await;
    let session: Value = session.json().await.unwrap();
    scene.with_cookie(Method::POST, "/auth/sign-out", &cookie, session["csrf"].as_str()).await;
    let told = scene.told("endSession").await;
    assert_eq!((&told["who"]["kind"], &told["outcome"]), (&json!("bootstrap"), &json!("done")), "{told}");
    assert_eq!(scene.told("signIn").await["who"]["kind"], "bootstrap");
}

#[tokio::test]
async fn a_backup_is_given_once_under_a_key_and_whole() {
    let scene = Scene::start().await;
    let ask = async || {
        let request = scene.http.post(format!("{}/api/v1/backup", scene.base)).bearer_auth(TOKEN);
        request.header("Idempotency-Key", "nightly").send().await.unwrap()
    };
    let given = ask().await;
    assert_eq!(given.status(), StatusCode::OK);
    assert_eq!(given.headers()[header::CONTENT_TYPE], "application/zstd");
    assert!(!given.bytes().await.unwrap().is_empty());
    assert_eq!(problem(ask().await, StatusCode::CONFLICT).await.code, "idempotency.withheld");
}

#[tokio::test]
async fn counts_are_for_operators_who_do_not_ask_too_often() {
    let scene = Scene::at("http://127.0.0.1:1", 1).await;
    let nobody = scene.ask(Method::GET, "/metrics", "").await;
    assert_eq!(problem(nobody, StatusCode::UNAUTHORIZED).await.code, "auth.no-credential");
    let ask = || scene.http.get(format!("{}/metrics", scene.base)).bearer_auth(TOKEN).send();
    let counts = ask().await.unwrap();
    assert!(
        counts.headers()[header::CONTENT_TYPE].to_str().unwrap().starts_with("application/openmetrics-text")
    );
    let limited = loop {
        let answer = ask().await.unwrap();
        if answer.status() != StatusCode::OK {
            break answer;
        }
    };
    assert!(limited.headers().contains_key(header::RETRY_AFTER));
    assert_eq!(problem(limited, StatusCode::TOO_MANY_REQUESTS).await.code, "limit.requests");
}
