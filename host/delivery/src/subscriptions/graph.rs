//! Graph's subscription endpoints, as the app or the service user of a connection calls them.
//!
//! <https://learn.microsoft.com/graph/api/resources/subscription>

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Method, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tieline_capabilities::Services;
use tieline_egress::{Answer, Permit, Request};
use tieline_identity::Access;
use tieline_types::{Secret, Timestamp};
use url::Url;

use super::{desired::Caller, failure::GraphFailure};

/// Graph validates our hook while a request to subscribe is open, for up to ten seconds an address.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Largest answer taken, in bytes: a page of subscriptions.
const ANSWER_BYTES: usize = 4 << 20;
/// Pages of subscriptions read at most; Graph allows 10,000 Teams subscriptions in a directory.
const PAGES: usize = 1_000;

/// Calls Graph for subscriptions.
pub(super) struct Graph {
    pub(super) services: Arc<Services>,
}

/// What a new subscription is to be.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Wanted<'a> {
    /// `created,updated`
    pub(super) change_type: String,
    /// Where its notifications go.
    pub(super) notification_url: &'a str,
    /// Where Graph tells of the subscription itself. Teams resources need it, and it cannot be added later.
    pub(super) lifecycle_notification_url: &'a str,
    /// What to watch.
    pub(super) resource: &'a str,
    /// When it lapses.
    pub(super) expiration_date_time: String,
    /// What its content is to be encrypted with; none: it brings none.
    #[serde(flatten)]
    pub(super) certificate: Option<Encryption<'a>>,
    /// The secret that notifications carry; filled in where the request is made.
    #[serde(skip)]
    pub(super) client_state: &'a Secret,
}

/// How Graph is told of a certificate.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Encryption<'a> {
    /// Only when subscribing: it cannot be changed later.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) include_resource_data: bool,
    /// DER, as base64.
    pub(super) encryption_certificate: &'a str,
    /// The host's own name for it.
    pub(super) encryption_certificate_id: &'a str,
}

/// A subscription as Graph tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Remote {
    /// Graph's id.
    pub(super) id: String,
    /// What it watches.
    #[serde(default)]
    pub(super) resource: String,
    /// `created,updated`
    #[serde(default)]
    pub(super) change_type: String,
    /// Where its notifications go.
    #[serde(default)]
    pub(super) notification_url: Option<String>,
    /// Where Graph tells of the subscription itself.
    #[serde(default)]
    pub(super) lifecycle_notification_url: Option<String>,
    /// The secret that its notifications carry, where Graph shows it.
    #[serde(default)]
    pub(super) client_state: Option<Secret>,
    /// When it lapses, in RFC 3339.
    pub(super) expiration_date_time: String,
    /// Whether it brings content, where Graph says so.
    #[serde(default)]
    pub(super) include_resource_data: Option<bool>,
    /// The certificate that this is encrypted with, where Graph names it.
    #[serde(default)]
    pub(super) encryption_certificate_id: Option<String>,
}

impl Remote {
    /// When it lapses.
    pub(super) fn expires(&self) -> Result<Timestamp, GraphFailure> {
        Timestamp::parse_rfc3339(&self.expiration_date_time)
            .ok_or_else(|| GraphFailure::unreadable("an expiry"))
    }
}

impl Graph {
    /// `POST /subscriptions`
    pub(super) async fn create(&self, via: &Caller, wanted: &Wanted<'_>) -> Result<Remote, GraphFailure> {
        let mut body = serde_json::to_value(wanted).map_err(|_| GraphFailure::unreadable("a wish"))?;
        body["clientState"] = json!(wanted.client_state.expose());
        let answer = self.call(via, Method::POST, "/subscriptions", Some(body)).await?;
        expect(answer, StatusCode::CREATED).and_then(|answer| read(&answer))
    }

    /// `PATCH /subscriptions/{id}` with a new expiry, and with the certificate of one that brings content.
    pub(super) async fn renew(
        &self,
        via: &Caller,
        id: &str,
        expires: Timestamp,
        certificate: Option<Encryption<'_>>,
    ) -> Result<Remote, GraphFailure> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Renewal<'a> {
            expiration_date_time: String,
            #[serde(flatten)]
            certificate: Option<Encryption<'a>>,
        }
        let renewal = Renewal { expiration_date_time: expires.rfc3339(), certificate };
        let body = serde_json::to_value(renewal).map_err(|_| GraphFailure::unreadable("a renewal"))?;
        let answer = self.call(via, Method::PATCH, &format!("/subscriptions/{id}"), Some(body)).await?;
        expect(answer, StatusCode::OK).and_then(|answer| read(&answer))
    }

    /// `DELETE /subscriptions/{id}`; one that is gone already is no failure. Whether it was there.
    pub(super) async fn delete(&self, via: &Caller, id: &str) -> Result<bool, GraphFailure> {
        let answer = self.call(via, Method::DELETE, &format!("/subscriptions/{id}"), None).await?;
        if answer.status == StatusCode::NOT_FOUND {
            return Ok(false);
        }
        expect(answer, StatusCode::NO_CONTENT).map(|_| true)
    }

    /// `POST /subscriptions/{id}/reauthorize`
    pub(super) async fn reauthorize(&self, via: &Caller, id: &str) -> Result<(), GraphFailure> {
        let answer = self.call(via, Method::POST, &format!("/subscriptions/{id}/reauthorize"), None).await?;
        if answer.status.is_success() { Ok(()) } else { Err(GraphFailure::of(&answer)) }
    }

    /// `GET /subscriptions`: all that this app has in this directory; of a person, what it made for them. What does not end within the pages that
    /// are read is a failure: half a list would make the other half look lost.
    pub(super) async fn list(&self, via: &Caller) -> Result<Vec<Remote>, GraphFailure> {
        #[derive(Deserialize)]
        struct Page {
            value: Vec<Remote>,
            #[serde(default, rename = "@odata.nextLink")]
            next: Option<String>,
        }
        let (mut all, mut path) = (Vec::new(), "/subscriptions".to_owned());
        for _ in 0..PAGES {
            let answer = self.call(via, Method::GET, &path, None).await?;
            let page: Page = expect(answer, StatusCode::OK).and_then(|answer| read(&answer))?;
            all.extend(page.value);
            match page.next {
                Some(next) => path = next,
                None => return Ok(all),
            }
        }
        Err(GraphFailure::unreadable("a list of subscriptions without end"))
    }

    async fn call(
        &self,
        via: &Caller,
        method: Method,
        path: &str,
        body: Option<serde_json::Value>,
    ) -> Result<Answer, GraphFailure> {
        let body = body.map_or_else(Bytes::new, |body| Bytes::from(body.to_string()));
        let (connections, identity) = (&self.services.connections, via.identity());
        let access = connections.authorize(&via.connection, &identity).await?;
        let answer = self.send(&access, &method, path, &body).await?;
        if answer.status != StatusCode::UNAUTHORIZED {
            return Ok(answer);
        }
        let renewed = connections.renew(&via.connection, &identity, &access).await?;
        self.send(&renewed, &method, path, &body).await
    }

    async fn send(
        &self,
        access: &Access,
        method: &Method,
        path: &str,
        body: &Bytes,
    ) -> Result<Answer, GraphFailure> {
        // A next link comes whole; the permit refuses one that leads to another origin.
        let address = match path.starts_with('/') {
            true => format!("{}/v1.0{path}", access.base.as_str().trim_end_matches('/')),
            false => path.to_owned(),
        };
        let url = Url::parse(&address).map_err(|_| GraphFailure::unreadable("an address"))?;
        let permit = Permit::origin(&access.origin, &url)?;
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, access.authorization.clone());
        if !body.is_empty() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let request = Request {
            method: method.clone(),
            url,
            headers,
            body: body.clone(),
            timeout: TIMEOUT,
            max_answer: ANSWER_BYTES,
            guest_of: None,
        };
        Ok(self.services.egress.send(permit, request).await?)
    }
}

fn expect(answer: Answer, status: StatusCode) -> Result<Answer, GraphFailure> {
    if answer.status == status { Ok(answer) } else { Err(GraphFailure::of(&answer)) }
}

fn read<T: serde::de::DeserializeOwned>(answer: &Answer) -> Result<T, GraphFailure> {
    serde_json::from_slice(&answer.body).map_err(|_| GraphFailure::unreadable("an answer"))
}
