//! Words about keys and backups: files of the host's home that are put elsewhere, or damaged, and hosts made of them.

use std::{fs, process::Command};

use serde_json::Value;

use crate::{
    host,
    json::matches,
    scene::{Scene, said},
};

impl Scene {
    /// Copies a file within the host's home: { from = "data/master.key", to = "other/master.key" }.
    pub(super) fn copy(&self, step: &Value) -> Result<(), String> {
        let path = |name: &str| step[name].as_str().map(|path| self.home.path().join(path)).ok_or("a path");
        let (from, to) = (path("from")?, path("to")?);
        let folder = to.parent().ok_or("a path in a folder")?;
        fs::create_dir_all(folder).map_err(|error| error.to_string())?;
        fs::copy(from, to).map(drop).map_err(|error| error.to_string())
    }

    /// Damages a file of the host's home: { file = "b", flip = 0.5 } changes a byte in its middle, { file = "b", keep = 0.5 }
    /// cuts it off there.
    pub(super) fn damage(&self, step: &Value) -> Result<(), String> {
        let path = self.home.path().join(step["file"].as_str().ok_or("`file`")?);
        let mut content = fs::read(&path).map_err(|error| error.to_string())?;
        let at = |part: &Value| Some((content.len() as f64 * part.as_f64()?) as usize);
        match (at(&step["flip"]), at(&step["keep"])) {
            (Some(at), None) => content[at] ^= 1,
            (None, Some(length)) => content.truncate(length),
            _ => return Err("`damage` takes `flip` or `keep`".into()),
        }
        fs::write(path, content).map_err(|error| error.to_string())
    }

    /// Makes a host of a backup, by the `tieline.toml` that stands in its home: { backup = "b", home = "other", keep_tokens =
    /// true, says = {…} }; or expects that it is refused in these words: { …, fails = "…" }.
    pub(super) fn restored(&self, step: &Value) -> Result<(), String> {
        let backup = step["backup"].as_str().ok_or("`backup`")?;
        let path = self.home.path().join(backup);
        let keeps = step["keep_tokens"] == true;
        let arguments = ["restore", &path.to_string_lossy(), "--keep-tokens"];
        self.alone(if keeps { &arguments } else { &arguments[..2] }, step)
    }

    /// Makes a backup of a host that does not run: { to = "b", home = "other", fails = "…" }.
    pub(super) fn offline(&self, step: &Value) -> Result<(), String> {
        let to = self.home.path().join(step["to"].as_str().unwrap_or("offline.backup"));
        self.alone(&["backup", &to.to_string_lossy(), "--offline"], step)
    }

    /// Runs the CLI without a host.
    fn alone(&self, arguments: &[&str], step: &Value) -> Result<(), String> {
        let home = self.home.path().join(step["home"].as_str().unwrap_or_default());
        let mut command = Command::new(host::built("tieline")?);
        command.args(arguments).arg("--config").arg(home.join("tieline.toml")).arg("--json");
        let output = command.output().map_err(|error| error.to_string())?;
        match (said(arguments, &output), step["fails"].as_str()) {
            (Ok(said), None) if step["says"].is_null() || matches(&said, &step["says"]) => Ok(()),
            (Ok(said), None) => Err(format!("said {said}")),
            (Err(error), None) => Err(error),
            (Ok(said), Some(_)) => Err(format!("should fail, and said {said}")),
            (Err(error), Some(why)) if error.contains(why) => Ok(()),
            (Err(error), Some(why)) => Err(format!("does not say `{why}`: {error}")),
        }
    }
}
