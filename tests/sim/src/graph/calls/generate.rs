//! Many calls, the same in every run but for when they were.

use serde::Serialize;

use super::script::NewCall;
use crate::clock;
use crate::world::World;

const NETWORKS: [&str; 3] = ["wired", "wifi", "mobile"];
const PLATFORMS: [&str; 4] = ["windows", "macOS", "iOS", "android"];
const DEVICES: [&str; 3] = ["Jabra Evolve", "Poly Sync", "Default"];
/// They spread over so many days.
const DAYS: u64 = 3;

/// What was made up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Generated {
    /// How many calls there are.
    pub calls: u64,
    /// The sum of their versions.
    pub versions: i64,
}

impl World {
    /// Makes up so many calls, of the last three days, of which nobody is told. Every ninth failed.
    pub fn generate_calls(&self, count: u64) -> Generated {
        let now = clock::now_ms();
        for n in 0..count {
            let pick = |from: &[&str]| from[usize::try_from(n).unwrap_or_default() % from.len()].to_owned();
            let start = now - 3_600_000 - n * (DAYS * 86_400_000 - 7_200_000) / count.max(1);
            let new = NewCall {
                start: Some(clock::graph_resource(start)),
                duration_s: 30 + n % 1_800,
                group: n.is_multiple_of(3),
                sessions: if n.is_multiple_of(3) { 3 } else { 1 },
                participants: if n.is_multiple_of(3) { 3 } else { 2 },
                failure: n.is_multiple_of(9).then(|| "No answer from the other end.".to_owned()),
                network: pick(&NETWORKS),
                platform: pick(&PLATFORMS),
                device: pick(&DEVICES),
                jitter_ms: 2.0 + (n % 40) as f64,
                round_trip_ms: 20.0 + (n % 300) as f64,
                loss: (n % 20) as f64 / 400.0,
                notify: false,
                ..NewCall::default()
            };
            // It is told by a time that was just written.
            let _ = self.make_call(&new);
        }
        self.generated()
    }

    /// The calls that there are, and the sum of their versions.
    pub fn generated(&self) -> Generated {
        let all = self.graph.calls.all();
        Generated { calls: all.len() as u64, versions: all.iter().map(|call| call.version).sum() }
    }
}
