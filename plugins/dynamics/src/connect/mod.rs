//! Connecting chats and channels to records.

pub(crate) mod attach;
pub(crate) mod create;
pub(crate) mod existing;
pub(crate) mod introduction;
pub(crate) mod join;
pub mod link;
