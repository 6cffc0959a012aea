//! What a page of the host does in a browser: requests that carry the browser's cookies.

use reqwest::{Method, Url, header::COOKIE};
use serde_json::Value;

use crate::scene::Scene;

impl Scene {
    /// Asks the host from a page that a browser shows: { path, method, csrf, body, browser = "another", answers, says,
    /// save }; `csrf` is the word that proves where it comes from.
    pub(super) async fn fetch(&mut self, step: &Value) -> Result<(), String> {
        let host = self.host.as_ref().ok_or("no host runs")?;
        let path = step["path"].as_str().ok_or("`path`")?;
        let url: Url = format!("{}{path}", host.url).parse().map_err(|error| format!("{path}: {error}"))?;
        let method = step["method"].as_str().unwrap_or("GET");
        let method: Method = method.parse().map_err(|_| format!("`{method}` is not a method"))?;
        let browser = self.browsers.named(step["browser"].as_str());
        let mut request = self.client.request(method, url.clone()).header(COOKIE, browser.cookies(&url));
        if let Some(word) = step["csrf"].as_str() {
            request = request.header("X-Tieline-CSRF", word);
        }
        if !step["body"].is_null() {
            request = request.json(&step["body"]);
        }
        let answer = request.send().await.map_err(|error| format!("{path}: {error}"))?;
        self.browsers.named(step["browser"].as_str()).keep(&answer);
        self.answered(step, answer).await
    }
}
