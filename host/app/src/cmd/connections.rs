//! `tieline connections`: the list, links for browsers, and people.

mod connection_test;
mod consent;

use tieline_types::{
    TenantId,
    api::{BrowserLink, SignInRequest},
};

use crate::{
    Answer, Failure,
    cli::connections::{ConnectionCommand, Connections, OfConnection, SignOut},
    client::Client,
    table::{lines, or_dash, table, time},
};

pub(crate) async fn run(args: Connections) -> Result<Answer, Failure> {
    match args.command {
        None => {
            let tenant = args.tenant.expect("the command line insists on it where no other command is given");
            list(&Client::new(&args.remote)?, &tenant).await
        }
        Some(ConnectionCommand::SignIn(args)) => {
            let request =
                SignInRequest { service: args.service, return_to: args.return_to, ..Default::default() };
            Ok(link(Client::new(&args.of.remote)?.sign_in_link(&args.of.connection, &request).await?))
        }
        Some(ConnectionCommand::Test(args)) => connection_test::run(args).await,
        Some(ConnectionCommand::Consent(args)) => consent::run(args).await,
        Some(ConnectionCommand::People(args)) => people(args).await,
        Some(ConnectionCommand::SignOut(args)) => sign_out(args).await,
        Some(ConnectionCommand::Revoke(args)) => revoke(args).await,
    }
}

async fn list(client: &Client, tenant: &TenantId) -> Result<Answer, Failure> {
    let connections = client.connections(tenant).await?;
    let rows = connections.iter().map(|c| {
        let name = match &c.title {
            Some(title) => format!("{}\n{title}", c.name),
            None => c.name.to_string(),
        };
        let target = match &c.directory_id {
            Some(directory) => format!("{}\ndirectory {directory}", c.target),
            None => c.target.clone(),
        };
        let expires = match c.revoked {
            Some(at) => format!("revoked {}", time(at)),
            None => or_dash(c.expires_at.map(time)),
        };
        vec![name, c.provider.clone(), target, or_dash(c.client_id.clone()), lines(&c.secrets), expires]
    });
    let headings = ["Connection", "Provider", "Leads to", "Client id", "Secrets set", "Ends"];
    Ok(Answer::done(table(&headings, rows.collect(), "No connections.")).with("connections", connections))
}

fn link(link: BrowserLink) -> Answer {
    let text = format!("{}\nGood until {}. Give it only to whom it is for.", link.url, time(link.expires));
    Answer::done(text).with("url", link.url).with("expires", link.expires)
}

async fn people(args: OfConnection) -> Result<Answer, Failure> {
    let people = Client::new(&args.remote)?.people(&args.connection).await?;
    let rows = people.iter().map(|p| {
        let who =
            if p.service { format!("{}\nservice user", p.display_name) } else { p.display_name.clone() };
        let state = match &p.problem {
            Some(problem) => problem.to_string(),
            None => format!("signed in until {}", time(p.expires)),
        };
        vec![who, p.user_name.clone(), p.object_id.clone(), time(p.since), lines(&p.scopes), state]
    });
    let headings = ["Person", "User name", "Object id", "Since", "May", "State"];
    Ok(Answer::done(table(&headings, rows.collect(), "Nobody is signed in.")).with("people", people))
}

async fn sign_out(args: SignOut) -> Result<Answer, Failure> {
    let user = if args.service { Some("service") } else { args.user.as_deref() };
    let report = Client::new(&args.of.remote)?.sign_out(&args.of.connection, user).await?;
    let text = match report.signed_out {
        0 => "Nobody was signed in.".to_owned(),
        1 => "One sign-in ended.".to_owned(),
        many => format!("{many} sign-ins ended."),
    };
    Ok(Answer::done(text).with("signed_out", report.signed_out))
}

async fn revoke(args: OfConnection) -> Result<Answer, Failure> {
    let report = Client::new(&args.remote)?.revoke(&args.connection).await?;
    let mut text = format!(
        "{} sends nothing until it is applied with another credential.\n{} sign-ins ended; the upstream was told of {} tokens.",
        args.connection, report.signed_out, report.told,
    );
    if let Some(problem) = &report.untold {
        text.push_str(&format!("\n! {problem}"));
    }
    Ok(Answer::done(text).with("revoked", report))
}
