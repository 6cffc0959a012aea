//! Requests as a stranger would make them, and packages as no tool would.

use std::fs;

use serde_json::{Value, json};

use crate::{json::matches, scene::Scene};

impl Scene {
    /// Sends one request to the host: { method, path, body, text, bytes, headers, token = "ours" | …, answers, says, save,
    /// etag = "seen" }; `etag` saves that field. A `url` in place of the path is one of the host's own; `pad` puts so many letters where the body says `PAD`.
    pub(crate) async fn request(&mut self, step: &Value) -> Result<(), String> {
        let host = self.host.as_ref().ok_or("no host runs")?;
        let path = match (step["path"].as_str(), step["url"].as_str()) {
            (Some(path), None) => path.to_owned(),
            (None, Some(url)) => format!("/{}", url.splitn(4, '/').nth(3).unwrap_or_default()),
            _ => return Err("one of `path` and `url`".into()),
        };
        let method = step["method"].as_str().unwrap_or("POST");
        let method: reqwest::Method = method.parse().map_err(|_| format!("`{method}` is not a method"))?;
        let mut request = self.client.request(method, format!("{}{path}", host.url));
        match step["token"].as_str() {
            Some("ours") => request = request.bearer_auth(self.token()),
            Some(other) => request = request.bearer_auth(other),
            None => {}
        }
        match (&step["body"], step["text"].as_str(), step["bytes"].as_u64()) {
            (Value::Null, Some(text), _) => request = request.body(text.to_owned()),
            (Value::Null, None, Some(bytes)) => {
                request = request.header("Content-Type", "application/json").body(vec![b' '; bytes as usize]);
            }
            (Value::Null, None, None) => {}
            (body, ..) => {
                let pad = "x".repeat(step["pad"].as_u64().unwrap_or_default() as usize);
                request = request.header("Content-Type", "application/json");
                request = request.body(body.to_string().replace("PAD", &pad));
            }
        }
        for (name, value) in step["headers"].as_object().into_iter().flatten() {
            request = request.header(name, value.as_str().unwrap_or_default());
        }
        let answer = request.send().await.map_err(|error| format!("{path}: {error}"))?;
        self.answered(step, answer).await
    }

    /// Looks at an answer: { answers, says, save }.
    pub(super) async fn answered(&mut self, step: &Value, answer: reqwest::Response) -> Result<(), String> {
        let etag = answer.headers().get("etag").and_then(|etag| etag.to_str().ok()).map(str::to_owned);
        let status = json!(answer.status().as_u16());
        let text = answer.text().await.map_err(|error| error.to_string())?;
        let said: Value = serde_json::from_str(&text).unwrap_or(Value::String(text));
        if status != step["answers"] {
            return Err(format!("answered {status}: {said}"));
        }
        if !step["says"].is_null() && !matches(&said, &step["says"]) {
            return Err(format!("said {said}"));
        }
        if let Some(name) = step["etag"].as_str() {
            self.scope[name] = json!(etag.ok_or("there is no `etag`")?);
        }
        if let Some(name) = step["save"].as_str() {
            self.scope[name] = said;
        }
        Ok(())
    }

    /// Makes the package of a raw guest, for `${raw_wasm}`: { guest = "nine_tables", section = 2000000 }; `section` adds
    /// a section of so many bytes, `again` a second manifest that declares more, `manifest` one of so many bytes.
    pub(crate) fn raw_package(&mut self, step: &Value) -> Result<(), String> {
        let name = step["guest"].as_str().ok_or("`guest`")?;
        let guest = tieline_raw_guests::all().into_iter().find(|guest| guest.name == name);
        let mut package = guest.ok_or_else(|| format!("there is no raw guest `{name}`"))?.package();
        if let Some(bytes) = step["section"].as_u64() {
            package = tieline_raw_guests::with_section(package, "padding", &vec![0; bytes as usize]);
        }
        if let Some(manifest) = step["again"].as_str() {
            package =
                tieline_raw_guests::with_section(package, "tieline:connector.toml", manifest.as_bytes());
        }
        if let Some(bytes) = step["manifest"].as_u64() {
            let manifest = vec![b'#'; bytes as usize];
            package = tieline_raw_guests::with_section(package, "tieline:connector.toml", &manifest);
        }
        self.keep("raw.wasm", "raw_wasm", package)
    }

    /// Makes a package whose manifest is that of another and whose code is none, for `${broken_wasm}`.
    pub(crate) fn broken_package(&mut self, of: &Value) -> Result<(), String> {
        let package = fs::read(of.as_str().ok_or("`broken` takes a file")?).map_err(|e| e.to_string())?;
        self.keep("broken.wasm", "broken_wasm", tieline_raw_guests::with_broken_code(package))
    }

    fn keep(&mut self, file: &str, name: &str, package: Vec<u8>) -> Result<(), String> {
        let path = self.home.path().join(file);
        fs::write(&path, package).map_err(|error| error.to_string())?;
        self.scope[name] = json!(path);
        Ok(())
    }
}
