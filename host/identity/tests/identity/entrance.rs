//! Signing in to the host itself, as far as no sign-in service is asked; the rest is done against the simulator.

use std::collections::HashMap;

use tieline_identity::{Callback, ConnectionError, EntranceApp, Visit};
use tieline_types::Secret;
use url::Url;

use crate::scene::{Disk, Scene, TokenServer};

fn app(cloud: &str, directory_id: &str, client_id: &str) -> EntranceApp {
    EntranceApp {
        cloud: Some(cloud.into()),
        directory_id: directory_id.into(),
        client_id: client_id.into(),
        client_secret: Secret::new("canary-secret"),
    }
}

#[tokio::test]
async fn an_entrance_that_cannot_be_is_refused_with_all_that_is_wrong() {
    let (disk, server) = (Disk::new(), TokenServer::hourly().await);
    let scene = Scene::open(&disk, &server).await;
    for (cloud, directory, client, codes) in [
        // Everybody of every directory would be let in to the sign-in.
        ("sim", "common", "client", &["connection.directory-invalid"][..]),
        ("sim", "organizations", "client", &["connection.directory-invalid"]),
        ("sim", "a/../b", "client", &["connection.directory-invalid"]),
        ("mars", "contoso.com", " ", &["connection.field-missing", "connection.cloud-unknown"]),
    ] {
        let Err(problems) = scene.connections.entrance(app(cloud, directory, client)) else { panic!() };
        let found: Vec<_> = problems.iter().map(|problem| problem.code.as_str()).collect();
        assert_eq!(found, codes);
        assert!(problems.iter().all(|problem| problem.field.is_none()), "there is no tenant's document");
    }
    assert_eq!(server.requests(), 0);
}

#[tokio::test]
async fn a_browser_asks_for_who_it_is_and_nothing_more() {
    let (disk, server) = (Disk::new(), TokenServer::hourly().await);
    let scene = Scene::open(&disk, &server).await;
    let Ok(entrance) = scene.connections.entrance(app("sim", "contoso.com", "client")) else { panic!() };
    let callback: Url = "https://tieline.example.com/auth/sign-in/callback".parse().unwrap();
    let (nonce, verifier) = (Secret::new("n"), Secret::new("v".repeat(43)));
    let visit = Visit { callback: &callback, state: "s", nonce: &nonce, verifier: &verifier };
    let page = entrance.page(&visit).unwrap();
    assert_eq!(page.path(), "/contoso.com/oauth2/v2.0/authorize");
    let asked: HashMap<_, _> = page.query_pairs().into_owned().collect();
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", "client"),
        ("scope", "openid profile"),
        ("redirect_uri", callback.as_str()),
        ("state", "s"),
        ("nonce", "n"),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(asked[name], value, "{name}");
    }
    assert!(!page.as_str().contains(&"v".repeat(43)) && !page.as_str().contains("canary"));

    let cancelled = Callback { error: Some("access_denied".into()), ..Callback::default() };
    let Err(ConnectionError::Unusable(problem)) = entrance.arrived(&cancelled, &visit).await else {
        panic!()
    };
    assert_eq!((problem.code.as_str(), server.requests()), ("sign-in.declined", 0));

    // A token without an id token is not somebody.
    let back = Callback { code: Some(Secret::new("code")), ..Callback::default() };
    assert!(matches!(entrance.arrived(&back, &visit).await, Err(ConnectionError::Unusable(_))));
    assert!(server.forms()[0].contains("code_verifier=vvv"), "{:?}", server.forms());
}
