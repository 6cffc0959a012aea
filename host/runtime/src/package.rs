//! Packages: what a `.wasm` file says of itself, read before anything of it runs.

use std::{collections::BTreeSet, sync::Arc};

use tieline_capabilities::bindings::ConnectorWorldPre;
use tieline_types::{
    Digest, Doors, Exceeded, Limit, Limits, Manifest, Problem,
    manifest::{CONFIG_SCHEMA_SECTION, Capability, InvalidManifest, MANIFEST_SECTION},
    wasi,
};
use wasmparser::{Parser, Payload};

use crate::{Runtime, guest::Guest, shape::Shape, stop};

/// The package of the contract, and its version that this host speaks.
const CONTRACT: &str = "tieline:connector/";
const VERSION: &str = "@0.1.0";

/// A package, ready to be asked.
pub struct Package {
    /// What it says of itself.
    pub inspection: Inspection,
    pub(crate) pre: ConnectorWorldPre<Guest>,
}

/// What a package says of itself.
#[derive(Debug, Clone)]
pub struct Inspection {
    /// Its content address.
    pub digest: Digest,
    /// Its manifest.
    pub manifest: Manifest,
    /// JSON Schema of its configuration.
    pub config_schema: Option<serde_json::Value>,
    /// The capabilities that its code imports: taken from the code, not from its words.
    pub imports: BTreeSet<Capability>,
    /// The interfaces of WASI that it imports.
    pub wasi: BTreeSet<&'static str>,
}

/// Why a package was refused.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// It is larger than the host takes, or its code needs more than any grant may allow.
    #[error("{}", .0.with_setting())]
    Limit(Exceeded),
    /// Not a WebAssembly component.
    #[error("the file is not a WebAssembly component")]
    NotAComponent(#[source] Option<wasmparser::BinaryReaderError>),
    /// No `connector.toml` inside.
    #[error("the component carries no manifest: build it with `tieline build`")]
    NoManifest,
    /// A section that is not what it should be.
    #[error("the section `{section}` of the package is {what}")]
    Section {
        /// Which section.
        section: &'static str,
        /// What is wrong with it.
        what: String,
    },
    /// The manifest cannot be read.
    #[error(transparent)]
    Manifest(#[from] InvalidManifest),
    /// An import that is not one of the contract's.
    #[error("the component imports `{0}`, which this host does not offer")]
    ForeignImport(String),
    /// An import that the manifest does not declare.
    #[error("the component imports `{name}`, which its manifest does not declare: add `{name} = \"why\"` to [capabilities] in connector.toml", name = .0.name())]
    Undeclared(Capability),
    /// It does not export the connector interface of this version.
    #[error("the component does not export `tieline:connector/connector@0.1.0`")]
    NotAConnector,
    /// The code was refused by the engine.
    #[error("compiling the package failed")]
    Compile(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl PackageError {
    /// The same for people and programs.
    pub fn problem(&self) -> Problem {
        let code = match self {
            Self::Limit(exceeded) => return exceeded.problem(),
            Self::NotAComponent(_) => "package.not-a-component",
            Self::NoManifest => "package.no-manifest",
            Self::Section { .. } => "package.section-invalid",
            Self::Manifest(_) => "package.manifest-invalid",
            Self::ForeignImport(_) => "package.foreign-import",
            Self::Undeclared(_) => "package.undeclared-import",
            Self::NotAConnector => "package.not-a-connector",
            Self::Compile(_) => "package.unusable",
        };
        let causes = std::iter::successors(std::error::Error::source(self), |cause| cause.source());
        let message = causes.fold(self.to_string(), |message, cause| format!("{message}: {cause}"));
        Problem::new(code, format!("{message}."))
            .remedy("Build the package anew with `tieline build`, for this version of the host.")
    }
}

/// Reads what a package says of itself, without compiling it; `limits` are the most that a grant may allow.
///
/// # Errors
/// When it is no connector that this host can run.
pub fn inspect(bytes: &[u8], doors: &Doors, limits: &Limits) -> Result<Inspection, PackageError> {
    bounded(bytes.len(), doors.package_bytes, Limit::PACKAGE)?;
    if !Parser::is_component(bytes) {
        return Err(PackageError::NotAComponent(None));
    }
    let sections = Sections::read(bytes, doors)?;
    sections.shape.check(limits).map_err(PackageError::Limit)?;
    let manifest = Manifest::parse(sections.manifest.ok_or(PackageError::NoManifest)?)?;
    let config_schema = sections.config_schema.map(schema).transpose()?;
    let (imports, wasi) = imported(&sections.imports)?;
    if let Some(capability) =
        imports.iter().find(|c| !c.is_harmless() && !manifest.capabilities.contains_key(c))
    {
        return Err(PackageError::Undeclared(*capability));
    }
    if !sections.exports.iter().any(|name| *name == format!("{CONTRACT}connector{VERSION}")) {
        return Err(PackageError::NotAConnector);
    }
    Ok(Inspection { digest: Digest::of(bytes), manifest, config_schema, imports, wasi })
}

fn bounded(size: usize, allowed: usize, limit: Limit) -> Result<(), PackageError> {
    if size > allowed { Err(PackageError::Limit(Exceeded::new(limit, allowed))) } else { Ok(()) }
}

impl Runtime {
    /// Reads what a package says of itself, without compiling it.
    ///
    /// # Errors
    /// When it is no connector that this host can run.
    pub fn inspect(&self, bytes: &[u8]) -> Result<Inspection, PackageError> {
        inspect(bytes, &self.doors, &self.limits)
    }

    /// Makes a package ready: from the cache of compiled code, or by compiling it, which takes seconds and
    /// happens outside the threads that serve.
    ///
    /// # Errors
    /// When it is no connector that this host can run.
    pub async fn load(self: &Arc<Self>, bytes: bytes::Bytes) -> Result<Arc<Package>, PackageError> {
        let runtime = Arc::clone(self);
        let load = move || {
            let inspection = runtime.inspect(&bytes)?;
            let refused = |error: wasmtime::Error| match stop::in_words(&error, &runtime.limits) {
                Some(exceeded) => PackageError::Limit(exceeded),
                None => PackageError::Compile(error.into()),
            };
            let component = runtime.cache.component(&runtime.engine, inspection.digest, &bytes);
            let component = component.map_err(refused)?;
            let pre = runtime.linker.instantiate_pre(&component).and_then(ConnectorWorldPre::new);
            let pre = pre.map_err(refused)?;
            Ok(Arc::new(Package { inspection, pre }))
        };
        match tokio::task::spawn_blocking(load).await {
            Ok(loaded) => loaded,
            Err(error) => Err(PackageError::Compile(error.into())),
        }
    }
}

#[derive(Default)]
struct Sections<'a> {
    manifest: Option<&'a str>,
    config_schema: Option<&'a str>,
    imports: Vec<String>,
    exports: Vec<String>,
    shape: Shape,
}

impl<'a> Sections<'a> {
    /// Reads the names of the outermost component only: what a nested one imports, the outer one must import too.
    fn read(bytes: &'a [u8], doors: &Doors) -> Result<Self, PackageError> {
        let mut found = Self::default();
        let mut depth = 0_u32;
        let broken = |error| PackageError::NotAComponent(Some(error));
        for payload in Parser::new(0).parse_all(bytes) {
            let payload = payload.map_err(broken)?;
            found.shape.add(&payload).map_err(broken)?;
            match payload {
                Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
                Payload::End(_) => depth = depth.saturating_sub(1),
                _ if depth > 0 => {}
                Payload::CustomSection(section) => match section.name() {
                    MANIFEST_SECTION => {
                        bounded(section.data().len(), doors.manifest_bytes, Limit::MANIFEST)?;
                        once(&mut found.manifest, MANIFEST_SECTION, section.data())?;
                    }
                    CONFIG_SCHEMA_SECTION => {
                        bounded(section.data().len(), doors.section_bytes, Limit::SECTION)?;
                        once(&mut found.config_schema, CONFIG_SCHEMA_SECTION, section.data())?;
                    }
                    _ => bounded(section.data().len(), doors.section_bytes, Limit::SECTION)?,
                },
                Payload::ComponentImportSection(section) => {
                    for import in section {
                        found.imports.push(import.map_err(broken)?.name.name.to_owned());
                    }
                }
                Payload::ComponentExportSection(section) => {
                    for export in section {
                        found.exports.push(export.map_err(broken)?.name.name.to_owned());
                    }
                }
                _ => {}
            }
        }
        Ok(found)
    }
}

/// The text of a section that stands there once at most: of two manifests, who reads which?
fn once<'a>(found: &mut Option<&'a str>, section: &'static str, data: &'a [u8]) -> Result<(), PackageError> {
    let wrong = |what: &str| PackageError::Section { section, what: what.into() };
    let text = std::str::from_utf8(data).map_err(|_| wrong("not UTF-8"))?;
    if found.replace(text).is_some() { Err(wrong("there twice")) } else { Ok(()) }
}

fn schema(text: &str) -> Result<serde_json::Value, PackageError> {
    serde_json::from_str(text).map_err(|error| PackageError::Section {
        section: CONFIG_SCHEMA_SECTION,
        what: format!("not JSON: {error}"),
    })
}

/// Capabilities and interfaces of WASI by the names of imports. WASI's way to upstreams is the capability `http`.
fn imported(imports: &[String]) -> Result<(BTreeSet<Capability>, BTreeSet<&'static str>), PackageError> {
    let (mut found, mut of_wasi) = (BTreeSet::new(), BTreeSet::new());
    for import in imports {
        if let Some(interface) = wasi::provided(import) {
            found.extend(wasi::calls_upstream(interface).then_some(Capability::Http));
            of_wasi.insert(interface);
            continue;
        }
        let interface = import.strip_prefix(CONTRACT).and_then(|rest| rest.strip_suffix(VERSION));
        match interface {
            // Shared words, no functions.
            Some("types") => {}
            Some(name) => match Capability::named(name) {
                Some(capability) => drop(found.insert(capability)),
                None => return Err(PackageError::ForeignImport(import.clone())),
            },
            None => return Err(PackageError::ForeignImport(import.clone())),
        }
    }
    Ok((found, of_wasi))
}
