//! The `http` capability: calls to granted origins, with a connection's credential or without any.

use wasmtime::component::{HasData, Linker};

use crate::{
    bindings::{
        http::{self as contract, Request},
        types::{CallError, Response},
    },
    run::Run,
};

struct Http;

impl HasData for Http {
    type Data<'a> = View<'a>;
}

/// What this capability sees of a run.
struct View<'a>(&'a mut Run);

/// Links `tieline:connector/http`.
///
/// # Errors
/// When the name is linked already.
pub fn add_to_linker<T: AsMut<Run> + Send + 'static>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    contract::add_to_linker::<T, Http>(linker, |state| View(state.as_mut()))
}

impl contract::Host for View<'_> {
    async fn send(&mut self, request: Request) -> wasmtime::Result<Result<Response, CallError>> {
        self.0.send(request).await
    }
}
