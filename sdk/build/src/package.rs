//! A package's own sections: writing them, and reading them without an engine.

use std::borrow::Cow;

use tieline_types::{
    Digest, Manifest,
    manifest::{CONFIG_SCHEMA_SECTION, InvalidManifest, MANIFEST_SECTION},
};
use wasm_encoder::{ComponentSection, CustomSection};
use wasmparser::{Encoding, Parser, Payload};

use crate::source::Source;

/// What a package says of itself.
#[derive(Debug, Clone)]
pub struct Package {
    /// The manifest.
    pub manifest: Manifest,
    /// `connector.toml`, verbatim.
    pub manifest_text: String,
    /// JSON Schema of the configuration.
    pub config_schema: Option<serde_json::Value>,
    /// What the component imports, read from the binary itself: `tieline:connector/graph@0.1.0`, …
    pub imports: Vec<String>,
    /// Content address of the bytes.
    pub digest: Digest,
}

/// The bytes are no package.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// They are not WebAssembly, or are cut off.
    #[error("the bytes are not a WebAssembly component")]
    Malformed(#[source] wasmparser::BinaryReaderError),
    /// They are a core module.
    #[error("the file is a core module, not a component: `tieline build` makes packages")]
    Module,
    /// A section of ours is missing, double or not of its form.
    #[error("the package's section `{section}` {wrong}")]
    Section {
        /// Name of the section.
        section: &'static str,
        /// What is wrong with it.
        wrong: &'static str,
    },
    /// The embedded manifest is not of its shape.
    #[error("the package's manifest is not of its shape")]
    Manifest(#[from] InvalidManifest),
    /// The embedded schema is not JSON.
    #[error("the package's configuration schema is not JSON")]
    Schema(#[source] serde_json::Error),
}

impl Package {
    /// Reads the sections and the imports. Nothing is compiled, and code is not validated.
    ///
    /// # Errors
    /// When the bytes are no component, or one without a readable manifest.
    pub fn read(bytes: &[u8]) -> Result<Self, PackageError> {
        let sections = Sections::read(bytes)?;
        let manifest_text = text(MANIFEST_SECTION, &sections.manifest)?.ok_or(PackageError::Section {
            section: MANIFEST_SECTION,
            wrong: "is missing: it is a component, but not one that `tieline build` made",
        })?;
        let schema = text(CONFIG_SCHEMA_SECTION, &sections.config_schema)?;
        Ok(Self {
            manifest: Manifest::parse(manifest_text)?,
            manifest_text: manifest_text.to_owned(),
            config_schema: schema.map(serde_json::from_str).transpose().map_err(PackageError::Schema)?,
            imports: sections.imports,
            digest: Digest::of(bytes),
        })
    }
}

/// What a component asks for and what it offers, by the names of the outermost component.
pub(crate) struct Surface {
    pub(crate) imports: Vec<String>,
    pub(crate) exports: Vec<String>,
}

impl Surface {
    pub(crate) fn read(component: &[u8]) -> Result<Self, PackageError> {
        let Sections { imports, exports, .. } = Sections::read(component)?;
        Ok(Self { imports, exports })
    }
}

/// Adds the manifest and the schema to a component, as its last sections.
pub(crate) fn embed(mut component: Vec<u8>, source: &Source) -> Vec<u8> {
    let mut append = |name, text: &str| {
        let section = CustomSection { name: Cow::Borrowed(name), data: Cow::Borrowed(text.as_bytes()) };
        section.append_to_component(&mut component);
    };
    append(MANIFEST_SECTION, &source.manifest_text);
    if let Some(schema) = &source.config_schema {
        append(CONFIG_SCHEMA_SECTION, schema);
    }
    component
}

#[derive(Default)]
struct Sections<'a> {
    manifest: Vec<&'a [u8]>,
    config_schema: Vec<&'a [u8]>,
    imports: Vec<String>,
    exports: Vec<String>,
}

impl<'a> Sections<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, PackageError> {
        let mut found = Self::default();
        // Nested modules and components have sections of their own, in which a connector could claim
        // anything: only the outermost counts.
        let mut depth = 0_usize;
        for payload in Parser::new(0).parse_all(bytes) {
            match payload.map_err(PackageError::Malformed)? {
                Payload::Version { encoding: Encoding::Module, .. } if depth == 0 => {
                    return Err(PackageError::Module);
                }
                Payload::Version { .. } => depth += 1,
                Payload::End(_) => depth -= 1,
                Payload::ComponentImportSection(imports) if depth == 1 => {
                    for import in imports {
                        let import = import.map_err(PackageError::Malformed)?;
                        found.imports.push(import.name.name.to_owned());
                    }
                }
                Payload::ComponentExportSection(exports) if depth == 1 => {
                    for export in exports {
                        let export = export.map_err(PackageError::Malformed)?;
                        found.exports.push(export.name.name.to_owned());
                    }
                }
                Payload::CustomSection(section) if depth == 1 => match section.name() {
                    MANIFEST_SECTION => found.manifest.push(section.data()),
                    CONFIG_SCHEMA_SECTION => found.config_schema.push(section.data()),
                    _ => {}
                },
                _ => {}
            }
        }
        Ok(found)
    }
}

/// The text of a section that stands there once at most: of two manifests, who reads which?
fn text<'a>(section: &'static str, found: &[&'a [u8]]) -> Result<Option<&'a str>, PackageError> {
    match found {
        [] => Ok(None),
        [bytes] => std::str::from_utf8(bytes)
            .map(Some)
            .map_err(|_| PackageError::Section { section, wrong: "is not UTF-8" }),
        _ => Err(PackageError::Section { section, wrong: "stands there twice" }),
    }
}

#[cfg(test)]
mod tests;
