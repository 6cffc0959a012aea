//! The canonical form of a record, and how one follows another. Pure.
//!
//! A record is kept as one JSON object in UTF-8: no white space, the fields of every object in it sorted by the bytes of their
//! names, fields without a value left out, numbers and texts as `serde_json` writes them. Its `digest` is the SHA-256 of this
//! form without the field `digest`. `previous` is the digest of the record before; of the first one, the SHA-256 of
//! `tieline audit of the host` or `tieline audit of the tenant <id>`, so that no chain can stand for another.

use serde_json::Value;
use tieline_types::{
    Digest, TenantId, Timestamp,
    api::{AuditHead, AuditRecord},
};

use crate::Entry;

/// A chain without records: what its first record follows.
pub fn start(tenant: Option<&TenantId>) -> AuditHead {
    let name = match tenant {
        Some(tenant) => format!("tieline audit of the tenant {tenant}"),
        None => "tieline audit of the host".to_owned(),
    };
    AuditHead { seq: 0, digest: Digest::of(name.as_bytes()) }
}

/// The record of an entry that comes behind `head`.
pub(crate) fn next(head: &AuditHead, entry: Entry, at: Timestamp) -> AuditRecord {
    let Entry { tenant, who, from, action, target, outcome, status, asked, changed } = entry;
    let mut record = AuditRecord {
        seq: head.seq + 1,
        at,
        tenant,
        who,
        from,
        action,
        target,
        outcome,
        status,
        asked,
        before: changed.before,
        after: changed.after,
        previous: head.digest,
        digest: head.digest,
    };
    record.digest = digest(&record);
    record
}

/// The digest that a record must have.
pub(crate) fn digest(record: &AuditRecord) -> Digest {
    let mut form = sorted(record);
    if let Some(fields) = form.as_object_mut() {
        fields.shift_remove("digest");
    }
    Digest::of(&bytes(&form))
}

/// A record as it is kept.
pub(crate) fn canonical(record: &AuditRecord) -> Vec<u8> {
    bytes(&sorted(record))
}

fn sorted(record: &AuditRecord) -> Value {
    let mut form = serde_json::to_value(record).expect("plain data always serialises");
    form.sort_all_objects();
    form
}

fn bytes(form: &Value) -> Vec<u8> {
    serde_json::to_vec(form).expect("plain data always serialises")
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_types::api::{AuditWho, AuditWhoKind};

    /// Fixed for ever: chains of earlier versions must stay whole.
    #[test]
    fn the_form_of_a_record_does_not_change() {
        let who = AuditWho { kind: AuditWhoKind::Token, id: "7".into(), name: "ci".into() };
        let tenant: TenantId = "acme".parse().unwrap();
        let entry = Entry::asked(Some(tenant.clone()), who, "applyTenant".into(), "/tenants/acme".into());
        let entry = entry.from("192.0.2.7".parse().ok());
        let first = next(&start(Some(&tenant)), entry, Timestamp(1_763_712_000_123));
        let kept = String::from_utf8(canonical(&first)).unwrap();
        let expected = concat!(
            r#"{"action":"applyTenant","at":1763712000123,"digest":"DIGEST","from":"192.0.2.7","outcome":"asked","#,
            r#""previous":"PREVIOUS","seq":1,"target":"/tenants/acme","tenant":"acme","#,
            r#""who":{"id":"7","kind":"token","name":"ci"}}"#
        );
        let previous = Digest::of(b"tieline audit of the tenant acme");
        let expected = expected.replace("PREVIOUS", &previous.to_string());
        let digested = Digest::of(expected.replace(r#""digest":"DIGEST","#, "").as_bytes());
        assert_eq!(kept, expected.replace("DIGEST", &digested.to_string()));
        assert_eq!(serde_json::from_str::<AuditRecord>(&kept).unwrap(), first);
    }
}
