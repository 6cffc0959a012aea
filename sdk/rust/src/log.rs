//! Lines of the run's log, for the operator who wants to know what the connector did and why.
//!
//! ```no_run
//! # use tieline_sdk::log;
//! log::warn("no owner found", [("sender", "ada@example.com")]);
//! ```

pub use crate::bindings::tieline::connector::log::Level;
use crate::bindings::tieline::connector::log::write;

/// What a developer wants to know.
pub fn debug<'a>(message: &str, fields: impl IntoIterator<Item = (&'a str, &'a str)>) {
    line(Level::Debug, message, fields);
}

/// What an operator may want to know.
pub fn info<'a>(message: &str, fields: impl IntoIterator<Item = (&'a str, &'a str)>) {
    line(Level::Info, message, fields);
}

/// What an operator should know.
pub fn warn<'a>(message: &str, fields: impl IntoIterator<Item = (&'a str, &'a str)>) {
    line(Level::Warn, message, fields);
}

/// What went wrong.
pub fn error<'a>(message: &str, fields: impl IntoIterator<Item = (&'a str, &'a str)>) {
    line(Level::Error, message, fields);
}

/// A line of any level. Never put secrets or whole messages into it.
pub fn line<'a>(level: Level, message: &str, fields: impl IntoIterator<Item = (&'a str, &'a str)>) {
    let fields: Vec<_> =
        fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    write(level, message, &fields);
}
