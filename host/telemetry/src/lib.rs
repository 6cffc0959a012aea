//! What operators see of a host's work: counts for Prometheus, traces, and whose work a line of the log is about.
//!
//! Counts are the process's, as its log is: whoever does something counts it where it is done. Traces cost nothing
//! while nobody wants them: no span is made, and nothing is allocated for one.

mod labels;
mod metrics;
mod names;
pub mod trace;
mod whose;

pub use labels::{Class, Kind, Outcome};
pub use metrics::{Metrics, Snapshot, metrics};
pub use whose::{Whose, whose};
