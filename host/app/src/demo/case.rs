//! A case of Dynamics 365 and its Teams chat: made by a person, kept by Dataverse, told when the case changes.

use serde_json::{Map, Value, json};
use tieline_types::{DeliveryState, InstallationKey};

use super::{
    messages::until,
    scene,
    sim::Person,
    steps::{Steps, Stopped},
    walk::{self, Asked, Record, Walk},
};
use crate::{Exit, Failure};

/// The connector's own name for the hook that Dataverse calls.
const HOOK: &str = "updates";
/// Where Dataverse keeps which chat belongs to which record.
const MAPPING: &str = "msdyn_teamschatassociation";
/// A priority of a case, as Dataverse counts them and as people read it.
const LOW: (u8, &str) = (3, "Low");

/// Who works the case, whom they talk to, and the service user: somebody who works no case.
const WORKER: usize = 0;
const COLLEAGUE: usize = 1;
const SERVICE: usize = 5;

/// The walk of a case.
#[derive(Debug)]
pub(crate) struct Case<'a>(pub(crate) Walk<'a>);

impl Case<'_> {
    /// Takes the case through all its steps. What was read back from Dataverse.
    pub(crate) async fn follow(&self, steps: &mut Steps) -> Result<Vec<Record>, Stopped> {
        let key = scene::cases();
        let [person, colleague, service] =
            [self.0.person(WORKER)?, self.0.person(COLLEAGUE)?, self.0.person(SERVICE)?];
        steps.take("case: people signed in", self.signed_in(person, service)).await?;
        steps.take("case: connector tested", self.tested(&key)).await?;
        let chat = steps.take("case: chat created", self.created(&key, person, colleague)).await?;
        let mapping = steps.take("case: Dataverse", self.mapped(&chat)).await?;
        steps.take("case: shown", self.0.show(&key, ("incident", self.case()), person)).await?;
        steps.take("case: webhook set up", self.hooked(&key)).await?;
        steps.take("case: changed", self.changed(person)).await?;
        steps.take("case: chat told", self.told(&key, &chat)).await?;
        let record = |kind, id: &str| Record::new("dynamics", kind, id);
        Ok(vec![record(MAPPING, &mapping), record("incident", self.case())])
    }

    /// The id of the case.
    fn case(&self) -> &str {
        &self.0.sim.tenant.dataverse.case_id
    }

    /// The service user, without whom nothing can be posted, and the person who works the case.
    async fn signed_in(&self, person: &Person, service: &Person) -> Result<((), String), Failure> {
        self.0.sign_in_service(service).await?;
        self.0.sign_in(&[person]).await?;
        Ok(((), format!("{} as the service user, {}", service.name, person.name)))
    }

    async fn tested(&self, key: &InstallationKey) -> Result<((), String), Failure> {
        Ok(((), format!("{} stages", walk::test(self.0.client, key).await?.len())))
    }

    /// Somebody who works the case starts a chat about it.
    async fn created(
        &self,
        key: &InstallationKey,
        person: &Person,
        other: &Person,
    ) -> Result<(String, String), Failure> {
        let asked = Asked {
            action: "create-chat",
            who: person,
            record: Some(("incident", self.case())),
            input: json!({ "participants": [other.id] }),
            idempotency_key: Some("the demo's chat"),
        };
        let output = self.0.act(key, asked).await?;
        let chat = output["chat_id"].as_str().unwrap_or_default().to_owned();
        let title = &self.0.sim.tenant.dataverse.case_title;
        let seen = format!("{} and {} talk about “{title}” in {chat}", person.name, other.name);
        Ok((chat, seen))
    }

    /// The mapping is a row of Dataverse.
    async fn mapped(&self, chat: &str) -> Result<(String, String), Failure> {
        let rows = self.0.control.rows(MAPPING).await?;
        let row = rows.iter().find(|row| row["msdyn_teamschatid"] == chat);
        let id = row.and_then(|row| row[format!("{MAPPING}id")].as_str());
        let id = id.ok_or_else(|| Failure::new(Exit::Failed, "Dataverse has no row for this chat"))?;
        Ok((id.to_owned(), format!("{MAPPING} {id}")))
    }

    /// The address and the secret go where an administrator of Dynamics 365 would put them.
    async fn hooked(&self, key: &InstallationKey) -> Result<((), String), Failure> {
        let hook = self.0.client.hook(key, HOOK).await?;
        let secret = hook.secret.as_ref().map(|secret| secret.0.expose());
        self.0.control.register_hook(hook.address.0.expose(), "incident", secret).await?;
        Ok(((), hook.hook.verification.to_string()))
    }

    async fn changed(&self, person: &Person) -> Result<((), String), Failure> {
        let fields = Map::from_iter([("prioritycode".to_owned(), Value::from(LOW.0))]);
        self.0.control.update("incident", self.case(), &person.id, fields).await?;
        Ok(((), format!("{} sets the priority to {}", person.name, LOW.1)))
    }

    /// Dataverse called, the event was handled, and the chat has its one message.
    async fn told(&self, key: &InstallationKey, chat: &str) -> Result<((), String), Failure> {
        let told = until("the chat to be told", async || {
            let posted = self.0.control.posted(chat).await?;
            Ok(posted.into_iter().find(|body| body.contains(LOW.1)))
        });
        told.await?;
        let query = [("installation", key.installation.to_string()), ("limit", "20".to_owned())];
        let settled = until("the events of the change to be handled", async || {
            let events = self.0.client.events(&key.tenant, &query).await?.items;
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
