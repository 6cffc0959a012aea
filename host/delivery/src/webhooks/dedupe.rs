//! Recognising a call that was already taken: senders repeat what they believe to be lost. Pure.

use aws_lc_rs::digest::{Context, SHA256};
use http::HeaderMap;
use tieline_types::InstallationKey;

/// Header fields by which senders tell their deliveries apart, and repeat when they repeat one: Standard Webhooks,
/// CloudEvents, GitHub, Dataverse, and the general one.
const DELIVERY_IDS: [&str; 5] =
    ["webhook-id", "ce-id", "x-github-delivery", "x-ms-correlation-request-id", "idempotency-key"];

/// The key under which the inbox remembers a call for seven days; none where nothing tells a repetition from a
/// second call of the same words. Then both are taken: twice is better than not at all.
///
/// One correlation of Dataverse may bring several calls, so the words count too.
pub(super) fn of_call(
    installation: &InstallationKey,
    hook: &str,
    headers: &HeaderMap,
    method: &str,
    query: &str,
    body: &[u8],
) -> Option<[u8; 32]> {
    let id = DELIVERY_IDS.iter().find_map(|name| headers.get(*name).map(|value| (*name, value)))?;
    let (name, value) = id;
    Some(key(
        installation,
        hook,
        &[name.as_bytes(), value.as_bytes(), method.as_bytes(), query.as_bytes(), body],
    ))
}

/// The key of one notification of an outbound message, whatever comes with it.
pub(super) fn of_notification(installation: &InstallationKey, hook: &str, id: &str) -> [u8; 32] {
    key(installation, hook, &[b"notification", id.as_bytes()])
}

fn key(installation: &InstallationKey, hook: &str, parts: &[&[u8]]) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    let (tenant, name) = (installation.tenant.as_str(), installation.installation.as_str());
    let of = [b"webhook".as_slice(), tenant.as_bytes(), name.as_bytes(), hook.as_bytes()];
    for part in of.iter().chain(parts) {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    let mut key = [0; 32];
    key.copy_from_slice(context.finish().as_ref());
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn installation(name: &str) -> InstallationKey {
        InstallationKey { tenant: "acme".parse().unwrap(), installation: name.parse().unwrap() }
    }

    fn id(value: &'static str) -> HeaderMap {
        [("x-ms-correlation-request-id".parse().unwrap(), HeaderValue::from_static(value))]
            .into_iter()
            .collect()
    }

    #[test]
    fn only_a_repetition_is_recognised() {
        let (one, none) = (installation("one"), HeaderMap::new());
        assert_eq!(of_call(&one, "h", &none, "POST", "", b"same"), None);
        let first = of_call(&one, "h", &id("1"), "POST", "", b"words");
        assert!(first.is_some());
        assert_eq!(of_call(&one, "h", &id("1"), "POST", "", b"words"), first);
        for other in [
            of_call(&one, "h", &id("2"), "POST", "", b"words"),
            of_call(&one, "h", &id("1"), "POST", "", b"other"),
            of_call(&one, "h", &id("1"), "PUT", "", b"words"),
            of_call(&one, "h", &id("1"), "POST", "a", b"words"),
            of_call(&one, "g", &id("1"), "POST", "", b"words"),
            of_call(&installation("two"), "h", &id("1"), "POST", "", b"words"),
        ] {
            assert_ne!(other, first);
        }
    }

    #[test]
    fn a_notification_is_itself_in_any_company() {
        let one = installation("one");
        assert_eq!(of_notification(&one, "h", "04l1"), of_notification(&one, "h", "04l1"));
        assert_ne!(of_notification(&one, "h", "04l1"), of_notification(&one, "h", "04l2"));
        assert_ne!(of_notification(&one, "h", "04l1"), of_notification(&installation("two"), "h", "04l1"));
    }
}
