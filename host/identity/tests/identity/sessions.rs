//! Sessions of user name and password: kept alive, begun anew, and never at the price of locking the user out.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde_json::json;
use tieline_identity::ConnectionError;
use tieline_types::{Secret, tenant::Connection};
use tokio::task::JoinSet;

use crate::scene::{Disk, Scene, TokenServer, origin, read};

/// What happens to a login, and to a keep-alive.
struct Server {
    server: TokenServer,
    alive: Arc<AtomicBool>,
}

async fn server(login: impl Fn(usize) -> Option<&'static str> + Send + Sync + 'static) -> Server {
    let alive = Arc::new(AtomicBool::new(true));
    let lives = alive.clone();
    let server = TokenServer::start(move |number, form| {
        let failure = |kind: &str| {
            format!(r#"{{"responseStatus":"FAILURE","errors":[{{"type":"{kind}","message":"No."}}]}}"#)
        };
        let body = match (form.is_empty(), login(number)) {
            (true, _) if lives.load(Ordering::SeqCst) => r#"{"responseStatus":"SUCCESS"}"#.into(),
            (true, _) => failure("INVALID_SESSION_ID"),
            (false, Some(kind)) => failure(kind),
            (false, None) => {
                let dns = form.split("vaultDNS=").nth(1).unwrap_or_default().replace("%3A", ":");
                format!(
                    r#"{{"responseStatus":"SUCCESS","sessionId":"S{number}","userId":1,"vaultId":7,
                        "vaultIds":[{{"id":7,"name":"Acme","url":"https://{dns}/api"}}]}}"#
                )
            }
        };
        (200, None, body)
    })
    .await;
    Server { server, alive }
}

fn vault(server: &TokenServer, password: &str) -> Connection<Secret> {
    read(json!({"provider": "vault", "url": origin(server), "username": "canary-user", "password": password}))
}

async fn scene(server: &Server) -> (Disk, Arc<Scene>) {
    let disk = Disk::new();
    let scene = Scene::open(&disk, &server.server).await;
    scene.apply(vault(&server.server, "canary-secret")).await;
    (disk, Arc::new(scene))
}

async fn session(scene: &Scene) -> String {
    scene.authorize().await.unwrap().authorization.to_str().unwrap().to_owned()
}

fn problem(error: ConnectionError) -> String {
    match error {
        ConnectionError::Unusable(problem) => problem.code,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_session_is_kept_alive_before_it_ends() {
    let server = server(|_| None).await;
    let (_disk, scene) = scene(&server).await;
    for turn in 0..3 {
        assert_eq!(session(&scene).await, "S1", "turn {turn}: bare, without a scheme");
        scene.clock.advance(Duration::from_secs(19 * 60 + 30));
    }
    let forms = server.server.forms();
    assert!(forms[0].starts_with("username=canary-user&password=canary-secret&vaultDNS=127.0.0.1%3A"));
    assert_eq!(&forms[1..], ["", ""], "asked to stay, and not logged in again");
}

#[tokio::test]
async fn a_session_that_is_over_is_begun_anew() {
    let server = server(|_| None).await;
    let (_disk, scene) = scene(&server).await;
    session(&scene).await;
    server.alive.store(false, Ordering::SeqCst);
    scene.clock.advance(Duration::from_secs(20 * 60));
    assert_eq!(session(&scene).await, "S3", "the second request asked whether it lives");
    scene.clock.advance(Duration::from_secs(24 * 3600));
    assert_eq!(session(&scene).await, "S4", "after a day nothing is asked");
}

#[tokio::test]
async fn a_hundred_calls_whose_session_is_over_cause_one_login() {
    let server = server(|_| None).await;
    let (_disk, scene) = scene(&server).await;
    let stale = scene.authorize().await.unwrap();
    let mut callers = JoinSet::new();
    for _ in 0..100 {
        let (scene, stale) = (scene.clone(), stale.clone());
        callers.spawn(async move { scene.renew(&stale).await.unwrap().authorization.clone() });
    }
    assert!(callers.join_all().await.iter().all(|session| session == "S2"));
    assert_eq!((server.server.requests(), server.server.most_at_once()), (2, 1));
}

#[tokio::test]
async fn a_refused_password_is_tried_again_when_it_is_applied_or_tested_or_after_an_hour() {
    let server = server(|_| Some("USERNAME_OR_PASSWORD_INCORRECT")).await;
    let (_disk, scene) = scene(&server).await;
    for _ in 0..5 {
        assert_eq!(problem(scene.authorize().await.unwrap_err()), "vault.password-wrong");
        scene.clock.advance(Duration::from_secs(11 * 60));
    }
    assert_eq!(server.server.requests(), 1);
    scene.apply(vault(&server.server, "another")).await;
    assert_eq!(problem(scene.authorize().await.unwrap_err()), "vault.password-wrong");
    assert_eq!(server.server.requests(), 2);
    scene.connections.test(&scene.key, &[]).await.unwrap();
    assert_eq!(server.server.requests(), 3);
    scene.clock.advance(Duration::from_secs(60 * 60 + 1));
    scene.authorize().await.unwrap_err();
    assert_eq!(server.server.requests(), 4);
}

#[tokio::test]
async fn the_limit_of_logins_is_waited_for() {
    let server = server(|number| (number == 1).then_some("API_LIMIT_EXCEEDED")).await;
    let (_disk, scene) = scene(&server).await;
    for _ in 0..3 {
        let error = scene.authorize().await.unwrap_err();
        assert!(
            matches!(error, ConnectionError::Throttled(wait) if wait <= Duration::from_secs(60)),
            "{error:?}"
        );
    }
    assert_eq!(server.server.requests(), 1);
    scene.clock.advance(Duration::from_secs(61));
    assert_eq!(session(&scene).await, "S2");
}
