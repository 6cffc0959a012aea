//! Secrets that cannot be printed.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use utoipa::ToSchema;
use zeroize::Zeroizing;

/// A secret text. It has no `Display`, no `Serialize` and a silent `Debug`, and its memory is wiped when
/// it is dropped: it leaves the process only where code says [`Secret::expose`].
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a text into custody.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself: only to send it to its owner or to seal it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

/// Stands where a secret stands, in what is told of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SecretState {
    /// There is one.
    Set,
    /// There is another one than before.
    Changed,
}

/// A secret on its way from the CLI, which resolved it, to the host, which seals it. Nothing but the upload makes
/// one. Beside [`ShownSecret`] the only form of a secret that can be serialised.
#[derive(Debug, Clone)]
pub struct UploadedSecret(pub Secret);

impl Serialize for UploadedSecret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.expose())
    }
}

/// A secret as it is given to change a connection: a text, or `true` for the one that is set already.
#[derive(Debug, Clone, PartialEq, Eq, ToSchema)]
#[schema(value_type = GivenSecretForm)]
pub struct GivenSecret(pub Option<Secret>);

impl<'de> Deserialize<'de> for GivenSecret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match GivenSecretForm::deserialize(deserializer) {
            Ok(GivenSecretForm::Text(text)) => Ok(Self(Some(Secret::new(text)))),
            Ok(GivenSecretForm::Kept(true)) => Ok(Self(None)),
            // Says nothing of what was given: it may be the secret.
            _ => Err(D::Error::custom("a secret is a text, or true for the one that is set")),
        }
    }
}

/// How a secret is written.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
enum GivenSecretForm {
    /// The secret itself. It is never given back.
    Text(String),
    /// `true`: the one that is set stays.
    Kept(bool),
}

/// Stands where a secret is set: `true`, and no more of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
#[schema(value_type = bool)]
pub struct SetSecret(());

impl SetSecret {
    /// In the place of the secret that is set.
    pub const SET: Self = Self(());
}

impl Serialize for SetSecret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(true)
    }
}

/// A secret on its way to the person who must put it into an upstream: the answer to one question, asked with the
/// right to ask it, and never part of a list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, format = Password)]
pub struct ShownSecret(pub Secret);

impl Serialize for ShownSecret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.expose())
    }
}
