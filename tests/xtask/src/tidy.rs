//! Rules of the house that the compiler does not know.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A source file longer than this is more than one idea.
const LONGEST_FILE: usize = 400;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Every Rust file under a folder of the workspace, with its text.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    assert!(!found.is_empty(), "{folder} holds no source");
    found
}

#[test]
fn capabilities_do_not_see_each_other() {
    let all = [
        "activity", "alert", "clock", "dataset", "events", "graph", "http_out", "log", "random", "schedule",
        "storage", "wasi",
    ];
    for own in all {
        for (path, text) in sources(&format!("host/capabilities/src/{own}")) {
            for other in all.iter().filter(|other| **other != own) {
                let seen =
                    text.contains(&format!("crate::{other}")) || text.contains(&format!("super::{other}"));
                assert!(!seen, "{} uses the capability `{other}`", path.display());
            }
        }
    }
}

#[test]
fn only_the_app_reads_the_environment() {
    for folder in [
        "types",
        "telemetry",
        "store",
        "audit",
        "backup",
        "datasets",
        "egress",
        "identity",
        "access",
        "capabilities",
        "runtime",
        "delivery",
        "api",
    ] {
        for (path, text) in sources(&format!("host/{folder}/src")) {
            let reads = text.contains("env::var") || text.contains("std::env::");
            assert!(!reads, "{} reads the environment", path.display());
        }
    }
}

#[test]
fn only_egress_makes_an_http_client_of_the_host() {
    for folder in [
        "types",
        "telemetry",
        "store",
        "audit",
        "backup",
        "datasets",
        "identity",
        "access",
        "capabilities",
        "runtime",
        "delivery",
        "api",
    ] {
        for (path, text) in sources(&format!("host/{folder}/src")) {
            assert!(!text.contains("reqwest"), "{} goes around the one door", path.display());
        }
    }
}

#[test]
fn a_file_is_one_idea() {
    for folder in ["host", "sdk", "plugins", "tests"] {
        for (path, text) in sources(folder) {
            let lines = text.lines().count();
            assert!(lines <= LONGEST_FILE, "{} has {lines} lines", path.display());
        }
    }
}

/// What is wrong with something that git tracks, by its line of `git ls-files --stage`.
fn not_for_a_clone(line: &str) -> Option<String> {
    let (entry, path) = line.split_once('\t').unwrap();
    let why = if entry.starts_with("120000 ") {
        "is a symbolic link, which may lead nowhere in a fresh clone"
    } else if Path::new(path).iter().any(|part| part == "target") {
        "is what a build made"
    } else {
        return None;
    };
    Some(format!("git tracks `{path}`, which {why}: git rm --cached '{path}', and name it in .gitignore"))
}

#[test]
fn a_fresh_clone_holds_no_link_and_nothing_built() {
    assert!(not_for_a_clone("120000 5a 0\ttarget").is_some());
    assert!(not_for_a_clone("100644 5a 0\tplugins/vault/target/debug/vault.d").is_some());
    assert!(not_for_a_clone("100644 5a 0\thost/targets/src/target.rs").is_none());
    if !root().join(".git").exists() {
        eprintln!("this is no clone: nothing is tracked here");
        return;
    }
    // Whoever made the clone: in a container it is often somebody else.
    let asked = ["-c", "safe.directory=*", "ls-files", "--stage", "-z"];
    let told = Command::new("git").args(asked).current_dir(root()).output().unwrap();
    assert!(told.status.success(), "git: {}", String::from_utf8_lossy(&told.stderr));
    let tracked = String::from_utf8(told.stdout).unwrap();
    assert!(tracked.contains("\tCargo.toml\0"), "git knows another folder than this one");
    let faults: Vec<_> = tracked.split_terminator('\0').filter_map(not_for_a_clone).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
