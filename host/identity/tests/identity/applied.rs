//! Connections as they are applied, listed and removed.

use tieline_identity::ConnectionError;
use tieline_types::{Secret, TenantId};

use crate::scene::{Disk, Scene, TokenServer, bearer, microsoft, origin, salesforce, tenant, token};

#[tokio::test]
async fn refuses_a_connection_with_everything_that_is_wrong_with_it() {
    let (disk, server) = (Disk::new(), TokenServer::hourly().await);
    let scene = Scene::open(&disk, &server).await;
    let mut connection = microsoft();
    connection.client_secret = None;
    connection.cloud = Some("mars".into());
    let prepared = scene.connections.prepare(&tenant(), &scene.key.connection, connection).await;
    let Err(ConnectionError::Invalid(problems)) = prepared else { panic!("{prepared:?}") };
    let fields: Vec<_> = problems.into_iter().map(|problem| problem.field.unwrap()).collect();
    assert_eq!(fields, ["/connections/main/client_secret", "/connections/main/cloud"]);
}

#[tokio::test]
async fn a_microsoft_connection_asks_for_the_clouds_graph() {
    let (disk, server) = (Disk::new(), TokenServer::hourly().await);
    let scene = Scene::open(&disk, &server).await;
    scene.apply(microsoft()).await;
    let access = scene.authorize().await.unwrap();
    assert_eq!(
        (&access.base, access.origin.to_string()),
        (&origin(&server), format!("http://{}", server.address))
    );
    let form = &server.forms()[0];
    for field in
        ["grant_type=client_credentials", "client_id=client", "client_secret=canary-secret", "%2F.default"]
    {
        assert!(form.contains(field), "{field} in {form}");
    }
    let application = scene.connections.application(&scene.key).await.unwrap();
    assert_eq!((application.cloud_name.as_str(), application.cloud.simulated), ("sim", true));
    assert_eq!(
        (application.directory_id.as_str(), application.client_id.as_str()),
        ("contoso.com", "client")
    );
}

#[tokio::test]
async fn a_salesforce_token_is_good_at_its_instance_for_two_hours() {
    let server = TokenServer::start(|n, _| {
        (200, None, token(n, r#","instance_url":"https://acme.my.salesforce.com","issued_at":"1""#))
    })
    .await;
    let disk = Disk::new();
    let scene = Scene::open(&disk, &server).await;
    scene.apply(salesforce(&server, None)).await;
    let access = scene.authorize().await.unwrap();
    assert_eq!(access.base.as_str(), "https://acme.my.salesforce.com/");
    scene.clock.advance(std::time::Duration::from_secs(2 * 60 * 60 - 60));
    assert_eq!(bearer(&scene.authorize().await.unwrap()), "token-1");
    assert!(scene.connections.application(&scene.key).await.is_err());
}

#[tokio::test]
async fn an_applied_change_takes_effect_at_once() {
    let (disk, server) = (Disk::new(), TokenServer::hourly().await);
    let scene = Scene::open(&disk, &server).await;
    scene.apply(microsoft()).await;
    scene.authorize().await.unwrap();
    let mut changed = microsoft();
    changed.client_secret = Some(Secret::new("another"));
    scene.apply(changed).await;
    scene.authorize().await.unwrap();
    assert!(server.forms()[1].contains("client_secret=another"));
}

#[tokio::test]
async fn a_list_names_secrets_and_knows_one_tenant() {
    let (disk, server) = (Disk::new(), TokenServer::hourly().await);
    let scene = Scene::open(&disk, &server).await;
    scene.apply(microsoft()).await;
    let other: TenantId = "acme-2".parse().unwrap();
    let prepared = scene
        .connections
        .prepare(&other, &"crm".parse().unwrap(), salesforce(&server, Some("refresh-1")))
        .await
        .unwrap();
    scene.store.commit(prepared.batch).await.unwrap();

    let list = scene.connections.list(&tenant()).await.unwrap();
    assert_eq!(list.len(), 1);
    assert_eq!((list[0].name.as_str(), list[0].target.as_str()), ("main", "sim"));
    assert_eq!(list[0].secrets, ["client_secret"]);
    let list = scene.connections.list(&other).await.unwrap();
    assert_eq!(list[0].target, format!("http://{}", server.address));
    assert_eq!(list[0].secrets, ["client_secret", "refresh_token"]);

    let removal = scene.connections.forget(&tenant(), &scene.key.connection).await.unwrap();
    scene.store.commit(removal).await.unwrap();
    scene.connections.changed(&scene.key);
    assert!(scene.connections.list(&tenant()).await.unwrap().is_empty());
    assert!(matches!(scene.authorize().await, Err(ConnectionError::Unknown(_))));
}
