//! The client against real sockets, in one binary: what it says of every way in which a call can fail, where it lets
//! itself be led, and what it takes from an upstream that means harm.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot set its scene fails")]

mod failures;
mod floods;
mod redirects;
mod server;
mod spellings;
