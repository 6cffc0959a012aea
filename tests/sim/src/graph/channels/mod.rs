//! Creating channels ("Create channel", "Get teamsAsyncOperation"): done at once, accepted and done later, or done while
//! the gateway lost patience.

mod create;
mod operations;
mod script;

use parking_lot::{Mutex, RwLock};

use super::permissions::{Rule, Workload};
use super::places::Channel;

pub(super) use create::create;
pub(super) use operations::get as operation;
pub use script::{ChannelAnswer, ChannelScript, MadeChannel};

/// What is under way, and how the next ones go.
#[derive(Debug, Default)]
pub(super) struct Channels {
    operations: RwLock<Vec<Operation>>,
    script: Mutex<Option<ChannelScript>>,
}

/// A creation that was accepted.
#[derive(Clone, Debug)]
struct Operation {
    id: String,
    channel: Channel,
    created_ms: u64,
    /// So many looks say that it is under way.
    polls: u32,
    fails: bool,
    /// None while it is under way.
    succeeded: Option<bool>,
}

const CREATE: Rule = Rule {
    workload: Workload::Teams,
    application: &[
        "Channel.Create",
        "Teamwork.Migrate.All",
        "Group.ReadWrite.All",
        "Directory.ReadWrite.All",
    ],
    delegated: &["Channel.Create", "Group.ReadWrite.All", "Directory.ReadWrite.All"],
};
