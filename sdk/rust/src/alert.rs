//! What an operator must look at. An alert stands until it is cleared; raising it again keeps its age.
//!
//! Raised and cleared with the run; and kept, other than writes, when the run fails. Clearing what does not
//! stand costs nothing, so a connector may clear with every success.

use crate::bindings::tieline::connector::alert as wit;
use crate::{Problem, Refusal};

pub use wit::{Severity, clear, raise};

/// Something does not work as it should, and nothing is lost.
///
/// # Errors
/// When too many alerts stand, or this call of the connector writes nothing.
pub fn warn(key: &str, problem: &Problem) -> Result<(), Refusal> {
    raise(key, Severity::Warning, problem)
}
