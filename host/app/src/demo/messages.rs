//! What people write in the simulated channel, followed from the post to the Task.

use std::{collections::BTreeSet, time::Duration};

use tieline_types::{
    DeliveryState, EventId, TenantId,
    api::{EventDetail, EventSummary},
    run::{CallResult, RunRecord},
};
use tokio::time::{Instant, sleep};

use super::{
    sim::{Control, Manifest, Task},
    steps::{Steps, Stopped},
};
use crate::{Exit, Failure, client::Client};

/// How long a step may take: far more than it needs, far less than anybody waits.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks at something that is awaited.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// A message, and what should come of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Message {
    pub(crate) label: &'static str,
    pub(crate) text: &'static str,
    /// Tasks in Salesforce.
    pub(crate) tasks: usize,
}

/// One message for each of the connector's rules, and one for neither.
pub(crate) const SCRIPT: [Message; 3] = [
    Message {
        label: "deal desk",
        text: "They ask for net 60 and a 12 % discount. Can somebody decide?",
        tasks: 1,
    },
    Message { label: "competitor", text: "Heads up: Globex showed them a demo yesterday.", tasks: 1 },
    Message { label: "small talk", text: "The coffee machine on the second floor works again.", tasks: 0 },
];

/// Everything that following a message needs, and what was seen so far.
#[derive(Debug)]
pub(crate) struct Channel {
    pub(crate) client: Client,
    pub(crate) tenant: TenantId,
    pub(crate) control: Control,
    pub(crate) sim: Manifest,
    /// Tasks read back from the simulated Salesforce.
    pub(crate) tasks: Vec<Task>,
    /// Events, as the host told them.
    pub(crate) events: Vec<EventSummary>,
    /// Attempts of the simulated Graph to deliver that were seen.
    pub(crate) deliveries: usize,
}

impl Channel {
    /// Takes a message through all its steps.
    pub(crate) async fn follow(&mut self, message: Message, steps: &mut Steps) -> Result<(), Stopped> {
        let label = message.label;
        let id = steps.take(format!("{label}: posted"), self.post(message, 0)).await?;
        let event = steps.take(format!("{label}: acknowledged"), self.acknowledged(&id)).await?;
        let detail = steps.take(format!("{label}: handled"), self.handled(event)).await?;
        let tasks = steps.take(format!("{label}: Salesforce"), self.written(message)).await?;
        self.events.push(detail.event);
        self.tasks.extend(tasks);
        Ok(())
    }

    /// Takes a message from the post to the Task in one step; `turn` chooses who writes.
    pub(crate) async fn follow_briefly(
        &mut self,
        message: Message,
        turn: usize,
    ) -> Result<((), String), Failure> {
        let (id, said) = self.post(message, turn).await?;
        let (event, _) = self.acknowledged(&id).await?;
        self.handled(event).await?;
        let (tasks, written) = self.written(message).await?;
        self.tasks.extend(tasks);
        Ok(((), format!("{said}\n→ {written}")))
    }

    async fn post(&self, message: Message, turn: usize) -> Result<(String, String), Failure> {
        let users = &self.sim.tenant.users;
        let user = users.get(turn % users.len().max(1));
        let user = user.ok_or_else(|| Failure::new(Exit::Failed, "the simulators seeded no user"))?;
        let posted = self.control.post(&self.sim.tenant, &user.id, message.text).await?;
        Ok((posted.message_id, format!("{}: “{}”", user.name, message.text)))
    }

    /// The simulated Graph had its answer, and the host lists the event.
    async fn acknowledged(&mut self, message: &str) -> Result<(EventId, String), Failure> {
        let (control, before) = (&self.control, self.deliveries);
        let delivery = until("the host to acknowledge the notification", async || {
            let delivered = control.deliveries().await?.into_iter().enumerate().skip(before);
            Ok(delivered.into_iter().find(|(_, delivery)| delivery.delivered))
        });
        let (index, delivery) = delivery.await?;
        self.deliveries = index + 1;
        let event = until("the host to list the event", async || {
            let page = self.client.events(&self.tenant, &[("limit", "20".to_owned())]).await?;
            Ok(page.items.into_iter().find(|event| event.summary.contains(message)))
        })
        .await?;
        let status = delivery.status.map_or_else(|| "no status".into(), |status| status.to_string());
        Ok((event.id, format!("{status} after {} ms; durable as event {}", delivery.elapsed_ms, event.id)))
    }

    async fn handled(&self, id: EventId) -> Result<(EventDetail, String), Failure> {
        let event = until("the event to be handled", async || {
            let event = self.client.event(&self.tenant, id).await?;
            Ok((event.event.state != DeliveryState::Pending).then_some(event))
        })
        .await?;
        if event.event.state == DeliveryState::Dead {
            let cause = event.event.cause.as_ref().map_or_else(String::new, ToString::to_string);
            return Err(Failure::new(Exit::Failed, format!("event {id} is a dead letter: {cause}")));
        }
        let attempts = event.event.attempts;
        let calls: Vec<String> = event.runs.last().map(calls).unwrap_or_default();
        let seen = format!("{} with attempt {attempts}: {}", event.event.state, calls.join(", "));
        Ok((event, seen))
    }

    /// The Tasks that are new in the simulated Salesforce, and as many as there should be.
    async fn written(&self, message: Message) -> Result<(Vec<Task>, String), Failure> {
        let known: BTreeSet<&str> = self.tasks.iter().map(|task| task.id.as_str()).collect();
        let mut tasks = self.control.tasks().await?;
        tasks.retain(|task| !known.contains(task.id.as_str()));
        if tasks.len() != message.tasks {
            let text = format!("Salesforce has {} new Tasks, not {}", tasks.len(), message.tasks);
            return Err(Failure::new(Exit::Failed, text));
        }
        let seen: Vec<String> = tasks.iter().map(|task| self.shown(task)).collect();
        let seen = if seen.is_empty() { "no Task: no rule speaks of it".into() } else { seen.join("\n") };
        Ok((tasks, seen))
    }

    fn shown(&self, task: &Task) -> String {
        let seeded = &self.sim.tenant;
        let owner = task.owner_id.as_deref().unwrap_or("nobody");
        let known = seeded.salesforce.users.iter().find(|user| owner.starts_with(&user.id));
        let owner = known.map_or(owner, |user| user.name.as_str());
        let what = task.what_id.as_deref().unwrap_or("nothing");
        let what = if what == seeded.opportunity_id { seeded.opportunity_name.as_str() } else { what };
        format!("Task {} “{}” on {what}, owner {owner}", task.id, task.subject)
    }
}

/// `GET graph 200`
fn calls(run: &RunRecord) -> Vec<String> {
    let calls = run.calls.iter().map(|call| {
        let result = match &call.result {
            CallResult::Answered { status } => status.to_string(),
            CallResult::Remembered { status } => format!("{status} (remembered)"),
            CallResult::Denied { .. } => "denied".into(),
            CallResult::Failed { .. } => "failed".into(),
        };
        format!("{} {} {result}", call.method, call.through)
    });
    calls.collect()
}

/// Looks again and again until there is something, or patience ends.
pub(crate) async fn until<T>(
    what: &str,
    mut look: impl AsyncFnMut() -> Result<Option<T>, Failure>,
) -> Result<T, Failure> {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look().await? {
            return Ok(found);
        }
        if Instant::now() > end {
            return Err(Failure::new(
                Exit::Failed,
                format!("waited {} s in vain for {what}", PATIENCE.as_secs()),
            ));
        }
        sleep(LOOK_AGAIN).await;
    }
}
