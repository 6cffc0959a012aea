//! Testing a connection, and what was consented to beside what the installations of its tenant need.

use std::collections::BTreeMap;

use tieline_capabilities::News;
use tieline_identity::{ConnectionError, Consent, Needed, consent_link, who_may_consent};
use tieline_types::{
    ConnectionKey, InstallationId, Problem,
    api::{Accepted, ConnectionTest, ConsentLine, ConsentReport, ConsentState, NeededBy},
    manifest::{GraphPermission, PermissionKind},
};

use crate::{
    Host, HostError,
    installations::{Installation, validate::MICROSOFT},
};

/// The longest name of somebody who accepts something, in characters.
const LONGEST_NAME: usize = 200;

impl Host {
    /// Tests a connection, stage by stage. When it passes, events that wait for it go on at once.
    ///
    /// # Errors
    /// [`HostError::NotFound`] when there is no such connection. What fails is in the report.
    pub async fn test_connection(&self, key: &ConnectionKey) -> Result<ConnectionTest, HostError> {
        self.require(&key.tenant).await?;
        let needed = self.needed(key);
        let names: Vec<Needed> = needed.into_keys().collect();
        let tested = self.services.connections.test(key, &names).await;
        let test = tested.map_err(|error| failed("testing the connection", key, error))?;
        if test.passed() {
            self.services.circuits.reset(key);
        }
        Ok(test)
    }

    /// What was consented to for a Microsoft connection.
    ///
    /// # Errors
    /// [`HostError::NotFound`] when there is no such connection; [`HostError::Failed`] when its provider knows no
    /// consent.
    pub async fn consent(&self, key: &ConnectionKey) -> Result<ConsentReport, HostError> {
        self.require(&key.tenant).await?;
        let doing = "reading the consent";
        let connections = &self.services.connections;
        let application = connections.application(key).await.map_err(|error| failed(doing, key, error))?;
        let (consent, spread) = connections.consent(key).await.map_err(|error| failed(doing, key, error))?;
        let now = self.services.clock.now();
        let needed = self.needed(key);
        let spreads = |kind, name: &str| consent.spreading(kind, &[name.to_owned()], now, spread);
        let permissions = lines(&consent, needed, |kind, name| spreads(kind, name).is_some());
        let missing_app = permissions
            .iter()
            .any(|line| line.kind == PermissionKind::Application && line.state != ConsentState::Unneeded);
        let whose = if missing_app { PermissionKind::Application } else { PermissionKind::Delegated };
        let spreads_until = permissions.iter().filter_map(|line| spreads(line.kind, &line.permission)).max();
        Ok(ConsentReport {
            connection: key.connection.clone(),
            seen: consent.seen,
            permissions,
            link: consent_link(&application).into(),
            who: who_may_consent(whose).into(),
            spreads_until,
            accepted: consent.accepted,
            problems: connections.troubles(key).into_iter().map(|(_, problem)| problem).collect(),
        })
    }

    /// Notes that somebody says that consent was given: what is refused for want of it waits without an alert for as
    /// long as a consent takes to spread. Events that wait are tried at once.
    ///
    /// # Errors
    /// As [`Host::consent`]; [`HostError::Invalid`] without a name.
    pub async fn accept_consent(&self, key: &ConnectionKey, by: &str) -> Result<Accepted, HostError> {
        self.require(&key.tenant).await?;
        let by = by.trim();
        if by.is_empty() || by.chars().count() > LONGEST_NAME || by.chars().any(char::is_control) {
            let problem = Problem::new("consent.nobody", "Somebody must be named who accepts it.")
                .remedy(format!("Give a name of 1 to {LONGEST_NAME} characters."));
            return Err(HostError::Invalid { problems: vec![problem.at("/by")] });
        }
        let doing = "accepting the consent";
        let connections = &self.services.connections;
        connections.application(key).await.map_err(|error| failed(doing, key, error))?;
        let accepted = connections.accept(key, by).await.map_err(|error| failed(doing, key, error))?;
        self.services.circuits.tell(key.clone(), News::Closed);
        Ok(accepted)
    }

    /// The Graph permissions that the installations of a tenant hold, with who needs each and why.
    fn needed(&self, key: &ConnectionKey) -> BTreeMap<Needed, Vec<NeededBy>> {
        let mut needed = BTreeMap::<Needed, Vec<NeededBy>>::new();
        if key.connection.as_str() != MICROSOFT {
            return needed;
        }
        for installation in self.installations.of(&key.tenant) {
            for (permission, by) in held(&installation) {
                needed.entry((permission.kind, permission.name.clone())).or_default().push(by);
            }
        }
        needed
    }
}

/// What an installation may use of Graph.
fn held(installation: &Installation) -> Vec<(GraphPermission, NeededBy)> {
    let Ok(package) = &installation.package else { return Vec::new() };
    let asked = package.inspection.manifest.graph_permissions.iter();
    let granted = asked.filter(|asked| installation.rights.graph(asked.kind, &asked.name));
    let by = |reason: &str| NeededBy { installation: name(installation), reason: reason.to_owned() };
    granted.map(|asked| (asked.clone(), by(&asked.reason))).collect()
}

fn name(installation: &Installation) -> InstallationId {
    installation.key.installation.clone()
}

/// What is needed, in the order in which somebody must look at it, and then what is there for nobody.
fn lines(
    consent: &Consent,
    needed: BTreeMap<Needed, Vec<NeededBy>>,
    spreading: impl Fn(PermissionKind, &str) -> bool,
) -> Vec<ConsentLine> {
    let mut unneeded = Vec::new();
    for kind in [PermissionKind::Application, PermissionKind::Delegated] {
        for permission in consent.names(kind).into_iter().flat_map(|names| names.keys()) {
            if !needed.contains_key(&(kind, permission.clone())) {
                let (permission, state) = (permission.clone(), ConsentState::Unneeded);
                unneeded.push(ConsentLine { permission, kind, state, needed_by: Vec::new() });
            }
        }
    }
    let line = |((kind, permission), needed_by): (Needed, Vec<NeededBy>)| {
        let state = match consent.has(kind, &permission) {
            _ if spreading(kind, &permission) => ConsentState::Spreading,
            Some(true) => ConsentState::Seen,
            Some(false) => ConsentState::Missing,
            None => ConsentState::Unknown,
        };
        ConsentLine { permission, kind, state, needed_by }
    };
    let mut lines: Vec<_> = needed.into_iter().map(line).collect();
    lines.sort_by_key(|line| line.state != ConsentState::Missing);
    lines.extend(unneeded);
    lines
}

fn failed(doing: &'static str, key: &ConnectionKey, error: ConnectionError) -> HostError {
    match error {
        ConnectionError::Unknown(_) => HostError::NotFound { what: format!("connection {key}") },
        ConnectionError::Unusable(problem) => HostError::Failed { problem },
        error => HostError::Unavailable { doing, source: Some(Box::new(error)) },
    }
}
