//! From a call to entries in the inbox: judge it, recognise repetitions, and make everything durable in one commit,
//! before the caller is told that it was taken.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method};
use tieline_telemetry::trace;
use tieline_types::{Event, EventId, Exceeded, Limit, Payload, Problem, RouteKey, Severity, Verification};

use super::{
    Webhooks, call, dedupe, refused,
    soap::{self, Message},
    table::{Found, Webhook},
    verify::{self, Proof},
};
use crate::receive::{Entry, Receiver};

/// A call of a webhook.
#[derive(Debug)]
pub struct HookRequest<'a> {
    /// `POST`
    pub method: &'a Method,
    /// Without `?`.
    pub query: &'a str,
    /// As they came.
    pub headers: &'a HeaderMap,
    /// What was sent.
    pub body: Bytes,
}

/// What became of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Called {
    /// It is durable, now or from before.
    Taken,
    /// The same, and the caller waits to hear it in Salesforce's words.
    Acknowledged,
    /// There is no such hook.
    Unknown,
    /// There was one, and nobody wants to be called any more.
    Gone,
    /// The caller did not prove itself.
    Refused,
    /// It is larger than is taken.
    TooLarge(Exceeded),
    /// It is not what callers of this hook send.
    Malformed(Problem),
    /// It cannot be taken now: the store failed, or a tenant's quota of waiting events is used up. The caller should
    /// try again.
    Unavailable,
}

impl Called {
    /// In a word.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Taken | Self::Acknowledged => "accepted",
            Self::Unknown => "unknown",
            Self::Gone => "gone",
            Self::Refused => "refused",
            Self::TooLarge(_) => "too-large",
            Self::Malformed(_) => "malformed",
            Self::Unavailable => "unavailable",
        }
    }
}

impl Webhooks {
    /// Takes a call. When it answers [`Called::Taken`] or [`Called::Acknowledged`], a crash loses nothing of it.
    pub(crate) async fn take(
        &self,
        receiver: &Receiver,
        route: &RouteKey,
        request: HookRequest<'_>,
    ) -> Called {
        let hook = match self.table.at(route) {
            Some(Found::Here(hook)) => hook,
            Some(Found::Gone) => return Called::Gone,
            None => return Called::Unknown,
        };
        let now = self.services.clock.now();
        let Some(secrets) = hook.secrets(route, now) else { return Called::Gone };
        let headers: usize =
            request.headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        if request.body.len() + headers + request.query.len() > receiver.webhook_bytes {
            return Called::TooLarge(Exceeded::new(Limit::WEBHOOK, receiver.webhook_bytes));
        }
        let message = match &hook.verification {
            Verification::SoapOrganization { .. } => match soap::read(&request.body) {
                Ok(message) => Some(message),
                Err(error) => return Called::Malformed(not_a_message(&error)),
            },
            _ => None,
        };
        let proof = Proof {
            query: request.query,
            headers: request.headers,
            body: &request.body,
            organization: message.as_ref().map(|message| message.organization.as_str()),
        };
        if !verify::is_genuine(&proof, &hook.verification, &secrets) {
            self.refuse(&hook).await;
            return Called::Refused;
        }
        let taken = if message.is_some() { Called::Acknowledged } else { Called::Taken };
        let entries = entries(&hook, &request, message, now);
        let events = entries.len();
        if receiver.over_quota(&entries) || !receiver.keep(entries).await {
            return Called::Unavailable;
        }
        if hook.seen.took(events, now) {
            self.alerts.clear(&refused(&hook.installation, &hook.key)).await;
        }
        taken
    }

    /// Whoever knows the address and not the secret is a caller that was set up wrongly, more often than not. Said
    /// once, until a call is taken again.
    async fn refuse(&self, hook: &Webhook) {
        if !hook.seen.refused() {
            return;
        }
        let (installation, key) = (&hook.installation, &hook.key);
        tracing::warn!(%installation, hook = key, "a call of a webhook did not prove itself");
        let message =
            format!("Calls of the webhook `{key}` do not prove themselves ({}).", hook.verification);
        let problem = Problem::new("webhook.refused", message).remedy(format!(
            "Put what `tieline hooks show {installation} {key}` says into the system that calls. If nothing of yours \
             calls, somebody else knows the address: `tieline hooks rotate {installation} {key}`."
        ));
        self.alerts.raise(&refused(installation, key), Severity::Warning, problem).await;
    }
}

fn entries(
    hook: &Webhook,
    request: &HookRequest<'_>,
    message: Option<Message>,
    now: tieline_types::Timestamp,
) -> Vec<Entry> {
    let HookRequest { method, query, headers, body } = request;
    // All calls of a hook in the order of receipt: what may run beside each other, the connector knows.
    let ordering_key: Arc<str> = format!("webhook/{}", hook.key).into();
    let payload = |body| call::payload(&hook.key, &hook.verification, method.as_str(), query, headers, body);
    let trace = trace::here();
    let entry = |payload: Payload, dedupe| Entry {
        dedupe,
        event: Arc::new(Event {
            id: EventId::generate(),
            installation: hook.installation.clone(),
            ordering_key: ordering_key.clone(),
            received: now,
            actor: None,
            trace,
            payload,
        }),
    };
    let Some(message) = message else {
        let dedupe = dedupe::of_call(&hook.installation, &hook.key, headers, method.as_str(), query, body);
        return vec![entry(payload(body.to_vec()), dedupe)];
    };
    let one = |one: soap::Notification| {
        let dedupe = dedupe::of_notification(&hook.installation, &hook.key, &one.id);
        entry(payload(one.body), Some(dedupe))
    };
    message.notifications.into_iter().map(one).collect()
}

fn not_a_message(error: &soap::Malformed) -> Problem {
    Problem::new("webhook.malformed", format!("The body is no outbound message: {error}."))
        .remedy("Have Salesforce send outbound messages to this address, and nothing else.")
}
