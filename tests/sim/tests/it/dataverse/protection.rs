use reqwest::Method;
use serde_json::{Value, json};
use tieline_sim::{Effect, Fault, Upstream};

use super::{env, refusal};
use crate::scene::{answer, eventually};

#[tokio::test]
async fn too_many_requests_are_told_when_to_come_again() {
    let env = env().await;
    env.control(Method::POST, "/protection", json!({"requests": 2})).await;
    let first = env.call(Method::GET, "WhoAmI").send().await.unwrap();
    assert_eq!(first.headers()["x-ms-ratelimit-burst-remaining-xrm-requests"], "1");
    assert_eq!(env.get("WhoAmI").await.0, 200);
    let third = env.call(Method::GET, "WhoAmI").send().await.unwrap();
    assert_eq!(third.status(), 429);
    let wait: u64 = third.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=301).contains(&wait));
    let body: Value = third.json().await.unwrap();
    assert_eq!(body["error"]["code"], "0x80072322");
    env.control(Method::POST, "/protection", json!({})).await;
    assert_eq!(env.get("WhoAmI").await.0, 200);
}

#[tokio::test]
async fn requests_that_stand_still_count_as_concurrent() {
    let env = env().await;
    env.control(Method::POST, "/protection", json!({"concurrent": 2})).await;
    let world = env.scene.sim.world();
    world.add_fault(Fault::new(Upstream::Dataverse, Effect::hold("gate")).path_contains("accounts")).unwrap();
    let slow: Vec<_> = (0..2).map(|_| tokio::spawn(env.call(Method::GET, "accounts").send())).collect();
    eventually(|| world.holds().len() == 2).await;
    assert_eq!(refusal(env.get("WhoAmI").await), (429, "0x80072326".to_owned()));
    world.release("gate", true);
    for one in slow {
        assert_eq!(one.await.unwrap().unwrap().status(), 200);
    }
    assert_eq!(env.get("WhoAmI").await.0, 200);
}

#[tokio::test]
async fn scripted_faults_have_the_shape_of_dataverse() {
    let env = env().await;
    let world = env.scene.sim.world();
    for (status, code) in [(429, "0x80072322"), (412, "0x80060882"), (503, "0x80044151")] {
        world.add_fault(Fault::new(Upstream::Dataverse, Effect::status(status)).times(1)).unwrap();
        assert_eq!(refusal(answer(env.call(Method::GET, "WhoAmI")).await), (status, code.to_owned()));
    }
    let received = world.received(&tieline_sim::ReceivedFilter {
        upstream: Some(Upstream::Dataverse),
        ..tieline_sim::ReceivedFilter::default()
    });
    assert_eq!(received.len(), 3);
}
