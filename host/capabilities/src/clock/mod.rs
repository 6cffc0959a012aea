//! The `clock` capability: the host's wall clock.

use wasmtime::component::{HasData, Linker};

use crate::{bindings::clock as contract, run::Run};

struct Clock;

impl HasData for Clock {
    type Data<'a> = View<'a>;
}

/// What this capability sees of a run.
struct View<'a>(&'a mut Run);

/// Links `tieline:connector/clock`.
///
/// # Errors
/// When the name is linked already.
pub fn add_to_linker<T: AsMut<Run> + Send + 'static>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    contract::add_to_linker::<T, Clock>(linker, |state| View(state.as_mut()))
}

impl contract::Host for View<'_> {
    fn now(&mut self) -> wasmtime::Result<u64> {
        self.0.now()
    }
}
