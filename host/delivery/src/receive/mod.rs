//! From a request at a hook to entries in the inbox: parse, verify item by item, recognise repetitions, and
//! make everything durable in one commit, before the sender is told that it was taken. No guest runs here.

mod dedupe;
mod fan_out;
mod notification;
#[cfg(test)]
mod notification_law;
pub(crate) mod quota;
pub(crate) mod route;
mod sent_back;
mod verify;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use bytes::Bytes;
use tieline_store::{Batch, Store};
use tieline_telemetry::metrics;
use tieline_types::{Clock, Exceeded, Limit, RouteKey, TenantId, event::Encrypted};
use tokio::sync::Notify;

use crate::{dispatch::Dispatcher, subscriptions::notice::Notice, watchdog::Heard};
use fan_out::Brought;
pub(crate) use fan_out::{Entry, gap};
use notification::{Item, Notification, Says};
use quota::Quotas;
use route::{Route, Routes};
pub(crate) use sent_back::SentBack;

/// What became of a request to a hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// Everything genuine in it is durable. Also the answer to a forger, who learns nothing from it.
    Accepted,
    /// There is no such route.
    Unknown,
    /// It cannot be taken now: the store failed, or a tenant's quota of waiting events is used up. The
    /// sender should try again.
    Unavailable,
    /// It is not a change notification.
    Malformed,
}

impl Received {
    /// In a word.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Unknown => "unknown",
            Self::Unavailable => "unavailable",
            Self::Malformed => "malformed",
        }
    }
}

/// What hooks have received since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HookCounts {
    /// Events that were new and are durable, one for each interested installation.
    pub taken: u64,
    /// Events that had been taken before.
    pub repeated: u64,
    /// Items that did not carry their subscription's secret, or named another's subscription.
    pub forged: u64,
    /// Items whose resource data or content was larger than is kept: they were taken without it.
    pub cut: u64,
}

/// Takes requests.
pub(crate) struct Receiver {
    pub(crate) routes: Arc<Routes>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) dispatcher: Arc<Dispatcher>,
    pub(crate) quotas: Arc<Quotas>,
    /// Wakes who looks after subscriptions, when Graph said something about one.
    pub(crate) noticed: Arc<Notify>,
    /// When each watched installation was last sent something.
    pub(crate) heard: Arc<Heard>,
    /// Routes whose notifications are being sent back.
    pub(crate) sent_back: SentBack,
    /// The most resource data that is kept of one item.
    pub(crate) item_bytes: usize,
    /// The largest call of a connector's webhook.
    pub(crate) webhook_bytes: usize,
    pub(crate) counts: Counts,
}

#[derive(Debug, Default)]
pub(crate) struct Counts {
    taken: AtomicU64,
    repeated: AtomicU64,
    forged: AtomicU64,
    cut: AtomicU64,
}

/// What a request brings, ready to be committed.
#[derive(Default)]
struct Haul {
    entries: Vec<Entry>,
    notices: Vec<Notice>,
}

impl Receiver {
    /// Takes a request. When it answers [`Received::Accepted`], a crash loses nothing of it.
    pub(crate) async fn receive(&self, key: &RouteKey, body: Bytes) -> Received {
        let Some(route) = self.routes.read(|table| table.get(key)) else { return Received::Unknown };
        let haul = match Notification::parse(&body) {
            Ok(notification) => self.haul(&notification, &route),
            Err(error) => {
                tracing::warn!(route = ?key, error = &error as &dyn std::error::Error, "a hook was sent something else");
                return Received::Malformed;
            }
        };
        let received = match self.over_quota(&haul.entries) {
            true => Received::Unavailable,
            false => self.take(key, haul).await,
        };
        if received == Received::Unavailable {
            self.sent_back.note(key, self.clock.now());
        }
        received
    }

    /// What hooks have received since the start.
    pub(crate) fn counts(&self) -> HookCounts {
        HookCounts {
            taken: self.counts.taken.load(Ordering::Relaxed),
            repeated: self.counts.repeated.load(Ordering::Relaxed),
            forged: self.counts.forged.load(Ordering::Relaxed),
            cut: self.counts.cut.load(Ordering::Relaxed),
        }
    }

    fn haul(&self, notification: &Notification<'_>, route: &Route) -> Haul {
        let now = self.clock.now();
        let mut haul = Haul::default();
        let (mut forged, mut cut) = (0, 0);
        self.routes.read(|table| {
            for item in &notification.items {
                match item.says().filter(|_| verify::is_genuine(item, route, table)) {
                    Some(Says::Changed { resource, change_type }) => {
                        // Sent back, Graph would bring it again for four hours and then drop it with all that came
                        // with it. What it names can be fetched, so that is kept.
                        let data = Some(item.data()).filter(|data| data.len() <= self.item_bytes);
                        let encrypted = self.encrypted(item, &notification.tokens, route);
                        cut += u64::from(data.is_none() || encrypted.is_err());
                        let brought =
                            Brought { data: data.unwrap_or("{}"), encrypted: encrypted.unwrap_or_default() };
                        let change = (resource, change_type);
                        haul.entries.extend(fan_out::change(item, change, &brought, route, now));
                    }
                    Some(Says::Lifecycle(event)) => haul.notices.extend(Notice::of(event)),
                    None => forged += 1,
                }
            }
        });
        if cut + forged > 0 {
            metrics().items(forged, cut);
        }
        if cut > 0 {
            self.counts.cut.fetch_add(cut, Ordering::Relaxed);
            let limit = Exceeded::new(Limit::ITEM, self.item_bytes).with_setting();
            tracing::warn!(route = ?route.key, cut, limit, "took items without their resource data");
        }
        if forged > 0 {
            self.counts.forged.fetch_add(forged, Ordering::Relaxed);
            tracing::warn!(route = ?route.key, forged, "dropped items that are not from their subscription");
        }
        haul
    }

    /// The content of an item as it came, where somebody asked for it: it is looked at after the answer.
    ///
    /// # Errors
    /// When it is larger than is kept.
    fn encrypted(
        &self,
        item: &Item<'_>,
        tokens: &[String],
        route: &Route,
    ) -> Result<Option<Arc<Encrypted>>, ()> {
        if !route.interests.iter().any(|interest| interest.with_content) {
            return Ok(None);
        }
        let Some(envelope) = item.envelope() else { return Ok(None) };
        let bytes = envelope.len() + tokens.iter().map(String::len).sum::<usize>();
        if bytes > self.item_bytes {
            return Err(());
        }
        let (subscriber, tokens) = (route.subscriber.clone(), tokens.to_vec());
        Ok(Some(Arc::new(Encrypted { subscriber, tokens, envelope })))
    }

    /// Whether a tenant has no room for more. A request that finds room is taken whole.
    pub(crate) fn over_quota(&self, entries: &[Entry]) -> bool {
        let mut tenants: Vec<_> = entries.iter().map(|entry| &entry.event.installation.tenant).collect();
        tenants.dedup();
        let full =
            |tenant: &&&TenantId| self.dispatcher.pending(tenant) >= self.quotas.pending_events(tenant);
        let over = tenants.iter().find(full);
        if let Some(tenant) = over {
            let quota = self.quotas.pending_events(tenant);
            tracing::warn!(%tenant, quota, "too many events wait; a sender was told to come back");
        }
        over.is_some()
    }

    /// Makes entries durable that no subscription brought, and lets them run. Whether that went well.
    pub(crate) async fn keep(&self, entries: Vec<Entry>) -> bool {
        let append = |batch: Batch, entry: &Entry| batch.append(entry.event.clone(), entry.dedupe);
        match self.store.commit(entries.iter().fold(Batch::new(), append)).await {
            Ok(committed) => {
                self.let_run(entries, committed.appended);
                true
            }
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "a call could not be kept and was sent back");
                false
            }
        }
    }

    /// Counts what was committed, and lets run what was new in it.
    fn let_run(&self, entries: Vec<Entry>, appended: Vec<bool>) {
        let (all, new) = (entries.len(), entries.into_iter().zip(appended));
        let taken: Vec<_> = new.filter(|(_, new)| *new).map(|(entry, _)| entry.event).collect();
        let repeated = (all - taken.len()) as u64;
        self.counts.taken.fetch_add(taken.len() as u64, Ordering::Relaxed);
        self.counts.repeated.fetch_add(repeated, Ordering::Relaxed);
        metrics().repeated(repeated);
        taken.iter().for_each(|event| metrics().acknowledged(&event.installation.tenant, 1));
        self.dispatcher.add(taken);
    }

    async fn take(&self, key: &RouteKey, haul: Haul) -> Received {
        if haul.entries.is_empty() && haul.notices.is_empty() {
            return Received::Accepted;
        }
        let now = self.clock.now();
        let mut batch = Batch::new();
        let lost_since = self.sent_back.over(key, now);
        if let Some(since) = lost_since {
            batch = batch.put(Notice::SentBack.key(key), Notice::heard(since));
        }
        for Entry { event, dedupe } in &haul.entries {
            batch = batch.append(event.clone(), *dedupe);
        }
        for notice in &haul.notices {
            batch = batch.put(notice.key(key), Notice::heard(now));
        }
        let appended = match self.store.commit(batch).await {
            Ok(committed) => committed.appended,
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "a notification could not be kept and was sent back"
                );
                if let Some(since) = lost_since {
                    self.sent_back.note(key, since);
                }
                return Received::Unavailable;
            }
        };
        haul.entries.iter().for_each(|entry| self.heard.note(&entry.event.installation, now));
        if !haul.notices.is_empty() || lost_since.is_some() {
            self.noticed.notify_one();
        }
        self.let_run(haul.entries, appended);
        Received::Accepted
    }
}
