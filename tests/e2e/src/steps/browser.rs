//! Browsers of people: each keeps its cookies and its page, and follows redirects.

use std::collections::HashMap;

use reqwest::{
    Response, Url,
    header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE},
};
use serde_json::{Value, json};

use crate::scene::Scene;

/// More redirects than any sign-in has.
const REDIRECTS: usize = 10;

/// By name.
#[derive(Default)]
pub(crate) struct Browsers(HashMap<String, Browser>);

#[derive(Default)]
pub(super) struct Browser {
    jar: Vec<Cookie>,
    /// The address of the page that it shows.
    page: Option<Url>,
}

struct Cookie {
    host: String,
    path: String,
    name: String,
    value: String,
}

impl Browsers {
    /// The browser with this name, or the usual one.
    pub(super) fn named(&mut self, name: Option<&str>) -> &mut Browser {
        self.0.entry(name.unwrap_or("usual").to_owned()).or_default()
    }
}

impl Browser {
    /// What it sends to an address: like real ones, by host and path, whatever the port.
    pub(super) fn cookies(&self, url: &Url) -> String {
        let fits = |cookie: &&Cookie| {
            Some(cookie.host.as_str()) == url.host_str() && url.path().starts_with(&cookie.path)
        };
        let pairs = self.jar.iter().filter(fits).map(|cookie| format!("{}={}", cookie.name, cookie.value));
        pairs.collect::<Vec<_>>().join("; ")
    }

    pub(super) fn keep(&mut self, answer: &Response) {
        for field in answer.headers().get_all(SET_COOKIE).iter().filter_map(|field| field.to_str().ok()) {
            let mut parts = field.split(';').map(str::trim);
            let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { continue };
            let attributes: Vec<_> = parts.collect();
            let path = attributes.iter().find_map(|part| part.strip_prefix("Path=")).unwrap_or("/");
            let host = answer.url().host_str().unwrap_or_default();
            self.jar.retain(|cookie| cookie.name != name || cookie.path != path || cookie.host != host);
            if !attributes.contains(&"Max-Age=0") {
                let text = str::to_owned;
                self.jar.push(Cookie {
                    host: text(host),
                    path: text(path),
                    name: text(name),
                    value: text(value),
                });
            }
        }
    }
}

impl Scene {
    /// Opens an address, or submits the form of the page that is shown: { url | form = {…}, browser = "another", answers,
    /// has = ["text"], lacks = ["text"], headers = ["text"], stops_at = "part of an address", save }. Saved is the page, or
    /// where it stopped: its `url` and each parameter by name.
    pub(crate) async fn browse(&mut self, step: &Value) -> Result<(), String> {
        let browser = self.browsers.named(step["browser"].as_str());
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(|error| error.to_string())?;
        let (mut url, mut form) = match (step["url"].as_str(), step["form"].as_object()) {
            (Some(url), None) => (url.parse::<Url>().map_err(|error| format!("{url}: {error}"))?, None),
            (None, Some(form)) => (browser.page.clone().ok_or("no page is shown")?, Some(form.clone())),
            _ => return Err("one of `url` and `form`".into()),
        };
        for _ in 0..REDIRECTS {
            if let Some(part) = step["stops_at"].as_str()
                && url.as_str().contains(part)
            {
                let mut saved = json!({ "url": url.as_str() });
                for (name, value) in url.query_pairs() {
                    saved[name.as_ref()] = json!(value);
                }
                self.scope[step["save"].as_str().ok_or("`save`")?] = saved;
                return Ok(());
            }
            let request = match form.take() {
                Some(fields) => client
                    .post(url.clone())
                    .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .body(encoded(&fields)),
                None => client.get(url.clone()),
            };
            let answer = request.header(COOKIE, browser.cookies(&url)).send().await;
            let answer = answer.map_err(|error| format!("{url}: {error}"))?;
            browser.keep(&answer);
            if answer.status().is_redirection() {
                let to =
                    answer.headers().get(LOCATION).and_then(|to| to.to_str().ok()).ok_or("no `Location`")?;
                url = url.join(to).map_err(|error| format!("{to}: {error}"))?;
                continue;
            }
            browser.page = Some(url.clone());
            let status = answer.status().as_u16();
            let headers = format!("{:?}", answer.headers());
            let page = answer.text().await.map_err(|error| format!("{url}: {error}"))?;
            return self.seen(step, &url, status, &headers, page);
        }
        Err(format!("more than {REDIRECTS} redirects, at last to {url}"))
    }

    fn seen(
        &mut self,
        step: &Value,
        url: &Url,
        status: u16,
        headers: &str,
        page: String,
    ) -> Result<(), String> {
        let shown = format!("{url} answered {status}: {page}");
        if json!(status) != *step.get("answers").unwrap_or(&json!(200)) {
            return Err(shown);
        }
        let texts = |word: &str| {
            let list = step[word].as_array().cloned().unwrap_or_default();
            list.into_iter().filter_map(|text| text.as_str().map(str::to_owned))
        };
        if let Some(missing) = texts("has").find(|text| !page.contains(text)) {
            return Err(format!("`{missing}` is missing: {shown}"));
        }
        if let Some(wrong) = texts("lacks").find(|text| page.contains(text)) {
            return Err(format!("`{wrong}` is there: {shown}"));
        }
        if let Some(missing) = texts("headers").find(|text| !headers.contains(text)) {
            return Err(format!("`{missing}` is missing: {headers}"));
        }
        if let Some(name) = step["save"].as_str() {
            self.scope[name] = json!(page);
        }
        Ok(())
    }
}

fn encoded(fields: &serde_json::Map<String, Value>) -> String {
    let mut url = Url::parse("http://form/").expect("it is a URL");
    for (name, value) in fields {
        url.query_pairs_mut().append_pair(name, value.as_str().unwrap_or_default());
    }
    url.query().unwrap_or_default().to_owned()
}
