//! How creations of channels go.

use serde::{Deserialize, Serialize};

use super::Channels;
use crate::world::World;

/// How the next creations of channels are answered.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelScript {
    /// How.
    pub answer: ChannelAnswer,
    /// Of one that is accepted: so many looks at the operation say that it is under way.
    #[serde(default)]
    pub polls: u32,
    /// Of one that is accepted: whether it fails in the end.
    #[serde(default)]
    pub fails: bool,
    /// So many creations.
    #[serde(default = "one")]
    pub times: u32,
}

fn one() -> u32 {
    1
}

/// How a creation is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChannelAnswer {
    /// 201.
    Created,
    /// 202, with an operation to look at.
    Accepted,
    /// 504, and the channel is there.
    Lost,
}

/// A channel that was created.
#[derive(Clone, Debug, Serialize)]
pub struct MadeChannel {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `standard`, `private` or `shared`.
    pub membership: &'static str,
}

impl Channels {
    /// How this creation goes. Shared channels are always accepted only.
    pub(super) fn next(&self, membership: &str) -> ChannelScript {
        let usual = match membership {
            "shared" => ChannelAnswer::Accepted,
            _ => ChannelAnswer::Created,
        };
        let mut script = self.script.lock();
        match script.as_mut().filter(|script| script.times > 0) {
            Some(script) => {
                script.times -= 1;
                *script
            }
            None => ChannelScript { answer: usual, polls: 0, fails: false, times: 1 },
        }
    }
}

impl World {
    /// Sets how the next creations of channels go.
    pub fn script_channels(&self, script: ChannelScript) {
        *self.graph.channels.script.lock() = Some(script);
    }

    /// The channels that were created.
    pub fn made_channels(&self) -> Vec<MadeChannel> {
        let made = self.graph.places.made.read();
        let shown = |channel: &super::Channel| MadeChannel {
            id: channel.id.clone(),
            name: channel.name.clone(),
            membership: channel.membership,
        };
        made.iter().map(shown).collect()
    }
}
