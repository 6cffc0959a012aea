//! A case of a Vault Service Center: a Business Admin chooses Microsoft Teams and OneNote, a representative creates the
//! case's channel and writes a note, and the vault's own timeline says so.

use serde_json::{Value, json};
use tieline_types::InstallationKey;

use super::{
    messages::until,
    scene,
    sim::Person,
    steps::{Steps, Stopped},
    walk::{self, Asked, Record, Walk},
};
use crate::{Exit, Failure};

/// The vault's objects, as the simulator made them up.
const CASE: &str = "case__v";
const TIMELINE: &str = "case_timeline__v";
/// Who works the case, and who may choose for the whole vault.
const REPRESENTATIVE: usize = 0;
const BUSINESS_ADMIN: usize = 1;

/// The walk of a vault's case.
#[derive(Debug)]
pub(crate) struct ServiceCenter<'a>(pub(crate) Walk<'a>);

impl ServiceCenter<'_> {
    /// Takes the case through all its steps. What was read back from Vault and from Teams.
    pub(crate) async fn follow(&self, steps: &mut Steps) -> Result<Vec<Record>, Stopped> {
        let key = scene::service_center();
        let (worker, admin) = (self.0.person(REPRESENTATIVE)?, self.0.person(BUSINESS_ADMIN)?);
        steps.take("vault: people signed in", self.signed_in(&[worker, admin])).await?;
        steps.take("vault: integration chosen", self.chosen(&key, admin)).await?;
        steps.take("vault: connector tested", self.tested(&key)).await?;
        let channel = steps.take("vault: channel created", self.created(&key, worker)).await?;
        let page = steps.take("vault: note written", self.noted(&key, worker)).await?;
        let entry = steps.take("vault: timeline", self.told(&channel)).await?;
        steps.take("vault: shown", self.0.show(&key, (CASE, self.case()), worker)).await?;
        Ok(vec![
            Record::new("vault", CASE, self.case()),
            Record::new("vault", TIMELINE, &entry),
            Record::new("graph", "channel", channel["channel_id"].as_str().unwrap_or_default()),
            Record::new("graph", "onenotePage", &page),
        ])
    }

    /// The id of the case.
    fn case(&self) -> &str {
        &self.0.sim.tenant.vault.case_id
    }

    async fn signed_in(&self, people: &[&Person]) -> Result<((), String), Failure> {
        Ok(((), self.0.sign_in(people).await?))
    }

    /// For all cases of the vault; notes would change places, which somebody must confirm.
    async fn chosen(&self, key: &InstallationKey, admin: &Person) -> Result<((), String), Failure> {
        let input = json!({ "mode": "ms_teams_and_onenote__v", "confirmed": true });
        let output = self.act(key, "set-integration", admin, input, None).await?;
        let word = |name: &str| output[name].as_str().unwrap_or_default().to_owned();
        Ok(((), format!("{} chooses {}, before {}", admin.name, word("mode"), word("was"))))
    }

    async fn tested(&self, key: &InstallationKey) -> Result<((), String), Failure> {
        Ok(((), format!("{} stages", walk::test(self.0.client, key).await?.len())))
    }

    /// Asked for, and there a moment later.
    async fn created(&self, key: &InstallationKey, worker: &Person) -> Result<(Value, String), Failure> {
        self.act(key, "create-channel", worker, json!({}), None).await?;
        let there = until("the channel to be there", async || {
            let channel = self.act(key, "check-channel", worker, json!({}), None).await?;
            Ok((channel["state"] == "ready").then_some(channel))
        });
        let channel = there.await?;
        let seen = format!("“{}” for {}", channel["name"].as_str().unwrap_or_default(), worker.name);
        Ok((channel, seen))
    }

    async fn noted(&self, key: &InstallationKey, worker: &Person) -> Result<(String, String), Failure> {
        let input = json!({ "title": "Call back", "text": "They asked twice.\nSee the channel." });
        let note = self.act(key, "add-note", worker, input, Some("the demo's note")).await?;
        let id = note["page_id"].as_str().unwrap_or_default().to_owned();
        let read = self.act(key, "read-note", worker, json!({ "page_id": id }), None).await?;
        let text = read["text"].as_str().unwrap_or_default();
        if !text.contains("They asked twice.") {
            return Err(Failure::new(Exit::Failed, format!("the note reads {text}")));
        }
        Ok((id, format!("“{}” in OneNote, read back", note["title"].as_str().unwrap_or_default())))
    }

    /// The vault's own record of it.
    async fn told(&self, channel: &Value) -> Result<(String, String), Failure> {
        let told = until("the vault's timeline", async || {
            let rows = self.0.control.vault_records(TIMELINE).await?;
            Ok(rows.into_iter().find(|row| row["link__v"] == channel["link"]))
        });
        let row = told.await?;
        let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        Ok((text("id"), format!("{}: {}", text("id"), text("title__v"))))
    }

    async fn act(
        &self,
        key: &InstallationKey,
        action: &str,
        who: &Person,
        input: Value,
        idempotency_key: Option<&str>,
    ) -> Result<Value, Failure> {
        let record = Some((CASE, self.case()));
        self.0.act(key, Asked { action, who, record, input, idempotency_key }).await
    }
}
