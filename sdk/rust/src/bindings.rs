//! The contract in `wit/`, as wit-bindgen turns it into Rust.
//!
//! The world names every capability, yet a component imports only those whose functions are reachable from
//! its exports: the linker drops the rest.

// Lowering strings and lists to the canonical ABI is pointer work; wit-bindgen writes it, nobody else does.
#![allow(unsafe_code)]
// The documentation is that of the contract, where it exists.
#![allow(missing_docs, unreachable_pub, rust_2018_idioms, clippy::all)]

wit_bindgen::generate!({
    path: "../../wit",
    world: "connector-world",
    additional_derives: [PartialEq, Eq],
    pub_export_macro: true,
});
