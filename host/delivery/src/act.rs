//! Actions: what a person or an API client asks a connector to do, at once and as a transaction.

use std::{sync::Arc, time::Duration};

use aws_lc_rs::digest::{Context, SHA256};
use bytes::Bytes;
use tieline_capabilities::{EffectMemory, Finished, Mode, RunSpec, Source};
use tieline_runtime::ActionCall;
use tieline_store::{Batch, CommitError, Key, Space};
use tieline_types::{
    Actor, Event, EventId, EventRef, Exceeded, InstallationKey, Limit, Problem,
    api::{ActRequest, ActResponse},
    manifest::Action,
};

use crate::{
    Host, HostError,
    installations::{Installation, schema},
};

/// How often an action that is overtaken by other runs starts again at once.
const CONFLICTS: usize = 20;
/// How long the answer to an idempotency key is remembered.
const REMEMBERED: Duration = Duration::from_secs(7 * 24 * 3_600);

/// An action, ready to run.
struct Asked {
    call: ActionCall,
    /// Names this asking: equal for equal idempotency keys. Its upstream effects are remembered under it.
    reference: EventRef,
    /// Whether its answer is given again to whoever asks again with the same key.
    remembered: bool,
}

/// What a run of an action came to.
enum Came {
    Answer(serde_json::Value),
    /// Another run changed what it read.
    Overtaken,
}

impl Host {
    /// Runs an action. What it wrote is durable when this answers; what it failed to do left nothing here.
    pub(crate) async fn run_act(
        &self,
        key: &InstallationKey,
        name: &str,
        request: ActRequest,
    ) -> Result<ActResponse, HostError> {
        let installation = self.installation(key)?;
        let package = installation
            .package
            .as_ref()
            .map_err(|problem| HostError::Failed { problem: problem.clone() })?;
        let action = package.inspection.manifest.action(name);
        let action = action.ok_or_else(|| HostError::NotFound { what: format!("action {name} of {key}") })?;
        let most = installation.limits.action_input_bytes;
        if request.input.to_string().len() > most {
            let problem = Exceeded::new(Limit::ACTION_INPUT_BYTES, most).problem().at("/input");
            return Err(HostError::Invalid { problems: vec![problem] });
        }
        let problems = schema::faults(&action.input, &request.input, "/input");
        if !problems.is_empty() {
            return Err(HostError::Invalid { problems });
        }
        let actor = match &request.user {
            Some(user) => self.actor(&key.tenant, user).await?,
            None => api_client(),
        };
        let asked = Asked::of(key, action, request, actor);
        for _ in 0..CONFLICTS {
            if let Some(output) = self.remembered(&asked).await? {
                return Ok(ActResponse { output });
            }
            let finished = self.run_action(&installation, package, &asked).await?;
            match self.keep_action(&installation, &asked, action, finished).await? {
                Came::Answer(output) => return Ok(ActResponse { output }),
                // Another version's actions may be others: whoever asked looks again.
                Came::Overtaken if self.installation(key)?.fence != installation.fence => break,
                Came::Overtaken => {}
            }
        }
        Err(HostError::Conflict { what: format!("what the action {name} of {key} reads") })
    }

    async fn run_action(
        &self,
        installation: &Installation,
        package: &tieline_runtime::Package,
        asked: &Asked,
    ) -> Result<Finished<Result<String, Problem>>, HostError> {
        let effects = EffectMemory::load(self.services.store.as_ref(), &asked.reference).await;
        let spec = RunSpec {
            mode: Mode::Act,
            installation: installation.key.clone(),
            rights: installation.rights.clone(),
            limits: installation.limits.clone(),
            event: Some(asked.reference.clone()),
            actor: Some(asked.call.actor.clone()),
            effects: effects.map_err(|error| HostError::store("reading an action's memory", error))?,
            seed: *asked.reference.id.as_bytes(),
            source: Source::live(self.services.clone()),
        };
        Ok(self.runtime.act(package, spec, &installation.config, asked.call.clone()).await)
    }

    /// Commits the run whole, or of a failed one only what it did upstream.
    async fn keep_action(
        &self,
        installation: &Installation,
        asked: &Asked,
        action: &Action,
        mut finished: Finished<Result<String, Problem>>,
    ) -> Result<Came, HostError> {
        let now = self.services.clock.now();
        let effects = finished.effects.add_to(&asked.reference, now, Batch::new());
        let answer = match finished.answer {
            Ok(Ok(output)) => output_of(action, &output),
            Ok(Err(problem)) => Err(problem),
            Err(stop) => Err(stop.problem()),
        };
        let output = match answer {
            Ok(output) => output,
            Err(problem) => {
                self.commit_act(effects.ops(finished.transaction.kept_when_failed())).await?;
                return Err(HostError::Failed { problem });
            }
        };
        let emitted: Vec<Arc<Event>> = finished.transaction.events().cloned().collect();
        let timers = finished.transaction.timers().clone();
        let plans = self.planner.is_touched_by(&asked.reference.installation, &finished.transaction);
        let mut batch = finished.transaction.add_to(effects.clone());
        batch.expect.push(installation.fence());
        if asked.remembered {
            let key = asked.answer_key();
            let bytes = Bytes::from(output.to_string());
            batch = batch.expect(key.clone(), None).put_until(key, bytes, now.after(REMEMBERED));
        }
        match self.services.store.commit(batch).await {
            Ok(committed) => {
                self.schedules.changed(&timers, committed.revision);
                let new = emitted.into_iter().zip(committed.appended).filter(|(_, new)| *new);
                self.dispatcher.add(new.map(|(event, _)| event).collect());
                if plans {
                    self.planner.plan_again(&asked.reference.installation);
                }
                Ok(Came::Answer(output))
            }
            Err(CommitError::Conflict { .. }) => self.commit_act(effects).await.map(|()| Came::Overtaken),
            Err(error) => Err(HostError::commit("keeping an action", "the action", error)),
        }
    }

    async fn commit_act(&self, batch: Batch) -> Result<(), HostError> {
        if batch.ops.is_empty() {
            return Ok(());
        }
        let kept = self.services.store.commit(batch).await;
        kept.map(drop).map_err(|error| HostError::commit("keeping an action", "the action", error))
    }

    async fn remembered(&self, asked: &Asked) -> Result<Option<serde_json::Value>, HostError> {
        if !asked.remembered {
            return Ok(None);
        }
        let found = self.services.store.get(&asked.answer_key()).await;
        let found = found.map_err(|error| HostError::store("reading an action's answer", error))?;
        Ok(found.and_then(|value| serde_json::from_slice(&value.bytes).ok()))
    }
}

impl Asked {
    fn of(key: &InstallationKey, action: &Action, request: ActRequest, actor: Actor) -> Self {
        let ActRequest { input, record, idempotency_key, user: _ } = request;
        let remembered = action.idempotent && idempotency_key.is_some();
        let idempotency_key = idempotency_key.unwrap_or_else(|| EventId::generate().to_string());
        // Nobody gets the answer that somebody else was given.
        let who = [actor.directory_id.as_str(), &actor.object_id];
        let id = [key.tenant.as_str(), key.installation.as_str(), &action.name, &idempotency_key];
        let id = named(&[&id[..], &who].concat());
        Self {
            reference: EventRef { installation: key.clone(), id },
            remembered,
            call: ActionCall {
                name: action.name.clone(),
                record,
                input: input.to_string(),
                actor,
                idempotency_key,
            },
        }
    }

    fn answer_key(&self) -> Key {
        Key::of_event(Space::Run, &self.reference).part("answer")
    }
}

/// An id that follows from these words and from nothing else.
fn named(words: &[&str]) -> EventId {
    let mut context = Context::new(&SHA256);
    for word in words {
        context.update(&(word.len() as u64).to_be_bytes());
        context.update(word.as_bytes());
    }
    let mut id = [0; 16];
    id.copy_from_slice(&context.finish().as_ref()[..16]);
    EventId::from_bytes(id)
}

/// Who acts when nobody is named: the API client itself, who is no person of any directory.
fn api_client() -> Actor {
    Actor {
        directory_id: String::new(),
        object_id: "api".into(),
        display_name: "API client".into(),
        roles: vec!["operator".into()],
    }
}

/// A connector that breaks its own promise has failed, and nothing of the run is kept.
fn output_of(action: &Action, output: &str) -> Result<serde_json::Value, Problem> {
    let broken = |message: String| {
        Problem::new("action.output-invalid", message).remedy("Report it to the connector's vendor.")
    };
    let value =
        serde_json::from_str(output).map_err(|error| broken(format!("The answer is not JSON: {error}.")))?;
    let faults = action.output.as_ref().map(|schema| schema::faults(schema, &value, "/output"));
    match faults.unwrap_or_default().into_iter().next() {
        Some(fault) => Err(broken(format!("The answer does not fit its schema: {fault}"))),
        None => Ok(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_cannot_run_into_each_other() {
        assert_ne!(named(&["a", "bc"]), named(&["ab", "c"]));
        assert_eq!(named(&["a", "bc"]), named(&["a", "bc"]));
    }
}
