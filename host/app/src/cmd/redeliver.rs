//! `tieline events replay` and `tieline dead-letters`: what died of what, and delivering it again.

use indicatif::ProgressBar;
use tieline_types::{
    EventId,
    api::{ReplayAs, ReplayReport, ReplayRequest},
};

use crate::{
    Answer, Failure,
    cli::{events::DeadLetters, redeliver::EventsReplay},
    client::{Client, ClientError},
    table::{lines, table, time},
};

pub(crate) async fn dead_letters(DeadLetters::List(of): DeadLetters) -> Result<Answer, Failure> {
    let groups = Client::new(&of.remote)?.dead_letters(&of.tenant).await?;
    let rows = groups.iter().map(|group| {
        let installations: Vec<_> = group.installations.iter().collect();
        let when = format!("{}\n{}", time(group.first), time(group.last));
        let count = group.count.to_string();
        vec![group.fingerprint.clone(), count, when, lines(&installations), group.cause.to_string()]
    });
    let headings = ["Fingerprint", "Count", "First, last", "Installations", "Cause of the last"];
    Ok(Answer::done(table(&headings, rows.collect(), "No dead letters.")).with("dead_letters", groups))
}

pub(crate) async fn run(args: EventsReplay) -> Result<Answer, Failure> {
    let client = Client::new(&args.of.remote)?;
    let fresh = || EventId::generate().to_string();
    let how = ReplayAs {
        as_new: args.as_new,
        idempotency_key: args.as_new.then(|| args.idempotency_key.clone().unwrap_or_else(fresh)),
    };
    let report = match args.id {
        Some(_) if args.dry_run => ReplayReport { matched: 1, ..ReplayReport::default() },
        Some(id) => client.replay_event(&args.of.tenant, id, &how).await?,
        None => all_pages(&client, &args, how).await?,
    };
    let ReplayReport { matched, replayed, .. } = report;
    let text = match (args.dry_run, replayed == matched) {
        (true, _) => format!("{} would be delivered again.", events(matched)),
        (false, true) => format!("{} will be delivered again.", events(replayed)),
        (false, false) => {
            format!("{} of {} will be delivered again; the others wait already.", replayed, events(matched))
        }
    };
    Ok(Answer::done(text).with("matched", matched).with("replayed", replayed).with("dry_run", args.dry_run))
}

/// Asks page by page, and shows how far it has come on a terminal.
async fn all_pages(client: &Client, args: &EventsReplay, how: ReplayAs) -> Result<ReplayReport, ClientError> {
    let progress = ProgressBar::new_spinner();
    let mut request =
        ReplayRequest { filter: args.filter(), how, dry_run: args.dry_run, ..ReplayRequest::default() };
    let mut all = ReplayReport::default();
    loop {
        let page = client.replay(&args.of.tenant, &request).await?;
        all.matched += page.matched;
        all.replayed += page.replayed;
        progress.set_message(format!("{} found, {} delivered again", all.matched, all.replayed));
        progress.tick();
        request.after = page.next;
        if page.next.is_none() {
            progress.finish_and_clear();
            return Ok(all);
        }
    }
}

fn events(count: u64) -> String {
    if count == 1 { "1 event".into() } else { format!("{count} events") }
}
