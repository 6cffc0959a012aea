//! `cargo xtask console`: the web console and the panel, built by npm into the folder that the host embeds.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use clap::Args;

use crate::{
    failure::Failure,
    say::Say,
    workspace::{Workspace, run as run_it},
};

const FOLDER: &str = "host/api/console";
/// What must hold of the console before a merge, each a script of its `package.json`; the last one drives a browser.
const CHECKS: [&str; 4] = ["typecheck", "lint", "test", "browser"];
/// Where Debian's package has its browser.
const CHROMIUM: &str = "/usr/bin/chromium";

#[derive(Args, Default)]
pub(crate) struct Options {
    /// Also check types and style, and run the tests, those in a browser too
    #[arg(long)]
    pub(crate) test: bool,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    let (say, folder) = (Say::new(), workspace.root.join(FOLDER));
    say.step("console: npm ci");
    run_it(npm(&folder).args(["ci", "--no-audit", "--no-fund"]))?;
    say.step("console: build");
    run_it(npm(&folder).args(["run", "build"]))?;
    if !options.test {
        return Ok(());
    }
    let browser = browser(&say)?;
    for check in CHECKS {
        say.step(&format!("console: {check}"));
        run_it(npm(&folder).args(["run", check]).env("CHROMIUM", &browser))?;
    }
    Ok(())
}

fn npm(folder: &Path) -> Command {
    let mut npm = Command::new("npm");
    npm.current_dir(folder);
    npm
}

/// A browser for the tests: the one that `CHROMIUM` names, or Debian's, which is installed if it is missing.
fn browser(say: &Say) -> Result<PathBuf, Failure> {
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
    let browser = named.unwrap_or_else(|| CHROMIUM.into());
    if !browser.exists() {
        say.step("console: apt-get install chromium");
        let mut install = Command::new("apt-get");
        install.args([
            "install",
            "-y",
            "--no-install-recommends",
            "-o",
            "DPkg::Lock::Timeout=300",
            "chromium",
        ]);
        run_it(install.env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null()))?;
    }
    Ok(browser)
}
