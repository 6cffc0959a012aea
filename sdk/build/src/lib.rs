//! From a connector's crate to its package: one WebAssembly component with `connector.toml` inside.
//!
//! Used by `tieline build` and by `cargo xtask`. It knows cargo, the component model and the manifest, and
//! no engine: making a package never costs a build of wasmtime.

mod compile;
mod component;
mod package;
mod process;
mod progress;
mod rights;
mod source;
pub mod toolchain;
mod workspace;
mod write;

use std::path::{Path, PathBuf};

use tieline_types::Digest;

pub use compile::CompileError;
pub use component::NotAComponent;
use package::Surface;
pub use package::{Package, PackageError};
pub use progress::{Listener, Progress};
pub use rights::RightsError;
pub use source::{MANIFEST_FILE, SourceError};
pub use toolchain::{Search, Toolchain, ToolchainError, Way};

/// A connector to make a package of.
#[derive(Debug, Clone)]
pub struct BuildRequest<'a> {
    /// Folder of the crate: `Cargo.toml`, `connector.toml` and, if the manifest names one, the schema.
    pub connector: &'a Path,
    /// What [`toolchain::find`] found.
    pub toolchain: &'a Toolchain,
    /// Cargo's target directory; none: the workspace's. Guests are compiled in its folder `guests`, so that
    /// they and the host never wait for each other nor push each other's files out.
    pub target_dir: Option<&'a Path>,
    /// Where `<connector id>.wasm` is put.
    pub out_dir: &'a Path,
    /// Whether `Cargo.lock` must be there and is left alone.
    pub locked: bool,
}

/// A package that was made.
#[derive(Debug, Clone)]
pub struct Built {
    /// The file.
    pub wasm: PathBuf,
    /// What was read back from it.
    pub package: Package,
    /// Size in bytes.
    pub size: usize,
    /// Whether a file with these very bytes stood there already, and was left alone.
    pub unchanged: bool,
}

impl Built {
    /// Content address of the package.
    pub fn digest(&self) -> Digest {
        self.package.digest
    }
}

/// Why no package was made.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The manifest or the schema is not usable.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The crate does not compile, or is no guest.
    #[error(transparent)]
    Compile(#[from] CompileError),
    /// The module cannot be made a component.
    #[error(transparent)]
    Component(#[from] NotAComponent),
    /// The binary is no connector, or asks for what the manifest does not declare.
    #[error(transparent)]
    Rights(#[from] RightsError),
    /// The package just made cannot be read: a defect of ours.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// A file could not be read or written.
    #[error("{doing} {} failed", path.display())]
    File {
        /// `reading`, `writing`.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// Compiles the connector, makes a component of it, checks it against its manifest and writes the package.
///
/// The file appears whole or not at all, and only after every check: what stood there before stays there
/// when anything fails.
///
/// # Errors
/// See [`BuildError`]; the manifest is read before anything is compiled, so its mistakes are told at once.
pub fn build(request: &BuildRequest<'_>, progress: &mut Listener<'_>) -> Result<Built, BuildError> {
    let source = source::Source::read(request.connector)?;
    let id = &source.manifest.connector.id;
    progress(Progress::Step(&format!("{id}: compiling")));
    let module = compile::compile(request, progress)?;
    progress(Progress::Step(&format!("{id}: making a component")));
    finish(component::encode(&read(&module)?)?, &source, request.out_dir)
}

/// Makes a package of a component that another toolchain made: `componentize-py`, `jco`, TinyGo. `connector` is the
/// folder of its `connector.toml`.
///
/// # Errors
/// See [`BuildError`].
pub fn wrap(connector: &Path, component: &Path, out_dir: &Path) -> Result<Built, BuildError> {
    let source = source::Source::read(connector)?;
    finish(read(component)?, &source, out_dir)
}

fn read(path: &Path) -> Result<Vec<u8>, BuildError> {
    std::fs::read(path).map_err(|source| BuildError::File { doing: "reading", path: path.into(), source })
}

/// Checks a component against its manifest and writes the package.
fn finish(component: Vec<u8>, source: &source::Source, out_dir: &Path) -> Result<Built, BuildError> {
    rights::check(&Surface::read(&component)?, &source.manifest)?;
    let bytes = package::embed(component, source);
    let package = Package::read(&bytes)?;
    let wasm = out_dir.join(format!("{}.wasm", source.manifest.connector.id));
    let unchanged = write::whole(&wasm, &bytes).map_err(|cause| BuildError::File {
        doing: "writing",
        path: wasm.clone(),
        source: cause,
    })?;
    Ok(Built { wasm, package, size: bytes.len(), unchanged })
}
