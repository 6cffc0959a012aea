//! Compiled code, kept between starts.

use std::{
    fs, io,
    io::Write,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use aws_lc_rs::hmac;
use tieline_types::Digest;
use wasmtime::{Engine, component::Component};

/// A folder of compiled components, by digest of the package and settings of the engine. Compiled code is
/// mapped and run as it is, so a file counts only with this host's own HMAC over what it claims to be: one
/// that was planted, cut or swapped is compiled again.
pub(crate) struct CompiledCache {
    folder: PathBuf,
    key: hmac::Key,
    engine: String,
}

const TAG: usize = 32;

impl CompiledCache {
    pub(crate) fn open(folder: &Path, engine: &Engine, key: [u8; 32]) -> io::Result<Self> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let mut settings = Hasher::default();
        std::hash::Hash::hash(&engine.precompile_compatibility_hash(), &mut settings);
        let engine = Digest::of(&settings.0).hex();
        Ok(Self { folder: folder.into(), key: hmac::Key::new(hmac::HMAC_SHA256, &key), engine })
    }

    /// The component of a package: from the cache, or compiled and put there.
    pub(crate) fn component(
        &self,
        engine: &Engine,
        digest: Digest,
        bytes: &[u8],
    ) -> wasmtime::Result<Component> {
        if let Some(code) = self.read(digest) {
            match load(engine, &code) {
                Ok(component) => return Ok(component),
                Err(error) => tracing::warn!(%digest, %error, "compiled code does not load; compiling again"),
            }
        }
        let code = engine.precompile_component(bytes)?;
        if let Err(error) = self.write(digest, &code) {
            tracing::warn!(%digest, %error, "compiled code cannot be kept; the next start compiles again");
        }
        load(engine, &code)
    }

    /// Removes what was compiled from a package, by whatever engine.
    pub(crate) fn remove(&self, digest: Digest) -> io::Result<()> {
        let own = format!("{}-", digest.hex());
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(&own) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    fn path(&self, digest: Digest) -> PathBuf {
        self.folder.join(format!("{}-{}.cwasm", digest.hex(), &self.engine[..16]))
    }

    fn read(&self, digest: Digest) -> Option<Vec<u8>> {
        let file = fs::read(self.path(digest)).ok()?;
        let (tag, code) = file.split_at_checked(TAG)?;
        hmac::verify(&self.key, &self.claim(digest, code), tag).ok()?;
        Some(code.to_vec())
    }

    fn write(&self, digest: Digest, code: &[u8]) -> io::Result<()> {
        let path = self.path(digest);
        let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
        let mut file =
            fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
        file.write_all(hmac::sign(&self.key, &self.claim(digest, code)).as_ref())?;
        file.write_all(code)?;
        fs::rename(&temporary, &path)
    }

    /// What the tag vouches for: that this code was compiled from this package with these settings.
    fn claim(&self, digest: Digest, code: &[u8]) -> Vec<u8> {
        [digest.as_bytes().as_slice(), self.engine.as_bytes(), Digest::of(code).as_bytes()].concat()
    }
}

#[allow(unsafe_code)]
fn load(engine: &Engine, code: &[u8]) -> wasmtime::Result<Component> {
    // SAFETY: `code` was made by `precompile_component`, either just now or by this host earlier, as its HMAC
    // under a key that never leaves the host has shown.
    unsafe { Component::deserialize(engine, code) }
}

/// Collects what is hashed, so that the engine's settings can be digested by a function that is stable.
#[derive(Default)]
struct Hasher(Vec<u8>);

impl std::hash::Hasher for Hasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn finish(&self) -> u64 {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An empty component.
    const EMPTY: &[u8] = b"\0asm\x0d\0\x01\0";

    fn cache(folder: &Path, engine: &Engine, key: u8) -> CompiledCache {
        CompiledCache::open(folder, engine, [key; 32]).unwrap()
    }

    #[test]
    fn refuses_code_that_was_changed_swapped_or_written_by_another_host() {
        let (folder, engine) = (tempfile::tempdir().unwrap(), Engine::default());
        let ours = cache(folder.path(), &engine, 1);
        let digest = Digest::of(EMPTY);
        ours.component(&engine, digest, EMPTY).unwrap();
        let good = fs::read(ours.path(digest)).unwrap();
        assert!(ours.read(digest).is_some());

        assert!(cache(folder.path(), &engine, 2).read(digest).is_none());
        let other = Digest::of(b"another package");
        fs::write(ours.path(other), &good).unwrap();
        assert!(ours.read(other).is_none());
        for at in [0, TAG, good.len() - 1] {
            let mut changed = good.clone();
            changed[at] ^= 1;
            fs::write(ours.path(digest), changed).unwrap();
            assert!(ours.read(digest).is_none(), "byte {at}");
        }
        fs::write(ours.path(digest), &good[..TAG - 1]).unwrap();
        assert!(ours.read(digest).is_none());
    }

    #[test]
    fn code_that_was_spoilt_is_compiled_again() {
        let (folder, engine) = (tempfile::tempdir().unwrap(), Engine::default());
        let cache = cache(folder.path(), &engine, 1);
        let digest = Digest::of(EMPTY);
        fs::write(cache.path(digest), b"spoilt").unwrap();
        cache.component(&engine, digest, EMPTY).unwrap();
        assert!(cache.read(digest).is_some());
    }

    #[test]
    fn what_is_removed_is_gone_and_the_rest_stays() {
        let (folder, engine) = (tempfile::tempdir().unwrap(), Engine::default());
        let cache = cache(folder.path(), &engine, 1);
        for digest in [Digest::of(b"one"), Digest::of(b"two")] {
            cache.component(&engine, digest, EMPTY).unwrap();
        }
        cache.remove(Digest::of(b"one")).unwrap();
        cache.remove(Digest::of(b"one")).unwrap();
        assert!(cache.read(Digest::of(b"one")).is_none() && cache.read(Digest::of(b"two")).is_some());
    }
}
