//! Events of the size that a message from Teams makes, and what handling one leaves.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use tieline_store::{Batch, Key, Space};
use tieline_types::{
    Clock, Delivery, DeliveryState, Digest, Event, EventId, InstallationKey, Payload, SystemClock,
};

/// Makes events for some installations in turn.
pub(super) struct Generator {
    installations: Vec<InstallationKey>,
    run: Bytes,
    effect: Bytes,
}

/// For how long the memory of an effect is kept at most, as the host does it.
const REMEMBERED: Duration = Duration::from_secs(30 * 24 * 3_600);

impl Default for Generator {
    fn default() -> Self {
        let installation = |n: usize| InstallationKey {
            tenant: format!("tenant-{}", n % 4).parse().expect("a valid name"),
            installation: format!("desk-{n}").parse().expect("a valid name"),
        };
        Self {
            installations: (0..16).map(installation).collect(),
            run: Bytes::from(vec![b'r'; 1_100]),
            effect: Bytes::from(vec![b'e'; 400]),
        }
    }
}

impl Generator {
    pub(super) fn event(&self, n: usize) -> (Arc<Event>, [u8; 32]) {
        let resource = format!("teams('1c0ffee0-aaaa')/channels('19:bench@thread.tacv2')/messages('{n}')");
        let dedupe = *Digest::of(resource.as_bytes()).as_bytes();
        let data = format!(
            "{{\"id\":\"{n}\",\"@odata.type\":\"#Microsoft.Graph.chatMessage\",\"@odata.id\":\"{resource}\"}}"
        );
        let event = Event {
            id: EventId::generate(),
            installation: self.installations[n % self.installations.len()].clone(),
            ordering_key: resource.as_str().into(),
            received: SystemClock.now(),
            actor: None,
            trace: None,
            payload: Payload::Notification {
                resource,
                change_type: "created".into(),
                resource_data: data,
                encrypted: None,
                content: None,
            },
        };
        (Arc::new(event), dedupe)
    }

    /// One run with one call that changed something upstream.
    pub(super) fn settlement(&self, event: &Event) -> Batch {
        let (now, reference) = (SystemClock.now(), event.reference());
        let delivery = Delivery {
            state: DeliveryState::Done,
            attempts: 1,
            settled: Some(now),
            ..Delivery::fresh(event.received)
        };
        let run = Key::of_event(Space::Run, &reference).number(now.0).number(0);
        let effect = Key::of_event(Space::Effect, &reference).part("sha256:effect").number(1);
        Batch::new().settle(reference, delivery).put(run, self.run.clone()).put_until(
            effect,
            self.effect.clone(),
            now.after(REMEMBERED),
        )
    }
}
