//! Writing a file whole or not at all.

use std::{fs, io, io::Write, path::Path};

use tempfile::NamedTempFile;

/// Puts the bytes at the path by writing beside it and renaming, so that nobody ever reads a half-written
/// package. A file that holds these very bytes is left alone, so that its date says when it last changed.
/// Answers whether it was.
pub(crate) fn whole(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    if fs::read(path).is_ok_and(|there| there == bytes) {
        return Ok(true);
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut draft = NamedTempFile::new_in(folder)?;
    draft.write_all(bytes)?;
    draft.as_file().sync_all()?;
    readable_by_all(&draft)?;
    draft.persist(path)?;
    Ok(false)
}

/// Temporary files are their owner's alone; a package is for others.
#[cfg(unix)]
fn readable_by_all(draft: &NamedTempFile) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    draft.as_file().set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable_by_all(_: &NamedTempFile) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_what_differs_and_leaves_what_does_not() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("new folder/echo.wasm");
        assert!(!whole(&path, b"one").unwrap());
        assert!(whole(&path, b"one").unwrap());
        assert!(!whole(&path, b"two").unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "no draft is left behind");
    }
}
