//! What holds of every address that a guest asks for. Tests try it with made-up ones, and `tests/fuzz` for as long as it
//! runs.

use std::sync::{Arc, LazyLock};

use http::Method;
use tieline_types::{Grant, Manifest, Rights};
use url::Url;

use super::Permit;

static RIGHTS: LazyLock<Arc<Rights>> = LazyLock::new(|| {
    let manifest = Manifest::parse(
        "connector = { id = \"t\", version = \"1.0.0\", name = \"T\", vendor = \"T\", licence = \"MIT\", \
         description = \"T\", minimum_host = \"0.1.0\" }\n\
         [[http_origins]]\norigin = \"https://*.example.com\"\nmethods = [\"GET\"]\nreason = \"r\"\n",
    );
    let grant = Grant {
        http: ["https://api.example.com".parse().expect("it is a pattern")].into(),
        ..Grant::default()
    };
    Arc::new(Rights::of(&manifest.expect("it is a manifest"), &grant))
});

/// An address that is permitted leads where the grant says, by the method that it says, over TLS.
pub(crate) fn holds(text: &str) {
    let Ok(url) = Url::parse(text) else { return };
    assert!(Permit::granted(&RIGHTS, &url, &Method::DELETE).is_err(), "{text}");
    if Permit::granted(&RIGHTS, &url, &Method::GET).is_ok() {
        let host = url.host_str().map(|host| host.trim_end_matches('.'));
        assert_eq!(host, Some("api.example.com"), "{text}");
        assert_eq!((url.scheme(), url.port_or_known_default()), ("https", Some(443)), "{text}");
    }
}
