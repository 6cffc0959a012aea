//! A case, as its folder tells it.

use std::{fs, path::Path};

use serde::Deserialize;

/// `case.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    /// What it shows, in a sentence.
    pub(crate) about: String,
    /// What happens, one word of the language a step; still with `${…}` in it.
    pub(crate) steps: Vec<toml::Table>,
}

impl Case {
    pub(crate) fn read(folder: &Path) -> Result<Self, String> {
        let path = folder.join("case.toml");
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
    }
}
