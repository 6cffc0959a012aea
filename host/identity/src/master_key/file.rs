//! The file that holds the master key, and how another key takes its place.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use tieline_types::Secret;

use super::{InvalidMasterKey, MasterKey};

/// Why a file gives no key, or takes none. Never holds any of it.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// Not a key.
    #[error("{} holds no master key", path.display())]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: InvalidMasterKey,
    },
    /// Others may read it.
    #[error("{} can be read by others: `chmod 600` it", .0.display())]
    Open(PathBuf),
    /// The file cannot be read or written.
    #[error("{doing} {} failed", path.display())]
    File {
        /// `reading`, `making`, `replacing`.
        doing: &'static str,
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// A file with a master key, and the one beside it with the key that is to take its place: `master.key` and
/// `master.key.new`. Both are readable by their owner alone, and durable before they are used: a key that a power cut
/// takes back would have sealed secrets for nobody.
#[derive(Debug, Clone)]
pub struct KeyFile(PathBuf);

impl KeyFile {
    /// The file at this path, whether it is there or not.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The key in it; none: there is no such file.
    ///
    /// # Errors
    /// When it holds no key, or others may read it.
    pub fn read(&self) -> Result<Option<MasterKey>, KeyFileError> {
        let failed = |source| KeyFileError::File { doing: "reading", path: self.0.clone(), source };
        match fs::metadata(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Ok(found) if found.permissions().mode() & 0o077 != 0 => {
                return Err(KeyFileError::Open(self.0.clone()));
            }
            Err(error) => return Err(failed(error)),
            Ok(_) => {}
        }
        let text = fs::read_to_string(&self.0).map(Secret::new).map_err(failed)?;
        let malformed = |source| KeyFileError::Malformed { path: self.0.clone(), source };
        MasterKey::parse(text.expose()).map(Some).map_err(malformed)
    }

    /// Makes a key where there is none.
    ///
    /// # Errors
    /// When it cannot be written, or is there.
    pub fn make(&self) -> Result<MasterKey, KeyFileError> {
        let failed = |source| KeyFileError::File { doing: "making", path: self.0.clone(), source };
        let folder = self.0.parent().unwrap_or(Path::new("."));
        let made = || {
            let key = MasterKey::generate()?;
            fs::create_dir_all(folder)?;
            // Under its own name it is whole, or not at all.
            let draft = beside(&self.0, "draft");
            let _ = fs::remove_file(&draft);
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
            writeln!(file, "{}", key.to_text().expose())?;
            file.sync_all()?;
            fs::hard_link(&draft, &self.0)?;
            fs::remove_file(&draft)?;
            File::open(folder)?.sync_all()?;
            Ok(key)
        };
        made().map_err(failed)
    }

    /// The file with the key that is to take the place of this one's.
    pub fn next(&self) -> Self {
        Self(beside(&self.0, "new"))
    }

    /// The next file becomes this one.
    ///
    /// # Errors
    /// When it cannot be renamed.
    pub fn replace(&self) -> Result<(), KeyFileError> {
        let failed = |source| KeyFileError::File { doing: "replacing", path: self.0.clone(), source };
        let folder = self.0.parent().unwrap_or(Path::new("."));
        fs::rename(self.next().path(), &self.0).and_then(|()| File::open(folder)?.sync_all()).map_err(failed)
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(ending);
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_for_its_owner_alone_and_another_takes_its_place() {
        let dir = tempfile::tempdir().unwrap();
        let file = KeyFile::at(dir.path().join("data/master.key"));
        assert!(file.read().unwrap().is_none());
        let made = file.make().unwrap();
        assert_eq!(file.read().unwrap().map(|key| key.id()), Some(made.id()));
        assert!(file.make().is_err(), "it is not written over");
        assert_eq!(fs::metadata(file.path()).unwrap().permissions().mode() & 0o777, 0o600);
        let next = file.next().make().unwrap();
        assert_eq!(file.read().unwrap().map(|key| key.id()), Some(made.id()));
        file.replace().unwrap();
        assert_eq!(file.read().unwrap().map(|key| key.id()), Some(next.id()));
        assert!(file.next().read().unwrap().is_none());
    }

    #[test]
    fn refuses_what_is_none_and_what_others_read_and_repeats_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let file = KeyFile::at(dir.path().join("master.key"));
        file.make().unwrap();
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(file.read(), Err(KeyFileError::Open(_))));
        fs::write(file.path(), "canary").unwrap();
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o600)).unwrap();
        let error = file.read().map(|_| ()).unwrap_err();
        assert!(matches!(error, KeyFileError::Malformed { .. }), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("canary"));
    }
}
