//! Tapes: kept, given out again, and deleted when there are too many.

use tieline_capabilities::{Left, tape::Recorded};
use tieline_store::{Batch, Key, Space};
use tieline_types::{
    Delivery, Digest, Event, EventId, InstallationKey, Limits, Payload, Timestamp,
    run::{RunOutcome, RunRecord, TapeState},
    tape::{FORMAT, Head, Said},
    tenant::{Quotas, Tenant},
};

use super::stage::{ONE, Stage, acme};
use crate::installations::stored::tenant_key;

fn head(event: Event) -> Head {
    Head {
        format: FORMAT,
        host: "0.1.0".into(),
        package: Digest::of(b"p"),
        config: "{}".into(),
        limits: Limits::default(),
        event,
        delivery: Delivery::fresh(Timestamp(1)),
        said: Said::Done,
    }
}

/// Keeps a tape of some thousand bytes, as a settlement does.
pub(super) async fn keep(stage: &Stage, started: u64, left: Left) -> RunRecord {
    let installation = InstallationKey { tenant: acme(), installation: "desk".parse().unwrap() };
    let event = Event {
        id: EventId::generate(),
        installation,
        ordering_key: "k".into(),
        received: Timestamp(1),
        actor: None,
        trace: None,
        payload: Payload::Custom { r#type: "canary".into(), body: "{}".into() },
    };
    let mut record = RunRecord {
        event: event.reference(),
        attempt: 1,
        started: Timestamp(started),
        duration_us: 1,
        cpu_ms: 1,
        memory_bytes: 1,
        outcome: RunOutcome::Done,
        calls: Vec::new(),
        log: Vec::new(),
        log_dropped: 0,
        denials_dropped: 0,
        tape: TapeState::Off,
    };
    let tapes = &stage.host.tapes;
    let batch = tapes.add_to(Batch::new(), &mut record, || head(event), left).await;
    stage.store.commit(batch).await.unwrap();
    tapes.committed(&record);
    record
}

pub(super) fn whole() -> Left {
    Left::Recorded(Recorded::Whole(vec![b' '; 1_000]))
}

#[tokio::test]
async fn the_oldest_tapes_go_when_a_tenant_keeps_more_than_it_may() {
    let stage = Stage::with(ONE).await;
    let quotas = Quotas { journal_bytes: 5_000, ..Quotas::default() };
    let tenant = Tenant::<tieline_identity::Sealed> {
        id: acme(),
        name: "Acme".into(),
        quotas,
        panel: Default::default(),
        alert_receivers: Vec::new(),
    };
    let document = Batch::new().put(tenant_key(&acme()), serde_json::to_vec(&tenant).unwrap());
    stage.store.commit(document).await.unwrap();
    // Restarted, so that the document is read; and what hosts before kept is counted too.
    let stage = stage.start_again(true).await;
    let now = stage.host.services.clock.now().0;
    for step in 0..9 {
        keep(&stage, now + step, whole()).await;
    }
    let sizes = Key::new(Space::Journal).part("acme").part("size");
    loop {
        let kept = stage.store.scan(&sizes, None, 100).await.unwrap();
        let bytes: u64 = kept
            .iter()
            .map(|(_, size)| std::str::from_utf8(&size.bytes).unwrap().parse::<u64>().unwrap())
            .sum();
        if bytes <= 5_000 {
            assert!(!kept.is_empty(), "no more goes than must");
            let newest = kept.last().unwrap().0.parts()[2].clone();
            assert_eq!(newest, format!("{:016x}", now + 8), "the oldest go first");
            let tapes = stage
                .store
                .scan(&Key::new(Space::Journal).part("acme").part("tape"), None, 100)
                .await
                .unwrap();
            assert_eq!(tapes.len(), kept.len(), "a tape goes with its size");
            break;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_tape_is_sealed_for_its_run_and_nothing_is_kept_of_one_that_was_cut() {
    let stage = Stage::with(ONE).await;
    let now = stage.host.services.clock.now().0;
    let record = keep(&stage, now, whole()).await;
    assert!(matches!(record.tape, TapeState::Whole { .. }));
    let tapes = Key::new(Space::Journal).part("acme").part("tape");
    let [(_, sealed)] = stage.store.scan(&tapes, None, 10).await.unwrap().try_into().unwrap();
    assert!(!sealed.bytes.windows(6).any(|window| window == b"canary"));
    let read = stage.host.tapes.read(record.clone()).await.unwrap();
    assert_eq!(read.tape.head.event.reference(), record.event);
    let other = RunRecord { attempt: 2, ..record };
    assert!(stage.host.tapes.read(other).await.is_err());

    let cut = keep(&stage, now + 1, Left::Recorded(Recorded::Cut { limit: 9 })).await;
    assert_eq!(cut.tape, TapeState::Cut { limit: 9 });
    assert!(stage.host.tapes.read(cut).await.is_err());
    let off = keep(&stage, now + 2, Left::Nothing).await;
    assert_eq!(off.tape, TapeState::Off);
    assert_eq!(stage.store.scan(&tapes, None, 10).await.unwrap().len(), 1);
}
