//! The notebook in OneNote.

pub(crate) mod pages;
pub(crate) mod place;
pub(crate) mod problems;
