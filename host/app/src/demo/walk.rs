//! What every walk through a connector has at hand, and what people do in all of them.

use serde_json::{Value, json};
use tieline_types::{
    InstallationKey,
    api::{ActRequest, ActionState, SignInRequest, Verdict},
};

use super::{
    people,
    scene::{self, MICROSOFT},
    sim::{Control, Manifest, Person},
    steps::Stopped,
};
use crate::{Exit, Failure, client::Client};

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

impl Record {
    pub(crate) fn new(system: &'static str, kind: &str, id: &str) -> Self {
        Self { system, kind: kind.into(), id: id.into() }
    }
}

/// The host, the simulators, and what they seeded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Walk<'a> {
    pub(crate) client: &'a Client,
    pub(crate) control: &'a Control,
    pub(crate) sim: &'a Manifest,
}

/// Something that a person asks of a connector.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) action: &'a str,
    pub(crate) who: &'a Person,
    /// Kind and id.
    pub(crate) record: Option<(&'a str, &'a str)>,
    pub(crate) input: Value,
    pub(crate) idempotency_key: Option<&'a str>,
}

impl<'a> Walk<'a> {
    /// Somebody of the directory, by their place there.
    pub(crate) fn person(&self, index: usize) -> Result<&'a Person, Stopped> {
        let person = self.sim.tenant.users.get(index);
        person.ok_or_else(|| Stopped(Failure::new(Exit::Failed, "the simulators seeded too few users")))
    }

    /// Each signs in for themself; who that was.
    pub(crate) async fn sign_in(&self, people: &[&Person]) -> Result<String, Failure> {
        for who in people {
            self.follow_link(who, false).await?;
        }
        let names: Vec<_> = people.iter().map(|who| who.name.as_str()).collect();
        Ok(names.join(", "))
    }

    /// The service user signs in, as whom connectors may post.
    pub(crate) async fn sign_in_service(&self, who: &Person) -> Result<(), Failure> {
        self.follow_link(who, true).await
    }

    async fn follow_link(&self, who: &Person, service: bool) -> Result<(), Failure> {
        let request = SignInRequest { service, ..Default::default() };
        let link = self.client.sign_in_link(&scene::connection(MICROSOFT), &request).await?;
        people::sign_in(self.control, self.sim, who, &link.url).await
    }

    /// What the action answered.
    pub(crate) async fn act(&self, key: &InstallationKey, asked: Asked<'_>) -> Result<Value, Failure> {
        let request = ActRequest {
            input: asked.input,
            record: asked.record.map(|(kind, id)| (kind.to_owned(), id.to_owned())),
            idempotency_key: asked.idempotency_key.map(str::to_owned),
            user: Some(asked.who.id.clone()),
        };
        Ok(self.client.act(key, asked.action, &request).await?.output)
    }

    /// An action without input and about no record: what somebody turns on.
    pub(crate) async fn switch_on(
        &self,
        key: &InstallationKey,
        action: &str,
        who: &Person,
    ) -> Result<(), Failure> {
        let asked = Asked { action, who, record: None, input: json!({}), idempotency_key: None };
        self.act(key, asked).await.map(drop)
    }

    /// What a person is shown about a record.
    pub(crate) async fn show(
        &self,
        key: &InstallationKey,
        record: (&str, &str),
        who: &Person,
    ) -> Result<((), String), Failure> {
        let view = self.client.view(key, record, Some(&who.id)).await?;
        let available = view.actions.iter().filter(|offered| offered.state == ActionState::Available).count();
        let seen = format!("“{}” to {}: {available} of {} actions", view.title, who.name, view.actions.len());
        Ok(((), seen))
    }
}

/// The stages of an installation's test, none of which may fail.
pub(crate) async fn test(client: &Client, key: &InstallationKey) -> Result<Vec<String>, Failure> {
    let report = client.check(key).await?;
    if let Some(stage) = report.stages.iter().find(|stage| stage.verdict == Verdict::Failed) {
        let problem = stage.problem.as_ref().map_or_else(String::new, |problem| format!(": {problem}"));
        return Err(Failure::new(Exit::Failed, format!("the test `{}` failed{problem}", stage.name)));
    }
    Ok(report.stages.into_iter().map(|stage| stage.name).collect())
}
