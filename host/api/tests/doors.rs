//! Every door of the API, over real sockets with a real host behind it. One binary, since each links the engine.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that panics has failed")]

mod document;
mod endings;
mod matrix;
mod panel;
mod sessions;
mod told;

use std::{collections::BTreeMap, sync::Arc};

use reqwest::{Method, Response, StatusCode, header};
use serde_json::{Value, json};
use tempfile::TempDir;
use tieline_access::{Access, AccessOptions};
use tieline_api::{Api, ProblemDocument, router};
use tieline_audit::Audit;
use tieline_capabilities::Services;
use tieline_delivery::{Host, HostOptions};
use tieline_egress::{Egress, Policy};
use tieline_identity::{Clouds, Connections, MasterKey, Vault};
use tieline_runtime::{Runtime, RuntimeOptions};
use tieline_types::{Clock, Digest, Doors, Limits, SystemClock, config::Delivery};
use tokio::net::TcpListener;

const TOKEN: &str = "tl_right";
const ROUTE: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// A host without tenants, at a free port.
struct Scene {
    base: String,
    http: reqwest::Client,
    _dir: TempDir,
}

impl Scene {
    async fn start() -> Self {
        Self::at("http://127.0.0.1:1", 1_000_000).await
    }

    /// One that browsers reach at this address, and every client so often in a second.
    async fn at(public_url: &str, requests_per_second: usize) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let store = tieline_store::open("sled:data", dir.path(), clock.clone()).unwrap();
        let egress = Egress::new(&Policy::default()).unwrap();
        let vault = Vault::open(store.clone(), &MasterKey::generate().unwrap()).await.unwrap();
        let clouds = Clouds::new(BTreeMap::new()).unwrap();
        let connections =
            Connections::new(store.clone(), egress.clone(), vault.clone(), clouds, clock.clone());
        let access = Arc::new(Access::new(AccessOptions {
            store: store.clone(),
            clock: clock.clone(),
            bootstrap: Digest::of(TOKEN.as_bytes()),
            entrance: None,
            public_url: public_url.parse().unwrap(),
        }));
        let services = Arc::new(Services {
            store: store.clone(),
            egress,
            connections: Arc::new(connections),
            circuits: Default::default(),
            governor: Default::default(),
            datasets: Default::default(),
            clock,
        });
        let options = RuntimeOptions {
            cache_dir: dir.path().join("compiled"),
            cache_key: [7; 32],
            instances: 2,
            limits: Limits { memory_bytes: 1 << 20, ..Limits::default() },
            doors: Doors::default(),
            reuse: true,
        };
        let files = tieline_datasets::Place::open("datasets", dir.path(), &BTreeMap::new(), &services.egress)
            .unwrap();
        let host = Host::start(HostOptions {
            runtime: Arc::new(Runtime::new(options).unwrap()),
            services,
            vault,
            key_file: None,
            keys: Default::default(),
            files,
            rows_wait: std::time::Duration::from_secs(60),
            public_url: public_url.parse().unwrap(),
            delivery: Delivery::default(),
            subscriptions: Default::default(),
            alerts: Default::default(),
            endings: Vec::new(),
            forgets: Vec::new(),
            limits: Limits::default(),
            doors: Doors {
                hook_bytes: 64 << 10,
                body_bytes: 64 << 10,
                package_bytes: 1 << 10,
                requests_per_second,
                ..Doors::default()
            },
        })
        .await
        .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let audit = Arc::new(Audit::start(store, Arc::new(SystemClock)));
        let app = router(Api::new(host, access, audit, Vec::new()));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { base, http: reqwest::Client::builder().no_proxy().build().unwrap(), _dir: dir }
    }

    /// Asks without a token.
    async fn ask(&self, method: Method, path: &str, body: impl Into<reqwest::Body>) -> Response {
        self.http.request(method, format!("{}{path}", self.base)).body(body).send().await.unwrap()
    }

    /// A tenant, as nothing else is named.
    async fn tenant(&self, id: &str) {
        let document = json!({ "tenant": { "id": id, "name": id } }).to_string();
        let made = self.api(Method::PUT, &format!("/tenants/{id}"), document).await;
        assert_eq!(made.status(), StatusCode::OK);
    }

    /// A token with a role in a tenant: its id, and itself.
    async fn token(&self, role: &str, tenant: &str) -> (String, String) {
        let rights = json!([{ "role": role, "tenant": tenant }]);
        let asked = json!({ "name": format!("{role} of {tenant}"), "rights": rights, "lasts_s": 3600 });
        let made = self.api(Method::POST, "/tokens", asked.to_string()).await;
        assert_eq!(made.status(), StatusCode::CREATED);
        let made: Value = made.json().await.unwrap();
        let word = |name: &str| made[name].as_str().unwrap().to_owned();
        (word("id"), word("token"))
    }

    /// Asks the API with the token, in JSON.
    async fn api(&self, method: Method, path: &str, body: impl Into<reqwest::Body>) -> Response {
        let request = self.http.request(method, format!("{}/api/v1{path}", self.base)).bearer_auth(TOKEN);
        request.header(header::CONTENT_TYPE, "application/json").body(body).send().await.unwrap()
    }
}

/// The problem that an answer carries, after checking that it is a proper one.
async fn problem(answer: Response, status: StatusCode) -> ProblemDocument {
    assert_eq!(answer.status(), status);
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/problem+json");
    let problem: ProblemDocument = answer.json().await.unwrap();
    assert_eq!(problem.status, status.as_u16());
    assert_eq!(problem.r#type, format!("urn:tieline:problem:{}", problem.code));
    assert!(problem.remedy.is_some(), "{} says nothing to do: {}", problem.code, problem.detail);
    problem
}

#[tokio::test]
async fn the_api_refuses_whoever_has_no_token_even_where_nothing_is() {
    let scene = Scene::start().await;
    for (path, token) in
        [("tenants", None), ("nothing", None), ("tenants", Some("tl_wrong")), ("tenants", Some(""))]
    {
        let request = scene.http.get(format!("{}/api/v1/{path}", scene.base));
        let request = if let Some(token) = token { request.bearer_auth(token) } else { request };
        let answer = request.send().await.unwrap();
        assert!(answer.headers()[header::WWW_AUTHENTICATE].to_str().unwrap().starts_with("Bearer "));
        let problem = problem(answer, StatusCode::UNAUTHORIZED).await;
        assert!(problem.remedy.is_some() && !format!("{problem:?}").contains("tl_wrong"));
    }
}

#[tokio::test]
async fn paths_and_methods_that_lead_nowhere_are_problems() {
    let scene = Scene::start().await;
    problem(scene.ask(Method::GET, "/nowhere", "").await, StatusCode::NOT_FOUND).await;
    // A browser is shown the console, or how to build it.
    let home = scene.ask(Method::GET, "/", "").await;
    assert_eq!(home.url().path(), "/console/");
    problem(scene.api(Method::GET, "/nothing", "").await, StatusCode::NOT_FOUND).await;
    problem(scene.api(Method::GET, "/tenants/no%20name/events", "").await, StatusCode::NOT_FOUND).await;
    problem(scene.api(Method::DELETE, "/tenants", "").await, StatusCode::METHOD_NOT_ALLOWED).await;
    let hook = format!("/hooks/{ROUTE}");
    problem(scene.ask(Method::GET, &hook, "").await, StatusCode::METHOD_NOT_ALLOWED).await;
    for method in [Method::PUT, Method::PATCH, Method::DELETE] {
        problem(scene.ask(method, &hook, "").await, StatusCode::NOT_FOUND).await;
    }
    for path in ["/tenants/acme/hooks", "/tenants/acme/installations/desk/hooks/changes"] {
        problem(scene.api(Method::GET, path, "").await, StatusCode::NOT_FOUND).await;
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_with_its_place() {
    let scene = Scene::start().await;
    let broken = scene.api(Method::PUT, "/tenants/acme", "{\"tenant\": {").await;
    assert!(problem(broken, StatusCode::BAD_REQUEST).await.detail.contains("line 1"));
    let shape = json!({ "tenant": { "id": "acme", "name": "Acme", "plan": "gold" } });
    let shape = scene.api(Method::PUT, "/tenants/acme", shape.to_string()).await;
    let detail = problem(shape, StatusCode::BAD_REQUEST).await.detail;
    assert!(detail.contains("tenant.plan") || detail.contains("plan"), "{detail}");
    let query = scene.api(Method::GET, "/tenants/acme/events?state=lost", "").await;
    problem(query, StatusCode::BAD_REQUEST).await;
    let view = scene.api(Method::GET, "/tenants/acme/installations/desk/view?kind=incident", "").await;
    problem(view, StatusCode::BAD_REQUEST).await;
    let overlap =
        scene.api(Method::POST, "/tenants/acme/installations/desk/hooks/x/rotate", r#"{"overlap":1}"#);
    problem(overlap.await, StatusCode::BAD_REQUEST).await;
    for list in ["[]", r#"{"filter":[null,null]}"#, r#"{"how":[]}"#] {
        let list = scene.api(Method::POST, "/tenants/acme/events/replay", list).await;
        assert_eq!(problem(list, StatusCode::BAD_REQUEST).await.code, "body.wrong-shape");
    }
    let half = scene.api(Method::GET, "/tenants/acme/activity?record_kind=Opportunity", "").await;
    problem(half, StatusCode::BAD_REQUEST).await;
}

#[tokio::test]
async fn a_document_under_the_wrong_address_changes_nobody() {
    let scene = Scene::start().await;
    let document = json!({ "tenant": { "id": "acme", "name": "Acme" } }).to_string();
    let wrong = scene.api(Method::PUT, "/tenants/umbra", document.clone()).await;
    problem(wrong, StatusCode::BAD_REQUEST).await;
    let tenants: Value = scene.api(Method::GET, "/tenants", "").await.json().await.unwrap();
    assert_eq!(tenants, json!({ "items": [] }));

    let right = scene.api(Method::PUT, "/tenants/acme", document).await;
    assert_eq!(right.status(), StatusCode::OK);
    let tenants: Value = scene.api(Method::GET, "/tenants", "").await.json().await.unwrap();
    assert_eq!(tenants["items"][0]["id"], "acme");
}

#[tokio::test]
async fn a_package_must_be_what_its_address_says_and_one_that_runs() {
    let scene = Scene::start().await;
    let other = format!("/packages/{}", Digest::of(b"something else"));
    let cut = problem(scene.api(Method::PUT, &other, "\0asm").await, StatusCode::BAD_REQUEST).await;
    assert_eq!(cut.code, "package.digest");
    let own = format!("/packages/{}", Digest::of(b"\0asm"));
    let useless =
        problem(scene.api(Method::PUT, &own, "\0asm").await, StatusCode::UNPROCESSABLE_ENTITY).await;
    assert!(!useless.errors.is_empty());
    problem(scene.api(Method::PUT, "/packages/sha256:no", "").await, StatusCode::NOT_FOUND).await;
}

#[tokio::test]
async fn a_validation_gets_exactly_its_token_back_and_nothing_else_does() {
    let scene = Scene::start().await;
    for path in [format!("/hooks/{ROUTE}"), format!("/hooks/{ROUTE}/lifecycle")] {
        let answer =
            scene.ask(Method::POST, &format!("{path}?validationToken=Validation%3a+100%25%3Cb%3E"), "").await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert!(answer.headers()[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/plain"));
        assert_eq!(answer.text().await.unwrap(), "Validation: 100%<b>");
        let long = format!("{path}?validationToken={}", "x".repeat(5000));
        problem(scene.ask(Method::POST, &long, "").await, StatusCode::BAD_REQUEST).await;
    }
    let no_route = scene.ask(Method::POST, "/hooks/abc?validationToken=x", "").await;
    problem(no_route, StatusCode::NOT_FOUND).await;
}

#[tokio::test]
async fn a_notification_at_no_hook_or_beyond_all_measure_is_refused() {
    let scene = Scene::start().await;
    let hook = format!("/hooks/{ROUTE}");
    let unknown = scene.ask(Method::POST, &hook, r#"{"value":[]}"#).await;
    assert_eq!(problem(unknown, StatusCode::NOT_FOUND).await.code, "hook.unknown");
    let huge = || vec![b' '; (64 << 10) + 1];
    let package = format!("/packages/{}", Digest::of(b"huge"));
    for (refused, code) in [
        (scene.ask(Method::POST, &hook, huge()).await, "limit.hook"),
        (scene.api(Method::PUT, "/tenants/acme", huge()).await, "limit.body"),
        (scene.api(Method::PUT, &package, huge()).await, "limit.package"),
    ] {
        let problem = problem(refused, StatusCode::PAYLOAD_TOO_LARGE).await;
        assert_eq!(problem.code, code);
        assert!(problem.remedy.unwrap().contains("doors."));
    }
}

#[tokio::test]
async fn lists_come_in_pages_and_nothing_else_is_taken_for_one() {
    let scene = Scene::start().await;
    for tenant in ["acme", "globex", "umbra"] {
        let document = json!({ "tenant": { "id": tenant, "name": tenant } }).to_string();
        scene.api(Method::PUT, &format!("/tenants/{tenant}"), document).await;
    }
    let first: Value = scene.api(Method::GET, "/tenants?limit=2", "").await.json().await.unwrap();
    assert_eq!((first["items"].as_array().unwrap().len(), &first["next"]), (2, &json!("globex")));
    let rest: Value = scene.api(Method::GET, "/tenants?limit=2&after=globex", "").await.json().await.unwrap();
    assert_eq!((&rest["items"][0]["id"], rest.get("next")), (&json!("umbra"), None));
    for wrong in ["limit=0", "limit=1001", "limit=-1", "limit=many", "page=2", "limit=1&limit=2"] {
        let refused = scene.api(Method::GET, &format!("/tenants?{wrong}"), "").await;
        problem(refused, StatusCode::BAD_REQUEST).await;
    }
}

#[tokio::test]
async fn a_part_is_changed_only_as_it_was_seen_and_its_secrets_stay_in() {
    let scene = Scene::start().await;
    let tenant = json!({ "tenant": { "id": "acme", "name": "Acme" } }).to_string();
    scene.api(Method::PUT, "/tenants/acme", tenant).await;
    let path = "/tenants/acme/connections/vault";
    let vault = |change: Value| {
        let mut vault = json!({ "provider": "vault", "url": "https://acme.veevavault.com", "username": "u" });
        vault.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        vault.to_string()
    };
    let unset = scene.api(Method::PUT, path, vault(json!({ "password": true }))).await;
    let unset = problem(unset, StatusCode::UNPROCESSABLE_ENTITY).await;
    assert_eq!(unset.errors[0].field.as_deref(), Some("/password"));
    for wrong in [json!(false), json!(7), json!(["canary"])] {
        let wrong = scene.api(Method::PUT, path, vault(json!({ "password": wrong }))).await;
        assert!(!problem(wrong, StatusCode::BAD_REQUEST).await.detail.contains("canary"));
    }
    let put = scene.api(Method::PUT, path, vault(json!({ "password": "canary" }))).await;
    assert_eq!(put.status(), StatusCode::OK);

    let change = async |tag: &str, change: Value| {
        let request = scene.http.put(format!("{}/api/v1{path}", scene.base)).bearer_auth(TOKEN);
        let request = request.header(header::IF_MATCH, tag).header(header::CONTENT_TYPE, "application/json");
        request.body(vault(change)).send().await.unwrap()
    };
    let shown = scene.api(Method::GET, path, "").await;
    let seen = shown.headers()[header::ETAG].to_str().unwrap().to_owned();
    let shown = shown.text().await.unwrap();
    assert!(shown.contains(r#""password":true"#) && !shown.contains("canary"), "{shown}");
    let kept = change(&seen, json!({ "name": "Safety", "password": true })).await;
    assert_eq!(kept.status(), StatusCode::OK);
    for stale in [seen.as_str(), "\"\"", "nonsense"] {
        let refused = change(stale, json!({ "password": true })).await;
        let refused = problem(refused, StatusCode::PRECONDITION_FAILED).await;
        assert!(refused.remedy.unwrap().contains("ETag"));
    }
    let whole = scene.api(Method::GET, "/tenants/acme", "").await;
    assert!(whole.headers().contains_key(header::ETAG));
    let mut whole: Value = whole.json().await.unwrap();
    assert_eq!(whole["connections"]["vault"]["name"], "Safety");
    let same = scene.api(Method::PUT, "/tenants/acme", whole.to_string()).await;
    let same: Value = same.json().await.unwrap();
    assert!(same["changes"].as_array().unwrap().iter().all(|change| change["done"] == "unchanged"), "{same}");
    whole["connections"]["vault"]["url"] = json!("https://other.veevavault.com");
    let elsewhere = scene.api(Method::PUT, "/tenants/acme", whole.to_string()).await;
    let elsewhere = problem(elsewhere, StatusCode::UNPROCESSABLE_ENTITY).await;
    assert!(elsewhere.errors.iter().all(|error| error.code == "connection.secret-elsewhere"));

    assert_eq!(scene.api(Method::DELETE, path, "").await.status(), StatusCode::OK);
    problem(scene.api(Method::DELETE, path, "").await, StatusCode::NOT_FOUND).await;
    assert_eq!(scene.api(Method::DELETE, "/tenants/acme", "").await.status(), StatusCode::OK);
    for gone in ["/tenants/acme", "/tenants/acme/usage", "/tenants/acme/live", path] {
        problem(scene.api(Method::GET, gone, "").await, StatusCode::NOT_FOUND).await;
    }
}

#[tokio::test]
async fn what_is_asked_again_is_answered_again() {
    let scene = Scene::start().await;
    let tenant = json!({ "tenant": { "id": "acme", "name": "Acme" } }).to_string();
    scene.api(Method::PUT, "/tenants/acme", tenant).await;
    let ask = async |key: &str, body: &'static str| {
        let path = format!("{}/api/v1/tenants/acme/events/replay", scene.base);
        let request = scene.http.post(path).bearer_auth(TOKEN).header("Idempotency-Key", key);
        request.header(header::CONTENT_TYPE, "application/json").body(body).send().await.unwrap()
    };
    let first = ask("one", "{}").await;
    assert_eq!((first.status(), first.headers().get("idempotency-replayed")), (StatusCode::OK, None));
    let first = first.text().await.unwrap();
    let again = ask("one", "{}").await;
    assert_eq!(again.headers()["idempotency-replayed"], "true");
    assert_eq!(again.headers()[header::CONTENT_TYPE], "application/json");
    assert_eq!(again.text().await.unwrap(), first);
    let other = problem(ask("one", r#"{"dry_run":true}"#).await, StatusCode::UNPROCESSABLE_ENTITY).await;
    assert_eq!(other.code, "idempotency.reused");
    assert_eq!(problem(ask("", "{}").await, StatusCode::BAD_REQUEST).await.code, "idempotency.key");
    for _ in 0..2 {
        problem(ask("two", "{").await, StatusCode::BAD_REQUEST).await;
    }
    assert_eq!(ask("two", "{}").await.status(), StatusCode::OK, "what was refused may be asked for again");
}

#[tokio::test]
async fn health_needs_no_token() {
    let scene = Scene::start().await;
    for path in ["/healthz", "/readyz"] {
        assert_eq!(scene.ask(Method::GET, path, "").await.status(), StatusCode::OK);
    }
    let said: Value = scene.ask(Method::GET, "/readyz", "").await.json().await.unwrap();
    assert_eq!(said["ready"], true);
    for name in ["host", "store", "clock", "subscriptions", "dispatcher"] {
        let part = said["parts"].as_array().unwrap().iter().find(|part| part["name"] == name);
        assert_eq!(part.unwrap()["ready"], true, "{name}");
    }
}
