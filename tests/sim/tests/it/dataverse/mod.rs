//! Dataverse: rows, queries, definitions, who may do what, webhooks, change tracking, limits, batches.

mod access;
mod batch;
mod changes;
mod hooks;
mod metadata;
mod protection;
mod queries;
mod rows;

use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use crate::scene::{Scene, answer, scene};

/// Simulators and a token.
struct Env {
    scene: Scene,
    token: String,
}

async fn env() -> Env {
    let scene = scene().await;
    let token = scene.dataverse_token().await;
    Env { scene, token }
}

impl Env {
    fn call(&self, method: Method, path: &str) -> RequestBuilder {
        self.scene.dataverse(method, &self.token, path)
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        answer(self.call(Method::GET, path)).await
    }

    /// What a control request answers; it must be taken.
    async fn control(&self, method: Method, path: &str, body: Value) -> Value {
        let (status, said) = self.scene.control(method, &format!("/dataverse{path}"), body).await;
        assert!((200..300).contains(&status), "{path}: {status} {said}");
        said
    }

    fn case(&self) -> &str {
        &self.scene.tenant().dataverse.case_id
    }

    /// The id of a user by their place among the seeded.
    fn user(&self, place: usize) -> &str {
        &self.scene.tenant().dataverse.users[place].id
    }
}

/// Status and code of an error.
fn refusal((status, body): (u16, Value)) -> (u16, String) {
    (status, body["error"]["code"].as_str().unwrap_or_default().to_owned())
}
