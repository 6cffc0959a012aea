//! People who might be of help: who they are, whether they can come, whether they are there.

pub mod licence;
pub mod photo;
pub(crate) mod suggest;
