//! `tieline build`: a connector's directory into one package.

use std::{cell::RefCell, time::Duration};

use indicatif::ProgressBar;
use tieline_build::{
    BuildError, BuildRequest, Built, Progress, Search, ToolchainError,
    toolchain::{self, UnknownWay},
};

use crate::{Answer, Exit, Failure, cli::Build};

/// Steps and the compiler's last line go to standard error, all of the compiler's lines only when it fails.
pub(crate) fn run(args: &Build) -> Result<Answer, Failure> {
    let bar = ProgressBar::new_spinner();
    bar.enable_steady_tick(Duration::from_millis(100));
    let said = RefCell::new(Vec::new());
    let mut listener = |progress: Progress<'_>| match progress {
        Progress::Step(step) => bar.suspend(|| eprintln!("{step}")),
        Progress::Line(line) => {
            bar.set_message(line.to_owned());
            said.borrow_mut().push(line.to_owned());
        }
    };
    let built = build(args, &mut listener);
    bar.finish_and_clear();
    let built = built.inspect_err(|_| said.borrow().iter().for_each(|line| eprintln!("{line}")))?;

    let identity = &built.package.manifest.connector;
    let state = if built.unchanged { ", unchanged" } else { "" };
    let text = format!(
        "{} {} → {} ({} KiB{state})\n{}",
        identity.id,
        identity.version,
        built.wasm.display(),
        built.size.div_ceil(1024),
        built.digest(),
    );
    Ok(Answer::done(text)
        .with("connector", &identity.id)
        .with("version", &identity.version)
        .with("package", built.wasm.display().to_string())
        .with("digest", built.digest())
        .with("bytes", built.size)
        .with("unchanged", built.unchanged))
}

fn build(args: &Build, listener: &mut tieline_build::Listener<'_>) -> Result<Built, Failure> {
    if let Some(component) = &args.component {
        return Ok(tieline_build::wrap(&args.dir, component, &args.out)?);
    }
    let toolchain = toolchain::find(&Search::from_env(&args.dir)?, listener)?;
    let request = BuildRequest {
        connector: &args.dir,
        toolchain: &toolchain,
        target_dir: None,
        out_dir: &args.out,
        locked: args.locked,
    };
    Ok(tieline_build::build(&request, listener)?)
}

impl From<BuildError> for Failure {
    fn from(error: BuildError) -> Self {
        Self::new(Exit::Failed, error).code("build.failed")
    }
}

impl From<ToolchainError> for Failure {
    fn from(error: ToolchainError) -> Self {
        Self::new(Exit::Failed, error).code("build.no-toolchain")
    }
}

impl From<UnknownWay> for Failure {
    fn from(error: UnknownWay) -> Self {
        Self::new(Exit::Usage, error)
    }
}
