//! A case of Dynamics 365 and its Teams chat: made by a person, kept by Dataverse, told when the case changes.

use serde_json::{Map, Value, json};
use tieline_types::{
    DeliveryState, InstallationKey,
    api::{ActRequest, ActionState, SignInRequest, Verdict},
};

use super::{
    messages::until,
    people,
    scene::{self, MICROSOFT},
    sim::{Control, Manifest, Person},
    steps::{Steps, Stopped},
};
use crate::{Exit, Failure, client::Client};

/// The connector's own name for the hook that Dataverse calls.
const HOOK: &str = "updates";
/// Where Dataverse keeps which chat belongs to which record.
const MAPPING: &str = "msdyn_teamschatassociation";
/// A priority of a case, as Dataverse counts them and as people read it.
const LOW: (u8, &str) = (3, "Low");

/// A record of an upstream, read back there.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Record {
    /// `dynamics`
    pub(crate) system: &'static str,
    /// Its type there.
    pub(crate) kind: String,
    /// Its id there.
    pub(crate) id: String,
}

/// What following the case needs.
#[derive(Debug)]
pub(crate) struct Case<'a> {
    pub(crate) client: &'a Client,
    pub(crate) control: &'a Control,
    pub(crate) sim: &'a Manifest,
}

impl Case<'_> {
    /// Takes the case through all its steps. What was read back from Dataverse.
    pub(crate) async fn follow(&self, steps: &mut Steps) -> Result<Vec<Record>, Stopped> {
        let key = scene::cases();
        let (person, others) = (self.person(0).map_err(Stopped)?, self.person(1).map_err(Stopped)?);
        steps.take("case: people signed in", self.signed_in(person)).await?;
        steps.take("case: connector tested", self.tested(&key)).await?;
        let chat = steps.take("case: chat created", self.created(&key, person, others)).await?;
        let mapping = steps.take("case: Dataverse", self.mapped(&chat)).await?;
        steps.take("case: shown", self.shown(&key, person)).await?;
        steps.take("case: webhook set up", self.hooked(&key)).await?;
        steps.take("case: changed", self.changed(person)).await?;
        steps.take("case: chat told", self.told(&key, &chat)).await?;
        let case = self.sim.tenant.dataverse.case_id.clone();
        let record = |kind: &str, id| Record { system: "dynamics", kind: kind.into(), id };
        Ok(vec![record(MAPPING, mapping), record("incident", case)])
    }

    fn person(&self, index: usize) -> Result<&Person, Failure> {
        let person = self.sim.tenant.users.get(index);
        person.ok_or_else(|| Failure::new(Exit::Failed, "the simulators seeded too few users"))
    }

    /// The service user, without whom nothing can be posted, and the person who works the case.
    async fn signed_in(&self, person: &Person) -> Result<((), String), Failure> {
        let service = self.person(SERVICE)?;
        for (who, service) in [(service, true), (person, false)] {
            let request = SignInRequest { service, return_to: None };
            let link = self.client.sign_in_link(&scene::connection(MICROSOFT), &request).await?;
            people::sign_in(self.control, self.sim, who, &link.url).await?;
        }
        Ok(((), format!("{} as the service user, {}", service.name, person.name)))
    }

    async fn tested(&self, key: &InstallationKey) -> Result<((), String), Failure> {
        let report = self.client.check(key).await?;
        let failed = report.stages.iter().find(|stage| stage.verdict == Verdict::Failed);
        match failed.map(|stage| (&stage.name, stage.problem.as_ref())) {
            None => Ok(((), format!("{} stages", report.stages.len()))),
            Some((name, problem)) => {
                let problem = problem.map_or_else(String::new, |problem| format!(": {problem}"));
                Err(Failure::new(Exit::Failed, format!("the test `{name}` failed{problem}")))
            }
        }
    }

    /// Somebody who works the case starts a chat about it.
    async fn created(
        &self,
        key: &InstallationKey,
        person: &Person,
        other: &Person,
    ) -> Result<(String, String), Failure> {
        let request = ActRequest {
            input: json!({ "participants": [other.id] }),
            record: Some(("incident".into(), self.sim.tenant.dataverse.case_id.clone())),
            idempotency_key: Some("the demo's chat".into()),
            user: Some(person.id.clone()),
        };
        let output = self.client.act(key, "create-chat", &request).await?.output;
        let chat = output["chat_id"].as_str().unwrap_or_default().to_owned();
        let title = &self.sim.tenant.dataverse.case_title;
        let seen = format!("{} and {} talk about “{title}” in {chat}", person.name, other.name);
        Ok((chat, seen))
    }

    /// The mapping is a row of Dataverse.
    async fn mapped(&self, chat: &str) -> Result<(String, String), Failure> {
        let rows = self.control.rows(MAPPING).await?;
        let row = rows.iter().find(|row| row["msdyn_teamschatid"] == chat);
        let id = row.and_then(|row| row[format!("{MAPPING}id")].as_str());
        let id = id.ok_or_else(|| Failure::new(Exit::Failed, "Dataverse has no row for this chat"))?;
        Ok((id.to_owned(), format!("{MAPPING} {id}")))
    }

    async fn shown(&self, key: &InstallationKey, person: &Person) -> Result<((), String), Failure> {
        let record = ("incident", self.sim.tenant.dataverse.case_id.as_str());
        let view = self.client.view(key, record, Some(&person.id)).await?;
        let available = view.actions.iter().filter(|offered| offered.state == ActionState::Available).count();
        Ok((
            (),
            format!("“{}” to {}: {available} of {} actions", view.title, person.name, view.actions.len()),
        ))
    }

    /// The address and the secret go where an administrator of Dynamics 365 would put them.
    async fn hooked(&self, key: &InstallationKey) -> Result<((), String), Failure> {
        let hook = self.client.hook(key, HOOK).await?;
        let secret = hook.secret.as_ref().map(|secret| secret.0.expose());
        self.control.register_hook(hook.address.0.expose(), "incident", secret).await?;
        Ok(((), hook.hook.verification.to_string()))
    }

    async fn changed(&self, person: &Person) -> Result<((), String), Failure> {
        let fields = Map::from_iter([("prioritycode".to_owned(), Value::from(LOW.0))]);
        self.control.update("incident", &self.sim.tenant.dataverse.case_id, &person.id, fields).await?;
        Ok(((), format!("{} sets the priority to {}", person.name, LOW.1)))
    }

    /// Dataverse called, the event was handled, and the chat has its one message.
    async fn told(&self, key: &InstallationKey, chat: &str) -> Result<((), String), Failure> {
        let told = until("the chat to be told", async || {
            let posted = self.control.posted(chat).await?;
            Ok(posted.into_iter().find(|body| body.contains(LOW.1)))
        });
        told.await?;
        let query = [("installation", key.installation.to_string()), ("limit", "20".to_owned())];
        let settled = until("the events of the change to be handled", async || {
            let events = self.client.events(&key.tenant, &query).await?.items;
            Ok(events.iter().all(|event| event.state != DeliveryState::Pending).then_some(events))
        });
        let events = settled.await?;
        if let Some(dead) = events.iter().find(|event| event.state == DeliveryState::Dead) {
            let cause = dead.cause.as_ref().map_or_else(String::new, ToString::to_string);
            return Err(Failure::new(Exit::Failed, format!("event {} is a dead letter: {cause}", dead.id)));
        }
        Ok(((), format!("one message, {} events", events.len())))
    }
}

/// Who is the service user: somebody who works no case.
const SERVICE: usize = 5;
