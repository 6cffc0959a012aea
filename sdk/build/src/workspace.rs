//! What cargo says of the connector's crate and of the workspace that it stands in.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;

/// The profile for guests, where the workspace defines it: small and fast to instantiate.
const GUEST_PROFILE: &str = "guest";

/// The answer of `cargo metadata`, as far as it matters here.
#[derive(Deserialize)]
pub(crate) struct Metadata {
    packages: Vec<Crate>,
    pub(crate) workspace_root: PathBuf,
    pub(crate) target_directory: PathBuf,
}

/// A crate of the workspace.
#[derive(Deserialize)]
pub(crate) struct Crate {
    pub(crate) name: String,
    pub(crate) manifest_path: PathBuf,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    crate_types: Vec<String>,
}

impl Metadata {
    /// The crate whose `Cargo.toml` this is.
    pub(crate) fn crate_at(&self, manifest: &Path) -> Option<&Crate> {
        self.packages.iter().find(|package| package.manifest_path == manifest)
    }

    /// `guest` if the workspace defines that profile, else `release`.
    pub(crate) fn profile(&self) -> &'static str {
        let text = fs::read_to_string(self.workspace_root.join("Cargo.toml")).unwrap_or_default();
        profile_of(&text)
    }
}

impl Crate {
    /// Whether the crate is compiled to a module: `crate-type = ["cdylib"]`.
    pub(crate) fn is_module(&self) -> bool {
        self.targets.iter().any(|target| target.crate_types.iter().any(|kind| kind == "cdylib"))
    }
}

fn profile_of(workspace: &str) -> &'static str {
    let defined = toml::from_str::<toml::Table>(workspace).is_ok_and(|table| {
        table.get("profile").is_some_and(|profiles| profiles.get(GUEST_PROFILE).is_some())
    });
    if defined { GUEST_PROFILE } else { "release" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_guest_profile_only_where_it_is_defined() {
        assert_eq!(profile_of(""), "release");
        assert_eq!(profile_of("[profile.release]\nlto = true"), "release");
        assert_eq!(profile_of("[profile.guest]\ninherits = \"release\""), "guest");
    }
}
