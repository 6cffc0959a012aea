//! The host's API, as far as a measurement needs it.

use reqwest::Method;
use serde_json::{Value, json};
use tieline_types::Digest;

use crate::{client::client, error::BenchError};

/// A client of the host's API.
#[derive(Clone)]
pub(crate) struct Api {
    client: reqwest::Client,
    base: String,
    token: String,
}

impl Api {
    /// `url` is the host's address, `token` its API token.
    pub(crate) fn new(url: &str, token: &str) -> Result<Self, BenchError> {
        let client = client().map_err(BenchError::http("making the API's client"))?;
        Ok(Self { client, base: format!("{url}/api/v1"), token: token.into() })
    }

    /// Uploads a package; the answer is its digest.
    pub(crate) async fn upload(&self, package: Vec<u8>) -> Result<String, BenchError> {
        let digest = Digest::of(&package).to_string();
        self.ask(Method::PUT, &format!("/packages/{digest}"), "application/wasm", package).await?;
        Ok(digest)
    }

    /// Applies a tenant's document.
    pub(crate) async fn apply(&self, document: &Value) -> Result<(), BenchError> {
        let tenant = document["tenant"]["id"].as_str().unwrap_or_default();
        let body = document.to_string().into_bytes();
        self.ask(Method::PUT, &format!("/tenants/{tenant}"), "application/json", body).await.map(drop)
    }

    /// Runs an action without input; the answer is its output.
    pub(crate) async fn act(
        &self,
        tenant: &str,
        installation: &str,
        action: &str,
    ) -> Result<Value, BenchError> {
        let path = format!("/tenants/{tenant}/installations/{installation}/actions/{action}");
        let body = json!({ "input": {} }).to_string().into_bytes();
        Ok(self.ask(Method::POST, &path, "application/json", body).await?["output"].clone())
    }

    /// All events of a tenant that a filter (`&state=pending`) selects, newest first, page by page.
    pub(crate) async fn events(
        &self,
        tenant: &str,
        filter: &str,
        mut seen: impl FnMut(&Value),
    ) -> Result<usize, BenchError> {
        let (mut count, mut after) = (0, String::new());
        loop {
            let path = format!("/tenants/{tenant}/events?limit=1000{filter}{after}");
            let page = self.ask(Method::GET, &path, "application/json", Vec::new()).await?;
            let items = page["items"].as_array().map_or(&[][..], Vec::as_slice);
            items.iter().for_each(&mut seen);
            count += items.len();
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => return Ok(count),
            }
        }
    }

    /// How many events of a tenant wait, as far as one page tells.
    pub(crate) async fn pending(&self, tenant: &str) -> Result<usize, BenchError> {
        let path = format!("/tenants/{tenant}/events?limit=1000&state=pending");
        let page = self.ask(Method::GET, &path, "application/json", Vec::new()).await?;
        let first = page["items"].as_array().map_or(0, Vec::len);
        if page["next"].is_null() { Ok(first) } else { self.events(tenant, "&state=pending", |_| {}).await }
    }

    /// Makes files of all rows of a table that wait, and takes the superseded ones out.
    pub(crate) async fn compact(
        &self,
        tenant: &str,
        installation: &str,
        table: &str,
    ) -> Result<(), BenchError> {
        let path = format!("/tenants/{tenant}/installations/{installation}/datasets/{table}/compact");
        self.ask(Method::POST, &path, "application/json", Vec::new()).await.map(drop)
    }

    /// These measures of all rows of a table.
    pub(crate) async fn summary(
        &self,
        tenant: &str,
        installation: &str,
        table: &str,
        measures: &str,
    ) -> Result<Value, BenchError> {
        let path = format!(
            "/tenants/{tenant}/installations/{installation}/datasets/{table}/summary?measure={measures}"
        );
        let told = self.ask(Method::GET, &path, "application/json", Vec::new()).await?;
        Ok(told["groups"][0]["measures"].clone())
    }

    /// The newest events of a tenant, each with its journal.
    pub(crate) async fn newest(&self, tenant: &str, count: usize) -> Result<Vec<Value>, BenchError> {
        let read = async |path: &str| self.ask(Method::GET, path, "application/json", Vec::new()).await;
        let page = read(&format!("/tenants/{tenant}/events?limit={count}")).await?;
        let mut events = Vec::new();
        for event in page["items"].as_array().into_iter().flatten() {
            let id = event["id"].as_str().unwrap_or_default();
            events.push(read(&format!("/tenants/{tenant}/events/{id}")).await?);
        }
        Ok(events)
    }

    async fn ask(&self, method: Method, path: &str, kind: &str, body: Vec<u8>) -> Result<Value, BenchError> {
        let url = format!("{}{path}", self.base);
        let request = self.client.request(method, &url).bearer_auth(&self.token);
        let request = request.header("content-type", kind).body(body);
        let answer = request.send().await.map_err(BenchError::http("asking the host's API"))?;
        let status = answer.status();
        let text = answer.text().await.map_err(BenchError::http("reading the API's answer"))?;
        if !status.is_success() {
            return Err(BenchError::Server(format!("{path} was answered with {status}: {text}")));
        }
        Ok(serde_json::from_str(&text)?)
    }
}
