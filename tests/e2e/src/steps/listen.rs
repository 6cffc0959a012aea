//! Listening to what a host tells as it happens.

use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::scene::Scene;

/// What was heard so far, and whether it has ended.
pub(crate) type Heard = Arc<Mutex<(String, bool)>>;

impl Scene {
    /// Listens to the host beside the steps that follow: { path, name, last = "the last event's id" }.
    pub(crate) async fn listen(&mut self, step: &Value) -> Result<(), String> {
        let (path, name) = (step["path"].as_str().ok_or("`path`")?, step["name"].as_str().ok_or("`name`")?);
        let host = self.host.as_ref().ok_or("no host runs")?;
        let mut request = self.client.get(format!("{}/api/v1{path}", host.url)).bearer_auth(self.token());
        if let Some(last) = step["last"].as_str() {
            request = request.header("Last-Event-ID", last);
        }
        let mut answer = request.send().await.map_err(|error| format!("{path}: {error}"))?;
        if !answer.status().is_success() {
            return Err(format!("{path}: {}", answer.status()));
        }
        let heard = Heard::default();
        self.heard.insert(name.to_owned(), heard.clone());
        tokio::spawn(async move {
            while let Ok(Some(chunk)) = answer.chunk().await {
                heard.lock().unwrap().0.push_str(&String::from_utf8_lossy(&chunk));
            }
            heard.lock().unwrap().1 = true;
        });
        Ok(())
    }
}

/// What a listener has heard: { name, has = "text", ended = true }.
pub(crate) fn heard(scene: &Scene, value: &Value) -> Result<(), String> {
    let name = value["name"].as_str().ok_or("`name`")?;
    let heard = scene.heard.get(name).ok_or_else(|| format!("nobody called `{name}` listens"))?;
    let (text, ended) = heard.lock().unwrap().clone();
    let has = value["has"].as_str().is_none_or(|part| text.contains(part));
    if has && value["ended"].as_bool().is_none_or(|wanted| wanted == ended) {
        return Ok(());
    }
    Err(format!("heard, {}: {text}", if ended { "to the end" } else { "so far" }))
}
