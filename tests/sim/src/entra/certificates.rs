//! Certificates of the app registration, and the assertions that their keys sign
//! (active-directory-certificate-credentials).

use std::collections::HashMap;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use parking_lot::RwLock;
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, PublicKeyData, RsaKeySize};
use serde::Deserialize;

use super::errors::TokenError;
use super::keys::KeyError;

/// By the SHA-256 of the certificate.
#[derive(Debug, Default)]
pub(crate) struct Certificates(RwLock<HashMap<String, DecodingKey>>);

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
}

impl Certificates {
    /// Makes a certificate and its key, both PEM; `registered` ones are the app's.
    pub(super) fn make(&self, registered: bool) -> Result<String, KeyError> {
        let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)?;
        let certificate = CertificateParams::new(vec!["tieline".to_owned()])?.self_signed(&pair)?;
        if registered {
            let thumbprint = URL_SAFE_NO_PAD.encode(digest(&SHA256, certificate.der()));
            self.0.write().insert(thumbprint, DecodingKey::from_rsa_der(pair.der_bytes()));
        }
        Ok(format!("{}{}", certificate.pem(), pair.serialize_pem()))
    }

    /// Checks an assertion of this client for this endpoint.
    pub(super) fn check(&self, assertion: &str, client: &str, endpoint: &str) -> Result<(), TokenError> {
        let header = jsonwebtoken::decode_header(assertion).map_err(|_| TokenError::bad_assertion())?;
        // Some official clients pad it.
        let thumbprint = header.x5t_s256.unwrap_or_default().trim_end_matches('=').to_owned();
        let key = self.0.read().get(&thumbprint).cloned();
        let key = key.ok_or_else(|| TokenError::unknown_certificate(&thumbprint))?;
        if ![Algorithm::RS256, Algorithm::PS256].contains(&header.alg) {
            return Err(TokenError::bad_assertion());
        }
        let mut validation = Validation::new(header.alg);
        validation.set_audience(&[endpoint]);
        validation.validate_nbf = true;
        let claims = jsonwebtoken::decode::<Claims>(assertion, &key, &validation).map_err(|error| {
            use jsonwebtoken::errors::ErrorKind;
            match error.kind() {
                ErrorKind::ExpiredSignature | ErrorKind::ImmatureSignature => TokenError::assertion_time(),
                ErrorKind::InvalidAudience => TokenError::assertion_audience(),
                _ => TokenError::unknown_certificate(&thumbprint),
            }
        })?;
        if claims.claims.iss != client || claims.claims.sub != client {
            return Err(TokenError::bad_assertion());
        }
        Ok(())
    }
}
