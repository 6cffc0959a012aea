//! The key under which every secret at rest is sealed: from the environment, or a file of the host's own.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use tieline_identity::{InvalidMasterKey, KeyFile, KeyFileError, MasterKey, RewrapError, Vault, VaultError};
use tieline_store::Store;
use tieline_types::Secret;

/// The environment variable with the master key, for those who keep it elsewhere than in a file.
const GIVEN: &str = "TIELINE_MASTER_KEY";
/// The one with the key before that, at the first start with another.
const BEFORE: &str = "TIELINE_MASTER_KEY_OLD";

/// Why there is no master key. Never holds any of it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MasterKeyError {
    /// Not a key.
    #[error("{whose} cannot be used")]
    Malformed {
        /// The variable.
        whose: &'static str,
        /// Why.
        source: InvalidMasterKey,
    },
    /// The file gives none.
    #[error(transparent)]
    File(#[from] KeyFileError),
    /// The store was used under a key that is not here. A new one could open none of its secrets.
    #[error(
        "{} is missing, but the store beside it has been used: put the key back, or give it in TIELINE_MASTER_KEY",
        .0.display()
    )]
    Lost(PathBuf),
    /// There is none to go by.
    #[error("there is no master key: neither {} nor TIELINE_MASTER_KEY", .0.display())]
    Missing(PathBuf),
}

/// A master key, and what may take its place or stood there before.
pub(crate) struct Master {
    key: MasterKey,
    kept: Kept,
}

enum Kept {
    /// In this file.
    File(KeyFile),
    /// By whoever starts the host, with the one before it.
    Elsewhere(Option<MasterKey>),
}

/// The keys given in the environment.
#[derive(Default)]
pub(crate) struct Given {
    key: Option<Secret>,
    before: Option<Secret>,
}

impl Given {
    /// As the environment has them.
    pub(crate) fn read() -> Self {
        let read = |name| std::env::var(name).ok().map(Secret::new);
        Self { key: read(GIVEN), before: read(BEFORE) }
    }
}

/// The key `given` in the environment, or the one in `<data>/master.key`, which is made at the first start,
/// readable by its owner alone.
pub(crate) fn load(data: &Path, given: Given) -> Result<Master, MasterKeyError> {
    if let Some(key) = given.key {
        let before = given.before.map(|before| parse(&before, BEFORE)).transpose()?;
        return Ok(Master { key: parse(&key, GIVEN)?, kept: Kept::Elsewhere(before) });
    }
    let file = file(data);
    let key = match file.read()? {
        Some(key) => key,
        None if data.join("log").exists() => return Err(MasterKeyError::Lost(file.path().into())),
        None => file.make()?,
    };
    Ok(Master { key, kept: Kept::File(file) })
}

/// The key that is there, be it for a store that is not there yet.
pub(crate) fn find(data: &Path) -> Result<MasterKey, MasterKeyError> {
    if let Some(key) = Given::read().key {
        return parse(&key, GIVEN);
    }
    let file = file(data);
    file.read()?.ok_or_else(|| MasterKeyError::Missing(file.path().into()))
}

impl Master {
    /// Opens the vault of a store, and says where the key is kept. A change of the key that was begun is brought to its
    /// end: what the one before wrapped is wrapped anew.
    pub(crate) async fn open(
        self,
        store: Arc<dyn Store>,
    ) -> Result<(Vault, MasterKey, Option<KeyFile>), RewrapError> {
        let Self { key, kept } = self;
        match kept {
            Kept::File(file) => {
                let (vault, key) = Vault::open_with(store, key, &file).await?;
                Ok((vault, key, Some(file)))
            }
            Kept::Elsewhere(before) => match (Vault::open(store.clone(), &key).await, before) {
                (Err(VaultError::WrongMasterKey), Some(before)) => {
                    let vault = Vault::open(store, &before).await?;
                    let rewrapped = vault.rewrap(&key).await?;
                    tracing::info!(
                        rewrapped,
                        "another master key wraps from now on: {BEFORE} is not needed any more"
                    );
                    Ok((vault, key, None))
                }
                (opened, _) => Ok((opened?, key, None)),
            },
        }
    }
}

fn file(data: &Path) -> KeyFile {
    KeyFile::at(data.join("master.key"))
}

fn parse(text: &Secret, whose: &'static str) -> Result<MasterKey, MasterKeyError> {
    MasterKey::parse(text.expose()).map_err(|source| MasterKeyError::Malformed { whose, source })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use tieline_types::SystemClock;

    fn given(key: &str, before: Option<&str>) -> Given {
        Given { key: Some(Secret::new(key)), before: before.map(Secret::new) }
    }

    #[test]
    fn refuses_keys_that_are_none() {
        let dir = tempfile::tempdir().unwrap();
        let key = MasterKey::generate().unwrap().to_text();
        for (given, named) in [(given("abcd", None), GIVEN), (given(key.expose(), Some("abcd")), BEFORE)] {
            let short = load(dir.path(), given).map(|_| ()).unwrap_err().to_string();
            assert!(short.contains(named) && !short.contains("abcd"), "{short}");
        }
    }

    #[test]
    fn refuses_to_make_a_key_beside_a_used_store() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("log")).unwrap();
        let refused = load(dir.path(), Given::default()).map(|_| ());
        assert!(matches!(refused, Err(MasterKeyError::Lost(_))));
        assert!(!dir.path().join("master.key").exists());
    }

    #[tokio::test]
    async fn a_key_that_is_given_takes_the_place_of_the_one_before() {
        let dir = tempfile::tempdir().unwrap();
        let store = tieline_store::open("sled:data", dir.path(), Arc::new(SystemClock)).unwrap();
        let [one, two] = [(), ()].map(|()| MasterKey::generate().unwrap().to_text());
        let open = |key: &Secret, before: Option<&Secret>| {
            let given = given(key.expose(), before.map(Secret::expose));
            load(dir.path(), given).unwrap().open(store.clone())
        };
        open(&one, None).await.unwrap();
        assert!(open(&two, None).await.is_err());
        open(&two, Some(&one)).await.unwrap();
        open(&two, Some(&one)).await.unwrap();
        open(&two, None).await.unwrap();
        assert!(open(&one, None).await.is_err(), "the one before opens nothing any more");
    }

    #[test]
    fn a_key_is_made_once() {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("data");
        let made = load(&data, Given::default()).unwrap();
        assert_eq!(made.key.id(), load(&data, Given::default()).unwrap().key.id());
    }
}
