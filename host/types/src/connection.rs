//! A connection as an operator writes it.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::ToSchema;

use crate::{Timestamp, clock::written};

/// A connection. Which fields a provider needs is the provider's data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, bound(deserialize = "S: Deserialize<'de>"))]
pub struct Connection<S> {
    /// `microsoft`, `salesforce`, `dynamics`, `vault`.
    pub provider: String,
    /// For people: what they call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Microsoft and Dynamics: the cloud; `global` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cloud: Option<String>,
    /// Microsoft and Dynamics: the Entra directory (tenant) id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub directory_id: Option<String>,
    /// Microsoft: the app registration's object id. For people: it is not needed to sign in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object_id: Option<String>,
    /// Others: the origin to sign in at, such as `https://acme.my.salesforce.com`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "uri")]
    pub login_url: Option<Url>,
    /// Dynamics: the origin of the Dataverse environment, such as `https://acme.crm.dynamics.com`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "uri")]
    pub environment_url: Option<Url>,
    /// Vault: the origin of the vault, such as `https://acme.veevavault.com`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "uri")]
    pub url: Option<Url>,
    /// OAuth client id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// OAuth client secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<S>,
    /// In place of a client secret: a certificate and its private key, both PEM, in one text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<S>,
    /// OAuth refresh token; with it the connection acts as the person who signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<S>,
    /// Vault: the login name of the user as whom the connection works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<S>,
    /// Vault: that user's password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<S>,
    /// When the client secret or password ends: `2027-01-31`. A certificate says it itself.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "written")]
    #[schema(value_type = Option<String>, example = "2027-01-31")]
    pub expires_at: Option<Timestamp>,
    /// Microsoft: how calls of metered Teams APIs are paid for; evaluation when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licensing: Option<Licensing>,
}

/// How calls of metered Teams APIs are paid for. Microsoft ended the metering on 25 August 2025 and still takes
/// the parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Licensing {
    /// Without a model: 500 messages a month for each app and directory.
    Evaluation,
    /// `model=A`: security and compliance, by licences.
    A,
    /// `model=B`: everything else, by use.
    B,
}

impl Licensing {
    /// The value of the query parameter `model`; none for evaluation.
    pub fn model(self) -> Option<&'static str> {
        match self {
            Self::Evaluation => None,
            Self::A => Some("A"),
            Self::B => Some("B"),
        }
    }
}

impl<S> Connection<S> {
    /// The names of the fields that hold secrets, in the order of [`secrets`](Self::secrets).
    pub const SECRETS: [&str; 5] = ["client_secret", "certificate", "refresh_token", "username", "password"];

    /// Its secrets.
    pub fn secrets(&self) -> [Option<&S>; 5] {
        let Self { client_secret, certificate, refresh_token, username, password, .. } = self;
        [client_secret, certificate, refresh_token, username, password].map(Option::as_ref)
    }

    /// The same connection with this in the place of every secret that it has.
    pub fn with_each<T: Copy>(self, stands: T) -> Connection<T> {
        let all = self.secrets().map(|secret| secret.map(|_| stands));
        self.with_secrets(all)
    }

    /// The same connection with its secrets in another form, in the same order.
    pub fn with_secrets<T>(self, secrets: [Option<T>; 5]) -> Connection<T> {
        let [client_secret, certificate, refresh_token, username, password] = secrets;
        Connection {
            provider: self.provider,
            name: self.name,
            cloud: self.cloud,
            directory_id: self.directory_id,
            object_id: self.object_id,
            login_url: self.login_url,
            environment_url: self.environment_url,
            url: self.url,
            client_id: self.client_id,
            client_secret,
            certificate,
            refresh_token,
            username,
            password,
            expires_at: self.expires_at,
            licensing: self.licensing,
        }
    }
}

/// Where the CLI finds a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum SecretRef {
    /// An environment variable of the CLI.
    Env(String),
    /// A file beside the document; one trailing newline is not part of the secret.
    File(PathBuf),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_day_and_a_moment_and_writes_what_it_reads() {
        for (given, millis) in
            [("2027-01-31", 1_801_353_600_000), ("2027-01-31T12:00:00Z", 1_801_396_800_000)]
        {
            let json = format!(r#"{{"provider":"microsoft","expires_at":"{given}","licensing":"b"}}"#);
            let connection: Connection<String> = serde_json::from_str(&json).unwrap();
            assert_eq!(connection.expires_at, Some(Timestamp(millis)), "{given}");
            assert_eq!(connection.licensing.and_then(Licensing::model), Some("B"));
            let again = serde_json::to_string(&connection).unwrap();
            assert_eq!(serde_json::from_str::<Connection<String>>(&again).unwrap(), connection);
        }
        for wrong in [r#""soon""#, "5", r#""2027-13-01""#, r#""1969-01-01""#] {
            let json = format!(r#"{{"provider":"microsoft","expires_at":{wrong}}}"#);
            assert!(serde_json::from_str::<Connection<String>>(&json).is_err(), "{wrong}");
        }
    }

    #[test]
    fn secrets_keep_their_places() {
        let json = r#"{"provider":"p","client_secret":"a","certificate":"b","refresh_token":"c",
                       "username":"d","password":"e"}"#;
        let connection: Connection<String> = serde_json::from_str(json).unwrap();
        let secrets = connection.secrets().map(|secret| secret.cloned());
        assert_eq!(connection.clone().with_secrets(secrets), connection);
    }
}
