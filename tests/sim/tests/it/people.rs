//! People in front of a browser, and certificates in place of secrets.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use reqwest::{Client, Method, Url, redirect};
use serde_json::{Value, json};
use tieline_sim::{Administrator, AppChange, Keyboard};

use crate::scene::{Scene, answer, form_post, scene};

const BACK: &str = "http://127.0.0.1:1/auth/callback";
const VERIFIER: &str = "0123456789-0123456789-0123456789-0123456789";

fn code(refusal: &(u16, Value)) -> (u16, &str, u64) {
    let body = &refusal.1;
    (
        refusal.0,
        body["error"].as_str().unwrap_or_default(),
        body["error_codes"][0].as_u64().unwrap_or_default(),
    )
}

fn page(scene: &Scene, path: &str, parameters: &[(&str, &str)]) -> Url {
    let tenant = scene.tenant();
    let mut url: Url =
        format!("{}/{}/{path}", scene.sim.manifest().entra, tenant.directory_id).parse().unwrap();
    url.query_pairs_mut()
        .extend_pairs([("client_id", tenant.client_id.as_str()), ("redirect_uri", BACK), ("state", "s")])
        .extend_pairs(parameters);
    url
}

fn authorize(scene: &Scene) -> Url {
    let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, VERIFIER.as_bytes()));
    let parameters = [
        ("response_type", "code"),
        ("scope", "openid profile offline_access https://graph.microsoft.com/.default"),
        ("nonce", "n"),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    page(scene, "oauth2/v2.0/authorize", &parameters)
}

fn browser() -> Client {
    Client::builder().no_proxy().redirect(redirect::Policy::none()).build().unwrap()
}

/// The parameters with which a browser is sent back.
async fn sent_back(url: Url, method: Method, form: &str) -> Value {
    let request = browser().request(method, url).header("Content-Type", "application/x-www-form-urlencoded");
    let answer = request.body(form.to_owned()).send().await.unwrap();
    let to: Url = answer.headers()["location"].to_str().unwrap().parse().unwrap();
    assert!(to.as_str().starts_with(BACK), "{to}");
    to.query_pairs().map(|(name, value)| (name.into_owned(), Value::from(value.into_owned()))).collect()
}

async fn token(scene: &Scene, form: &[(&str, &str)]) -> (u16, Value) {
    let mut changes = vec![("scope", "")];
    changes.extend(form);
    scene.entra(&changes).await
}

async fn redeem(scene: &Scene, code: &Value, verifier: &str, back: &str) -> (u16, Value) {
    let code = code.as_str().unwrap();
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", back),
        ("code_verifier", verifier),
    ];
    token(scene, &form).await
}

async fn refresh(scene: &Scene, token_text: &Value) -> (u16, Value) {
    token(scene, &[("grant_type", "refresh_token"), ("refresh_token", token_text.as_str().unwrap())]).await
}

#[tokio::test]
async fn a_code_is_good_once_for_who_asked_for_it() {
    let scene = scene().await;
    let user = scene.tenant().user_email.clone();
    scene.sim.world().set_keyboard(Keyboard::User(user.clone())).unwrap();
    let back = sent_back(authorize(&scene), Method::GET, "").await;
    assert_eq!(back["state"], "s");

    let wrong = "wrong-wrong-wrong-wrong-wrong-wrong-wrong-wrong";
    assert_eq!(code(&redeem(&scene, &back["code"], wrong, BACK).await), (400, "invalid_grant", 501_481));
    assert_eq!(
        code(&redeem(&scene, &back["code"], VERIFIER, "http://other/").await),
        (401, "invalid_client", 500_112)
    );
    let (status, tokens) = redeem(&scene, &back["code"], VERIFIER, BACK).await;
    assert_eq!(status, 200, "{tokens}");
    assert_eq!(code(&redeem(&scene, &back["code"], VERIFIER, BACK).await), (400, "invalid_grant", 54_005));
    assert_eq!(
        code(&redeem(&scene, &json!("1.made-up"), VERIFIER, BACK).await),
        (400, "invalid_grant", 70_000)
    );

    let keys = format!("{}/{}/discovery/v2.0/keys", scene.sim.manifest().entra, scene.tenant().directory_id);
    let key = &answer(scene.client.get(keys)).await.1["keys"][0];
    let key =
        DecodingKey::from_rsa_components(key["n"].as_str().unwrap(), key["e"].as_str().unwrap()).unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&[&scene.tenant().client_id]);
    let read =
        jsonwebtoken::decode::<Value>(tokens["id_token"].as_str().unwrap(), &key, &validation).unwrap();
    assert_eq!((&read.claims["nonce"], &read.claims["preferred_username"]), (&json!("n"), &json!(user)));
    assert_eq!(read.claims["oid"], scene.tenant().user_id);
}

#[tokio::test]
async fn a_real_browser_can_use_the_page() {
    let scene = scene().await;
    let html = browser().get(authorize(&scene)).send().await.unwrap().text().await.unwrap();
    assert!(html.contains("<form method=\"post\">") && html.contains("Priya Singh"), "{html}");
    let form = format!("do=sign-in&user={}", scene.tenant().user_id);
    assert!(sent_back(authorize(&scene), Method::POST, &form).await["code"].is_string());
    let cancelled = sent_back(authorize(&scene), Method::POST, "do=cancel").await;
    assert_eq!(cancelled["error"], "access_denied");
    let mut posted = authorize(&scene);
    posted.query_pairs_mut().append_pair("response_mode", "form_post");
    scene.sim.world().set_keyboard(Keyboard::User(scene.tenant().user_id.clone())).unwrap();
    let html = browser().get(posted).send().await.unwrap().text().await.unwrap();
    assert!(html.contains(&format!("action=\"{BACK}\"")) && html.contains("name=\"code\""), "{html}");
    scene.sim.world().set_keyboard(Keyboard::Page).unwrap();
    let silent = page(
        &scene,
        "oauth2/v2.0/authorize",
        &[("response_type", "code"), ("scope", "openid"), ("prompt", "none")],
    );
    assert_eq!(sent_back(silent, Method::GET, "").await["error"], "login_required");

    scene.sim.world().set_keyboard(Keyboard::Refused(50_105)).unwrap();
    let refused = sent_back(authorize(&scene), Method::GET, "").await;
    assert!(refused["error_description"].as_str().unwrap().starts_with("AADSTS50105: "));
    assert!(scene.sim.world().set_keyboard(Keyboard::User("nobody@example.org".into())).is_err());

    let uris = Some(vec!["https://elsewhere.example/".to_owned()]);
    scene.sim.world().change_app(AppChange { redirect_uris: uris, ..AppChange::default() });
    let answer = browser().get(authorize(&scene)).send().await.unwrap();
    assert_eq!(answer.status(), 400, "an address that is not the app's gets nothing");
    assert!(answer.text().await.unwrap().contains("AADSTS50011"));
}

#[tokio::test]
async fn refresh_tokens_rotate_and_end() {
    let scene = scene().await;
    scene.sim.world().set_keyboard(Keyboard::User(scene.tenant().user_id.clone())).unwrap();
    let back = sent_back(authorize(&scene), Method::GET, "").await;
    let first = redeem(&scene, &back["code"], VERIFIER, BACK).await.1["refresh_token"].clone();
    let second = refresh(&scene, &first).await.1["refresh_token"].clone();
    assert_ne!(first, second);
    assert_eq!(refresh(&scene, &first).await.0, 200, "using one does not end it");

    scene.sim.world().change_app(AppChange { strict_rotation: Some(true), ..AppChange::default() });
    let third = refresh(&scene, &second).await.1["refresh_token"].clone();
    assert_eq!(code(&refresh(&scene, &second).await), (400, "invalid_grant", 70_000));
    assert!(scene.sim.world().revoke_sign_ins() > 0);
    assert_eq!(code(&refresh(&scene, &third).await), (400, "invalid_grant", 50_173));
}

#[tokio::test]
async fn consent_that_is_declined_says_true_all_the_same() {
    let scene = scene().await;
    let url = || page(&scene, "v2.0/adminconsent", &[("scope", "https://graph.microsoft.com/.default")]);
    scene.sim.world().set_administrator(Administrator::Declines);
    let declined = sent_back(url(), Method::GET, "").await;
    assert_eq!(
        (&declined["admin_consent"], &declined["error"]),
        (&json!("True"), &json!("consent_required"))
    );
    scene.sim.world().set_administrator(Administrator::Page);
    let html = browser().get(url()).send().await.unwrap().text().await.unwrap();
    assert!(html.contains("OnlineMeetings.Read.All"), "{html}");
    let approved = sent_back(url(), Method::POST, "do=accept").await;
    assert_eq!(approved["tenant"], scene.tenant().directory_id);
    assert!(approved.get("error").is_none());
    let claims = jsonwebtoken::dangerous::insecure_decode_claims::<Value>(scene.graph_token().await).unwrap();
    assert!(claims["roles"].as_array().unwrap().contains(&json!("OnlineMeetings.Read.All")));
}

#[tokio::test]
async fn an_assertion_counts_by_key_audience_and_client() {
    let scene = scene().await;
    let tenant = scene.tenant();
    let endpoint = format!("{}/{}/oauth2/v2.0/token", scene.sim.manifest().entra, tenant.directory_id);
    let (ours, strange) = (
        scene.sim.world().make_certificate(true).unwrap(),
        scene.sim.world().make_certificate(false).unwrap(),
    );
    let ask = async |certificate: &str, claims: Value| {
        let blocks = pem::parse_many(certificate).unwrap();
        let thumbprint = URL_SAFE_NO_PAD.encode(digest(&SHA256, blocks[0].contents()));
        let header = Header { x5t_s256: Some(thumbprint), ..Header::new(Algorithm::PS256) };
        let key = EncodingKey::from_rsa_pem(pem::encode(&blocks[1]).as_bytes()).unwrap();
        let assertion = jsonwebtoken::encode(&header, &claims, &key).unwrap();
        let form = scene.form(&[
            ("client_secret", ""),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", &assertion),
        ]);
        answer(form_post(&scene.client, &endpoint, &form)).await
    };
    let client = &tenant.client_id;
    let exp = jsonwebtoken::get_current_timestamp() + 300;
    let good = json!({"aud": endpoint, "iss": client, "sub": client, "exp": exp});
    assert_eq!(ask(&ours, good.clone()).await.0, 200);
    assert_eq!(code(&ask(&strange, good.clone()).await), (401, "invalid_client", 700_027));
    let with = |field: &str, value: Value| {
        let mut claims = good.clone();
        claims[field] = value;
        claims
    };
    assert_eq!(code(&ask(&ours, with("exp", json!(1))).await), (401, "invalid_client", 700_024));
    assert_eq!(code(&ask(&ours, with("aud", json!("other"))).await), (401, "invalid_client", 700_023));
    assert_eq!(code(&ask(&ours, with("sub", json!("other"))).await), (400, "invalid_request", 50_027));
}

/// What the id token of a sign-in says of groups and app roles.
async fn claims(scene: &Scene) -> Value {
    let user = scene.tenant().user_id.clone();
    scene.sim.world().set_keyboard(Keyboard::User(user)).unwrap();
    let back = sent_back(authorize(scene), Method::GET, "").await;
    let (_, tokens) = redeem(scene, &back["code"], VERIFIER, BACK).await;
    let payload = tokens["id_token"].as_str().unwrap().split('.').nth(1).unwrap().to_owned();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

#[tokio::test]
async fn an_id_token_names_groups_and_roles_or_that_there_are_too_many() {
    let scene = scene().await;
    let none = claims(&scene).await;
    assert!(
        none.get("groups").is_none() && none.get("roles").is_none() && none.get("_claim_names").is_none()
    );
    let of = |names: &[&str]| {
        let names = names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        Some([(scene.tenant().user_email.clone(), names)].into())
    };
    let change = AppChange { groups: of(&["g-1", "g-2"]), app_roles: of(&["Desk"]), ..AppChange::default() };
    scene.sim.world().change_app(change);
    let named = claims(&scene).await;
    assert_eq!((&named["groups"], &named["roles"]), (&json!(["g-1", "g-2"]), &json!(["Desk"])));

    let many_groups = Some(vec![scene.tenant().user_id.clone()]);
    scene.sim.world().change_app(AppChange { many_groups, ..AppChange::default() });
    let many = claims(&scene).await;
    assert!(many.get("groups").is_none());
    assert_eq!(many["_claim_names"], json!({ "groups": "src1" }));
    let source = many["_claim_sources"]["src1"]["endpoint"].as_str().unwrap();
    assert!(source.ends_with(&format!("/users/{}/getMemberObjects", scene.tenant().user_id)), "{source}");
}
