//! Reading `tieline.toml`.

use std::path::Path;

use super::{Config, ConfigError, resolve::resolve};

/// Reads the file and what it names.
pub(crate) fn read(path: &Path) -> Result<Config, ConfigError> {
    let io = |source| ConfigError::Read { path: path.into(), source };
    let text = std::fs::read_to_string(path).map_err(io)?;
    let raw = toml::from_str(&text)
        .map_err(|source| ConfigError::Parse { path: path.into(), source: Box::new(source) })?;
    // Absolute, so that nothing depends on where the host was started.
    let absolute = std::path::absolute(path).map_err(io)?;
    resolve(raw, absolute.parent().unwrap_or(Path::new("/")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::error::Error as _;

    #[test]
    fn a_missing_file_and_an_unknown_field_are_named() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("tieline.toml");
        let text = read(&path).unwrap_err().to_string();
        assert!(text.contains("tieline.toml"), "{text}");
        std::fs::write(&path, "[server]\nlisten = \"127.0.0.1:0\"\nport = 1\n[store]\nurl = \"sled:d\"\n")
            .unwrap();
        let error = read(&path).unwrap_err();
        assert!(error.source().unwrap().to_string().contains("port"));
    }
}
