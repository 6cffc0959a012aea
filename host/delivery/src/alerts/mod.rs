//! Alerts, durable. Whoever sees that something is wrong raises one, again and again if it likes; whoever sees
//! that it is well clears it, again and again. Both are cheap to repeat: raising keeps one alert with its age,
//! clearing what does not stand writes nothing.

use std::sync::Arc;

use tieline_capabilities::{Services, alert, news};
use tieline_store::{Batch, CommitError, Key, Op, Pages, Space, StoreError, Value};
use tieline_types::{Alert, AlertKey, AlertNews, AlertSource, InstallationKey, Problem, Severity, TenantId};

use crate::live::Live;

/// The alerts of this host. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Alerts {
    services: Arc<Services>,
    live: Arc<Live>,
}

impl Alerts {
    /// Alerts that `live` tells of.
    pub(crate) fn new(services: Arc<Services>, live: Arc<Live>) -> Self {
        Self { services, live }
    }

    /// What alerts stand on.
    pub(crate) fn services(&self) -> &Services {
        &self.services
    }

    /// Raises an alert. A store that fails is logged: whoever raised it will see the same again.
    pub(crate) async fn raise(&self, about: &AlertKey, severity: Severity, problem: Problem) {
        let raised = async {
            let ops = self.raised(about, severity, problem).await?;
            self.commit(Batch::new().ops(ops)).await
        };
        if let Err(error) = raised.await {
            tracing::error!(%about, error = &error as &dyn std::error::Error, "an alert could not be raised");
        }
    }

    /// Clears an alert, if it stands. A store that fails is logged, as in [`Alerts::raise`].
    pub(crate) async fn clear(&self, about: &AlertKey) {
        let cleared = async {
            let ops = self.cleared(about).await?;
            if !ops.is_empty() {
                self.commit(Batch::new().ops(ops)).await?;
            }
            Ok::<_, CommitError>(())
        };
        if let Err(error) = cleared.await {
            tracing::error!(
                ?about,
                error = &error as &dyn std::error::Error,
                "an alert could not be cleared"
            );
        }
    }

    /// Commits changes of alerts with what they belong to, and tells of them.
    ///
    /// # Errors
    /// When they cannot be written.
    pub(crate) async fn commit(&self, batch: Batch) -> Result<(), CommitError> {
        let told = self.live.alerts_in(&batch.ops);
        self.services.store.commit(batch).await?;
        self.live.alerts(told);
        Ok(())
    }

    /// The changes that raise an alert, to be committed with what it belongs to.
    ///
    /// # Errors
    /// When the alert before it cannot be read.
    pub(crate) async fn raised(
        &self,
        about: &AlertKey,
        severity: Severity,
        problem: Problem,
    ) -> Result<Vec<Op>, StoreError> {
        let key = alert::place(about);
        let before = self.services.store.get(&key).await?;
        let before: Option<Alert> = before.and_then(|value| serde_json::from_slice(&value.bytes).ok());
        if before.is_none() {
            tracing::warn!(%about, ?severity, %problem, "an alert stands");
        }
        let now = self.services.clock.now();
        let alert = Alert::raise(about.clone(), severity, problem, before.as_ref(), now);
        let news = AlertNews::of(before.as_ref(), Some(&alert), now);
        let value = serde_json::to_vec(&alert).expect("plain data always serialises").into();
        let stands = Op::Put { key, value, expires: None };
        Ok([stands].into_iter().chain(news.iter().map(news::told)).collect())
    }

    /// The changes that clear an alert; none when it does not stand.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) async fn cleared(&self, about: &AlertKey) -> Result<Vec<Op>, StoreError> {
        let key = alert::place(about);
        let Some(stands) = self.services.store.get(&key).await? else { return Ok(Vec::new()) };
        tracing::info!(%about, "an alert cleared itself");
        Ok(self.over(key, &stands).collect())
    }

    /// The changes that remove all alerts about an installation, for when it goes.
    ///
    /// # Errors
    /// When they cannot be read.
    pub(crate) async fn forgotten(&self, installation: &InstallationKey) -> Result<Vec<Op>, StoreError> {
        let prefix = alert::space(&installation.tenant).part(installation.installation.as_str());
        let all = Pages::all(&*self.services.store, prefix).await?;
        Ok(all.into_iter().flat_map(|(key, stands)| self.over(key, &stands)).collect())
    }

    /// The changes that remove an alert.
    fn over(&self, key: Key, stands: &Value) -> impl Iterator<Item = Op> + use<> {
        let before: Option<Alert> = serde_json::from_slice(&stands.bytes).ok();
        let news = AlertNews::of(before.as_ref(), None, self.services.clock.now());
        [Op::Delete { key }].into_iter().chain(news.map(|news| news::told(&news)))
    }

    /// The changes that remove all alerts of a tenant, for when it goes.
    ///
    /// # Errors
    /// When they cannot be read.
    pub(crate) async fn of_tenant_forgotten(&self, tenant: &TenantId) -> Result<Vec<Op>, StoreError> {
        let all = Pages::all(&*self.services.store, alert::space(tenant)).await?;
        Ok(all.into_iter().flat_map(|(key, stands)| self.over(key, &stands)).collect())
    }

    /// Those of a tenant: what matters most first, and then what stands longest.
    ///
    /// # Errors
    /// When they cannot be read.
    pub(crate) async fn of(&self, tenant: &TenantId) -> Result<Vec<Alert>, StoreError> {
        self.read(alert::space(tenant)).await.map(sorted)
    }

    /// Those of all tenants, and the host's own.
    ///
    /// # Errors
    /// When they cannot be read.
    pub(crate) async fn all(&self) -> Result<Vec<Alert>, StoreError> {
        self.read(Key::new(Space::Alert)).await.map(sorted)
    }

    /// Those of the host whose names begin so. Asked at start: the host before this one left them, and they may be over.
    /// A store that fails is logged, as in [`Alerts::raise`].
    pub(crate) async fn left_over(&self, name: &str) -> Vec<Alert> {
        let all = match self.all().await {
            Ok(all) => all,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "the alerts could not be read");
                return Vec::new();
            }
        };
        let ours = |about: &AlertKey| about.source == AlertSource::Host && about.key.starts_with(name);
        all.into_iter().filter(|alert| ours(&alert.about)).collect()
    }

    async fn read(&self, prefix: Key) -> Result<Vec<Alert>, StoreError> {
        let read = |(_, value): (Key, Value)| {
            serde_json::from_slice(&value.bytes).map_err(|_| StoreError::Corrupt { what: "an alert" })
        };
        Pages::all(&*self.services.store, prefix).await?.into_iter().map(read).collect()
    }
}

/// What matters most first, and then what stands longest.
fn sorted(mut all: Vec<Alert>) -> Vec<Alert> {
    all.sort_by(|a, b| (b.severity, a.since, &a.about).cmp(&(a.severity, b.since, &b.about)));
    all
}
