//! Commands that run while a case goes on.

use std::process::Stdio;

use serde_json::{Value, json};

use crate::scene::{Scene, said};

impl Scene {
    /// Runs the CLI without waiting for it: { args = […], name = "first" }.
    pub(crate) fn beside(&mut self, step: &Value) -> Result<(), String> {
        let arguments: Vec<_> =
            step["args"].as_array().ok_or("`args`")?.iter().filter_map(Value::as_str).collect();
        let name = step["name"].as_str().ok_or("`name`")?;
        let mut command = self.command(&arguments)?;
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        self.beside.insert(name.to_owned(), child.map_err(|error| error.to_string())?);
        Ok(())
    }

    /// `kill -9` of it: "first".
    pub(crate) fn killed(&mut self, name: &Value) -> Result<(), String> {
        let child = name.as_str().and_then(|name| self.beside.remove(name));
        let mut child = child.ok_or_else(|| format!("nothing called {name} runs"))?;
        child.kill().and_then(|()| child.wait()).map(drop).map_err(|error| error.to_string())
    }

    /// Waits for it, as `cli` does: { name = "first", save = "…", fails = true }.
    pub(crate) fn ended(&mut self, step: &Value) -> Result<(), String> {
        let name = step["name"].as_str().ok_or("`name`")?;
        let child = self.beside.remove(name).ok_or_else(|| format!("nothing called `{name}` runs"))?;
        let output = child.wait_with_output().map_err(|error| error.to_string())?;
        match (said(&[name], &output), step["fails"] == true) {
            (Ok(said), false) => self.save(step, said),
            (Err(error), true) => self.save(step, json!(error)),
            (Ok(said), true) => return Err(format!("should fail, and said {said}")),
            (Err(error), false) => return Err(error),
        }
        Ok(())
    }
}
