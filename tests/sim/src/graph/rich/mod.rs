//! Notifications with the resource inside ("Set up change notifications that include resource data").
//!
//! The resource is encrypted with a key of its own, and that with the subscriber's certificate; a token of the
//! publisher says for which app and directory the request is.

mod envelope;
mod tokens;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::errors::GraphError;
use super::subscriptions::text;

pub(super) use envelope::Envelope;

const LONGEST_ID: usize = 128;

/// A subscriber's certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Certificate {
    /// The subscriber's own name for it.
    pub(super) id: String,
    der: Vec<u8>,
    /// The public key as SubjectPublicKeyInfo.
    key: Vec<u8>,
}

/// What a test lets be wrong with a notification that carries its resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tamper {
    /// A bit of the encrypted resource is another one.
    Data,
    /// A bit of its signature is another one.
    Signature,
    /// A bit of the encrypted key is another one.
    Key,
    /// It names a certificate that nobody gave.
    Certificate,
    /// There is no token.
    NoToken,
    /// The token is for another app.
    Audience,
    /// The token is of another directory.
    Issuer,
    /// The token is another app's, and not the publisher's.
    Publisher,
    /// The token has expired.
    Expired,
    /// The token's signature is wrong.
    TokenSignature,
}

impl Certificate {
    /// What a request to subscribe, or to renew, says of it; none if it says nothing. `encryptionCertificate` is the
    /// base64 of a DER certificate with an RSA key.
    pub(super) fn given(body: &Map<String, Value>) -> Result<Option<Self>, GraphError> {
        let (given, id) = (text(body, "encryptionCertificate")?, text(body, "encryptionCertificateId")?);
        let (given, id) = match (given, id) {
            (None, None) => return Ok(None),
            (Some(given), Some(id)) => (given, id),
            _ => return Err(incomplete()),
        };
        if id.is_empty() || id.chars().count() > LONGEST_ID {
            return Err(GraphError::invalid_request(format!(
                "encryptionCertificateId must have 1 to {LONGEST_ID} characters."
            )));
        }
        let unreadable = || GraphError::invalid_request("encryptionCertificate is not a valid certificate.");
        let der = BASE64_STANDARD.decode(given.trim()).map_err(|_| unreadable())?;
        let (_, parsed) = X509Certificate::from_der(&der).map_err(|_| unreadable())?;
        let key = parsed.public_key().raw.to_vec();
        let certificate = Self { id, key, der };
        // It must be usable.
        Envelope::seal(b"{}", &certificate).ok_or_else(unreadable)?;
        Ok(Some(certificate))
    }
}

/// The certificate of a request to subscribe that wants the resource.
pub(super) fn wanted(body: &Map<String, Value>) -> Result<Option<Certificate>, GraphError> {
    if body.get("includeResourceData").is_none_or(|wanted| *wanted != Value::Bool(true)) {
        return Ok(None);
    }
    Certificate::given(body)?.map(Some).ok_or_else(incomplete)
}

fn incomplete() -> GraphError {
    GraphError::invalid_request(
        "encryptionCertificate and encryptionCertificateId are required when includeResourceData is true.",
    )
}
