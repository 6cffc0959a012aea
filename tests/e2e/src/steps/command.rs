//! The CLI as a script sees it: what it is given, how it ends, what it says.

use std::fs;

use serde_json::{Value, json};

use crate::{json::matches, scene::Scene};

impl Scene {
    /// Runs the CLI: { args = […], env = { NAME = "…" }, exit = 0, says, save, keep }. It must end so and say so; `keep` names a
    /// file of the home for what it said.
    pub(crate) fn told(&mut self, step: &Value) -> Result<(), String> {
        let arguments: Vec<_> =
            step["args"].as_array().ok_or("`args`")?.iter().filter_map(Value::as_str).collect();
        let mut command = self.command(&arguments)?;
        for (name, value) in step["env"].as_object().into_iter().flatten() {
            command.env(name, value.as_str().ok_or("a variable is a text")?);
        }
        let output = command.output().map_err(|error| error.to_string())?;
        let text = String::from_utf8_lossy(&output.stdout);
        let line = text.lines().last().unwrap_or_default();
        let said: Value = serde_json::from_str(line).unwrap_or(Value::Null);
        let errors = String::from_utf8_lossy(&output.stderr);
        if json!(output.status.code()) != *step.get("exit").unwrap_or(&json!(0)) {
            return Err(format!("ended with {}: {said} {errors}", output.status));
        }
        if !step["says"].is_null() && !matches(&said, &step["says"]) {
            return Err(format!("said {said} {errors}"));
        }
        if let Some(name) = step["keep"].as_str() {
            fs::write(self.home.path().join(name), line).map_err(|error| error.to_string())?;
        }
        self.save(step, said);
        Ok(())
    }
}
