//! `tieline events`: what arrived, and what happened to it.

pub(crate) mod export;

use tieline_types::{
    api::EventDetail,
    run::{CallRecord, CallResult, RunOutcome, RunRecord, TapeState},
};

use crate::{
    Answer, Failure,
    cli::events::{Events, EventsList},
    client::Client,
    table::{or_dash, table, time},
};

pub(crate) async fn run(command: Events) -> Result<Answer, Failure> {
    match command {
        Events::List(args) => list(&Client::new(&args.of.remote)?, args).await,
        Events::Replay(args) => super::redeliver::run(args).await,
        Events::Export(args) => export::run(args).await,
        Events::Show(args) => {
            let event = Client::new(&args.of.remote)?.event(&args.of.tenant, args.id).await?;
            Ok(Answer::done(shown(&event)).with("event", event))
        }
    }
}

async fn list(client: &Client, args: EventsList) -> Result<Answer, Failure> {
    let mut query = args.page.query();
    query.extend(args.installation.map(|id| ("installation", id.to_string())));
    query.extend(args.state.map(|state| ("state", state.to_string())));
    let page = client.events(&args.of.tenant, &query).await?;
    let rows = page.items.iter().map(|e| {
        let what = match &e.cause {
            Some(cause) => format!("{}\n{cause}", e.summary),
            None => e.summary.clone(),
        };
        let waits = e.parked.as_ref().map(|connection| format!("\nwaits for {connection}"));
        let state = format!("{} ({}){}", e.state, e.attempts, waits.unwrap_or_default());
        vec![e.id.to_string(), time(e.received), e.installation.to_string(), state, what]
    });
    let headings = ["Event", "Received", "Installation", "State (attempts)", "What"];
    let text = table(&headings, rows.collect(), "No events.");
    Ok(Answer::done(args.page.with_rest(text, page.next.as_deref()))
        .with("events", page.items)
        .with("next", page.next))
}

fn shown(detail: &EventDetail) -> String {
    let event = &detail.event;
    let doubt = if detail.event.in_doubt { ", in doubt" } else { "" };
    let again = if event.replayed { ", replayed" } else { "" };
    let mut text = format!(
        "{}\n  {}\n  for          {}\n  received     {}\n  state        {} (attempts: {}){doubt}{again}\n  ordering key {}\n",
        event.id,
        event.summary,
        event.installation,
        time(event.received),
        event.state,
        event.attempts,
        detail.ordering_key,
    );
    if let Some(cause) = &event.cause {
        text.push_str(&format!("  cause        {cause}\n"));
    }
    if let Some(connection) = &event.parked {
        text.push_str(&format!("  waits for    the connection {connection}\n"));
    }
    if let Some(fingerprint) = &event.fingerprint {
        text.push_str(&format!("  fingerprint  {fingerprint}\n"));
    }
    if let Some(next) = detail.next_attempt {
        text.push_str(&format!("  next attempt {}\n", time(next)));
    }
    for run in &detail.runs {
        text.push_str(&run_shown(run));
    }
    text
}

fn run_shown(run: &RunRecord) -> String {
    let outcome = match &run.outcome {
        RunOutcome::Done => "done".into(),
        RunOutcome::Retry { problem } => format!("again later: {problem}"),
        RunOutcome::Permanent { problem } => format!("never again: {problem}"),
        RunOutcome::Stopped { problem } => format!("stopped: {problem}"),
        RunOutcome::Conflict => "started again: what it had read was changed".into(),
    };
    let mut text = format!(
        "\nattempt {} at {}: {outcome}\n  {:.1} ms, {} ms in the guest, {} KiB\n",
        run.attempt,
        time(run.started),
        micros(run.duration_us),
        run.cpu_ms,
        run.memory_bytes >> 10,
    );
    match run.tape {
        TapeState::Off => {}
        TapeState::Whole { bytes } => {
            text.push_str(&format!("  kept whole, {} KiB: can be replayed\n", bytes.div_ceil(1024)))
        }
        TapeState::Cut { limit } => {
            text.push_str(&format!("  more than {} KiB: not kept whole, cannot be replayed\n", limit >> 10));
        }
    }
    let calls = run.calls.iter().map(|call| {
        vec![
            call.through.clone(),
            format!("{} {}", call.method, call.target),
            result(call),
            format!("{:.1} ms", micros(call.duration_us)),
        ]
    });
    text.push_str(&table(&["Through", "Call", "Result", "Time"], calls.collect(), "  no calls"));
    text.push('\n');
    for line in &run.log {
        let fields: String = line.fields.iter().map(|(name, value)| format!(" {name}={value}")).collect();
        text.push_str(&format!("  {:<5} {}{fields}\n", line.level, line.message));
    }
    if run.log_dropped > 0 {
        text.push_str(&format!("  … and {} more lines\n", run.log_dropped));
    }
    text
}

/// Microseconds as milliseconds for people.
fn micros(micros: u64) -> f64 {
    std::time::Duration::from_micros(micros).as_secs_f64() * 1e3
}

fn result(call: &CallRecord) -> String {
    match &call.result {
        CallResult::Answered { status } => match &call.problem {
            Some(problem) => format!("{status}\n{problem}"),
            None => status.to_string(),
        },
        CallResult::Remembered { status } => format!("{status}, remembered"),
        CallResult::Denied { asked, allow_with } => {
            let allow = allow_with.as_ref().map(|line| format!("allow with: {line}"));
            format!("denied: {asked}\n{}", or_dash(allow))
        }
        CallResult::Failed { reason, in_doubt } => {
            format!("{reason}{}", if *in_doubt { " (in doubt)" } else { "" })
        }
    }
}
