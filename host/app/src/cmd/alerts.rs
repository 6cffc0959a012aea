//! `tieline alerts`: what needs somebody's attention, what ends when, and who is told.

use tieline_types::{
    Alert, AlertSource,
    api::{CalendarEntry, CalendarItem, ReceiverKind, ReceiverSummary},
};

use super::staged::staged;
use crate::{
    Answer, Failure,
    cli::alerts::Alerts,
    client::Client,
    table::{or_dash, table, time},
};

pub(crate) async fn run(command: Alerts) -> Result<Answer, Failure> {
    match command {
        Alerts::List(of) => {
            let alerts = Client::new(&of.remote)?.alerts(of.tenant.as_ref()).await?;
            Ok(Answer::done(shown(&alerts)).with("alerts", alerts))
        }
        Alerts::Calendar(of) => {
            let calendar = Client::new(&of.remote)?.calendar(&of.tenant).await?;
            Ok(Answer::done(dated(&calendar)).with("calendar", calendar))
        }
        Alerts::Receivers(of) => {
            let receivers = Client::new(&of.remote)?.receivers(of.tenant.as_ref()).await?;
            Ok(Answer::done(told(&receivers)).with("receivers", receivers))
        }
        Alerts::TestReceiver(args) => {
            let client = Client::new(&args.of.remote)?;
            let test = client.test_receiver(args.of.tenant.as_ref(), &args.name).await?;
            Ok(Answer::done(staged(&test.stages)).failed_if(!test.passed()).with("stages", test.stages))
        }
    }
}

fn shown(alerts: &[Alert]) -> String {
    let rows = alerts.iter().map(|alert| {
        let by = match alert.about.source {
            AlertSource::Host => "host",
            AlertSource::Connector => "connector",
        };
        let tenant = alert.about.tenant.as_ref().map(ToString::to_string);
        let whose = match &alert.about.installation {
            Some(installation) => format!("{}/{installation}", or_dash(tenant)),
            None => or_dash(tenant),
        };
        let since = format!("{} ({}×)", time(alert.since), alert.raised);
        let what = format!("{}\n{}", alert.about.key, alert.problem);
        vec![alert.severity.to_string(), whose, by.into(), since, what]
    });
    table(&["Severity", "About", "By", "Since", "What"], rows.collect(), "No alerts.")
}

fn dated(calendar: &[CalendarEntry]) -> String {
    let rows = calendar.iter().map(|entry| {
        let what = match entry.what {
            CalendarItem::ClientSecret => "client secret",
            CalendarItem::Certificate => "certificate",
            CalendarItem::Password => "password",
            CalendarItem::ServiceSignIn => "service sign-in",
            CalendarItem::SignIn => "sign-in",
            CalendarItem::Subscription => "subscription",
            CalendarItem::ContentCertificate => "content certificate",
            CalendarItem::ApiToken => "API token",
            CalendarItem::WebhookSecret => "old webhook secret",
            CalendarItem::ServerCertificate => "server certificate",
            CalendarItem::Silence => "silence",
        };
        let days = or_dash(entry.days_left.map(|days| days.to_string()));
        let ends = entry.ends.map_or_else(|| "not known".into(), time);
        let remedy = entry.problem.remedy.clone().unwrap_or_default();
        let what = format!("{what}\n{}", entry.name);
        vec![ends, days, entry.severity.to_string(), what, format!("{}\n{remedy}", entry.problem.message)]
    });
    table(&["Ends", "Days", "Severity", "What", "What to do"], rows.collect(), "Nothing that ends is known.")
}

fn told(receivers: &[ReceiverSummary]) -> String {
    let rows = receivers.iter().map(|receiver| {
        let kind = match receiver.kind {
            ReceiverKind::Webhook => "webhook",
            ReceiverKind::Email => "email",
        };
        let state = match (&receiver.problem, receiver.next_attempt) {
            (Some(problem), Some(at)) => format!("{problem}\ntried again {}", time(at)),
            (Some(problem), None) => problem.to_string(),
            (None, _) => "works".into(),
        };
        vec![
            receiver.name.to_string(),
            format!("{kind}\n{}", receiver.target),
            receiver.min_severity.to_string(),
            receiver.waiting.to_string(),
            or_dash(receiver.told.map(time)),
            state,
        ]
    });
    let headings = ["Receiver", "By", "From", "Waiting", "Last told", "State"];
    table(
        &headings,
        rows.collect(),
        "Nobody is told of alerts: see [alerts] in tieline.toml, or [[tenant.alert_receivers]].",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_types::{AlertKey, Problem, Severity, Timestamp};

    #[test]
    fn a_line_says_how_bad_since_when_and_what_to_do() {
        let about = AlertKey::of_tenant(&"acme".parse().expect("a name"), "quota");
        let problem = Problem::new("t.quota", "It is used up.").remedy("Buy more.");
        let alert = Alert::raise(about, Severity::Critical, problem, None, Timestamp(0));
        let text = shown(&[alert]);
        for part in ["critical", "acme", "host", "1970-01-01", "1×", "quota", "Buy more."] {
            assert!(text.contains(part), "{text}");
        }
        assert_eq!(shown(&[]), "No alerts.");
    }

    #[test]
    fn the_calendar_says_what_ends_when_and_what_to_do() {
        let entry = CalendarEntry {
            what: CalendarItem::ClientSecret,
            name: "microsoft".into(),
            connection: None,
            installations: Vec::new(),
            ends: Some(Timestamp(0)),
            days_left: Some(-3),
            severity: Severity::Critical,
            banner: true,
            problem: Problem::new("c", "It ended.").remedy("Make a new one."),
        };
        let text = dated(&[entry]);
        for part in ["1970-01-01", "-3", "client secret", "microsoft", "Make a new one."] {
            assert!(text.contains(part), "{text}");
        }
    }
}
