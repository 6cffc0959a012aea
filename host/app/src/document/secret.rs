//! Following a reference to a secret.

use std::{
    io,
    path::{Path, PathBuf},
};

use tieline_types::{Secret, secret::UploadedSecret, tenant::SecretRef};

/// Why a secret was not found. Names the reference, never a value.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SecretError {
    /// The variable is not set, or set to nothing: an empty secret is always a mistake.
    #[error("the environment variable {0} is not set")]
    Env(String),
    /// The file cannot be read.
    #[error("reading the secret from {} failed", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file holds nothing.
    #[error("the file {} is empty", .0.display())]
    EmptyFile(PathBuf),
}

/// The secret behind a reference. Files are relative to the document's directory.
pub(crate) fn follow(
    reference: &SecretRef,
    directory: &Path,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<UploadedSecret, SecretError> {
    let secret = match reference {
        SecretRef::Env(name) => {
            let value = env(name).filter(|value| !value.is_empty());
            Secret::new(value.ok_or_else(|| SecretError::Env(name.clone()))?)
        }
        SecretRef::File(path) => {
            let path = directory.join(path);
            let text = std::fs::read_to_string(&path)
                .map_err(|source| SecretError::File { path: path.clone(), source })?;
            // Editors end a file with a newline; it is not part of the secret.
            let line = text.strip_suffix('\n').unwrap_or(&text);
            let line = line.strip_suffix('\r').unwrap_or(line);
            if line.is_empty() {
                return Err(SecretError::EmptyFile(path));
            }
            Secret::new(line)
        }
    };
    Ok(UploadedSecret(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> Result<String, SecretError> {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("secret"), text).unwrap();
        follow(&SecretRef::File("secret".into()), dir.path(), &|_| None).map(|s| s.0.expose().into())
    }

    #[test]
    fn refuses_what_is_not_there() {
        let missing = follow(&SecretRef::Env("ACME_MS".into()), Path::new("/"), &|_| None);
        assert!(missing.unwrap_err().to_string().contains("ACME_MS"));
        let empty = follow(&SecretRef::Env("ACME_MS".into()), Path::new("/"), &|_| Some(String::new()));
        assert!(matches!(empty, Err(SecretError::Env(_))));
        assert!(matches!(file("\n"), Err(SecretError::EmptyFile(_))));
        let absent = follow(&SecretRef::File("no/such".into()), Path::new("/"), &|_| None);
        assert!(absent.unwrap_err().to_string().contains("/no/such"));
    }

    #[test]
    fn only_one_trailing_newline_is_not_the_secret() {
        for (text, secret) in [("s", "s"), ("s\n", "s"), ("s\r\n", "s"), ("s\n\n", "s\n"), (" s \n", " s ")] {
            assert_eq!(file(text).unwrap(), secret, "{text:?}");
        }
    }
}
