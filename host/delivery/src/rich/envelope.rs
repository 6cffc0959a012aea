//! Opening an envelope. Pure.
//!
//! learn.microsoft.com, "Set up change notifications that include resource data", "Decrypting resource data": the key by
//! RSA-OAEP with SHA-1, then the signature, and only then AES-256-CBC, whose first block is the key's first half.

use aws_lc_rs::{
    cipher::{AES_256, DecryptionContext, PaddedBlockDecryptingKey, UnboundCipherKey},
    hmac,
    iv::FixedLength,
    rsa::{OAEP_SHA1_MGF1SHA1, OaepPrivateDecryptingKey},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::de::IgnoredAny;
use tieline_types::event::Envelope;

/// Bytes of the key that a resource is encrypted with.
const KEY: usize = 32;

/// Why an envelope was not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unopened {
    /// The key was not encrypted with this certificate, or was changed since.
    #[error("its key was not made for the host's certificate")]
    Key,
    /// The resource was changed, or signed by somebody else.
    #[error("its signature is wrong")]
    Signature,
    /// Whoever signed it did not encrypt it as Graph does.
    #[error("what was signed cannot be decrypted")]
    Data,
    /// It is something else.
    #[error("what was decrypted is not JSON")]
    Json,
}

impl Unopened {
    /// Whether somebody changed it on its way, or it was never meant for this host.
    pub(super) fn is_forgery(self) -> bool {
        matches!(self, Self::Key | Self::Signature)
    }
}

/// The resource as JSON. Nothing is decrypted whose signature was not found right.
pub(super) fn open(envelope: &Envelope, private: &OaepPrivateDecryptingKey) -> Result<String, Unopened> {
    let decode = |text: &str, wrong: Unopened| BASE64_STANDARD.decode(text).map_err(|_| wrong);
    let wrapped = decode(&envelope.data_key, Unopened::Key)?;
    let mut space = vec![0; private.min_output_size()];
    let key = private
        .decrypt(&OAEP_SHA1_MGF1SHA1, &wrapped, &mut space, None)
        .ok()
        .and_then(|key| <&[u8; KEY]>::try_from(&*key).ok())
        .ok_or(Unopened::Key)?;

    let mut data = decode(&envelope.data, Unopened::Signature)?;
    let signature = decode(&envelope.data_signature, Unopened::Signature)?;
    // Compares in constant time.
    hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, key), &data, &signature)
        .map_err(|_| Unopened::Signature)?;

    let first: &[u8; KEY / 2] = key.first_chunk().expect("it is half of the key");
    let context = DecryptionContext::Iv128(FixedLength::from(first));
    let length = UnboundCipherKey::new(&AES_256, key)
        .and_then(PaddedBlockDecryptingKey::cbc_pkcs7)
        .and_then(|cipher| cipher.decrypt(&mut data, context).map(|plain| plain.len()))
        .map_err(|_| Unopened::Data)?;
    data.truncate(length);
    let content = String::from_utf8(data).map_err(|_| Unopened::Json)?;
    serde_json::from_str::<IgnoredAny>(&content).map_err(|_| Unopened::Json)?;
    Ok(content)
}

#[cfg(test)]
mod tests {
    use super::super::envelope_law::{self, Pair, sealed, signed, wrapped};
    use super::*;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    /// Keys take long to make.
    static PAIRS: LazyLock<[Pair; 2]> = LazyLock::new(|| [(); 2].map(|()| Pair::generate()));

    #[test]
    fn what_is_for_somebody_else_is_not_opened() {
        let [pair, other] = &*PAIRS;
        let envelope = sealed(b"{}", pair, &[7; KEY]);
        assert_eq!(open(&envelope, &pair.private).as_deref(), Ok("{}"));
        assert_eq!(open(&envelope, &other.private), Err(Unopened::Key));
        for length in [0, 16, 31, 33, 64] {
            let envelope = Envelope { data_key: wrapped(&vec![7; length], pair), ..envelope.clone() };
            assert_eq!(open(&envelope, &pair.private), Err(Unopened::Key), "{length}");
        }
    }

    #[test]
    fn what_was_signed_and_is_no_resource_is_told_apart_from_a_forgery() {
        let pair = &PAIRS[0];
        for data in [&b"0123456789abcdef"[..], b"odd"] {
            assert_eq!(open(&signed(data, pair, &[7; KEY]), &pair.private), Err(Unopened::Data));
        }
        for content in [&b"not JSON"[..], b"", b"\"\xff\"", b"{} {}"] {
            let envelope = sealed(content, pair, &[7; KEY]);
            assert_eq!(open(&envelope, &pair.private), Err(Unopened::Json), "{content:?}");
        }
        assert!(Unopened::Key.is_forgery() && Unopened::Signature.is_forgery());
        assert!(!Unopened::Data.is_forgery() && !Unopened::Json.is_forgery());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn opens_what_graph_sealed_and_refuses_every_bit_that_is_another(
            text in "[a-zé\\\\\"]{0,200}",
            key: [u8; KEY],
            bit: u32,
        ) {
            let content = serde_json::json!({ "body": text }).to_string();
            envelope_law::holds(&content, &key, &PAIRS[0], bit as usize);
        }

        #[test]
        fn never_panics_on_what_strangers_send(data: Vec<u8>, signature: Vec<u8>, key: Vec<u8>, raw: String) {
            envelope_law::holds_of_anything([&data, &signature, &key], &raw, &PAIRS[0]);
        }
    }
}
