//! Making a certificate for the content of notifications: self-signed, since Graph takes it from the app that
//! subscribes, and with an RSA key, since Graph takes no other.

use std::time::Duration;

use aws_lc_rs::rsa::{OaepPrivateDecryptingKey, PrivateDecryptingKey};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use rcgen::{CertificateParams, DnType, KeyPair, PKCS_RSA_SHA256, RsaKeySize, date_time_ymd};
use tieline_types::{Secret, Timestamp};

/// A new certificate.
pub(super) struct Made {
    /// The certificate in DER, as base64: what Graph is given.
    pub(super) der: String,
    /// Its private key in PKCS#8, as base64.
    pub(super) key: Secret,
}

/// Makes a certificate that is valid in this time. It takes processor time, some tenths of a second.
///
/// # Errors
/// When the machine has no randomness.
pub(super) fn make(from: Timestamp, to: Timestamp) -> Result<Made, rcgen::Error> {
    let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)?;
    let mut params = CertificateParams::default();
    let at = |time: Timestamp| date_time_ymd(1970, 1, 1) + Duration::from_secs(time.0 / 1_000);
    (params.not_before, params.not_after) = (at(from), at(to));
    params.distinguished_name.push(DnType::CommonName, "Tieline: content of notifications");
    let certificate = params.self_signed(&pair)?;
    let key = Secret::new(BASE64_STANDARD.encode(pair.serialize_der()));
    Ok(Made { der: BASE64_STANDARD.encode(certificate.der()), key })
}

/// Reads the private key of a certificate; none when it is none.
pub(super) fn read(key: &Secret) -> Option<OaepPrivateDecryptingKey> {
    let der = BASE64_STANDARD.decode(key.expose()).ok()?;
    OaepPrivateDecryptingKey::new(PrivateDecryptingKey::from_pkcs8(&der).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_can_be_read_again_and_nothing_else() {
        let made = make(Timestamp(1_800_000_000_000), Timestamp(1_900_000_000_000)).unwrap();
        assert_eq!(read(&made.key).unwrap().key_size_bits(), 2_048);
        assert!(BASE64_STANDARD.decode(&made.der).is_ok_and(|der| der.len() > 500));
        for wrong in ["", "?", &made.der, &made.key.expose()[..400]] {
            assert!(read(&Secret::new(wrong)).is_none());
        }
    }
}
