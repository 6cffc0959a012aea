//! Tells account executives of deals that are theirs now: a Lead was converted, or an Opportunity reached a stage.
//!
//! Where it is heard of: [`poll`] asks what changed since a stored cursor ([`cursor`], pure), or [`outbound`] takes what
//! Salesforce sends ([`soap`], pure). Both name records; [`tell`] reads the record as it is now, and posts what
//! [`words`] say, once for each time that it was reached.

pub mod cursor;
mod outbound;
mod poll;
mod record;
pub mod soap;
mod spread;
mod tell;
pub mod words;

pub(crate) use outbound::{HOOK, outbound};
pub(crate) use poll::{TIMER, poll};
pub(crate) use spread::{Candidate, HANDOVER, HANDOVERS, spread};
pub(crate) use tell::tell;
