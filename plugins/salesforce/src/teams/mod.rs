//! What people say in Teams: where, who, in which words; and what is posted there.

pub mod message;
pub mod phrases;
pub mod place;
pub(crate) mod post;
pub(crate) mod read;
pub mod source;
pub(crate) mod text;
