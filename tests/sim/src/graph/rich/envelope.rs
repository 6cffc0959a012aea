//! A resource, encrypted for one subscriber ("changeNotificationEncryptedContent resource type").

use aws_lc_rs::cipher::{AES_256, EncryptionContext, PaddedBlockEncryptingKey, UnboundCipherKey};
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::rsa::{OAEP_SHA1_MGF1SHA1, OaepPublicEncryptingKey, PublicEncryptingKey};
use aws_lc_rs::{hmac, rand};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Serialize;

use super::{Certificate, Tamper};

/// `encryptedContent`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::graph) struct Envelope {
    data: String,
    data_signature: String,
    data_key: String,
    encryption_certificate_id: String,
    encryption_certificate_thumbprint: String,
}

impl Envelope {
    /// Encrypts with a fresh key: AES-256-CBC whose first block is the key's first half, HMAC-SHA256 over what comes
    /// of it, and the key under the certificate by RSA-OAEP with SHA-1.
    pub(in crate::graph) fn seal(resource: &[u8], certificate: &Certificate) -> Option<Self> {
        let mut key = [0; 32];
        rand::fill(&mut key).ok()?;
        let iv: [u8; 16] = key[..16].try_into().ok()?;
        let mut data = resource.to_vec();
        let cipher = PaddedBlockEncryptingKey::cbc_pkcs7(UnboundCipherKey::new(&AES_256, &key).ok()?).ok()?;
        cipher.less_safe_encrypt(&mut data, EncryptionContext::Iv128(FixedLength::from(&iv))).ok()?;
        let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), &data);

        let public =
            OaepPublicEncryptingKey::new(PublicEncryptingKey::from_der(&certificate.key).ok()?).ok()?;
        let mut wrapped = vec![0; public.ciphertext_size()];
        let wrapped = public.encrypt(&OAEP_SHA1_MGF1SHA1, &key, &mut wrapped, None).ok()?;
        let thumbprint = digest(&SHA1_FOR_LEGACY_USE_ONLY, &certificate.der);
        Some(Self {
            data: BASE64_STANDARD.encode(&data),
            data_signature: BASE64_STANDARD.encode(signature),
            data_key: BASE64_STANDARD.encode(wrapped),
            encryption_certificate_id: certificate.id.clone(),
            encryption_certificate_thumbprint: thumbprint
                .as_ref()
                .iter()
                .map(|b| format!("{b:02X}"))
                .collect(),
        })
    }

    /// As somebody on the way might change it.
    pub(in crate::graph) fn tampered(mut self, with: Option<Tamper>) -> Self {
        match with {
            Some(Tamper::Data) => flip(&mut self.data),
            Some(Tamper::Signature) => flip(&mut self.data_signature),
            Some(Tamper::Key) => flip(&mut self.data_key),
            Some(Tamper::Certificate) => self.encryption_certificate_id.push_str("-other"),
            _ => {}
        }
        self
    }
}

/// Changes a bit in the middle.
fn flip(encoded: &mut String) {
    let mut bytes = BASE64_STANDARD.decode(encoded.as_str()).unwrap_or_default();
    let middle = bytes.len() / 2;
    if let Some(byte) = bytes.get_mut(middle) {
        *byte ^= 1;
    }
    *encoded = BASE64_STANDARD.encode(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::cipher::{DecryptionContext, PaddedBlockDecryptingKey};
    use aws_lc_rs::rsa::{OaepPrivateDecryptingKey, PrivateDecryptingKey};
    use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
    use serde_json::json;

    #[test]
    fn the_subscriber_reads_what_was_sealed_and_a_changed_one_is_not_signed() {
        let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
        let made = CertificateParams::new(vec!["app".to_owned()]).unwrap().self_signed(&pair).unwrap();
        let body = json!({
            "includeResourceData": true,
            "encryptionCertificate": BASE64_STANDARD.encode(made.der()),
            "encryptionCertificateId": "1",
        });
        let certificate = super::super::wanted(body.as_object().unwrap()).unwrap().unwrap();
        let sealed = Envelope::seal(br#"{"id":"1616990032035"}"#, &certificate).unwrap();
        assert_eq!(sealed.encryption_certificate_thumbprint.len(), 40);

        let private = PrivateDecryptingKey::from_pkcs8(&pair.serialize_der()).unwrap();
        let private = OaepPrivateDecryptingKey::new(private).unwrap();
        let wrapped = BASE64_STANDARD.decode(&sealed.data_key).unwrap();
        let mut key = vec![0; private.min_output_size()];
        let key = private.decrypt(&OAEP_SHA1_MGF1SHA1, &wrapped, &mut key, None).unwrap();
        let signed = |sealed: &Envelope| {
            let data = BASE64_STANDARD.decode(&sealed.data).unwrap();
            let signature = BASE64_STANDARD.decode(&sealed.data_signature).unwrap();
            hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, key), &data, &signature).is_ok()
        };
        assert!(signed(&sealed));
        for tamper in [Tamper::Data, Tamper::Signature] {
            assert!(!signed(&sealed.clone().tampered(Some(tamper))));
        }
        let iv: [u8; 16] = key[..16].try_into().unwrap();
        let cipher = PaddedBlockDecryptingKey::cbc_pkcs7(UnboundCipherKey::new(&AES_256, key).unwrap());
        let mut data = BASE64_STANDARD.decode(&sealed.data).unwrap();
        let context = DecryptionContext::Iv128(FixedLength::from(&iv));
        assert_eq!(cipher.unwrap().decrypt(&mut data, context).unwrap(), br#"{"id":"1616990032035"}"#);
    }

    #[test]
    fn what_is_no_certificate_is_refused() {
        let refused = |certificate: serde_json::Value| {
            let body = json!({
                "includeResourceData": true,
                "encryptionCertificate": certificate,
                "encryptionCertificateId": "1",
            });
            super::super::wanted(body.as_object().unwrap()).is_err()
        };
        assert!(refused(json!(null)) && refused(json!("")) && refused(json!("bm90aGluZw==")));
        assert!(super::super::wanted(&serde_json::Map::new()).unwrap().is_none());
    }
}
