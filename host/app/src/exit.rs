//! What the exit code says.

use std::process::ExitCode;

/// How a command ended. Documented in `tieline --help`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// It did what was asked.
    Done = 0,
    /// What was asked failed: a check, an action, a build, a document that the host refuses.
    Failed = 1,
    /// The command line cannot be understood.
    Usage = 2,
    /// The host cannot be reached, or does not answer as it should.
    Remote = 3,
    /// Something differs: a replayed run from the recorded one, a host from its documents.
    Differs = 4,
    /// A record of the audit is not as it was written, or is not there any more.
    Broken = 5,
}

/// The part of `--help` that tells scripts what to expect.
pub(crate) const HELP: &str = "\
Exit codes:
  0  done
  1  what was asked failed: a check, an action, a build, a document, a name that nothing has
  2  the command line cannot be understood
  3  the host cannot be reached, does not know the token, or has a fault
  4  something differs: a replayed run from the recorded one; with apply --dry-run, the host from the documents
  5  the audit was changed behind the host's back

With --json the last line on standard output is one JSON object; its `ok` says the same.";

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
