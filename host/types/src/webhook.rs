//! Hooks that other systems call: how the caller proves itself, and what it sent.

use std::{borrow::Cow, fmt};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use utoipa::ToSchema;

/// How the caller of a webhook proves itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Verification {
    /// A header field carries the hook's secret.
    Header {
        /// In lower case.
        name: String,
    },
    /// A query parameter carries the hook's secret.
    Query {
        /// As it is written.
        name: String,
    },
    /// A header field carries the HMAC-SHA256 of the body under the hook's secret.
    HmacSha256 {
        /// Its name, in lower case.
        header: String,
    },
    /// A Salesforce outbound message names this organisation. That is no secret: the hook's address is.
    SoapOrganization {
        /// The first 15 characters of its id, which say it all.
        organization: String,
    },
}

impl Verification {
    /// Whether the caller needs a secret beside the address.
    pub fn has_secret(&self) -> bool {
        !matches!(self, Self::SoapOrganization { .. })
    }
}

/// In words for an operator.
impl fmt::Display for Verification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header { name } => write!(f, "secret in the header {name}"),
            Self::Query { name } => write!(f, "secret in the query, {name}=…"),
            Self::HmacSha256 { header } => write!(f, "HMAC-SHA256 of the body in the header {header}"),
            Self::SoapOrganization { organization } => {
                write!(f, "organisation {organization} in the message")
            }
        }
    }
}

/// The body of a call. Kept as text where it is text, so that people can read it: `{"text": "…"}`, and else
/// `{"base64": "…"}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookBody(Vec<u8>);

impl HookBody {
    /// Its bytes.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// How many they are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Vec<u8>> for HookBody {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Written<'a> {
    Text(Cow<'a, str>),
    Base64(String),
}

impl Serialize for HookBody {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let written = match std::str::from_utf8(&self.0) {
            Ok(text) => Written::Text(text.into()),
            Err(_) => Written::Base64(STANDARD.encode(&self.0)),
        };
        written.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for HookBody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Written::deserialize(deserializer)? {
            Written::Text(text) => Ok(Self(text.into_owned().into_bytes())),
            Written::Base64(text) => STANDARD.decode(text).map(Self).map_err(D::Error::custom),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_body_reads_back(bytes: Vec<u8>) {
            let written = serde_json::to_string(&HookBody(bytes.clone())).unwrap();
            prop_assert_eq!(written.contains("base64"), std::str::from_utf8(&bytes).is_err());
            prop_assert_eq!(serde_json::from_str::<HookBody>(&written).unwrap().into_bytes(), bytes);
        }
    }

    #[test]
    fn is_known_by_its_kind() {
        let hmac = Verification::HmacSha256 { header: "x-signature".into() };
        let written = serde_json::to_string(&hmac).unwrap();
        assert_eq!(written, r#"{"kind":"hmac-sha256","header":"x-signature"}"#);
        assert_eq!(serde_json::from_str::<Verification>(&written).unwrap(), hmac);
    }
}
