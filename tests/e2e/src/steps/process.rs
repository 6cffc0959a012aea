//! Words about the host as a process: its start, its ends, a disk that is full, and names that change.

use std::fs;

use serde_json::{Value, json};

use crate::{host, scene::Scene};

/// More notifications than this do not fill any disk that a case has made small.
const ENOUGH: usize = 20_000;

impl Scene {
    /// `start`, `kill` (-9), `stop` (SIGTERM, and wait), `terminate` (SIGTERM), `ended` (wait), or
    /// `{ room_kib = 2048 }`: start with a disk on which no file is written beyond that; `{ ahead_s = 3600 }`: start,
    /// and whenever it starts from now on, with a clock that is so much ahead.
    pub(super) fn process(&mut self, word: &Value) -> Result<(), String> {
        if let Some(kib) = word["room_kib"].as_u64() {
            self.surroundings.largest_file = Some(kib * 1024);
            return self.start_host();
        }
        if let Some(seconds) = word["ahead_s"].as_u64() {
            self.surroundings.ahead_s = seconds;
            return self.start_host();
        }
        let gone = "no host runs";
        match word.as_str() {
            Some("start") => {
                self.surroundings.largest_file = None;
                self.start_host()
            }
            Some("kill") => self.host.take().ok_or(gone)?.kill(),
            Some("stop") => self.host.take().ok_or(gone)?.stop(),
            Some("terminate") => self.host.as_ref().ok_or(gone)?.terminate(),
            Some("ended") => self.host.take().ok_or(gone)?.ended(),
            _ => Err("a host can `start`, `kill`, `stop`, `terminate` and be `ended`".into()),
        }
    }

    /// What names mean to the host, from its next start on, or from now on if it was started with names:
    /// { "crm.example" = "127.0.0.1" }. Where no process may have names of its own, the case ends here.
    pub(super) fn names(&mut self, names: &Value) -> Result<(), String> {
        if !host::may_have_names() {
            self.ends = Some("`unshare -rm` is not permitted here, so no name can mean something else");
            return Ok(());
        }
        let names = names.as_object().ok_or("`names` takes names with their addresses")?;
        let line = |(name, address): (&String, &Value)| Some(format!("{} {name}\n", address.as_str()?));
        let lines: Option<String> = names.iter().map(line).collect();
        let path = self.home.path().join("hosts");
        // Written anew in its place: the file itself is what the host sees.
        fs::write(&path, lines.ok_or("an address is a text")?).map_err(|error| error.to_string())?;
        self.surroundings.names = Some(path);
        Ok(())
    }

    /// Sends notifications of so many bytes, one after another, until the host says "not now". How many it took
    /// is then `${filled}`.
    pub(super) async fn fill(&mut self, bytes: &Value) -> Result<(), String> {
        let bytes = bytes.as_u64().ok_or("`fill` takes a number of bytes")? as usize;
        let standing = self.control("GET", "/graph/subscriptions", &Value::Null).await?;
        for taken in 0..ENOUGH {
            let item = json!({
                "subscription_id": standing[0]["id"],
                "message_id": (1_700_000_000_000_u64 + taken as u64).to_string(),
                "etag": format!("{taken}-{}", "x".repeat(bytes)),
            });
            let sent = self.control("POST", "/graph/notifications", &json!({ "items": [item] })).await?;
            match sent["status"].as_u64() {
                Some(202) => {}
                Some(503) => {
                    self.scope["filled"] = json!(taken);
                    return Ok(());
                }
                _ => return Err(format!("notification {taken} was answered with {sent}")),
            }
        }
        Err(format!("{ENOUGH} notifications did not fill the disk"))
    }
}
