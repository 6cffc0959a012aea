use std::time::Duration;

use serde_json::{Value, json};
use tieline_sim::{EndpointState, LifecycleEvent, NewMessage, Planted};

use crate::scene::{Endpoint, Manners, Scene, answer, eventually, in_minutes, scene};

const DAY: Duration = Duration::from_secs(24 * 3_600);

async fn subscribed(scene: &Scene) -> (Endpoint, Value) {
    let token = scene.graph_token().await;
    let (endpoint, url) = Endpoint::start(Manners::Good).await;
    let mut wish = scene.wish(&url);
    wish["lifecycleNotificationUrl"] = url.into();
    wish["expirationDateTime"] = in_minutes(4_319).into();
    let (status, made) = scene.subscribe(&token, &wish).await;
    assert_eq!(status, 201, "{made}");
    (endpoint, made)
}

#[tokio::test]
async fn towards_its_end_it_is_challenged_and_then_it_ends() {
    let scene = scene().await;
    let (endpoint, made) = subscribed(&scene).await;
    let world = scene.sim.world();
    world.set_subscription_clock(DAY * 5 / 2 + DAY / 4);
    eventually(|| endpoint.bodies.lock().len() == 1).await;
    let item = endpoint.bodies.lock()[0]["value"][0].clone();
    assert_eq!(
        (&item["lifecycleEvent"], &item["subscriptionId"]),
        (&json!("reauthorizationRequired"), &made["id"])
    );
    world.set_subscription_clock(DAY * 3);
    assert!(world.subscriptions()[0].expired);
    let posted = world.post_message(&NewMessage::text("Nobody is told")).unwrap();
    assert!(posted.notified.is_empty());
}

#[tokio::test]
async fn renewing_right_after_reauthorising_corrupts_it() {
    let scene = scene().await;
    let (_endpoint, made) = subscribed(&scene).await;
    let token = scene.graph_token().await;
    let path = format!("/subscriptions/{}", made["id"].as_str().unwrap());
    let reauthorize = scene.graph(reqwest::Method::POST, &token, &format!("{path}/reauthorize"));
    assert_eq!(answer(reauthorize).await.0, 204);
    assert!(!scene.sim.world().subscriptions()[0].corrupted);
    let patch = scene.graph(reqwest::Method::PATCH, &token, &path);
    assert_eq!(answer(patch.json(&json!({"expirationDateTime": in_minutes(4_000)}))).await.0, 200);
    assert!(scene.sim.world().subscriptions()[0].corrupted);
    let posted = scene.sim.world().post_message(&NewMessage::text("Nobody is told")).unwrap();
    assert!(posted.notified.is_empty());
}

#[tokio::test]
async fn an_endpoint_that_hardly_answers_is_sent_nothing() {
    let scene = scene().await;
    let (endpoint, _) = subscribed(&scene).await;
    let world = scene.sim.world();
    world.treat_endpoints(Some(EndpointState::Drop));
    world.post_message(&NewMessage::text("Discarded")).unwrap();
    eventually(|| world.deliveries().len() == 1).await;
    assert_eq!((world.deliveries()[0].attempt, world.deliveries()[0].delivered), (0, false));
    world.treat_endpoints(None);
    world.post_message(&NewMessage::text("Delivered")).unwrap();
    eventually(|| endpoint.bodies.lock().len() == 1).await;
}

#[tokio::test]
async fn a_script_makes_and_limits_subscriptions() {
    let scene = scene().await;
    let world = scene.sim.world();
    let planted = Planted {
        resource: "/chats/getAllMessages".into(),
        notification_url: "https://elsewhere.example/hook".into(),
        lifecycle_url: None,
    };
    let held = world.plant_subscription(&planted).unwrap();
    assert_eq!(held.application_id, scene.tenant().client_id);
    assert!(world.plant_subscription(&planted).is_err(), "there is one already");
    let lifecycle = world.send_lifecycle(&held.id, LifecycleEvent::Missed).await;
    assert!(lifecycle.unwrap_err().to_string().contains("lifecycleNotificationUrl"));
    world.set_subscription_quota(Some(1));
    let token = scene.graph_token().await;
    let (_endpoint, url) = Endpoint::start(Manners::Good).await;
    let (status, refused) = scene.subscribe(&token, &scene.wish(&url)).await;
    let message = refused["error"]["message"].as_str().unwrap();
    assert_eq!(
        (status, message),
        (403, "Subscription quota exceeded: 1 Teams subscriptions per organization.")
    );
}
