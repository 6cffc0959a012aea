//! `tieline subscriptions`: which there are, and how complete what they brought is.

use tieline_types::{
    Subscriber, TenantId,
    api::{Coverage, CoverageState},
};

use crate::{
    Answer, Failure,
    cli::subscriptions::{CoverageOf, SubscriptionCommand, Subscriptions},
    client::Client,
    table::{lines, or_dash, table, time},
};

pub(crate) async fn run(args: Subscriptions) -> Result<Answer, Failure> {
    match args.command {
        Some(SubscriptionCommand::Coverage(args)) => coverage(args).await,
        None => {
            let tenant = args.tenant.expect("the command line insists on it where no other command is given");
            list(&Client::new(&args.remote)?, &tenant).await
        }
    }
}

async fn list(client: &Client, tenant: &TenantId) -> Result<Answer, Failure> {
    let subscriptions = client.subscriptions(tenant).await?;
    let rows = subscriptions.iter().map(|s| {
        let state = match &s.problem {
            Some(problem) => problem.to_string(),
            None if s.id.is_some() => "stands".into(),
            None => "being created".into(),
        };
        let content =
            s.certificate_expires.map(|ends| format!("\nwith content, certificate until {}", time(ends)));
        let by = (s.subscriber == Subscriber::Service).then(|| "\nas the service user".to_owned());
        let state: String = [Some(state), by, content].into_iter().flatten().collect();
        let verified = s.verified.map(|at| format!("verified {}", time(at)));
        let until = format!("{}\n{}", or_dash(s.expires.map(time)), verified.unwrap_or_default());
        vec![s.key.clone(), s.resource.clone(), lines(&s.change_types), lines(&s.installations), until, state]
    });
    let headings = ["Key", "Resource", "Changes", "For", "Expires", "State"];
    let text = table(&headings, rows.collect(), "No subscriptions.");
    Ok(Answer::done(text).with("subscriptions", subscriptions))
}

async fn coverage(args: CoverageOf) -> Result<Answer, Failure> {
    let client = Client::new(&args.of.remote)?;
    let tenant = &args.of.tenant;
    let names = match args.subscription {
        Some(name) => vec![name],
        None => client.subscriptions(tenant).await?.into_iter().map(|found| found.key).collect(),
    };
    let mut all = Vec::new();
    for name in names {
        all.extend(client.coverage(tenant, &name).await?);
    }
    Ok(Answer::done(shown(&all)).with("coverage", all))
}

fn shown(all: &[Coverage]) -> String {
    let rows = all.iter().flat_map(|coverage| {
        coverage.stretches.iter().map(|stretch| {
            let state = match stretch.state {
                CoverageState::Confirmed => "confirmed",
                CoverageState::Presumed => "presumed",
                CoverageState::Open => "open",
            };
            vec![
                coverage.resource.clone(),
                coverage.installation.to_string(),
                time(stretch.from),
                time(stretch.to),
                state.into(),
                stretch.reason.clone().unwrap_or_default(),
            ]
        })
    });
    let headings = ["Resource", "For", "From", "To", "Coverage", "Gap"];
    table(&headings, rows.collect(), "Nothing was covered so far.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_types::{Timestamp, api::CoverageStretch};

    #[test]
    fn a_line_says_when_how_and_why() {
        let stretch = CoverageStretch {
            from: Timestamp(0),
            to: Timestamp(60_000),
            state: CoverageState::Open,
            reason: Some("the host was down".into()),
        };
        let installation = "desk".parse().expect("a name");
        let coverage = Coverage { installation, resource: "/chats".into(), stretches: vec![stretch] };
        let text = shown(&[coverage]);
        for part in ["/chats", "desk", "1970-01-01 00:01:00Z", "open", "the host was down"] {
            assert!(text.contains(part), "{text}");
        }
        assert_eq!(shown(&[]), "Nothing was covered so far.");
    }
}
