//! Identifiers: those that are the same in every run, those that are new each time, and secrets.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::digest;

/// 32 hexadecimal digits that depend on `name` alone, so that a run can be compared with the last.
pub(crate) fn hex_of(name: &str) -> String {
    let hash = digest::digest(&digest::SHA256, format!("tieline-sim/{name}").as_bytes());
    hash.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// A version 4 guid that depends on `name` alone.
pub(crate) fn guid_of(name: &str) -> String {
    guid(u128::from_str_radix(&hex_of(name), 16).unwrap_or_default())
}

/// The first 16 hexadecimal digits of the SHA-256 of a secret: enough to tell two tokens apart,
/// too little to use one.
pub(crate) fn fingerprint(secret: &str) -> String {
    let hash = digest::digest(&digest::SHA256, secret.as_bytes());
    hash.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// A new guid. Request ids need no secrecy, so this avoids the system call that a random one costs
/// on every request.
pub(crate) fn fresh_guid() -> String {
    static SEED: OnceLock<u64> = OnceLock::new();
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let seed = *SEED.get_or_init(|| uuid::Uuid::new_v4().as_u64_pair().1);
    let turn = seed.wrapping_add(NEXT.fetch_add(2, Ordering::Relaxed));
    guid(u128::from(mixed(turn)) << 64 | u128::from(mixed(turn + 1)))
}

/// `length` random letters and digits: secrets and tokens that no scanner needs to worry about,
/// because no run shares them with another.
pub(crate) fn secret(length: usize) -> String {
    const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut secret = String::with_capacity(length);
    while secret.len() < length {
        for byte in uuid::Uuid::new_v4().into_bytes() {
            // Six bits a letter; the two values beyond the alphabet are thrown away.
            let letter = ALPHABET.get(usize::from(byte & 63));
            if let Some(letter) = letter.filter(|_| secret.len() < length) {
                secret.push(char::from(*letter));
            }
        }
    }
    secret
}

fn guid(bits: u128) -> String {
    uuid::Builder::from_random_bytes(bits.to_be_bytes()).into_uuid().to_string()
}

/// The finisher of SplitMix64.
fn mixed(turn: u64) -> u64 {
    let z = turn.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn named_ids_stay() {
        assert_eq!(guid_of("team/sales"), guid_of("team/sales"));
        assert_ne!(guid_of("team/sales"), guid_of("team/service"));
        assert_eq!(hex_of("channel").len(), 32);
    }

    #[test]
    fn fresh_guids_differ() {
        let many: HashSet<_> = (0..1000).map(|_| fresh_guid()).collect();
        assert_eq!(many.len(), 1000);
    }

    #[test]
    fn secrets_have_the_wanted_length() {
        assert_eq!(secret(40).len(), 40);
        assert_ne!(secret(40), secret(40));
    }
}
