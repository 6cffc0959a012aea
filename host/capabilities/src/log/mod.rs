//! The `log` capability: lines kept with the run's journal.

use tieline_types::run::LogLine;
use wasmtime::component::{HasData, Linker};

use crate::{
    bindings::log::{self as contract, Level},
    run::Run,
};

/// Named values kept of one line.
const FIELDS: usize = 16;

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
            self.keep(level, message, fields);
            self.0.told(&());
        }
        Ok(())
    }
}

impl View<'_> {
    fn keep(&mut self, level: Level, message: String, fields: Vec<(String, String)>) {
        let limits = self.0.limits();
        let (lines, bytes) = (limits.log_lines as usize, limits.log_line_bytes);
        let journal = &mut self.0.journal;
        if journal.log.len() >= lines {
            journal.log_dropped = journal.log_dropped.saturating_add(1);
            return;
        }
        let level = match level {
            Level::Trace => "trace",
            Level::Debug => "debug",
            Level::Info => "info",
            Level::Warn => "warn",
            Level::Error => "error",
        };
        let mut left = bytes;
        let mut fit = |text: String| {
            let text = cut(text, left);
            left -= text.len();
            text
        };
        let message = fit(message);
        let fields = fields.into_iter().take(FIELDS).map(|(name, value)| (fit(name), fit(value))).collect();
        journal.log.push(LogLine { level: level.into(), message, fields });
    }
}

fn cut(mut text: String, bytes: usize) -> String {
    if text.len() > bytes {
        text.truncate(text.floor_char_boundary(bytes));
    }
    text
}
