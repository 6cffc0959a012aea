//! What has come so far of an archive, as a digest: kept alike by whoever writes and whoever reads.

use aws_lc_rs::digest::{Context, SHA256};
use tieline_types::Digest;

use crate::head::End;

/// Names and digests, one after another.
pub(crate) struct Tally {
    entries: u64,
    all: Vec<u8>,
}

impl Tally {
    pub(crate) fn new() -> Self {
        Self { entries: 0, all: Vec::new() }
    }

    /// An entry was written or read whole.
    pub(crate) fn add(&mut self, name: &str, content: &Digest) {
        let mut next = std::mem::take(&mut self.all);
        next.extend((name.len() as u64).to_be_bytes());
        next.extend(name.as_bytes());
        next.extend(content.as_bytes());
        self.all = Digest::of(&next).as_bytes().to_vec();
        self.entries += 1;
    }

    /// What the end must say.
    pub(crate) fn end(&self) -> End {
        End { entries: self.entries, digest: Digest::of(&self.all) }
    }
}

/// The digest of what comes in pieces.
pub(crate) struct Digesting(Context);

impl Digesting {
    pub(crate) fn new() -> Self {
        Self(Context::new(&SHA256))
    }

    pub(crate) fn update(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    pub(crate) fn finish(self) -> Digest {
        let hex: String = self.0.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        format!("sha256:{hex}").parse().expect("a SHA-256 has 64 hexadecimal digits")
    }
}
