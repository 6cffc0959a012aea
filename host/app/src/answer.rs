//! What a command answers: a text for people and an object for programs.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::Exit;

/// The answer of a command that came to an end. One of its two forms is printed.
#[derive(Debug)]
pub(crate) struct Answer {
    exit: Exit,
    text: String,
    fields: Map<String, Value>,
}

impl Answer {
    /// Did what was asked; the text is printed as it is, with a newline where it has none.
    pub(crate) fn done(text: impl Into<String>) -> Self {
        Self { exit: Exit::Done, text: text.into(), fields: Map::new() }
    }

    /// The same answer, but what was asked failed.
    pub(crate) fn failed_if(mut self, failed: bool) -> Self {
        if failed {
            self.exit = Exit::Failed;
        }
        self
    }

    /// The same answer, but the process ends so.
    pub(crate) fn exit(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }

    /// The same answer with one more field in the object for programs.
    pub(crate) fn with(mut self, name: &str, value: impl Serialize) -> Self {
        let value =
            serde_json::to_value(value).unwrap_or_else(|error| json!({ "unprintable": error.to_string() }));
        self.fields.insert(name.into(), value);
        self
    }

    /// Prints the form that was asked for and tells how the process should end.
    pub(crate) fn print(self, json: bool) -> Exit {
        if json {
            print_json(self.exit == Exit::Done, self.fields);
        } else if !self.text.is_empty() {
            print_line(&self.text);
        }
        self.exit
    }
}

/// Prints one single-line object with `ok` in front.
pub(crate) fn print_json(ok: bool, fields: Map<String, Value>) {
    let mut object = Map::from_iter([("ok".to_owned(), Value::Bool(ok))]);
    object.extend(fields);
    print_line(&Value::Object(object).to_string());
}

/// Tells people something on the way to the answer, on standard error.
pub(crate) fn print_aside(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Prints a line on standard output. A reader that has gone away (`| head`) is no error of ours.
pub(crate) fn print_line(text: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{}", text.trim_end_matches('\n')).and_then(|()| out.flush());
}
