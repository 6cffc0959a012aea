//! The CLI's side of the admin API. One method a question; what goes wrong says what was attempted.

mod alerts;
mod audit;
mod connections;
mod datasets;
mod documents;
mod error;
mod hooks;
mod keys;
mod people;
mod tokens;
mod upload;
mod vendors;

use bytes::Bytes;
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde::{Serialize, de::DeserializeOwned};
use tieline_api::ProblemDocument;
use tieline_types::{
    Digest, EventId, InstallationKey, Secret, TenantId,
    api::{
        ActRequest, ActResponse, ActivityEntry, ApplyReport, CheckReport, ConnectionSummary, Coverage,
        DeadLetterGroup, EventDetail, EventSummary, InstallationSummary, Page, PauseReport, ReplayAs,
        ReplayReport, ReplayRequest, ResumeReport, ScheduleSummary, SubscriptionSummary, TenantSummary, View,
    },
    tape::TapedRun,
};
use url::Url;

pub(crate) use self::error::ClientError;
use crate::{cli::Remote, document::Upload};

/// The most items that a host gives at once.
const LONGEST_PAGE: &str = "1000";

/// A host, and the token it knows us by.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    base: Url,
    token: Option<Secret>,
}

impl Client {
    /// A client as the command line describes it.
    pub(crate) fn new(remote: &Remote) -> Result<Self, ClientError> {
        let token = match &remote.token_file {
            Some(path) => {
                let text = std::fs::read_to_string(path)
                    .map_err(|source| ClientError::TokenFile { path: path.clone(), source })?;
                Some(Secret::new(text.trim()))
            }
            None => remote.token.clone(),
        };
        Self::at(remote.host.clone(), token)
    }

    /// A client of the host at `base`.
    pub(crate) fn at(base: Url, token: Option<Secret>) -> Result<Self, ClientError> {
        // A host on this machine is never behind the proxy that the environment may name.
        let local = match base.host() {
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            Some(url::Host::Domain(name)) => name == "localhost",
            None => return Err(ClientError::Address(base)),
        };
        let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        let builder = if local { builder.no_proxy() } else { builder };
        let http = builder.build().map_err(ClientError::Start)?;
        Ok(Self { http, base, token })
    }

    pub(crate) async fn tenants(&self) -> Result<Vec<TenantSummary>, ClientError> {
        self.list("listing tenants", &["tenants"]).await
    }

    pub(crate) async fn connections(&self, tenant: &TenantId) -> Result<Vec<ConnectionSummary>, ClientError> {
        self.list("listing connections", &["tenants", tenant.as_str(), "connections"]).await
    }

    pub(crate) async fn installations(
        &self,
        tenant: &TenantId,
    ) -> Result<Vec<InstallationSummary>, ClientError> {
        self.list("listing installations", &["tenants", tenant.as_str(), "installations"]).await
    }

    pub(crate) async fn subscriptions(
        &self,
        tenant: &TenantId,
    ) -> Result<Vec<SubscriptionSummary>, ClientError> {
        self.list("listing subscriptions", &["tenants", tenant.as_str(), "subscriptions"]).await
    }

    pub(crate) async fn coverage(
        &self,
        tenant: &TenantId,
        subscription: &str,
    ) -> Result<Vec<Coverage>, ClientError> {
        let path = ["tenants", tenant.as_str(), "subscriptions", subscription, "coverage"];
        self.list("reading a coverage", &path).await
    }

    pub(crate) async fn schedules(&self, tenant: &TenantId) -> Result<Vec<ScheduleSummary>, ClientError> {
        self.list("listing timers", &["tenants", tenant.as_str(), "schedules"]).await
    }

    /// `query` as the API takes it: `installation`, `record_kind`, `record_id`, `after`, `limit`.
    pub(crate) async fn activity(
        &self,
        tenant: &TenantId,
        query: &[(&str, String)],
    ) -> Result<Page<ActivityEntry>, ClientError> {
        self.get("listing activity", &["tenants", tenant.as_str(), "activity"], query).await
    }

    /// `query` as the API takes it: `installation`, `state`, `after`, `limit`.
    pub(crate) async fn events(
        &self,
        tenant: &TenantId,
        query: &[(&str, String)],
    ) -> Result<Page<EventSummary>, ClientError> {
        self.get("listing events", &["tenants", tenant.as_str(), "events"], query).await
    }

    pub(crate) async fn event(&self, tenant: &TenantId, id: EventId) -> Result<EventDetail, ClientError> {
        self.get("reading the event", &["tenants", tenant.as_str(), "events", &id.to_string()], &[]).await
    }

    /// One run with its tape: the last, or the last of this attempt.
    pub(crate) async fn tape(
        &self,
        tenant: &TenantId,
        id: EventId,
        attempt: Option<u32>,
    ) -> Result<TapedRun, ClientError> {
        let query: Vec<_> = attempt.map(|attempt| ("attempt", attempt.to_string())).into_iter().collect();
        let path = ["tenants", tenant.as_str(), "events", &id.to_string(), "tape"];
        self.get("reading the tape", &path, &query).await
    }

    /// A package as it was uploaded.
    pub(crate) async fn package(&self, digest: Digest) -> Result<Bytes, ClientError> {
        let request = self.request(Method::GET, &["packages", &digest.to_string()]);
        self.bytes("fetching the package", request).await
    }

    pub(crate) async fn check(&self, key: &InstallationKey) -> Result<CheckReport, ClientError> {
        let path = ["tenants", key.tenant.as_str(), "installations", key.installation.as_str(), "check"];
        self.answer("testing the installation", self.request(Method::POST, &path)).await
    }

    pub(crate) async fn resume(&self, key: &InstallationKey) -> Result<ResumeReport, ClientError> {
        let path = ["tenants", key.tenant.as_str(), "installations", key.installation.as_str(), "resume"];
        self.answer("resuming the installation", self.request(Method::POST, &path)).await
    }

    pub(crate) async fn pause(&self, key: &InstallationKey) -> Result<PauseReport, ClientError> {
        let path = ["tenants", key.tenant.as_str(), "installations", key.installation.as_str(), "pause"];
        self.answer("pausing the installation", self.request(Method::POST, &path)).await
    }

    pub(crate) async fn dead_letters(&self, tenant: &TenantId) -> Result<Vec<DeadLetterGroup>, ClientError> {
        self.list("listing dead letters", &["tenants", tenant.as_str(), "dead-letters"]).await
    }

    /// One page; asked again with `next` as `after` until there is none.
    pub(crate) async fn replay(
        &self,
        tenant: &TenantId,
        request: &ReplayRequest,
    ) -> Result<ReplayReport, ClientError> {
        let path = ["tenants", tenant.as_str(), "events", "replay"];
        self.answer("replaying events", self.json(Method::POST, &path, request)?).await
    }

    pub(crate) async fn replay_event(
        &self,
        tenant: &TenantId,
        id: EventId,
        how: &ReplayAs,
    ) -> Result<ReplayReport, ClientError> {
        let path = ["tenants", tenant.as_str(), "events", &id.to_string(), "replay"];
        self.answer("replaying the event", self.json(Method::POST, &path, how)?).await
    }

    pub(crate) async fn act(
        &self,
        key: &InstallationKey,
        action: &str,
        request: &ActRequest,
    ) -> Result<ActResponse, ClientError> {
        let path =
            ["tenants", key.tenant.as_str(), "installations", key.installation.as_str(), "actions", action];
        self.answer("running the action", self.json(Method::POST, &path, request)?).await
    }

    /// What `user` is shown about a record: its kind and its id.
    pub(crate) async fn view(
        &self,
        key: &InstallationKey,
        (kind, id): (&str, &str),
        user: Option<&str>,
    ) -> Result<View, ClientError> {
        let path = ["tenants", key.tenant.as_str(), "installations", key.installation.as_str(), "view"];
        let mut query = vec![("kind", kind.to_owned()), ("id", id.to_owned())];
        query.extend(user.map(|user| ("as", user.to_owned())));
        self.get("asking what is to be seen", &path, &query).await
    }

    /// Brings the tenant to what the document says; its packages must be there already.
    pub(crate) async fn apply(&self, upload: &Upload) -> Result<ApplyReport, ClientError> {
        let path = ["tenants", upload.document.tenant.id.as_str()];
        self.answer("applying the document", self.json(Method::PUT, &path, &upload.document)?).await
    }

    async fn get<T: DeserializeOwned>(
        &self,
        what: &'static str,
        path: &[&str],
        query: &[(&str, String)],
    ) -> Result<T, ClientError> {
        let mut url = self.url(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        self.answer(what, self.at_url(Method::GET, url)).await
    }

    /// A list, page after page to its end.
    async fn list<T: DeserializeOwned>(
        &self,
        what: &'static str,
        path: &[&str],
    ) -> Result<Vec<T>, ClientError> {
        let (mut all, mut query) = (Vec::new(), vec![("limit", LONGEST_PAGE.to_owned())]);
        loop {
            let page: Page<T> = self.get(what, path, &query).await?;
            all.extend(page.items);
            let Some(next) = page.next else { return Ok(all) };
            query.truncate(1);
            query.push(("after", next));
        }
    }

    fn url(&self, path: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(["api", "v1"]).extend(path);
        }
        url
    }

    fn at_url(&self, method: Method, url: Url) -> RequestBuilder {
        let request = self.http.request(method, url);
        match &self.token {
            Some(token) => request.bearer_auth(token.expose()),
            None => request,
        }
    }

    fn request(&self, method: Method, path: &[&str]) -> RequestBuilder {
        self.at_url(method, self.url(path))
    }

    fn json(
        &self,
        method: Method,
        path: &[&str],
        body: &impl Serialize,
    ) -> Result<RequestBuilder, ClientError> {
        let body = serde_json::to_vec(body).map_err(ClientError::Encode)?;
        Ok(self.request(method, path).header(reqwest::header::CONTENT_TYPE, "application/json").body(body))
    }

    async fn answer<T: DeserializeOwned>(
        &self,
        what: &'static str,
        request: RequestBuilder,
    ) -> Result<T, ClientError> {
        let body = self.bytes(what, request).await?;
        serde_json::from_slice(&body).map_err(|_| self.stranger(what, StatusCode::OK))
    }

    async fn bytes(&self, what: &'static str, request: RequestBuilder) -> Result<Bytes, ClientError> {
        let unreachable = |source| ClientError::Unreachable { what, host: self.base.clone(), source };
        self.open(what, request).await?.bytes().await.map_err(unreachable)
    }

    /// An answer that is a success, before its body is read.
    async fn open(&self, what: &'static str, request: RequestBuilder) -> Result<Response, ClientError> {
        let unreachable = |source| ClientError::Unreachable { what, host: self.base.clone(), source };
        let response = request.send().await.map_err(unreachable)?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let body = response.bytes().await.map_err(unreachable)?;
        Err(match serde_json::from_slice::<ProblemDocument>(&body) {
            Ok(problem) => ClientError::Refused { what, problem: Box::new(problem) },
            Err(_) => self.stranger(what, status),
        })
    }

    fn stranger(&self, what: &'static str, status: StatusCode) -> ClientError {
        ClientError::Stranger { what, host: self.base.clone(), status }
    }
}
