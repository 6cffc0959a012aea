//! The `random` capability: bytes that a retry sees again.

use wasmtime::component::{HasData, Linker};

use crate::{bindings::random as contract, run::Run};

struct Random;

impl HasData for Random {
    type Data<'a> = View<'a>;
}

/// What this capability sees of a run.
struct View<'a>(&'a mut Run);

/// Links `tieline:connector/random`.
///
/// # Errors
/// When the name is linked already.
pub fn add_to_linker<T: AsMut<Run> + Send + 'static>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    contract::add_to_linker::<T, Random>(linker, |state| View(state.as_mut()))
}

impl contract::Host for View<'_> {
    fn bytes(&mut self, len: u16) -> wasmtime::Result<Vec<u8>> {
        self.0.random_bytes(len)
    }
}
