//! Why a chore was not done.

use std::{io, path::PathBuf};

use tieline_build::{BuildError, ToolchainError, toolchain::UnknownWay};

#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("`{0}` failed")]
    Command(String),
    #[error("running `{command}` failed")]
    NotRun { command: String, source: io::Error },
    #[error("the console is built with Node 20.19 or later and its npm, which are not here: see nodejs.org")]
    NoNode(#[source] io::Error),
    #[error("reading {} failed", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("`cargo metadata` answered what is no metadata")]
    Metadata(#[from] serde_json::Error),
    #[error("`{0}` is no name of a test, a module or a package: letters, digits, `_`, `-` and `::`")]
    Filter(String),
    #[error(transparent)]
    Way(#[from] UnknownWay),
    #[error(transparent)]
    Toolchain(#[from] ToolchainError),
    #[error("{} was not built", dir.display())]
    Guest { dir: PathBuf, source: Box<BuildError> },
}
