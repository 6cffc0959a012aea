//! What Graph's own list of an app's subscriptions says about ours: a comparison of the two.

use std::collections::BTreeMap;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use tieline_types::{Secret, Timestamp};

use super::{
    desired::Watched,
    graph::Remote,
    record::{Record, Told},
};

/// A subscription that was held to stand before Graph was asked.
pub(super) struct Held {
    /// Which.
    pub(super) watched: Watched,
    /// Its own address.
    pub(super) hook: String,
    /// Whether it brings content.
    pub(super) with_content: bool,
}

impl Held {
    pub(super) fn of(record: &Record, address: &str) -> Self {
        let with_content = record.certificate.is_some();
        Self { watched: record.watched.clone(), hook: hook(address, record), with_content }
    }
}

/// The address of a subscription's notifications.
pub(super) fn hook(address: &str, record: &Record) -> String {
    format!("{address}/hooks/{}", record.route.as_str())
}

/// The address of what Graph says of the subscription itself.
pub(super) fn lifecycle_hook(hook: &str) -> String {
    format!("{hook}/lifecycle")
}

/// What was found. Each listed subscription and each that was held is in exactly one place.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Findings {
    /// Stand as they should, and until when.
    pub(super) confirmed: Vec<(Watched, Timestamp)>,
    /// Were held to stand and do not.
    pub(super) missing: Vec<Watched>,
    /// Are ours and lead somewhere else: to be deleted, and then they are missing, too.
    pub(super) altered: Vec<(Watched, String)>,
    /// Lead to this host, which does not know them: to be deleted, by id.
    pub(super) orphans: Vec<String>,
    /// Are of the same app and not ours: left alone. What they watch.
    pub(super) foreign: Vec<String>,
}

/// Whether a subscription that Graph has of the same app and resource can be taken for this one as it is: it
/// leads to our addresses, which nobody else knows, carries our secret where Graph shows it, brings enough,
/// encrypted for us, and has not ended. One of ours looks so whose making was answered to nobody.
pub(super) fn is_ours(
    remote: &Remote,
    record: &Record,
    secret: &Secret,
    address: &str,
    now: Timestamp,
) -> bool {
    let ours = hook(address, record);
    let brings = |kind: &String| remote.change_type.split(',').any(|brought| brought.trim() == kind);
    let same = |shown: &Secret| {
        verify_slices_are_equal(shown.expose().as_bytes(), secret.expose().as_bytes()).is_ok()
    };
    let encrypted = |told: &Told| remote.encryption_certificate_id.as_deref() == Some(&told.id);
    record.change_types.iter().all(brings)
        && record.certificate.as_ref().is_none_or(encrypted)
        && remote.notification_url.as_deref() == Some(ours.as_str())
        && remote.lifecycle_notification_url == Some(lifecycle_hook(&ours))
        && remote.client_state.as_ref().is_none_or(same)
        && remote.expires().is_ok_and(|expires| expires > now)
}

/// Compares what was held to stand, by Graph's ids, with what Graph listed. `is_settling` says of an address
/// whether a subscription with it may just be coming into being, and `is_held` of a certificate whether this host can
/// open what is encrypted with it.
pub(super) fn compare(
    held: &BTreeMap<String, Held>,
    listed: &[Remote],
    address: &str,
    is_settling: impl Fn(&str) -> bool,
    is_held: impl Fn(&str) -> bool,
) -> Findings {
    let mut findings = Findings::default();
    let mut left: BTreeMap<_, _> = held.iter().collect();
    let ours = format!("{address}/hooks/");
    for remote in listed {
        let leads_to = remote.notification_url.as_deref().unwrap_or_default();
        if let Some(held) = left.remove(&remote.id) {
            let lifecycle = lifecycle_hook(&held.hook);
            let readable = remote.include_resource_data != Some(false)
                && remote.encryption_certificate_id.as_deref().is_none_or(&is_held);
            let intact = leads_to == held.hook
                && remote.lifecycle_notification_url.as_deref() == Some(&lifecycle)
                && (!held.with_content || readable);
            match remote.expires() {
                Ok(expires) if intact => findings.confirmed.push((held.watched.clone(), expires)),
                _ => findings.altered.push((held.watched.clone(), remote.id.clone())),
            }
        } else if !leads_to.starts_with(&ours) {
            findings.foreign.push(remote.resource.clone());
        } else if !is_settling(leads_to) {
            findings.orphans.push(remote.id.clone());
        }
    }
    findings.missing = left.into_values().map(|held| held.watched.clone()).collect();
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subscriptions::{desired::tests::owner, reconcile::tests::standing};
    use proptest::prelude::*;

    const HERE: &str = "https://here";

    fn watched(name: &str) -> Watched {
        Watched { owner: owner("app"), resource: name.into() }
    }

    fn held(ids: &[&str]) -> BTreeMap<String, Held> {
        let one = |id: &&str| {
            let held = Held { watched: watched(id), hook: format!("{HERE}/hooks/{id}"), with_content: false };
            ((*id).to_owned(), held)
        };
        ids.iter().map(one).collect()
    }

    fn remote(id: &str, leads_to: &str) -> Remote {
        Remote {
            id: id.into(),
            resource: id.into(),
            change_type: "created".into(),
            notification_url: Some(leads_to.into()),
            lifecycle_notification_url: Some(lifecycle_hook(leads_to)),
            client_state: None,
            expiration_date_time: "2026-11-22T00:00:00Z".into(),
            include_resource_data: None,
            encryption_certificate_id: None,
        }
    }

    fn ours(id: &str) -> Remote {
        remote(id, &format!("{HERE}/hooks/{id}"))
    }

    #[test]
    fn tells_ours_from_strangers_and_what_stands_from_what_is_lost() {
        let stolen = remote("c", "https://there/hooks/c");
        let deaf = Remote { lifecycle_notification_url: None, ..ours("d") };
        let listed = [ours("a"), stolen, deaf, ours("x"), ours("new"), remote("y", "https://there")];
        let found =
            compare(&held(&["a", "b", "c", "d"]), &listed, HERE, |hook| hook.ends_with("/new"), |_| false);
        let until = Timestamp::parse_rfc3339("2026-11-22T00:00:00Z").unwrap();
        assert_eq!(found.confirmed, [(watched("a"), until)]);
        assert_eq!(found.missing, [watched("b")]);
        assert_eq!(found.altered, [(watched("c"), "c".to_owned()), (watched("d"), "d".to_owned())]);
        assert_eq!((found.orphans, found.foreign), (vec!["x".to_owned()], vec!["y".to_owned()]));
    }

    #[test]
    fn what_is_encrypted_for_somebody_else_is_altered() {
        let held = BTreeMap::from([(
            "a".to_owned(),
            Held { watched: watched("a"), hook: format!("{HERE}/hooks/a"), with_content: true },
        )]);
        let confirmed = |brings: Option<bool>, certificate: Option<&str>| {
            let remote = Remote {
                include_resource_data: brings,
                encryption_certificate_id: certificate.map(str::to_owned),
                ..ours("a")
            };
            compare(&held, &[remote], HERE, |_| false, |id| id == "ours").confirmed.len() == 1
        };
        assert!(confirmed(Some(true), Some("ours")) && confirmed(None, None));
        assert!(!confirmed(Some(true), Some("theirs")) && !confirmed(Some(false), None));
    }

    #[test]
    fn only_what_is_ours_in_every_respect_is_adopted() {
        let (record, secret) = (standing(), Secret::new("ours"));
        let now = Timestamp::parse_rfc3339("2026-11-21T23:59:59Z").unwrap();
        let good = remote("x", &hook(HERE, &record));
        let adopted = |remote: &Remote, now| is_ours(remote, &record, &secret, HERE, now);
        assert!(adopted(&good, now));
        let shown = |text: &str| Remote { client_state: Some(Secret::new(text)), ..good.clone() };
        assert!(adopted(&shown("ours"), now) && !adopted(&shown("theirs"), now));
        for other in [
            remote("x", "https://there"),
            Remote { lifecycle_notification_url: None, ..good.clone() },
            Remote { change_type: "updated".into(), ..good.clone() },
        ] {
            assert!(!adopted(&other, now), "{other:?}");
        }
        assert!(!adopted(&good, now.after(std::time::Duration::from_secs(2))), "it has ended");

        let told = Told { id: "ours".into(), until: now, expires: now };
        let record = Record { certificate: Some(told), ..standing() };
        let encrypted = |id: Option<&str>| {
            let remote = Remote { encryption_certificate_id: id.map(str::to_owned), ..good.clone() };
            is_ours(&remote, &record, &secret, HERE, now)
        };
        assert!(encrypted(Some("ours")) && !encrypted(Some("theirs")) && !encrypted(None));
    }

    proptest! {
        #[test]
        fn nothing_is_forgotten_and_nothing_foreign_touched(
            held_ids in prop::collection::btree_set("[a-f]", 0..6),
            listed in prop::collection::btree_map("[a-i]", 0_u8..3, 0..9),
        ) {
            let ids: Vec<_> = held_ids.iter().map(String::as_str).collect();
            let remotes: Vec<_> = listed.iter().map(|(id, kind)| match kind {
                0 => ours(id),
                1 => remote(id, "https://there/hooks/x"),
                _ => Remote { expiration_date_time: "?".into(), ..ours(id) },
            }).collect();
            let found = compare(&held(&ids), &remotes, HERE, |_| false, |_| false);
            let told = found.confirmed.len() + found.missing.len() + found.altered.len();
            prop_assert_eq!(told, held_ids.len());
            let unknown = listed.keys().filter(|id| !held_ids.contains(*id)).count();
            prop_assert_eq!(found.orphans.len() + found.foreign.len(), unknown);
            let foreign = |id: &String| !held_ids.contains(id) && listed[id] == 1;
            prop_assert!(!found.orphans.iter().any(foreign));
        }
    }
}
