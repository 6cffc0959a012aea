//! A case of a Vault Service Center: a Business Admin chooses Microsoft Teams and OneNote, a representative creates the
//! case's channel and writes a note, and the vault's own timeline says so.

use serde_json::{Value, json};
use tieline_types::{
    InstallationKey,
    api::{ActRequest, ActionState, SignInRequest, Verdict},
};

use super::{
    case::Record,
    messages::until,
    people,
    scene::{self, MICROSOFT},
    sim::{Control, Manifest, Person},
    steps::{Steps, Stopped},
};
use crate::{Exit, Failure, client::Client};

/// The vault's objects, as the simulator made them up.
const CASE: &str = "case__v";
const TIMELINE: &str = "case_timeline__v";
/// Who works the case, and who may choose for the whole vault.
const REPRESENTATIVE: usize = 0;
const BUSINESS_ADMIN: usize = 1;

/// What following the case needs.
#[derive(Debug)]
pub(crate) struct ServiceCenter<'a> {
    pub(crate) client: &'a Client,
    pub(crate) control: &'a Control,
    pub(crate) sim: &'a Manifest,
}

impl ServiceCenter<'_> {
    /// Takes the case through all its steps. What was read back from Vault and from Teams.
    pub(crate) async fn follow(&self, steps: &mut Steps) -> Result<Vec<Record>, Stopped> {
        let key = scene::service_center();
        let person = |index: usize| {
            let found = self.sim.tenant.users.get(index);
            found.ok_or_else(|| Stopped(Failure::new(Exit::Failed, "the simulators seeded too few users")))
        };
        let (worker, admin) = (person(REPRESENTATIVE)?, person(BUSINESS_ADMIN)?);
        steps.take("vault: people signed in", self.signed_in(&[worker, admin])).await?;
        steps.take("vault: integration chosen", self.chosen(&key, admin)).await?;
        steps.take("vault: connector tested", self.tested(&key)).await?;
        let channel = steps.take("vault: channel created", self.created(&key, worker)).await?;
        let page = steps.take("vault: note written", self.noted(&key, worker)).await?;
        let entry = steps.take("vault: timeline", self.told(&channel)).await?;
        steps.take("vault: shown", self.shown(&key, worker)).await?;
        let record = |system, kind: &str, id: &str| Record { system, kind: kind.into(), id: id.into() };
        Ok(vec![
            record("vault", CASE, &self.sim.tenant.vault.case_id),
            record("vault", TIMELINE, &entry),
            record("graph", "channel", channel["channel_id"].as_str().unwrap_or_default()),
            record("graph", "onenotePage", &page),
        ])
    }

    async fn signed_in(&self, people: &[&Person]) -> Result<((), String), Failure> {
        for who in people {
            let request = SignInRequest { service: false, return_to: None };
            let link = self.client.sign_in_link(&scene::connection(MICROSOFT), &request).await?;
            people::sign_in(self.control, self.sim, who, &link.url).await?;
        }
        let names: Vec<_> = people.iter().map(|who| who.name.as_str()).collect();
        Ok(((), names.join(", ")))
    }

    /// For all cases of the vault; notes would change places, which somebody must confirm.
    async fn chosen(&self, key: &InstallationKey, admin: &Person) -> Result<((), String), Failure> {
        let input = json!({ "mode": "ms_teams_and_onenote__v", "confirmed": true });
        let output = self.act(key, "set-integration", admin, input, None).await?;
        let word = |name: &str| output[name].as_str().unwrap_or_default().to_owned();
        Ok(((), format!("{} chooses {}, before {}", admin.name, word("mode"), word("was"))))
    }

    async fn tested(&self, key: &InstallationKey) -> Result<((), String), Failure> {
        let report = self.client.check(key).await?;
        match report.stages.iter().find(|stage| stage.verdict == Verdict::Failed) {
            None => Ok(((), format!("{} stages", report.stages.len()))),
            Some(stage) => {
                let problem =
                    stage.problem.as_ref().map_or_else(String::new, |problem| format!(": {problem}"));
                Err(Failure::new(Exit::Failed, format!("the test `{}` failed{problem}", stage.name)))
            }
        }
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
            let rows = self.control.vault_records(TIMELINE).await?;
            Ok(rows.into_iter().find(|row| row["link__v"] == channel["link"]))
        });
        let row = told.await?;
        let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        Ok((text("id"), format!("{}: {}", text("id"), text("title__v"))))
    }

    async fn shown(&self, key: &InstallationKey, worker: &Person) -> Result<((), String), Failure> {
        let record = (CASE, self.sim.tenant.vault.case_id.as_str());
        let view = self.client.view(key, record, Some(&worker.id)).await?;
        let available = view.actions.iter().filter(|offered| offered.state == ActionState::Available).count();
        let seen =
            format!("“{}” to {}: {available} of {} actions", view.title, worker.name, view.actions.len());
        Ok(((), seen))
    }

    async fn act(
        &self,
        key: &InstallationKey,
        action: &str,
        who: &Person,
        input: Value,
        idempotency_key: Option<&str>,
    ) -> Result<Value, Failure> {
        let request = ActRequest {
            input,
            record: Some((CASE.into(), self.sim.tenant.vault.case_id.clone())),
            idempotency_key: idempotency_key.map(str::to_owned),
            user: Some(who.id.clone()),
        };
        Ok(self.client.act(key, action, &request).await?.output)
    }
}
