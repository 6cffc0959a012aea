//! What connections sign in with, and who is signed in to them: when that ends.

use tieline_types::{
    ConnectionKey, Problem, Severity, Timestamp,
    api::{CalendarItem, ConnectionSummary, PersonSummary},
};

use super::steps::{Ending, SHOWN, day};

/// How many days ahead the end of people's sign-ins is worth an alert: they hardly notice it themselves.
const PEOPLE: u32 = 7;
/// So many people are named; the others are counted.
const NAMED: usize = 5;

/// What a connection signs in with. None: nothing of it ends, as far as anybody can know.
pub(super) fn credential(connection: &ConnectionSummary) -> Option<Ending> {
    let has = |name: &str| connection.secrets.iter().any(|secret| secret == name);
    let (item, what) = if has("certificate") {
        (CalendarItem::Certificate, "certificate")
    } else if has("client_secret") || !has("password") {
        (CalendarItem::ClientSecret, "client secret")
    } else {
        (CalendarItem::Password, "password")
    };
    // Entra's client secrets always end; whether others do, only their owner knows.
    let ends_unknown =
        ["microsoft", "dynamics"].contains(&connection.provider.as_str()) && has("client_secret");
    if connection.expires_at.is_none() && !ends_unknown {
        return None;
    }
    let remedy = match connection.expires_at {
        Some(_) if item == CalendarItem::Password => "Set a new password and apply it with its `expires_at`.".into(),
        Some(_) => format!("Make a new {what} for the app and apply it with its `expires_at`."),
        None => "Apply the connection with `expires_at`, as the app registration shows it: then you are told in time."
            .to_owned(),
    };
    Some(Ending {
        item,
        name: connection.name.to_string(),
        connection: Some(connection.name.clone()),
        installations: Vec::new(),
        begun: None,
        ends: connection.expires_at,
        what: format!("{what} of `{}`", connection.name),
        remedy,
        trouble: None,
    })
}

/// The sign-in of somebody who is signed in. None: it has ended, which is an alert of its own.
pub(super) fn sign_in(key: &ConnectionKey, person: &PersonSummary) -> Option<Ending> {
    if person.problem.is_some() {
        return None;
    }
    let (item, name, what, service) = if person.service {
        (CalendarItem::ServiceSignIn, "service", "idle sign-in of the service user".to_owned(), " --service")
    } else {
        let what = format!("idle sign-in of {}", person.display_name);
        (CalendarItem::SignIn, person.user_name.as_str(), what, "")
    };
    let remedy = format!("`tieline connections sign-in {key}{service}` gives the link at which to sign in.");
    Some(Ending {
        item,
        name: name.to_owned(),
        connection: Some(key.connection.clone()),
        installations: Vec::new(),
        begun: None,
        ends: Some(person.expires),
        what: format!("{what} of `{}`", key.connection),
        remedy,
        trouble: None,
    })
}

/// The alert about the people of a connection whose sign-ins end soon: one for all of them.
pub(super) fn people_alarm(
    key: &ConnectionKey,
    endings: &[Ending],
    now: Timestamp,
) -> Option<(Severity, Problem)> {
    let soon: Vec<_> = endings
        .iter()
        .filter(|ending| ending.item == CalendarItem::SignIn && ending.is_within(PEOPLE, now))
        .collect();
    let first = soon.iter().filter_map(|ending| ending.ends).min()?;
    let mut names = soon.iter().take(NAMED).map(|ending| ending.name.as_str()).collect::<Vec<_>>().join(", ");
    if soon.len() > NAMED {
        names.push_str(&format!(" and {} more", soon.len() - NAMED));
    }
    let message = format!(
        "The idle sign-ins of {} people at `{}` end from {} on: {names}.",
        soon.len(),
        key.connection,
        day(first)
    );
    let remedy = "Each of them lasts again when its person does something. Who does not has to sign in anew.";
    Some((Severity::Info, Problem::new("connection.sign-ins-end", message).remedy(remedy)))
}

/// What a check says of a connection whose credential ends soon, or has ended.
pub(crate) fn soon(connection: &ConnectionSummary, now: Timestamp) -> Option<Problem> {
    let ending = credential(connection)?;
    ending.alarm(now).filter(|_| ending.is_within(SHOWN, now)).map(|(_, problem)| problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 86_400_000;
    const ENDS: Timestamp = Timestamp(1_801_353_600_000);

    fn connection(provider: &str, secret: &str, ends: Option<Timestamp>) -> ConnectionSummary {
        let json = serde_json::json!({
            "name": "c", "provider": provider, "target": "", "secrets": [secret], "expires_at": ends,
        });
        serde_json::from_value(json).unwrap()
    }

    fn key() -> ConnectionKey {
        ConnectionKey { tenant: "acme".parse().unwrap(), connection: "microsoft".parse().unwrap() }
    }

    fn person(name: &str, service: bool, expires: u64) -> PersonSummary {
        let json = serde_json::json!({
            "connection": "microsoft", "service": service, "directory_id": "d", "object_id": "o",
            "user_name": name, "display_name": name, "scopes": [], "since": 0, "expires": expires,
        });
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn names_what_ends_and_what_ends_at_an_unknown_time() {
        let item = |provider, secret, ends| {
            credential(&connection(provider, secret, ends)).map(|ending| (ending.item, ending.ends))
        };
        let known = Some(ENDS);
        assert_eq!(item("microsoft", "client_secret", known), Some((CalendarItem::ClientSecret, known)));
        assert_eq!(item("microsoft", "certificate", known), Some((CalendarItem::Certificate, known)));
        assert_eq!(item("vault", "password", known), Some((CalendarItem::Password, known)));
        assert_eq!(item("microsoft", "client_secret", None), Some((CalendarItem::ClientSecret, None)));
        assert_eq!(item("salesforce", "client_secret", None), None);
        assert_eq!(item("vault", "password", None), None);
    }

    #[test]
    fn a_check_warns_fifteen_days_ahead_and_afterwards() {
        let at = |days: u64| {
            let now = Timestamp(ENDS.0 - days * DAY);
            soon(&connection("microsoft", "client_secret", Some(ENDS)), now).map(|problem| problem.code)
        };
        assert_eq!((at(30), at(16)), (None, None));
        assert_eq!(
            (at(15).as_deref(), at(0).as_deref()),
            (Some("connection.credential-ends"), Some("connection.credential-ended"))
        );
    }

    #[test]
    fn people_whose_sign_ins_end_are_one_alert_and_the_service_user_another() {
        let people: Vec<_> = (0..7).map(|n| person(&format!("p{n}"), false, 10 * DAY)).collect();
        let endings: Vec<_> = people.iter().filter_map(|person| sign_in(&key(), person)).collect();
        assert_eq!(people_alarm(&key(), &endings, Timestamp(2 * DAY)), None);
        let (severity, problem) = people_alarm(&key(), &endings, Timestamp(3 * DAY)).unwrap();
        assert_eq!(severity, Severity::Info);
        assert!(
            problem.message.contains("7 people") && problem.message.contains("p4 and 2 more"),
            "{problem}"
        );
        let service = sign_in(&key(), &person("svc", true, 10 * DAY)).unwrap();
        assert_eq!(people_alarm(&key(), std::slice::from_ref(&service), Timestamp(9 * DAY)), None);
        assert_eq!(service.alarm(Timestamp(9 * DAY)).unwrap().0, Severity::Critical);
    }
}
