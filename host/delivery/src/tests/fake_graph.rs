//! The smallest Graph and sign-in service that subscriptions can be tried against.

use std::{collections::VecDeque, net::SocketAddr, sync::Arc};

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{patch, post},
};
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// What Graph knows, and what it was asked.
#[derive(Default)]
pub(super) struct Graph {
    /// The subscriptions that stand.
    pub(super) standing: Vec<Value>,
    /// `POST /teams/1/…`, `PATCH sub-1`, …, in order.
    pub(super) calls: Vec<String>,
    /// Statuses to answer the next creations with, after they were carried out.
    pub(super) lies: VecDeque<u16>,
    made: u32,
}

pub(super) type Shared = Arc<Mutex<Graph>>;

impl Graph {
    /// Starts it on a free port.
    pub(super) async fn start() -> (Shared, SocketAddr) {
        let shared = Shared::default();
        let routes = Router::new()
            .route("/{directory}/oauth2/v2.0/token", post(token))
            .route("/v1.0/subscriptions", post(create).get(list))
            .route("/v1.0/subscriptions/{id}", patch(renew).delete(delete))
            .route("/v1.0/subscriptions/{id}/reauthorize", post(reauthorize))
            .with_state(shared.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, routes).await });
        (shared, address)
    }

    /// A subscription that somebody else made.
    pub(super) fn stranger(&mut self, resource: &str) {
        self.standing.push(json!({"id": "stranger", "resource": resource, "changeType": "created",
            "notificationUrl": "https://elsewhere.example/hook", "expirationDateTime": "2099-01-01T00:00:00Z"}));
    }
}

async fn token() -> Json<Value> {
    Json(json!({"token_type": "Bearer", "expires_in": 3599, "access_token": "token"}))
}

fn error(code: &str) -> Json<Value> {
    Json(json!({"error": {"code": code, "message": "as scripted"}}))
}

async fn create(State(graph): State<Shared>, Json(mut wanted): Json<Value>) -> (StatusCode, Json<Value>) {
    let mut graph = graph.lock();
    let resource = wanted["resource"].as_str().unwrap_or_default().to_owned();
    graph.calls.push(format!("POST {resource}"));
    if graph.standing.iter().any(|standing| standing["resource"] == wanted["resource"]) {
        return (StatusCode::CONFLICT, error("Conflict"));
    }
    graph.made += 1;
    wanted["id"] = json!(format!("sub-{}", graph.made));
    graph.standing.push(wanted.clone());
    match graph.lies.pop_front() {
        Some(status) => (StatusCode::from_u16(status).unwrap(), error("ServiceUnavailable")),
        None => (StatusCode::CREATED, Json(wanted)),
    }
}

async fn list(State(graph): State<Shared>) -> Json<Value> {
    let mut graph = graph.lock();
    graph.calls.push("GET".into());
    Json(json!({"value": graph.standing}))
}

async fn renew(
    State(graph): State<Shared>,
    Path(id): Path<String>,
    Json(change): Json<Value>,
) -> (StatusCode, Json<Value>) {
    let mut graph = graph.lock();
    graph.calls.push(format!("PATCH {id}"));
    match graph.standing.iter_mut().find(|standing| standing["id"] == json!(id)) {
        Some(standing) => {
            standing["expirationDateTime"] = change["expirationDateTime"].clone();
            (StatusCode::OK, Json(standing.clone()))
        }
        None => (StatusCode::NOT_FOUND, error("ResourceNotFound")),
    }
}

async fn reauthorize(State(graph): State<Shared>, Path(id): Path<String>) -> StatusCode {
    let mut graph = graph.lock();
    graph.calls.push(format!("REAUTHORIZE {id}"));
    let stands = graph.standing.iter().any(|standing| standing["id"] == json!(id));
    if stands { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
}

async fn delete(State(graph): State<Shared>, Path(id): Path<String>) -> StatusCode {
    let mut graph = graph.lock();
    graph.calls.push(format!("DELETE {id}"));
    let before = graph.standing.len();
    graph.standing.retain(|standing| standing["id"] != json!(id));
    if graph.standing.len() < before { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
}
