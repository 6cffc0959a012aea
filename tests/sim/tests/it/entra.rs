use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use reqwest::Method;
use serde_json::{Value, json};

use crate::scene::{Scene, answer, form_post, scene};

fn code(refusal: &(u16, Value)) -> (u16, &str, u64) {
    let body = &refusal.1;
    (refusal.0, body["error"].as_str().unwrap(), body["error_codes"][0].as_u64().unwrap())
}

async fn discovery(scene: &Scene, version: &str) -> Value {
    let tenant = &scene.tenant().directory_id;
    let base = &scene.sim.manifest().entra;
    let url = format!("{base}/{tenant}{version}/.well-known/openid-configuration");
    answer(scene.client.get(url)).await.1
}

#[tokio::test]
async fn a_token_verifies_by_what_discovery_says() {
    let scene = scene().await;
    let tenant = &scene.tenant().directory_id;
    let document = discovery(&scene, "/v2.0").await;
    let base = &scene.sim.manifest().entra;
    assert_eq!(document["issuer"], format!("{base}/{tenant}/v2.0"));
    assert_eq!(document["token_endpoint"], format!("{base}/{tenant}/oauth2/v2.0/token"));
    let keys = answer(scene.client.get(document["jwks_uri"].as_str().unwrap())).await.1;

    let (status, body) = scene.entra(&[]).await;
    assert_eq!((status, body["expires_in"].as_u64()), (200, Some(3599)));
    assert!(body.get("refresh_token").is_none() && body.get("id_token").is_none());
    let key = &keys["keys"][0];
    let key = DecodingKey::from_rsa_components(key["n"].as_str().unwrap(), key["e"].as_str().unwrap());
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&["https://graph.microsoft.com"]);
    validation.set_issuer(&[format!("https://sts.windows.net/{tenant}/")]);
    let token = body["access_token"].as_str().unwrap();
    let claims = decode::<Value>(token, &key.unwrap(), &validation).unwrap().claims;
    assert_eq!(claims["appid"], scene.tenant().client_id);
    assert_eq!(claims["idtyp"], "app");
    assert!(claims["roles"].as_array().unwrap().contains(&"ChannelMessage.Read.All".into()));
}

#[tokio::test]
async fn version_1_works_too() {
    let scene = scene().await;
    let document = discovery(&scene, "").await;
    let form = scene.form(&[("scope", ""), ("resource", "https://graph.microsoft.com")]);
    let url = document["token_endpoint"].as_str().unwrap();
    let (status, body) = answer(form_post(&scene.client, url, &form)).await;
    assert_eq!((status, &body["expires_in"]), (200, &json!("3599")));
}

#[tokio::test]
async fn every_refusal_has_its_code() {
    let scene = scene().await;
    let wrong = scene.entra(&[("client_secret", "wrong")]).await;
    assert_eq!(code(&wrong), (401, "invalid_client", 7_000_215));
    assert!(wrong.1["error_description"].as_str().unwrap().starts_with("AADSTS7000215: "));
    for field in ["timestamp", "trace_id", "correlation_id", "error_uri"] {
        assert!(wrong.1[field].is_string(), "{field}");
    }
    let other = "11111111-2222-4333-8444-555555555555";
    assert_eq!(code(&scene.entra(&[("client_secret", "")]).await), (401, "invalid_client", 7_000_218));
    assert_eq!(code(&scene.entra(&[("client_id", other)]).await), (400, "unauthorized_client", 700_016));
    assert_eq!(code(&scene.entra_of(other, &[]).await), (400, "invalid_tenant", 90_002));
    assert_eq!(code(&scene.entra_of("nonsense", &[]).await), (400, "invalid_request", 900_023));
    assert_eq!(code(&scene.entra(&[("scope", "")]).await), (400, "invalid_request", 900_144));
    assert_eq!(code(&scene.entra(&[("grant_type", "")]).await), (400, "invalid_request", 900_144));
    assert_eq!(code(&scene.entra(&[("scope", "User.Read")]).await), (400, "invalid_scope", 1_002_012));
    assert_eq!(code(&scene.entra(&[("scope", "a b")]).await), (400, "invalid_scope", 70_011));
    let elsewhere = scene.entra(&[("scope", "https://crm.example/.default")]).await;
    assert_eq!(code(&elsewhere), (400, "invalid_resource", 500_011));
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", "stale")];
    assert_eq!(code(&scene.entra(&refresh).await), (400, "invalid_grant", 70_000));
    let password = scene.entra(&[("grant_type", "password")]).await;
    assert_eq!(code(&password), (400, "unsupported_grant_type", 70_003));
}

#[tokio::test]
async fn the_secret_may_come_by_basic() {
    let scene = scene().await;
    let tenant = scene.tenant();
    let url = format!("{}/{}/oauth2/v2.0/token", scene.sim.manifest().entra, tenant.directory_id);
    let form = scene.form(&[("client_id", ""), ("client_secret", "")]);
    let request = form_post(&scene.client, &url, &form);
    let (status, _) = answer(request.basic_auth(&tenant.client_id, Some(&tenant.client_secret))).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn a_secret_can_expire() {
    let scene = scene().await;
    scene.control(Method::POST, "/entra/secret", json!({"state": "expired"})).await;
    assert_eq!(code(&scene.entra(&[]).await), (401, "invalid_client", 7_000_222));
    scene.control(Method::POST, "/entra/secret", json!({"state": "valid"})).await;
    assert_eq!(scene.entra(&[]).await.0, 200);
}

#[tokio::test]
async fn a_short_token_runs_out() {
    let scene = scene().await;
    scene.control(Method::POST, "/entra/token-lifetime", json!({"seconds": 1})).await;
    let (_, body) = scene.entra(&[]).await;
    assert_eq!(body["expires_in"], 1);
    let token = body["access_token"].as_str().unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    let (status, body) = scene.get(token, "/users").await;
    assert_eq!(status, 401);
    assert_eq!(body["error"]["message"], "Access token has expired or is not yet valid.");
}

#[tokio::test]
async fn a_signed_in_user_may_post() {
    let scene = scene().await;
    let scopes = json!({"scopes": ["ChannelMessage.Send", "User.Read"]});
    let (_, body) = scene.control(Method::POST, "/entra/refresh-tokens", scopes).await;
    let refresh = body["refresh_token"].as_str().unwrap();
    let changes = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh),
        ("scope", "https://graph.microsoft.com/ChannelMessage.Send offline_access"),
    ];
    let (status, body) = scene.entra(&changes).await;
    assert_eq!((status, &body["scope"]), (200, &json!("ChannelMessage.Send")));
    assert!(body["refresh_token"].is_string());
    // Using a refresh token does not end it.
    assert_eq!(scene.entra(&changes).await.0, 200);
    let beyond = [changes[0], changes[1], ("scope", "https://graph.microsoft.com/Mail.Read")];
    assert_eq!(code(&scene.entra(&beyond).await), (400, "invalid_grant", 65_001));

    let token = body["access_token"].as_str().unwrap();
    let tenant = scene.tenant();
    let path = format!("/teams/{}/channels/{}/messages", tenant.team_id, tenant.channel_id);
    let post = scene.graph(Method::POST, token, &path).json(&json!({"body": {"content": "Hello"}}));
    let (status, message) = answer(post).await;
    assert_eq!((status, &message["from"]["user"]["id"]), (201, &json!(tenant.user_id)));
    let (status, refusal) = scene.get(token, &path).await;
    assert_eq!(status, 403);
    let text = refusal["error"]["message"].as_str().unwrap();
    assert!(text.starts_with("Missing scope permissions on the request."), "{text}");
}
