//! Delivering events again, on an operator's word.
//!
//! A replayed event keeps its id and the memory of what it did upstream, starts with all its attempts, and goes last
//! in its lane; whatever version of the connector is installed now handles it. As new, it is another event that
//! knows nothing of the first. Many are replayed a page at a time, the oldest first, each page in one commit.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use tieline_store::{Batch, EventFilter};
use tieline_types::{
    Delivery, DeliveryState, Event, EventId, TenantId, Timestamp,
    api::{ReplayAs, ReplayFilter, ReplayReport, ReplayRequest},
};

use crate::{Host, HostError, dispatch::queue::Turn, observed};

/// So many events are looked at for one page, and so many are replayed in one commit at most.
const PAGE: usize = 500;

impl Host {
    pub(crate) async fn replay_page(
        &self,
        tenant: &TenantId,
        request: &ReplayRequest,
    ) -> Result<ReplayReport, HostError> {
        let ReplayRequest { filter, how, dry_run, after } = request;
        let listed = EventFilter {
            installation: filter.installation.clone(),
            state: Some(filter.state.unwrap_or(DeliveryState::Dead)),
            oldest_first: true,
        };
        let _turn = self.replaying.lock().await;
        let page = self.services.store.events(tenant, &listed, *after, PAGE).await;
        let page = page.map_err(|error| HostError::store("reading the events to replay", error))?;
        let next = (page.len() == PAGE).then(|| page.last().map(|(event, _)| event.id)).flatten();
        let found: Vec<_> = page.into_iter().filter(|(event, at)| matches(filter, event, at)).collect();
        let matched = found.len() as u64;
        let replayed = if *dry_run { 0 } else { self.replay_all(found, how).await? };
        Ok(ReplayReport { matched, replayed, next })
    }

    pub(crate) async fn replay_one(
        &self,
        tenant: &TenantId,
        id: EventId,
        how: &ReplayAs,
    ) -> Result<ReplayReport, HostError> {
        let _turn = self.replaying.lock().await;
        let found = self.find_event(tenant, id).await?;
        let replayed = self.replay_all(vec![found], how).await?;
        Ok(ReplayReport { matched: 1, replayed, next: None })
    }

    /// Replays these in one commit; how many. To be called with `replaying` held.
    async fn replay_all(&self, found: Vec<(Event, Delivery)>, how: &ReplayAs) -> Result<u64, HostError> {
        let now = self.services.clock.now();
        let turns: Vec<_> = if how.as_new {
            found.into_iter().map(|(event, _)| anew(event, now)).collect()
        } else {
            let settled = found.into_iter().filter(|(_, at)| at.state != DeliveryState::Pending);
            settled.map(|(event, at)| again(event, &at, now)).collect()
        };
        if turns.is_empty() {
            return Ok(0);
        }
        let mut batch = Batch::new();
        for (turn, old) in &turns {
            batch = if how.as_new {
                batch.append(turn.event.clone(), how.idempotency_key.as_ref().map(|key| dedupe(key, *old)))
            } else {
                batch.settle(turn.event.reference(), turn.delivery.clone())
            };
        }
        let committed = self.services.store.commit(batch).await;
        let committed =
            committed.map_err(|error| HostError::commit("replaying events", "an event to replay", error))?;
        let mut appended = committed.appended.into_iter();
        let new = turns.into_iter().filter(|_| appended.next().unwrap_or(true)).map(|(turn, _)| turn);
        let new: Vec<_> = new.collect();
        let replayed = new.len() as u64;
        new.iter().for_each(|turn| self.live.event(&turn.event, &turn.delivery));
        self.dispatcher.resume(new);
        Ok(replayed)
    }
}

/// Whether a filter means this event, beyond what the store has filtered by.
fn matches(filter: &ReplayFilter, event: &Event, delivery: &Delivery) -> bool {
    filter.since.is_none_or(|since| event.received >= since)
        && filter.until.is_none_or(|until| event.received < until)
        && filter.fingerprint.as_ref().is_none_or(|wanted| delivery.fingerprint.as_ref() == Some(wanted))
}

/// The event once more: last in its lane, with all its attempts, and with its doubts.
fn again(event: Event, before: &Delivery, now: Timestamp) -> (Turn, EventId) {
    let id = event.id;
    let delivery =
        Delivery { in_doubt: before.in_doubt, replayed: Some(EventId::generate()), ..Delivery::fresh(now) };
    (Turn { event: Arc::new(event), delivery }, id)
}

/// Another event with the same content, beside the id of the first.
fn anew(event: Event, now: Timestamp) -> (Turn, EventId) {
    let old = event.id;
    let trace = observed::anew(&event);
    let event = Event { id: EventId::generate(), received: now, trace, ..event };
    (Turn { event: Arc::new(event), delivery: Delivery::fresh(now) }, old)
}

/// Under which the inbox knows a new event again that was asked for before.
fn dedupe(key: &str, old: EventId) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, format!("replay\0{old}\0{key}").as_bytes()).as_ref());
    hash
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_types::{InstallationKey, Payload, Problem, TraceContext};

    fn event(received: u64) -> Event {
        Event {
            id: EventId::generate(),
            installation: InstallationKey {
                tenant: "a".parse().unwrap(),
                installation: "b".parse().unwrap(),
            },
            ordering_key: "k".into(),
            received: Timestamp(received),
            actor: None,
            trace: None,
            payload: Payload::Custom { r#type: "t".into(), body: "{}".into() },
        }
    }

    fn dead() -> Delivery {
        Delivery {
            state: DeliveryState::Dead,
            attempts: 9,
            in_doubt: true,
            cause: Some(Problem::new("c", "m")),
            settled: Some(Timestamp(7)),
            strikes: 3,
            fingerprint: Some("f".into()),
            ..Delivery::fresh(Timestamp(0))
        }
    }

    #[test]
    fn all_that_is_given_must_be_true() {
        let (event, dead) = (event(10), dead());
        let filter = |since, until, fingerprint: Option<&str>| ReplayFilter {
            since: Some(Timestamp(since)),
            until: Some(Timestamp(until)),
            fingerprint: fingerprint.map(Into::into),
            ..ReplayFilter::default()
        };
        assert!(matches(&ReplayFilter::default(), &event, &dead));
        assert!(matches(&filter(10, 11, Some("f")), &event, &dead));
        for wrong in [filter(11, 20, None), filter(0, 10, None), filter(0, 20, Some("g"))] {
            assert!(!matches(&wrong, &event, &dead), "{wrong:?}");
        }
    }

    #[test]
    fn the_same_event_starts_over_last_in_its_lane_and_keeps_its_doubts() {
        let (first, second) = (event(1), event(2));
        let (first, second) = (again(first, &dead(), Timestamp(9)).0, again(second, &dead(), Timestamp(9)).0);
        let Delivery { state, attempts, strikes, in_doubt, cause, settled, fingerprint, .. } =
            &first.delivery;
        assert_eq!((*state, *attempts, *strikes, *in_doubt), (DeliveryState::Pending, 0, 0, true));
        assert!(cause.is_none() && settled.is_none() && fingerprint.is_none());
        assert!(second.delivery.replayed > first.delivery.replayed);
        assert!(first.delivery.replayed.unwrap() > second.event.id, "behind all that came before");
    }

    #[test]
    fn a_new_event_knows_nothing_of_the_first() {
        let trace = Some(TraceContext { trace: 7, span: 8, sampled: true });
        let old = Event { trace, ..event(1) };
        let (turn, named) = anew(old.clone(), Timestamp(9));
        assert_eq!(named, old.id);
        assert!(turn.event.id > old.id && turn.delivery == Delivery::fresh(Timestamp(9)));
        assert_eq!(turn.event.trace, None, "nor does it go on in its trace");
        assert_eq!((&turn.event.payload, turn.event.received), (&old.payload, Timestamp(9)));
        assert_ne!(dedupe("a", old.id), dedupe("b", old.id));
    }
}
