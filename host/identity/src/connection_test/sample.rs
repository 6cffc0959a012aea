//! One call with the token, which changes nothing.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header::AUTHORIZATION};
use tieline_egress::{Answer, EgressError, Permit, Request};
use tieline_types::{ConnectionKey, Problem};
use url::Url;

use super::{
    Needed,
    stages::{Broken, Found},
};
use crate::{
    Access, ConnectionError, Connections, Forbidden, Identity, Meaning, Said, consent,
    providers::{Provider, Sample, answers::Outcome},
};

const TIMEOUT: Duration = Duration::from_secs(20);
const LARGEST_ANSWER: usize = 1 << 20;

pub(super) async fn call(
    connections: &Connections,
    key: &ConnectionKey,
    provider: &Provider,
    access: &Access,
    needed: &[Needed],
) -> Result<Found, Broken<ConnectionError>> {
    let Some(sample) = choose(provider, access, needed) else {
        return Ok(Found::skipped(format!(
            "There is no call that any token of {} may make.",
            provider.title
        )));
    };
    let sent = send(connections, access, sample).await;
    let answer = sent.map_err(|error| Broken::Failed(unanswered(provider, &error)))?;
    let path = sample.path.split('?').next().unwrap_or_default();
    let status = answer.status.as_u16();
    // What is answered with 200 may be a refusal all the same.
    if answer.status.is_success() && provider.answers.outcome(status, &answer.body) == Outcome::Done {
        return Ok(Found::ok(format!("GET {path} was answered with {status}.")));
    }
    if answer.status == StatusCode::FORBIDDEN && consent::applies(provider) {
        let allowing: Vec<String> = sample.permissions.iter().map(|name| (*name).to_owned()).collect();
        let said = Said::read(&answer.body);
        let call = Forbidden { identity: &Identity::App, allowing: &allowing, said: &said };
        return match connections.forbidden(key, call).await.map_err(Broken::Fault)? {
            Meaning::Wait { problem, .. } if problem.code == consent::SPREADING => {
                Ok(Found::warning(problem))
            }
            Meaning::Wait { problem, .. } | Meaning::Answer(problem) => Err(Broken::Failed(problem)),
        };
    }
    Err(Broken::Failed(refused(provider, path, status, &answer)))
}

/// The first for which a needed permission is there, else the first for which any is.
fn choose(provider: &Provider, access: &Access, needed: &[Needed]) -> Option<&'static Sample> {
    let has = |name: &str| access.claims.permissions().any(|seen| seen == name);
    let is_needed = |name: &str| needed.iter().any(|(_, needed)| needed == name);
    let samples = provider.samples;
    let wanted = samples.iter().find(|s| s.permissions.iter().any(|name| has(name) && is_needed(name)));
    wanted
        .or_else(|| samples.iter().find(|s| s.permissions.iter().any(|name| has(name))))
        .or_else(|| samples.iter().find(|s| s.permissions.is_empty()))
}

async fn send(connections: &Connections, access: &Access, sample: &Sample) -> Result<Answer, EgressError> {
    let address = format!("{}{}", access.base.as_str().trim_end_matches('/'), sample.path);
    let url = Url::parse(&address)
        .map_err(|error| EgressError::Invalid { reason: format!("its address: {error}") })?;
    let permit = Permit::origin(&access.origin, &url)?;
    let headers = HeaderMap::from_iter([(AUTHORIZATION, access.authorization.clone())]);
    let request = Request {
        method: Method::GET,
        url,
        headers,
        body: Bytes::new(),
        timeout: TIMEOUT,
        max_answer: LARGEST_ANSWER,
        guest_of: None,
    };
    connections.sign_in.egress.send(permit, request).await
}

fn unanswered(provider: &Provider, error: &EgressError) -> Problem {
    if let EgressError::Denied(denial) = error {
        let problem =
            Problem::new("connection.egress-denied", format!("It may not be called: {}.", denial.asked));
        return match &denial.allow_with {
            Some(line) => problem.remedy(format!("To allow it: {line} in tieline.toml.")),
            None => problem,
        };
    }
    let causes = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    let last = causes.last().map(ToString::to_string).unwrap_or_default();
    let message = format!("{} gave a token, and does not answer a call: {last}.", provider.title);
    Problem::new("connection.call-unanswered", message)
        .remedy("Check that a firewall lets this host call out to it, and test again.")
}

fn refused(provider: &Provider, path: &str, status: u16, answer: &Answer) -> Problem {
    let Said { code, message } = Said::read(&answer.body);
    let said: String = format!("{code} {message}").trim().chars().take(300).collect();
    let said = if said.is_empty() { String::new() } else { format!(": “{said}”") };
    if let Some(meant) = provider.meant.iter().find(|meant| meant.said.eq_ignore_ascii_case(&code)) {
        let message = format!("{} GET {path} was answered with {status}{said}.", meant.message);
        return Problem::new(format!("{}.{}", provider.name, meant.code), message).remedy(meant.remedy);
    }
    let message = format!("{} answered GET {path} with {status}{said}.", provider.title);
    let (code, remedy) = match status {
        401 => (
            "connection.token-refused",
            "The token is not taken where it should be good: check the cloud of the connection.",
        ),
        402 => (
            "connection.payment-required",
            "Set the licensing model of the connection, or link the app to a subscription.",
        ),
        403 => {
            ("connection.call-forbidden", "Check what the user or app behind the connection may do there.")
        }
        429 => ("connection.throttled", "The upstream asks for a pause; test again later."),
        500.. => (
            "connection.failing",
            "It is the upstream's own difficulty; test again, and look at its service health.",
        ),
        _ => ("connection.call-refused", "Check the addresses of the connection and its cloud."),
    };
    Problem::new(code, message).remedy(remedy)
}
