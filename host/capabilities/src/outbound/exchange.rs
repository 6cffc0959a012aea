//! One exchange with an upstream: circuit, credential, permit, send, once more after a 401.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header::AUTHORIZATION};
use tieline_egress::{Answer, EgressError, Permit, Request};
use tieline_identity::{Access, ConnectionError, Identity};
use tieline_types::{ConnectionKey, Problem, Rights, TenantId, run::CallResult};
use url::Url;

use super::{
    circuit::Outcome,
    circuits::Park,
    governor::{Metered, Passed, throttles},
    licensing,
};
use crate::{Services, bindings::types::CallError};

/// How long an upstream may take to answer.
const TIMEOUT: Duration = Duration::from_secs(30);
/// When a tenant whose calls all hang may try another one.
const BUSY: Duration = Duration::from_secs(5);

/// How long an event waits for somebody to sign in.
const NOBODY_SIGNED_IN: Duration = Duration::from_secs(60);

/// A call as the host sends it.
pub(crate) struct Outgoing {
    pub(crate) credential: Option<(ConnectionKey, Identity)>,
    pub(crate) method: Method,
    pub(crate) address: Address,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) max_answer: usize,
    pub(crate) guest: Guest,
    /// Sent even where the connection is left alone: somebody tests it.
    pub(crate) insists: bool,
    /// What it counts as, where its upstream counts.
    pub(crate) metered: Option<Metered>,
    /// How long it may wait for its turn by the governor.
    pub(crate) patience: Duration,
}

/// Whose guest calls, and what it may be led to.
pub(crate) struct Guest {
    pub(crate) tenant: TenantId,
    pub(crate) rights: Arc<Rights>,
}

/// Where a call goes.
pub(crate) enum Address {
    /// A path under the credential's own base, or a whole address at the same origin.
    Credential(String),
    /// The same, with paths that were checked one by one: a redirect to another one is not followed.
    Checked(String),
    /// A granted address without a credential.
    Granted(Url, Permit),
}

impl Address {
    /// As the guest gave it: equal over the attempts of an event.
    pub(crate) fn as_given(&self) -> &str {
        match self {
            Self::Credential(path) | Self::Checked(path) => path,
            Self::Granted(url, _) => url.as_str(),
        }
    }
}

/// How an exchange ended.
pub(crate) struct Exchange {
    /// Origin and path, without the query.
    pub(crate) target: String,
    pub(crate) result: Result<Answer, Failed>,
    /// Why the event should wait for the connection, if it should.
    pub(crate) park: Option<Park>,
    /// How long it waited for its turn by the governor.
    pub(crate) waited: Duration,
    /// How long the upstream wants to be left alone.
    pub(crate) throttled: Option<Duration>,
    pub(crate) duration: Duration,
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Failed {
    /// The connection is left alone for a while.
    Circuit(Problem),
    Connection(ConnectionError),
    Egress(EgressError),
    Address(String),
    /// The governor holds it back for so long.
    Governed(Duration),
}

/// Runs an exchange to its end.
pub(crate) async fn run(services: Arc<Services>, outgoing: Outgoing) -> Exchange {
    let started = Instant::now();
    let mut target = super::without_query(outgoing.address.as_given()).to_owned();
    let metered = outgoing.metered.clone();
    let passed = match (&outgoing.credential, &metered) {
        (Some(credential), Some(metered)) => {
            let governor = &services.governor;
            match governor.admit(&services.connections, credential, metered, outgoing.patience).await {
                Ok(passed) => passed,
                Err(after) => {
                    let (result, waited) = (Err(Failed::Governed(after)), Duration::ZERO);
                    let duration = started.elapsed();
                    return Exchange { target, result, park: None, waited, throttled: None, duration };
                }
            }
        }
        _ => None,
    };
    let (result, park) = match outgoing.credential.clone() {
        None => (exchange(&services, outgoing, &mut target).await, None),
        Some((key, identity)) => match services.circuits.admit(&key, outgoing.insists, &*services.clock) {
            Ok(passage) => {
                let result = exchange(&services, outgoing, &mut target).await;
                let outcome = match exhausted(&services, &key, &result).await {
                    Some(outcome) => outcome,
                    None => outcome(&result),
                };
                let park = match outcome {
                    // It is this person or user who is missing; the connection itself may well work.
                    Outcome::Unusable(problem) if identity != Identity::App => {
                        passage.report(Outcome::Unknown);
                        let until = services.clock.now().after(NOBODY_SIGNED_IN);
                        Some(Park { connection: key.connection.clone(), problem, until, promised: true })
                    }
                    outcome => passage.report(outcome),
                };
                (result, park)
            }
            Err(refused) => {
                let problem = refused.problem.clone();
                (Err(Failed::Circuit(problem)), Some(refused.park(&key.connection, true)))
            }
        },
    };
    let waited = passed.as_ref().map_or(Duration::ZERO, |passed| passed.waited);
    let throttled =
        passed.zip(metered).and_then(|(passed, metered)| learn(&services, &passed, &metered, &result));
    Exchange { target, result, park, waited, throttled, duration: started.elapsed() }
}

/// Tells the governor what an upstream answered.
fn learn(
    services: &Services,
    passed: &Passed,
    metered: &Metered,
    result: &Result<Answer, Failed>,
) -> Option<Duration> {
    let answer = result.as_ref().ok()?;
    let batch = matches!(metered, Metered::Each(_));
    let throttles = throttles(answer.status, &answer.headers, &answer.body, batch);
    services.governor.learn(passed, metered, &throttles)
}

/// Whether an answer says, in the words of its provider, that the upstream gives nothing for a while.
async fn exhausted(
    services: &Services,
    key: &ConnectionKey,
    result: &Result<Answer, Failed>,
) -> Option<Outcome> {
    let answer = result.as_ref().ok().filter(|answer| answer.status.is_client_error())?;
    let answers = services.connections.answers(key).await.ok()?;
    let said = answers.exhausted(answer.status.as_u16(), &answer.body)?;
    let problem = Problem::new(format!("connection.{}", said.name), said.message).remedy(said.remedy);
    Some(Outcome::Exhausted(problem, said.pause))
}

/// What an exchange says about its connection.
fn outcome(result: &Result<Answer, Failed>) -> Outcome {
    match result {
        Ok(answer) if answer.status.is_server_error() || answer.status == StatusCode::REQUEST_TIMEOUT => {
            Outcome::Failed(format!("it answers {}", answer.status.as_u16()))
        }
        Ok(_) | Err(Failed::Egress(EgressError::TooLarge { .. })) => Outcome::Answered,
        Err(Failed::Connection(ConnectionError::Unusable(problem))) => Outcome::Unusable(problem.clone()),
        Err(Failed::Connection(ConnectionError::Unreachable { .. })) => {
            Outcome::Failed("its sign-in service does not answer".into())
        }
        Err(Failed::Egress(EgressError::Unreachable { .. })) => {
            Outcome::Failed("it cannot be reached".into())
        }
        Err(Failed::Egress(EgressError::InDoubt { .. })) => {
            Outcome::Failed("calls are cut off before they are answered".into())
        }
        Err(_) => Outcome::Unknown,
    }
}

async fn exchange(services: &Services, outgoing: Outgoing, target: &mut String) -> Result<Answer, Failed> {
    let Outgoing { credential, method, address, headers, body, max_answer, guest, metered, .. } = outgoing;
    let request = |url: Url, headers: HeaderMap, body: Bytes| Request {
        method: method.clone(),
        url,
        headers,
        body,
        timeout: TIMEOUT,
        max_answer,
        guest_of: Some(guest.tenant.clone()),
    };
    let (path, checked) = match address {
        Address::Granted(url, permit) => {
            return services.egress.send(permit, request(url, headers, body)).await.map_err(Failed::Egress);
        }
        Address::Credential(path) => (path, false),
        Address::Checked(path) => (path, true),
    };
    let Some((key, identity)) = credential else {
        return Err(Failed::Address(format!("`{path}` is relative, and no connection is named")));
    };
    let led = |permit: Permit| match checked {
        true => permit.redirected_away(&guest.rights),
        false => permit.redirected_within(&guest.rights),
    };
    let access = services.connections.authorize(&key, &identity).await.map_err(Failed::Connection)?;
    // A Graph call says how it is paid for, if the connection does.
    let (path, body) = match access.licensing.filter(|_| checked) {
        Some(licensing) if matches!(metered, Some(Metered::Each(_))) => {
            (path, licensing::each_paid(&body, licensing).map_or(body, Bytes::from))
        }
        Some(licensing) => (licensing::paid(method.as_str(), &path, &body, licensing).unwrap_or(path), body),
        None => (path, body),
    };
    let (url, permit) = at(&access, &path)?;
    *target = format!("{}{}", access.origin, url.path());
    let first = request(url.clone(), with_credential(headers.clone(), &access), body.clone());
    let answer = services.egress.send(led(permit), first).await.map_err(Failed::Egress)?;
    if !access.answers.ended(answer.status.as_u16(), &answer.body) {
        return Ok(answer);
    }
    // A call whose session is over did nothing upstream. The token may have been revoked before its time: once more with a new one.
    let renewed = services.connections.renew(&key, &identity, &access).await.map_err(Failed::Connection)?;
    let (url, permit) = at(&renewed, &path)?;
    let second = request(url, with_credential(headers, &renewed), body);
    services.egress.send(led(permit), second).await.map_err(Failed::Egress)
}

/// The address of a path under an access, with the permit for its origin. An address elsewhere is refused:
/// the credential goes to its own origin only.
fn at(access: &Access, path: &str) -> Result<(Url, Permit), Failed> {
    let malformed = || Failed::Address(format!("`{}` is not an address", path.escape_debug()));
    let url = if path.contains("://") && !path.starts_with('/') {
        Url::parse(path).map_err(|_| malformed())?
    } else {
        let base = access.base.as_str().trim_end_matches('/');
        let slash = if path.starts_with('/') { "" } else { "/" };
        Url::parse(&format!("{base}{slash}{path}")).map_err(|_| malformed())?
    };
    let permit =
        Permit::origin(&access.origin, &url).map_err(|denial| Failed::Egress(EgressError::Denied(denial)))?;
    Ok((url, permit))
}

fn with_credential(mut headers: HeaderMap, access: &Access) -> HeaderMap {
    headers.insert(AUTHORIZATION, access.authorization.clone());
    headers
}

impl Failed {
    /// Whether the upstream may have done it.
    pub(crate) fn may_have_happened(&self) -> bool {
        matches!(self, Self::Egress(EgressError::InDoubt { .. } | EgressError::TooLarge { .. }))
    }

    /// How many bytes of an answer came in vain, at least.
    pub(crate) fn received(&self) -> usize {
        match self {
            Self::Egress(EgressError::TooLarge { limit }) => *limit,
            _ => 0,
        }
    }

    /// How long the host itself refuses further calls.
    pub(crate) fn throttled_for(&self) -> Option<Duration> {
        match self {
            Self::Connection(ConnectionError::Throttled(after)) | Self::Governed(after) => Some(*after),
            Self::Egress(EgressError::Busy { .. }) => Some(BUSY),
            _ => None,
        }
    }

    /// For the journal.
    pub(crate) fn recorded(&self) -> CallResult {
        match self {
            Self::Egress(EgressError::Denied(denial)) => {
                CallResult::Denied { asked: denial.asked.clone(), allow_with: denial.allow_with.clone() }
            }
            other => CallResult::Failed { reason: other.reason(), in_doubt: other.may_have_happened() },
        }
    }

    fn reason(&self) -> String {
        match self {
            Self::Circuit(problem) => problem.message.clone(),
            Self::Connection(error) => with_causes(error),
            Self::Egress(error) => with_causes(error),
            Self::Address(reason) => reason.clone(),
            Self::Governed(after) => {
                format!("not sent: the upstream's limit is used up for {} ms", millis(*after))
            }
        }
    }
}

impl From<Failed> for CallError {
    fn from(failed: Failed) -> Self {
        let reason = failed.reason();
        match failed {
            Failed::Egress(EgressError::Denied(denial)) => Self::Denied(denial.into()),
            Failed::Egress(EgressError::Unreachable { .. }) => Self::Unreachable(reason),
            Failed::Egress(EgressError::Busy { .. }) => Self::Throttled(millis(BUSY)),
            Failed::Egress(EgressError::InDoubt { .. }) => Self::InDoubt(reason),
            Failed::Egress(EgressError::TooLarge { limit }) => Self::TooLarge(limit as u64),
            Failed::Egress(EgressError::Invalid { .. }) | Failed::Address(_) => Self::Invalid(reason),
            Failed::Circuit(problem) | Failed::Connection(ConnectionError::Unusable(problem)) => {
                Self::ConnectionUnusable(problem.into())
            }
            Failed::Connection(ConnectionError::Throttled(after)) | Failed::Governed(after) => {
                Self::Throttled(millis(after))
            }
            Failed::Connection(ConnectionError::Unknown(key)) => {
                Self::Invalid(format!("there is no connection `{key}`"))
            }
            Failed::Connection(_) => Self::Unreachable(reason),
        }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// An error with its causes in one line.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
