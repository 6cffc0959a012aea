//! The laws of the store, one file each. Everything but `durability`, `embedded`, `crash` and `torn` runs against every backend,
//! and a new backend adds one line to [`world::BACKENDS`].
//!
//! One binary: a second one would link everything again.

// Clippy lets tests panic, but not the functions that they share.
#![allow(clippy::unwrap_used, clippy::panic)]

mod blobs;
mod bounds;
mod crash;
mod departure;
mod durability;
mod embedded;
mod events;
mod expectations;
mod model;
mod retention;
mod snapshot;
mod torn;
mod usage;
mod values;
mod world;
