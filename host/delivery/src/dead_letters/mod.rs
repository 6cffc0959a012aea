//! Dead letters: events that used up their attempts, grouped by what they died of.

pub(crate) mod fingerprint;
mod groups;
pub(crate) mod growth;
