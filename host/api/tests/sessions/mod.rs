//! Browsers: their sessions, what other sites may make them send, and what pages are told.

use reqwest::{Method, Response, StatusCode, header};
use serde_json::{Value, json};

use super::{Scene, TOKEN, problem};

/// The cookie of a browser that signed in with the host's own token.
pub(super) async fn signed_in(scene: &Scene) -> String {
    let url = format!("{}/auth/sign-in", scene.base);
    let answer = scene.http.post(url).json(&json!({ "token": TOKEN })).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
    for attribute in ["tieline=", "Path=/;", "HttpOnly", "SameSite=Lax"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    cookie.split(';').next().unwrap().to_owned()
}

impl Scene {
    pub(super) async fn with_cookie(
        &self,
        method: Method,
        path: &str,
        cookie: &str,
        csrf: Option<&str>,
    ) -> Response {
        let request =
            self.http.request(method, format!("{}{path}", self.base)).header(header::COOKIE, cookie);
        let request = match csrf {
            Some(word) => request.header("X-Tieline-CSRF", word),
            None => request,
        };
        request.header(header::CONTENT_TYPE, "application/json").body("{}").send().await.unwrap()
    }
}

#[tokio::test]
async fn a_cookie_alone_changes_nothing() {
    let scene = Scene::start().await;
    let cookie = signed_in(&scene).await;
    let session = scene.with_cookie(Method::GET, "/api/v1/session", &cookie, None).await;
    assert_eq!(session.headers()[header::CACHE_CONTROL], "no-store");
    let session: Value = session.json().await.unwrap();
    assert_eq!(
        (&session["kind"], &session["rights"]),
        (&json!("bootstrap"), &json!([{ "role": "operator" }]))
    );
    let word = session["csrf"].as_str().unwrap();
    let other = signed_in(&scene).await;
    assert_ne!(cookie, other, "each sign-in is a session of its own");
    for (method, path) in [(Method::POST, "/api/v1/tokens"), (Method::PUT, "/api/v1/tenants/acme")] {
        for (cookie, word) in
            [(&cookie, None), (&cookie, Some("")), (&cookie, Some("x")), (&other, Some(word))]
        {
            let refused = scene.with_cookie(method.clone(), path, cookie, word).await;
            assert_eq!(problem(refused, StatusCode::FORBIDDEN).await.code, "auth.csrf");
        }
        let taken = scene.with_cookie(method, path, &cookie, Some(word)).await;
        assert_eq!(problem(taken, StatusCode::BAD_REQUEST).await.code, "body.wrong-shape");
    }
    let stays = scene.with_cookie(Method::POST, "/auth/sign-out", &cookie, None).await;
    assert_eq!(problem(stays, StatusCode::FORBIDDEN).await.code, "auth.csrf");
    let out = scene.with_cookie(Method::POST, "/auth/sign-out", &cookie, Some(word)).await;
    assert!(out.headers()[header::SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    let over = scene.with_cookie(Method::GET, "/api/v1/session", &cookie, None).await;
    assert_eq!(problem(over, StatusCode::UNAUTHORIZED).await.code, "auth.session-over");
}

#[tokio::test]
async fn another_site_signs_nobody_in() {
    let scene = Scene::start().await;
    let url = format!("{}/auth/sign-in", scene.base);
    let body = json!({ "token": TOKEN }).to_string();
    // What a form of any page can send.
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
        let answer = scene.http.post(&url).header(header::CONTENT_TYPE, kind).body(body.clone()).send().await;
        let answer = answer.unwrap();
        assert!(!answer.headers().contains_key(header::SET_COOKIE), "{kind}");
        assert_eq!(problem(answer, StatusCode::UNSUPPORTED_MEDIA_TYPE).await.code, "body.not-json");
    }
    // A wrong token is not made good by a session.
    let cookie = signed_in(&scene).await;
    let request = scene.http.get(format!("{}/api/v1/session", scene.base)).header(header::COOKIE, cookie);
    let refused = request.bearer_auth("tl_wrong").send().await.unwrap();
    assert_eq!(problem(refused, StatusCode::UNAUTHORIZED).await.code, "auth.wrong-token");
}

#[tokio::test]
async fn pages_run_nothing_that_stands_in_them_and_send_nobody_away() {
    let scene = Scene::start().await;
    for path in ["/auth/sign-in", "/auth/sign-in?return_to=//evil.example", "/auth/sign-in/callback?state=x"]
    {
        let page = scene.ask(Method::GET, path, "").await;
        assert!(page.status().is_client_error() && !page.headers().contains_key(header::LOCATION), "{path}");
        assert!(page.headers()[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/html"));
        let policy = page.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(page.headers()[header::X_FRAME_OPTIONS], "DENY");
        let page = page.text().await.unwrap();
        assert!(!page.contains("<script") && !page.contains("style="), "{page}");
    }
    for path in ["/healthz", "/api/v1/tenants", "/nothing"] {
        let answer = scene.ask(Method::GET, path, "").await;
        assert_eq!(answer.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{path}");
    }
}
