//! The key under which every secret at rest is sealed: from the environment, or a file of the host's own.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use tieline_identity::{InvalidMasterKey, MasterKey};
use tieline_types::Secret;

/// Why there is no master key. Never holds any of it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MasterKeyError {
    /// Not a key.
    #[error("{whose} cannot be used")]
    Malformed {
        /// The variable or the file.
        whose: String,
        /// Why.
        source: InvalidMasterKey,
    },
    /// Others may read it.
    #[error("{} can be read by others: `chmod 600` it", .0.display())]
    Open(PathBuf),
    /// The store was used under a key that is not here. A new one could open none of its secrets.
    #[error(
        "{} is missing, but the store beside it has been used: put the key back, or give it in TIELINE_MASTER_KEY",
        .0.display()
    )]
    Lost(PathBuf),
    /// The file cannot be read or written.
    #[error("{doing} {} failed", path.display())]
    File {
        /// `reading`, `making`.
        doing: &'static str,
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// The key `given` in the environment, or the one in `<data>/master.key`, which is made at the first start,
/// readable by its owner alone.
pub(crate) fn load(data: &Path, given: Option<Secret>) -> Result<MasterKey, MasterKeyError> {
    if let Some(given) = given {
        return parse(given.expose(), "TIELINE_MASTER_KEY");
    }
    let path = data.join("master.key");
    let failed = |doing| {
        let path = path.clone();
        move |source| MasterKeyError::File { doing, path, source }
    };
    match fs::metadata(&path) {
        Ok(found) if found.permissions().mode() & 0o077 != 0 => Err(MasterKeyError::Open(path)),
        Ok(_) => {
            let text = fs::read_to_string(&path).map(Secret::new).map_err(failed("reading"))?;
            parse(text.expose(), &path.display().to_string())
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if data.join("log").exists() {
                return Err(MasterKeyError::Lost(path));
            }
            make(data, &path).map_err(failed("making"))
        }
        Err(error) => Err(failed("reading")(error)),
    }
}

fn parse(text: &str, whose: &str) -> Result<MasterKey, MasterKeyError> {
    MasterKey::parse(text).map_err(|source| MasterKeyError::Malformed { whose: whose.into(), source })
}

/// Durable before it is used: a key that a power cut takes back would have sealed secrets for nobody.
fn make(data: &Path, path: &Path) -> io::Result<MasterKey> {
    let key = MasterKey::generate()?;
    fs::create_dir_all(data)?;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    writeln!(file, "{}", key.to_text().expose())?;
    file.sync_all()?;
    fs::File::open(data)?.sync_all()?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_keys_that_are_none_and_files_that_others_read() {
        let dir = tempfile::tempdir().unwrap();
        let short = load(dir.path(), Some(Secret::new("abcd"))).unwrap_err().to_string();
        assert!(short.contains("TIELINE_MASTER_KEY") && !short.contains("abcd"), "{short}");
        load(dir.path(), None).unwrap();
        let path = dir.path().join("master.key");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(load(dir.path(), None), Err(MasterKeyError::Open(_))));
    }

    #[test]
    fn refuses_to_make_a_key_beside_a_used_store() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("log")).unwrap();
        assert!(matches!(load(dir.path(), None), Err(MasterKeyError::Lost(_))));
        assert!(!dir.path().join("master.key").exists());
    }

    #[test]
    fn a_key_is_made_once_for_its_owner_alone() {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("data");
        let made = load(&data, None).unwrap();
        assert_eq!(made.to_text(), load(&data, None).unwrap().to_text());
        let mode = fs::metadata(data.join("master.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
