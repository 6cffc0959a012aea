//! Connections that cannot give access, and what they say.

use tieline_identity::{ActorRef, ConnectionError, Identity};
use tieline_types::Problem;

use crate::scene::{Disk, Scene, TokenServer, key, microsoft, salesforce, token};

fn problem(outcome: Result<impl std::fmt::Debug, ConnectionError>) -> Problem {
    match outcome {
        Err(ConnectionError::Unusable(problem)) => problem,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn nobody_elses_call_is_made_with_the_connections_credential() {
    let (disk, server) = (Disk::new(), TokenServer::hourly().await);
    let scene = Scene::open(&disk, &server).await;
    scene.apply(microsoft()).await;
    let actor = ActorRef { directory_id: "d".into(), object_id: "o".into() };
    for (identity, code) in [
        (Identity::Service, "connection.no-service-user"),
        (Identity::Actor(actor), "connection.not-signed-in"),
    ] {
        assert_eq!(problem(scene.connections.authorize(&scene.key, &identity).await).code, code);
    }
    assert_eq!(server.requests(), 0);
}

#[tokio::test]
async fn a_forged_instance_gets_no_credential() {
    let server =
        TokenServer::start(|n, _| (200, None, token(n, r#","instance_url":"https://evil.org""#))).await;
    let disk = Disk::new();
    let scene = Scene::open(&disk, &server).await;
    scene.apply(salesforce(&server, None)).await;
    assert_eq!(problem(scene.authorize().await).code, "connection.instance-untrusted");
}

#[tokio::test]
async fn a_sign_in_address_that_was_not_opened_is_not_called() {
    let (disk, server) = (Disk::new(), TokenServer::hourly().await);
    let scene = Scene::reaching(&disk, &server, &[]).await;
    scene.apply(microsoft()).await;
    let problem = problem(scene.authorize().await);
    assert_eq!(problem.code, "connection.egress-denied");
    let line = format!("[egress] allow_private = [\"{}\"]", server.address);
    assert!(problem.remedy.unwrap().contains(&line));
    assert_eq!(server.requests(), 0);
}

#[tokio::test]
async fn an_answer_that_is_no_token_is_not_taken_for_one() {
    for answer in ["", "<html>canary-token", "{}", r#"{"access_token":"canary-token","token_type":"mac"}"#] {
        let server = TokenServer::start(move |_, _| (200, None, answer.into())).await;
        let disk = Disk::new();
        let scene = Scene::open(&disk, &server).await;
        scene.apply(microsoft()).await;
        let problem = problem(scene.authorize().await);
        assert_eq!(problem.code, "microsoft.sign-in-malformed", "{answer}");
        assert!(!problem.to_string().contains("canary"), "{problem}");
    }
}

#[tokio::test]
async fn a_connection_that_does_not_exist_is_unknown() {
    let (disk, server) = (Disk::new(), TokenServer::hourly().await);
    let scene = Scene::open(&disk, &server).await;
    let error = scene.authorize().await.unwrap_err();
    assert!(matches!(&error, ConnectionError::Unknown(unknown) if *unknown == key("main")), "{error:?}");
    assert!(matches!(scene.connections.application(&key("main")).await, Err(ConnectionError::Unknown(_))));
}
