//! Veeva Vault: sessions, records, VQL, definitions, deletions, limits.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::scene::{Scene, answer, form_post, scene};

/// Simulators and a session.
struct Env {
    scene: Scene,
    session: String,
}

async fn env() -> Env {
    let scene = scene().await;
    let session = log_in(&scene).await["sessionId"].as_str().unwrap().to_owned();
    Env { scene, session }
}

async fn log_in(scene: &Scene) -> Value {
    let vault = &scene.tenant().vault;
    log_in_as(scene, &vault.username, &vault.password).await
}

async fn log_in_as(scene: &Scene, username: &str, password: &str) -> Value {
    let url = format!("{}/api/v26.2/auth", scene.sim.manifest().vault);
    let (status, said) =
        answer(form_post(&scene.client, &url, &[("username", username), ("password", password)])).await;
    assert_eq!(status, 200);
    said
}

impl Env {
    fn call(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}/api/v26.2/{path}", self.scene.sim.manifest().vault);
        self.scene.client.request(method, url).header("authorization", &self.session)
    }

    async fn said(&self, method: Method, path: &str, body: Value) -> Value {
        let request = self.call(method, path);
        let (status, said) = answer(if body.is_null() { request } else { request.json(&body) }).await;
        assert_eq!(status, 200, "{said}");
        said
    }

    async fn get(&self, path: &str) -> Value {
        self.said(Method::GET, path, Value::Null).await
    }

    async fn vql(&self, query: &str) -> Value {
        let url = format!("{}/api/v26.2/query", self.scene.sim.manifest().vault);
        let request = form_post(&self.scene.client, &url, &[("q", query)]);
        answer(request.header("authorization", format!("Bearer {}", self.session))).await.1
    }

    async fn control(&self, method: Method, path: &str, body: Value) -> Value {
        let (status, said) = self.scene.control(method, &format!("/vault{path}"), body).await;
        assert!((200..300).contains(&status), "{path}: {status} {said}");
        said
    }

    fn case(&self) -> &str {
        &self.scene.tenant().vault.case_id
    }
}

fn refusal(said: &Value) -> &str {
    assert_eq!(said["responseStatus"], "FAILURE", "{said}");
    said["errors"][0]["type"].as_str().unwrap()
}

#[tokio::test]
async fn a_login_says_which_vault_it_is_for() {
    let scene = scene().await;
    let said = log_in(&scene).await;
    assert_eq!((&said["responseStatus"], &said["vaultId"]), (&json!("SUCCESS"), &json!(2001)));
    let vaults = said["vaultIds"].as_array().unwrap();
    let own = vaults.iter().find(|vault| vault["id"] == 2001).unwrap();
    assert_eq!(own["url"], format!("{}/api", scene.sim.manifest().vault));

    let name = scene.tenant().vault.username.clone();
    assert_eq!(refusal(&log_in_as(&scene, &name, "wrong").await), "USERNAME_OR_PASSWORD_INCORRECT");
    assert_eq!(refusal(&log_in_as(&scene, &name, "").await), "NO_PASSWORD_PROVIDED");
    for (state, kind) in [
        ("locked", "USER_LOCKED_OUT"),
        ("inactive", "INACTIVE_USER"),
        ("password-expired", "PASSWORD_CHANGE_REQUIRED"),
    ] {
        scene.control(Method::POST, "/vault/user", json!({"state": state})).await;
        assert_eq!(refusal(&log_in(&scene).await), kind);
    }
    scene.control(Method::POST, "/vault/user", json!({"state": "elsewhere"})).await;
    let said = log_in(&scene).await;
    assert_eq!((&said["responseStatus"], &said["vaultId"]), (&json!("SUCCESS"), &json!(2002)));
    let session = said["sessionId"].as_str().unwrap().to_owned();
    let env = Env { scene, session };
    assert_eq!(refusal(&env.get("vobjects/case__v").await), "INVALID_SESSION_ID");
}

#[tokio::test]
async fn a_session_ends_when_it_is_idle_and_lives_while_it_is_used() {
    let env = env().await;
    env.control(Method::POST, "/clock", json!({"ahead_s": 19 * 60})).await;
    assert_eq!(env.said(Method::POST, "keep-alive", Value::Null).await["responseStatus"], "SUCCESS");
    env.control(Method::POST, "/clock", json!({"ahead_s": 38 * 60})).await;
    let me = env.get("objects/users/me").await;
    assert_eq!(me["users"][0]["user"]["user_name__v"], env.scene.tenant().vault.username);
    env.control(Method::POST, "/clock", json!({"ahead_s": 59 * 60})).await;
    assert_eq!(refusal(&env.get("objects/users/me").await), "INVALID_SESSION_ID");

    let session = log_in(&env.scene).await["sessionId"].as_str().unwrap().to_owned();
    let env = Env { session, ..env };
    assert_eq!(env.said(Method::DELETE, "session", Value::Null).await["responseStatus"], "SUCCESS");
    assert_eq!(refusal(&env.get("objects/users/me").await), "INVALID_SESSION_ID");
}

#[tokio::test]
async fn each_record_of_a_list_has_an_answer_of_its_own() {
    let env = env().await;
    let entry = |title: &str, id: &str| json!({"case__v": env.case(), "kind__v": "x", "title__v": title, "external_id__v": id});
    let path = "vobjects/case_timeline__v";
    let said =
        env.said(Method::POST, path, json!([entry("a", "1"), {"title__v": "b"}, entry("c", "1")])).await;
    assert_eq!(said["responseStatus"], "SUCCESS");
    let statuses: Vec<_> =
        said["data"].as_array().unwrap().iter().map(|one| &one["responseStatus"]).collect();
    assert_eq!(statuses, ["SUCCESS", "FAILURE", "FAILURE"]);
    assert_eq!(said["data"][1]["errors"][0]["type"], "PARAMETER_REQUIRED");

    let upsert = format!("{path}?idParam=external_id__v");
    let said = env.said(Method::POST, &upsert, json!([entry("a again", "1"), entry("new", "2")])).await;
    assert_eq!(
        (&said["data"][0]["event"], &said["data"][1]["event"]),
        (&json!("updated__sys"), &json!("created__sys"))
    );
    let id = said["data"][0]["data"]["id"].as_str().unwrap().to_owned();
    assert_eq!(env.get(&format!("{path}/{id}")).await["data"]["title__v"], "a again");
    let wrong = format!("{path}?idParam=title__v");
    assert_eq!(refusal(&env.said(Method::POST, &wrong, json!([entry("a", "1")])).await), "INVALID_DATA");

    let many: Vec<Value> = (0..501).map(|number| entry("m", &format!("m{number}"))).collect();
    assert_eq!(refusal(&env.said(Method::POST, path, many.into()).await), "INVALID_DATA");
    let rows = env.control(Method::GET, "/records/case_timeline__v", Value::Null).await;
    assert_eq!(rows.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn records_are_changed_and_deleted_and_what_was_deleted_is_told() {
    let env = env().await;
    let settings =
        format!("vobjects/console_application_settings__v/{}", env.scene.tenant().vault.settings_id);
    let said = env.said(Method::PUT, &settings, json!({"microsoft_integration__v": "ms_teams__v"})).await;
    assert_eq!(said["responseStatus"], "SUCCESS");
    assert_eq!(env.get(&settings).await["data"]["microsoft_integration__v"], json!(["ms_teams__v"]));
    let bad = env.said(Method::PUT, &settings, json!({"microsoft_integration__v": "slack__v"})).await;
    assert_eq!(refusal(&bad), "INVALID_DATA");

    let other = env.scene.tenant().vault.cases[3].id.clone();
    let said =
        env.said(Method::DELETE, "vobjects/case__v", json!([{"id": other}, {"id": "V0D000000009999"}])).await;
    assert_eq!(said["data"][0]["responseStatus"], "SUCCESS");
    assert_eq!(said["data"][1]["errors"][0]["type"], "INVALID_DATA");
    let deleted = env.get("objects/deletions/vobjects/case__v").await;
    assert_eq!(deleted["responseDetails"]["total"], 1);
    assert_eq!(deleted["data"][0]["id"], other);
}

#[tokio::test]
async fn queries_come_in_pages() {
    let env = env().await;
    let first = env.vql("SELECT name__v FROM case__v ORDER BY name__v ASC PAGESIZE 3").await;
    assert_eq!(first["responseDetails"]["total"], 4);
    assert_eq!(first["data"].as_array().unwrap().len(), 3);
    let next = first["responseDetails"]["next_page"]
        .as_str()
        .unwrap()
        .strip_prefix("/api/v26.2/")
        .unwrap()
        .to_owned();
    let second = env.said(Method::POST, &next, Value::Null).await;
    assert_eq!(second["data"], json!([{"name__v": "C-000104"}]));
    assert!(second["responseDetails"]["previous_page"].is_string());
    assert!(second["responseDetails"]["next_page"].is_null());
    assert_eq!(refusal(&env.vql("SELECT FROM case__v").await), "INCORRECT_QUERY_SYNTAX_ERROR");
    let roles = "SELECT name__v FROM user__sys WHERE service_center_roles__v CONTAINS ('business_admin__v')";
    assert_eq!(env.vql(roles).await["data"], json!([{"name__v": "Adele Vance"}, {"name__v": "Mei Tanaka"}]));
}

#[tokio::test]
async fn definitions_and_headers() {
    let env = env().await;
    let object = &env.get("metadata/vobjects/case_timeline__v").await["object"];
    let fields = object["fields"].as_array().unwrap();
    let external = fields.iter().find(|field| field["name"] == "external_id__v").unwrap();
    assert_eq!((&external["unique"], &external["max_length"]), (&json!(true), &json!(255)));
    let values = env.get("objects/picklists/microsoft_integration__v").await;
    assert_eq!(values["picklistValues"].as_array().unwrap().len(), 4);

    let request = env.call(Method::GET, "vobjects/nothing__v").header("x-vaultapi-referenceid", "r-1");
    let reply = request.send().await.unwrap();
    let header = |name: &str| reply.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("x-vaultapi-status"), "FAILURE");
    assert_eq!(header("x-vaultapi-referenceid"), "r-1");
    assert_eq!(header("x-vaultapi-vaultid"), "2001");
    assert_eq!(header("x-vaultapi-truncatedsessionid"), env.session[..8]);
    assert_eq!(refusal(&env.get("nonsense").await), "MALFORMED_URL");
    assert_eq!(
        refusal(&env.said(Method::PATCH, "vobjects/case__v", Value::Null).await),
        "METHOD_NOT_SUPPORTED"
    );
}

#[tokio::test]
async fn over_the_burst_limit_answers_are_late_and_over_that_of_logins_there_is_none() {
    let env = env().await;
    env.control(Method::POST, "/limits", json!({"burst": 1, "logins": 1, "delay_ms": 1})).await;
    let delay = async || {
        let reply = env.call(Method::GET, "objects/users/me").send().await.unwrap();
        assert_eq!(reply.headers()["x-vaultapi-burstlimitremaining"], "0");
        reply.headers().get("x-vaultapi-responsedelay").map(|value| value.to_str().unwrap().to_owned())
    };
    assert_eq!(delay().await, None);
    assert_eq!(delay().await.as_deref(), Some("1"));
    assert_eq!(log_in(&env.scene).await["responseStatus"], "SUCCESS");
    assert_eq!(refusal(&log_in(&env.scene).await), "API_LIMIT_EXCEEDED");
    env.control(Method::POST, "/clock", json!({"ahead_s": 61})).await;
    assert_eq!(log_in(&env.scene).await["responseStatus"], "SUCCESS");
}

#[tokio::test]
async fn a_scripted_fault_has_the_shape_of_vault() {
    let env = env().await;
    let fault = |effect: Value| json!({"match": {"upstream": "vault", "path_contains": "vobjects"}, "times": 1, "effect": effect});
    env.scene.control(Method::POST, "/faults", fault(json!({"status": 200}))).await;
    assert_eq!(refusal(&env.get("vobjects/case__v").await), "INVALID_SESSION_ID");
    env.scene.control(Method::POST, "/faults", fault(json!({"status": 503}))).await;
    let (status, said) = answer(env.call(Method::GET, "vobjects/case__v")).await;
    assert_eq!((status, &said["responseStatus"]), (503, &json!("EXCEPTION")));
}
