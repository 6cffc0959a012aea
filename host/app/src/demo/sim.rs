//! The simulators, as far as the demo needs them: where they are, what they seeded, what happened in them.

use std::path::PathBuf;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::json;
use url::Url;

use crate::{Exit, Failure};

/// The one line with which `tieline-sim --json` begins.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) entra_tls: Url,
    pub(crate) graph_tls: Url,
    pub(crate) salesforce_tls: Url,
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

    async fn ask<T: DeserializeOwned>(
        &self,
        path: &str,
        request: impl FnOnce(&reqwest::Client, Url) -> reqwest::RequestBuilder,
    ) -> Result<T, Failure> {
        let failed = |source| Failure::new(Exit::Failed, ControlError { path: path.into(), source });
        let mut url = self.base.clone();
        url.set_path(path);
        let response = request(&self.http, url).send().await.and_then(|response| response.error_for_status());
        response.map_err(failed)?.json().await.map_err(failed)
    }
}
