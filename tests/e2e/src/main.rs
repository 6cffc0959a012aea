//! End-to-end tests: each folder under `cases/<module>/` is a test named `module::case`.
//!
//! A case starts the simulators and the real `tieline` binary, and walks through the steps of its
//! `case.toml`. See `steps/mod.rs` for the words that a step may use.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod case;
mod expect;
mod host;
mod json;
mod limits;
mod scene;
mod steps;

use std::{fs, path::Path};

use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    libtest_mimic::run(&arguments, trials(&cases)).exit();
}

fn trials(cases: &Path) -> Vec<Trial> {
    let limits = cases.join("limits");
    let mut trials = vec![Trial::test("limits::each_is_met", move || Ok(limits::each_is_met(&limits)?))];
    for module in folders(cases) {
        for folder in folders(&module) {
            let name = format!("{}::{}", file_name(&module), file_name(&folder));
            trials.push(Trial::test(name, move || run(&folder)));
        }
    }
    trials
}

fn run(folder: &Path) -> Result<(), Failed> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let case = case::Case::read(folder)?;
        let mut scene = scene::Scene::set(folder).await?;
        let played = scene.play(&case).await;
        played.map_err(|failure| Failed::from(scene.report(&case, &failure)))
    })
}

fn folders(of: &Path) -> Vec<std::path::PathBuf> {
    let mut folders: Vec<_> = fs::read_dir(of)
        .unwrap_or_else(|error| panic!("{}: {error}", of.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}
