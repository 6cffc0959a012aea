//! Calls of webhooks, as a system makes them that was set up with what `tieline hooks show` says.

use aws_lc_rs::hmac;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{json::matches, scene::Scene};

impl Scene {
    /// Calls a webhook: { of = "${shown.hook}", body | text | file | fill, method, query, headers = {…}, secret = "another",
    /// unproved = true, tampered = true, times, answers = 202, says, has = ["text"] }. A `file` of the case has its
    /// references filled in.
    pub(crate) async fn hook(&mut self, step: &Value) -> Result<(), String> {
        for _ in 0..step["times"].as_u64().unwrap_or(1) {
            self.call_hook(step).await?;
        }
        Ok(())
    }

    async fn call_hook(&self, step: &Value) -> Result<(), String> {
        let host = self.host.as_ref().ok_or("no host runs")?;
        let shown = &step["of"];
        let address = shown["address"].as_str().ok_or("`of` takes what `hooks show` says")?;
        // The host knows itself by another address when it was started again.
        let path = address.split_once("/hooks/").ok_or("a hook's address")?.1;
        let method = step["method"].as_str().unwrap_or("POST");
        let method: Method = method.parse().map_err(|_| format!("`{method}` is not a method"))?;
        let (body, kind) = self.content(step)?;
        let sent = if step["tampered"] == true { body.replacen('1', "2", 1) } else { body.clone() };
        let secret = step["secret"].as_str().or(shown["secret"].as_str()).unwrap_or_default();
        let secret = if step["unproved"] == true { None } else { Some(secret) };
        let mut query = step["query"].as_str().unwrap_or_default().to_owned();
        if let (Some("query"), Some(secret)) = (shown["verification"]["kind"].as_str(), secret) {
            let name = shown["verification"]["name"].as_str().unwrap_or_default();
            query.push_str(&format!("&{name}={secret}"));
        }
        let url = format!("{}/hooks/{path}?{query}", host.url);
        let mut request = self.client.request(method, url).header("Content-Type", kind).body(sent);
        for (name, value) in step["headers"].as_object().into_iter().flatten() {
            request = request.header(name, value.as_str().ok_or("a header is a text")?);
        }
        if let Some(secret) = secret {
            request = proved(request, &shown["verification"], secret, &body);
        }
        let answer = request.send().await.map_err(|error| format!("{address}: {error}"))?;
        let status = json!(answer.status().as_u16());
        let text = answer.text().await.map_err(|error| format!("{address}: {error}"))?;
        let said: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
        if status != *step.get("answers").unwrap_or(&json!(202)) {
            return Err(format!("answered {status}: {text}"));
        }
        if !step["says"].is_null() && !matches(&said, &step["says"]) {
            return Err(format!("said {text}"));
        }
        let mut wanted = step["has"].as_array().into_iter().flatten().filter_map(Value::as_str);
        wanted
            .find(|part| !text.contains(part))
            .map_or(Ok(()), |part| Err(format!("`{part}` is missing: {text}")))
    }

    fn content(&self, step: &Value) -> Result<(String, &'static str), String> {
        match (step["file"].as_str(), step["text"].as_str()) {
            (Some(name), _) => Ok((self.file(name)?, "text/xml; charset=utf-8")),
            (None, Some(text)) => Ok((text.to_owned(), "text/plain")),
            (None, None) if step["fill"].is_u64() => {
                Ok(("x".repeat(step["fill"].as_u64().unwrap_or_default() as usize), "text/plain"))
            }
            (None, None) => Ok((step.get("body").unwrap_or(&json!({})).to_string(), "application/json")),
        }
    }
}

fn proved(request: RequestBuilder, verification: &Value, secret: &str, body: &str) -> RequestBuilder {
    let name = |field: &str| verification[field].as_str().unwrap_or_default();
    match verification["kind"].as_str() {
        Some("header") => request.header(name("name"), secret),
        Some("hmac-sha256") => {
            let code = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), body.as_bytes());
            let hex: String = code.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
            request.header(name("header"), format!("sha256={hex}"))
        }
        _ => request,
    }
}
