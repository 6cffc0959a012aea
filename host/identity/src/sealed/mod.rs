//! Ciphertexts, and the keys that make and open them.
//!
//! A ciphertext says which key opens it and what it was sealed for, so that whoever changes keys finds and opens all of
//! them, wherever they stand, without knowing what they are ([`found`]).

mod found;

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, MAX_TAG_LEN, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

pub(crate) use found::found;

/// How every sealed text begins.
const TEXT: &str = "tieline-sealed.";
/// How every sealed content begins.
const CONTENT: &[u8] = b"\0tieline-sealed\0";

/// A sealed secret, safe to store: `tieline-sealed.<key id>.<purpose>.<nonce, ciphertext and tag>`, the last two in
/// base64url. Only the [`crate::Vault`] opens it, and only for the tenant and the purpose that it was sealed for.
///
/// **Never keep one in memory to write it again later**: its key may be gone by then. Seal anew what is written, or write
/// what was read for a commit that expects its revision.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sealed(String);

impl Sealed {
    /// The id of the key that opens it.
    pub(crate) fn key_id(&self) -> &str {
        self.0.strip_prefix(TEXT).and_then(|rest| rest.split('.').next()).unwrap_or_default()
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

/// The ciphertext was not made with this key for this owner and purpose, or was changed since; or it cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CannotOpen;

/// What a ciphertext consists of.
struct Parts<'s> {
    key_id: &'s str,
    purpose: String,
    /// Nonce, ciphertext and tag.
    data: Vec<u8>,
}

impl<'s> Parts<'s> {
    fn of_text(text: &'s str) -> Option<Self> {
        let mut parts = text.strip_prefix(TEXT)?.split('.');
        let (key_id, purpose, data) = (parts.next()?, parts.next()?, parts.next()?);
        let purpose = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(purpose).ok()?).ok()?;
        let data = BASE64_URL_SAFE_NO_PAD.decode(data).ok()?;
        (parts.next().is_none() && is_long_enough(&data)).then_some(Self { key_id, purpose, data })
    }

    fn of_content(content: &'s [u8]) -> Option<Self> {
        let (key_id, rest) = key_of_content(content)?;
        let (length, rest) = rest.split_first_chunk()?;
        let (purpose, data) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
        let purpose = String::from_utf8(purpose.to_vec()).ok()?;
        is_long_enough(data).then(|| Self { key_id, purpose, data: data.to_vec() })
    }
}

fn is_long_enough(data: &[u8]) -> bool {
    data.len() >= NONCE_LEN + MAX_TAG_LEN
}

/// The id of the key that opens a sealed content, and what follows it.
pub(crate) fn key_of_content(content: &[u8]) -> Option<(&str, &[u8])> {
    let (length, rest) = content.strip_prefix(CONTENT)?.split_first()?;
    let (key_id, rest) = rest.split_at_checked((*length).into())?;
    Some((std::str::from_utf8(key_id).ok()?, rest))
}

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

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Seals a content; whose it is and what it is for are bound to it, and must be the same to open it.
    pub(crate) fn seal(&self, owner: &str, purpose: &str, content: &[u8]) -> Result<Sealed, CannotOpen> {
        let data = self.encrypt(owner, purpose, content.to_vec())?;
        let [purpose, data] = [purpose.as_bytes(), &data].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part));
        Ok(Sealed(format!("{TEXT}{}.{purpose}.{data}", self.id)))
    }

    /// Seals a content of any size, as bytes: `00 "tieline-sealed" 00`, key id and purpose, each after its length in one
    /// and two bytes, nonce, ciphertext and tag.
    pub(crate) fn seal_content(
        &self,
        owner: &str,
        purpose: &str,
        content: Vec<u8>,
    ) -> Result<Vec<u8>, CannotOpen> {
        let data = self.encrypt(owner, purpose, content)?;
        let id = u8::try_from(self.id.len()).map_err(|_| CannotOpen)?;
        let length = u16::try_from(purpose.len()).map_err(|_| CannotOpen)?.to_be_bytes();
        Ok([CONTENT, &[id], self.id.as_bytes(), &length, purpose.as_bytes(), &data].concat())
    }

    /// Opens what [`seal`](Self::seal) sealed with the same key, owner and purpose.
    pub(crate) fn open(
        &self,
        owner: &str,
        purpose: &str,
        sealed: &Sealed,
    ) -> Result<Zeroizing<Vec<u8>>, CannotOpen> {
        self.decrypt(owner, purpose, Parts::of_text(&sealed.0).ok_or(CannotOpen)?)
    }

    /// Opens what [`seal_content`](Self::seal_content) sealed with the same key, owner and purpose.
    pub(crate) fn open_content(
        &self,
        owner: &str,
        purpose: &str,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, CannotOpen> {
        self.decrypt(owner, purpose, Parts::of_content(sealed).ok_or(CannotOpen)?)
    }

    fn encrypt(&self, owner: &str, purpose: &str, mut content: Vec<u8>) -> Result<Vec<u8>, CannotOpen> {
        let bound = self.bound(owner, purpose);
        let nonce = self.key.seal_in_place_append_tag(bound, &mut content).map_err(|_| CannotOpen)?;
        Ok([&nonce.as_ref()[..], &content].concat())
    }

    fn decrypt(
        &self,
        owner: &str,
        purpose: &str,
        parts: Parts<'_>,
    ) -> Result<Zeroizing<Vec<u8>>, CannotOpen> {
        if parts.key_id != self.id || parts.purpose != purpose {
            return Err(CannotOpen);
        }
        let mut data = Zeroizing::new(parts.data);
        let (nonce, content) = data.split_at_mut_checked(NONCE_LEN).ok_or(CannotOpen)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| CannotOpen)?;
        let bound = self.bound(owner, purpose);
        let content = self.key.open_in_place(nonce, bound, content).map_err(|_| CannotOpen)?;
        Ok(Zeroizing::new(content.to_vec()))
    }

    /// Key id, owner and purpose, each with its length, so that no two of them have the same bytes.
    fn bound(&self, owner: &str, purpose: &str) -> Aad<Vec<u8>> {
        let mut bytes = Vec::new();
        for part in [&self.id, owner, purpose] {
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
    fn refuses_another_key_owner_and_purpose_and_any_change() {
        let key = SealingKey::new("1", &[7; 32]);
        let sealed = key.seal("acme", "client_secret", b"canary").unwrap();
        assert!(SealingKey::new("1", &[8; 32]).open("acme", "client_secret", &sealed).is_err());
        assert!(SealingKey::new("2", &[7; 32]).open("acme", "client_secret", &sealed).is_err());
        for (owner, purpose) in
            [("acme", "refresh_token"), ("other", "client_secret"), ("", "acmeclient_secret"), ("acme", "")]
        {
            assert!(key.open(owner, purpose, &sealed).is_err(), "{owner} {purpose}");
        }
        let text = sealed.as_str();
        let other_purpose = text.replace(&BASE64_URL_SAFE_NO_PAD.encode("client_secret"), "YQ");
        for bad in
            ["", "1", "tieline-sealed.1.AAAA", &format!("{text}."), &text[..text.len() - 4], &other_purpose]
        {
            assert!(key.open("acme", "client_secret", &Sealed(bad.into())).is_err(), "{bad}");
            assert!(key.open("acme", "a", &Sealed(bad.into())).is_err(), "{bad}");
        }
        assert_eq!(*key.open("acme", "client_secret", &sealed).unwrap(), b"canary");
    }

    #[test]
    fn contents_open_with_their_key_owner_and_purpose_only() {
        let key = SealingKey::new("1", &[7; 32]);
        let sealed = key.seal_content("acme", "tape 1", b"canary".to_vec()).unwrap();
        assert_eq!(*key.open_content("acme", "tape 1", &sealed).unwrap(), b"canary");
        assert!(!sealed.windows(6).any(|window| window == b"canary"));
        let mut damaged = sealed.clone();
        *damaged.last_mut().unwrap() ^= 1;
        for (owner, purpose, sealed) in [
            ("acme", "tape 2", &sealed[..]),
            ("globex", "tape 1", &sealed),
            ("acme", "tape 1", &damaged),
            ("acme", "tape 1", &sealed[..18]),
            ("acme", "tape 1", &[]),
        ] {
            assert_eq!(key.open_content(owner, purpose, sealed), Err(CannotOpen));
        }
        assert!(SealingKey::new("2", &[7; 32]).open_content("acme", "tape 1", &sealed).is_err());
    }

    proptest! {
        #[test]
        fn opens_what_it_sealed_and_never_seals_the_same_way_twice(content: Vec<u8>, owner: String, purpose: String) {
            let key = SealingKey::new("k-1", &[7; 32]);
            let sealed = key.seal(&owner, &purpose, &content).unwrap();
            prop_assert_eq!(sealed.key_id(), "k-1");
            prop_assert_eq!(&*key.open(&owner, &purpose, &sealed).unwrap(), &content);
            prop_assert_ne!(&sealed, &key.seal(&owner, &purpose, &content).unwrap());
            let sealed = key.seal_content(&owner, &purpose, content.clone()).unwrap();
            prop_assert_eq!(&*key.open_content(&owner, &purpose, &sealed).unwrap(), &content);
        }
    }
}
