//! Replaying recorded runs, in a process that has no network.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
    sync::LazyLock,
};

use serde_json::{Value, json};

use crate::{expect, host, scene::Scene};

/// Whether this machine lets a process give up its network. Where it does not, the replay itself is tested all the same.
static ALONE: LazyLock<bool> = LazyLock::new(|| {
    let tried = Command::new("unshare").args(["-rn", "true"]).output();
    let may = tried.is_ok_and(|output| output.status.success());
    if !may {
        eprintln!("skipped: `unshare -rn` is not permitted here, so replays run with a network");
    }
    may
});

impl Scene {
    /// Exports the last run of every attempt of every event and replays it. Without more words each must be
    /// identical; `with` runs another package, and then each must differ in a call or outcome with the text `differs`.
    /// `at_least`: so many runs; `holds`, `without`: texts that every export holds, or none.
    pub(crate) async fn replays(&self, step: &Value) -> Result<(), String> {
        let events = self.api("/tenants/acme/events?limit=200").await?;
        let mut replayed = 0_u64;
        for event in expect::items(&events)? {
            let id = event["id"].as_str().ok_or("an event has an id")?;
            let detail = self.api(&format!("/tenants/acme/events/{id}")).await?;
            let runs = detail["runs"].as_array().ok_or("an event has runs")?;
            let taped = runs.iter().filter(|run| run["tape"]["kind"] == "whole");
            let mut attempts: Vec<_> = taped.filter_map(|run| run["attempt"].as_u64()).collect();
            attempts.dedup();
            for attempt in attempts {
                self.replay(id, attempt, step)
                    .map_err(|error| format!("{detail}\n  attempt {attempt}: {error}"))?;
                replayed += 1;
            }
        }
        let wanted = step["at_least"].as_u64().unwrap_or(1);
        if replayed >= wanted { Ok(()) } else { Err(format!("{replayed} runs were on tape, not {wanted}")) }
    }

    fn replay(&self, event: &str, attempt: u64, step: &Value) -> Result<(), String> {
        let file = self.home.path().join(format!("run-{event}-{attempt}.json"));
        let name = file.to_string_lossy();
        let attempt = attempt.to_string();
        self.cli(&[
            "events",
            "export",
            event,
            "--tenant",
            "acme",
            "--journal",
            "--attempt",
            &attempt,
            "-o",
            &name,
        ])?;
        let content = fs::read_to_string(&file).map_err(|error| error.to_string())?;
        for (word, wanted) in [("holds", true), ("without", false)] {
            for text in step[word].as_array().into_iter().flatten().filter_map(Value::as_str) {
                if content.contains(text) != wanted {
                    return Err(format!("whether the export holds {text:?} is {}", !wanted));
                }
            }
        }
        let output = alone(&file, step["with"].as_str())?;
        fs::remove_file(&file).map_err(|error| error.to_string())?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let shown = || format!("{} {said} {}", output.status, String::from_utf8_lossy(&output.stderr));
        match (step["differs"].as_str(), output.status.code()) {
            (None, Some(0)) => Ok(()),
            (Some(text), Some(4)) if differences(&said).contains(text) => Ok(()),
            _ => Err(shown()),
        }
    }
}

/// `tieline replay` without a network, and with no host that it could ask.
fn alone(file: &Path, with: Option<&str>) -> Result<Output, String> {
    let tieline = host::built("tieline")?;
    let mut command = if *ALONE {
        let mut command = Command::new("unshare");
        command.arg("-rn").arg(tieline);
        command
    } else {
        Command::new(tieline)
    };
    command.arg("replay").arg(file).arg("--json").env("TIELINE_HOST", "http://127.0.0.1:1");
    command.args(with.iter().flat_map(|package| ["--with", package]));
    command.output().map_err(|error| error.to_string())
}

/// What is not the same, as text.
fn differences(said: &str) -> String {
    let said: Value =
        said.lines().last().and_then(|line| serde_json::from_str(line).ok()).unwrap_or_default();
    let difference = &said["difference"];
    let calls: Vec<_> =
        difference["calls"].as_array().into_iter().flatten().filter(|c| c["how"] != "same").collect();
    json!([calls, difference["then"], difference["now"]]).to_string()
}
