//! What happens in a tenant, told as it happens to whoever listens. Costs nothing where nobody does: the listeners of
//! a tenant have a channel of their own, which holds so much; who is too slow for it is told to read everything anew.

use std::{collections::HashMap, time::Duration};

use parking_lot::RwLock;
use tieline_store::{Op, Space};
use tieline_types::{AlertKey, AlertSource, Delivery, Event, TenantId, api::Happened};
use tokio::{
    sync::broadcast::{
        self, Receiver, Sender,
        error::RecvError::{Closed, Lagged},
    },
    time::{Instant, timeout_at},
};

use crate::{Host, HostError, query};

/// What one listener may be behind.
const BEHIND: usize = 256;
/// The most listeners of all tenants together.
const LISTENERS: usize = 1_000;
/// Nobody listens longer without asking anew whether they may.
const LONGEST: Duration = Duration::from_secs(3_600);

/// The listeners of all tenants.
#[derive(Default)]
pub(crate) struct Live(RwLock<State>);

#[derive(Default)]
struct State {
    tenants: HashMap<TenantId, Sender<Happened>>,
    ended: bool,
}

/// Somebody who listens to a tenant.
pub struct Listener {
    happenings: Receiver<Happened>,
    until: Instant,
}

impl Listener {
    /// What happens next; none at the end, after which one may listen anew.
    pub async fn next(&mut self) -> Option<Happened> {
        match timeout_at(self.until, self.happenings.recv()).await {
            Ok(Ok(happened)) => Some(happened),
            Ok(Err(Lagged(_))) => Some(Happened::Missed),
            Ok(Err(Closed)) | Err(_) => None,
        }
    }
}

impl Host {
    /// Listens to what happens in a tenant, for an hour at most.
    ///
    /// # Errors
    /// [`HostError::NotFound`] for a tenant that was never applied; [`HostError::Unavailable`] when too many listen, or
    /// the host ends.
    pub async fn listen(&self, tenant: &TenantId) -> Result<Listener, HostError> {
        self.require(tenant).await?;
        let listener = self.live.listen(tenant);
        listener.ok_or(HostError::Unavailable { doing: "listening beside so many others", source: None })
    }
}

impl Live {
    fn listen(&self, tenant: &TenantId) -> Option<Listener> {
        let mut state = self.0.write();
        state.tenants.retain(|_, sender| sender.receiver_count() > 0);
        let listeners: usize = state.tenants.values().map(Sender::receiver_count).sum();
        if state.ended || listeners >= LISTENERS {
            return None;
        }
        let sender = state.tenants.entry(tenant.clone()).or_insert_with(|| broadcast::channel(BEHIND).0);
        Some(Listener { happenings: sender.subscribe(), until: Instant::now() + LONGEST })
    }

    /// Where an event stands now.
    pub(crate) fn event(&self, event: &Event, delivery: &Delivery) {
        self.tell(&event.installation.tenant, || Happened::Event {
            event: Box::new(query::summary(event, delivery)),
        });
    }

    /// The alerts that a commit raised and cleared.
    pub(crate) fn alerts(&self, happened: Vec<(TenantId, Happened)>) {
        happened.into_iter().for_each(|(tenant, happened)| self.tell(&tenant, || happened));
    }

    /// What a batch does to alerts, to be [told](Self::alerts) once it is committed. Nothing where nobody listens.
    pub(crate) fn alerts_in<'a>(&self, ops: impl IntoIterator<Item = &'a Op>) -> Vec<(TenantId, Happened)> {
        if self.0.read().tenants.is_empty() {
            return Vec::new();
        }
        ops.into_iter().filter_map(alert).collect()
    }

    /// Ends it for everybody, and for good.
    pub(crate) fn end(&self) {
        *self.0.write() = State { ended: true, ..State::default() };
    }

    fn tell(&self, tenant: &TenantId, happened: impl FnOnce() -> Happened) {
        let sender = self.0.read().tenants.get(tenant).filter(|sender| sender.receiver_count() > 0).cloned();
        // That nobody listens any more is no fault.
        let _ = sender.map(|sender| sender.send(happened()));
    }
}

/// What a change means, if it is about an alert.
fn alert(op: &Op) -> Option<(TenantId, Happened)> {
    match op {
        Op::Put { key, value, .. } if key.space() == Space::Alert => {
            let alert: tieline_types::Alert = serde_json::from_slice(value).ok()?;
            Some((alert.about.tenant.clone()?, Happened::Alert { alert: Box::new(alert) }))
        }
        Op::Delete { key } if key.space() == Space::Alert => {
            let [tenant, installation, source, key] = <[String; 4]>::try_from(key.parts()).ok()?;
            let tenant: TenantId = tenant.parse().ok()?;
            let source = if source == "host" { AlertSource::Host } else { AlertSource::Connector };
            let of = Some(tenant.clone());
            let about = AlertKey { tenant: of, installation: installation.parse().ok(), source, key };
            Some((tenant, Happened::AlertCleared { about }))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_capabilities::alert::place;
    use tieline_types::{Alert, Problem, Severity, Timestamp};

    fn acme() -> TenantId {
        "acme".parse().unwrap()
    }

    fn raised(tenant: &TenantId) -> Op {
        let about = AlertKey::of_tenant(tenant, "expiry.crm");
        let alert = Alert::raise(about, Severity::Warning, Problem::new("c", "m"), None, Timestamp(1));
        let value = serde_json::to_vec(&alert).unwrap().into();
        Op::Put { key: place(&alert.about), value, expires: None }
    }

    #[tokio::test]
    async fn alerts_are_told_to_those_of_their_tenant() {
        let live = Live::default();
        assert!(live.alerts_in(&[raised(&acme())]).is_empty(), "nobody listens");
        let mut ours = live.listen(&acme()).unwrap();
        let mut theirs = live.listen(&"globex".parse().unwrap()).unwrap();
        let key = place(&AlertKey::of_tenant(&acme(), "expiry.crm"));
        live.alerts(live.alerts_in(&[raised(&acme()), Op::Delete { key }]));
        assert!(
            matches!(ours.next().await, Some(Happened::Alert { alert }) if alert.about.key == "expiry.crm")
        );
        let cleared = ours.next().await;
        assert!(
            matches!(&cleared, Some(Happened::AlertCleared { about }) if about.key == "expiry.crm"),
            "{cleared:?}"
        );
        live.end();
        assert!(ours.next().await.is_none() && theirs.next().await.is_none());
        assert!(live.listen(&acme()).is_none());
    }

    #[tokio::test]
    async fn who_is_too_slow_is_told_to_read_anew_and_goes_on() {
        let live = Live::default();
        let mut slow = live.listen(&acme()).unwrap();
        for _ in 0..=BEHIND {
            live.alerts(live.alerts_in(&[raised(&acme())]));
        }
        assert!(matches!(slow.next().await, Some(Happened::Missed)));
        assert!(matches!(slow.next().await, Some(Happened::Alert { .. })));
    }

    #[tokio::test]
    async fn there_are_so_many_listeners_and_no_more() {
        let live = Live::default();
        let all: Vec<_> = (0..LISTENERS).map(|_| live.listen(&acme()).unwrap()).collect();
        assert!(live.listen(&acme()).is_none());
        drop(all);
        assert!(live.listen(&acme()).is_some());
    }
}
