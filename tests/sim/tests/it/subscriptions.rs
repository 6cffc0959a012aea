use reqwest::Method;
use serde_json::{Value, json};
use tieline_sim::Options;

use crate::scene::{Endpoint, Manners, answer, in_minutes, scene, scene_with};

fn message(body: &Value) -> &str {
    body["error"]["message"].as_str().unwrap()
}

#[tokio::test]
async fn the_life_of_a_subscription() {
    let scene = scene().await;
    let token = scene.graph_token().await;
    let (endpoint, url) = Endpoint::start(Manners::Good).await;
    let mut wish = scene.wish(&url);
    wish["lifecycleNotificationUrl"] = url.clone().into();
    wish["expirationDateTime"] = in_minutes(120).into();
    let (status, made) = scene.subscribe(&token, &wish).await;
    assert_eq!(status, 201, "{made}");
    assert_eq!(made["clientState"], "between us");
    assert_eq!(made["applicationId"], scene.tenant().client_id);
    assert_eq!(endpoint.validations.lock().len(), 2, "the same URL twice is asked twice");
    assert!(endpoint.validations.lock()[0].starts_with("Validation: Testing client application"));
    let path = format!("/subscriptions/{}", made["id"].as_str().unwrap());

    assert_eq!(scene.get(&token, &path).await.1["resource"], wish["resource"]);
    assert_eq!(scene.get(&token, "/subscriptions").await.1["value"][0]["id"], made["id"]);
    let (status, twin) = scene.subscribe(&token, &wish).await;
    let id = made["id"].as_str().unwrap();
    assert_eq!(
        (status, message(&twin)),
        (409, &*format!("Subscription Id {id} already exists for the requested combination"))
    );
    wish["changeType"] = "created,updated".into();
    assert_eq!(scene.subscribe(&token, &wish).await.0, 403, "one per app and channel");

    let patch = |body: Value| answer(scene.graph(Method::PATCH, &token, &path).json(&body));
    let (status, renewed) = patch(json!({"expirationDateTime": in_minutes(300)})).await;
    assert_eq!(status, 200);
    assert_ne!(renewed["expirationDateTime"], made["expirationDateTime"]);
    assert_eq!(patch(json!({"lifecycleNotificationUrl": url})).await.0, 400);
    assert_eq!(patch(json!({"expirationDateTime": in_minutes(5000)})).await.0, 400);
    let (_, other) = Endpoint::start(Manners::Failing).await;
    assert_eq!(patch(json!({"notificationUrl": other})).await.0, 400);
    let (_, other) = Endpoint::start(Manners::Good).await;
    assert_eq!(patch(json!({"notificationUrl": other})).await.1["notificationUrl"], other);

    let reauthorize = scene.graph(Method::POST, &token, &format!("{path}/reauthorize"));
    assert_eq!(answer(reauthorize).await, (204, Value::String(String::new())));
    let delete = || answer(scene.graph(Method::DELETE, &token, &path));
    assert_eq!(delete().await.0, 204);
    assert_eq!(delete().await.0, 404);
    assert_eq!(scene.get(&token, &path).await.0, 404);
    assert_eq!(patch(json!({"expirationDateTime": in_minutes(50)})).await.0, 404);
}

#[tokio::test]
async fn a_short_life_is_silently_longer() {
    let scene = scene().await;
    let token = scene.graph_token().await;
    let (_, url) = Endpoint::start(Manners::Good).await;
    let mut wish = scene.wish(&url);
    wish["expirationDateTime"] = in_minutes(5).into();
    let (status, made) = scene.subscribe(&token, &wish).await;
    assert_eq!(status, 201);
    let expires: jiff::Timestamp = made["expirationDateTime"].as_str().unwrap().parse().unwrap();
    let minutes = (expires - jiff::Timestamp::now()).total(jiff::Unit::Minute).unwrap();
    assert!((44.0..46.0).contains(&minutes), "{minutes}");
}

#[tokio::test]
async fn an_endpoint_must_prove_itself() {
    let scene = scene().await;
    let token = scene.graph_token().await;
    for (manners, why) in [
        (Manners::Undecoded, "Response must exactly match validationToken query parameter."),
        (Manners::Html, "Response must exactly match validationToken query parameter."),
        (Manners::Failing, "Notification endpoint must respond with 200 OK to validation request."),
    ] {
        let (_, url) = Endpoint::start(manners).await;
        let (status, body) = scene.subscribe(&token, &scene.wish(&url)).await;
        assert_eq!((status, &body["error"]["code"]), (400, &json!("ValidationError")));
        assert!(message(&body).ends_with(why), "{body}");
    }
    assert!(scene.sim.world().subscriptions().is_empty());
}

#[tokio::test]
async fn the_rules_hold_over_http() {
    let scene = scene_with(Options { allow_http_notification_urls: false, ..Options::default() }).await;
    let token = scene.graph_token().await;
    let (_, url) = Endpoint::start(Manners::Good).await;
    let (status, body) = scene.subscribe(&token, &scene.wish(&url)).await;
    assert_eq!(status, 400);
    assert!(message(&body).contains("https"), "{body}");
    let mut long = scene.wish("https://hooks.example/");
    long["expirationDateTime"] = in_minutes(90).into();
    assert!(message(&scene.subscribe(&token, &long).await.1).contains("lifecycleNotificationUrl"));
}

#[tokio::test]
async fn subscribing_needs_the_permission_to_read() {
    let scene = scene().await;
    scene.control(Method::POST, "/entra/consent", json!({"permissions": ["User.Read.All"]})).await;
    let token = scene.graph_token().await;
    let (endpoint, url) = Endpoint::start(Manners::Good).await;
    let (status, body) = scene.subscribe(&token, &scene.wish(&url)).await;
    assert_eq!((status, &body["error"]["code"]), (403, &json!("Forbidden")));
    assert!(endpoint.validations.lock().is_empty());
}

#[tokio::test]
async fn lists_have_pages_and_leave_out_what_has_ended() {
    let scene = scene_with(Options { channels: 60, ..Options::default() }).await;
    let token = scene.graph_token().await;
    let (_, url) = Endpoint::start(Manners::Good).await;
    let tenant = scene.tenant();
    for channel in &tenant.channel_ids {
        let mut wish = scene.wish(&url);
        wish["resource"] = format!("teams/{}/channels/{channel}/messages", tenant.team_id).into();
        assert_eq!(scene.subscribe(&token, &wish).await.0, 201);
    }
    let all = scene.sim.world().subscriptions();
    let path = format!("/graph/subscriptions/{}/expire", all[0].id);
    assert_eq!(scene.control(Method::POST, &path, json!({})).await.0, 204);
    let (_, first) = scene.get(&token, "/subscriptions").await;
    let next = first["@odata.nextLink"].as_str().unwrap();
    let (_, second) = answer(scene.client.get(next).bearer_auth(&token)).await;
    let count = |page: &Value| page["value"].as_array().unwrap().len();
    assert_eq!((count(&first), count(&second)), (50, 9));
    assert!(second.get("@odata.nextLink").is_none());
    assert_eq!(scene.get(&token, &format!("/subscriptions/{}", all[0].id)).await.0, 404);
}
