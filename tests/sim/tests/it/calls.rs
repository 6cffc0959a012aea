//! Call records and Teams Rooms devices.

use reqwest::Method;
use serde_json::{Value, json};
use tieline_sim::{ConsentChange, NewCall};

use crate::scene::{Endpoint, Manners, Scene, answer, eventually, in_minutes, scene};

async fn app(scene: &Scene) -> String {
    let permissions = ["CallRecords.Read.All", "TeamworkDevice.Read.All"].map(str::to_owned).to_vec();
    let change = ConsentChange { permissions, delay_seconds: 0, spread_seconds: 0, at_once: false };
    scene.sim.world().set_consent(change);
    scene.graph_token().await
}

/// Everything on all pages behind a path.
async fn all(scene: &Scene, token: &str, path: &str) -> (Vec<Value>, usize) {
    let (mut items, mut pages) = (Vec::new(), 0);
    let (_, mut body) = scene.get(token, path).await;
    loop {
        pages += 1;
        items.extend(body["value"].as_array().unwrap().iter().cloned());
        let Some(next) = body["@odata.nextLink"].as_str() else { return (items, pages) };
        body = answer(scene.client.get(next).bearer_auth(token)).await.1;
    }
}

#[tokio::test]
async fn a_record_has_its_sessions_page_by_page() {
    let scene = scene().await;
    let token = app(&scene).await;
    let new = NewCall { group: true, sessions: 45, participants: 130, ..NewCall::default() };
    let id = scene.sim.world().make_call(&new).unwrap().id;
    let at = format!("/communications/callRecords/{id}");
    let (status, bare) = scene.get(&token, &at).await;
    assert_eq!((status, &bare["version"], bare.get("sessions")), (200, &json!(1), None));
    let (_, whole) = scene.get(&token, &format!("{at}?$expand=sessions($expand=segments)")).await;
    assert_eq!(whole["sessions"].as_array().unwrap().len(), 20);
    let stream = &whole["sessions"][0]["segments"][0]["media"][0]["streams"][0];
    assert_eq!(
        (&stream["averageJitter"], &stream["averagePacketLossRate"]),
        (&json!("PT0.005S"), &json!(0.0))
    );
    let next = whole["sessions@odata.nextLink"].as_str().unwrap();
    let (_, second) = answer(scene.client.get(next).bearer_auth(&token)).await;
    assert!(second["value"][0]["segments"].is_array());
    let (sessions, pages) = all(&scene, &token, &format!("{at}/sessions")).await;
    assert_eq!((sessions.len(), pages), (45, 3));
    let (people, pages) = all(&scene, &token, &format!("{at}/participants_v2")).await;
    assert_eq!((people.len(), pages), (130, 3));
}

#[tokio::test]
async fn the_list_has_sixty_a_page_of_thirty_days_and_expands_nothing() {
    let scene = scene().await;
    let token = app(&scene).await;
    let world = scene.sim.world();
    for n in 0..130 {
        world.make_call(&NewCall { minutes_ago: n, ..NewCall::default() }).unwrap();
    }
    let old = NewCall { minutes_ago: 31 * 24 * 60, ..NewCall::default() };
    let old = world.make_call(&old).unwrap().id;
    assert_eq!(scene.get(&token, &format!("/communications/callRecords/{old}")).await.0, 404);
    let (listed, pages) = all(&scene, &token, "/communications/callRecords?$select=id,version").await;
    assert_eq!((listed.len(), pages), (130, 3));
    assert_eq!(listed[0].as_object().unwrap().len(), 2);
    let since = in_minutes(-30);
    let filter = format!(
        "/communications/callRecords?$filter=startDateTime ge {since} and startDateTime lt {}",
        in_minutes(-10)
    );
    let (some, _) = all(&scene, &token, &filter).await;
    assert!((19..=21).contains(&some.len()), "{}", some.len());
    let of = |path: &str| format!("/communications/callRecords?{path}");
    assert_eq!(scene.get(&token, &of("$expand=sessions")).await.0, 400);
    assert_eq!(scene.get(&token, &of("$filter=endDateTime ge 2026-01-01T00:00:00Z")).await.0, 400);
}

#[tokio::test]
async fn versions_rise_and_a_replica_lags() {
    let scene = scene().await;
    let token = app(&scene).await;
    let world = scene.sim.world();
    let id = world.make_call(&NewCall::default()).unwrap().id;
    world.raise_call(&id, 2, 1, false).unwrap();
    let at = format!("/communications/callRecords/{id}");
    for wanted in [2, 3, 3] {
        assert_eq!(scene.get(&token, &at).await.1["version"], wanted);
    }
    assert!(world.raise_call("nobody", 1, 0, false).is_err());
}

#[tokio::test]
async fn a_new_call_is_told_as_created_and_as_updated() {
    let scene = scene().await;
    let token = app(&scene).await;
    let (endpoint, url) = Endpoint::start(Manners::Good).await;
    let mut wish = scene.wish(&url);
    wish["resource"] = json!("/communications/callRecords");
    wish["changeType"] = json!("created,updated");
    assert_eq!(scene.subscribe(&token, &wish).await.0, 201);
    let world = scene.sim.world();
    let made = world.make_call(&NewCall::default()).unwrap();
    assert_eq!(made.notified.len(), 2);
    world.repeat_call(&made.id, "created", 1).unwrap();
    eventually(|| endpoint.bodies.lock().len() == 4).await;
    let bodies = endpoint.bodies.lock();
    let mut changes: Vec<_> = bodies.iter().map(|body| body["value"][0]["changeType"].to_string()).collect();
    changes.sort();
    assert_eq!(changes, ["\"created\"", "\"created\"", "\"updated\"", "\"updated\""]);
    let data = &bodies[0]["value"][0]["resourceData"];
    assert_eq!(data["@odata.type"], "#Microsoft.Graph.callrecord");
    assert_eq!(data["@odata.id"], format!("communications/callRecords/{}", made.id));
}

#[tokio::test]
async fn devices_are_of_the_beta_alone() {
    let scene = scene().await;
    let token = app(&scene).await;
    assert_eq!(scene.get(&token, "/teamwork/devices").await.0, 400);
    let beta = format!("{}/beta/teamwork/devices", scene.sim.manifest().graph);
    let (status, body) = answer(scene.client.request(Method::GET, beta).bearer_auth(&token)).await;
    assert_eq!((status, body["value"].as_array().unwrap().len()), (200, 3));
}

#[tokio::test]
async fn many_calls_are_the_same_in_every_run() {
    let (one, other) = (scene().await, scene().await);
    for scene in [&one, &other] {
        let made = scene.sim.world().generate_calls(90);
        assert_eq!((made.calls, made.versions), (90, 90));
    }
    let ids = |scene: &Scene| scene.sim.world().calls().into_iter().map(|call| call.id).collect::<Vec<_>>();
    assert_eq!(ids(&one), ids(&other));
}
