//! `wasi:io/poll`: where guests wait, and where their upstream calls are made meanwhile.

use std::{future::Future, pin::Pin};

use wasmtime::component::{Resource, ResourceTable};
use wasmtime_wasi::p2::DynPollable;
use wasmtime_wasi_io::bindings::wasi::io::poll;

use super::{View, fault::Fault};

type Waiting<'a, T> = Pin<Box<dyn Future<Output = wasmtime::Result<T>> + Send + 'a>>;

impl View<'_> {
    /// Waits, and makes the calls that the guest asked for: one after the other, as with `http`, since each may
    /// change what the next one is answered. The run's wall clock cuts all waiting.
    async fn wait<T: Send>(
        &mut self,
        wait: impl for<'a> Fn(&'a mut ResourceTable) -> Waiting<'a, T> + Send + Sync,
    ) -> wasmtime::Result<T> {
        loop {
            let wasi = self.wasi();
            let posted = tokio::select! {
                biased;
                posted = wasi.outbox.next() => posted,
                done = wait(&mut wasi.table) => return done,
            };
            self.carry_out(posted).await?;
        }
    }
}

impl poll::Host for View<'_> {
    async fn poll(&mut self, pollables: Vec<Resource<DynPollable>>) -> wasmtime::Result<Vec<u32>> {
        if pollables.is_empty() {
            return Err(Fault::EmptyPoll.into());
        }
        self.wait(|table| Box::pin(table.poll(pollables.iter().map(again).collect()))).await
    }
}

impl poll::HostPollable for View<'_> {
    async fn ready(&mut self, pollable: Resource<DynPollable>) -> wasmtime::Result<bool> {
        self.wait(|table| Box::pin(table.ready(again(&pollable)))).await
    }

    async fn block(&mut self, pollable: Resource<DynPollable>) -> wasmtime::Result<()> {
        self.wait(|table| Box::pin(table.block(again(&pollable)))).await
    }

    fn drop(&mut self, pollable: Resource<DynPollable>) -> wasmtime::Result<()> {
        self.wasi().table.drop(pollable)
    }
}

fn again(pollable: &Resource<DynPollable>) -> Resource<DynPollable> {
    Resource::new_borrow(pollable.rep())
}
