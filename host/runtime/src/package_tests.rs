//! What is refused before anything of a package runs.

use std::borrow::Cow;

use tieline_types::{
    Doors, Limit, Limits,
    manifest::{CONFIG_SCHEMA_SECTION, Capability, MANIFEST_SECTION},
};
use wasm_encoder::{
    Component, ComponentExportKind, ComponentExportSection, ComponentImportSection, ComponentTypeRef,
    ComponentTypeSection, CustomSection, InstanceType,
};

use crate::{Inspection, PackageError};

const MANIFEST: &str = r#"
    [connector]
    id = "echo"
    version = "1.0.0"
    name = "Echo"
    vendor = "Tieline"
    licence = "MIT"
    description = "Says it again."
    minimum_host = "0.1.0"
    [capabilities]
    storage = "remembers"
    dataset = "counts"
"#;

/// A component with these imports that exports one of them under the connector's name.
fn package(imports: &[&str], export: &str, sections: &[(&str, &str)]) -> Vec<u8> {
    let mut component = Component::new();
    let mut types = ComponentTypeSection::new();
    types.instance(&InstanceType::new());
    component.section(&types);
    let mut imported = ComponentImportSection::new();
    for name in imports {
        imported.import(*name, ComponentTypeRef::Instance(0));
    }
    component.section(&imported);
    let mut exported = ComponentExportSection::new();
    exported.export(export, ComponentExportKind::Instance, 0, None);
    component.section(&exported);
    for (name, data) in sections {
        component.section(&CustomSection { name: Cow::from(*name), data: Cow::from(data.as_bytes()) });
    }
    component.finish()
}

const CONNECTOR: &str = "tieline:connector/connector@0.1.0";
const TYPES: &str = "tieline:connector/types@0.1.0";
const STORAGE: &str = "tieline:connector/storage@0.1.0";

fn inspect(bytes: &[u8]) -> Result<Inspection, PackageError> {
    crate::inspect(bytes, &Doors::default(), &Limits::default())
}

fn with_manifest(imports: &[&str]) -> Vec<u8> {
    package(imports, CONNECTOR, &[(MANIFEST_SECTION, MANIFEST)])
}

#[test]
fn refuses_what_is_no_component_and_what_carries_no_manifest() {
    assert!(matches!(inspect(b"PK\x03\x04"), Err(PackageError::NotAComponent(_))));
    assert!(matches!(inspect(b"\0asm\x01\0\0\0"), Err(PackageError::NotAComponent(_))));
    assert!(matches!(inspect(&with_manifest(&[TYPES])[..60]), Err(PackageError::NotAComponent(_))));
    assert!(matches!(inspect(&package(&[TYPES], CONNECTOR, &[])), Err(PackageError::NoManifest)));
}

#[test]
fn refuses_imports_that_are_foreign_or_undeclared() {
    let foreign = inspect(&with_manifest(&[TYPES, "wasi:keyvalue/store@0.2.0"]));
    assert!(matches!(foreign, Err(PackageError::ForeignImport(name)) if name.starts_with("wasi:keyvalue")));
    let other_version = inspect(&with_manifest(&[TYPES, "tieline:connector/storage@0.2.0"]));
    assert!(matches!(other_version, Err(PackageError::ForeignImport(_))));
    let other_wasi = inspect(&with_manifest(&[TYPES, "wasi:cli/stdout@0.3.0"]));
    assert!(matches!(other_wasi, Err(PackageError::ForeignImport(name)) if name.starts_with("wasi:cli")));
    let upstreams = inspect(&with_manifest(&[TYPES, "wasi:http/outgoing-handler@0.2.2"]));
    assert!(matches!(upstreams, Err(PackageError::Undeclared(Capability::Http))));
    let undeclared = inspect(&with_manifest(&[TYPES, "tieline:connector/http@0.1.0"]));
    assert!(matches!(undeclared, Err(PackageError::Undeclared(Capability::Http))));
}

#[test]
fn refuses_sections_that_cannot_be_read_and_worlds_of_another_version() {
    let sections = [(MANIFEST_SECTION, MANIFEST), (CONFIG_SCHEMA_SECTION, "{")];
    let broken_schema = inspect(&package(&[TYPES], CONNECTOR, &sections));
    assert!(matches!(broken_schema, Err(PackageError::Section { section: CONFIG_SCHEMA_SECTION, .. })));
    let unreadable = inspect(&package(&[TYPES], CONNECTOR, &[(MANIFEST_SECTION, "[connector]")]));
    assert!(matches!(unreadable, Err(PackageError::Manifest(_))));
    let twice =
        inspect(&package(&[TYPES], CONNECTOR, &[(MANIFEST_SECTION, MANIFEST), (MANIFEST_SECTION, MANIFEST)]));
    assert!(matches!(twice, Err(PackageError::Section { section: MANIFEST_SECTION, .. })));
    let other = package(&[TYPES], "tieline:connector/connector@0.2.0", &[(MANIFEST_SECTION, MANIFEST)]);
    assert!(matches!(inspect(&other), Err(PackageError::NotAConnector)));
}

#[test]
fn refuses_what_is_too_large_by_the_name_of_its_limit() {
    let refused = |doors: Doors, section: &str| {
        let sections = [(MANIFEST_SECTION, MANIFEST), (section, "{\"type\":\"object\"}")];
        match crate::inspect(&package(&[TYPES], CONNECTOR, &sections), &doors, &Limits::default()) {
            Err(PackageError::Limit(exceeded)) => Some(exceeded.limit),
            _ => None,
        }
    };
    let doors = Doors { section_bytes: 8, ..Doors::default() };
    assert_eq!(refused(doors.clone(), CONFIG_SCHEMA_SECTION), Some(Limit::SECTION));
    assert_eq!(refused(doors, "producers"), Some(Limit::SECTION));
    assert_eq!(refused(Doors { manifest_bytes: 8, ..Doors::default() }, "x"), Some(Limit::MANIFEST));
    assert_eq!(refused(Doors { package_bytes: 8, ..Doors::default() }, "x"), Some(Limit::PACKAGE));
    assert_eq!(refused(Doors::default(), "x"), None);
}

#[test]
fn reads_imports_from_the_code() {
    let inspection = inspect(&with_manifest(&[TYPES, STORAGE, "tieline:connector/log@0.1.0"])).unwrap();
    assert_eq!(inspection.imports, [Capability::Storage, Capability::Log].into());
    assert_eq!(inspection.manifest.connector.name, "Echo");
}
