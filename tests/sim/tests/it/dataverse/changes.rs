use reqwest::Method;
use serde_json::{Value, json};

use super::{Env, env, refusal};
use crate::scene::answer;

async fn follow(env: &Env, url: &str) -> (u16, Value) {
    answer(env.scene.client.get(url).bearer_auth(&env.token)).await
}

fn link(body: &Value) -> String {
    body["@odata.deltaLink"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn changes_and_deletions_are_told_since_a_token() {
    let env = env().await;
    let first =
        env.call(Method::GET, "incidents?$select=title,prioritycode").header("Prefer", "odata.track-changes");
    let answered = first.send().await.unwrap();
    assert_eq!(answered.headers()["preference-applied"], "odata.track-changes");
    let whole: Value = answered.json().await.unwrap();
    assert_eq!(whole["value"].as_array().unwrap().len(), 4);

    let (_, nothing) = follow(&env, &link(&whole)).await;
    assert_eq!(nothing["value"], json!([]));
    let cases = &env.scene.tenant().dataverse.cases;
    let path = format!("/records/incident/{}", cases[0].id);
    env.control(Method::PATCH, &path, json!({"fields": {"prioritycode": 3}})).await;
    env.control(Method::DELETE, &format!("/records/incident/{}", cases[1].id), Value::Null).await;
    let (status, delta) = follow(&env, &link(&nothing)).await;
    assert_eq!(status, 200);
    let changed = &delta["value"][0];
    assert_eq!((&changed["incidentid"], &changed["prioritycode"]), (&json!(cases[0].id), &json!(3)));
    let gone = &delta["value"][1];
    assert_eq!((&gone["id"], &gone["reason"]), (&json!(cases[1].id), &json!("deleted")));
    assert!(gone["@odata.context"].as_str().unwrap().ends_with("#incidents/$deletedEntity"));
    assert!(delta["@odata.context"].as_str().unwrap().ends_with("/$delta"));
    assert_eq!(follow(&env, &link(&delta)).await.1["value"], json!([]));
    // The same token tells the same.
    assert_eq!(follow(&env, &link(&nothing)).await.1["value"].as_array().unwrap().len(), 2);
    let token = link(&nothing).split("$deltatoken=").nth(1).unwrap().to_owned();
    assert_eq!(env.get(&format!("incidents/$count?$deltatoken={token}")).await.1, json!(2));
}

#[tokio::test]
async fn tokens_expire_and_some_questions_are_refused() {
    let env = env().await;
    let tracked = |path: &str| answer(env.call(Method::GET, path).header("Prefer", "odata.track-changes"));
    let (_, whole) = tracked("incidents").await;
    env.control(Method::DELETE, "/delta-tokens", Value::Null).await;
    assert_eq!(refusal(follow(&env, &link(&whole)).await), (400, "0x80044352".to_owned()));
    let (_, again) = tracked("incidents").await;
    assert_eq!(follow(&env, &link(&again)).await.0, 200);

    for option in ["$filter=prioritycode eq 1", "$orderby=title", "$top=1", "$expand=primarycontactid"] {
        assert_eq!(tracked(&format!("incidents?{option}")).await.0, 400, "{option}");
    }
    assert_eq!(tracked("annotations").await.0, 400, "the table is not tracked");
    let change = json!({"role": "Tieline Service", "privileges": {"prvReadIncident": "Basic"}});
    env.control(Method::POST, "/privileges", change).await;
    assert_eq!(tracked("incidents").await.0, 403, "all rows must be readable");
}
