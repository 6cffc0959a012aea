//! Another tenant of the same host, whom nothing that a case does may concern.

use std::fs;

use serde_json::{Value, json};

use crate::{expect, scene::Scene};

impl Scene {
    /// A message for the tenant `globex`, of whose file this is the name, is handled. Applies the file first if the
    /// tenant is not there. It listens to the third channel.
    pub(super) async fn neighbour(&mut self, file: &Value) -> Result<(), String> {
        let file = file.as_str().ok_or("`neighbour` takes a file's name")?;
        let before = match self.api("/tenants/globex/events?limit=200").await {
            Ok(events) => expect::items(&events)?.len(),
            Err(_) => {
                self.settle_next_door(file).await?;
                0
            }
        };
        let channel = &self.scope["sim"]["tenant"]["channel_ids"][2];
        let message = json!({ "text": "For the neighbour.", "channel_id": channel });
        self.control("POST", "/graph/messages", &message).await?;
        self.until(async |scene| {
            let events = scene.api("/tenants/globex/events?limit=200").await?;
            let items = expect::items(&events)?;
            let served = items.len() == before + 1 && items.iter().all(|event| event["state"] == "done");
            if served { Ok(()) } else { Err(format!("the neighbour's events: {events}")) }
        })
        .await
    }

    async fn settle_next_door(&self, file: &str) -> Result<(), String> {
        let path = self.home.path().join(file);
        fs::write(&path, self.file(file)?).map_err(|error| error.to_string())?;
        self.cli(&["apply", "-f", &path.to_string_lossy()])?;
        self.until(async |scene| {
            let found = scene.api("/tenants/globex/subscriptions").await?;
            let all = expect::items(&found)?;
            let stand = !all.is_empty() && all.iter().all(|one| one["id"].is_string());
            if stand { Ok(()) } else { Err(found.to_string()) }
        })
        .await
    }
}
