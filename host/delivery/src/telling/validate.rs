//! Whether somebody can be told at all: pure judgements, each fault with its place.

use std::collections::BTreeSet;

use tieline_egress::Mail;
use tieline_types::{AlertReceiver, Origin, Problem, Secret};
use url::Url;

/// The most receivers of a tenant, or of the host.
const MOST: usize = 20;
/// The most addresses of one.
const ADDRESSES: usize = 20;
/// The shortest secret of a webhook, in bytes.
const SHORTEST: usize = 16;

/// What is wrong with these receivers, each with its place below `at`. `mail`: whether the host has a server that takes
/// mail.
pub fn receiver_faults(receivers: &[AlertReceiver<Secret>], at: &str, mail: bool) -> Vec<Problem> {
    let mut problems = Vec::new();
    if receivers.len() > MOST {
        problems.push(invalid(format!("There are more than {MOST} receivers.")).at(at));
    }
    let mut seen = BTreeSet::new();
    for (index, receiver) in receivers.iter().enumerate() {
        let at = format!("{at}/{index}");
        if !seen.insert(&receiver.name) {
            let message = format!("There are two receivers called `{}`.", receiver.name);
            problems.push(invalid(message).at(format!("{at}/name")));
        }
        problems.extend(one(receiver, &at, mail));
    }
    problems
}

fn one(receiver: &AlertReceiver<Secret>, at: &str, mail: bool) -> Option<Problem> {
    match (&receiver.webhook, receiver.email.as_slice()) {
        (Some(url), []) => webhook(url, receiver.secret.as_ref(), at),
        (None, [_, ..]) if receiver.secret.is_some() => {
            Some(invalid("A secret signs what a webhook is sent; mail has none.").at(format!("{at}/secret")))
        }
        (None, addresses @ [_, ..]) => addressed(addresses, at, mail),
        _ => Some(
            invalid("It is told by a webhook or by mail: by one of the two.")
                .remedy("Give `webhook` with its `secret`, or `email`.")
                .at(at),
        ),
    }
}

fn webhook(url: &Url, secret: Option<&Secret>, at: &str) -> Option<Problem> {
    if let Err(fault) = Origin::of(url) {
        return Some(invalid(format!("It cannot be called: {fault}.")).at(format!("{at}/webhook")));
    }
    if !url.username().is_empty() || url.password().is_some() {
        let problem = invalid("An address carries no user and no password.");
        return Some(problem.at(format!("{at}/webhook")));
    }
    if secret.is_none_or(|secret| secret.expose().len() < SHORTEST) {
        let problem =
            invalid(format!("A webhook has a secret of at least {SHORTEST} bytes: its calls are signed."));
        let remedy = "`openssl rand -hex 32` makes one; give it as `secret = { env = \"…\" }`.";
        return Some(problem.remedy(remedy).at(format!("{at}/secret")));
    }
    None
}

fn addressed(addresses: &[String], at: &str, mail: bool) -> Option<Problem> {
    let at = format!("{at}/email");
    if addresses.len() > ADDRESSES {
        return Some(invalid(format!("There are more than {ADDRESSES} addresses.")).at(at));
    }
    if let Some(wrong) = addresses.iter().find(|address| !Mail::is_address(address)) {
        let wrong: String = wrong.chars().take(80).collect();
        return Some(invalid(format!("`{}` is no address of mail.", wrong.escape_debug())).at(at));
    }
    if !mail {
        let problem = Problem::new("alerts.no-mail", "This host has no server that takes mail.");
        return Some(problem.remedy("Its operator adds [alerts.smtp] to tieline.toml.").at(at));
    }
    None
}

fn invalid(message: impl Into<String>) -> Problem {
    Problem::new("alerts.receiver-invalid", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(json: serde_json::Value, mail: bool) -> Vec<(String, String)> {
        let receivers: Vec<AlertReceiver<Secret>> = serde_json::from_value(json).unwrap();
        let all = receiver_faults(&receivers, "/tenant/alert_receivers", mail);
        all.into_iter().map(|problem| (problem.code, problem.field.unwrap())).collect()
    }

    #[test]
    fn refuses_whom_nobody_could_tell() {
        let secret = "0123456789abcdef";
        for (receiver, place) in [
            (serde_json::json!({"name": "a"}), ""),
            (
                serde_json::json!({"name": "a", "webhook": "https://x.example/", "email": ["a@b.example"], "secret": secret}),
                "",
            ),
            (serde_json::json!({"name": "a", "webhook": "https://x.example/"}), "/secret"),
            (serde_json::json!({"name": "a", "webhook": "https://x.example/", "secret": "short"}), "/secret"),
            (serde_json::json!({"name": "a", "webhook": "ftp://x.example/", "secret": secret}), "/webhook"),
            (
                serde_json::json!({"name": "a", "webhook": "https://u:p@x.example/", "secret": secret}),
                "/webhook",
            ),
            (serde_json::json!({"name": "a", "email": ["nobody"]}), "/email"),
            (serde_json::json!({"name": "a", "email": ["a@b.example\r\nBcc: c@d.example"]}), "/email"),
            (serde_json::json!({"name": "a", "email": ["a@b.example"], "secret": secret}), "/secret"),
        ] {
            let expected = ("alerts.receiver-invalid".into(), format!("/tenant/alert_receivers/0{place}"));
            assert_eq!(faults(serde_json::json!([receiver]), true), [expected], "{receiver}");
        }
        let mail = serde_json::json!([{"name": "a", "email": ["a@b.example"]}]);
        assert_eq!(faults(mail.clone(), true), []);
        assert_eq!(faults(mail, false)[0].0, "alerts.no-mail");
        let good = serde_json::json!({"name": "a", "webhook": "https://x.example/h", "secret": secret});
        assert_eq!(faults(serde_json::json!([good]), false), []);
        assert_eq!(faults(serde_json::json!([good, good]), false)[0].1, "/tenant/alert_receivers/1/name");
    }
}
