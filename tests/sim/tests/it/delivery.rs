use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tieline_sim::{Delivery, NewMessage, Options};

use crate::scene::{Endpoint, Manners, Scene, eventually, scene, scene_with};

async fn subscribed(scene: &Scene, manners: Manners) -> (Endpoint, Value) {
    let token = scene.graph_token().await;
    let (endpoint, url) = Endpoint::start(manners).await;
    let mut wish = scene.wish(&url);
    wish["lifecycleNotificationUrl"] = url.into();
    let (status, made) = scene.subscribe(&token, &wish).await;
    assert_eq!(status, 201, "{made}");
    (endpoint, made)
}

fn impatient() -> Options {
    let delivery = Delivery { first_pause: Duration::from_millis(20), ..Delivery::default() };
    Options { delivery, ..Options::default() }
}

#[tokio::test]
async fn a_posted_message_is_announced() {
    let scene = scene().await;
    let (endpoint, made) = subscribed(&scene, Manners::Good).await;
    let posted = scene.sim.world().post_message(&NewMessage::text("Hello")).unwrap();
    assert_eq!(posted.notified, [made["id"].as_str().unwrap()]);
    eventually(|| endpoint.bodies.lock().len() == 1).await;
    let tenant = scene.tenant();
    let resource = format!(
        "teams('{}')/channels('{}')/messages('{}')",
        tenant.team_id, tenant.channel_id, posted.message_id
    );
    let item = endpoint.bodies.lock()[0]["value"][0].clone();
    assert_eq!(
        item,
        json!({
            "subscriptionId": made["id"],
            "changeType": "created",
            "clientState": "between us",
            "subscriptionExpirationDateTime": made["expirationDateTime"],
            "resource": resource,
            "resourceData": {
                "id": posted.message_id,
                "@odata.type": "#Microsoft.Graph.chatMessage",
                "@odata.id": resource,
                "@odata.etag": format!("W/\"{}\"", posted.message_id),
            },
            "tenantId": tenant.directory_id,
        })
    );
    let token = scene.graph_token().await;
    assert_eq!(scene.get(&token, &format!("/{resource}")).await.0, 200);
}

#[tokio::test]
async fn other_places_are_not_announced() {
    let scene = scene().await;
    subscribed(&scene, Manners::Good).await;
    let world = scene.sim.world();
    let tenant = scene.tenant();
    let quiet = NewMessage { notify: false, ..NewMessage::text("psst") };
    assert!(world.post_message(&quiet).unwrap().notified.is_empty());
    let chat = NewMessage { chat_id: Some(tenant.chat_id.clone()), ..NewMessage::text("chat") };
    assert!(world.post_message(&chat).unwrap().notified.is_empty());
    let general = Some(tenant.channel_ids[0].clone());
    let general = NewMessage { channel_id: general, ..NewMessage::text("all") };
    assert!(world.post_message(&general).unwrap().notified.is_empty());
}

#[tokio::test]
async fn what_is_refused_comes_again() {
    let scene = scene_with(impatient()).await;
    let (endpoint, _) = subscribed(&scene, Manners::Statuses(&[500, 503, 404])).await;
    scene.sim.world().post_message(&NewMessage::text("Hello")).unwrap();
    eventually(|| scene.sim.world().deliveries().iter().any(|attempt| attempt.delivered)).await;
    let attempts = scene.sim.world().deliveries();
    let statuses: Vec<_> = attempts.iter().map(|attempt| attempt.status.unwrap()).collect();
    assert_eq!(statuses, [500, 503, 404, 202]);
    let bodies = endpoint.bodies.lock();
    assert!(bodies.iter().all(|body| *body == bodies[0]));
}

#[tokio::test]
async fn a_deleted_subscription_hears_no_more() {
    let scene = scene_with(impatient()).await;
    let (endpoint, made) = subscribed(&scene, Manners::Statuses(&[500; 100])).await;
    scene.sim.world().post_message(&NewMessage::text("Hello")).unwrap();
    eventually(|| !endpoint.bodies.lock().is_empty()).await;
    let path = format!("/graph/subscriptions/{}", made["id"].as_str().unwrap());
    assert_eq!(scene.control(Method::DELETE, &path, json!({})).await.0, 204);
    tokio::time::sleep(Duration::from_millis(300)).await;
    let heard = endpoint.bodies.lock().len();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(endpoint.bodies.lock().len(), heard);
    assert_eq!(scene.control(Method::DELETE, &path, json!({})).await.0, 404);
}

#[tokio::test]
async fn notifications_can_be_made_up() {
    let scene = scene().await;
    let (endpoint, made) = subscribed(&scene, Manners::Good).await;
    let items = json!({"items": [
        {"subscription_id": made["id"], "message_id": "7"},
        {"subscription_id": made["id"], "message_id": "7", "change_type": "updated", "etag": "W/\"8\""},
        {"subscription_id": made["id"], "resource": "chats('c')/messages('9')", "client_state": "forged"},
    ]});
    let (status, sent) = scene.control(Method::POST, "/graph/notifications", items).await;
    assert_eq!((status, &sent["status"]), (200, &json!(202)));
    let body = endpoint.bodies.lock()[0].clone();
    let items = body["value"].as_array().unwrap();
    assert_eq!(items.len(), 3);
    assert!(items[0]["resource"].as_str().unwrap().ends_with("/messages('7')"));
    assert_eq!(items[0]["clientState"], "between us");
    assert_eq!(items[1]["resourceData"]["@odata.etag"], "W/\"8\"");
    assert_eq!((&items[2]["clientState"], &items[2]["resourceData"]["id"]), (&json!("forged"), &json!("9")));

    let unknown = json!({"items": [{"subscription_id": "gone", "message_id": "7"}]});
    let (status, body) = scene.control(Method::POST, "/graph/notifications", unknown).await;
    assert_eq!(status, 400);
    assert!(body["error"].as_str().unwrap().contains("gone"));
}

#[tokio::test]
async fn a_subscription_has_a_life() {
    let scene = scene().await;
    let (endpoint, made) = subscribed(&scene, Manners::Good).await;
    let path = format!("/graph/subscriptions/{}/lifecycle", made["id"].as_str().unwrap());
    let event = json!({"event": "reauthorizationRequired"});
    assert_eq!(scene.control(Method::POST, &path, event).await.1["status"], 202);
    let item = endpoint.bodies.lock()[0]["value"][0].clone();
    assert_eq!(item["lifecycleEvent"], "reauthorizationRequired");
    assert!(item.get("resource").is_none());
    let event = json!({"event": "subscriptionRemoved"});
    assert_eq!(scene.control(Method::POST, &path, event.clone()).await.0, 200);
    assert_eq!(scene.control(Method::POST, &path, event).await.0, 404);
}
