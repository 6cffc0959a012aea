//! Building every connector and every test guest of the workspace.

use std::{
    fs,
    path::{Path, PathBuf},
};

use tieline_build::{BuildRequest, Built, Search, toolchain};

use crate::{failure::Failure, python, say::Say, workspace::Workspace};

/// The folders whose folders are connectors.
const HOMES: [&str; 2] = ["plugins", "tests/guests"];

/// Builds them all into `target/plugins`. Cargo compiles only what has changed, and a package that would be
/// the same stays untouched.
pub(crate) fn build(workspace: &Workspace) -> Result<Vec<Built>, Failure> {
    let say = Say::new();
    let toolchain = toolchain::find(&Search::from_env(&workspace.root)?, &mut |told| say.hear(told))?;
    let out_dir = workspace.packages_dir();
    let mut built = Vec::new();
    for dir in connectors(&workspace.root)? {
        let request = BuildRequest {
            connector: &dir,
            toolchain: &toolchain,
            target_dir: Some(&workspace.target),
            out_dir: &out_dir,
            locked: true,
        };
        let package = tieline_build::build(&request, &mut |told| say.hear(told))
            .map_err(|source| Failure::Guest { dir: dir.clone(), source: Box::new(source) })?;
        built.push(package);
    }
    second_versions(&out_dir)?;
    built.push(python::build(workspace, &say)?);
    Ok(built)
}

/// Makes `clockwork-2.wasm`: the same code, whose manifest says it is version 1.1.0. The text keeps its length, so
/// the section keeps its form.
fn second_versions(packages: &Path) -> Result<(), Failure> {
    const FIRST: &[u8] = b"version = \"1.0.0\"";
    const SECOND: &[u8] = b"version = \"1.1.0\"";
    let path = packages.join("clockwork.wasm");
    let unreadable = |source| Failure::Unreadable { path: path.clone(), source };
    let mut package = fs::read(&path).map_err(unreadable)?;
    // The manifest is the last that says so: it is a section at the end.
    let Some(place) = package.windows(FIRST.len()).rposition(|window| window == FIRST) else { return Ok(()) };
    package[place..place + SECOND.len()].copy_from_slice(SECOND);
    fs::write(packages.join("clockwork-2.wasm"), package).map_err(unreadable)
}

/// Every folder with a crate, in the order of their names. A crate without a manifest is an error of its
/// build, not a folder to pass over.
fn connectors(root: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for home in HOMES {
        let home = root.join(home);
        let unreadable = |source| Failure::Unreadable { path: home.clone(), source };
        for entry in fs::read_dir(&home).map_err(unreadable)? {
            let dir = entry.map_err(unreadable)?.path();
            if dir.join("Cargo.toml").is_file() {
                found.push(dir);
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_connectors_of_this_workspace() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
        let found = connectors(&root).unwrap();
        assert!(found.contains(&root.join("plugins/salesforce")), "{found:?}");
        assert!(found.contains(&root.join("tests/guests/hostile")), "{found:?}");
        assert!(connectors(Path::new("/nowhere")).is_err());
    }
}
