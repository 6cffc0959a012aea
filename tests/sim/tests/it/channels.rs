//! Creating channels: at once, later, and while the gateway lost patience.

use reqwest::Method;
use serde_json::{Value, json};

use crate::scene::{Scene, answer, scene};

async fn create(scene: &Scene, token: &str, body: Value) -> (u16, Value) {
    let path = format!("/teams/{}/channels", scene.tenant().team_id);
    answer(scene.graph(Method::POST, token, &path).json(&body)).await
}

async fn script(scene: &Scene, body: Value) {
    let (status, said) = scene.control(Method::POST, "/graph/channels/script", body).await;
    assert_eq!(status, 204, "{said}");
}

async fn found(scene: &Scene, token: &str, name: &str) -> usize {
    let path = format!("/teams/{}/channels?$filter=displayName eq '{name}'", scene.tenant().team_id);
    scene.get(token, &path).await.1["value"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_channel_is_made_once_and_takes_messages() {
    let scene = scene().await;
    let priya = scene.person(0, &["Group.ReadWrite.All"]).await;
    let (status, channel) = create(&scene, &priya, json!({"displayName": "C-000101"})).await;
    assert_eq!((status, &channel["membershipType"]), (201, &json!("standard")), "{channel}");
    let path = format!("/teams/{}/channels/{}", scene.tenant().team_id, channel["id"].as_str().unwrap());
    assert_eq!(scene.get(&priya, &path).await.1["displayName"], "C-000101");
    let words = json!({"body": {"content": "Hello"}});
    let (status, _) =
        answer(scene.graph(Method::POST, &priya, &format!("{path}/messages")).json(&words)).await;
    assert_eq!(status, 201);

    let (status, refusal) = create(&scene, &priya, json!({"displayName": "c-000101"})).await;
    assert_eq!((status, &refusal["error"]["code"]), (400, &json!("NameAlreadyExists")));
    for bad in [json!({}), json!({"displayName": "x".repeat(51)}), json!({"displayName": "a/b"})] {
        assert_eq!(create(&scene, &priya, bad).await.0, 400);
    }
    let mei = scene.person(3, &["Group.ReadWrite.All"]).await;
    assert_eq!(create(&scene, &mei, json!({"displayName": "Mine"})).await.0, 403, "not in the team");
    let reader = scene.person(0, &["Channel.ReadBasic.All"]).await;
    let (status, refusal) = create(&scene, &reader, json!({"displayName": "Mine"})).await;
    assert_eq!(status, 403);
    assert!(refusal["error"]["message"].as_str().unwrap().contains("'Channel.Create, Group.ReadWrite.All"));
}

#[tokio::test]
async fn one_that_is_accepted_is_there_when_its_operation_says_so() {
    let scene = scene().await;
    let priya = scene.person(0, &["Group.ReadWrite.All"]).await;
    let begin = async |name: &str| {
        let path = format!("/teams/{}/channels", scene.tenant().team_id);
        let request = scene.graph(Method::POST, &priya, &path).json(&json!({"displayName": name}));
        let reply = request.send().await.unwrap();
        assert_eq!(reply.status(), 202);
        reply.headers()["location"].to_str().unwrap().to_owned()
    };
    script(&scene, json!({"answer": "accepted", "polls": 1})).await;
    let operation = begin("Later").await;
    assert_eq!(scene.get(&priya, &operation).await.1["status"], "inProgress");
    assert_eq!(found(&scene, &priya, "Later").await, 0);
    assert_eq!(
        create(&scene, &priya, json!({"displayName": "Later"})).await.0,
        400,
        "the name is taken already"
    );
    assert_eq!(scene.get(&priya, &operation).await.1["status"], "succeeded");
    assert_eq!(found(&scene, &priya, "Later").await, 1);

    script(&scene, json!({"answer": "accepted", "fails": true})).await;
    let operation = begin("Never").await;
    assert_eq!(scene.get(&priya, &operation).await.1["status"], "failed");
    assert_eq!(found(&scene, &priya, "Never").await, 0);
}

#[tokio::test]
async fn one_whose_answer_is_lost_is_there() {
    let scene = scene().await;
    let priya = scene.person(0, &["Group.ReadWrite.All"]).await;
    script(&scene, json!({"answer": "lost"})).await;
    assert_eq!(create(&scene, &priya, json!({"displayName": "Lost"})).await.0, 504);
    assert_eq!(found(&scene, &priya, "Lost").await, 1);
    assert_eq!(create(&scene, &priya, json!({"displayName": "Found"})).await.0, 201, "once only");
    let (_, made) = scene.control(Method::GET, "/graph/channels", Value::Null).await;
    assert_eq!(made.as_array().unwrap().len(), 2);
}
