//! The panel inside another site's page: who may show it, and how it gets a session there, and how nobody else does.

use reqwest::{Method, RequestBuilder, Response, StatusCode, header, redirect};
use serde_json::{Value, json};

use super::{Scene, TOKEN, problem};

/// A verifier, and its SHA-256 as RFC 7636 shows it.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const WINDOW: &str = "/auth/panel?tenant=acme&challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A browser that is sent where it is told, and follows nothing by itself.
struct Browser<'a> {
    scene: &'a Scene,
    http: reqwest::Client,
}

impl<'a> Browser<'a> {
    fn of(scene: &'a Scene) -> Self {
        let http = reqwest::Client::builder().no_proxy().redirect(redirect::Policy::none());
        Self { scene, http: http.build().unwrap() }
    }

    fn ask(&self, method: Method, path: &str, cookies: &[&str]) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.scene.base));
        if cookies.is_empty() { request } else { request.header(header::COOKIE, cookies.join("; ")) }
    }

    async fn get(&self, path: &str, cookies: &[&str]) -> Response {
        self.ask(Method::GET, path, cookies).send().await.unwrap()
    }

    async fn session(&self, cookies: &[&str]) -> Value {
        let answer = self.get("/api/v1/session", cookies).await;
        assert_eq!(answer.status(), StatusCode::OK);
        answer.json().await.unwrap()
    }

    /// Signs in, in a window of its own.
    async fn sign_in(&self, token: &str) -> String {
        let request = self.ask(Method::POST, "/auth/sign-in", &[]).json(&json!({ "token": token }));
        cookie(&request.send().await.unwrap())
    }

    async fn code(&self, cookie: &str, tenant: &str) -> String {
        let csrf = self.session(&[cookie]).await["csrf"].as_str().unwrap().to_owned();
        let request = self.ask(Method::POST, "/auth/panel/code", &[cookie]).header("X-Tieline-CSRF", csrf);
        let answer = request.json(&json!({ "tenant": tenant, "challenge": CHALLENGE })).send().await.unwrap();
        assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
        let answer: Value = answer.json().await.unwrap();
        answer["code"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    async fn exchanged(&self, code: &str, verifier: &str) -> Response {
        let request = self.ask(Method::POST, "/auth/panel/session", &[]);
        request.json(&json!({ "code": code, "verifier": verifier })).send().await.unwrap()
    }

    async fn panel(&self, cookie_of: &str) -> String {
        let code = self.code(cookie_of, "acme").await;
        let answer = self.exchanged(&code, VERIFIER).await;
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
        cookie(&answer)
    }
}

/// The cookie that an answer sets.
fn cookie(answer: &Response) -> String {
    let set = answer.headers()[header::SET_COOKIE].to_str().unwrap();
    set.split(';').next().unwrap().to_owned()
}

fn policy(answer: &Response) -> String {
    answer.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_panel_is_shown_by_the_pages_that_its_tenant_names_and_all_else_by_none() {
    let scene = Scene::start().await;
    scene.tenant("umbra").await;
    let named = ["https://acme.lightning.force.com", "http://localhost:3000"];
    let document = |ancestors: &[&str]| {
        json!({ "tenant": { "id": "acme", "name": "Acme", "panel": { "frame_ancestors": ancestors } } })
            .to_string()
    };
    let put = scene.api(Method::PUT, "/tenants/acme", document(&named)).await;
    assert_eq!(put.status(), StatusCode::OK);
    let shown: Value = scene.api(Method::GET, "/tenants/acme", "").await.json().await.unwrap();
    let shown = scene.api(Method::PUT, "/tenants/acme", shown.to_string()).await.text().await.unwrap();
    assert!(!shown.contains("\"updated\""), "what is shown is what is taken: {shown}");

    let panel = scene.ask(Method::GET, "/panel/acme/desk/Opportunity/006/x", "").await;
    let ancestors = "; frame-ancestors https://acme.lightning.force.com http://localhost:3000";
    assert!(policy(&panel).ends_with(ancestors), "{}", policy(&panel));
    assert!(policy(&panel).contains("script-src 'self'") && !policy(&panel).contains("'none';  frame"));
    assert!(!panel.headers().contains_key(header::X_FRAME_OPTIONS), "older browsers would show it to nobody");
    for path in [
        "/panel/umbra/desk/Opportunity/006",
        "/panel/nowhere/desk/Opportunity/006",
        "/panel/ACME/desk/Opportunity/006",
        "/panel/..%2Facme/desk/Opportunity/006",
        "/console/",
        "/console/t/acme",
        "/auth/sign-in",
        WINDOW,
    ] {
        let page = scene.ask(Method::GET, path, "").await;
        assert!(policy(&page).contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(page.headers()[header::X_FRAME_OPTIONS], "DENY", "{path}");
    }
    for wrong in
        ["*", "https://*.force.com", "http://crm.example", "https://a/b", "https://a;script-src *", "'self'"]
    {
        let refused = scene.api(Method::PUT, "/tenants/acme", document(&[wrong])).await;
        let refused = problem(refused, StatusCode::BAD_REQUEST).await;
        assert!(refused.detail.contains("frame_ancestors") && refused.detail.contains(wrong), "{refused:?}");
    }
    scene.tenant("acme").await;
    let none = scene.ask(Method::GET, "/panel/acme/desk/Opportunity/006", "").await;
    assert!(policy(&none).contains("frame-ancestors 'none'"));
}

#[tokio::test]
async fn a_panel_gets_a_session_of_its_own_that_may_no_more_than_an_agent() {
    let scene = Scene::at("https://tieline.example", 1_000_000).await;
    scene.tenant("acme").await;
    scene.tenant("umbra").await;
    let browser = Browser::of(&scene);
    let own = browser.sign_in(TOKEN).await;
    assert!(own.starts_with("__Host-tieline="));

    // The window is shown by nobody, and stays known to the panel that opened it; signed in or not.
    let window = browser.get(WINDOW, &[&own]).await;
    assert_eq!(window.headers()["cross-origin-opener-policy"], "unsafe-none");
    assert_eq!(window.headers()[header::X_FRAME_OPTIONS], "DENY");
    let script = browser.get("/auth/panel.js", &[]).await;
    assert!(script.headers()[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/javascript"));
    let away = browser.get(WINDOW, &[]).await;
    assert_eq!(away.status(), StatusCode::SEE_OTHER);
    let to = away.headers()[header::LOCATION].to_str().unwrap();
    assert!(
        to.starts_with("/auth/sign-in?return_to=%2Fauth%2Fpanel%3Ftenant%3Dacme%26challenge%3DE9"),
        "{to}"
    );

    let code = browser.code(&own, "acme").await;
    let answer = browser.exchanged(&code, VERIFIER).await;
    let set = answer.headers()[header::SET_COOKIE].to_str().unwrap();
    for attribute in ["__Host-tieline-panel=", "HttpOnly", "SameSite=None; Secure; Partitioned", "Path=/;"] {
        assert!(set.contains(attribute), "{set}");
    }
    let panel = cookie(&answer);
    let session = browser.session(&[&panel]).await;
    assert_eq!(session["rights"], json!([{ "role": "agent", "tenant": "acme" }]));
    assert_eq!(browser.session(&[&panel, &own]).await["rights"], json!([{ "role": "operator" }]));

    // A cookie alone changes nothing there either; and with its word no more than an agent's work is done.
    let csrf = session["csrf"].as_str().unwrap();
    let change = async |path: &str, word: Option<&str>| {
        let request = browser.ask(Method::POST, path, &[&panel]).json(&json!({}));
        let request = word.into_iter().fold(request, |request, word| request.header("X-Tieline-CSRF", word));
        request.send().await.unwrap()
    };
    let (pause, tokens) = ("/api/v1/tenants/acme/installations/desk/pause", "/api/v1/tokens");
    let forged = change("/api/v1/tenants/acme/installations/desk/actions/x", None).await;
    assert_eq!(problem(forged, StatusCode::FORBIDDEN).await.code, "auth.csrf");
    for path in [pause, tokens] {
        assert_eq!(
            problem(change(path, Some(csrf)).await, StatusCode::FORBIDDEN).await.code,
            "auth.not-allowed"
        );
    }
    let other = browser.get("/api/v1/tenants/umbra/activity", &[&panel]).await;
    assert_eq!(problem(other, StatusCode::NOT_FOUND).await.code, "not-found");

    // It hands nothing on, and ends with the session that it came of.
    assert_eq!(browser.get(WINDOW, &[&panel]).await.status(), StatusCode::SEE_OTHER);
    let word = browser.session(&[&own]).await["csrf"].as_str().unwrap().to_owned();
    let out = browser.ask(Method::POST, "/auth/sign-out", &[&own]).header("X-Tieline-CSRF", word);
    assert_eq!(out.send().await.unwrap().status(), StatusCode::NO_CONTENT);
    let over = browser.get("/api/v1/session", &[&panel]).await;
    assert_eq!(problem(over, StatusCode::UNAUTHORIZED).await.code, "auth.session-over");
}

#[tokio::test]
async fn what_a_page_around_the_panel_hears_or_sends_gets_it_nothing() {
    let scene = Scene::at("https://tieline.example", 1_000_000).await;
    scene.tenant("acme").await;
    let browser = Browser::of(&scene);
    let own = browser.sign_in(TOKEN).await;
    let csrf = browser.session(&[&own]).await["csrf"].as_str().unwrap().to_owned();
    let body = json!({ "tenant": "acme", "challenge": CHALLENGE });

    // What any page can make a browser send to the window's address: no word, or no JSON.
    let ask = || browser.ask(Method::POST, "/auth/panel/code", &[&own]);
    let forged = ask().json(&body).send().await.unwrap();
    assert_eq!(problem(forged, StatusCode::FORBIDDEN).await.code, "auth.csrf");
    let form = ask().header("X-Tieline-CSRF", &csrf).header(header::CONTENT_TYPE, "text/plain");
    let form = form.body(body.to_string()).send().await.unwrap();
    assert_eq!(problem(form, StatusCode::UNSUPPORTED_MEDIA_TYPE).await.code, "body.not-json");
    let nobody = browser.ask(Method::POST, "/auth/panel/code", &[]).json(&body).send().await.unwrap();
    assert_eq!(problem(nobody, StatusCode::UNAUTHORIZED).await.code, "auth.no-credential");

    // A code that was heard is worth nothing without the verifier, and nothing after it was tried or used.
    let heard = browser.code(&own, "acme").await;
    let refused = async |code: &str, verifier: &str| {
        let answer = browser.exchanged(code, verifier).await;
        assert!(!answer.headers().contains_key(header::SET_COOKIE));
        problem(answer, StatusCode::FORBIDDEN).await.code
    };
    assert_eq!(refused(&heard, CHALLENGE).await, "panel.code-refused");
    assert_eq!(refused(&heard, VERIFIER).await, "panel.code-refused");
    let used = browser.code(&own, "acme").await;
    assert_eq!(browser.exchanged(&used, VERIFIER).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(refused(&used, VERIFIER).await, "panel.code-refused");
    // Nobody is signed in as somebody else by what another site's form sends.
    let planted = browser.code(&own, "acme").await;
    let form =
        browser.ask(Method::POST, "/auth/panel/session", &[]).header(header::CONTENT_TYPE, "text/plain");
    let form = form.body(json!({ "code": planted, "verifier": VERIFIER }).to_string()).send().await.unwrap();
    assert!(!form.headers().contains_key(header::SET_COOKIE));
    assert_eq!(problem(form, StatusCode::UNSUPPORTED_MEDIA_TYPE).await.code, "body.not-json");

    // Of a tenant that is somebody else's is said what is said of one that nobody made.
    let (_, agent) = scene.token("agent", "acme").await;
    let agent = browser.sign_in(&agent).await;
    let csrf = browser.session(&[&agent]).await["csrf"].as_str().unwrap().to_owned();
    for tenant in ["umbra", "nowhere"] {
        let ask = browser.ask(Method::POST, "/auth/panel/code", &[&agent]).header("X-Tieline-CSRF", &csrf);
        let ask = ask.json(&json!({ "tenant": tenant, "challenge": CHALLENGE })).send().await.unwrap();
        assert_eq!(problem(ask, StatusCode::FORBIDDEN).await.code, "panel.no-right");
    }
    let rights = browser.session(&[&browser.panel(&agent).await]).await["rights"].clone();
    assert_eq!(rights, json!([{ "role": "agent", "tenant": "acme" }]));
}

#[tokio::test]
async fn without_tls_a_panel_works_inside_pages_of_the_same_site() {
    let scene = Scene::start().await;
    scene.tenant("acme").await;
    let browser = Browser::of(&scene);
    let own = browser.sign_in(TOKEN).await;
    let code = browser.code(&own, "acme").await;
    let answer = browser.exchanged(&code, VERIFIER).await;
    let set = answer.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(
        set.starts_with("tieline-panel=") && set.contains("SameSite=Lax") && !set.contains("Secure"),
        "{set}"
    );
    assert_eq!(browser.session(&[&cookie(&answer)]).await["rights"][0]["role"], "agent");
}
