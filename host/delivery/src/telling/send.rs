//! Handing a message over: to a webhook, signed, or to a mail server.

use std::{
    error::Error,
    time::{Duration, UNIX_EPOCH},
};

use aws_lc_rs::hmac;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use tieline_egress::{Denial, Egress, EgressError, Mail, MailError, MailSession, Permit, Request, Unreached};
use tieline_types::{AlertReceiver, Origin, Problem, Secret, Timestamp, api::AlertMessage};
use url::Url;

use super::words;
use crate::{MailOptions, problems::with_causes};

const TIMESTAMP: HeaderName = HeaderName::from_static("tieline-timestamp");
const SIGNATURE: HeaderName = HeaderName::from_static("tieline-signature");
const MESSAGE: HeaderName = HeaderName::from_static("tieline-message");
/// How long a webhook may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// The most that is read of its answer; only its status counts.
const ANSWER: usize = 256 << 10;

/// What handing over needs.
pub(super) struct Door<'a> {
    pub(super) egress: &'a Egress,
    pub(super) mail: Option<&'a MailOptions>,
    /// Whether the receiver is the operator's own, who may know why in full.
    pub(super) operator: bool,
    pub(super) now: Timestamp,
}

impl Door<'_> {
    /// Hands a message over. What was answered, or why it was not taken.
    pub(super) async fn send(
        &self,
        receiver: &AlertReceiver<Secret>,
        message: &AlertMessage,
    ) -> Result<String, Problem> {
        match &receiver.webhook {
            Some(url) => self.post(url, receiver.secret.as_ref(), message).await,
            None => {
                let mut session = self.connect().await?;
                self.sign_in(&mut session).await?;
                self.mail(session, receiver, message).await
            }
        }
    }

    /// Calls a webhook. No redirect is followed: it would lead where nobody meant the message to go.
    pub(super) async fn post(
        &self,
        url: &Url,
        secret: Option<&Secret>,
        message: &AlertMessage,
    ) -> Result<String, Problem> {
        let origin = Origin::of(url);
        let origin =
            origin.map_err(|fault| Problem::new("receiver.unreachable", sentence(&fault.to_string())))?;
        let permit = Permit::origin(&origin, url).map_err(|denial| denied(&denial, self.operator))?;
        let body = serde_json::to_vec(message).expect("plain data always serialises");
        let request = Request {
            method: Method::POST,
            url: url.clone(),
            headers: headers(message, secret, self.now.0 / 1_000, &body),
            body: Bytes::from(body),
            timeout: PATIENCE,
            max_answer: ANSWER,
            guest_of: None,
        };
        let answer = self.egress.send(permit, request).await.map_err(|error| match &error {
            EgressError::Denied(denial) => {
                tracing::warn!(%denial, "a receiver of alerts may not be called");
                denied(denial, self.operator)
            }
            error => Problem::new("receiver.unreachable", sentence(&with_causes(error))),
        })?;
        if answer.status.is_success() {
            return Ok(format!("answered {}", answer.status));
        }
        let problem = Problem::new("receiver.refused", format!("{origin} answered {}.", answer.status));
        Err(problem.remedy("See what it says of calls that it refuses, and whether its secret is the same."))
    }

    /// Connects to the host's mail server.
    pub(super) async fn connect(&self) -> Result<MailSession, Problem> {
        let options = self.mail.ok_or_else(no_mail)?;
        self.egress.mail(&options.server).await.map_err(|error| self.unsent(&error))
    }

    /// Signs in there. As whom, if the server wants that.
    pub(super) async fn sign_in(&self, session: &mut MailSession) -> Result<Option<String>, Problem> {
        session.sign_in().await.map_err(|error| self.unsent(&error))
    }

    /// Hands a mail over. What the server said.
    pub(super) async fn mail(
        &self,
        session: MailSession,
        receiver: &AlertReceiver<Secret>,
        message: &AlertMessage,
    ) -> Result<String, Problem> {
        let mail = Mail {
            from: self.mail.ok_or_else(no_mail)?.from.clone(),
            to: receiver.email.clone(),
            subject: words::subject(message),
            text: words::text(message),
            id: message.id.clone(),
            at: UNIX_EPOCH + Duration::from_millis(self.now.0),
        };
        session.send(&mail).await.map_err(|error| self.unsent(&error))
    }

    fn unsent(&self, error: &MailError) -> Problem {
        tracing::warn!(error = error as &dyn Error, "a mail about alerts was not taken");
        unsent(error, self.operator)
    }
}

fn headers(message: &AlertMessage, secret: Option<&Secret>, seconds: u64, body: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(TIMESTAMP, HeaderValue::from(seconds));
    let signature = secret.map(|secret| signature(secret, seconds, body));
    for (name, text) in [(MESSAGE, Some(message.id.clone())), (SIGNATURE, signature)] {
        headers.extend(text.and_then(|text| HeaderValue::try_from(text).ok()).map(|value| (name, value)));
    }
    headers
}

/// `v1=` and the HMAC-SHA256 of the time, a full stop and the body.
fn signature(secret: &Secret, seconds: u64, body: &[u8]) -> String {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes()));
    context.update(format!("{seconds}.").as_bytes());
    context.update(body);
    let hex: String = context.sign().as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("v1={hex}")
}

/// Why a mail was not taken, for people. Who is no operator learns nothing of where the operator's server is.
fn unsent(error: &MailError, operator: bool) -> Problem {
    let (code, remedy) = match error {
        MailError::Unreached(Unreached::Denied(denial)) if operator => return denied(denial, operator),
        MailError::Unprotected { .. } => (
            "receiver.unprotected",
            "Set `tls = \"implicit\"` under [alerts.smtp], or have the server offer STARTTLS; without either nothing is sent.",
        ),
        MailError::SignIn { .. } => {
            ("receiver.sign-in", "Check `username` and `password` under [alerts.smtp].")
        }
        MailError::Refused { .. } => (
            "receiver.refused",
            "Check the addresses, and whether the server takes mail from `from` of [alerts.smtp].",
        ),
        _ => ("receiver.unreachable", "Check `host`, `port` and `tls` under [alerts.smtp]."),
    };
    let said = match error {
        error if operator => with_causes(error),
        MailError::Refused { source, .. } => {
            format!("the mail server did not take it: {}", with_causes(source))
        }
        _ => "the host's mail server cannot be used at present".into(),
    };
    let remedy = if operator { remedy } else { "The host's operator knows of it; its log says more." };
    Problem::new(code, sentence(&said)).remedy(remedy)
}

fn no_mail() -> Problem {
    Problem::new("alerts.no-mail", "This host has no server that takes mail.")
        .remedy("Its operator adds [alerts.smtp] to tieline.toml.")
}

/// Who is no operator does not learn what a name means inside.
fn denied(denial: &Denial, operator: bool) -> Problem {
    let said =
        if operator { denial.to_string() } else { "its address is none that this host may call".into() };
    let line = denial.allow_with.as_ref().filter(|_| operator);
    let remedy = match line {
        Some(line) => format!("To allow it: {line}"),
        None => {
            "Give an address with TLS that the internet can reach, or ask the host's operator to open it."
                .into()
        }
    };
    Problem::new("receiver.denied", sentence(&said)).remedy(remedy)
}

fn sentence(said: &str) -> String {
    let mut letters = said.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    let whole: String = first.chain(letters).collect();
    format!("{}.", whole.trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_no_operator_learns_nothing_of_the_inside() {
        let denial = Denial {
            asked: "https://x.example leads to 10.0.0.7:443, and the address is private".into(),
            allow_with: Some("[egress] allow_private = [\"10.0.0.7:443\"]".into()),
        };
        assert!(denied(&denial, true).to_string().contains("allow_private"));
        assert!(!denied(&denial, false).to_string().contains("10.0.0.7"));
        let error = MailError::Slow { server: "mail.inside.example:25".into() };
        assert!(unsent(&error, true).to_string().contains("mail.inside"));
        assert!(!unsent(&error, false).to_string().contains("mail.inside"));
    }

    #[test]
    fn a_signature_is_what_its_description_says() {
        // printf '1700000000.{}' | openssl dgst -sha256 -hmac 0123456789abcdef
        let made = signature(&Secret::new("0123456789abcdef"), 1_700_000_000, b"{}");
        assert_eq!(made, "v1=e4f8e2ecae2295b2ddb2f0b5584c8275e226c0ebe9b3b819e70156bb67122e3e");
        assert_ne!(made, signature(&Secret::new("0123456789abcdef"), 1_700_000_001, b"{}"));
    }
}
