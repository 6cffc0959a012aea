//! The `alert` capability: what an operator must look at, in the connector's own words. Committed with the run,
//! and kept when the run fails: that may be the very thing to look at.

use tieline_store::{Key, Space};
use tieline_types::{Alert, AlertKey, AlertSource, Problem, Severity, TenantId, manifest::Capability};
use wasmtime::component::{HasData, Linker};

use crate::{
    bindings::{
        alert as contract,
        types::{Problem as Given, Refusal},
    },
    run::Run,
};

/// The most alerts of one connector that stand for an installation. Runs at the same moment may together pass it
/// by what each of them raises.
const STANDING: usize = 100;
/// Longest key and code, in bytes.
const NAME_BYTES: usize = 256;
/// Longest message, remedy and field, in bytes.
const TEXT_BYTES: usize = 4 << 10;

struct Alerts;

/// How an alert stands.
struct Standing {
    /// In the store.
    stored: Option<Alert>,
    /// With what this run did so far.
    now: Option<Alert>,
}

impl HasData for Alerts {
    type Data<'a> = View<'a>;
}

/// What this capability sees of a run.
struct View<'a>(&'a mut Run);

/// Links `tieline:connector/alert`.
///
/// # Errors
/// When the name is linked already.
pub fn add_to_linker<T: AsMut<Run> + Send + 'static>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    contract::add_to_linker::<T, Alerts>(linker, |state| View(state.as_mut()))
}

/// Where a tenant's alerts stand.
pub fn space(tenant: &TenantId) -> Key {
    Key::new(Space::Alert).part(tenant.as_str())
}

/// Where an alert stands. No tenant and no installation has an empty name, so that those of the host, and those of a
/// tenant as a whole, stand apart.
pub fn place(about: &AlertKey) -> Key {
    let tenant = about.tenant.as_ref().map_or("", |tenant| tenant.as_str());
    let installation = about.installation.as_ref().map_or("", |installation| installation.as_str());
    let source = match about.source {
        AlertSource::Host => "host",
        AlertSource::Connector => "connector",
    };
    Key::new(Space::Alert).part(tenant).part(installation).part(source).part(&about.key)
}

impl contract::Host for View<'_> {
    async fn raise(
        &mut self,
        key: String,
        severity: contract::Severity,
        problem: Given,
    ) -> wasmtime::Result<Result<(), Refusal>> {
        let asked = (&key, severity, &problem);
        if let Some(told) = self.0.asked("alert.raise", format_args!("{key}"), &asked, || Ok(()))? {
            return Ok(told);
        }
        let told = self.raised(key, severity, problem).await?;
        self.0.told(&told);
        Ok(told)
    }

    async fn clear(&mut self, key: String) -> wasmtime::Result<Result<(), Refusal>> {
        if let Some(told) = self.0.asked("alert.clear", format_args!("{key}"), &key, || Ok(()))? {
            return Ok(told);
        }
        let told = self.cleared(key).await?;
        self.0.told(&told);
        Ok(told)
    }
}

impl View<'_> {
    async fn raised(
        &mut self,
        key: String,
        severity: contract::Severity,
        problem: Given,
    ) -> wasmtime::Result<Result<(), Refusal>> {
        let may = self.0.may_write(Capability::Alert).and_then(|()| valid(&key, Some(&problem)));
        if let Err(refusal) = may {
            return Ok(Err(refusal));
        }
        let about = AlertKey::of_connector(&self.0.spec.installation, key);
        let place = place(&about);
        let Standing { stored, now: before } = self.standing(&place).await?;
        if before.is_none() && self.count().await? >= STANDING {
            return Ok(Err(Refusal::QuotaExceeded(format!("{STANDING} alerts standing at once"))));
        }
        let severity = match severity {
            contract::Severity::Info => Severity::Info,
            contract::Severity::Warning => Severity::Warning,
            contract::Severity::Critical => Severity::Critical,
        };
        let now = self.0.services().clock.now();
        let alert = Alert::raise(about, severity, Problem::from(problem), before.as_ref(), now);
        self.0.transaction.set_alert(place, stored, Some(alert), now);
        Ok(Ok(()))
    }

    async fn cleared(&mut self, key: String) -> wasmtime::Result<Result<(), Refusal>> {
        let may = self.0.may_write(Capability::Alert).and_then(|()| valid(&key, None));
        if let Err(refusal) = may {
            return Ok(Err(refusal));
        }
        let place = place(&AlertKey::of_connector(&self.0.spec.installation, key));
        // A connector clears with every success; nothing is written while nothing stands.
        let standing = self.standing(&place).await?;
        if standing.now.is_some() {
            let now = self.0.services().clock.now();
            self.0.transaction.set_alert(place, standing.stored, None, now);
        }
        Ok(Ok(()))
    }

    /// The alert as this run sees it. One that cannot be read counts as none.
    async fn standing(&self, place: &Key) -> wasmtime::Result<Standing> {
        if let Some(alarm) = self.0.transaction.alerts().get(place) {
            return Ok(Standing { stored: alarm.before.clone(), now: alarm.after.clone() });
        }
        let found = self.0.services().store.get(place).await.map_err(wasmtime::Error::new)?;
        let stored: Option<Alert> = found.and_then(|value| serde_json::from_slice(&value.bytes).ok());
        Ok(Standing { now: stored.clone(), stored })
    }

    /// How many of this connector's alerts stand, as this run sees them.
    async fn count(&self) -> wasmtime::Result<usize> {
        let installation = &self.0.spec.installation;
        let all = space(&installation.tenant).part(installation.installation.as_str()).part("connector");
        let stored = self.0.services().store.scan(&all, None, 2 * STANDING).await;
        let stored = stored.map_err(wasmtime::Error::new)?;
        let own = self.0.transaction.alerts();
        let others = stored.iter().filter(|(key, _)| !own.contains_key(key)).count();
        Ok(others + own.values().filter(|alarm| alarm.after.is_some()).count())
    }
}

fn valid(key: &str, problem: Option<&Given>) -> Result<(), Refusal> {
    let name = |name: &str| (1..=NAME_BYTES).contains(&name.len()) && !name.contains(char::is_control);
    if !name(key) {
        return Err(Refusal::Invalid(format!("a key is 1 to {NAME_BYTES} bytes of plain text")));
    }
    let Some(problem) = problem else { return Ok(()) };
    if !name(&problem.code) {
        return Err(Refusal::Invalid(format!("a problem's code is 1 to {NAME_BYTES} bytes of plain text")));
    }
    let texts = [Some(&problem.message), problem.remedy.as_ref(), problem.field.as_ref()];
    if texts.into_iter().flatten().any(|text| text.len() > TEXT_BYTES) {
        return Err(Refusal::QuotaExceeded(format!("{TEXT_BYTES} bytes in a text of an alert")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_types::InstallationKey;

    #[test]
    fn no_alert_stands_where_another_does() {
        let key = |tenant: &str, name: &str| InstallationKey {
            tenant: tenant.parse().unwrap(),
            installation: name.parse().unwrap(),
        };
        let names = [
            AlertKey::of_host("k"),
            AlertKey::of_tenant(&"a".parse().unwrap(), "k"),
            AlertKey::of_tenant(&"b".parse().unwrap(), "k"),
            AlertKey::of_installation(&key("a", "host"), "k"),
            AlertKey::of_connector(&key("a", "host"), "k"),
            AlertKey::of_connector(&key("a", "other"), "k"),
            AlertKey::of_connector(&key("a", "other"), "k2"),
        ];
        let places: std::collections::HashSet<_> = names.iter().map(place).collect();
        assert_eq!(places.len(), names.len());
    }

    #[test]
    fn refuses_what_no_list_can_show() {
        let problem =
            |code: &str, message: String| Given { code: code.into(), message, remedy: None, field: None };
        assert!(valid("quota", Some(&problem("crm.quota", "It is used up.".into()))).is_ok());
        assert!(valid("", None).is_err());
        assert!(valid("a\nb", None).is_err());
        assert!(valid("k", Some(&problem("", String::new()))).is_err());
        assert!(valid("k", Some(&problem("c", "x".repeat(TEXT_BYTES + 1)))).is_err());
    }
}
