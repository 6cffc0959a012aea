//! Alerts: what an operator must look at. One stands until what it is about has mended, and then clears itself.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{InstallationId, InstallationKey, Problem, TenantId, Timestamp};

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Info,
    /// Something does not work as it should, and nothing is lost.
    Warning,
    /// Work stands still, or may be lost, until somebody acts.
    Critical,
}

/// Who raised it. The two do not share names: a connector can neither imitate nor clear an alert of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum AlertSource {
    Host,
    Connector,
}

/// An alert's whole name. Two raisings under one name are one alert.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
pub struct AlertKey {
    /// Whose it is.
    pub tenant: TenantId,
    /// The installation that it is about; none: the tenant as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installation: Option<InstallationId>,
    /// Who raised it.
    pub source: AlertSource,
    /// What it is about: `package.load-failed`, `connection.salesforce`.
    pub key: String,
}

impl AlertKey {
    /// Raised by the host, about a tenant as a whole.
    pub fn of_tenant(tenant: &TenantId, key: impl Into<String>) -> Self {
        Self { tenant: tenant.clone(), installation: None, source: AlertSource::Host, key: key.into() }
    }

    /// Raised by the host, about an installation.
    pub fn of_installation(installation: &InstallationKey, key: impl Into<String>) -> Self {
        Self {
            installation: Some(installation.installation.clone()),
            ..Self::of_tenant(&installation.tenant, key)
        }
    }

    /// Raised by an installation's connector.
    pub fn of_connector(installation: &InstallationKey, key: impl Into<String>) -> Self {
        Self { source: AlertSource::Connector, ..Self::of_installation(installation, key) }
    }
}

/// `acme/deal-desk package.load-failed`.
impl fmt::Display for AlertKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.installation {
            Some(installation) => write!(f, "{}/{installation} {}", self.tenant, self.key),
            None => write!(f, "{} {}", self.tenant, self.key),
        }
    }
}

/// An alert that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Alert {
    /// What it is about.
    #[serde(flatten)]
    pub about: AlertKey,
    /// How much it matters, as it was raised last.
    pub severity: Severity,
    /// What is wrong and what to do about it, as it was raised last.
    pub problem: Problem,
    /// When it was raised first; raising it again does not change that.
    pub since: Timestamp,
    /// When it was raised last.
    pub last: Timestamp,
    /// How often it was raised. Of raisings at the very same moment some may be missing.
    pub raised: u64,
}

impl Alert {
    /// The alert as it stands after it was raised at `now`, given how it stood before.
    #[must_use]
    pub fn raise(
        about: AlertKey,
        severity: Severity,
        problem: Problem,
        before: Option<&Self>,
        now: Timestamp,
    ) -> Self {
        Self {
            about,
            severity,
            problem,
            since: before.map_or(now, |before| before.since),
            last: now,
            raised: before.map_or(0, |before| before.raised).saturating_add(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raised_again_it_is_as_old_as_before_and_says_the_newest() {
        let about = AlertKey::of_tenant(&"acme".parse().unwrap(), "k");
        let raise = |severity, code: &str, before: Option<&Alert>, now| {
            Alert::raise(about.clone(), severity, Problem::new(code, ""), before, Timestamp(now))
        };
        let first = raise(Severity::Warning, "a", None, 5);
        let second = raise(Severity::Critical, "b", Some(&first), 9);
        assert_eq!((second.since.0, second.last.0, second.raised), (5, 9, 2));
        assert_eq!((second.severity, second.problem.code.as_str()), (Severity::Critical, "b"));
    }

    #[test]
    fn reads_what_it_writes() {
        let installation =
            InstallationKey { tenant: "a".parse().unwrap(), installation: "b".parse().unwrap() };
        let about = AlertKey::of_connector(&installation, "k");
        let alert = Alert::raise(about, Severity::Info, Problem::new("c", "m"), None, Timestamp(1));
        let json = serde_json::to_value(&alert).unwrap();
        assert_eq!((&json["source"], &json["installation"]), (&"connector".into(), &"b".into()));
        assert_eq!(serde_json::from_value::<Alert>(json).unwrap(), alert);
    }
}
