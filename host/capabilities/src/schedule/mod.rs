//! The `schedule` capability: one-shot timers, committed with the run.

use serde::de::IgnoredAny;
use tieline_types::{Course, Timer, TimerKey, TimerKind, Timestamp, manifest::Capability};
use wasmtime::component::{HasData, Linker};

use crate::{
    bindings::{schedule as contract, types::Refusal},
    run::{Run, timers},
};

/// The most one-shot timers of an installation. Runs at the same moment may together pass it by what each of
/// them sets.
const STANDING: usize = 1_000;
/// Longest key, in bytes.
const NAME_BYTES: usize = 256;
/// Largest body, in bytes.
const BODY_BYTES: usize = 64 << 10;

struct Schedule;

impl HasData for Schedule {
    type Data<'a> = View<'a>;
}

/// What this capability sees of a run.
struct View<'a>(&'a mut Run);

/// Links `tieline:connector/schedule`.
///
/// # Errors
/// When the name is linked already.
pub fn add_to_linker<T: AsMut<Run> + Send + 'static>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    contract::add_to_linker::<T, Schedule>(linker, |state| View(state.as_mut()))
}

/// Whether a timer may have this key.
pub fn is_valid_key(key: &str) -> bool {
    (1..=NAME_BYTES).contains(&key.len()) && !key.contains(char::is_control)
}

impl contract::Host for View<'_> {
    async fn at(&mut self, key: String, due: u64, body: String) -> wasmtime::Result<Result<(), Refusal>> {
        let asked = (&key, due, &body);
        if let Some(told) = self.0.asked("schedule.at", format_args!("{key}"), &asked, || Ok(()))? {
            return Ok(told);
        }
        let told = self.set(key, due, body).await?;
        self.0.told(&told);
        Ok(told)
    }

    async fn cancel(&mut self, key: String) -> wasmtime::Result<Result<(), Refusal>> {
        if let Some(told) = self.0.asked("schedule.cancel", format_args!("{key}"), &key, || Ok(()))? {
            return Ok(told);
        }
        let told = self.cancelled(key).await?;
        self.0.told(&told);
        Ok(told)
    }
}

impl View<'_> {
    async fn set(&mut self, key: String, due: u64, body: String) -> wasmtime::Result<Result<(), Refusal>> {
        let may = self.0.may_write(Capability::Schedule).and_then(|()| valid(&key, Some(&body)));
        if let Err(refusal) = may {
            return Ok(Err(refusal));
        }
        let timer = self.named(key);
        if !self.is_set(&timer).await? && self.count().await? >= STANDING {
            return Ok(Err(Refusal::QuotaExceeded(format!("{STANDING} one-shot timers at once"))));
        }
        let set = Timer { due: Timestamp(due), course: Course::Once { body } };
        self.0.transaction.set_timer(timer, Some(set));
        Ok(Ok(()))
    }

    /// Nothing is written, and nothing counted, where nothing is set.
    async fn cancelled(&mut self, key: String) -> wasmtime::Result<Result<(), Refusal>> {
        let may = self.0.may_write(Capability::Schedule).and_then(|()| valid(&key, None));
        if let Err(refusal) = may {
            return Ok(Err(refusal));
        }
        let timer = self.named(key);
        if self.is_set(&timer).await? {
            self.0.transaction.set_timer(timer, None);
        }
        Ok(Ok(()))
    }

    fn named(&self, key: String) -> TimerKey {
        TimerKey { installation: self.0.spec.installation.clone(), kind: TimerKind::Once, key }
    }

    /// Whether the timer is set, as this run sees it.
    async fn is_set(&self, timer: &TimerKey) -> wasmtime::Result<bool> {
        if let Some(own) = self.0.transaction.timers().get(timer) {
            return Ok(own.is_some());
        }
        let found = self.0.services().store.get(&timers::place(timer)).await.map_err(wasmtime::Error::new)?;
        Ok(found.is_some())
    }

    /// How many one-shot timers are set, as this run sees them.
    async fn count(&self) -> wasmtime::Result<usize> {
        let all = timers::space(&self.0.spec.installation, TimerKind::Once);
        let stored = self.0.services().store.scan(&all, None, 2 * STANDING).await;
        let stored = stored.map_err(wasmtime::Error::new)?;
        let own = self.0.transaction.timers();
        let changed = |timer: &TimerKey| own.contains_key(timer);
        let others =
            stored.iter().filter_map(|(place, _)| timers::placed(place)).filter(|timer| !changed(timer));
        Ok(others.count() + own.values().flatten().count())
    }
}

fn valid(key: &str, body: Option<&str>) -> Result<(), Refusal> {
    if !is_valid_key(key) {
        return Err(Refusal::Invalid(format!("a key is 1 to {NAME_BYTES} bytes of plain text")));
    }
    let Some(body) = body else { return Ok(()) };
    if body.len() > BODY_BYTES {
        return Err(Refusal::QuotaExceeded(format!("{BODY_BYTES} bytes in a timer's body")));
    }
    serde_json::from_str::<IgnoredAny>(body)
        .map(drop)
        .map_err(|error| Refusal::Invalid(format!("the body is not JSON: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_is_no_key_and_no_json() {
        assert!(valid("poll", Some("null")).is_ok());
        assert!(valid("", None).is_err());
        assert!(valid("a\0b", None).is_err());
        assert!(matches!(valid("k", Some("{")), Err(Refusal::Invalid(_))));
        let large = format!("\"{}\"", "x".repeat(BODY_BYTES));
        assert!(matches!(valid("k", Some(&large)), Err(Refusal::QuotaExceeded(_))));
    }
}
