//! The signing key of the directory, made at start.

use jsonwebtoken::jwk::{AlgorithmParameters, Jwk};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use rcgen::{KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use serde::Serialize;
use serde_json::{Value, json};

use crate::ids;

/// Why there is no signing key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// It could not be made.
    #[error("an RSA key could not be made")]
    Generate(#[from] rcgen::Error),
    /// It could not be read back.
    #[error("the RSA key could not be read")]
    Read(#[from] jsonwebtoken::errors::Error),
    /// It is of another kind than asked for.
    #[error("the key is no RSA key")]
    Kind,
}

/// An RSA key pair and its name.
#[derive(Debug)]
pub(crate) struct Keys {
    id: String,
    signing: EncodingKey,
    verifying: DecodingKey,
    modulus: String,
    exponent: String,
}

impl Keys {
    pub(crate) fn generate() -> Result<Self, KeyError> {
        let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)?;
        let signing = EncodingKey::from_rsa_pem(pair.serialize_pem().as_bytes())?;
        let public = Jwk::from_encoding_key(&signing, Algorithm::RS256)?;
        let AlgorithmParameters::RSA(public) = public.algorithm else {
            return Err(KeyError::Kind);
        };
        let verifying = DecodingKey::from_rsa_components(&public.n, &public.e)?;
        Ok(Self { id: ids::secret(27), signing, verifying, modulus: public.n, exponent: public.e })
    }

    /// The key set document.
    pub(crate) fn jwks(&self) -> Value {
        json!({"keys": [{
            "kty": "RSA", "use": "sig", "alg": "RS256",
            "kid": self.id, "x5t": self.id,
            "n": self.modulus, "e": self.exponent,
        }]})
    }

    pub(crate) fn sign(&self, claims: &impl Serialize) -> Option<String> {
        let header = Header {
            kid: Some(self.id.clone()),
            x5t: Some(self.id.clone()),
            ..Header::new(Algorithm::RS256)
        };
        jsonwebtoken::encode(&header, claims, &self.signing).ok()
    }

    pub(crate) fn verifying(&self) -> &DecodingKey {
        &self.verifying
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entra::Claims;
    use jsonwebtoken::Validation;

    #[test]
    fn a_token_verifies_with_the_published_key() {
        let keys = Keys::generate().unwrap();
        let claims =
            Claims { aud: "https://graph.microsoft.com".into(), exp: u64::MAX / 2, ..Claims::default() };
        let token = keys.sign(&claims).unwrap();
        let published = &keys.jwks()["keys"][0];
        let key = DecodingKey::from_rsa_components(
            published["n"].as_str().unwrap(),
            published["e"].as_str().unwrap(),
        )
        .unwrap();
        let mut validation = Validation::new(Algorithm::RS256);
        validation.set_audience(&["https://graph.microsoft.com"]);
        let read = jsonwebtoken::decode::<Claims>(&token, &key, &validation).unwrap();
        assert_eq!(read.claims.exp, claims.exp);
        assert_eq!(read.header.kid.as_deref(), published["kid"].as_str());
    }
}
