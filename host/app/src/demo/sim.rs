//! The simulators, as far as the demo needs them: where they are, what they seeded, what happened in them.

use std::path::PathBuf;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};
use url::Url;

use crate::{Exit, Failure};

/// The one line with which `tieline-sim --json` begins.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) entra_tls: Url,
    pub(crate) graph_tls: Url,
    pub(crate) salesforce_tls: Url,
    pub(crate) dataverse_tls: Url,
    pub(crate) vault_tls: Url,
    pub(crate) contact_center_tls: Url,
    pub(crate) control: Url,
    pub(crate) ca: PathBuf,
    pub(crate) tenant: Tenant,
}

/// The seeded organisation.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Tenant {
    pub(crate) directory_id: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) team_id: String,
    pub(crate) channel_id: String,
    pub(crate) channel_name: String,
    pub(crate) users: Vec<Person>,
    pub(crate) opportunity_id: String,
    pub(crate) opportunity_name: String,
    pub(crate) salesforce: Salesforce,
    pub(crate) dataverse: Dataverse,
    pub(crate) vault: Vault,
    pub(crate) contact_center: ContactCenter,
}

/// Its contact centre.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct ContactCenter {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
}

/// Its Vault.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Vault {
    pub(crate) username: String,
    pub(crate) password: String,
    pub(crate) case_id: String,
}

/// Its Dataverse.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Dataverse {
    pub(crate) case_id: String,
    pub(crate) case_title: String,
}

/// Its Salesforce.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Salesforce {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) users: Vec<Person>,
}

/// Somebody in the directory, or with a Salesforce licence.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// A Task as the simulated Salesforce holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Task {
    #[serde(alias = "Id")]
    pub(crate) id: String,
    #[serde(alias = "Subject")]
    pub(crate) subject: String,
    #[serde(alias = "WhatId")]
    pub(crate) what_id: Option<String>,
    #[serde(alias = "OwnerId")]
    pub(crate) owner_id: Option<String>,
}

/// An attempt of the simulated Graph to deliver a notification.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Delivery {
    pub(crate) status: Option<u16>,
    pub(crate) elapsed_ms: u64,
    pub(crate) delivered: bool,
}

/// A message that was posted.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Posted {
    pub(crate) message_id: String,
}

/// The simulators' control API.
#[derive(Debug, Clone)]
pub(crate) struct Control {
    http: reqwest::Client,
    base: Url,
}

/// The control API does not answer as it should.
#[derive(Debug, thiserror::Error)]
#[error("asking the simulators for {path} failed")]
struct ControlError {
    path: String,
    source: reqwest::Error,
}

impl Control {
    pub(crate) fn at(base: Url) -> Result<Self, Failure> {
        let http = reqwest::Client::builder().no_proxy().build();
        Ok(Self { http: http.map_err(|error| Failure::new(Exit::Failed, error))?, base })
    }

    /// Somebody writes in a channel.
    pub(crate) async fn post(&self, tenant: &Tenant, user_id: &str, text: &str) -> Result<Posted, Failure> {
        let message = json!({
            "team_id": tenant.team_id, "channel_id": tenant.channel_id, "user_id": user_id, "text": text,
        });
        self.ask("graph/messages", |http, url| http.post(url).json(&message)).await
    }

    /// Every attempt to deliver a notification, oldest first.
    pub(crate) async fn deliveries(&self) -> Result<Vec<Delivery>, Failure> {
        self.ask("graph/deliveries", |http, url| http.get(url)).await
    }

    /// Every Task there is.
    pub(crate) async fn tasks(&self) -> Result<Vec<Task>, Failure> {
        self.ask("salesforce/records/Task", |http, url| http.get(url)).await
    }

    /// An administrator consents to these Graph permissions of the app and of people.
    pub(crate) async fn consent(&self, application: &[&str], delegated: &[&str]) -> Result<(), Failure> {
        let (app, people) = (json!({ "permissions": application }), json!({ "delegated": delegated }));
        self.tell("entra/consent", |http, url| http.post(url).json(&app)).await?;
        self.tell("entra/app", |http, url| http.post(url).json(&people)).await
    }

    /// Somebody gets a role of the directory.
    pub(crate) async fn gives_role(&self, user_id: &str, role: &str) -> Result<(), Failure> {
        let roles = json!({ "user": user_id, "roles": [role] });
        self.tell("graph/roles", |http, url| http.post(url).json(&roles)).await
    }

    /// A call ends; what `shape` does not say of it is ordinary. Its id.
    pub(crate) async fn call_ends(&self, shape: &Value) -> Result<String, Failure> {
        #[derive(Deserialize)]
        struct Made {
            id: String,
        }
        let made: Made = self.ask("graph/calls", |http, url| http.post(url).json(shape)).await?;
        Ok(made.id)
    }

    /// From now on this user sits in front of the sign-in page, and signs in.
    pub(crate) async fn sits_there(&self, user_id: &str) -> Result<(), Failure> {
        let person = json!({ "does": { "user": user_id } });
        self.tell("entra/person", |http, url| http.post(url).json(&person)).await
    }

    /// Every row of a table of Dataverse.
    pub(crate) async fn rows(&self, table: &str) -> Result<Vec<Value>, Failure> {
        self.ask(&format!("dataverse/records/{table}"), |http, url| http.get(url)).await
    }

    /// Every record of an object of Vault.
    pub(crate) async fn vault_records(&self, object: &str) -> Result<Vec<Value>, Failure> {
        self.ask(&format!("vault/records/{object}"), |http, url| http.get(url)).await
    }

    /// Somebody changes a row of Dataverse.
    pub(crate) async fn update(
        &self,
        table: &str,
        id: &str,
        by: &str,
        fields: Map<String, Value>,
    ) -> Result<(), Failure> {
        let change = json!({ "by": by, "fields": fields });
        let path = format!("dataverse/records/{table}/{id}");
        self.tell(&path, |http, url| http.patch(url).json(&change)).await
    }

    /// Registers a webhook at Dataverse, which proves itself with `key`.
    pub(crate) async fn register_hook(
        &self,
        address: &str,
        table: &str,
        key: Option<&str>,
    ) -> Result<(), Failure> {
        let hook = json!({ "url": address, "table": table, "key": key });
        self.tell("dataverse/hooks", |http, url| http.post(url).json(&hook)).await
    }

    /// What was posted to a chat.
    pub(crate) async fn posted(&self, chat: &str) -> Result<Vec<String>, Failure> {
        #[derive(Deserialize)]
        struct Request {
            body: String,
        }
        let path = format!("/chats/{chat}/messages");
        let query = [("upstream", "graph"), ("method", "POST"), ("path_contains", path.as_str())];
        let posted: Vec<Request> = self
            .ask("received", |http, mut url| {
                url.query_pairs_mut().extend_pairs(query);
                http.get(url)
            })
            .await?;
        Ok(posted.into_iter().map(|request| request.body).collect())
    }

    /// Tells the contact centre where to call, and what both know.
    pub(crate) async fn contact_center_calls(&self, address: &str, secret: &str) -> Result<(), Failure> {
        let webhook = json!({ "url": address, "secret": secret });
        self.tell("contact-center/webhook", |http, url| http.post(url).json(&webhook)).await
    }

    /// A customer begins a session; its id.
    pub(crate) async fn customer_chat(&self, customer: &str) -> Result<String, Failure> {
        let new = json!({ "customer": customer });
        let begun: Value = self.ask("contact-center/chats", |http, url| http.post(url).json(&new)).await?;
        Ok(begun["chat_id"].as_str().unwrap_or_default().to_owned())
    }

    /// The customer or an agent does something in a session.
    pub(crate) async fn in_session(&self, session: &str, what: &str, body: Value) -> Result<(), Failure> {
        let path = format!("contact-center/chats/{session}/{what}");
        self.tell(&path, |http, url| http.post(url).json(&body)).await
    }

    /// A session as an agent sees it.
    pub(crate) async fn session(&self, session: &str) -> Result<Value, Failure> {
        self.ask(&format!("contact-center/chats/{session}"), |http, url| http.get(url)).await
    }

    /// Somebody writes in a chat of Teams.
    pub(crate) async fn says(&self, chat: &str, user_id: &str, text: &str) -> Result<(), Failure> {
        let message = json!({ "chat_id": chat, "user_id": user_id, "text": text });
        self.tell("graph/messages", |http, url| http.post(url).json(&message)).await
    }

    async fn tell(
        &self,
        path: &str,
        request: impl FnOnce(&reqwest::Client, Url) -> reqwest::RequestBuilder,
    ) -> Result<(), Failure> {
        self.send(path, request).await.map(drop)
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        path: &str,
        request: impl FnOnce(&reqwest::Client, Url) -> reqwest::RequestBuilder,
    ) -> Result<T, Failure> {
        self.send(path, request).await?.json().await.map_err(|source| failed(path, source))
    }

    async fn send(
        &self,
        path: &str,
        request: impl FnOnce(&reqwest::Client, Url) -> reqwest::RequestBuilder,
    ) -> Result<reqwest::Response, Failure> {
        let mut url = self.base.clone();
        url.set_path(path);
        let response = request(&self.http, url).send().await.and_then(|response| response.error_for_status());
        response.map_err(|source| failed(path, source))
    }
}

fn failed(path: &str, source: reqwest::Error) -> Failure {
    Failure::new(Exit::Failed, ControlError { path: path.into(), source })
}
