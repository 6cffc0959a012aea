//! Where the workspace is, and running programs in it.

use std::{
    env, io,
    os::fd::AsFd,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde::Deserialize;

use crate::failure::Failure;

/// The workspace that this program was built from.
pub(crate) struct Workspace {
    /// Folder of the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Cargo's target directory.
    pub(crate) target: PathBuf,
    /// Names of the crates.
    pub(crate) packages: Vec<String>,
}

impl Workspace {
    pub(crate) fn open() -> Result<Self, Failure> {
        #[derive(Deserialize)]
        struct Metadata {
            workspace_root: PathBuf,
            target_directory: PathBuf,
            packages: Vec<Package>,
        }
        #[derive(Deserialize)]
        struct Package {
            name: String,
        }
        let mut command = cargo(Path::new(env!("CARGO_MANIFEST_DIR")));
        command.args(["metadata", "--no-deps", "--format-version", "1"]).stderr(Stdio::inherit());
        let output = command.output().map_err(|source| not_run(&command, source))?;
        if !output.status.success() {
            return Err(Failure::Command(words(&command)));
        }
        let metadata: Metadata = serde_json::from_slice(&output.stdout)?;
        Ok(Self {
            root: metadata.workspace_root,
            target: metadata.target_directory,
            packages: metadata.packages.into_iter().map(|package| package.name).collect(),
        })
    }

    /// The cargo that runs us, in the workspace's root.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = cargo(&self.root);
        command.args(arguments);
        command
    }

    /// A binary of the workspace.
    pub(crate) fn binary(&self, name: &str) -> PathBuf {
        self.target.join("debug").join(name)
    }

    /// A package that [`crate::guests::build`] made.
    pub(crate) fn package(&self, id: &str) -> PathBuf {
        self.packages_dir().join(format!("{id}.wasm"))
    }

    /// Where packages are put.
    pub(crate) fn packages_dir(&self) -> PathBuf {
        self.target.join("plugins")
    }

    /// Builds every binary of the workspace.
    ///
    /// All of them at once and not just the wanted ones: cargo would choose the features of shared
    /// dependencies by what is selected, and a second choice compiles the engine a second time.
    pub(crate) fn build_binaries(&self) -> Result<(), Failure> {
        run(&mut self.cargo(&["build", "--locked", "--workspace", "--bins"]))
    }
}

fn cargo(dir: &Path) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(dir);
    command
}

/// Runs a program to its end; what it says goes to standard error.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let elsewhere = io::stderr().as_fd().try_clone_to_owned().map_err(|source| not_run(command, source))?;
    let status = command.stdout(elsewhere).status().map_err(|source| not_run(command, source))?;
    if status.success() { Ok(()) } else { Err(Failure::Command(words(command))) }
}

/// Becomes the program: its output, its exit code and the signals it gets are its own.
pub(crate) fn become_it(command: &mut Command) -> Result<(), Failure> {
    let source = command.exec();
    Err(not_run(command, source))
}

fn not_run(command: &Command, source: io::Error) -> Failure {
    Failure::NotRun { command: words(command), source }
}

/// The command as a person would type it.
pub(crate) fn words(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str()).to_string_lossy();
    let arguments = command.get_args().map(|argument| argument.to_string_lossy());
    std::iter::once(name).chain(arguments).collect::<Vec<_>>().join(" ")
}
