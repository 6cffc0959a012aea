//! `tieline hooks`: where other systems call connectors.

use tieline_types::api::{HookDetail, HookSummary, RotateRequest};

use crate::{
    Answer, Failure,
    cli::hooks::{Hooks, Rotate},
    client::Client,
    table::{or_dash, table, time},
};

pub(crate) async fn run(command: Hooks) -> Result<Answer, Failure> {
    match command {
        Hooks::List(of) => {
            let hooks = Client::new(&of.remote)?.hooks(&of.tenant).await?;
            Ok(Answer::done(listed(&hooks)).with("hooks", hooks))
        }
        Hooks::Show(args) => {
            let hook = Client::new(&args.remote)?.hook(&args.installation, &args.hook).await?;
            Ok(Answer::done(shown(&hook)).with("hook", hook))
        }
        Hooks::Rotate(Rotate { hook, overlap }) => {
            let request = RotateRequest { overlap_s: overlap.saturating_mul(60) };
            let client = Client::new(&hook.remote)?;
            let rotated = client.rotate_hook(&hook.installation, &hook.hook, &request).await?;
            Ok(Answer::done(shown(&rotated)).with("hook", rotated))
        }
    }
}

fn listed(hooks: &[HookSummary]) -> String {
    let rows = hooks.iter().map(|hook| {
        let refused = if hook.refused > 0 { format!("\nrefused: {}", hook.refused) } else { String::new() };
        vec![
            hook.installation.to_string(),
            hook.key.clone(),
            hook.verification.to_string(),
            time(hook.rotated.unwrap_or(hook.made)),
            format!("{}{refused}", hook.taken),
            or_dash(hook.last_taken.map(time)),
        ]
    });
    let headings = ["Installation", "Hook", "Proof of the caller", "Secret since", "Taken", "Last"];
    table(&headings, rows.collect(), "No webhooks.")
}

/// Plain lines: what is to be copied must not be cut or boxed.
fn shown(detail: &HookDetail) -> String {
    let mut lines = vec![format!("address  {}", detail.address.0.expose())];
    lines.extend(detail.secret.as_ref().map(|secret| format!("secret   {}", secret.0.expose())));
    lines.push(format!("proof    {}", detail.hook.verification));
    if detail.secret.is_none() {
        lines.push("The address is the secret: show it to nobody but the system that calls.".into());
    }
    let old = detail.hook.old_until.map(|until| format!("The one before is taken until {}.", time(until)));
    lines.extend(old);
    lines.extend(detail.problem.as_ref().map(|problem| format!("! {problem}")));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_types::{Secret, Timestamp, Verification, secret::ShownSecret};

    fn detail(verification: Verification) -> HookDetail {
        let secret = verification.has_secret().then(|| ShownSecret(Secret::new("s3cret")));
        HookDetail {
            hook: HookSummary {
                installation: "desk".parse().expect("a name"),
                key: "changes".into(),
                verification,
                made: Timestamp(0),
                rotated: None,
                old_until: Some(Timestamp(60_000)),
                taken: 2,
                refused: 1,
                last_taken: None,
            },
            address: ShownSecret(Secret::new("https://tieline.example.com/hooks/ab")),
            secret,
            problem: None,
        }
    }

    #[test]
    fn the_list_keeps_to_itself_what_one_could_call_with() {
        let hook = detail(Verification::Header { name: "x-key".into() });
        let list = listed(std::slice::from_ref(&hook.hook));
        for part in ["desk", "changes", "header x-key", "refused: 1", "–"] {
            assert!(list.contains(part), "{list}");
        }
        let all = shown(&hook);
        for part in ["https://tieline.example.com/hooks/ab", "s3cret", "until 1970-01-01 00:01:00Z"] {
            assert!(!list.contains(part) && all.contains(part), "{all}");
        }
    }

    #[test]
    fn an_address_that_is_the_secret_says_so() {
        let text = shown(&detail(Verification::SoapOrganization { organization: "00D000000000062".into() }));
        assert!(text.contains("address is the secret") && !text.contains("\nsecret"), "{text}");
    }
}
