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

/// `critical`
impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Critical => "critical",
        })
    }
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
    /// Whose it is; none: the host's own, which no tenant hears of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantId>,
    /// The installation that it is about; none: the tenant, or the host, as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installation: Option<InstallationId>,
    /// Who raised it.
    pub source: AlertSource,
    /// What it is about: `package.load-failed`, `connection.salesforce`.
    pub key: String,
}

impl AlertKey {
    /// Raised by the host, about itself.
    pub fn of_host(key: impl Into<String>) -> Self {
        Self { tenant: None, installation: None, source: AlertSource::Host, key: key.into() }
    }

    /// Raised by the host, about a tenant as a whole.
    pub fn of_tenant(tenant: &TenantId, key: impl Into<String>) -> Self {
        Self { tenant: Some(tenant.clone()), ..Self::of_host(key) }
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

    /// The installation that it is about, with its tenant.
    pub fn about_installation(&self) -> Option<InstallationKey> {
        let (tenant, installation) = (self.tenant.clone()?, self.installation.clone()?);
        Some(InstallationKey { tenant, installation })
    }
}

/// `acme/deal-desk package.load-failed`, `acme expiry.microsoft`, `alerts.receiver.operations`.
impl fmt::Display for AlertKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.tenant, &self.installation) {
            (Some(tenant), Some(installation)) => write!(f, "{tenant}/{installation} {}", self.key),
            (Some(tenant), None) => write!(f, "{tenant} {}", self.key),
            (None, _) => f.write_str(&self.key),
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

/// What happened to an alert that somebody may want to be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AlertTurn {
    /// It stands, and did not before.
    Raised,
    /// It stood already, and matters more now.
    Worse,
    /// It mended, or what it was about is gone.
    Cleared,
}

/// An alert's news: the alert as it stood after the turn, or last before it was cleared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AlertNews {
    /// What happened.
    pub what: AlertTurn,
    /// When.
    pub at: Timestamp,
    /// The alert.
    #[serde(flatten)]
    pub alert: Alert,
}

impl AlertNews {
    /// What there is to tell when an alert that stood as `before` stands as `after`; none of what is only repeated.
    pub fn of(before: Option<&Alert>, after: Option<&Alert>, at: Timestamp) -> Option<Self> {
        let (what, alert) = match (before, after) {
            (None, Some(after)) => (AlertTurn::Raised, after),
            (Some(before), Some(after)) if after.severity > before.severity => (AlertTurn::Worse, after),
            (Some(before), None) => (AlertTurn::Cleared, before),
            _ => return None,
        };
        Some(Self { what, at, alert: alert.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_new_louder_or_over_is_news() {
        let about = AlertKey::of_tenant(&"acme".parse().unwrap(), "k");
        let alert =
            |severity| Alert::raise(about.clone(), severity, Problem::new("c", "m"), None, Timestamp(1));
        let (low, high) = (alert(Severity::Info), alert(Severity::Critical));
        let news = |before, after| AlertNews::of(before, after, Timestamp(2)).map(|news| news.what);
        assert_eq!(news(None, None), None);
        assert_eq!(news(None, Some(&low)), Some(AlertTurn::Raised));
        assert_eq!(news(Some(&low), Some(&low)), None);
        assert_eq!(news(Some(&low), Some(&high)), Some(AlertTurn::Worse));
        assert_eq!(news(Some(&high), Some(&low)), None);
        assert_eq!(news(Some(&high), None), Some(AlertTurn::Cleared));
    }

    #[test]
    fn the_hosts_own_has_no_tenant_and_reads_what_was_written_with_one() {
        let own = AlertKey::of_host("alerts.receiver.ops");
        assert_eq!(serde_json::to_value(&own).unwrap().get("tenant"), None);
        assert_eq!(own.to_string(), "alerts.receiver.ops");
        let json = r#"{"tenant":"acme","source":"host","key":"k"}"#;
        assert_eq!(
            serde_json::from_str::<AlertKey>(json).unwrap(),
            AlertKey::of_tenant(&"acme".parse().unwrap(), "k")
        );
    }

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
