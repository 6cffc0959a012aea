//! Connectors written instruction by instruction, and packed as any other: what a compiler would never make.
//!
//! Each is the healthy one of [`Guest::healthy`] but for the piece in which it is hostile. `all` names them.

mod all;
mod wasi;

use std::{borrow::Cow, path::Path};

use tieline_types::manifest::MANIFEST_SECTION;
use wasm_encoder::{ComponentInstanceSection, ComponentSection, CustomSection, RawSection};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

pub use all::all;

/// A connector in pieces of WebAssembly text. Its memory is zero below 2,048, so that an answer at 0 is a plan
/// without wishes, a check without stages, and an event that was handled.
#[derive(Debug, Clone, Copy)]
pub struct Guest {
    /// What it is called, in the table of outcomes.
    pub name: &'static str,
    /// Imports of the contract.
    pub imports: &'static str,
    /// Interfaces of WASI beside the contract, from which it imports too: `import wasi:io/poll@0.2.0;`.
    pub also: &'static str,
    /// Pages of its memory: the initial ones, and the most if it says so.
    pub memory: &'static str,
    /// Globals, tables, data, functions, a start function.
    pub fields: &'static str,
    /// `(old: i32, size: i32, align: i32, new: i32) -> i32`
    pub realloc: &'static str,
    /// The bodies of the exports: each answers with an address.
    pub plan: &'static str,
    /// As `plan`.
    pub check: &'static str,
    /// As `plan`.
    pub handle: &'static str,
    /// As `plan`.
    pub act: &'static str,
    /// A component that is made an instance beside it.
    pub beside: &'static str,
    /// What its manifest declares.
    pub capabilities: &'static str,
}

impl Guest {
    /// One that handles everything.
    pub const fn healthy(name: &'static str) -> Self {
        Self {
            name,
            imports: "",
            also: "",
            memory: "2",
            fields: "",
            // All that it is given lies over each other: it reads nothing of it.
            realloc: "i32.const 4096",
            plan: "i32.const 0",
            check: "i32.const 0",
            handle: "i32.const 0",
            act: "i32.const 0",
            beside: "",
            capabilities: "storage = \"keeps\"",
        }
    }

    /// The package: a component with a manifest.
    ///
    /// # Panics
    /// When it cannot be encoded: a mistake in its text.
    pub fn package(&self) -> Vec<u8> {
        let mut component = self.component();
        if !self.beside.is_empty() {
            put_beside(&mut component, self.beside);
        }
        let manifest = format!(
            "[connector]\nid = \"raw\"\nversion = \"1.0.0\"\nname = \"Raw\"\nvendor = \"Tieline\"\nlicence = \"MIT\"\n\
             description = \"For tests.\"\nminimum_host = \"0.1.0\"\n[capabilities]\n{}\n",
            self.capabilities
        );
        with_section(component, MANIFEST_SECTION, manifest.as_bytes())
    }

    fn component(&self) -> Vec<u8> {
        let mut module = wat::parse_str(self.text()).expect(self.name);
        let mut resolve = Resolve::default();
        let wit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit");
        let (package, _) = resolve.push_dir(wit).expect("the contract of this repository");
        let world = match self.also.is_empty() {
            true => resolve.select_world(&[package], Some("connector-world")).expect("the contract's world"),
            false => wasi::world(&mut resolve, self.also),
        };
        embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false).expect(self.name);
        // Not validated: some of them are wrong on purpose.
        let encoded =
            ComponentEncoder::default().validate(false).module(&module).and_then(ComponentEncoder::encode);
        encoded.expect(self.name)
    }

    fn text(&self) -> String {
        let Self { imports, memory, fields, realloc, plan, check, handle, act, .. } = self;
        let connector = "tieline:connector/connector@0.1.0";
        format!(
            r#"(module
            {imports}
            (memory (export "memory") {memory})
            {fields}
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) {realloc})
            (func (export "{connector}#plan") (param i32 i32 i32 i32) (result i32) {plan})
            (func (export "{connector}#check") (param i32 i32) (result i32) {check})
            (func (export "{connector}#handle") (param i32) (result i32) {handle})
            (func (export "{connector}#act") (param i32) (result i32) {act})
            (func (export "{connector}#view")
                (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32) i32.const 0)
            (func (export "{connector}#migrate") (param i32 i32) (result i32) i32.const 0))"#
        )
    }
}

/// A component with one more custom section at its end.
pub fn with_section(mut component: Vec<u8>, name: &str, data: &[u8]) -> Vec<u8> {
    use wasm_encoder::ComponentSection as _;
    let section = CustomSection { name: Cow::Borrowed(name), data: Cow::Borrowed(data) };
    section.append_to_component(&mut component);
    component
}

/// A component of the same form whose first function is no code.
pub fn with_broken_code(mut component: Vec<u8>) -> Vec<u8> {
    use wasmparser::{Parser, Payload};
    let code = Parser::new(0).parse_all(&component).find_map(|payload| match payload.expect("a component") {
        Payload::CodeSectionEntry(body) => Some(body.range()),
        _ => None,
    });
    let code = code.expect("a component with code");
    component[code.start as usize..code.end as usize].fill(0xff);
    component
}

fn put_beside(component: &mut Vec<u8>, text: &str) {
    let beside = wat::parse_str(text).expect("the component beside it");
    let before = wasm_components(component);
    // 4 is the section of a nested component.
    RawSection { id: 4, data: &beside }.append_to_component(component);
    let mut instances = ComponentInstanceSection::new();
    instances.instantiate::<_, &str>(before, []);
    instances.append_to_component(component);
}

/// How many components stand in the outermost one.
fn wasm_components(component: &[u8]) -> u32 {
    use wasmparser::{Parser, Payload};
    let (mut depth, mut found) = (0_u32, 0);
    for payload in Parser::new(0).parse_all(component) {
        match payload.expect("it was just encoded") {
            Payload::ComponentSection { .. } => {
                found += u32::from(depth == 0);
                depth += 1;
            }
            Payload::ModuleSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    found
}
