//! Running cargo for a guest.

use std::{
    env, io,
    path::{Path, PathBuf},
    process::Command,
};

use serde::Deserialize;

use crate::{
    BuildRequest, Listener, Progress, Toolchain,
    process::{Ended, Stream, run},
    toolchain::{TARGET, debian},
    workspace::Metadata,
};

/// The crate was not compiled.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    /// The folder holds no crate.
    #[error("{} holds no crate: its Cargo.toml is missing, or that of a workspace alone", .0.display())]
    NoCrate(PathBuf),
    /// The crate is no dynamic library, so cargo makes no module of it.
    #[error("{} makes no WebAssembly module; add to it:\n\n    [lib]\n    crate-type = [\"cdylib\"]\n", .0.display())]
    NotAModule(PathBuf),
    /// cargo said no.
    #[error("{doing} failed: {cargo} said:\n{tail}")]
    Failed {
        /// What was attempted.
        doing: String,
        /// The cargo that ran.
        cargo: String,
        /// Its last lines.
        tail: String,
    },
    /// cargo could not be run.
    #[error("running {cargo} failed")]
    NotRun {
        /// The program.
        cargo: String,
        /// Why.
        source: io::Error,
    },
    /// cargo succeeded and named no module: a defect of ours.
    #[error("cargo compiled {0} and named no WebAssembly module")]
    NoModule(String),
}

/// Compiles the crate and answers where the module is. Cargo decides what is fresh.
pub(crate) fn compile(
    request: &BuildRequest<'_>,
    progress: &mut Listener<'_>,
) -> Result<PathBuf, CompileError> {
    let no_crate = || CompileError::NoCrate(request.connector.into());
    let manifest = request.connector.join("Cargo.toml").canonicalize().map_err(|_| no_crate())?;
    let metadata = metadata(request.toolchain, &manifest)?;
    let package = metadata.crate_at(&manifest).ok_or_else(no_crate)?;
    if !package.is_module() {
        return Err(CompileError::NotAModule(request.connector.join("Cargo.toml")));
    }

    let mut command = cargo(request.toolchain, "build", &manifest);
    command.args(["--target", TARGET, "--profile", metadata.profile(), "--lib"]);
    command.arg("--target-dir").arg(request.target_dir.unwrap_or(&metadata.target_directory).join("guests"));
    command.arg("--message-format=json-render-diagnostics");
    if request.locked {
        command.arg("--locked");
    }
    if matches!(request.toolchain, Toolchain::Debian { .. }) {
        command.arg("-Zbuild-std=std,panic_abort");
    }

    let mut module = None;
    let doing = format!("compiling {}", package.name);
    run_cargo(&mut command, doing, &mut |stream, line| match stream {
        Stream::Err => progress(Progress::Line(line)),
        Stream::Out => module = module_of(line, &manifest).or(module.take()),
    })?;
    module.ok_or_else(|| CompileError::NoModule(package.name.clone()))
}

fn metadata(toolchain: &Toolchain, manifest: &Path) -> Result<Metadata, CompileError> {
    let mut command = cargo(toolchain, "metadata", manifest);
    command.args(["--no-deps", "--format-version", "1"]);
    let mut answer = String::new();
    let doing = format!("reading {}", manifest.display());
    run_cargo(&mut command, doing.clone(), &mut |stream, line| {
        if stream == Stream::Out {
            answer.push_str(line);
        }
    })?;
    serde_json::from_str(&answer).map_err(|error| CompileError::Failed {
        doing,
        cargo: name(&command),
        tail: error.to_string(),
    })
}

fn run_cargo(
    command: &mut Command,
    doing: String,
    on_line: &mut dyn FnMut(Stream, &str),
) -> Result<(), CompileError> {
    match run(command, None, on_line) {
        Ok(Ended::Success) => Ok(()),
        Ok(Ended::Failure { tail }) => Err(CompileError::Failed { doing, cargo: name(command), tail }),
        Ok(Ended::Overdue) => {
            Err(CompileError::Failed { doing, cargo: name(command), tail: "it did not end".into() })
        }
        Err(source) => Err(CompileError::NotRun { cargo: name(command), source }),
    }
}

fn name(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

/// The module that a line of cargo's messages tells of, if it is that of this crate.
fn module_of(line: &str, manifest: &Path) -> Option<PathBuf> {
    #[derive(Deserialize)]
    struct Artifact {
        manifest_path: PathBuf,
        filenames: Vec<PathBuf>,
    }
    let artifact: Artifact = serde_json::from_str(line).ok()?;
    let ours = artifact.manifest_path == manifest;
    artifact.filenames.into_iter().find(|file| ours && file.extension().is_some_and(|end| end == "wasm"))
}

/// cargo, in an environment that does not leak from the one that called us: flags for the host's compiler
/// are wrong for a guest's.
fn cargo(toolchain: &Toolchain, subcommand: &str, manifest: &Path) -> Command {
    let mut command = match toolchain {
        Toolchain::Rustup { cargo, .. } => Command::new(cargo),
        Toolchain::Debian { .. } => Command::new(debian::CARGO),
    };
    let debian = matches!(toolchain, Toolchain::Debian { .. });
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(|name| leaks(name, debian)) {
            command.env_remove(name);
        }
    }
    if let Toolchain::Debian { linker, .. } = toolchain {
        command
            .env("RUSTC", debian::RUSTC)
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker)
            // Building the library from source is not stable yet; this compiler is pinned by the distribution.
            .env("RUSTC_BOOTSTRAP", "1");
    }
    if let Some(dir) = manifest.parent() {
        command.current_dir(dir);
    }
    command.arg(subcommand).arg("--manifest-path").arg(manifest);
    command
}

/// Whether a variable of the caller would change how a guest is compiled. Where packages come from is kept:
/// a site with a mirror or a proxy has no other.
fn leaks(name: &str, debian: bool) -> bool {
    const KEPT: [&str; 5] =
        ["CARGO_HOME", "CARGO_HTTP_", "CARGO_NET_", "CARGO_REGISTRIES_", "CARGO_REGISTRY_"];
    let rustup_or_rustc = name.starts_with("RUSTUP_") || name.starts_with("RUSTC");
    let cargo = name.starts_with("CARGO_") && !KEPT.iter().any(|kept| name.starts_with(kept));
    cargo || name == "RUSTFLAGS" || (debian && rustup_or_rustc)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_callers_flags_do_not_leak_and_its_mirror_is_kept() {
        for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_TARGET_DIR", "CARGO_BUILD_TARGET"] {
            assert!(leaks(name, true) && leaks(name, false), "{name}");
        }
        for name in ["RUSTUP_TOOLCHAIN", "RUSTC", "RUSTC_WRAPPER"] {
            assert!(leaks(name, true) && !leaks(name, false), "{name}");
        }
        for name in ["CARGO_HOME", "CARGO_REGISTRIES_CRATES_IO_PROTOCOL", "CARGO_HTTP_PROXY", "PATH", "HOME"]
        {
            assert!(!leaks(name, true) && !leaks(name, false), "{name}");
        }
    }

    #[test]
    fn finds_the_module_of_this_crate_alone() {
        let manifest = Path::new("/c/Cargo.toml");
        let line = |manifest: &str| {
            format!(
                r#"{{"reason":"compiler-artifact","manifest_path":"{manifest}","filenames":["/t/x.rlib","/t/x.wasm"]}}"#
            )
        };
        assert_eq!(module_of(&line("/other/Cargo.toml"), manifest), None);
        assert_eq!(module_of("not JSON", manifest), None);
        assert_eq!(module_of(&line("/c/Cargo.toml"), manifest), Some("/t/x.wasm".into()));
    }
}
