//! Actions: what a person or an API client asks a connector to do, at once and as a transaction.

mod asked;
mod farewell;
pub(crate) mod may;
pub(crate) mod under_way;

use std::{sync::Arc, time::Duration};

use tieline_capabilities::{EffectMemory, Finished, Mode, RunSpec, Source};
use tieline_store::{Batch, CommitError};
use tieline_types::{
    Asker, Event, Exceeded, InstallationKey, Limit, Problem,
    api::{ActRequest, ActResponse},
    manifest::Action,
};
use tracing::Instrument as _;

use crate::{
    Host, HostError,
    installations::{Installation, schema},
    observed,
};
use asked::{Answered, Asked};

/// How often an action that is overtaken by other runs starts again at once.
const CONFLICTS: usize = 20;
/// How long the answer to an idempotency key is remembered.
const REMEMBERED: Duration = Duration::from_secs(7 * 24 * 3_600);

/// What a run of an action came to.
enum Came {
    Answer(serde_json::Value),
    /// Another run changed what it read.
    Overtaken,
}

impl Host {
    /// Runs an action, to its end even if whoever asked has gone. What it wrote is durable when this answers; what it
    /// failed to do left nothing here.
    pub(crate) async fn run_act(
        self: &Arc<Self>,
        key: &InstallationKey,
        name: &str,
        request: ActRequest,
        asker: Asker,
    ) -> Result<ActResponse, HostError> {
        let (host, key, name) = (self.clone(), key.clone(), name.to_owned());
        let acting = tokio::spawn(async move { host.act_to_the_end(&key, &name, request, asker).await });
        acting
            .await
            .map_err(|error| HostError::Internal { doing: "running an action", source: Box::new(error) })?
    }

    async fn act_to_the_end(
        &self,
        key: &InstallationKey,
        name: &str,
        request: ActRequest,
        asker: Asker,
    ) -> Result<ActResponse, HostError> {
        let installation = self.installation(key)?;
        let package = installation
            .package
            .as_ref()
            .map_err(|problem| HostError::Failed { problem: problem.clone() })?;
        let action = package.inspection.manifest.action(name);
        let action = action.ok_or_else(|| HostError::NotFound { what: format!("action {name} of {key}") })?;
        let actor = self.asking(&key.tenant, asker).await?;
        if let Some(problem) = may::refusal(action, &actor) {
            return Err(HostError::Forbidden { problem });
        }
        let problems = faults(action, &request, installation.limits.action_input_bytes);
        if !problems.is_empty() {
            return Err(HostError::Invalid { problems });
        }
        let asked = Asked::of(key, action, request, actor);
        let what = (key.clone(), name.to_owned(), asked.call.record.clone());
        let turn = self.under_way.turn(asked.reference.id, what, self.services.clock.now());
        let _turn = turn.await;
        let span = observed::action(&installation, &action.name);
        let answer = self.answer(&installation, package, action, &asked).instrument(span.clone()).await;
        observed::was_asked(&span, &answer);
        let (actor, outcome) = (&asked.call.actor.object_id, outcome(&answer));
        tracing::info!(installation = %key, action = name, actor, outcome, "an action was asked for");
        answer.map(|output| ActResponse { output })
    }

    async fn answer(
        &self,
        installation: &Installation,
        package: &tieline_runtime::Package,
        action: &Action,
        asked: &Asked,
    ) -> Result<serde_json::Value, HostError> {
        let key = &installation.key;
        for _ in 0..CONFLICTS {
            if let Some(output) = self.remembered(asked).await? {
                return Ok(output);
            }
            let finished = self.run_action(installation, package, asked).await?;
            match self.keep_action(installation, asked, action, finished).await? {
                Came::Answer(output) => return Ok(output),
                // Another version's actions may be others: whoever asked looks again.
                Came::Overtaken if self.installation(key)?.fence != installation.fence => break,
                Came::Overtaken => {}
            }
        }
        Err(HostError::Conflict { what: format!("what the action {} of {key} reads", action.name) })
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
            tables: installation.plan.tables.clone(),
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
        let (now, in_doubt) = (self.services.clock.now(), finished.in_doubt);
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
                let problem = if in_doubt { may_have_happened(problem) } else { problem };
                return Err(HostError::Failed { problem });
            }
        };
        let emitted: Vec<Arc<Event>> = finished.transaction.events().cloned().collect();
        let timers = finished.transaction.timers().clone();
        let rows = finished.transaction.appended();
        let plans = self.planner.is_touched_by(&asked.reference.installation, &finished.transaction);
        let mut batch = finished.transaction.add_to(effects.clone());
        batch.expect.push(installation.fence());
        if asked.remembered {
            let (key, answered) = (asked.answer_key(), asked.answered(&output));
            batch = batch.expect(key.clone(), None).put_until(key, answered, now.after(REMEMBERED));
        }
        match self.services.store.commit(batch).await {
            Ok(committed) => {
                self.schedules.changed(&timers, committed.revision);
                self.services.datasets.appended(&rows, now);
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
        match found.map(|value| asked.recognises(&value.bytes)) {
            None => Ok(None),
            Some(Answered::Same(output)) => Ok(Some(output)),
            Some(Answered::Another) => {
                let message = "Something else was asked for under this idempotency key.";
                let problem = Problem::new("action.key-reused", message)
                    .remedy("Give each asking a key of its own, and the same one only to ask again.")
                    .at("/idempotency_key");
                Err(HostError::Invalid { problems: vec![problem] })
            }
        }
    }
}

/// What is wrong with a request, before anything runs.
fn faults(action: &Action, request: &ActRequest, most: usize) -> Vec<Problem> {
    if request.input.to_string().len() > most {
        return vec![Exceeded::new(Limit::ACTION_INPUT_BYTES, most).problem().at("/input")];
    }
    let mut problems = schema::faults(&action.input, &request.input, "/input");
    problems.extend(request.record.as_ref().and_then(may::record_faults));
    problems.extend(request.idempotency_key.as_deref().and_then(may::key_faults));
    problems
}

/// For the log: who asks for what is not told, nor what was answered.
fn outcome(answer: &Result<serde_json::Value, HostError>) -> String {
    match answer {
        Ok(_) => "done".into(),
        Err(HostError::Failed { problem }) => problem.code.clone(),
        Err(error) => error.to_string(),
    }
}

/// Whoever asked must know before they ask again.
fn may_have_happened(problem: Problem) -> Problem {
    let doubt = "A change upstream may have happened all the same: look there before you ask again.";
    let remedy =
        problem.remedy.as_ref().map_or_else(|| doubt.to_owned(), |remedy| format!("{remedy} {doubt}"));
    problem.remedy(remedy)
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
