use reqwest::Method;
use serde_json::{Value, json};
use tieline_sim::{Effect, Fault, NewMessage, Throttle, Upstream};

use crate::scene::{Scene, answer, scene};

async fn batch(scene: &Scene, token: &str, requests: Value) -> (u16, Value) {
    answer(scene.graph(Method::POST, token, "/$batch").json(&json!({ "requests": requests }))).await
}

/// The answers by id, whatever their order.
fn of(body: &Value, id: &str) -> Value {
    let all = body["responses"].as_array().unwrap();
    all.iter().find(|response| response["id"] == id).unwrap().clone()
}

#[tokio::test]
async fn each_request_of_a_batch_is_answered_by_itself() {
    let scene = scene().await;
    let token = scene.graph_token().await;
    let posted = scene.sim.world().post_message(&NewMessage::text("Hello")).unwrap();
    let get = |id: &str, url: &str| json!({"id": id, "method": "GET", "url": url});
    let requests = json!([
        get("1", &format!("/{}", posted.resource)),
        get("2", "/users/nobody-1"),
        {"id": "3", "method": "GET", "url": "/users", "dependsOn": ["2"]},
        {"id": "4", "method": "GET", "url": "/users?$top=1", "dependsOn": ["1"]},
    ]);
    let (status, body) = batch(&scene, &token, requests).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(of(&body, "1")["body"]["id"], json!(posted.message_id));
    assert_eq!(of(&body, "2")["status"], 404);
    assert_eq!(of(&body, "3")["status"], 424);
    assert_eq!(of(&body, "4")["body"]["value"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_batch_that_is_none_is_refused() {
    let scene = scene().await;
    let token = scene.graph_token().await;
    let one = |item: Value| json!([item]);
    let many: Vec<Value> =
        (0..21).map(|n| json!({"id": n.to_string(), "method": "GET", "url": "/users"})).collect();
    for bad in [
        json!([]),
        json!(many),
        one(json!({"id": "1", "method": "GET"})),
        one(json!({"id": "1", "method": "GET", "url": "https://graph.microsoft.com/v1.0/users"})),
        one(json!({"id": "1", "method": "POST", "url": "/$batch", "body": {}})),
        one(json!({"id": "1", "method": "GET", "url": "/users", "dependsOn": ["2"]})),
        json!([{"id": "1", "method": "GET", "url": "/users"}, {"id": "1", "method": "GET", "url": "/users"}]),
    ] {
        let (status, body) = batch(&scene, &token, bad.clone()).await;
        assert_eq!((status, &body["error"]["code"]), (400, &json!("BadRequest")), "{bad}: {body}");
    }
}

#[tokio::test]
async fn requests_of_a_batch_are_throttled_one_by_one() {
    let scene = scene().await;
    let token = scene.graph_token().await;
    let slow = Fault::new(Upstream::Graph, Effect::throttled("2.128")).path_contains("/users?x").times(1);
    scene.sim.world().add_fault(slow).unwrap();
    let requests = json!([
        {"id": "1", "method": "GET", "url": "/users?x=1"}, {"id": "2", "method": "GET", "url": "/users"}]);
    let (status, body) = batch(&scene, &token, requests).await;
    assert_eq!(status, 200);
    assert_eq!(of(&body, "1")["headers"]["retry-after"], "2.128");
    assert_eq!(
        (of(&body, "1")["status"].clone(), of(&body, "2")["status"].clone()),
        (json!(429), json!(200))
    );
}

#[tokio::test]
async fn throttles_count_by_place_and_say_how_long_or_nothing() {
    let scene = scene().await;
    let token = scene.graph_token().await;
    let limit = |part: &str, retry_after| Throttle {
        method: Some("GET".into()),
        path_contains: Some(part.into()),
        per_place: true,
        calls: 1,
        seconds: 3_600.0,
        retry_after,
    };
    scene.sim.world().throttle(vec![limit("/messages", Some(1.5)), limit("/users", None)]);
    let (team, channel) = (&scene.tenant().team_id, &scene.tenant().channel_id);
    let (status, channels) = scene.get(&token, &format!("/teams/{team}/channels")).await;
    assert_eq!(status, 200);
    let other = channels["value"].as_array().unwrap().iter().find(|c| c["id"] != json!(channel)).unwrap();
    let other = other["id"].as_str().unwrap();
    let read = |channel: &str| format!("/teams/{team}/channels/{channel}/messages");
    assert_eq!(scene.get(&token, &read(channel)).await.0, 200);
    let refused = scene.graph(Method::GET, &token, &read(channel)).send().await.unwrap();
    assert_eq!((refused.status().as_u16(), refused.headers()["retry-after"].to_str().unwrap()), (429, "1.5"));
    assert_eq!(scene.get(&token, &read(other)).await.0, 200, "another channel");
    assert_eq!(scene.get(&token, "/users").await.0, 200);
    let refused = scene.graph(Method::GET, &token, "/users").send().await.unwrap();
    assert!(refused.status() == 429 && refused.headers().get("retry-after").is_none());
    let (_, met) = scene.control(Method::GET, "/graph/throttles", json!({})).await;
    assert_eq!((met[0]["refused"].clone(), met[1]["refused"].clone()), (json!(1), json!(1)));
    assert_eq!(scene.control(Method::PUT, "/graph/throttles", json!([])).await.0, 204);
    assert_eq!(scene.get(&token, "/users").await.0, 200);
}
