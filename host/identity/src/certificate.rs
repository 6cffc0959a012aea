//! A certificate in place of a client secret: what it says, and the assertions that its key signs.
//!
//! learn.microsoft.com, "Microsoft identity platform application authentication certificate credentials".

use std::time::Duration;

use aws_lc_rs::{
    digest, encoding::AsDer as _, encoding::PublicKeyX509Der, rsa::KeyPair, signature::KeyPair as _,
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;
use tieline_types::{Problem, Secret, Timestamp};
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// How long an assertion is good.
const ASSERTION: Duration = Duration::from_secs(10 * 60);
/// How far clocks may differ.
const SKEW: Duration = Duration::from_secs(60);

/// When the first certificate in a PEM text ends. None: there is none that can be read.
pub fn certificate_ends(text: &[u8]) -> Option<Timestamp> {
    let blocks = pem::parse_many(text).ok()?;
    let certificate = blocks.iter().find(|block| block.tag() == "CERTIFICATE")?;
    let (_, parsed) = X509Certificate::from_der(certificate.contents()).ok()?;
    Some(ends(&parsed))
}

fn ends(certificate: &X509Certificate<'_>) -> Timestamp {
    let seconds = u64::try_from(certificate.validity().not_after.timestamp()).unwrap_or_default();
    Timestamp(seconds.saturating_mul(1_000))
}

/// A certificate with its private key. Entra takes RSA keys only.
pub(crate) struct Certificate {
    /// SHA-256 of the certificate, as `x5t#S256` wants it.
    thumbprint: String,
    pub(crate) expires: Timestamp,
    key: EncodingKey,
}

/// RFC 7523, section 3.
#[derive(Serialize)]
struct Claims<'a> {
    aud: &'a str,
    iss: &'a str,
    sub: &'a str,
    jti: String,
    nbf: u64,
    iat: u64,
    exp: u64,
}

impl Certificate {
    /// Reads a text with one certificate and its RSA private key, both PEM, in any order; further certificates (the
    /// chain) may follow the first.
    pub(crate) fn read(text: &Secret) -> Result<Self, Problem> {
        let blocks = pem::parse_many(text.expose()).map_err(|_| invalid("It is not PEM."))?;
        let certificate = blocks.iter().find(|block| block.tag() == "CERTIFICATE");
        let certificate = certificate.ok_or_else(|| invalid("It has no block `CERTIFICATE`."))?;
        let private = blocks.iter().find(|block| ["PRIVATE KEY", "RSA PRIVATE KEY"].contains(&block.tag()));
        let private = private.ok_or_else(|| invalid("It has no block `PRIVATE KEY`."))?;

        let (_, parsed) = X509Certificate::from_der(certificate.contents())
            .map_err(|_| invalid("Its certificate cannot be read."))?;
        let pair = match private.tag() {
            "PRIVATE KEY" => KeyPair::from_pkcs8(private.contents()),
            _ => KeyPair::from_der(private.contents()),
        };
        let pair = pair.map_err(|_| invalid("Its key is no RSA key of 2,048 bits or more."))?;
        let public: PublicKeyX509Der<'_> =
            pair.public_key().as_der().map_err(|_| invalid("Its key cannot be read."))?;
        if public.as_ref() != parsed.public_key().raw {
            let message = "The private key is not that of the certificate.";
            return Err(Problem::new("connection.certificate-mismatch", message)
                .remedy("Give the certificate together with the key that it was made with."));
        }
        // As PEM once more: the block alone, whatever stood around it.
        let key = EncodingKey::from_rsa_pem(pem::encode(private).as_bytes());
        Ok(Self {
            thumbprint: BASE64_URL_SAFE_NO_PAD
                .encode(digest::digest(&digest::SHA256, certificate.contents())),
            expires: ends(&parsed),
            key: key.map_err(|_| invalid("Its key cannot be read."))?,
        })
    }

    /// Says to the token endpoint who the client is.
    pub(crate) fn assertion(
        &self,
        client_id: &str,
        endpoint: &str,
        id: String,
        now: Timestamp,
    ) -> Option<Secret> {
        let seconds = |time: Timestamp| time.0 / 1_000;
        let header = Header { x5t_s256: Some(self.thumbprint.clone()), ..Header::new(Algorithm::PS256) };
        let claims = Claims {
            aud: endpoint,
            iss: client_id,
            sub: client_id,
            jti: id,
            nbf: seconds(now).saturating_sub(SKEW.as_secs()),
            iat: seconds(now),
            exp: seconds(now.after(ASSERTION)),
        };
        jsonwebtoken::encode(&header, &claims, &self.key).ok().map(Secret::new)
    }
}

fn invalid(what: &str) -> Problem {
    Problem::new("connection.certificate-invalid", format!("The certificate cannot be used. {what}"))
        .remedy("Give one text with the certificate and its RSA private key, both PEM.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use jsonwebtoken::{DecodingKey, Validation};
    use rcgen::{CertificateParams, KeyPair as Pair, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256, RsaKeySize};

    fn made(pair: &Pair) -> String {
        CertificateParams::new(vec!["app".to_owned()]).unwrap().self_signed(pair).unwrap().pem()
    }

    fn rsa() -> Pair {
        Pair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap()
    }

    fn code(text: &str) -> String {
        Certificate::read(&Secret::new(text)).map(|_| ()).unwrap_err().code
    }

    #[test]
    fn refuses_what_is_no_certificate_with_its_key() {
        let (one, other) = (rsa(), rsa());
        let elliptic = Pair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        for wrong in [
            String::new(),
            "secret".to_owned(),
            made(&one),
            one.serialize_pem(),
            format!("{}{}", made(&elliptic), elliptic.serialize_pem()),
            made(&one).replace('A', "B") + &one.serialize_pem(),
        ] {
            assert_eq!(code(&wrong), "connection.certificate-invalid", "{wrong}");
        }
        let mixed = format!("{}{}", made(&one), other.serialize_pem());
        assert_eq!(code(&mixed), "connection.certificate-mismatch");
    }

    #[test]
    fn signs_what_entra_wants_to_read() {
        let pair = rsa();
        for text in [
            format!("{}{}", made(&pair), pair.serialize_pem()),
            format!("Bag Attributes\n{}\n{}{}", pair.serialize_pem(), made(&pair), made(&rsa())),
        ] {
            let certificate = Certificate::read(&Secret::new(text)).unwrap();
            assert!(certificate.expires > Timestamp(1_800_000_000_000));
            let now = Timestamp(1_800_000_000_000);
            let signed = certificate.assertion("client", "https://login/token", "1".into(), now).unwrap();
            let public = DecodingKey::from_rsa_der(pair.public_key_raw());
            let mut validation = Validation::new(Algorithm::PS256);
            validation.validate_exp = false;
            validation.set_audience(&["https://login/token"]);
            let read =
                jsonwebtoken::decode::<serde_json::Value>(signed.expose(), &public, &validation).unwrap();
            assert_eq!(read.header.x5t_s256.as_deref(), Some(certificate.thumbprint.as_str()));
            assert_eq!(read.header.x5t_s256.unwrap().len(), 43);
            assert_eq!((&read.claims["iss"], &read.claims["sub"]), (&"client".into(), &"client".into()));
            assert_eq!(read.claims["exp"], 1_800_000_600);
        }
    }
}
