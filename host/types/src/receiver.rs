//! Who is told of alerts, and how.

use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::ToSchema;

use crate::{ReceiverName, Severity};

/// Somebody who is told when an alert is raised, when it becomes more severe, and when it clears. Either a webhook
/// with its secret, or addresses of mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, bound(deserialize = "S: Deserialize<'de>"))]
pub struct AlertReceiver<S> {
    /// Unique among those of the tenant, or of the host.
    pub name: ReceiverName,
    /// Is sent a `POST` with JSON.
    #[schema(value_type = Option<String>, format = "uri")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook: Option<Url>,
    /// What the webhook's calls are signed with, HMAC-SHA256.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<S>,
    /// Are sent a mail.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub email: Vec<String>,
    /// Of what matters less it is not told.
    #[serde(default = "warning")]
    pub min_severity: Severity,
}

fn warning() -> Severity {
    Severity::Warning
}

impl<S> AlertReceiver<S> {
    /// The same receiver with its secret in another form.
    pub fn with_secret<T>(self, secret: Option<T>) -> AlertReceiver<T> {
        let Self { name, webhook, secret: _, email, min_severity } = self;
        AlertReceiver { name, webhook, secret, email, min_severity }
    }

    /// Where its messages go, for people. Of a webhook no more than its origin: with some services the rest of the
    /// address is a secret.
    pub fn target(&self) -> String {
        match &self.webhook {
            Some(url) => format!("{}/…", url.origin().ascii_serialization()),
            None => self.email.join(", "),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tenant::SecretRef;

    #[test]
    fn reads_what_an_operator_writes_and_shows_no_path_of_a_webhook() {
        let text =
            "name = \"pager\"\nwebhook = \"https://hooks.example.com/T0/B0/token\"\nsecret = { env = \"P\" }";
        let receiver: AlertReceiver<SecretRef> = toml::from_str(text).unwrap();
        assert_eq!(receiver.min_severity, Severity::Warning);
        assert_eq!(receiver.target(), "https://hooks.example.com/…");
        let mail: AlertReceiver<SecretRef> = toml::from_str(
            "name = \"ops\"\nemail = [\"a@b.example\", \"c@d.example\"]\nmin_severity = \"info\"",
        )
        .unwrap();
        assert_eq!((mail.target().as_str(), mail.min_severity), ("a@b.example, c@d.example", Severity::Info));
        assert!(toml::from_str::<AlertReceiver<SecretRef>>("name = \"a b\"").is_err());
        assert!(toml::from_str::<AlertReceiver<SecretRef>>("name = \"a\"\nphone = \"1\"").is_err());
    }
}
