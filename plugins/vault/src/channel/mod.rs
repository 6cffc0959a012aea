//! The Teams channel of a case: one, and only when somebody asks for it.
//!
//! Asking ([`create`]) notes that it is asked for and leaves; what was noted first counts, so that a second click finds the
//! first. The event that follows ([`make`]) looks for the channel before it makes one, and goes on looking when Graph
//! answers late ([`heard`] says what an answer means, [`state`] what people see of it). Whoever loses patience asks again
//! ([`check`]).

pub(crate) mod check;
pub(crate) mod create;
pub(crate) mod find;
pub mod heard;
pub(crate) mod make;
pub mod name;
pub mod state;

/// Type of the events that make a channel.
pub(crate) const MAKE: &str = "make-channel";
