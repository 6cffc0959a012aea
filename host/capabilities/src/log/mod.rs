//! The `log` capability: lines kept with the run's journal.

use wasmtime::component::{HasData, Linker};

use crate::{
    bindings::log::{self as contract, Level},
    run::Run,
};

struct Log;

impl HasData for Log {
    type Data<'a> = View<'a>;
}

/// What this capability sees of a run.
struct View<'a>(&'a mut Run);

/// Links `tieline:connector/log`.
///
/// # Errors
/// When the name is linked already.
pub fn add_to_linker<T: AsMut<Run> + Send + 'static>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    contract::add_to_linker::<T, Log>(linker, |state| View(state.as_mut()))
}

impl contract::Host for View<'_> {
    fn write(
        &mut self,
        level: Level,
        message: String,
        fields: Vec<(String, String)>,
    ) -> wasmtime::Result<()> {
        let asked = (&level, &message, &fields);
        if self.0.asked("log.write", format_args!("{message}"), &asked, || ())?.is_none() {
            let level = match level {
                Level::Trace => "trace",
                Level::Debug => "debug",
                Level::Info => "info",
                Level::Warn => "warn",
                Level::Error => "error",
            };
            self.0.keep_line(level, message, fields);
            self.0.told(&());
        }
        Ok(())
    }
}
