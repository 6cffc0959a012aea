//! The yardstick: a bare server that does the same flow with no sandbox and no durability.

use std::{collections::HashMap, sync::Arc};

use axum::{Router, body::Bytes, extract::State, http::StatusCode, routing::post};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tieline_sim::Manifest;
use url::form_urlencoded;

use crate::{client::client, error::BenchError};

/// What the server needs to know.
#[derive(Serialize, Deserialize)]
pub(crate) struct Settings {
    entra: String,
    graph: String,
    salesforce: String,
    directory_id: String,
    client_id: String,
    client_secret: String,
    salesforce_client_id: String,
    salesforce_client_secret: String,
    opportunity_id: String,
    owners: HashMap<String, String>,
}

impl Settings {
    pub(crate) fn of(manifest: &Manifest) -> Self {
        let tenant = &manifest.tenant;
        Self {
            entra: manifest.entra.clone(),
            graph: manifest.graph.clone(),
            salesforce: manifest.salesforce.clone(),
            directory_id: tenant.directory_id.clone(),
            client_id: tenant.client_id.clone(),
            client_secret: tenant.client_secret.clone(),
            salesforce_client_id: tenant.salesforce.client_id.clone(),
            salesforce_client_secret: tenant.salesforce.client_secret.clone(),
            opportunity_id: tenant.opportunity_id.clone(),
            owners: [(tenant.user_id.clone(), tenant.salesforce.user_id.clone())].into(),
        }
    }
}

struct Server {
    client: reqwest::Client,
    settings: Settings,
    graph_token: String,
    salesforce_token: String,
}

#[derive(Deserialize)]
struct Notifications {
    value: Vec<Notification>,
}

#[derive(Deserialize)]
struct Notification {
    resource: String,
}

#[derive(Deserialize)]
struct Message {
    from: Option<From>,
    body: Body,
    #[serde(rename = "createdDateTime")]
    created: String,
}

#[derive(Deserialize)]
struct From {
    user: Option<User>,
}

#[derive(Deserialize)]
struct User {
    id: String,
    #[serde(rename = "displayName")]
    name: Option<String>,
}

#[derive(Deserialize)]
struct Body {
    content: String,
}

/// Serves until it is killed; says where in its first line.
pub(crate) async fn serve(settings: &str) -> Result<(), BenchError> {
    let settings: Settings = serde_json::from_str(settings)?;
    let client = client().map_err(BenchError::http("making the client"))?;
    let scope = format!("{}/.default", settings.graph);
    let entra = format!("{}/{}/oauth2/v2.0/token", settings.entra, settings.directory_id);
    let graph_token =
        token(&client, &entra, &settings.client_id, &settings.client_secret, Some(&scope)).await?;
    let salesforce = format!("{}/services/oauth2/token", settings.salesforce);
    let (id, secret) = (&settings.salesforce_client_id, &settings.salesforce_client_secret);
    let salesforce_token = token(&client, &salesforce, id, secret, None).await?;
    let server = Arc::new(Server { client, settings, graph_token, salesforce_token });
    let router = Router::new().route("/hook", post(hook)).with_state(server);
    let listening = BenchError::io("listening");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.map_err(listening)?;
    let address = listener.local_addr().map_err(BenchError::io("reading the address"))?;
    println!("{}", json!({ "listening": format!("http://{address}") }));
    axum::serve(listener, router).await.map_err(BenchError::io("serving"))
}

async fn token(
    client: &reqwest::Client,
    url: &str,
    id: &str,
    secret: &str,
    scope: Option<&str>,
) -> Result<String, BenchError> {
    let pairs = [
        ("grant_type", Some("client_credentials")),
        ("client_id", Some(id)),
        ("client_secret", Some(secret)),
        ("scope", scope),
    ];
    let given = pairs.iter().filter_map(|(name, value)| Some((name, (*value)?)));
    let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish();
    let request = client.post(url).header("content-type", "application/x-www-form-urlencoded").body(form);
    let answer = request.send().await.map_err(BenchError::http("asking for a token"))?;
    let answer: Value = answer.json().await.map_err(BenchError::http("reading a token"))?;
    let token = answer["access_token"].as_str();
    token.map(str::to_owned).ok_or_else(|| BenchError::Server(format!("no token: {answer}")))
}

async fn hook(State(server): State<Arc<Server>>, body: Bytes) -> StatusCode {
    let Ok(notifications) = serde_json::from_slice::<Notifications>(&body) else {
        return StatusCode::BAD_REQUEST;
    };
    for item in notifications.value {
        let server = Arc::clone(&server);
        tokio::spawn(async move {
            if let Err(error) = flow(&server, &item.resource).await {
                eprintln!("{error}");
            }
        });
    }
    StatusCode::ACCEPTED
}

/// Fetches the message and makes the Task.
async fn flow(server: &Server, resource: &str) -> Result<(), reqwest::Error> {
    let path = resource.replace("('", "/").replace("')", "").replace(':', "%3A").replace('@', "%40");
    let url = format!("{}/v1.0/{path}", server.settings.graph);
    let answer = server.client.get(url).bearer_auth(&server.graph_token).send().await?.error_for_status()?;
    let message: Message = answer.json().await?;
    let user = message.from.and_then(|from| from.user);
    let name = user.as_ref().and_then(|user| user.name.as_deref()).unwrap_or("somebody");
    let task = json!({
        "Subject": "Teams message",
        "Description": format!("Message from {name}: {}", message.body.content),
        "WhatId": server.settings.opportunity_id,
        "OwnerId": user.as_ref().and_then(|user| server.settings.owners.get(&user.id)),
        "ActivityDate": message.created.get(..10),
        "Status": "Not Started",
        "Priority": "Normal",
    });
    let url = format!("{}/services/data/v67.0/sobjects/Task", server.settings.salesforce);
    let request = server.client.post(url).bearer_auth(&server.salesforce_token).json(&task);
    request.send().await?.error_for_status()?.bytes().await?;
    Ok(())
}
