//! Tools that cargo does not bring, at the version that this project was tested with.

use std::process::Stdio;

use crate::{
    failure::Failure,
    workspace::{Workspace, run},
};

/// A subcommand of cargo, made by the package `cargo-<name>`.
pub(crate) struct Tool {
    name: &'static str,
    version: &'static str,
}

/// Runs the tests, each in a process of its own.
pub(crate) const NEXTEST: Tool = Tool { name: "nextest", version: "0.9.143" };
/// Checks licences, sources and advisories of dependencies.
pub(crate) const DENY: Tool = Tool { name: "deny", version: "0.20.2" };

impl Tool {
    /// Installs the tool if this machine has none. One that is here is taken at whatever version.
    pub(crate) fn ensure(&self, workspace: &Workspace) -> Result<(), Failure> {
        let mut probe = workspace.cargo(&[self.name, "--version"]);
        let here = probe.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|it| it.success());
        if here {
            return Ok(());
        }
        let package = format!("cargo-{}", self.name);
        eprintln!("installing {package} {}, which takes some minutes, once", self.version);
        run(&mut workspace.cargo(&["install", "--locked", &package, "--version", self.version]))
    }
}
