//! What the panel beside a record shows: its chats and channels, what this person may do with each, and why not.

pub(crate) mod panel;
pub(crate) mod places;
