//! What holds of every envelope. Tests try it with made-up ones, and `tests/fuzz` for as long as it runs.

use aws_lc_rs::{
    cipher::{AES_256, EncryptionContext, PaddedBlockEncryptingKey, UnboundCipherKey},
    hmac,
    iv::FixedLength,
    rsa::{
        KeySize, OAEP_SHA1_MGF1SHA1, OaepPrivateDecryptingKey, OaepPublicEncryptingKey, PrivateDecryptingKey,
    },
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use tieline_types::event::Envelope;

use super::envelope::{Unopened, open};

/// The parts in which a bit may be another.
const PARTS: usize = 3;

/// The two keys of a certificate.
pub(super) struct Pair {
    pub(super) private: OaepPrivateDecryptingKey,
    public: OaepPublicEncryptingKey,
}

impl Pair {
    pub(super) fn generate() -> Self {
        let private = PrivateDecryptingKey::generate(KeySize::Rsa2048).expect("the machine has randomness");
        let public = OaepPublicEncryptingKey::new(private.public_key()).expect("an RSA key encrypts");
        Self { private: OaepPrivateDecryptingKey::new(private).expect("an RSA key decrypts"), public }
    }
}

/// An envelope opens to what was sealed; with any one bit of it changed it is refused as a forgery.
pub(super) fn holds(content: &str, key: &[u8; 32], pair: &Pair, bit: usize) {
    let envelope = sealed(content.as_bytes(), pair, key);
    assert_eq!(open(&envelope, &pair.private).as_deref(), Ok(content));
    let mut changed = envelope;
    let (part, wrong) = match bit % PARTS {
        0 => (&mut changed.data, Unopened::Signature),
        1 => (&mut changed.data_signature, Unopened::Signature),
        _ => (&mut changed.data_key, Unopened::Key),
    };
    let mut bytes = BASE64_STANDARD.decode(part.as_str()).expect("it was encoded");
    let at = (bit / PARTS) % (bytes.len() * 8);
    bytes[at / 8] ^= 1 << (at % 8);
    *part = BASE64_STANDARD.encode(bytes);
    assert_eq!(open(&changed, &pair.private), Err(wrong));
}

/// What nobody sealed is a forgery, whether it is base64 or anything else.
pub(super) fn holds_of_anything(parts: [&[u8]; PARTS], raw: &str, pair: &Pair) {
    let [data, signature, key] = parts.map(|part| BASE64_STANDARD.encode(part));
    let envelope = |data_key: &str, data_signature: &str| Envelope {
        data: data.clone(),
        data_signature: data_signature.into(),
        data_key: data_key.into(),
        encryption_certificate_id: String::new(),
    };
    assert_eq!(open(&envelope(&key, &signature), &pair.private), Err(Unopened::Key));
    assert_eq!(open(&envelope(raw, &signature), &pair.private), Err(Unopened::Key));
    let known = wrapped(&[7; 32], pair);
    assert_eq!(open(&envelope(&known, &signature), &pair.private), Err(Unopened::Signature));
    assert_eq!(open(&envelope(&known, raw), &pair.private), Err(Unopened::Signature));
}

/// As Graph encrypts a resource.
pub(super) fn sealed(content: &[u8], pair: &Pair, key: &[u8; 32]) -> Envelope {
    let mut data = content.to_vec();
    let first: &[u8; 16] = key.first_chunk().expect("it is half of the key");
    let cipher = UnboundCipherKey::new(&AES_256, key).and_then(PaddedBlockEncryptingKey::cbc_pkcs7);
    let context = EncryptionContext::Iv128(FixedLength::from(first));
    cipher
        .and_then(|cipher| cipher.less_safe_encrypt(&mut data, context))
        .expect("any key encrypts anything");
    signed(&data, pair, key)
}

/// An envelope around something that is signed, encrypted or not.
pub(super) fn signed(data: &[u8], pair: &Pair, key: &[u8; 32]) -> Envelope {
    let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), data);
    Envelope {
        data: BASE64_STANDARD.encode(data),
        data_signature: BASE64_STANDARD.encode(signature),
        data_key: wrapped(key, pair),
        encryption_certificate_id: "1".into(),
    }
}

/// A key, encrypted for a certificate.
pub(super) fn wrapped(key: &[u8], pair: &Pair) -> String {
    let mut wrapped = vec![0; pair.public.ciphertext_size()];
    let wrapped = pair.public.encrypt(&OAEP_SHA1_MGF1SHA1, key, &mut wrapped, None);
    BASE64_STANDARD.encode(wrapped.expect("the key is short"))
}
