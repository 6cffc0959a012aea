//! One binary for all tests that need a store or a socket: it links the store and the HTTP client once.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot set its scene fails")]

mod applied;
mod canary;
mod connection_test;
mod consent;
mod entrance;
mod keys;
mod refused;
mod revoked;
mod rotation;
mod scene;
mod sessions;
mod single_flight;
mod stopping;
mod vault;
