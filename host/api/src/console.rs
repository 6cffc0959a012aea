//! The console and the panel: what `cargo xtask console` built, embedded. Open to everybody, since nothing of a tenant is
//! in it: whatever a page shows, it asks the API for.

use std::{borrow::Cow, sync::Arc};

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
    routing::get,
};
use rust_embed::RustEmbed;
use tieline_delivery::Host;
use tieline_types::TenantId;

use crate::{Api, refusal};

/// Files by their path below `dist`. Empty where nobody has built the console: building the host needs no Node.
#[derive(RustEmbed)]
#[folder = "console/dist"]
#[allow_missing = true]
struct Built;

/// What a page may do. Its hash is of the one style that the library of components puts into a page; a browser test would
/// find another.
const POLICY: &str = include_str!("../console/csp.txt").trim_ascii_end();
/// The part of it that says who may show a page inside their own. Of a panel its tenant says so; of the console nobody may.
const NOBODY: &str = "frame-ancestors 'none'";
/// The name of a file under `assets` says what is in it.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const NOT_BUILT: &str = include_str!("console/not_built.html");

/// The routes of pages. Both apps decide for themselves what each of their addresses shows.
pub(crate) fn routes() -> Router<Api> {
    let to_console = || async { Redirect::to("/console/") };
    Router::new()
        .route("/", get(to_console))
        .route("/console", get(to_console))
        .route("/console/", get(|| async { entry("index.html", NOBODY, file) }))
        .route("/console/{*path}", get(async |Path(path): Path<String>| console(&path, file)))
        .route("/panel/{*path}", get(panel))
}

type Content = Cow<'static, [u8]>;

fn file(path: &str) -> Option<Content> {
    Built::get(path).map(|file| file.data)
}

/// A file of the build, or the page that makes something of the address.
fn console(path: &str, file: impl Fn(&str) -> Option<Content>) -> Response {
    if !path.starts_with("assets/") {
        return entry("index.html", NOBODY, file);
    }
    match file(path) {
        Some(content) => {
            let fields = [(header::CONTENT_TYPE, kind(path)), (header::CACHE_CONTROL, FOR_EVER)];
            (fields, content).into_response()
        }
        // Never a page in place of a script: of another build than the page that asks for it.
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The panel, which its tenant may have pages of other sites show inside themselves. The page is the same for everybody, whether
/// or not there is such a tenant.
async fn panel(State(host): State<Arc<Host>>, Path(path): Path<String>) -> Response {
    let tenant = path.split('/').next().and_then(|tenant| tenant.parse::<TenantId>().ok());
    let ancestors = match &tenant {
        Some(tenant) => host.frame_ancestors(tenant).await.unwrap_or_else(|error| {
            tracing::warn!(
                cause = refusal::causes(&error),
                "who may show the panel cannot be read: nobody may"
            );
            Default::default()
        }),
        None => Default::default(),
    };
    entry("panel.html", &ancestors.directive(), file)
}

/// An app's page, asked for anew each time: it names the files of its build.
fn entry(name: &str, ancestors: &str, file: impl Fn(&str) -> Option<Content>) -> Response {
    let mut response = match file(name) {
        Some(page) => Html(page).into_response(),
        None => (StatusCode::NOT_FOUND, Html(NOT_BUILT)).into_response(),
    };
    let policy = HeaderValue::try_from(POLICY.replace(NOBODY, ancestors));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy.unwrap_or(HeaderValue::from_static(POLICY)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// What a file of the build is.
fn kind(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(path: &str) -> Option<Content> {
        matches!(path, "index.html" | "panel.html" | "assets/a-1.js")
            .then(|| Cow::Owned(path.as_bytes().to_vec()))
    }

    fn seen(response: &Response) -> (u16, &str, &str) {
        let field =
            |name| response.headers().get(name).map_or("", |value: &HeaderValue| value.to_str().unwrap());
        (response.status().as_u16(), field(header::CONTENT_TYPE), field(header::CACHE_CONTROL))
    }

    #[test]
    fn files_are_kept_for_ever_and_pages_are_asked_for_anew() {
        for (path, expected) in [
            ("assets/a-1.js", (200, "text/javascript; charset=utf-8", FOR_EVER)),
            ("t/acme/events", (200, "text/html; charset=utf-8", "no-cache")),
            ("t/acme/events/x.js", (200, "text/html; charset=utf-8", "no-cache")),
        ] {
            assert_eq!(seen(&console(path, built)), expected, "{path}");
        }
        assert_eq!(console("assets/gone.js", built).status(), StatusCode::NOT_FOUND);
        assert_eq!(console("assets/../index.html", built).status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn no_page_may_run_what_stands_in_it() {
        let page = entry("panel.html", NOBODY, built);
        let policy = page.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("script-src 'self';") && policy.contains("default-src 'none'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
    }

    #[test]
    fn only_whom_the_tenant_names_may_show_its_panel() {
        let policy = |ancestors| {
            let page = entry("panel.html", ancestors, built);
            page.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned()
        };
        assert!(policy(NOBODY).contains(NOBODY) && policy(NOBODY) == POLICY);
        let named = policy("frame-ancestors https://crm.example");
        assert!(
            named.ends_with("; frame-ancestors https://crm.example") && !named.contains(NOBODY),
            "{named}"
        );
        assert_eq!(named.matches(';').count(), POLICY.matches(';').count(), "all else stays: {named}");
    }

    #[test]
    fn a_host_without_a_console_says_how_to_build_one() {
        let page = entry("index.html", NOBODY, |_| None);
        assert_eq!(seen(&page).0, 404);
        assert!(NOT_BUILT.contains("cargo xtask console"));
    }
}
