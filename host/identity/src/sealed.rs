//! Ciphertexts, and the keys that make and open them.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// A sealed secret, safe to store: `<key id>.<base64 of nonce, ciphertext and tag>`. Only the [`crate::Vault`]
/// opens it, and only for the tenant and the purpose that it was sealed for.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sealed(String);

impl Sealed {
    /// The id of the key that opens it.
    pub(crate) fn key_id(&self) -> &str {
        self.0.split_once('.').map_or("", |(id, _)| id)
    }

    /// As it is stored.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn stored(text: &str) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({}.…)", self.key_id())
    }
}

/// The ciphertext was not made with this key for this context, or was changed since; or it cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CannotOpen;

/// A key with its id. AES-256-GCM under random 96-bit nonces: one key is good for 2³² secrets, more than any
/// tenant will ever have.
pub(crate) struct SealingKey {
    id: String,
    key: RandomizedNonceKey,
}

impl SealingKey {
    pub(crate) fn new(id: impl Into<String>, bytes: &[u8; 32]) -> Self {
        let key = RandomizedNonceKey::new(&AES_256_GCM, bytes).expect("AES-256 takes any key of 32 bytes");
        Self { id: id.into(), key }
    }

    /// Seals a content; `context` is bound to it and must be the same to open it.
    pub(crate) fn seal(&self, context: &[&str], content: &[u8]) -> Result<Sealed, CannotOpen> {
        let mut data = content.to_vec();
        let nonce = self.key.seal_in_place_append_tag(self.bound(context), &mut data);
        let mut sealed = nonce.map_err(|_| CannotOpen)?.as_ref().to_vec();
        sealed.append(&mut data);
        Ok(Sealed(format!("{}.{}", self.id, BASE64_STANDARD_NO_PAD.encode(sealed))))
    }

    /// Seals a content of any size, as bytes: `<length of key id><key id><nonce><ciphertext and tag>`.
    pub(crate) fn seal_content(&self, context: &[&str], mut content: Vec<u8>) -> Result<Vec<u8>, CannotOpen> {
        let nonce = self.key.seal_in_place_append_tag(self.bound(context), &mut content);
        let nonce = nonce.map_err(|_| CannotOpen)?;
        let id = u8::try_from(self.id.len()).map_err(|_| CannotOpen)?;
        Ok([&[id][..], self.id.as_bytes(), nonce.as_ref(), &content].concat())
    }

    /// Opens what [`seal_content`](Self::seal_content) sealed with the same key and context.
    pub(crate) fn open_content(&self, context: &[&str], sealed: &[u8]) -> Result<Vec<u8>, CannotOpen> {
        let (length, rest) = sealed.split_first().ok_or(CannotOpen)?;
        let (id, rest) = rest.split_at_checked((*length).into()).ok_or(CannotOpen)?;
        let (nonce, data) = rest.split_at_checked(NONCE_LEN).ok_or(CannotOpen)?;
        if id != self.id.as_bytes() {
            return Err(CannotOpen);
        }
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| CannotOpen)?;
        let mut data = data.to_vec();
        let length =
            self.key.open_in_place(nonce, self.bound(context), &mut data).map_err(|_| CannotOpen)?.len();
        data.truncate(length);
        Ok(data)
    }

    /// Opens what was sealed with the same key and context.
    pub(crate) fn open(&self, context: &[&str], sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, CannotOpen> {
        let (id, data) = sealed.0.split_once('.').ok_or(CannotOpen)?;
        if id != self.id {
            return Err(CannotOpen);
        }
        let mut data = Zeroizing::new(BASE64_STANDARD_NO_PAD.decode(data).map_err(|_| CannotOpen)?);
        let (nonce, content) = data.split_at_mut_checked(NONCE_LEN).ok_or(CannotOpen)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| CannotOpen)?;
        let content = self.key.open_in_place(nonce, self.bound(context), content).map_err(|_| CannotOpen)?;
        Ok(Zeroizing::new(content.to_vec()))
    }

    /// Key id and context, each with its length, so that no two contexts have the same bytes.
    fn bound(&self, context: &[&str]) -> Aad<Vec<u8>> {
        let mut bytes = Vec::new();
        for part in std::iter::once(self.id.as_str()).chain(context.iter().copied()) {
            bytes.extend((part.len() as u64).to_be_bytes());
            bytes.extend(part.as_bytes());
        }
        Aad::from(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn refuses_another_key_another_context_and_any_change() {
        let key = SealingKey::new("1", &[7; 32]);
        let sealed = key.seal(&["acme", "client_secret"], b"canary").unwrap();
        assert!(SealingKey::new("1", &[8; 32]).open(&["acme", "client_secret"], &sealed).is_err());
        assert!(SealingKey::new("2", &[7; 32]).open(&["acme", "client_secret"], &sealed).is_err());
        for other in
            [&["acme", "refresh_token"][..], &["other", "client_secret"], &["acmeclient_secret"], &[]]
        {
            assert!(key.open(other, &sealed).is_err(), "{other:?}");
        }
        for bad in ["", "1", "1.", "1.AAAA", "1.é", &sealed.0[..sealed.0.len() - 4]] {
            assert!(key.open(&["acme", "client_secret"], &Sealed(bad.into())).is_err(), "{bad}");
        }
        assert_eq!(*key.open(&["acme", "client_secret"], &sealed).unwrap(), b"canary");
    }

    #[test]
    fn contents_open_with_their_key_and_context_only() {
        let key = SealingKey::new("1", &[7; 32]);
        let sealed = key.seal_content(&["acme", "tape 1"], b"canary".to_vec()).unwrap();
        assert_eq!(key.open_content(&["acme", "tape 1"], &sealed).unwrap(), b"canary");
        assert!(!sealed.windows(6).any(|window| window == b"canary"));
        let mut damaged = sealed.clone();
        *damaged.last_mut().unwrap() ^= 1;
        for (context, sealed) in [
            (["acme", "tape 2"], &sealed[..]),
            (["globex", "tape 1"], &sealed),
            (["acme", "tape 1"], &damaged),
            (["acme", "tape 1"], &sealed[..9]),
            (["acme", "tape 1"], &[]),
        ] {
            assert_eq!(key.open_content(&context, sealed), Err(CannotOpen));
        }
        assert!(SealingKey::new("2", &[7; 32]).open_content(&["acme", "tape 1"], &sealed).is_err());
    }

    proptest! {
        #[test]
        fn opens_what_it_sealed_and_never_seals_the_same_way_twice(content: Vec<u8>, context: Vec<String>) {
            let key = SealingKey::new("1", &[7; 32]);
            let context: Vec<&str> = context.iter().map(String::as_str).collect();
            let (one, two) = (key.seal(&context, &content).unwrap(), key.seal(&context, &content).unwrap());
            prop_assert_ne!(&one, &two);
            prop_assert_eq!(&*key.open(&context, &one).unwrap(), &content);
        }
    }
}
