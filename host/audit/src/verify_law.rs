//! The law of a chain: whatever is done to it behind the audit's back is found, and named by its number.

use proptest::prelude::*;
use serde_json::{Value, json};
use tieline_types::{
    TenantId, Timestamp,
    api::{AuditHead, AuditRecord, AuditVerdict, AuditWho, AuditWhoKind},
    difference::FieldChange,
};

use crate::{
    Changed, Entry, Verifier,
    chain::{canonical, digest, next, start},
};

type Kept = Vec<(u64, Vec<u8>)>;

fn tenant() -> Option<TenantId> {
    Some("acme".parse().unwrap())
}

fn entries() -> impl Strategy<Value = Vec<(String, u64, Value)>> {
    let value = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,6}".prop_map(|text| json!({"z": text, "a": [{"y": 1, "b": text}]})),
    ];
    prop::collection::vec((".{0,8}", 0..u64::MAX / 2, value), 1..12)
}

/// A chain of these, as it is kept.
fn chain(entries: Vec<(String, u64, Value)>) -> (Kept, AuditHead) {
    let mut head = start(tenant().as_ref());
    let kept = entries.into_iter().map(|(text, at, value)| {
        let who = AuditWho { kind: AuditWhoKind::Person, id: text.clone(), name: text.clone() };
        let entry = Entry::asked(tenant(), who, "act".into(), text);
        let field = FieldChange { field: "/x".into(), before: None, after: Some(value) };
        let entry = entry.ended(head.seq, 200, Changed::of_fields(vec![field]));
        let record = next(&head, entry, Timestamp(at));
        head = AuditHead { seq: record.seq, digest: record.digest };
        (record.seq, canonical(&record))
    });
    let kept = kept.collect();
    (kept, head)
}

fn verdict(kept: &Kept, head: &AuditHead, remembered: Option<AuditHead>) -> AuditVerdict {
    let mut verifier = Verifier::new(tenant(), remembered.into_iter().chain([*head]));
    for (seq, bytes) in kept {
        if !verifier.take(*seq, bytes) {
            break;
        }
    }
    verifier.end(head)
}

fn fault(kept: &Kept, head: &AuditHead) -> (u64, String) {
    let broken = verdict(kept, head, None).broken.expect("it was found");
    (broken.seq, broken.code)
}

/// The same record with another action, and with a digest that is right for that.
fn forged(kept: &[u8]) -> (Vec<u8>, AuditHead) {
    let mut record: AuditRecord = serde_json::from_slice(kept).unwrap();
    record.action = "nothingAtAll".into();
    record.digest = digest(&record);
    (canonical(&record), AuditHead { seq: record.seq, digest: record.digest })
}

proptest! {
    #[test]
    fn a_chain_that_nobody_touched_is_whole(entries in entries()) {
        let (kept, head) = chain(entries);
        prop_assert_eq!(verdict(&kept, &head, None), AuditVerdict { tenant: tenant(), head, broken: None });
    }

    #[test]
    fn any_changed_byte_is_found(entries in entries(), place: prop::sample::Index, byte: prop::sample::Index, by in 1..=255u8) {
        let (mut kept, head) = chain(entries);
        let (seq, bytes) = { let at = place.index(kept.len()); &mut kept[at] };
        let seq = *seq;
        let at = byte.index(bytes.len());
        bytes[at] ^= by;
        prop_assert_eq!(fault(&kept, &head).0, seq);
    }

    #[test]
    fn any_removed_record_is_found(entries in entries(), place: prop::sample::Index) {
        let (mut kept, head) = chain(entries);
        let (seq, _) = kept.remove(place.index(kept.len()));
        prop_assert_eq!(fault(&kept, &head), (seq, "missing".into()));
    }

    #[test]
    fn two_that_changed_places_are_found(entries in entries(), a: prop::sample::Index, b: prop::sample::Index) {
        let (mut kept, head) = chain(entries);
        let (a, b) = (a.index(kept.len()), b.index(kept.len()));
        prop_assume!(a != b);
        let one = kept[a].1.clone();
        kept[a].1 = std::mem::replace(&mut kept[b].1, one);
        prop_assert_eq!(fault(&kept, &head), (a.min(b) as u64 + 1, "altered".into()));
    }

    #[test]
    fn an_end_that_is_cut_off_is_found(entries in entries(), place: prop::sample::Index) {
        let (mut kept, head) = chain(entries);
        kept.truncate(place.index(kept.len()));
        prop_assert_eq!(fault(&kept, &head), (kept.len() as u64 + 1, "missing".into()));
        // Also when the head was moved back with it, by whoever remembers the right one.
        let moved = match kept.last() {
            Some((seq, bytes)) => {
                let record: AuditRecord = serde_json::from_slice(bytes).unwrap();
                AuditHead { seq: *seq, digest: record.digest }
            }
            None => start(tenant().as_ref()),
        };
        prop_assert_eq!(verdict(&kept, &moved, None).broken, None, "nobody else can tell");
        let told = verdict(&kept, &moved, Some(head)).broken.map(|fault| (fault.seq, fault.code));
        prop_assert_eq!(told, Some((kept.len() as u64 + 1, "missing".to_owned())));
    }

    #[test]
    fn a_record_forged_with_its_digest_is_found_at_the_next(entries in entries(), place: prop::sample::Index) {
        let (mut kept, head) = chain(entries);
        let at = place.index(kept.len());
        let (bytes, forged) = forged(&kept[at].1);
        kept[at].1 = bytes;
        let seq = at as u64 + 1;
        if at + 1 < kept.len() {
            prop_assert_eq!(fault(&kept, &head), (seq + 1, "unlinked".into()));
        } else {
            prop_assert_eq!(fault(&kept, &head), (seq, "not-remembered".into()));
            let told = verdict(&kept, &forged, Some(head)).broken.map(|fault| (fault.seq, fault.code));
            prop_assert_eq!(told, Some((seq, "not-remembered".to_owned())), "with a forged head too");
        }
    }

    #[test]
    fn what_stands_behind_the_head_is_found(entries in entries()) {
        let (kept, head) = chain(entries);
        let mut verifier = Verifier::new(tenant(), []);
        for (seq, bytes) in &kept {
            verifier.take(*seq, bytes);
        }
        let earlier = AuditHead { seq: head.seq - 1, ..head };
        let broken = verifier.end(&earlier).broken.unwrap();
        prop_assert_eq!((broken.seq, broken.code.as_str()), (head.seq, "beyond-head"));
    }

    #[test]
    fn a_chain_does_not_pass_for_another(entries in entries()) {
        let (kept, _) = chain(entries);
        for other in [None, Some("globex".parse().unwrap())] {
            let mut verifier = Verifier::new(other.clone(), []);
            prop_assert!(!verifier.take(kept[0].0, &kept[0].1));
        }
    }
}
