//! The one key that is not in the store.

mod file;

use std::fmt;

use aws_lc_rs::{hkdf, rand};
use base64::{Engine, prelude::BASE64_STANDARD};
use tieline_types::Secret;
use zeroize::Zeroizing;

pub use file::{KeyFile, KeyFileError};

/// The operator's master key. It seals nothing itself: every use has a key of its own, derived from it, so
/// that what one of them gives away helps against no other.
#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; 32]>);

/// The text is not a master key. The error does not repeat it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the master key is not the base64 of 32 bytes")]
pub struct InvalidMasterKey;

impl MasterKey {
    /// The key with these bytes, which must come from a cryptographic random source.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// A new key.
    ///
    /// # Errors
    /// When the machine has no randomness to give.
    pub fn generate() -> Result<Self, std::io::Error> {
        let mut bytes = Zeroizing::new([0; 32]);
        rand::fill(&mut *bytes).map_err(|_| std::io::Error::other("the random source failed"))?;
        Ok(Self(bytes))
    }

    /// Reads a key as [`to_text`](Self::to_text) wrote it; white space around it is ignored.
    ///
    /// # Errors
    /// When it is not the base64 of 32 bytes.
    pub fn parse(text: &str) -> Result<Self, InvalidMasterKey> {
        let bytes = Zeroizing::new(BASE64_STANDARD.decode(text.trim()).map_err(|_| InvalidMasterKey)?);
        let bytes: [u8; 32] = bytes.as_slice().try_into().map_err(|_| InvalidMasterKey)?;
        Ok(Self::new(bytes))
    }

    /// The key as text, for a file that only the operator can read.
    pub fn to_text(&self) -> Secret {
        Secret::new(BASE64_STANDARD.encode(*self.0))
    }

    /// By which it is known again. It says nothing of the key.
    pub fn id(&self) -> String {
        self.derive("name of the key")[..8].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The key for one purpose (HKDF-SHA-256, RFC 5869): the same for the same purpose, and unrelated to that
    /// of any other.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        let mut key = [0; 32];
        hkdf::Salt::new(hkdf::HKDF_SHA256, b"tieline master key v1")
            .extract(&*self.0)
            .expand(&[purpose.as_bytes()], hkdf::HKDF_SHA256)
            .and_then(|output| output.fill(&mut key))
            .expect("a key is one block of the hash, far below HKDF's limit of 255");
        key
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_is_not_a_key_and_does_not_repeat_it() {
        for bad in ["", "canary", "Y2FuYXJ5", &"A".repeat(44)] {
            let error = MasterKey::parse(bad).map(|_| ()).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("canary"));
        }
    }

    #[test]
    fn reads_what_it_writes_and_derives_by_purpose() {
        let key = MasterKey::generate().unwrap();
        let read = MasterKey::parse(&format!("{}\n", key.to_text().expose())).unwrap();
        assert_eq!(key.derive("a"), read.derive("a"));
        assert_ne!(key.derive("a"), key.derive("b"));
        assert_ne!(key.derive("a"), MasterKey::generate().unwrap().derive("a"));
        assert_eq!((key.id(), key.id().len()), (read.id(), 16));
        assert_ne!(key.id(), MasterKey::generate().unwrap().id());
        assert_eq!(format!("{key:?}"), "MasterKey(…)");
    }
}
