//! What runs did, in a form in which two hosts can be compared.

use std::fs;

use serde_json::{Value, json};

use crate::{expect, scene::Scene};

impl Scene {
    /// Saves what the runs of all events did: { save = "…" }. Of each run: what it was about, all that it asked the
    /// host, what it logged, and how it ended. What it was told is left out: revisions, clocks and the ids that
    /// upstreams give are another host's own. So is the event's id, wherever a guest quotes it.
    pub(super) async fn journals(&mut self, step: &Value) -> Result<(), String> {
        let events = self.api("/tenants/acme/events?limit=200").await?;
        let mut journals = Vec::new();
        for event in expect::items(&events)? {
            let id = event["id"].as_str().ok_or("an event has an id")?;
            let detail = self.api(&format!("/tenants/acme/events/{id}")).await?;
            for run in detail["runs"].as_array().ok_or("an event has runs")? {
                let asked = self.asked(id, &run["attempt"])?;
                let journal = json!({
                    "installation": event["installation"], "about": event["summary"], "attempt": run["attempt"],
                    "outcome": run["outcome"], "log": messages(&run["log"]), "asked": asked,
                });
                journals.push(journal.to_string().replace(id, "EVENT"));
            }
        }
        journals.sort();
        self.scope[step["save"].as_str().ok_or("`save`")?] = json!(journals);
        Ok(())
    }

    /// What is on the tape of a run, call by call.
    fn asked(&self, event: &str, attempt: &Value) -> Result<Value, String> {
        let file = self.home.path().join("journal.json");
        let (name, attempt) = (file.to_string_lossy(), attempt.to_string());
        let export =
            ["events", "export", event, "--tenant", "acme", "--journal", "--attempt", &attempt, "-o", &name];
        self.cli(&export)?;
        let text = fs::read_to_string(&file).map_err(|error| error.to_string())?;
        fs::remove_file(&file).map_err(|error| error.to_string())?;
        let export: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        let calls = export["tape"]["calls"].as_array().ok_or("a tape has calls")?;
        let asked = |call: &Value| {
            let mut asked = call["asked"].clone();
            // When, by the clock that it was told.
            asked.as_object_mut().map(|fields| fields.remove("at"));
            json!([call["call"], call["about"], asked])
        };
        Ok(calls.iter().map(asked).collect())
    }
}

fn messages(log: &Value) -> Value {
    let line = |line: &Value| json!([line["level"], line["message"], line["fields"]]);
    log.as_array().into_iter().flatten().map(line).collect()
}
