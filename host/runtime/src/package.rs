//! Packages: what a `.wasm` file says of itself, read before anything of it runs.

use std::{collections::BTreeSet, sync::Arc};

use tieline_capabilities::{PROVIDED, bindings::ConnectorWorldPre};
use tieline_types::{
    Digest, Manifest,
    manifest::{CONFIG_SCHEMA_SECTION, Capability, InvalidManifest, MANIFEST_SECTION},
};
use wasmparser::{Parser, Payload};

use crate::{Runtime, guest::Guest};

/// The package of the contract, and its version that this host speaks.
const CONTRACT: &str = "tieline:connector/";
const VERSION: &str = "@0.1.0";
/// Largest package, in bytes.
const PACKAGE_BYTES: usize = 64 << 20;
/// Largest manifest and configuration schema, in bytes.
const SECTION_BYTES: usize = 1 << 20;

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
}

/// Why a package was refused.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// Larger than the host takes.
    #[error("the package has {size} bytes; the limit is {limit}")]
    TooLarge {
        /// Its size, in bytes.
        size: usize,
        /// The limit, in bytes.
        limit: usize,
    },
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
    /// A capability of the contract that this host does not provide.
    #[error("the component imports `{}`, which this version of the host does not provide", .0.name())]
    NotProvided(Capability),
    /// It does not export the connector interface of this version.
    #[error("the component does not export `tieline:connector/connector@0.1.0`")]
    NotAConnector,
    /// The code was refused by the engine.
    #[error("compiling the package failed")]
    Compile(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Reads what a package says of itself, without compiling it.
///
/// # Errors
/// When it is no connector that this host can run.
pub fn inspect(bytes: &[u8]) -> Result<Inspection, PackageError> {
    if bytes.len() > PACKAGE_BYTES {
        return Err(PackageError::TooLarge { size: bytes.len(), limit: PACKAGE_BYTES });
    }
    if !Parser::is_component(bytes) {
        return Err(PackageError::NotAComponent(None));
    }
    let sections = Sections::read(bytes)?;
    let manifest = Manifest::parse(sections.manifest.ok_or(PackageError::NoManifest)?)?;
    let config_schema = sections.config_schema.map(schema).transpose()?;
    let imports = capabilities(&sections.imports)?;
    if let Some(capability) =
        imports.iter().find(|c| !c.is_harmless() && !manifest.capabilities.contains_key(c))
    {
        return Err(PackageError::Undeclared(*capability));
    }
    if let Some(capability) = imports.iter().find(|c| !PROVIDED.contains(c)) {
        return Err(PackageError::NotProvided(*capability));
    }
    if !sections.exports.iter().any(|name| *name == format!("{CONTRACT}connector{VERSION}")) {
        return Err(PackageError::NotAConnector);
    }
    Ok(Inspection { digest: Digest::of(bytes), manifest, config_schema, imports })
}

impl Runtime {
    /// Makes a package ready: from the cache of compiled code, or by compiling it, which takes seconds and
    /// happens outside the threads that serve.
    ///
    /// # Errors
    /// When it is no connector that this host can run.
    pub async fn load(self: &Arc<Self>, bytes: bytes::Bytes) -> Result<Arc<Package>, PackageError> {
        let runtime = Arc::clone(self);
        let load = move || {
            let inspection = inspect(&bytes)?;
            let component = runtime
                .cache
                .component(&runtime.engine, inspection.digest, &bytes)
                .map_err(|error| PackageError::Compile(error.into()))?;
            let pre = runtime.linker.instantiate_pre(&component).and_then(ConnectorWorldPre::new);
            let pre = pre.map_err(|error| PackageError::Compile(error.into()))?;
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
}

impl<'a> Sections<'a> {
    /// Reads the outermost component only: what a nested one imports, the outer one must import too.
    fn read(bytes: &'a [u8]) -> Result<Self, PackageError> {
        let mut found = Self::default();
        let mut depth = 0_u32;
        let broken = |error| PackageError::NotAComponent(Some(error));
        for payload in Parser::new(0).parse_all(bytes) {
            match payload.map_err(broken)? {
                Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
                Payload::End(_) => depth = depth.saturating_sub(1),
                _ if depth > 0 => {}
                Payload::CustomSection(section) => match section.name() {
                    MANIFEST_SECTION => found.manifest = Some(text(MANIFEST_SECTION, section.data())?),
                    CONFIG_SCHEMA_SECTION => {
                        found.config_schema = Some(text(CONFIG_SCHEMA_SECTION, section.data())?);
                    }
                    _ => {}
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

fn text<'a>(section: &'static str, data: &'a [u8]) -> Result<&'a str, PackageError> {
    if data.len() > SECTION_BYTES {
        return Err(PackageError::Section { section, what: format!("larger than {SECTION_BYTES} bytes") });
    }
    std::str::from_utf8(data).map_err(|_| PackageError::Section { section, what: "not UTF-8".into() })
}

fn schema(text: &str) -> Result<serde_json::Value, PackageError> {
    serde_json::from_str(text).map_err(|error| PackageError::Section {
        section: CONFIG_SCHEMA_SECTION,
        what: format!("not JSON: {error}"),
    })
}

fn capabilities(imports: &[String]) -> Result<BTreeSet<Capability>, PackageError> {
    let mut found = BTreeSet::new();
    for import in imports {
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
    Ok(found)
}
