use wasm_encoder::{
    CodeSection, EntityType, ExportKind, ExportSection, Function, FunctionSection, ImportSection, Module,
    TypeSection,
};
use wit_component::StringEncoding;
use wit_parser::Resolve;

use super::*;
use crate::{component, rights, rights::RightsError, source::tests::MANIFEST};

const WIT: &str = "
    package tieline:connector@0.1.0;
    interface storage { get: func(); }
    interface graph { get: func(); }
    interface connector { run: func(); }
    world echo { import storage; import graph; export connector; }
";

/// A core module, as a compiler would make it, that calls the `get` of these interfaces.
fn module(interfaces: &[&str]) -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([], []);
    let mut imports = ImportSection::new();
    for interface in interfaces {
        imports.import(&format!("tieline:connector/{interface}@0.1.0"), "get", EntityType::Function(0));
    }
    let mut functions = FunctionSection::new();
    functions.function(0);
    let mut exports = ExportSection::new();
    exports.export(
        "tieline:connector/connector@0.1.0#run",
        ExportKind::Func,
        u32::try_from(interfaces.len()).unwrap(),
    );
    let mut body = Function::new([]);
    body.instructions().end();
    let mut code = CodeSection::new();
    code.function(&body);
    let mut module = Module::new();
    module.section(&types).section(&imports).section(&functions).section(&exports).section(&code);
    module.finish()
}

fn component(interfaces: &[&str]) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("echo.wit", WIT).unwrap();
    let world = resolve.select_world(&[package], None).unwrap();
    let mut module = module(interfaces);
    wit_component::embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false)
        .unwrap();
    component::encode(&module).unwrap()
}

fn source(config_schema: Option<&str>) -> Source {
    Source {
        manifest: Manifest::parse(MANIFEST).unwrap(),
        manifest_text: MANIFEST.into(),
        config_schema: config_schema.map(Into::into),
    }
}

#[test]
fn refuses_what_is_no_package() {
    assert!(matches!(Package::read(b"not WebAssembly"), Err(PackageError::Malformed(_))));
    assert!(matches!(Package::read(&module(&[])), Err(PackageError::Module)));
    let bare = component(&["storage"]);
    assert!(matches!(
        Package::read(&bare),
        Err(PackageError::Section { section: MANIFEST_SECTION, wrong }) if wrong.contains("missing")
    ));
    let twice = embed(embed(bare.clone(), &source(None)), &source(None));
    assert!(matches!(
        Package::read(&twice),
        Err(PackageError::Section { section: MANIFEST_SECTION, wrong }) if wrong.contains("twice")
    ));
    let whole = embed(bare, &source(None));
    assert!(matches!(Package::read(&whole[..whole.len() - 1]), Err(PackageError::Malformed(_))));
}

#[test]
fn a_module_without_a_world_is_no_component() {
    assert!(component::encode(&module(&["storage"])).is_err());
    assert!(component::encode(b"not WebAssembly").is_err());
}

#[test]
fn what_is_embedded_is_read_back_and_the_component_stays_valid() {
    let bytes = embed(component(&["storage"]), &source(Some("{\"type\": \"object\"}")));
    wasmparser::Validator::new().validate_all(&bytes).unwrap();
    let package = Package::read(&bytes).unwrap();
    assert_eq!(package.manifest_text, MANIFEST);
    assert_eq!(package.manifest.connector.id.as_str(), "echo");
    assert_eq!(package.config_schema, Some(serde_json::json!({ "type": "object" })));
    assert_eq!(package.imports, ["tieline:connector/storage@0.1.0"]);
    assert_eq!(package.digest, Digest::of(&bytes));
}

#[test]
fn the_binary_says_what_it_uses_whatever_its_world_allows() {
    let used = Surface::read(&component(&["storage", "graph"])).unwrap();
    assert_eq!(rights::check(&used, &source(None).manifest), Err(RightsError::Undeclared("graph")));
    let used = Surface::read(&component(&["storage"])).unwrap();
    assert_eq!(rights::check(&used, &source(None).manifest), Ok(()));
}
