//! Paths of Graph: what is judged is what is sent.
#![no_main]
#![allow(dead_code)]

#[path = "../../../host/capabilities/src/graph/expand.rs"]
mod expand;
#[path = "../../../host/capabilities/src/graph/path.rs"]
mod path;
#[path = "../../../host/capabilities/src/graph/path_law.rs"]
mod path_law;
#[path = "../../../host/capabilities/src/graph/table.rs"]
mod table;

libfuzzer_sys::fuzz_target!(|path: &str| path_law::holds(path));
