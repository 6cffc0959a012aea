//! Building the test guest that is written in Python: componentize-py of a pinned version, in an environment of its
//! own. What it makes depends on nothing but what it is given, so it is made again only when that changes. And such
//! environments for other programs in Python.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tieline_build::Built;
use tieline_types::Digest;

use crate::{
    failure::Failure,
    say::Say,
    workspace::{Workspace, run},
};

/// The guest's folder.
const GUEST: &str = "tests/guests/python";
/// What names the tools.
const REQUIREMENTS: &str = "requirements.txt";

/// The package of the Python guest.
pub(crate) fn build(workspace: &Workspace, say: &Say) -> Result<Built, Failure> {
    let guest = workspace.root.join(GUEST);
    let contract = workspace.root.join("wit");
    let home = workspace.target.join("python");
    let (mut files, mut words) = (Vec::new(), Vec::new());
    collect(&guest, Path::new(""), &mut files)?;
    collect(&contract, Path::new("wit/deps/tieline"), &mut files)?;
    files.sort();
    for (name, path) in &files {
        words.extend_from_slice(format!("{}\n", name.display()).as_bytes());
        words.extend_from_slice(Digest::of(&read(path)?).as_bytes());
    }
    let stamp = Digest::of(&words).hex();
    let component = home.join(format!("{}.wasm", &stamp[..16]));
    if !component.is_file() {
        let tool = componentize(&guest, &home, say)?;
        say.step("python: making a component");
        let work = tempfile::tempdir_in(&home).map_err(|source| unreadable(&home, source))?;
        for (name, path) in &files {
            let to = work.path().join(name);
            fs::create_dir_all(to.parent().unwrap_or(work.path()))
                .map_err(|source| unreadable(&to, source))?;
            fs::copy(path, &to).map_err(|source| unreadable(path, source))?;
        }
        let made = work.path().join("made.wasm");
        let mut command = Command::new(tool);
        command.current_dir(work.path()).args(["-q", "-d", "wit", "-w", "guest", "componentize", "-p", "."]);
        // What Python finds in its environment while it is prepared is part of the component.
        command.env_clear().args(["app", "-o"]).arg(&made);
        run(&mut command)?;
        fs::rename(&made, &component).map_err(|source| unreadable(&component, source))?;
    }
    tieline_build::wrap(&guest, &component, &workspace.packages_dir())
        .map_err(|source| Failure::Guest { dir: guest, source: Box::new(source) })
}

/// `componentize-py` as `requirements.txt` names it, installed when it is not there.
fn componentize(guest: &Path, home: &Path, say: &Say) -> Result<PathBuf, Failure> {
    let tool = "bin/componentize-py";
    Ok(environment(&guest.join(REQUIREMENTS), home, tool, say)?.join(tool))
}

/// An environment with what the requirements name. It is there when `ready` is, a file in it; one that the requirements
/// do not bring is made at the end.
pub(crate) fn environment(
    requirements: &Path,
    home: &Path,
    ready: &str,
    say: &Say,
) -> Result<PathBuf, Failure> {
    let version = Digest::of(&read(requirements)?).hex();
    let environment = home.join(format!("environment-{}", &version[..16]));
    let ready = environment.join(ready);
    if ready.is_file() {
        return Ok(environment);
    }
    say.step(&format!("python: installing {}", requirements.display()));
    fs::create_dir_all(home).map_err(|source| unreadable(home, source))?;
    // A half-made one, as of a build that was stopped.
    let _ = fs::remove_dir_all(&environment);
    let mut venv = Command::new("python3");
    venv.args(["-m", "venv"]).arg(&environment);
    if !quietly(&mut venv) {
        debian(say)?;
        let _ = fs::remove_dir_all(&environment);
        run(&mut venv)?;
    }
    let mut pip = Command::new(environment.join("bin/pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:", "-r"]);
    run(pip.arg(requirements))?;
    if !ready.is_file() {
        fs::write(&ready, "").map_err(|source| unreadable(&ready, source))?;
    }
    Ok(environment)
}

/// Debian's Python comes without `venv`.
fn debian(say: &Say) -> Result<(), Failure> {
    say.step("python: installing python3-venv");
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command.args(["-o", "DPkg::Lock::Timeout=300"]).args(arguments);
        command.env("DEBIAN_FRONTEND", "noninteractive");
        run(&mut command)
    };
    apt(&["update"])?;
    apt(&["install", "-y", "--no-install-recommends", "python3-venv"])
}

fn quietly(command: &mut Command) -> bool {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// The files of a folder by their names under `as_of`.
fn collect(folder: &Path, as_of: &Path, into: &mut Vec<(PathBuf, PathBuf)>) -> Result<(), Failure> {
    for entry in fs::read_dir(folder).map_err(|source| unreadable(folder, source))? {
        let path = entry.map_err(|source| unreadable(folder, source))?.path();
        let Some(name) = path.file_name().map(|name| as_of.join(name)) else { continue };
        if path.is_dir() {
            collect(&path, &name, into)?;
        } else {
            into.push((name, path));
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|source| unreadable(path, source))
}

fn unreadable(path: &Path, source: io::Error) -> Failure {
    Failure::Unreadable { path: path.into(), source }
}
