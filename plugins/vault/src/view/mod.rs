//! What the panel beside a case shows.

pub(crate) mod panel;
