//! `cargo xtask console`: the web console and the panel, built by npm into the folder that the host embeds.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::SystemTime,
};

use clap::Args;

use crate::{
    failure::Failure,
    guests,
    say::Say,
    workspace::{Workspace, run as run_it},
};

const FOLDER: &str = "host/api/console";
/// What must hold of the console before a merge, each a script of its `package.json`. The last two drive a browser: one
/// against a host in miniature, the other against a real one and the simulators.
const CHECKS: [&str; 5] = ["typecheck", "lint", "test", "browser", "story"];
/// Where Debian's package has its browser.
const CHROMIUM: &str = "/usr/bin/chromium";
/// In the console's folder, and no source of it.
const MADE: [&str; 3] = ["node_modules", "dist", "shots"];

#[derive(Args, Default)]
pub(crate) struct Options {
    /// Also check types and style, and run the tests, those in a browser too
    #[arg(long)]
    test: bool,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    build(workspace)?;
    if options.test {
        guests::build(workspace)?;
        workspace.build_binaries()?;
        check(workspace)?;
    }
    Ok(())
}

/// Builds it, unless that was done since anything in it changed: each build makes the host compile anew.
pub(crate) fn build(workspace: &Workspace) -> Result<(), Failure> {
    let (say, folder) = (Say::new(), workspace.root.join(FOLDER));
    let installed = changed(&folder.join("node_modules/.package-lock.json"));
    if installed < changed(&folder.join("package-lock.json")) {
        say.step("console: npm ci");
        run_npm(npm(&folder).args(["ci", "--no-audit", "--no-fund"]))?;
    }
    let newest = newest(&folder).map_err(|source| Failure::Unreadable { path: folder.clone(), source })?;
    if changed(&folder.join("dist/index.html")) < newest {
        say.step("console: build");
        run_npm(npm(&folder).args(["run", "build"]))?;
    }
    Ok(())
}

/// Checks what was built, beside binaries and packages that were built.
pub(crate) fn check(workspace: &Workspace) -> Result<(), Failure> {
    let (say, folder) = (Say::new(), workspace.root.join(FOLDER));
    let browser = browser(&say)?;
    for check in CHECKS {
        say.step(&format!("console: {check}"));
        let mut npm = npm(&folder);
        npm.args(["run", check]).env("CHROMIUM", &browser).env("TIELINE_BUILT", &workspace.target);
        run_it(&mut npm)?;
    }
    Ok(())
}

fn npm(folder: &Path) -> Command {
    let mut npm = Command::new("npm");
    npm.current_dir(folder);
    npm
}

/// Runs npm; that it is not there is told in words that help.
fn run_npm(npm: &mut Command) -> Result<(), Failure> {
    match run_it(npm) {
        Err(Failure::NotRun { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            Err(Failure::NoNode(source))
        }
        done => done,
    }
}

/// When a file was changed; the beginning of time if it is not there.
fn changed(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|about| about.modified()).ok()
}

/// When a source in the folder was changed last.
fn newest(folder: &Path) -> io::Result<Option<SystemTime>> {
    let mut newest = None;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if MADE.iter().any(|made| entry.file_name() == *made) {
            continue;
        }
        let path = entry.path();
        newest = newest.max(if path.is_dir() { self::newest(&path)? } else { changed(&path) });
    }
    Ok(newest)
}

/// A browser for the tests: the one that `CHROMIUM` names, or Debian's, which is installed if it is missing.
fn browser(say: &Say) -> Result<PathBuf, Failure> {
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
    let browser = named.unwrap_or_else(|| CHROMIUM.into());
    if !browser.exists() {
        say.step("console: apt-get install chromium");
        for asked in [&["update"][..], &["install", "-y", "--no-install-recommends", "chromium"]] {
            let mut apt = Command::new("apt-get");
            apt.args(["-o", "DPkg::Lock::Timeout=300"]).args(asked);
            run_it(apt.env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null()))?;
        }
    }
    Ok(browser)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs::File, time::Duration};

    #[test]
    fn what_was_made_is_no_source() {
        let dir = tempfile::tempdir().unwrap();
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let put = |path: &str, seconds| {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            File::create(path).unwrap().set_modified(at(seconds)).unwrap();
        };
        assert_eq!(newest(dir.path()).unwrap(), None);
        put("src/pages/Page.tsx", 20);
        put("package.json", 10);
        put("node_modules/react/index.js", 30);
        put("dist/index.html", 40);
        put("tests/browser/shots/page.png", 50);
        assert_eq!(newest(dir.path()).unwrap(), Some(at(20)));
        assert!(changed(&dir.path().join("missing")) < changed(&dir.path().join("package.json")));
    }
}
