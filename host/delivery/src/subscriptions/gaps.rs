//! Telling connectors of times in which notifications may have been lost: exactly once each, in the commit that
//! forgets that it is to be told.

use std::time::Duration;

use tieline_store::Batch;
use tieline_types::{InstallationKey, Timestamp};

use super::{
    failure::GraphFailure,
    graph::Remote,
    notice::{Notice, Notices},
    record::{Record, Settling},
    service::Subscriptions,
    steps::Kept,
};
use crate::{coverage, receive};

/// Graph tries for so long to deliver a notification, then drops it.
const GRAPH_TRIES: Duration = Duration::from_secs(4 * 3_600);
/// Notifications that waited for a reauthorisation are delivered after it, unless it came later than this:
/// Graph keeps them for four hours, and its clock and ours may differ.
const GRAPH_KEEPS: Duration = Duration::from_secs(3 * 3_600);
/// An endpoint that did not answer for longer may have had its notifications discarded. A shorter time is a
/// restart: its connections were refused at once, which Graph answers by trying again.
const SHORT: Duration = Duration::from_secs(60);
/// For so long after the endpoint answers again Graph may still discard: ten minutes, and a sample after them.
const SETTLES: Duration = Duration::from_secs(15 * 60);

/// Why notifications may be missing of the time in which Graph still discards.
const AFTERMATH: &str = "Graph may have held notifications back after the host was down";

/// Why a subscription that had stood has to be made again, for people.
pub(super) fn why_gone(record: &Record, notices: &Notices, now: Timestamp) -> &'static str {
    if notices.contains_key(&Notice::Removed) {
        "Graph removed the subscription"
    } else if record.id.is_some() && record.expires.is_some_and(|expires| expires <= now) {
        "the subscription lapsed"
    } else {
        "the subscription did not exist for a while"
    }
}

/// Notes what a reauthorisation that came late has cost.
pub(super) fn reauthorized(record: &mut Record, asked: Timestamp, now: Timestamp) {
    if now.since(asked) >= GRAPH_KEEPS {
        record.uncover(asked, "notifications waited too long for the subscription to be reauthorised");
    }
}

/// Notes that nobody answered Graph between the last sign of life and now. What Graph still tries to deliver may
/// come all the same; it is then recognised, or the connector sees that it has it.
pub(super) fn was_down(record: &mut Record, last: Timestamp, now: Timestamp) -> bool {
    if now.since(last) <= SHORT || record.confirmed.is_none() {
        return false;
    }
    if let Some(settling) = record.settling.take() {
        record.uncover(settling.from, AFTERMATH);
    }
    record.uncover(last, "the host was down");
    record.settling = Some(Settling { from: now, until: now.after(SETTLES) });
    true
}

/// Takes from the record what is to be told at `now`: the begin of the gap and its reason.
fn due(record: &mut Record, notices: &Notices, now: Timestamp) -> Option<(Timestamp, String)> {
    if notices.contains_key(&Notice::Missed) {
        let standing = record.renewed.or(record.confirmed).unwrap_or(now);
        let tried = Timestamp(now.0.saturating_sub(GRAPH_TRIES.as_millis() as u64));
        record.uncover(standing.min(tried), "Graph missed notifications");
    }
    if let Some(since) = notices.get(&Notice::SentBack) {
        record.uncover(*since, "the host sent notifications back for hours");
    }
    if let Some(settled) = record.settling.take_if(|settling| settling.until <= now) {
        record.uncover(settled.from, AFTERMATH);
    }
    record.uncovered.take().map(|uncovered| (uncovered.from, uncovered.reason))
}

impl Subscriptions {
    /// Keeps what Graph confirmed, and with it, if it had existed before, the gap that the connectors must
    /// fill themselves.
    pub(super) async fn stands(
        &self,
        (mut record, secret): Kept,
        remote: &Remote,
    ) -> Result<(), GraphFailure> {
        let now = self.services.clock.now();
        (record.id, record.expires) = (Some(remote.id.clone()), Some(remote.expires()?));
        (record.confirmed, record.renewed) = (Some(now), Some(now));
        record.address = Some(self.public_url.clone());
        self.tell((record, secret), &Notices::new(), now, &[Notice::Reauthorize, Notice::Removed]).await
    }

    /// Tells of the gap of a subscription that stands.
    pub(super) async fn confess(&self, kept: Kept, notices: &Notices) -> Result<(), GraphFailure> {
        self.tell(kept, notices, self.services.clock.now(), &[Notice::Missed, Notice::SentBack]).await
    }

    async fn tell(
        &self,
        (mut record, secret): Kept,
        notices: &Notices,
        now: Timestamp,
        settled: &[Notice],
    ) -> Result<(), GraphFailure> {
        let gap = due(&mut record, notices, now);
        if gap.is_some() || record.since.is_none() {
            record.since = Some(now);
        }
        let mut batch = Batch::new();
        for notice in settled {
            batch = batch.delete(notice.key(&record.route));
        }
        let (mut events, mut beginners) = (Vec::new(), Vec::new());
        let route = self.routes.read(|table| table.get(&record.route));
        for interest in route.iter().flat_map(|route| &route.interests) {
            match (self.covered_since(&interest.installation, &record.watched.resource), &gap) {
                (None, _) => beginners.push(interest.installation.clone()),
                (Some(begun), Some((from, reason))) => {
                    let from = begun.max(*from);
                    events.push(receive::gap(&record.watched.resource, interest, from, now, reason));
                }
                (Some(_), None) => {}
            }
        }
        for event in &events {
            batch = batch.append(event.clone(), None).ops(coverage::noted(event, None, now));
        }
        let resource = record.watched.resource.clone();
        batch = batch.ops(beginners.iter().map(|beginner| coverage::began(beginner, &resource, now)));
        let watched = record.watched.clone();
        self.keep_record(batch, (record, secret)).await?;
        self.forget_notices(&watched, settled);
        self.begin(beginners, &resource, now);
        self.dispatcher.add(events);
        Ok(())
    }

    fn covered_since(&self, installation: &InstallationKey, resource: &str) -> Option<Timestamp> {
        self.book.lock().begun.get(&(installation.clone(), resource.to_owned())).copied()
    }

    fn begin(&self, installations: Vec<InstallationKey>, resource: &str, now: Timestamp) {
        let mut book = self.book.lock();
        book.begun.extend(installations.into_iter().map(|key| ((key, resource.to_owned()), now)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subscriptions::reconcile::tests::standing;

    const HOUR: Duration = Duration::from_secs(3_600);

    fn later(hours: u32) -> Timestamp {
        standing().confirmed.unwrap().after(HOUR * hours)
    }

    #[test]
    fn a_restart_is_no_gap_and_an_outage_is_one_with_an_aftermath() {
        let (last, mut record) = (later(5), standing());
        assert!(!was_down(&mut record, last, last.after(SHORT)));
        assert_eq!((record.uncovered.clone(), record.settling), (None, None));
        let back = later(6);
        assert!(was_down(&mut record, last, back));
        assert_eq!(due(&mut record, &Notices::new(), back), Some((last, "the host was down".into())));
        record.since = Some(back);
        assert_eq!(due(&mut record, &Notices::new(), back), None, "told once");
        let (from, _) = due(&mut record, &Notices::new(), back.after(SETTLES)).unwrap();
        assert_eq!((from, record.settling), (back, None));
        record.settling = Some(Settling { from: back, until: later(7) });
        assert!(was_down(&mut record, back.after(SHORT), later(8)));
        assert_eq!(
            due(&mut record, &Notices::new(), later(8)).unwrap().0,
            back,
            "down again before it settled"
        );
    }

    #[test]
    fn of_several_reasons_the_one_that_reaches_furthest_back_is_told_and_never_before_the_last_gap() {
        let mut record = standing();
        record.uncover(later(3), "late");
        record.uncover(later(2), "early");
        record.uncover(later(4), "later");
        assert_eq!(due(&mut record, &Notices::new(), later(5)), Some((later(2), "early".into())));
        record.since = Some(later(5));
        record.uncover(later(1), "again");
        assert_eq!(due(&mut record, &Notices::new(), later(6)).unwrap().0, later(5));
        let mut never = Record { confirmed: None, ..standing() };
        never.uncover(later(1), "never stood");
        assert_eq!(due(&mut never, &Notices::new(), later(2)), None);
    }

    #[test]
    fn what_graph_missed_may_be_as_old_as_it_tries() {
        let notices: Notices = [(Notice::Missed, later(9))].into();
        let mut record = standing();
        assert_eq!(due(&mut record, &notices, later(1)).unwrap().0, later(0), "it is no older");
        let mut record = Record { renewed: Some(later(8)), ..standing() };
        assert_eq!(due(&mut record, &notices, later(9)).unwrap().0, later(5));
    }

    #[test]
    fn what_the_host_sent_back_counts_from_its_begin() {
        let mut record = standing();
        let notices: Notices = [(Notice::SentBack, later(2))].into();
        assert_eq!(due(&mut record, &notices, later(9)).unwrap().0, later(2));
    }

    #[test]
    fn a_reauthorisation_within_graphs_patience_costs_nothing() {
        let mut record = standing();
        reauthorized(&mut record, later(1), later(2));
        assert_eq!(record.uncovered, None);
        reauthorized(&mut record, later(1), later(5));
        assert_eq!(record.uncovered.unwrap().from, later(1));
    }
}
