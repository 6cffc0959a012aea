//! Sets the scene of a test in a line: running simulators, a client, tokens, and an endpoint for
//! notifications.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use parking_lot::Mutex;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use tieline_sim::{AppChange, Options, Sim, Tenant};

pub(crate) struct Scene {
    pub(crate) sim: Sim,
    pub(crate) client: Client,
}

pub(crate) async fn scene() -> Scene {
    scene_with(Options::default()).await
}

pub(crate) async fn scene_with(options: Options) -> Scene {
    let sim = tieline_sim::start(options).await.unwrap();
    Scene { sim, client: Client::builder().no_proxy().build().unwrap() }
}

/// Status and body of an answer.
pub(crate) async fn answer(request: RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

impl Scene {
    pub(crate) fn tenant(&self) -> &Tenant {
        &self.sim.manifest().tenant
    }

    /// A client-credentials form that Entra accepts, but for these fields.
    pub(crate) fn form(&self, changes: &[(&str, &str)]) -> Vec<(String, String)> {
        let tenant = self.tenant();
        let mut form = vec![
            ("grant_type".to_owned(), "client_credentials".to_owned()),
            ("client_id".to_owned(), tenant.client_id.clone()),
            ("client_secret".to_owned(), tenant.client_secret.clone()),
            ("scope".to_owned(), "https://graph.microsoft.com/.default".to_owned()),
        ];
        for (name, value) in changes {
            form.retain(|(known, _)| known != name);
            if !value.is_empty() {
                form.push(((*name).to_owned(), (*value).to_owned()));
            }
        }
        form
    }

    pub(crate) async fn entra(&self, changes: &[(&str, &str)]) -> (u16, Value) {
        let tenant = &self.tenant().directory_id;
        self.entra_of(tenant, changes).await
    }

    pub(crate) async fn entra_of(&self, tenant: &str, changes: &[(&str, &str)]) -> (u16, Value) {
        let url = format!("{}/{tenant}/oauth2/v2.0/token", self.sim.manifest().entra);
        answer(form_post(&self.client, &url, &self.form(changes))).await
    }

    pub(crate) async fn graph_token(&self) -> String {
        self.entra(&[]).await.1["access_token"].as_str().unwrap().to_owned()
    }

    /// A token of the seeded user at this place, with these scopes.
    pub(crate) async fn person(&self, place: usize, scopes: &[&str]) -> String {
        let names: Vec<String> = scopes.iter().map(|name| (*name).to_owned()).collect();
        let world = self.sim.world();
        world.change_app(AppChange { delegated: Some(names.clone()), ..AppChange::default() });
        let refresh = world.sign_in(&self.tenant().users[place].id, &names).unwrap();
        let form = self.form(&[("grant_type", "refresh_token"), ("refresh_token", &refresh), ("scope", "")]);
        let url = format!("{}/{}/oauth2/v2.0/token", self.sim.manifest().entra, self.tenant().directory_id);
        let (_, body) = answer(form_post(&self.client, &url, &form)).await;
        body["access_token"].as_str().unwrap().to_owned()
    }

    pub(crate) fn graph(&self, method: Method, token: &str, path: &str) -> RequestBuilder {
        let url = format!("{}/v1.0{path}", self.sim.manifest().graph);
        self.client.request(method, url).bearer_auth(token)
    }

    pub(crate) async fn get(&self, token: &str, path: &str) -> (u16, Value) {
        answer(self.graph(Method::GET, token, path)).await
    }

    pub(crate) async fn salesforce_token(&self) -> String {
        let app = &self.tenant().salesforce;
        let url = format!("{}/services/oauth2/token", self.sim.manifest().salesforce);
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &app.client_id),
            ("client_secret", &app.client_secret),
        ];
        let (_, body) = answer(form_post(&self.client, &url, &form)).await;
        body["access_token"].as_str().unwrap().to_owned()
    }

    pub(crate) fn salesforce(&self, method: Method, token: &str, path: &str) -> RequestBuilder {
        let url = format!("{}/services/data/v59.0{path}", self.sim.manifest().salesforce);
        self.client.request(method, url).bearer_auth(token)
    }

    pub(crate) async fn soql(&self, token: &str, query: &str) -> (u16, Value) {
        let url = format!("{}/services/data/v59.0/query", self.sim.manifest().salesforce);
        let mut url = url::Url::parse(&url).unwrap();
        url.query_pairs_mut().append_pair("q", query);
        answer(self.client.get(url).bearer_auth(token)).await
    }

    /// A token of the app for the Dataverse environment.
    pub(crate) async fn dataverse_token(&self) -> String {
        let scope = format!("{}/.default", self.sim.manifest().dataverse);
        self.entra(&[("scope", &scope)]).await.1["access_token"].as_str().unwrap().to_owned()
    }

    pub(crate) fn dataverse(&self, method: Method, token: &str, path: &str) -> RequestBuilder {
        let url = format!("{}/api/data/v9.2/{path}", self.sim.manifest().dataverse);
        self.client.request(method, url).bearer_auth(token)
    }

    pub(crate) async fn control(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let url = format!("{}{path}", self.sim.manifest().control);
        answer(self.client.request(method, url).json(&body)).await
    }

    /// A subscription request for the demo channel that Graph accepts.
    pub(crate) fn wish(&self, url: &str) -> Value {
        let tenant = self.tenant();
        json!({
            "changeType": "created",
            "resource": format!("/teams/{}/channels/{}/messages", tenant.team_id, tenant.channel_id),
            "notificationUrl": url,
            "clientState": "between us",
            "expirationDateTime": in_minutes(50),
        })
    }

    pub(crate) async fn subscribe(&self, token: &str, wish: &Value) -> (u16, Value) {
        answer(self.graph(Method::POST, token, "/subscriptions").json(wish)).await
    }
}

pub(crate) fn form_post<F: serde::Serialize + ?Sized>(
    client: &Client,
    url: &str,
    form: &F,
) -> RequestBuilder {
    let pairs = serde_json::to_value(form).unwrap();
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    for pair in pairs.as_array().unwrap() {
        body.append_pair(pair[0].as_str().unwrap(), pair[1].as_str().unwrap());
    }
    client.post(url).header("content-type", "application/x-www-form-urlencoded").body(body.finish())
}

pub(crate) fn in_minutes(minutes: i64) -> String {
    let then = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(minutes);
    then.to_string()
}

/// Waits until something holds, and fails if it never does.
pub(crate) async fn eventually(mut holds: impl FnMut() -> bool) {
    let mut tries = 0;
    while !holds() {
        tries += 1;
        assert!(tries < 500, "it never happened");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// How an endpoint answers a validation request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manners {
    Good,
    Undecoded,
    Html,
    Failing,
    /// Validates, and then answers notifications with these statuses in turn, 202 in the end.
    Statuses(&'static [u16]),
}

/// An endpoint for notifications.
#[derive(Clone)]
pub(crate) struct Endpoint {
    manners: Manners,
    pub(crate) validations: Arc<Mutex<Vec<String>>>,
    pub(crate) bodies: Arc<Mutex<Vec<Value>>>,
}

impl Endpoint {
    /// Starts one; the answer has its URL.
    pub(crate) async fn start(manners: Manners) -> (Self, String) {
        let endpoint = Self { manners, validations: Arc::default(), bodies: Arc::default() };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hooks?tenant=a", listener.local_addr().unwrap());
        let routes = Router::new().fallback(receive).with_state(endpoint.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        (endpoint, url)
    }
}

async fn receive(
    State(endpoint): State<Endpoint>,
    Query(query): Query<Vec<(String, String)>>,
    uri: axum::http::Uri,
    body: String,
) -> Response {
    // What the URL had before must still be there.
    assert_eq!(query[0], ("tenant".to_owned(), "a".to_owned()));
    let token = query.into_iter().find(|(name, _)| name == "validationToken");
    let Some((_, token)) = token else {
        let mut bodies = endpoint.bodies.lock();
        bodies.push(serde_json::from_str(&body).unwrap());
        let status = match endpoint.manners {
            Manners::Statuses(statuses) => statuses.get(bodies.len() - 1).copied(),
            _ => None,
        };
        return axum::http::StatusCode::from_u16(status.unwrap_or(202)).unwrap().into_response();
    };
    assert_eq!(body, "");
    endpoint.validations.lock().push(token.clone());
    match endpoint.manners {
        Manners::Undecoded => {
            let raw = uri.query().unwrap().split("validationToken=").nth(1).unwrap().to_owned();
            raw.into_response()
        }
        Manners::Html => axum::response::Html(token).into_response(),
        Manners::Failing => axum::http::StatusCode::FORBIDDEN.into_response(),
        Manners::Good | Manners::Statuses(_) => token.into_response(),
    }
}
