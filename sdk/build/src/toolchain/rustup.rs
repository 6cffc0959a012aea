//! Adding rustup's target.

use std::{process::Command, time::Duration};

use super::{Search, TARGET, choose::Target, not_started};
use crate::{
    Listener, Progress,
    process::{Ended, run},
};

/// A server that is out of reach lets rustup wait for minutes; one that is there needs seconds.
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) fn add_target(search: &Search, progress: &mut Listener<'_>) -> Target {
    progress(Progress::Step(&format!("rustup target add {TARGET}")));
    let mut command = Command::new("rustup");
    command.args(["target", "add", TARGET]).current_dir(&search.dir);
    let ended = run(&mut command, Some(PATIENCE), &mut |_, line| progress(Progress::Line(line)));
    match ended {
        Ok(Ended::Success) => Target::Installed,
        Ok(Ended::Overdue) => {
            Target::Refused(format!("rustup could not add it within {} seconds", PATIENCE.as_secs()))
        }
        Ok(Ended::Failure { tail }) => {
            Target::Refused(format!("rustup could not add it ({})", reason(&tail)))
        }
        Err(error) => Target::Refused(not_started("rustup", &error)),
    }
}

/// The line that says why, out of all that rustup said.
fn reason(tail: &str) -> &str {
    tail.lines().find_map(|line| line.strip_prefix("error: ")).unwrap_or("it did not say why")
}
