//! Bytes that a retry sees again, as `random` and `wasi:random` share them.

use aws_lc_rs::digest::{SHA256, digest};

use crate::{run::Run, tape::Plain};

impl Run {
    /// The next bytes of this run.
    pub(crate) fn random_bytes(&mut self, len: u16) -> wasmtime::Result<Vec<u8>> {
        let unheard = || Plain::from(vec![0; len.into()]);
        if let Some(told) = self.asked("random.bytes", format_args!("{len} bytes"), &len, unheard)? {
            return Ok(told.into_vec());
        }
        let mut bytes = Vec::with_capacity(len as usize + 32);
        while bytes.len() < len as usize {
            bytes.extend_from_slice(&block(&self.spec.seed, self.random_drawn));
            self.random_drawn += 1;
        }
        bytes.truncate(len as usize);
        self.told(&Plain::from(&bytes[..]));
        Ok(bytes)
    }
}

/// SHA-256 in counter mode over the event's seed: the same on every machine and in every version.
fn block(seed: &[u8; 16], counter: u64) -> [u8; 32] {
    let mut input = [0; 24];
    input[..16].copy_from_slice(seed);
    input[16..].copy_from_slice(&counter.to_be_bytes());
    let mut block = [0; 32];
    block.copy_from_slice(digest(&SHA256, &input).as_ref());
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_the_same_for_the_same_event_and_differs_between_draws() {
        let seed = [7; 16];
        assert_eq!(block(&seed, 0), block(&seed, 0));
        assert_ne!(block(&seed, 0), block(&seed, 1));
        assert_ne!(block(&seed, 0), block(&[8; 16], 0));
    }
}
