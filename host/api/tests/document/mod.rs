//! The API's own document: it is what is served, it says everything, and it gives nothing away.

use reqwest::{Method, header};
use serde_json::{Value, json};

use crate::Scene;

#[tokio::test]
async fn the_document_of_the_api_is_open_and_is_the_one_beside_the_code() {
    let scene = Scene::start().await;
    let answer = scene.ask(Method::GET, "/api/openapi.json", "").await;
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/json");
    let served = answer.text().await.unwrap();
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(golden, &served).unwrap();
    }
    let kept = std::fs::read_to_string(golden).unwrap_or_default();
    assert!(served == kept, "openapi.json is not what the host serves: UPDATE_OPENAPI=1 writes it anew");
}

#[tokio::test]
async fn every_operation_says_who_may_and_how_it_refuses() {
    let scene = Scene::start().await;
    let text = scene.ask(Method::GET, "/api/openapi.json", "").await.text().await.unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    let mut ids = std::collections::BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let place = format!("{method} {path}");
            let role = operation["x-least-role"].as_str().unwrap_or_default();
            // Whatever asks for no credential says so.
            let open = operation["security"] == json!([{}]);
            assert_eq!(open, ["/healthz", "/readyz"].contains(&path.as_str()), "{place}");
            assert!(
                open || ["viewer", "agent", "tenant-admin", "operator"].contains(&role),
                "{place}: {role}"
            );
            let statuses = ["401", "403", "404", "429", "default"];
            for status in statuses.into_iter().filter(|_| !open) {
                assert!(operation["responses"][status]["$ref"].is_string(), "{place}: {status}");
            }
            assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{place}: its id");
            assert!(operation["summary"].is_string() && operation["tags"][0].is_string(), "{place}");
            let named = path.matches('{').count();
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let in_path = parameters.iter().filter(|parameter| parameter["in"] == "path");
            assert_eq!(in_path.count(), named, "{place}");
        }
    }
    let references = text.match_indices("\"$ref\": \"#/").map(|(at, _)| &text[at + 10..]);
    for reference in references.map(|rest| rest.split('"').next().unwrap()) {
        assert!(document.pointer(reference).is_some(), "{reference} leads nowhere");
    }
}

/// What stands in an address ends up in logs, histories and proxies.
#[test]
fn no_address_of_the_api_carries_a_secret() {
    let document: Value = serde_json::from_str(include_str!("../../openapi.json")).unwrap();
    // The name of a token may stand in a path; the token itself would be a question.
    let (anywhere, asked) = (["secret", "password", "credential", "authorization"], ["token", "key", "code"]);
    let mut looked_at = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        let parameters = |of: &Value| of["parameters"].as_array().cloned().unwrap_or_default();
        let operations = item.as_object().unwrap().values();
        for parameter in parameters(item).into_iter().chain(operations.flat_map(parameters)) {
            let (name, place) = (parameter["name"].as_str().unwrap(), parameter["in"].as_str().unwrap());
            looked_at += 1;
            let holds = |words: &[&str]| words.iter().any(|word| name.to_lowercase().contains(word));
            let told = match place {
                "query" => holds(&anywhere) || holds(&asked),
                "path" => holds(&anywhere),
                _ => false,
            };
            assert!(!told, "{path} takes `{name}` in its address");
        }
    }
    assert!(looked_at > 50, "{looked_at} parameters are few");
}
