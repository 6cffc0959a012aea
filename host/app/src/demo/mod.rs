//! `tieline demo`: simulators, a host and its connectors, from nothing to Tasks in Salesforce, a case of Dynamics 365 with
//! its chat, a case of a Vault Service Center with its channel and notes, the numbers of calls, and a conference with a
//! customer, each step shown as it happens. The host is this program run again, so the demo goes through the same doors as anybody.

mod calls;
mod case;
mod child;
mod conference;
mod messages;
mod people;
mod scene;
mod service_center;
mod sim;
mod stage;
mod steps;
mod walk;

use std::{path::Path, time::Duration};

use serde::Serialize;
use tieline_types::{ConnectorId, Digest};
use tokio::time::sleep;

use self::{
    calls::Calls,
    case::Case,
    child::{Running, last_lines},
    conference::Conference,
    messages::{Channel, SCRIPT},
    service_center::ServiceCenter,
    sim::Task,
    steps::{Steps, Stopped},
    walk::{Record, Walk},
};
use crate::{Answer, Exit, Failure, cli::demo::Demo, serve::stop, table::table};

/// Between two messages, when nobody asked for just one round.
const PAUSE: Duration = Duration::from_secs(4);

/// What the demo leaves behind.
#[derive(Debug, Default)]
struct Outcome {
    /// Ended in this order, last to first.
    children: Vec<Running>,
    connectors: Vec<Connector>,
    channel: Option<Channel>,
    /// Where one may look at all of it while the demo goes on, and with which token: it ends with the demo.
    entrance: String,
    /// Read back from Dataverse, Vault, Graph and the contact centre.
    records: Vec<Record>,
    /// Whether every message of the script was followed to its end.
    complete: bool,
}

/// A connector that was installed.
#[derive(Debug, Serialize)]
struct Connector {
    id: ConnectorId,
    version: String,
    digest: Digest,
}

/// Plays the demo. Whatever happens, the programs that it started end with it.
pub(crate) async fn run(args: Demo, json: bool) -> Result<Answer, Failure> {
    let folder = tempfile::Builder::new()
        .prefix("tieline-demo-")
        .tempdir()
        .map_err(|error| Failure::new(Exit::Failed, error))?;
    let mut steps = Steps::new(json);
    let mut outcome = Outcome::default();
    let stopped = tokio::select! {
        played = play(&args, folder.path(), &mut steps, &mut outcome) => played.err(),
        () = stop::asked(false) => None,
    };
    while let Some(child) = outcome.children.pop() {
        child.stop().await;
    }
    let ok = stopped.is_none() && outcome.complete;
    let mut answer = answer(&args, &steps, outcome).failed_if(!ok);
    if let Some(Stopped(failure)) = stopped {
        // Before there is a host, the simulators have the last word.
        let logs = [stage::HOST_LOG, stage::SIM_LOG].map(|log| last_lines(&folder.path().join(log), 20));
        let log = logs.into_iter().find(|log| !log.is_empty()).unwrap_or_default();
        eprintln!("\nThe demo stopped: {}\n\nThe last lines of the log:\n{log}", failure.text());
        answer = answer.with("error", failure.text()).with("log", log);
    }
    Ok(answer)
}

async fn play(args: &Demo, folder: &Path, steps: &mut Steps, outcome: &mut Outcome) -> Result<(), Stopped> {
    let channel = stage::set(args, folder, steps, outcome).await?;
    let channel = outcome.channel.insert(channel);
    for message in SCRIPT {
        channel.follow(message, steps).await?;
    }
    let walk = Walk { client: &channel.client, control: &channel.control, sim: &channel.sim };
    outcome.records = Case(walk).follow(steps).await?;
    outcome.records.extend(ServiceCenter(walk).follow(steps).await?);
    outcome.records.extend(Calls(walk).follow(steps).await?);
    outcome.records.extend(Conference(walk).follow(steps).await?);
    outcome.complete = true;
    if args.once {
        return Ok(());
    }
    let entrance = outcome.entrance.clone();
    steps.take("to look at", async { Ok::<_, Failure>(((), entrance)) }).await?;
    for (turn, message) in SCRIPT.into_iter().cycle().enumerate() {
        sleep(PAUSE).await;
        steps.take(message.label, channel.follow_briefly(message, turn)).await?;
    }
    Ok(())
}

fn answer(args: &Demo, steps: &Steps, outcome: Outcome) -> Answer {
    let (tasks, events) = outcome.channel.map(|channel| (channel.tasks, channel.events)).unwrap_or_default();
    let record = |task: &Task| Record::new("salesforce", "Task", &task.id);
    let records: Vec<_> = tasks.iter().map(record).chain(outcome.records).collect();
    let text = if args.once {
        let rows = steps.taken().iter().map(|step| {
            let seen = if step.ok { "yes" } else { "NO" };
            vec![step.name.clone(), seen.into(), format!("{:.1} ms", step.ms)]
        });
        format!("\n{}", table(&["Step", "Seen", "Time"], rows.collect(), ""))
    } else {
        format!("\n{} Tasks were written.", tasks.len())
    };
    Answer::done(text)
        .with("steps", steps.taken())
        .with("connectors", outcome.connectors)
        .with(
            "installations",
            [
                scene::installation(),
                scene::cases(),
                scene::service_center(),
                scene::calls(),
                scene::contact_center(),
            ]
            .map(|key| key.to_string()),
        )
        .with("records", records)
        .with("tasks", tasks)
        .with("events", events)
}
