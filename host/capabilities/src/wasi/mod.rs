//! WASI 0.2 for guests of other toolchains, as small as their libraries bear: nothing here reaches further than
//! the contract does. Clocks and random bytes are those of `clock` and `random`, prints are lines of the run's
//! log, `wasi:http` is `http` in other words, and of files, sockets, arguments and variables there are none.
//!
//! The state is made with the first call and belongs to one run. Guests without WASI pay for none of it.

mod clocks;
mod fault;
mod http;
mod io;
mod printed;
mod random;

use sync_wrapper::SyncWrapper;
use tieline_types::Limits;
use wasmtime::component::{HasData, Linker, ResourceTable};
use wasmtime_wasi::{
    WasiCtx, WasiCtxView, WasiView,
    cli::{WasiCli, WasiCliView},
    filesystem::{WasiFilesystem, WasiFilesystemView},
    p2::bindings::{cli, clocks as clock, filesystem, random as dice, sockets},
    sockets::{WasiSockets, WasiSocketsView},
};
use wasmtime_wasi_http::{WasiHttp, WasiHttpCtx, WasiHttpCtxView, p2::bindings as web};
use wasmtime_wasi_io::bindings::wasi::io as streams;

use crate::run::Run;
pub use fault::{ended_itself, held_too_many};
use http::Outbox;
use printed::{Printed, Stream};

/// Header fields of one request or answer, in bytes of the host's memory.
const FIELDS_BYTES: usize = 64 << 10;

/// What WASI knows of one run.
pub(crate) struct Wasi {
    ctx: WasiCtx,
    web: WasiHttpCtx,
    table: ResourceTable,
    outbox: Outbox,
    printed: Printed,
    /// What the monotonic clock said last, in nanoseconds.
    latest: u64,
}

impl Wasi {
    fn new(limits: &Limits) -> Self {
        let printed = Printed::new(limits);
        let mut table = ResourceTable::new();
        // Streams, requests, pollables, …: each is a handle of the run, and some are behind one that the guest gave up.
        table.set_max_capacity(limits.handles);
        let mut web = WasiHttpCtx::new();
        web.set_field_size_limit(FIELDS_BYTES);
        let ctx = WasiCtx::builder()
            .stdout(printed.stream(Stream::Stdout))
            .stderr(printed.stream(Stream::Stderr))
            .allow_tcp(false)
            .allow_udp(false)
            .allow_ip_name_lookup(false)
            .build();
        Self { ctx, web, table, outbox: Outbox::new(limits), printed, latest: 0 }
    }

    /// Whole lines printed since the last time, and how many more there were than may be kept.
    pub(crate) fn printed(&mut self) -> (Vec<(Stream, String)>, u32) {
        self.printed.take()
    }
}

impl WasiView for Wasi {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.ctx, table: &mut self.table }
    }
}

/// What WASI's own implementations see of a run: nothing but this state.
struct View<'a>(&'a mut Run);

impl View<'_> {
    fn wasi(&mut self) -> &mut Wasi {
        of(self.0)
    }
}

fn of(run: &mut Run) -> &mut Wasi {
    run.wasi.get_or_insert_with(|| Box::new(SyncWrapper::new(Wasi::new(&run.spec.limits)))).get_mut()
}

/// Interfaces that are answered from the run.
struct OfRun;

impl HasData for OfRun {
    type Data<'a> = View<'a>;
}

/// Interfaces that are answered from the table of resources.
struct OfTable;

impl HasData for OfTable {
    type Data<'a> = &'a mut ResourceTable;
}

/// Links what [`tieline_types::wasi::PROVIDED`] names.
///
/// # Errors
/// When a name is linked already.
pub fn add_to_linker<T: AsMut<Run> + Send + 'static>(l: &mut Linker<T>) -> wasmtime::Result<()> {
    streams::error::add_to_linker::<T, OfTable>(l, |t| &mut of(t.as_mut()).table)?;
    streams::streams::add_to_linker::<T, OfTable>(l, |t| &mut of(t.as_mut()).table)?;
    streams::poll::add_to_linker::<T, OfRun>(l, |t| View(t.as_mut()))?;
    clock::wall_clock::add_to_linker::<T, OfRun>(l, |t| View(t.as_mut()))?;
    clock::monotonic_clock::add_to_linker::<T, OfRun>(l, |t| View(t.as_mut()))?;
    dice::random::add_to_linker::<T, OfRun>(l, |t| View(t.as_mut()))?;
    dice::insecure::add_to_linker::<T, OfRun>(l, |t| View(t.as_mut()))?;
    dice::insecure_seed::add_to_linker::<T, OfRun>(l, |t| View(t.as_mut()))?;
    cli::environment::add_to_linker::<T, WasiCli>(l, |t| of(t.as_mut()).cli())?;
    cli::exit::add_to_linker::<T, WasiCli>(l, |t| of(t.as_mut()).cli())?;
    cli::stdin::add_to_linker::<T, WasiCli>(l, |t| of(t.as_mut()).cli())?;
    cli::stdout::add_to_linker::<T, WasiCli>(l, |t| of(t.as_mut()).cli())?;
    cli::stderr::add_to_linker::<T, WasiCli>(l, |t| of(t.as_mut()).cli())?;
    cli::terminal_input::add_to_linker::<T, WasiCli>(l, |t| of(t.as_mut()).cli())?;
    cli::terminal_output::add_to_linker::<T, WasiCli>(l, |t| of(t.as_mut()).cli())?;
    cli::terminal_stdin::add_to_linker::<T, WasiCli>(l, |t| of(t.as_mut()).cli())?;
    cli::terminal_stdout::add_to_linker::<T, WasiCli>(l, |t| of(t.as_mut()).cli())?;
    cli::terminal_stderr::add_to_linker::<T, WasiCli>(l, |t| of(t.as_mut()).cli())?;
    filesystem::preopens::add_to_linker::<T, WasiFilesystem>(l, |t| of(t.as_mut()).filesystem())?;
    filesystem::types::add_to_linker::<T, WasiFilesystem>(l, |t| of(t.as_mut()).filesystem())?;
    let stable = sockets::network::LinkOptions::default();
    sockets::network::add_to_linker::<T, WasiSockets>(l, &stable, |t| of(t.as_mut()).sockets())?;
    sockets::instance_network::add_to_linker::<T, WasiSockets>(l, |t| of(t.as_mut()).sockets())?;
    sockets::ip_name_lookup::add_to_linker::<T, WasiSockets>(l, |t| of(t.as_mut()).sockets())?;
    sockets::tcp::add_to_linker::<T, WasiSockets>(l, |t| of(t.as_mut()).sockets())?;
    sockets::tcp_create_socket::add_to_linker::<T, WasiSockets>(l, |t| of(t.as_mut()).sockets())?;
    sockets::udp::add_to_linker::<T, WasiSockets>(l, |t| of(t.as_mut()).sockets())?;
    sockets::udp_create_socket::add_to_linker::<T, WasiSockets>(l, |t| of(t.as_mut()).sockets())?;
    web::http::outgoing_handler::add_to_linker::<T, WasiHttp>(l, |t| of(t.as_mut()).web())?;
    let stable = web::http::types::LinkOptions::default();
    web::http::types::add_to_linker::<T, WasiHttp>(l, &stable, |t| of(t.as_mut()).web())?;
    Ok(())
}

impl Wasi {
    fn web(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { hooks: &mut self.outbox, table: &mut self.table, ctx: &mut self.web }
    }
}
