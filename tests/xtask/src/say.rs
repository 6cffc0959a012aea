//! Telling what is going on, on standard error: a spinner on a terminal, plain lines elsewhere.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use tieline_build::Progress;

/// Tells the progress of a build; the spinner ends with it.
pub(crate) struct Say {
    /// On a terminal.
    spinner: Option<ProgressBar>,
}

impl Say {
    pub(crate) fn new() -> Self {
        let terminal = console_is_terminal();
        let spinner = terminal.then(|| {
            let spinner = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
                spinner.set_style(style);
            }
            spinner.enable_steady_tick(Duration::from_millis(100));
            spinner
        });
        Self { spinner }
    }

    /// A step, or a result: it stays to be read.
    pub(crate) fn step(&self, words: &str) {
        match &self.spinner {
            Some(spinner) => spinner.suspend(|| eprintln!("{words}")),
            None => eprintln!("{words}"),
        }
    }

    /// What a build tells: on a terminal the lines of other programs pass by beside the spinner.
    pub(crate) fn hear(&self, progress: Progress<'_>) {
        match (progress, &self.spinner) {
            (Progress::Step(words), _) => self.step(words),
            (Progress::Line(line), Some(spinner)) => spinner.set_message(line.trim().to_owned()),
            (Progress::Line(line), None) => eprintln!("  {line}"),
        }
    }
}

impl Drop for Say {
    fn drop(&mut self) {
        if let Some(spinner) = &self.spinner {
            spinner.finish_and_clear();
        }
    }
}

fn console_is_terminal() -> bool {
    use std::io::IsTerminal;
    std::io::stderr().is_terminal()
}
