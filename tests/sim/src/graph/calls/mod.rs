//! Call records and Teams Rooms devices ("callRecord resource type", "List callRecords", "List participants_v2",
//! "teamworkDevice resource type", the latter of the beta alone).
//!
//! A record lives for thirty days, and its version grows. How many sessions and participants stand on a page the
//! documentation does not say: twenty and sixty here.

mod devices;
mod endpoints;
mod filter;
mod generate;
mod notice;
mod render;
mod script;
mod store;

pub(super) use devices::list as devices;
pub(super) use endpoints::handle;
pub use generate::Generated;
pub use script::{BadCall, CallView, NewCall};
pub(super) use store::Calls;
