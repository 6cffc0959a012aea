//! Webhooks of connectors, over a real store.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use tieline_types::{
    Alert, InstallationKey, ManualClock, Payload, RouteKey, Timestamp, Verification,
    api::{HookDetail, RotateRequest},
    tenant::{Quotas, TenantDocument},
};

use super::stage::{Stage, acme};
use crate::{Called, Expected, HookCounts, HookRequest, HostError};

const SOAP: &str = r#"<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><notifications xmlns="http://soap.sforce.com/2005/09/outbound"><OrganizationId>00D000000000062EAA</OrganizationId><SessionId>00D!session</SessionId>ALL</notifications></e:Body></e:Envelope>"#;

fn desk() -> InstallationKey {
    InstallationKey { tenant: acme(), installation: "desk".parse().unwrap() }
}

fn keyed() -> Verification {
    Verification::Header { name: "x-key".into() }
}

fn outbound() -> Verification {
    Verification::SoapOrganization { organization: "00D000000000062".into() }
}

async fn hook(stage: &Stage, key: &str) -> HookDetail {
    stage.host.webhook(&desk(), key).await.unwrap()
}

fn route(hook: &HookDetail) -> RouteKey {
    RouteKey::parse(hook.address.0.expose().rsplit('/').next().unwrap()).unwrap()
}

fn secret(hook: &HookDetail) -> &str {
    hook.secret.as_ref().unwrap().0.expose()
}

async fn call(stage: &Stage, route: &RouteKey, headers: &[(&str, &str)], body: &str) -> Called {
    let header = |(name, value): &(&str, &str)| {
        (HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap())
    };
    let headers: HeaderMap = headers.iter().map(header).collect();
    let body = Bytes::from(body.to_owned());
    let request = HookRequest { method: &Method::POST, query: "a=b", headers: &headers, body };
    stage.host.call_webhook(route, request).await
}

fn messages(ids: &[&str]) -> String {
    let one =
        |id: &&str| format!("<Notification><Id>{id}</Id><sObject><Id>006</Id></sObject></Notification>");
    SOAP.replace("ALL", &ids.iter().map(one).collect::<String>())
}

/// Those about webhooks: that the installation has no code is another matter.
async fn alerts(stage: &Stage) -> Vec<Alert> {
    let mut alerts = stage.host.alerts(&acme()).await.unwrap();
    alerts.retain(|alert| alert.about.key.starts_with("webhook."));
    alerts
}

/// What the newest event of the tenant is.
async fn newest(stage: &Stage) -> Payload {
    let id = stage.events().await.last().unwrap().id;
    stage.host.event(&acme(), id).await.unwrap().payload
}

#[tokio::test]
async fn a_genuine_call_is_taken_once_and_brings_nothing_that_proved_it() {
    let stage = Stage::with(&[]).await.hooked(&[("changes", keyed())]).await;
    let hook = hook(&stage, "changes").await;
    assert!(hook.problem.is_some(), "the host's address is not https");
    let id = ("x-ms-correlation-request-id", "1");
    let genuine = [("x-key", secret(&hook)), ("content-type", "application/json"), id];
    for _ in 0..2 {
        assert_eq!(call(&stage, &route(&hook), &genuine, "{}").await, Called::Taken);
    }
    assert_eq!(stage.host.hook_counts(), HookCounts { taken: 1, repeated: 1, ..HookCounts::default() });
    let events = stage.events().await;
    assert_eq!((events.len(), events[0].summary.as_str()), (1, "webhook changes, POST"));
    let Payload::Webhook { hook: key, method, query, headers, body } = newest(&stage).await else { panic!() };
    assert_eq!((key.as_str(), method.as_str(), query.as_str()), ("changes", "POST", "a=b"));
    assert_eq!(headers.len(), 2, "{headers:?}");
    assert_eq!(body.into_bytes(), b"{}");
    // What nothing tells apart is taken as often as it comes.
    for _ in 0..2 {
        assert_eq!(call(&stage, &route(&hook), &genuine[..1], "{}").await, Called::Taken);
    }
    assert_eq!(stage.events().await.len(), 3);
}

#[tokio::test]
async fn whoever_does_not_prove_themselves_is_refused_and_the_operator_told_once() {
    let stage = Stage::with(&[]).await.hooked(&[("changes", keyed())]).await;
    let hook = hook(&stage, "changes").await;
    let route = route(&hook);
    let nearly = format!("{}0", secret(&hook));
    for wrong in [&[][..], &[("x-key", "")], &[("x-key", nearly.as_str())], &[("x-other", secret(&hook))]] {
        assert_eq!(call(&stage, &route, wrong, "{}").await, Called::Refused, "{wrong:?}");
    }
    assert!(stage.events().await.is_empty());
    let raised = alerts(&stage).await;
    assert_eq!((raised.len(), raised[0].raised), (1, 1));
    assert!(raised[0].problem.remedy.as_ref().unwrap().contains("tieline hooks show acme/desk changes"));
    assert!(!format!("{raised:?}").contains(secret(&hook)));
    assert_eq!(stage.host.webhooks(&acme()).await.unwrap()[0].refused, 4);
    assert_eq!(call(&stage, &route, &[("x-key", secret(&hook))], "{}").await, Called::Taken);
    assert!(alerts(&stage).await.is_empty());
}

#[tokio::test]
async fn an_outbound_message_is_one_event_for_each_notification_in_whatever_company_it_comes() {
    let stage = Stage::with(&[]).await.hooked(&[("changes", outbound())]).await;
    let hook = hook(&stage, "changes").await;
    let route = route(&hook);
    assert!(hook.secret.is_none());
    for (ids, taken) in [(&["04l1", "04l2"][..], 2), (&["04l2", "04l3"], 3), (&["04l1"], 3)] {
        assert_eq!(call(&stage, &route, &[], &messages(ids)).await, Called::Acknowledged);
        assert_eq!(stage.events().await.len(), taken);
    }
    let Payload::Webhook { body, .. } = newest(&stage).await else { panic!() };
    let body = String::from_utf8(body.into_bytes()).unwrap();
    assert!(body.contains("04l3") && !body.contains("04l2") && !body.contains("session"), "{body}");
    let foreign = messages(&["04l4"]).replace("062EAA", "063EAA");
    assert_eq!(call(&stage, &route, &[], &foreign).await, Called::Refused);
    assert!(matches!(call(&stage, &route, &[], "{}").await, Called::Malformed(_)));
    assert_eq!(stage.events().await.len(), 3);
}

#[tokio::test]
async fn ten_thousand_guesses_find_nothing_and_leave_nothing() {
    let stage = Stage::with(&[]).await.hooked(&[("changes", keyed())]).await;
    let hook = hook(&stage, "changes").await;
    let proof = [("x-key", secret(&hook))];
    for n in 0_u64..10_000 {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&n.to_be_bytes());
        let guess = RouteKey::from_random(bytes);
        assert!(!stage.host.is_webhook(&guess));
        assert_eq!(call(&stage, &guess, &proof, "{}").await, Called::Unknown);
    }
    // One digit off.
    let (near, last) = (route(&hook).as_str().to_owned(), route(&hook).as_str().as_bytes()[63]);
    let near = format!("{}{}", &near[..63], if last == b'0' { '1' } else { '0' });
    assert_eq!(call(&stage, &RouteKey::parse(&near).unwrap(), &proof, "{}").await, Called::Unknown);
    assert!(stage.events().await.is_empty() && alerts(&stage).await.is_empty());
}

#[tokio::test]
async fn a_hook_keeps_its_address_over_a_start_and_is_told_to_be_gone_when_nobody_wants_it() {
    let stage = Stage::with(&[]).await.hooked(&[("changes", keyed()), ("messages", outbound())]).await;
    let (changes, messages) = (hook(&stage, "changes").await, hook(&stage, "messages").await);
    let stage = stage.start_again(false).await;
    assert_eq!(hook(&stage, "changes").await.address, changes.address);
    assert_eq!(hook(&stage, "changes").await.secret, changes.secret);
    let other_way = Verification::Query { name: "code".into() };
    let report = stage.host.apply(nothing(), &Expected::Anything).await.unwrap();
    assert_eq!(report.changes.last().unwrap().name, "desk");
    for hook in [&changes, &messages] {
        assert_eq!(call(&stage, &route(hook), &[("x-key", secret(&changes))], "{}").await, Called::Gone);
    }
    assert!(matches!(stage.host.webhook(&desk(), "changes").await, Err(HostError::NotFound { .. })));
    let stage = stage.start_again(true).await;
    assert_eq!(call(&stage, &route(&changes), &[], "{}").await, Called::Gone);
    // Put back, it is where it was; how callers prove themselves may be another way.
    let stage = stage.hooked(&[("changes", other_way)]).await;
    let back = hook(&stage, "changes").await;
    assert_eq!((&back.address, &back.secret), (&changes.address, &changes.secret));
    assert_eq!(call(&stage, &route(&back), &[("x-key", secret(&back))], "{}").await, Called::Refused);
    assert_eq!(call(&stage, &route(&messages), &[], "{}").await, Called::Gone);
}

#[tokio::test]
async fn a_rotated_secret_is_taken_beside_the_new_one_for_its_time() {
    let clock = Arc::new(ManualClock::at(Timestamp(1_800_000_000_000)));
    let stage =
        Stage::at(clock.clone(), &[]).await.hooked(&[("changes", keyed()), ("messages", outbound())]).await;
    let (changes, outbound) = (hook(&stage, "changes").await, hook(&stage, "messages").await);
    let hour = RotateRequest { overlap_s: 3_600 };
    let rotated = stage.host.rotate_webhook(&desk(), "changes", &hour).await.unwrap();
    let moved = stage.host.rotate_webhook(&desk(), "messages", &hour).await.unwrap();
    assert_eq!(rotated.address, changes.address);
    assert_ne!(rotated.secret, changes.secret);
    assert_ne!(moved.address, outbound.address, "there the address is the secret");
    let stage = stage.start_again(false).await;
    let old = [("x-key", secret(&changes))];
    let new = [("x-key", secret(&rotated))];
    let one = messages(&["04l1"]);
    assert_eq!(call(&stage, &route(&changes), &old, "{}").await, Called::Taken);
    assert_eq!(call(&stage, &route(&changes), &new, "{}").await, Called::Taken);
    assert_eq!(call(&stage, &route(&outbound), &[], &one).await, Called::Acknowledged);
    assert!(stage.host.webhooks(&acme()).await.unwrap().iter().all(|hook| hook.old_until.is_some()));
    clock.advance(Duration::from_secs(3_600));
    assert_eq!(call(&stage, &route(&changes), &old, "{}").await, Called::Refused);
    assert_eq!(call(&stage, &route(&changes), &new, "{}").await, Called::Taken);
    assert_eq!(call(&stage, &route(&outbound), &[], &one).await, Called::Gone);
    assert_eq!(call(&stage, &route(&moved), &[], &one).await, Called::Acknowledged);
    // At once, when it leaked.
    let now = RotateRequest { overlap_s: 0 };
    stage.host.rotate_webhook(&desk(), "changes", &now).await.unwrap();
    assert_eq!(call(&stage, &route(&changes), &new, "{}").await, Called::Refused);
    let ages = RotateRequest { overlap_s: 30 * 86_400 };
    let refused = stage.host.rotate_webhook(&desk(), "changes", &ages).await;
    assert!(matches!(refused, Err(HostError::Invalid { .. })));
}

#[tokio::test]
async fn what_is_too_large_or_too_much_is_sent_back_and_nothing_of_it_kept() {
    let stage = Stage::with(&[]).await.hooked(&[("changes", keyed()), ("messages", outbound())]).await;
    let hook = hook(&stage, "changes").await;
    let proof = [("x-key", secret(&hook))];
    let huge = " ".repeat(1 << 20);
    assert!(matches!(call(&stage, &route(&hook), &proof, &huge).await, Called::TooLarge(_)));
    assert!(stage.events().await.is_empty());
    // A large call counts as several of the tenant's quota.
    assert_eq!(call(&stage, &route(&hook), &proof, &huge[..200 << 10]).await, Called::Taken);
    let mut few = nothing();
    few.tenant.quotas = Quotas { pending_events: 4, ..Quotas::default() };
    stage.host.receiver.quotas.set(&few.tenant);
    assert_eq!(call(&stage, &route(&hook), &proof, "{}").await, Called::Unavailable);
    assert_eq!(stage.events().await.len(), 1);
    stage.host.shutdown().await;
    assert_eq!(call(&stage, &route(&hook), &proof, "{}").await, Called::Unavailable);
}

fn nothing() -> TenantDocument {
    let connection = serde_json::json!({"provider": "microsoft", "cloud": "sim",
        "directory_id": "11111111-1111-1111-1111-111111111111",
        "client_id": "22222222-2222-2222-2222-222222222222", "client_secret": "s3cret"});
    let document = serde_json::json!({"tenant": {"id": "acme", "name": "Acme"},
        "connections": {"microsoft": connection}, "installations": []});
    serde_json::from_value(document).unwrap()
}
