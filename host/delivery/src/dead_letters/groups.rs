//! The groups of a tenant's dead letters.

use std::collections::HashMap;

use tieline_store::EventFilter;
use tieline_types::{Delivery, DeliveryState, Event, Problem, TenantId, api::DeadLetterGroup};

use super::fingerprint;
use crate::{Host, HostError};

const PAGE: usize = 500;

impl Host {
    /// Reads all dead letters of a tenant, a page at a time, and groups them; the largest group first.
    pub(crate) async fn group_dead_letters(
        &self,
        tenant: &TenantId,
    ) -> Result<Vec<DeadLetterGroup>, HostError> {
        let filter = EventFilter { state: Some(DeliveryState::Dead), ..EventFilter::default() };
        let (mut groups, mut after) = (HashMap::new(), None);
        loop {
            let page = self.services.store.events(tenant, &filter, after, PAGE).await;
            let page = page.map_err(|error| HostError::store("reading the dead letters", error))?;
            page.iter().for_each(|(event, delivery)| add(&mut groups, event, delivery));
            match page.last() {
                Some((last, _)) if page.len() == PAGE => after = Some(last.id),
                _ => break,
            }
            tokio::task::yield_now().await;
        }
        let mut groups: Vec<_> = groups.into_values().collect();
        groups.sort_by(|a, b| (b.count, b.last, &a.fingerprint).cmp(&(a.count, a.last, &b.fingerprint)));
        Ok(groups)
    }
}

fn add(groups: &mut HashMap<String, DeadLetterGroup>, event: &Event, delivery: &Delivery) {
    let unknown = || Problem::new("event.dead", "Why it died was not kept.");
    let cause = delivery.cause.clone().unwrap_or_else(unknown);
    let print = delivery.fingerprint.clone().unwrap_or_else(|| fingerprint::of(None, &cause));
    let died = delivery.settled.unwrap_or(delivery.not_before);
    let group = groups.entry(print.clone()).or_insert_with(|| DeadLetterGroup {
        fingerprint: print,
        cause: cause.clone(),
        count: 0,
        first: died,
        last: died,
        installations: Default::default(),
    });
    group.count += 1;
    group.first = group.first.min(died);
    if died > group.last {
        (group.last, group.cause) = (died, cause);
    }
    group.installations.insert(event.installation.installation.clone());
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_types::{EventId, InstallationKey, Payload, Timestamp};

    fn dead(installation: &str, message: &str, died: u64) -> (Event, Delivery) {
        let event = Event {
            id: EventId::generate(),
            installation: InstallationKey {
                tenant: "acme".parse().unwrap(),
                installation: installation.parse().unwrap(),
            },
            ordering_key: "k".into(),
            received: Timestamp(0),
            actor: None,
            trace: None,
            payload: Payload::Custom { r#type: "t".into(), body: "{}".into() },
        };
        let cause = Some(Problem::new("c", message));
        let settled = Some(Timestamp(died));
        let state = DeliveryState::Dead;
        (event, Delivery { state, cause, settled, ..Delivery::fresh(Timestamp(0)) })
    }

    #[test]
    fn one_cause_is_one_group_with_its_newest_words() {
        let mut groups = HashMap::new();
        for (event, delivery) in
            [dead("a", "row 1", 20), dead("b", "row 2", 30), dead("a", "row 3", 10), dead("a", "gone", 5)]
        {
            add(&mut groups, &event, &delivery);
        }
        assert_eq!(groups.len(), 2);
        let rows = groups.values().find(|group| group.count == 3).unwrap();
        assert_eq!((rows.first.0, rows.last.0, rows.cause.message.as_str()), (10, 30, "row 2"));
        assert_eq!(rows.installations.len(), 2);
    }
}
