//! `tieline tokens`: who may use the API.

use tieline_types::{
    Role,
    api::{CreateTokenRequest, CreatedToken, Right, TokenState, TokenSummary},
};

use crate::{
    Answer, Failure,
    cli::tokens::{Create, Revoke, Tokens},
    client::Client,
    table::{lines, or_dash, table, time},
};

const DAY_S: u64 = 24 * 60 * 60;

pub(crate) async fn run(command: Tokens) -> Result<Answer, Failure> {
    match command {
        Tokens::Create(args) => {
            let client = Client::new(&args.remote)?;
            let created = client.create_token(&request(args)).await?;
            Ok(Answer::done(shown(&created)).with("token", created))
        }
        Tokens::List(remote) => {
            let tokens = Client::new(&remote)?.tokens().await?;
            Ok(Answer::done(listed(&tokens)).with("tokens", tokens))
        }
        Tokens::Revoke(Revoke { id, remote }) => {
            let token = Client::new(&remote)?.revoke_token(&id).await?;
            Ok(Answer::done(format!("{} ({}) lets nobody in any more.", token.name, token.id))
                .with("token", token))
        }
    }
}

fn request(args: Create) -> CreateTokenRequest {
    let Create { name, role, tenants, every_tenant, days, remote: _ } = args;
    let whole = every_tenant || (role == Role::Operator && tenants.is_empty());
    let tenants = if whole { vec![None] } else { tenants.into_iter().map(Some).collect() };
    let rights = tenants.into_iter().map(|tenant| Right { role, tenant }).collect();
    CreateTokenRequest { name, rights, lasts_s: days * DAY_S }
}

/// Plain lines: what is to be copied must not be cut or boxed.
fn shown(created: &CreatedToken) -> String {
    let CreatedToken { summary, token } = created;
    let may = summary.rights.iter().map(may).collect::<Vec<_>>().join(", ");
    format!(
        "token  {}\nShown this once. It is {may}, until {}; `tieline tokens revoke {}` ends it.",
        token.0.expose(),
        time(summary.expires),
        summary.id
    )
}

fn may(right: &Right) -> String {
    match &right.tenant {
        Some(tenant) => format!("{} of {tenant}", right.role),
        None if right.role == Role::Operator => right.role.to_string(),
        None => format!("{} of every tenant", right.role),
    }
}

fn listed(tokens: &[TokenSummary]) -> String {
    let rows = tokens.iter().map(|token| {
        let state = match token.state {
            TokenState::Active => format!("until {}", time(token.expires)),
            TokenState::Expired => format!("expired {}", time(token.expires)),
            TokenState::Revoked => format!("revoked {}", or_dash(token.revoked.map(time))),
        };
        let rights: Vec<_> = token.rights.iter().map(may).collect();
        let made = format!("{}\nby {}", time(token.created), token.created_by);
        let used = or_dash(token.last_used.map(time));
        vec![token.id.clone(), token.name.clone(), lines(&rights), state, used, made]
    });
    let headings = ["Id", "Token", "Is", "State", "Last used", "Made"];
    table(&headings, rows.collect(), "No tokens but the host's own.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Cli, Command};
    use clap::Parser as _;
    use tieline_types::{Secret, Timestamp, secret::ShownSecret};

    fn asked(line: &str) -> CreateTokenRequest {
        let cli = Cli::try_parse_from(line.split_whitespace()).expect(line);
        let Command::Tokens(Tokens::Create(args)) = cli.command else { panic!("{line}") };
        request(args)
    }

    #[test]
    fn a_role_is_of_the_tenants_that_were_named() {
        let two = asked("tieline tokens create n --role viewer --tenant a --tenant b --days 2");
        let places: Vec<_> = two.rights.iter().map(may).collect();
        assert_eq!(
            (places, two.lasts_s),
            (vec!["viewer of a".to_owned(), "viewer of b".to_owned()], 172_800)
        );
        let every = asked("tieline tokens create n --role viewer --every-tenant");
        assert_eq!(every.rights, [Right { role: Role::Viewer, tenant: None }]);
        let operator = asked("tieline tokens create n --role operator");
        assert_eq!(operator.rights, [Right { role: Role::Operator, tenant: None }]);
    }

    #[test]
    fn the_list_says_what_each_may_and_nothing_that_lets_anybody_in() {
        let summary = TokenSummary {
            id: "0123456789abcdef".into(),
            name: "nightly".into(),
            rights: vec![Right { role: Role::Agent, tenant: Some("acme".parse().expect("a name")) }],
            state: TokenState::Active,
            created: Timestamp(0),
            created_by: "the host's own token".into(),
            expires: Timestamp(60_000),
            last_used: None,
            revoked: None,
        };
        let text = listed(std::slice::from_ref(&summary));
        for part in ["0123456789abcdef", "nightly", "agent of acme", "until 1970-01-01 00:01:00Z", "–"] {
            assert!(text.contains(part), "{text}");
        }
        let created = CreatedToken { summary, token: ShownSecret(Secret::new("tl_canary")) };
        assert!(shown(&created).contains("tl_canary") && !text.contains("canary"));
    }
}
