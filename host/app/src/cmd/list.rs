//! The lists: tenants, installations, activity.

use crate::{
    Answer, Failure,
    cli::{
        Activity, Check,
        installations::{InstallationCommand, Installations},
    },
    client::Client,
    table::{lines, table, time},
};

pub(crate) async fn tenants(client: &Client) -> Result<Answer, Failure> {
    let tenants = client.tenants().await?;
    let rows = tenants
        .iter()
        .map(|t| vec![t.id.to_string(), t.name.clone(), lines(&t.connections), lines(&t.installations)]);
    let text = table(&["Tenant", "Name", "Connections", "Installations"], rows.collect(), "No tenants.");
    Ok(Answer::done(text).with("tenants", tenants))
}

pub(crate) async fn installations(args: Installations) -> Result<Answer, Failure> {
    match args.command {
        Some(InstallationCommand::Resume(args)) => return resume(args).await,
        Some(InstallationCommand::Pause(args)) => return pause(args).await,
        None => {}
    }
    let tenant = args.tenant.expect("the command line insists on it where no other command is given");
    let installations = Client::new(&args.remote)?.installations(&tenant).await?;
    let rows = installations.iter().map(|i| {
        let mut rights = i.rights.clone();
        rights.extend(i.ungranted.iter().map(|right| format!("not granted: {right}")));
        let mut state = if i.problems.is_empty() { "runs".into() } else { lines(&i.problems) };
        if i.alerts > 0 {
            state.push_str(&format!("\nalerts: {}", i.alerts));
        }
        vec![i.id.to_string(), format!("{} {}", i.connector, i.version), lines(&rights), state]
    });
    let text = table(&["Installation", "Connector", "May use", "State"], rows.collect(), "No installations.");
    Ok(Answer::done(text).with("installations", installations))
}

async fn resume(args: Check) -> Result<Answer, Failure> {
    let report = Client::new(&args.remote)?.resume(&args.installation).await?;
    let text = match report.resumed {
        true => format!("{} runs again.", args.installation),
        false => format!("{} was not suspended.", args.installation),
    };
    Ok(Answer::done(text).with("resumed", report.resumed))
}

async fn pause(args: Check) -> Result<Answer, Failure> {
    let report = Client::new(&args.remote)?.pause(&args.installation).await?;
    let text = match report.paused {
        true => format!("{} pauses; its events wait.", args.installation),
        false => format!("{} did not run before.", args.installation),
    };
    Ok(Answer::done(text).with("paused", report.paused))
}

pub(crate) async fn activity(client: &Client, args: Activity) -> Result<Answer, Failure> {
    let mut query = args.page.query();
    query.extend(args.installation.map(|id| ("installation", id.to_string())));
    if let Some(record) = args.record {
        query.extend([("record_kind", record.kind), ("record_id", record.id)]);
    }
    let page = client.activity(&args.of.tenant, &query).await?;
    let rows = page.items.iter().map(|a| {
        let what = match &a.text {
            Some(text) => format!("{}\n{text}", a.title),
            None => a.title.clone(),
        };
        vec![time(a.at), format!("{}/{}", a.record_kind, a.record_id), what, a.installation.to_string()]
    });
    let text = table(&["When", "Record", "What", "By"], rows.collect(), "No activity.");
    Ok(Answer::done(args.page.with_rest(text, page.next.as_deref()))
        .with("activity", page.items)
        .with("next", page.next))
}
