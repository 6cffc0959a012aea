//! The directory of Teams users, as agents find them: with presence, and the phone numbers that the settings name.

pub(crate) mod call;
pub mod entry;
pub(crate) mod list;
pub(crate) mod presence;
pub(crate) mod watch;
