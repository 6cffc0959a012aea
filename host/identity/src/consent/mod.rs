//! Consent: what the tokens of a connection permit, what is refused for want of it, and how long that is no more
//! than the time a consent takes to spread.

mod forbidden;
mod record;
mod trouble;

use std::time::Duration;

use tieline_store::{Batch, CommitError, Key, Pages, Space, StoreError};
use tieline_types::{ConnectionKey, Problem, Severity, Timestamp, api::Accepted, manifest::PermissionKind};
use url::Url;

use crate::{
    Access, Application, ConnectionError, Connections, Identity, providers, records, sign_in::SignIn,
};
use forbidden::Cause;
use record::{Finding, Refused};

pub use forbidden::Said;
pub use record::Consent;
pub(crate) use trouble::Troubles;

/// A token that is older than this is replaced before anybody says that it lacks a permission: tokens keep the
/// permissions that they were issued with.
const OLD: Duration = Duration::from_secs(5);
/// The same of a token that has the permission, when the upstream says that it is missing: it may have been withdrawn.
const MAYBE_WITHDRAWN: Duration = Duration::from_secs(5 * 60);

/// A call that was answered with 403.
#[derive(Debug, Clone, Copy)]
pub struct Forbidden<'a> {
    /// Whose credential it carried.
    pub identity: &'a Identity,
    /// The permissions that allow it and that the installation holds, least first.
    pub allowing: &'a [String],
    /// What the upstream said.
    pub said: &'a Said,
}

/// What a 403 means.
#[derive(Debug, Clone, PartialEq)]
pub enum Meaning {
    /// Consent is missing or spreading: the event waits, and the call may be tried again then.
    Wait {
        /// For people.
        problem: Problem,
        /// When to try again.
        until: Timestamp,
        /// Whether it is another difficulty than before.
        news: bool,
    },
    /// It is the upstream's answer, whatever consent says.
    Answer(Problem),
}

/// The code of what heals by itself: a consent that spreads.
pub const SPREADING: &str = "graph.consent-spreading";
const MISSING: &str = "graph.consent-missing";

/// Where the consent of a connection lies.
pub(crate) fn place(key: &ConnectionKey) -> Key {
    Key::new(Space::Consent).part(key.tenant.as_str()).part(key.connection.as_str())
}

fn kind_of(identity: &Identity) -> PermissionKind {
    match identity {
        Identity::App => PermissionKind::Application,
        Identity::Service | Identity::Actor(_) => PermissionKind::Delegated,
    }
}

impl SignIn {
    /// Takes note of what a new token permits. What cannot be noted is logged: it is for people only.
    pub(crate) async fn saw(&self, key: &ConnectionKey, identity: &Identity, access: &Access) {
        // What one person's token has says nothing of another's.
        let (Some(names), false) = (access.claims.names(), matches!(identity, Identity::Actor(_))) else {
            return;
        };
        let now = self.clock.now();
        let noted = self.change(key, |consent| consent.saw(kind_of(identity), &names, now)).await;
        if let Err(error) = noted {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(connection = %key, error, "the permissions of a token could not be noted");
        }
    }

    async fn consent(&self, key: &ConnectionKey) -> Result<(Consent, Option<u64>), ConnectionError> {
        let Some(value) = self.store.get(&place(key)).await? else { return Ok(Default::default()) };
        let consent = serde_json::from_slice(&value.bytes)
            .map_err(|_| StoreError::Corrupt { what: "the consent of a connection" })?;
        Ok((consent, Some(value.revision)))
    }

    /// Changes what is kept of a connection's consent, if `change` says that it did; and gives it as it is then.
    async fn change(
        &self,
        key: &ConnectionKey,
        mut change: impl FnMut(&mut Consent) -> bool,
    ) -> Result<Consent, ConnectionError> {
        loop {
            let (mut consent, revision) = self.consent(key).await?;
            if !change(&mut consent) {
                return Ok(consent);
            }
            let value = serde_json::to_vec(&consent).expect("plain data always serialises");
            let batch = Batch::new().expect(place(key), revision).put(place(key), value);
            match self.store.commit(batch).await {
                Ok(_) => return Ok(consent),
                Err(CommitError::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// How long a consent takes to spread in the connection's cloud.
    async fn spread(&self, key: &ConnectionKey) -> Result<Duration, ConnectionError> {
        let record = records::load(&*self.store, key).await?;
        let cloud = record.and_then(|record| record.connection.cloud);
        let cloud = self.clouds.get(cloud.as_deref().unwrap_or(crate::Clouds::DEFAULT));
        Ok(cloud.map_or(crate::Clouds::CONSENT_SPREADS, |cloud| Duration::from_secs(cloud.consent_spreads_s)))
    }
}

impl Connections {
    /// What is known of a connection's consent, and until when one that was just given may be spreading.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn consent(&self, key: &ConnectionKey) -> Result<(Consent, Duration), ConnectionError> {
        Ok((self.sign_in.consent(key).await?.0, self.sign_in.spread(key).await?))
    }

    /// An administrator came back from the consent page with success: what is refused from now on is taken to be
    /// spreading.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn note_granted(&self, key: &ConnectionKey) -> Result<(), ConnectionError> {
        let now = self.sign_in.clock.now();
        let granted = |consent: &mut Consent| {
            consent.granted = Some(now);
            true
        };
        self.sign_in.change(key, granted).await?;
        self.troubles.forget(key);
        Ok(())
    }

    /// Somebody says that consent was given, and that what is refused has only to spread.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn accept(&self, key: &ConnectionKey, by: &str) -> Result<Accepted, ConnectionError> {
        let accepted = Accepted { at: self.sign_in.clock.now(), by: by.to_owned() };
        let accept = |consent: &mut Consent| {
            consent.accepted = Some(accepted.clone());
            true
        };
        self.sign_in.change(key, accept).await?;
        // The tokens of before keep what they were issued with.
        self.tokens.forget(key);
        self.troubles.forget(key);
        Ok(accepted)
    }

    /// What a 403 means. One that comes of consent is noted; of a token that may be older than the consent, a new
    /// one is asked for first, for whoever tries again.
    ///
    /// # Errors
    /// When there is no token, or the store fails.
    pub async fn forbidden(
        &self,
        key: &ConnectionKey,
        call: Forbidden<'_>,
    ) -> Result<Meaning, ConnectionError> {
        let Forbidden { identity, allowing, said } = call;
        let kind = kind_of(identity);
        let allowing = allowing_by(allowing, said);
        let mut access = self.authorize(key, identity).await?;
        let has = |access: &Access| {
            let names = access.claims.names()?;
            Some(allowing.iter().any(|name| names.contains(name)))
        };
        let now = self.sign_in.clock.now();
        let cause = said.cause();
        let old = match has(&access) {
            Some(false) => Some(OLD),
            Some(true) if cause == Cause::Permission => Some(MAYBE_WITHDRAWN),
            _ => None,
        };
        if old.is_some_and(|old| now.since(access.since) >= old) {
            access = self.renew(key, identity, &access).await?;
        }
        let token = access.claims.names();
        let refused = Refused { kind, allowing: &allowing, token: token.as_ref(), cause };
        let spread = self.sign_in.spread(key).await?;
        let mut finding = Finding::Other;
        let judge = |consent: &mut Consent| {
            let (found, changed) = consent.judge(refused, now, spread);
            finding = found;
            changed
        };
        let consent = self.sign_in.change(key, judge).await?;
        let Some((severity, problem)) = explained(key, kind, &allowing, &finding, &consent) else {
            return Ok(Meaning::Answer(said.problem()));
        };
        let (pause, news) = self.troubles.add(key, kind, &allowing, severity, problem.clone());
        Ok(Meaning::Wait { problem, until: now.after(pause), news })
    }

    /// Takes up what was refused before this host started, so that it is known when it works again.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn recall_refusals(&self) -> Result<(), ConnectionError> {
        let mut pages = Pages::under(Key::new(Space::Consent));
        while let Some(page) = pages.next(&*self.sign_in.store).await? {
            for (place, value) in page {
                let damaged = || StoreError::Corrupt { what: "the consent of a connection" };
                let consent: Consent = serde_json::from_slice(&value.bytes).map_err(|_| damaged())?;
                let [tenant, connection] = &place.parts()[..] else { return Err(damaged().into()) };
                let key = ConnectionKey {
                    tenant: tenant.parse().map_err(|_| damaged())?,
                    connection: connection.parse().map_err(|_| damaged())?,
                };
                for (kind, name) in consent.refused() {
                    let message = format!("Calls that need {name} were refused before this host started.");
                    let problem = Problem::new(MISSING, message);
                    self.troubles.add(&key, kind, &[name.to_owned()], Severity::Warning, problem);
                }
            }
        }
        Ok(())
    }

    /// Whether any call is refused for want of consent. Asked after every answer, so it costs next to nothing.
    pub fn is_troubled(&self) -> bool {
        self.troubles.any()
    }

    /// A call that one of these permissions allows was answered: none of them is refused any more.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn permitted(
        &self,
        key: &ConnectionKey,
        identity: &Identity,
        allowing: &[String],
    ) -> Result<(), ConnectionError> {
        let kind = kind_of(identity);
        if self.troubles.remove(key, kind, allowing) {
            self.sign_in.change(key, |consent| consent.worked(kind, allowing)).await?;
        }
        Ok(())
    }

    /// What calls of a connection are refused for want of, the worst first.
    pub fn troubles(&self, key: &ConnectionKey) -> Vec<(Severity, Problem)> {
        self.troubles.of(key)
    }
}

/// Where an administrator grants what an app asks for.
pub fn consent_link(application: &Application) -> Url {
    let mut url = application.cloud.login.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend([application.directory_id.as_str(), "adminconsent"]);
    }
    url.query_pairs_mut().append_pair("client_id", &application.client_id);
    url
}

/// Who may grant consent, for people.
pub fn who_may_consent(kind: PermissionKind) -> &'static str {
    match kind {
        PermissionKind::Application => {
            "a Privileged Role Administrator or a Global Administrator (an Application Administrator may not)"
        }
        PermissionKind::Delegated => {
            "a Privileged Role Administrator, a Global Administrator or a Cloud Application Administrator"
        }
    }
}

/// The permissions that would help: those of the installation that the upstream names too; what it names, where
/// the two have nothing in common.
fn allowing_by(held: &[String], said: &Said) -> Vec<String> {
    let asked_for = said.asked_for();
    let common: Vec<String> = held.iter().filter(|name| asked_for.contains(name)).cloned().collect();
    match (common.is_empty(), asked_for.is_empty()) {
        (false, _) => common,
        (true, true) => held.to_vec(),
        (true, false) => asked_for,
    }
}

/// Several application permissions that are needed and that a token lacks.
pub(crate) fn explain_missing(key: &ConnectionKey, names: &[&str]) -> Problem {
    missing(key, PermissionKind::Application, names)
}

fn missing(key: &ConnectionKey, kind: PermissionKind, names: &[&str]) -> Problem {
    let ConnectionKey { tenant, connection } = key;
    let whose = match kind {
        PermissionKind::Application => "application",
        PermissionKind::Delegated => "delegated",
    };
    let (several, names) = (if names.len() > 1 { "s" } else { "" }, names.join(", "));
    let message =
        format!("Consent to the {whose} permission{several} {names} is missing for `{connection}`.");
    let (who, command) =
        (who_may_consent(kind), format!("tieline connections consent {tenant}/{connection}"));
    let remedy = format!(
        "Have it granted by {who}; `{command}` shows the link. If it was granted just now, `{command} --accept` \
         waits for it to spread."
    );
    Problem::new(MISSING, message).remedy(remedy)
}

fn explained(
    key: &ConnectionKey,
    kind: PermissionKind,
    allowing: &[String],
    finding: &Finding,
    consent: &Consent,
) -> Option<(Severity, Problem)> {
    let least = allowing.first()?.as_str();
    let whose = match kind {
        PermissionKind::Application => "application",
        PermissionKind::Delegated => "delegated",
    };
    let ConnectionKey { tenant, connection } = key;
    let command = format!("tieline connections consent {tenant}/{connection}");
    Some(match finding {
        Finding::Other => return None,
        Finding::Missing => (Severity::Critical, missing(key, kind, &[least])),
        Finding::Spreading(until) => {
            let message =
                format!("Consent to the {whose} permission {least} is spreading; it may take until {until}.");
            let (severity, remedy) = match &consent.accepted {
                Some(accepted) => (Severity::Info, format!("Nothing: {} accepted the wait.", accepted.by)),
                None => (
                    Severity::Warning,
                    format!(
                        "Nothing: events wait and go on by themselves. `{command} --accept` accepts the wait."
                    ),
                ),
            };
            (severity, Problem::new(SPREADING, message).remedy(remedy))
        }
        Finding::Overdue(since) => {
            let message = format!(
                "Consent to the {whose} permission {least} was given at {since}, and Graph still refuses it."
            );
            let remedy = format!(
                "Check under API permissions of the app registration that {least} is listed as {whose} and granted \
                 in this directory, then have it granted again; `{command}` shows what the tokens have."
            );
            (Severity::Critical, Problem::new("graph.consent-not-honoured", message).remedy(remedy))
        }
    })
}

/// Whether a provider knows consent at all.
pub(crate) fn applies(provider: &providers::Provider) -> bool {
    provider.is_graph()
}
