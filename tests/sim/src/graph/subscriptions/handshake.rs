//! Proof that a notification URL wants notifications ("Receive change notifications through
//! webhooks: notificationUrl validation").
//!
//! It happens while the request to subscribe is open: a server that handles one request at a time
//! deadlocks here, as it does with Graph. Graph does not try again.

use std::time::Duration;

use reqwest::Client;
use url::Url;

use crate::graph::errors::GraphError;
use crate::ids;

const PATIENCE: Duration = Duration::from_secs(10);

/// Asks a URL to echo a token.
pub(super) async fn validate(client: &Client, url: &str) -> Result<(), GraphError> {
    // A real one looks just so; its spaces and colons show whether the endpoint decodes it.
    let token = format!(
        "Validation: Testing client application reachability for subscription Request-Id: {}",
        ids::fresh_guid()
    );
    let mut target =
        Url::parse(url).map_err(|_| GraphError::validation("notificationUrl is not a valid URL."))?;
    target.query_pairs_mut().append_pair("validationToken", &token);
    let asked = client
        .post(target)
        .header("content-type", "text/plain; charset=utf-8")
        .body("")
        .timeout(PATIENCE)
        .send()
        .await;
    match asked {
        Err(error) if error.is_timeout() => {
            Err(GraphError::validation("Subscription validation request timed out."))
        }
        Err(_) => Err(not_ok()),
        Ok(answer) if answer.status() != http::StatusCode::OK => Err(not_ok()),
        Ok(answer) => {
            let content_type = answer.headers().get("content-type").cloned();
            let is_text = content_type
                .is_some_and(|value| value.as_bytes().to_ascii_lowercase().starts_with(b"text/plain"));
            match answer.bytes().await {
                Ok(body) if is_text && *body == *token.as_bytes() => Ok(()),
                Err(error) if error.is_timeout() => {
                    Err(GraphError::validation("Subscription validation request timed out."))
                }
                _ => Err(GraphError::validation(
                    "Subscription validation request failed. Response must exactly match \
                     validationToken query parameter.",
                )),
            }
        }
    }
}

fn not_ok() -> GraphError {
    GraphError::validation(
        "Subscription validation request failed. Notification endpoint must respond with 200 OK to \
         validation request.",
    )
}
