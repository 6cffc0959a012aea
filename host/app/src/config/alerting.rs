//! `[alerts]`: who is told of alerts, with the secrets that it takes.

use std::{path::Path, time::Duration};

use tieline_delivery::{AlertOptions, MailOptions, receiver_faults};
use tieline_egress::{Mail, MailServer, Protection};
use tieline_types::{
    AlertReceiver, Problem, Secret,
    config::{Alerts, Smtp, SmtpTls},
    tenant::SecretRef,
};

use super::ConfigError;
use crate::document::secret::follow;

/// With every reference to a secret followed; relative files are relative to `base`.
pub(super) fn alerting(
    raw: Alerts,
    base: &Path,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<AlertOptions, ConfigError> {
    let Alerts { dead_letters, digest_s, smtp, receivers } = raw;
    if dead_letters == 0 {
        return Err(ConfigError::Alerts {
            problem: Problem::new("", "give at least 1").at("/alerts/dead_letters"),
        });
    }
    let secret = |field: String, reference: &SecretRef| -> Result<Secret, ConfigError> {
        let found = follow(reference, base, env);
        found.map(|found| found.0).map_err(|source| ConfigError::Secret { field, source })
    };
    let mail = smtp.map(|smtp| server(smtp, &secret)).transpose()?;
    let mut resolved: Vec<AlertReceiver<Secret>> = Vec::new();
    for receiver in receivers {
        let field = || format!("alerts.receivers.{}.secret", receiver.name);
        let found = receiver.secret.as_ref().map(|reference| secret(field(), reference)).transpose()?;
        resolved.push(receiver.with_secret(found));
    }
    match receiver_faults(&resolved, "/alerts/receivers", mail.is_some()).into_iter().next() {
        Some(problem) => Err(ConfigError::Alerts { problem }),
        None => Ok(AlertOptions {
            dead_letters,
            digest: Duration::from_secs(digest_s),
            mail,
            receivers: resolved,
        }),
    }
}

fn server(
    smtp: Smtp,
    secret: &dyn Fn(String, &SecretRef) -> Result<Secret, ConfigError>,
) -> Result<MailOptions, ConfigError> {
    let Smtp { host, port, tls, from, username, password } = smtp;
    let wrong = |field: &str, message: &str| ConfigError::Alerts {
        problem: Problem::new("", message).at(format!("/alerts/smtp/{field}")),
    };
    if !Mail::is_sender(&from) {
        return Err(wrong("from", "give an address, or a name with one: \"Tieline <tieline@example.com>\""));
    }
    let login = match (username, password) {
        (Some(username), Some(password)) => {
            Some((username, secret("alerts.smtp.password".into(), &password)?))
        }
        (None, None) => None,
        _ => return Err(wrong("username", "give `username` and `password`, or neither")),
    };
    let (protection, usual) = match tls {
        SmtpTls::StartTls => (Protection::StartTls, 587),
        SmtpTls::Implicit => (Protection::Implicit, 465),
        SmtpTls::None => (Protection::Nothing, 25),
    };
    let server = MailServer { host, port: port.unwrap_or(usual), protection, login };
    Ok(MailOptions { server, from })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<AlertOptions, ConfigError> {
        let env = |name: &str| (name == "PAGER").then(|| "0123456789abcdef".to_owned());
        alerting(toml::from_str(text).unwrap(), Path::new("/etc/tieline"), &env)
    }

    #[test]
    fn reads_who_is_told_and_through_whom() {
        let options = read(
            r#"
            digest_s = 5
            [smtp]
            host = "smtp.example.com"
            from = "Tieline <tieline@example.com>"
            username = "tieline"
            password = { env = "PAGER" }
            [[receivers]]
            name = "ops"
            email = ["ops@example.com"]
            [[receivers]]
            name = "pager"
            webhook = "https://pager.example.com/"
            secret = { env = "PAGER" }
            min_severity = "critical"
            "#,
        )
        .unwrap();
        let server = &options.mail.as_ref().unwrap().server;
        assert_eq!((server.port, server.protection), (587, Protection::StartTls));
        assert_eq!((options.receivers.len(), options.dead_letters, options.digest.as_secs()), (2, 10, 5));
        assert!(!format!("{options:?}").contains("0123456789abcdef"));
    }

    #[test]
    fn names_the_line_that_is_wrong() {
        let smtp = "[smtp]\nhost = \"h\"\nfrom = ";
        for (text, field) in [
            ("dead_letters = 0".to_owned(), "/alerts/dead_letters"),
            (format!("{smtp}\"nobody\""), "/alerts/smtp/from"),
            (format!("{smtp}\"a@b.example\"\nusername = \"u\""), "/alerts/smtp/username"),
            (
                "[[receivers]]\nname = \"a\"\nemail = [\"a@b.example\"]".to_owned(),
                "/alerts/receivers/0/email",
            ),
            (
                "[[receivers]]\nname = \"a\"\nwebhook = \"https://x.example\"".to_owned(),
                "/alerts/receivers/0/secret",
            ),
        ] {
            let Err(ConfigError::Alerts { problem }) = read(&text) else { panic!("{text}") };
            assert_eq!(problem.field.as_deref(), Some(field), "{text}");
        }
        let missing =
            "[[receivers]]\nname = \"a\"\nwebhook = \"https://x.example\"\nsecret = { env = \"NO\" }";
        assert!(read(missing).unwrap_err().to_string().contains("alerts.receivers.a.secret"));
    }
}
