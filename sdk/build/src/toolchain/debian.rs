//! Debian's compiler: which packages, and how they are installed.

use std::process::Command;

use super::{ToolchainError, not_started};
use crate::{
    Listener, Progress,
    process::{Ended, ask, run},
};

/// By its full path: a `rustc` of the path is most likely rustup's.
pub(crate) const RUSTC: &str = "/usr/bin/rustc";
/// By its full path, as [`RUSTC`].
pub(crate) const CARGO: &str = "/usr/bin/cargo";

pub(super) const APT_GET: &str = "/usr/bin/apt-get";
pub(super) const UPDATE: &str = "apt-get update";
/// Compiler, cargo and the library's source; Debian keeps them current for its browsers.
const PACKAGES: [&str; 3] = ["rustc-web", "cargo-web", "rust-web-src"];
/// Another apt-get may be at work, as in a fresh machine's first minutes.
const WAIT_FOR_LOCK: &str = "DPkg::Lock::Timeout=300";

/// Those of the packages that are not installed.
pub(super) fn missing() -> Vec<&'static str> {
    PACKAGES.into_iter().filter(|package| !installed(package)).collect()
}

fn installed(package: &str) -> bool {
    let state = ask(Command::new("dpkg-query").args(["-W", "-f", "${db:Status-Status}", package]));
    state.as_deref() == Some("installed")
}

/// The command as a person would type it.
pub(super) fn install_line(packages: &[&str]) -> String {
    format!("apt-get install -y --no-install-recommends {}", packages.join(" "))
}

pub(super) fn install(packages: &[&'static str], progress: &mut Listener<'_>) -> Result<(), ToolchainError> {
    // A list that cannot be renewed may still be good enough: whether it was, the install will say.
    progress(Progress::Step(UPDATE));
    let _ = apt_get(&["update"], progress);
    let command = install_line(packages);
    progress(Progress::Step(&command));
    apt_get(&[&["install", "-y", "--no-install-recommends"], packages].concat(), progress)
        .map_err(|tail| ToolchainError::Apt { command, tail })
}

fn apt_get(arguments: &[&str], progress: &mut Listener<'_>) -> Result<(), String> {
    let mut command = Command::new(APT_GET);
    command.args(["-o", WAIT_FOR_LOCK]).args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    match run(&mut command, None, &mut |_, line| progress(Progress::Line(line))) {
        Ok(Ended::Success) => Ok(()),
        Ok(Ended::Failure { tail }) => Err(tail),
        Ok(Ended::Overdue) => Err("it did not end".into()),
        Err(error) => Err(not_started(APT_GET, &error)),
    }
}
