//! A stage that people agree on in a channel is proposed for the Opportunity; a person accepts or declines it.
//!
//! [`agreed`] (who said what) → [`proposal`] (what is kept of it) → [`decide`] (what a person made of it). [`view`] shows
//! it to whoever may see the record.

pub mod agreed;
mod decide;
mod opportunity;
mod proposal;
mod rights;
mod view;

pub(crate) use decide::{accept, decline};
pub(crate) use view::view;
