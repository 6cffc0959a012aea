//! Tasks: what they say, whose they are, and that there is one of each.

pub mod mark;
pub mod owner;
pub mod task;
pub(crate) mod write;
