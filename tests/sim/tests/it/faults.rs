use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use tieline_sim::{Effect, Fault, Outcome, ReceivedFilter, Upstream};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::scene::{answer, eventually, scene};

#[tokio::test]
async fn faults_strike_after_some_and_so_often() {
    let scene = scene().await;
    let token = scene.graph_token().await;
    let rule = json!({
        "match": {"upstream": "graph", "method": "get", "path_contains": "/users"},
        "skip": 1, "times": 2,
        "effect": {"status": 429, "headers": {"Retry-After": "2.128"}},
    });
    assert_eq!(scene.control(Method::POST, "/faults", rule).await, (200, json!({"id": 1})));
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(scene.get(&token, "/users").await.0);
    }
    assert_eq!(statuses, [200, 429, 429, 200]);
    let (_, rules) = scene.control(Method::GET, "/faults", json!({})).await;
    assert_eq!((&rules[0]["matched"], &rules[0]["hits"]), (&json!(4), &json!(2)));
    assert_eq!(scene.control(Method::DELETE, "/faults", json!({})).await.0, 204);
    assert!(scene.sim.world().faults().is_empty());
}

#[tokio::test]
async fn a_scripted_status_looks_like_the_upstream_s_own() {
    let scene = scene().await;
    let world = scene.sim.world();
    let token = scene.graph_token().await;
    for upstream in [Upstream::Graph, Upstream::Salesforce, Upstream::Entra] {
        world.add_fault(Fault::new(upstream, Effect::throttled("1.5"))).unwrap();
    }
    let answered = scene.graph(Method::GET, &token, "/users").send().await.unwrap();
    assert_eq!(answered.headers()["retry-after"], "1.5");
    assert!(answered.headers().contains_key("request-id"));
    let body: Value = answered.json().await.unwrap();
    assert_eq!(body["error"]["code"], "TooManyRequests");
    let (_, body) = answer(scene.salesforce(Method::GET, "x", "/limits")).await;
    assert!(body[0]["errorCode"].is_string());
    assert!(scene.entra(&[]).await.1["error_codes"].is_array());

    world.clear_faults();
    let teapot = Effect { body: Some("short and stout".into()), ..Effect::status(418) };
    world.add_fault(Fault::new(Upstream::Graph, teapot).path_contains("19:x@y")).unwrap();
    assert_eq!(scene.get(&token, "/chats/19%3Ax%40y").await, (418, "short and stout".into()));
}

#[tokio::test]
async fn a_body_can_be_matched() {
    let scene = scene().await;
    let token = scene.salesforce_token().await;
    let fault = Fault::new(Upstream::Salesforce, Effect::status(503)).body_contains("unlucky");
    scene.sim.world().add_fault(fault).unwrap();
    let create = |subject: &str| {
        let task = scene.salesforce(Method::POST, &token, "/sobjects/Task");
        answer(task.json(&json!({"Subject": subject})))
    };
    assert_eq!(create("lucky").await.0, 201);
    let (status, body) = create("unlucky").await;
    assert_eq!((status, &body[0]["errorCode"]), (503, &json!("SERVER_UNAVAILABLE")));
    assert_eq!(scene.sim.world().salesforce_records("Task").unwrap().len(), 1);
}

#[tokio::test]
async fn a_reset_is_one_and_does_nothing() {
    let scene = scene().await;
    let token = scene.salesforce_token().await;
    let world = scene.sim.world();
    world.add_fault(Fault::new(Upstream::Salesforce, Effect::reset()).times(1)).unwrap();
    world.add_fault(Fault::new(Upstream::Salesforce, Effect::answer_then_reset()).times(1)).unwrap();
    world.clear_received();

    // By hand, to see what the wire says.
    let authority = scene.sim.manifest().salesforce.strip_prefix("http://").unwrap();
    let body = r#"{"Subject":"Teams"}"#;
    let request = format!(
        "POST /services/data/v59.0/sobjects/Task HTTP/1.1\r\nHost: {authority}\r\nAuthorization: \
         Bearer {token}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    for (records, outcome) in [(0, Outcome::Dropped), (1, Outcome::Dropped)] {
        let mut stream = tokio::net::TcpStream::connect(authority).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut received = Vec::new();
        let error = stream.read_to_end(&mut received).await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
        assert!(received.is_empty());
        assert_eq!(world.salesforce_records("Task").unwrap().len(), records);
        let seen = world.received(&ReceivedFilter::default()).pop().unwrap();
        assert_eq!((seen.status, seen.outcome), (None, outcome));
        assert_eq!(seen.body, body);
    }
    assert_eq!(answer(scene.salesforce(Method::GET, &token, "/limits")).await.0, 200);
}

#[tokio::test]
async fn tls_is_reset_too() {
    let scene = scene().await;
    let ca = std::fs::read(&scene.sim.manifest().ca).unwrap();
    let ca = reqwest::Certificate::from_pem(&ca).unwrap();
    let client = reqwest::Client::builder().no_proxy().tls_certs_only([ca]).build().unwrap();
    let url = |host| format!("{}/v1.0/users", scene.sim.manifest().graph_tls.replace("127.0.0.1", host));
    let token = scene.graph_token().await;
    for host in ["127.0.0.1", "localhost"] {
        assert_eq!(answer(client.get(url(host)).bearer_auth(&token)).await.0, 200);
    }
    scene.sim.world().add_fault(Fault::new(Upstream::Graph, Effect::reset())).unwrap();
    let error = client.get(url("127.0.0.1")).bearer_auth(&token).send().await.unwrap_err();
    assert!(error.is_request(), "{error:?}");
}

#[tokio::test]
async fn latency_delays() {
    let scene = scene().await;
    let token = scene.graph_token().await;
    scene.sim.world().add_fault(Fault::new(Upstream::Graph, Effect::latency_ms(200))).unwrap();
    let began = Instant::now();
    assert_eq!(scene.get(&token, "/users").await.0, 200);
    assert!(began.elapsed() >= Duration::from_millis(200));
}

#[tokio::test]
async fn holds_stop_before_or_after_the_effect() {
    let scene = scene().await;
    let world = scene.sim.world();
    let token = scene.salesforce_token().await;
    for (effect, records) in [(Effect::hold("gate"), 0), (Effect::hold_after("gate"), 1)] {
        world.clear_faults();
        world.clear_salesforce_records("Task");
        world.add_fault(Fault::new(Upstream::Salesforce, effect)).unwrap();
        let task = scene.salesforce(Method::POST, &token, "/sobjects/Task").json(&json!({"Subject": "x"}));
        let waiting = tokio::spawn(answer(task));
        eventually(|| world.holds().len() == 1).await;
        assert_eq!(world.salesforce_records("Task").unwrap().len(), records);
        assert!(!waiting.is_finished());
        let (_, holds) = scene.control(Method::GET, "/holds", json!({})).await;
        assert_eq!(holds[0]["path"], "/services/data/v59.0/sobjects/Task");
        let (_, released) = scene.control(Method::POST, "/holds/gate/release", json!({})).await;
        assert_eq!(released["released"], 1);
        assert_eq!(waiting.await.unwrap().0, 201);
        assert!(world.holds().is_empty());
    }
    // Released for good: nothing waits any more.
    scene.control(Method::POST, "/holds/gate/release", json!({"all": true})).await;
    assert_eq!(answer(scene.salesforce(Method::GET, &token, "/limits")).await.0, 200);
}

#[tokio::test]
async fn who_hangs_up_holds_nothing() {
    let scene = scene().await;
    let world = scene.sim.world();
    world.add_fault(Fault::new(Upstream::Graph, Effect::hold("gate"))).unwrap();
    let request = scene.graph(Method::GET, "x", "/users").timeout(Duration::from_millis(100));
    assert!(request.send().await.unwrap_err().is_timeout());
    eventually(|| world.holds().is_empty()).await;
    let seen = world.received(&ReceivedFilter::default()).pop().unwrap();
    assert_eq!((seen.status, seen.outcome), (None, Outcome::Abandoned));
}
