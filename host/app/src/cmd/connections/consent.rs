//! `tieline connections consent`: what is needed, what tokens have, and where to grant what is missing.

use tieline_types::{
    api::{AcceptRequest, BrowserLink, ConsentLine, ConsentReport, ConsentRequest, ConsentState},
    manifest::PermissionKind,
};

use crate::{
    Answer, Failure,
    cli::connections::Consent,
    client::Client,
    table::{lines, or_dash, table, time},
};

pub(super) async fn run(args: Consent) -> Result<Answer, Failure> {
    let (client, connection) = (Client::new(&args.of.remote)?, &args.of.connection);
    if args.accept {
        let by = args.by.unwrap_or_else(|| "an operator".into());
        client.accept_consent(connection, &AcceptRequest { by }).await?;
    }
    let report = client.consent(connection).await?;
    let link = client.consent_link(connection, &ConsentRequest { return_to: args.return_to }).await?;
    let text = consented(&report, &link);
    Ok(Answer::done(text).with("consent", report).with("url", link.url).with("expires", link.expires))
}

fn consented(report: &ConsentReport, link: &BrowserLink) -> String {
    let rows = report.permissions.iter().map(row);
    let mut text = table(
        &["Permission", "As", "State", "Needed by"],
        rows.collect(),
        "No installation needs a Graph permission, and no token has one.",
    );
    if let Some(seen) = report.seen {
        text.push_str(&format!("\n\nThe tokens have been like this since {}.", time(seen)));
    }
    if let Some(until) = report.spreads_until {
        text.push_str(&format!("\nA consent may be spreading until {}.", time(until)));
    }
    if let Some(accepted) = &report.accepted {
        text.push_str(&format!("\nAccepted by {} at {}.", accepted.by, time(accepted.at)));
    }
    for problem in &report.problems {
        text.push_str(&format!("\n{problem}"));
    }
    let (who, until) = (&report.who, time(link.expires));
    text.push_str(&format!("\n\nConsent is given by {who}, at this link until {until}:\n  {}", link.url));
    text
}

fn row(line: &ConsentLine) -> Vec<String> {
    let kind = match line.kind {
        PermissionKind::Application => "app",
        PermissionKind::Delegated => "person",
    };
    let state = match line.state {
        ConsentState::Seen => "✓ seen",
        ConsentState::Spreading => "… spreading",
        ConsentState::Missing => "✗ missing",
        ConsentState::Unknown => "? no token yet",
        ConsentState::Unneeded => "– not needed",
    };
    let by: Vec<_> =
        line.needed_by.iter().map(|needed| format!("{}: {}", needed.installation, needed.reason)).collect();
    vec![line.permission.clone(), kind.into(), state.into(), or_dash((!by.is_empty()).then(|| lines(&by)))]
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_types::{
        Timestamp,
        api::{Accepted, NeededBy},
    };

    #[test]
    fn consent_shows_who_needs_what_and_where_to_grant_it() {
        let line = |permission: &str, state, needed_by| ConsentLine {
            permission: permission.into(),
            kind: PermissionKind::Application,
            state,
            needed_by,
        };
        let needed =
            vec![NeededBy { installation: "deal-desk".parse().expect("a name"), reason: "reads".into() }];
        let report = ConsentReport {
            connection: "microsoft".parse().expect("a name"),
            seen: Some(Timestamp(0)),
            permissions: vec![
                line("ChannelMessage.Read.All", ConsentState::Missing, needed),
                line("Mail.Read", ConsentState::Unneeded, Vec::new()),
            ],
            link: "https://login.example/t/adminconsent?client_id=c".into(),
            who: "a Global Administrator".into(),
            spreads_until: None,
            accepted: Some(Accepted { at: Timestamp(0), by: "Ada".into() }),
            problems: Vec::new(),
        };
        let link = BrowserLink { url: "https://host.example/auth/start/x".into(), expires: Timestamp(0) };
        let text = consented(&report, &link);
        for part in [
            "✗ missing",
            "deal-desk: reads",
            "not needed",
            "Ada",
            "a Global Administrator, at",
            "auth/start/x",
        ] {
            assert!(text.contains(part), "{text}");
        }
    }
}
