//! The run's log, as `log` and what a guest prints share it.

use tieline_types::{Limits, run::LogLine};

use super::{Run, journal::Journal};

/// Named values kept of one line.
const FIELDS: usize = 16;

impl Run {
    /// Keeps a line, behind whatever the guest printed before it.
    pub(crate) fn keep_line(&mut self, level: &'static str, message: String, fields: Vec<(String, String)>) {
        self.keep_printed();
        keep(&mut self.journal, &self.spec.limits, level, message, fields);
    }

    /// Keeps what the guest has printed since it was last asked for.
    pub(crate) fn keep_printed(&mut self) {
        let Some(wasi) = &mut self.wasi else { return };
        let (lines, dropped) = wasi.get_mut().printed();
        self.journal.log_dropped = self.journal.log_dropped.saturating_add(dropped);
        for (stream, line) in lines {
            let fields = vec![("stream".to_owned(), stream.name().to_owned())];
            keep(&mut self.journal, &self.spec.limits, stream.level(), line, fields);
        }
    }
}

/// Within the limits: lines beyond them are counted, and what is longer is cut.
fn keep(
    journal: &mut Journal,
    limits: &Limits,
    level: &'static str,
    message: String,
    fields: Vec<(String, String)>,
) {
    if journal.log.len() >= limits.log_lines as usize {
        journal.log_dropped = journal.log_dropped.saturating_add(1);
        return;
    }
    let mut left = limits.log_line_bytes;
    let mut fit = |text: String| {
        let text = cut(text, left);
        left -= text.len();
        text
    };
    let message = fit(message);
    let fields = fields.into_iter().take(FIELDS).map(|(name, value)| (fit(name), fit(value))).collect();
    journal.log.push(LogLine { level: level.into(), message, fields });
}

fn cut(mut text: String, bytes: usize) -> String {
    if text.len() > bytes {
        text.truncate(text.floor_char_boundary(bytes));
    }
    text
}
