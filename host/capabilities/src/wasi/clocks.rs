//! `wasi:clocks`: the host's clock, to the millisecond.

use std::time::Duration;

use wasmtime::component::Resource;
use wasmtime_wasi::{
    clocks::WasiClocksView,
    p2::{
        DynPollable,
        bindings::clocks::{
            monotonic_clock::{self, Instant},
            wall_clock::{self, Datetime},
        },
    },
};

use super::View;

const MILLISECOND: Duration = Duration::from_millis(1);

impl wall_clock::Host for View<'_> {
    fn now(&mut self) -> wasmtime::Result<Datetime> {
        let now = Duration::from_millis(self.0.now()?);
        Ok(Datetime { seconds: now.as_secs(), nanoseconds: now.subsec_nanos() })
    }

    fn resolution(&mut self) -> wasmtime::Result<Datetime> {
        Ok(Datetime { seconds: 0, nanoseconds: MILLISECOND.subsec_nanos() })
    }
}

/// The same clock, but it never goes back: when the machine's is set back, it stands still.
impl monotonic_clock::Host for View<'_> {
    fn now(&mut self) -> wasmtime::Result<Instant> {
        let now = nanoseconds(Duration::from_millis(self.0.now()?));
        let wasi = self.wasi();
        wasi.latest = wasi.latest.max(now);
        Ok(wasi.latest)
    }

    fn resolution(&mut self) -> wasmtime::Result<Instant> {
        Ok(nanoseconds(MILLISECOND))
    }

    fn subscribe_instant(&mut self, when: Instant) -> wasmtime::Result<Resource<DynPollable>> {
        let now = monotonic_clock::Host::now(self)?;
        self.wasi().clocks().subscribe_duration(when.saturating_sub(now))
    }

    fn subscribe_duration(&mut self, duration: u64) -> wasmtime::Result<Resource<DynPollable>> {
        self.wasi().clocks().subscribe_duration(duration)
    }
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
