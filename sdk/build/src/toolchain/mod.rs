//! Which compiler builds guests on this machine.
//!
//! Two ways lead to `wasm32-unknown-unknown`. rustup's target is taken where it is installed or can be
//! added. Where rustup cannot reach its server (air-gapped sites, locked toolchains), Debian's own compiler
//! builds the standard library from its source, which costs half a minute once.

mod choose;
pub(crate) mod debian;
mod observe;
mod rustup;

use std::{
    env, fmt, io,
    path::{Path, PathBuf},
    str::FromStr,
};

use crate::{Listener, Progress};
use choose::Next;

/// The target that guests are compiled for.
pub const TARGET: &str = "wasm32-unknown-unknown";
/// The environment variable that forces a way: `rustup` or `debian`.
pub const WAY_VARIABLE: &str = "TIELINE_GUEST_TOOLCHAIN";

/// A way to compile guests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// rustup's target `wasm32-unknown-unknown`.
    Rustup,
    /// Debian's packages `rustc-web`, `cargo-web` and `rust-web-src`.
    Debian,
}

/// A way that nobody knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no way to compile guests: {WAY_VARIABLE} is `rustup` or `debian`, or not set")]
pub struct UnknownWay(String);

impl FromStr for Way {
    type Err = UnknownWay;

    fn from_str(name: &str) -> Result<Self, UnknownWay> {
        match name {
            "rustup" => Ok(Self::Rustup),
            "debian" => Ok(Self::Debian),
            _ => Err(UnknownWay(name.into())),
        }
    }
}

/// Where to look, and what is wished for.
#[derive(Debug, Clone)]
pub struct Search {
    /// Folder of the connector: rustup's choice of a toolchain depends on it.
    pub dir: PathBuf,
    /// The cargo of the rustup way.
    pub cargo: PathBuf,
    /// Only this way, or whichever works.
    pub way: Option<Way>,
}

impl Search {
    /// Reads `CARGO` (set by cargo for its subcommands; else `cargo` of the path) and
    /// [`WAY_VARIABLE`].
    ///
    /// # Errors
    /// When the variable names no way.
    pub fn from_env(dir: &Path) -> Result<Self, UnknownWay> {
        let way = env::var_os(WAY_VARIABLE).filter(|way| !way.is_empty());
        Ok(Self {
            dir: dir.into(),
            cargo: env::var_os("CARGO").map_or_else(|| "cargo".into(), PathBuf::from),
            way: way.map(|way| way.to_string_lossy().parse()).transpose()?,
        })
    }
}

/// A compiler for guests that is there. Its `Display` says which way was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Toolchain {
    /// rustup's target.
    Rustup {
        /// The cargo to run.
        cargo: PathBuf,
        /// `rustc 1.95.0 (…)`
        version: String,
    },
    /// Debian's compiler.
    Debian {
        /// rustup's own `rust-lld`: Debian's compiler comes without one.
        linker: PathBuf,
        /// `rustc 1.96.0 (…)`
        version: String,
    },
}

impl Toolchain {
    /// Which way it is.
    pub fn way(&self) -> Way {
        match self {
            Self::Rustup { .. } => Way::Rustup,
            Self::Debian { .. } => Way::Debian,
        }
    }
}

impl fmt::Display for Toolchain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rustup { version, .. } => write!(f, "rustup's target {TARGET}, {version}"),
            Self::Debian { version, .. } => {
                write!(f, "Debian's compiler and its library source, {version}")
            }
        }
    }
}

/// Why guests cannot be compiled here. Each error says what would help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)]
pub enum ToolchainError {
    /// Nothing is asked, let alone installed, for a folder that is not there.
    #[error("there is no folder {}", .0.display())]
    NoFolder(PathBuf),
    /// The rustup way was demanded.
    #[error("compiling guests the rustup way needs the target {TARGET}, and {why}")]
    NoTarget { why: String },
    /// The Debian way is left, and it takes root to install it.
    #[error(
        "compiling guests needs one of two compilers, and neither is here: {why}, and {} not installed. \
         Run as root:\n\n    {}\n    {}\n",
        are(missing),
        debian::UPDATE,
        debian::install_line(missing)
    )]
    NeedsRoot { why: String, missing: Vec<&'static str> },
    /// There is no apt-get.
    #[error(
        "compiling guests needs the target {TARGET}, and {why}; the other way needs Debian's packages, and this \
         machine has no apt-get. Install Rust by rustup (https://rustup.rs), then: rustup target add {TARGET}"
    )]
    NoWay { why: String },
    /// Debian's compiler has no linker for WebAssembly, and there is no rustup to lend one.
    #[error(
        "compiling guests with Debian's compiler needs the linker rust-lld of a rustup toolchain, and there is \
         none: rustup toolchain install stable"
    )]
    NoLinker,
    /// apt-get failed.
    #[error("installing Debian's compiler failed: `{command}` said:\n{tail}")]
    Apt { command: String, tail: String },
}

fn are(missing: &[&str]) -> String {
    let verb = if missing.len() == 1 { "is" } else { "are" };
    format!("{} {verb}", missing.join(", "))
}

/// Finds a compiler for guests, installing one if need be, and says which it is.
///
/// `rustup target add` gets 20 seconds; apt-get is used only by root.
///
/// # Errors
/// See [`ToolchainError`].
pub fn find(search: &Search, progress: &mut Listener<'_>) -> Result<Toolchain, ToolchainError> {
    if !search.dir.is_dir() {
        return Err(ToolchainError::NoFolder(search.dir.clone()));
    }
    let mut facts = observe::facts(search);
    let found = loop {
        match choose::next(&facts)? {
            Next::AddTarget => facts.target = rustup::add_target(search, progress),
            Next::Install(missing) => {
                debian::install(&missing, progress)?;
                facts.missing.clear();
            }
            Next::Rustup => {
                let version = observe::version("rustc", &search.dir);
                break Toolchain::Rustup { cargo: search.cargo.clone(), version };
            }
            Next::Debian { linker } => {
                let version = observe::version(debian::RUSTC, &search.dir);
                break Toolchain::Debian { linker, version };
            }
        }
    };
    progress(Progress::Step(&format!("guests are compiled with {found}")));
    Ok(found)
}

/// A program that could not be started, in words.
fn not_started(program: &str, error: &io::Error) -> String {
    format!("{program} could not be started: {error}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_not_there_installs_nothing() {
        let search = Search { dir: "/nowhere".into(), cargo: "cargo".into(), way: None };
        let found = find(&search, &mut |told| panic!("{told:?}"));
        assert_eq!(found, Err(ToolchainError::NoFolder("/nowhere".into())));
    }

    #[test]
    fn a_way_is_one_of_two() {
        assert!("nix".parse::<Way>().is_err());
        assert_eq!("debian".parse(), Ok(Way::Debian));
    }
}
