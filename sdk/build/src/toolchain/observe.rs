//! Looking at the machine: programs are asked, nothing is changed.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{
    Search, TARGET,
    choose::{Facts, Target},
    debian,
};
use crate::process::ask;

pub(super) fn facts(search: &Search) -> Facts {
    Facts {
        way: search.way,
        target: target(&search.dir),
        missing: debian::missing(),
        linker: linker(&search.dir),
        apt: Path::new(debian::APT_GET).exists(),
        root: is_root(),
    }
}

/// `rustc 1.95.0 (…)`
pub(super) fn version(rustc: &str, dir: &Path) -> String {
    ask(Command::new(rustc).arg("--version").current_dir(dir)).unwrap_or_else(|| "rustc".into())
}

/// Whether the compiler that cargo would use here has the target's library, however it came.
fn target(dir: &Path) -> Target {
    let library =
        ask(Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]).current_dir(dir));
    let installed = library.is_some_and(|library| {
        fs::read_dir(library).is_ok_and(|mut files| {
            files.any(|file| file.is_ok_and(|file| file.file_name().to_string_lossy().starts_with("libstd-")))
        })
    });
    if installed {
        Target::Installed
    } else if ask(Command::new("rustup").arg("--version")).is_some() {
        Target::Addable
    } else {
        Target::Refused("rustup is not installed".into())
    }
}

/// rustup keeps `rust-lld` in the library folder of the machine's own triple.
fn linker(dir: &Path) -> Option<PathBuf> {
    let rustc = PathBuf::from(ask(Command::new("rustup").args(["which", "rustc"]).current_dir(dir))?);
    let sysroot = rustc.parent()?.parent()?;
    let triples = fs::read_dir(sysroot.join("lib/rustlib")).ok()?;
    triples.flatten().map(|triple| triple.path().join("bin/rust-lld")).find(|lld| lld.is_file())
}

/// Linux says whose process this is by the owner of its folder in /proc.
#[cfg(unix)]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").is_ok_and(|this| this.uid() == 0)
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}
