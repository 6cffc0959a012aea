use reqwest::Method;
use serde_json::{Value, json};
use tieline_sim::Manifest;

use crate::scene::{answer, scene};

#[tokio::test]
async fn the_manifest_is_the_same_everywhere() {
    let scene = scene().await;
    let (_, shown) = scene.control(Method::GET, "/manifest", json!({})).await;
    let own = scene.sim.manifest();
    assert_eq!(shown, serde_json::to_value(own).unwrap());
    let read: Manifest = serde_json::from_value(shown).unwrap();
    assert!(read.tenant.channel_ids.len() >= 32);
    assert!(std::fs::read_to_string(&read.ca).unwrap().starts_with("-----BEGIN CERTIFICATE"));
    assert_eq!(read.tenant.users.len(), read.tenant.salesforce.users.len() + 1);
    assert!(own.to_string().contains(&own.tenant.client_secret));
}

#[tokio::test]
async fn what_arrived_can_be_read() {
    let scene = scene().await;
    let token = scene.graph_token().await;
    scene.get(&token, "/users?$top=1").await;
    scene.get("other", "/users").await;
    let (_, all) = scene.control(Method::GET, "/received", json!({})).await;
    let all = all.as_array().unwrap();
    let sequence: Vec<u64> = all.iter().map(|one| one["seq"].as_u64().unwrap()).collect();
    assert_eq!(sequence, [1, 2, 3]);
    assert_eq!(all[0]["upstream"], "entra");
    assert!(all[0]["body"].as_str().unwrap().starts_with("grant_type=client_credentials"));
    assert_eq!((&all[1]["path"], &all[1]["query"]), (&json!("/v1.0/users"), &json!("$top=1")));
    assert_eq!((&all[1]["status"], &all[2]["status"]), (&json!(200), &json!(401)));
    assert!(all[1]["headers"].get("authorization").is_none());
    assert!(all[1]["token_fingerprint"].is_string());
    assert_ne!(all[1]["token_fingerprint"], all[2]["token_fingerprint"]);
    assert!(!serde_json::to_string(&all[1]).unwrap().contains(&token));

    let (_, some) = scene
        .control(Method::GET, "/received?upstream=graph&method=get&path_contains=users", json!({}))
        .await;
    assert_eq!(some.as_array().unwrap().len(), 2);
    assert_eq!(scene.control(Method::DELETE, "/received", json!({})).await.0, 204);
    assert_eq!(scene.control(Method::GET, "/received", json!({})).await.1, json!([]));
}

#[tokio::test]
async fn bad_requests_are_told_why() {
    let scene = scene().await;
    let post = |path: &'static str, body: Value| scene.control(Method::POST, path, body);
    for (path, body, why) in [
        ("/faults", json!({"match": {"upstream": "graph"}, "effect": {}}), "the effect is empty"),
        (
            "/faults",
            json!({"match": {"upstream": "zoom"}, "effect": {"reset": true}}),
            "unknown variant `zoom`",
        ),
        ("/graph/messages", json!({}), "give either text or html"),
        ("/graph/messages", json!({"text": "x", "chanel_id": "y"}), "unknown field `chanel_id`"),
        ("/graph/messages", json!({"text": "x", "channel_id": "y"}), "there is no channel y"),
        ("/graph/messages", json!({"text": "x", "reply_to": "1"}), "there is no message 1"),
        ("/graph/notifications", json!({"items": []}), "give at least one item"),
        ("/entra/secret", json!({"state": "lost"}), "unknown variant `lost`"),
        ("/entra/token-lifetime", json!({}), "missing field `seconds`"),
        ("/entra/refresh-tokens", json!({"user_id": "x", "scopes": []}), "there is no user x"),
        ("/salesforce/limits", json!({"used": 1}), "missing field `max`"),
    ] {
        let (status, body) = post(path, body).await;
        let error = body["error"].as_str().unwrap();
        assert!(status == 400 && error.contains(why), "{path}: {status} {error}");
    }
    assert_eq!(scene.control(Method::GET, "/received?upstream=zoom", json!({})).await.0, 400);
    assert_eq!(scene.control(Method::GET, "/nonsense", json!({})).await.0, 404);
    assert_eq!(scene.control(Method::PUT, "/faults", json!({})).await.0, 405);
    let url = format!("{}/faults", scene.sim.manifest().control);
    assert_eq!(answer(scene.client.post(url).body("{")).await.0, 400);
}

#[tokio::test]
async fn records_can_be_read_and_forgotten() {
    let scene = scene().await;
    let (_, deals) = scene.control(Method::GET, "/salesforce/records/opportunity", json!({})).await;
    assert_eq!(deals[0]["Id"], scene.tenant().opportunity_id);
    assert_eq!(deals[0]["Name"], scene.tenant().opportunity_name);
    let (_, deleted) = scene.control(Method::DELETE, "/salesforce/records/Opportunity", json!({})).await;
    assert_eq!(deleted["deleted"], 4);
    assert_eq!(scene.control(Method::GET, "/salesforce/records/Invoice", json!({})).await.0, 404);
}

#[tokio::test]
async fn stopping_closes_the_ports() {
    let scene = scene().await;
    let url = format!("{}/v1.0/users", scene.sim.manifest().graph);
    let ca = scene.sim.manifest().ca.clone();
    assert!(scene.client.get(&url).send().await.is_ok());
    scene.sim.stop().await;
    assert!(scene.client.get(&url).send().await.unwrap_err().is_connect());
    assert!(!std::path::Path::new(&ca).exists());
}
