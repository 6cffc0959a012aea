//! What the host says on standard output when it is up. Everything else goes to the log.

use serde_json::json;
use tieline_types::Secret;
use url::Url;

use crate::answer::print_line;

/// Says where the host is, and its API token if that was made just now: the one time that it is shown.
pub(crate) fn up(listening: &Url, token: Option<&Secret>, json: bool) {
    tracing::info!(%listening, "up");
    let address = listening.as_str().trim_end_matches('/');
    let token = token.map(Secret::expose);
    if json {
        print_line(&json!({ "listening": address, "api_token": token }).to_string());
        return;
    }
    print_line(&format!("tieline is up at {address}"));
    if let Some(token) = token {
        print_line(&format!("API token (shown once): {token}"));
    }
}
