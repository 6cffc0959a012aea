//! Taking a chat away from a record.

pub(crate) mod act;
pub(crate) mod facts;
pub mod rights;
