//! A message in the words of a mail.

use std::fmt::Write as _;

use tieline_types::{AlertNews, AlertSource, AlertTurn, Severity, api::AlertMessage};

/// So many are told of in full; the others are counted.
const SHOWN: usize = 50;
/// The longest subject, in characters.
const SUBJECT: usize = 120;

/// One line, whatever connectors wrote.
pub(super) fn subject(message: &AlertMessage) -> String {
    let line = match message.alerts.as_slice() {
        _ if message.test => "[Tieline] Test: you will be told of alerts here".to_owned(),
        [one] if message.more == 0 => {
            format!("[Tieline] {}: {}{}", weight(one), whose(one), one.alert.problem.message)
        }
        all => format!("[Tieline] {}", counted(all, message.more)),
    };
    let plain = line.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    plain.take(SUBJECT).collect()
}

pub(super) fn text(message: &AlertMessage) -> String {
    let mut text = String::new();
    if message.test {
        text.push_str("Somebody asked this host to send a test message. Nothing happened.\n");
    } else if message.alerts.len() > 1 || message.more > 0 {
        let _ = writeln!(text, "{}.\n", counted(&message.alerts, message.more));
    }
    for news in message.alerts.iter().take(SHOWN) {
        paragraph(&mut text, news);
    }
    let unshown = message.alerts.len().saturating_sub(SHOWN) as u64 + message.more;
    if unshown > 0 {
        let _ = writeln!(text, "… and {unshown} more: see `tieline alerts list`.\n");
    }
    let _ = write!(text, "-- \nTieline at {}, to `{}`\n", message.host, message.receiver);
    text
}

fn paragraph(text: &mut String, news: &AlertNews) {
    let AlertNews { at, alert, .. } = news;
    let by = match alert.about.source {
        AlertSource::Host => "",
        AlertSource::Connector => ", raised by the connector",
    };
    let _ = writeln!(text, "{} at {at}: {}{by}", weight(news), alert.about);
    let _ = writeln!(text, "  {} [{}]", alert.problem.message, alert.problem.code);
    match (&alert.problem.remedy, news.what) {
        (Some(remedy), AlertTurn::Raised | AlertTurn::Worse) => {
            let _ = writeln!(text, "  What to do: {remedy}\n");
        }
        (_, AlertTurn::Cleared) => {
            let _ = writeln!(text, "  It stood since {} and cleared itself.\n", alert.since);
        }
        (None, _) => text.push('\n'),
    }
}

/// `critical`, `now critical`, `cleared`
fn weight(news: &AlertNews) -> String {
    match news.what {
        AlertTurn::Raised => news.alert.severity.to_string(),
        AlertTurn::Worse => format!("now {}", news.alert.severity),
        AlertTurn::Cleared => "cleared".into(),
    }
}

fn whose(news: &AlertNews) -> String {
    news.alert.about.tenant.as_ref().map(|tenant| format!("{tenant}: ")).unwrap_or_default()
}

/// `12 alerts: 2 critical, 7 warnings, 3 cleared`
fn counted(all: &[AlertNews], more: u64) -> String {
    let raised = |severity| {
        let of = |news: &&AlertNews| news.what != AlertTurn::Cleared && news.alert.severity == severity;
        all.iter().filter(of).count()
    };
    let cleared = all.iter().filter(|news| news.what == AlertTurn::Cleared).count();
    let counts = [
        (raised(Severity::Critical), "critical"),
        (raised(Severity::Warning), "warning"),
        (raised(Severity::Info), "info"),
        (cleared, "cleared"),
    ];
    let counts: Vec<_> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    format!("{} alerts: {}", all.len() as u64 + more, counts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_types::{Alert, AlertKey, Problem, Timestamp};

    fn news(what: AlertTurn, severity: Severity, text: &str) -> AlertNews {
        let about = AlertKey::of_tenant(&"acme".parse().unwrap(), "expiry.microsoft");
        let problem = Problem::new("c.d", text).remedy("Make a new one.");
        AlertNews {
            what,
            at: Timestamp(0),
            alert: Alert::raise(about, severity, problem, None, Timestamp(0)),
        }
    }

    fn message(alerts: Vec<AlertNews>, more: u64) -> AlertMessage {
        let receiver = "ops".parse().unwrap();
        AlertMessage { id: "m".into(), host: "https://t.example".into(), receiver, test: false, alerts, more }
    }

    #[test]
    fn one_alert_says_what_is_wrong_and_what_to_do() {
        let one = message(vec![news(AlertTurn::Worse, Severity::Critical, "It ends\r\nBcc: x")], 0);
        assert_eq!(subject(&one), "[Tieline] now critical: acme: It ends  Bcc: x");
        for part in [
            "now critical at 1970-01-01",
            "acme expiry.microsoft",
            "What to do: Make a new one.",
            "https://t.example",
        ] {
            assert!(text(&one).contains(part), "{}", text(&one));
        }
        let over = text(&message(vec![news(AlertTurn::Cleared, Severity::Critical, "It ends.")], 0));
        assert!(over.contains("cleared itself") && !over.contains("What to do"), "{over}");
    }

    #[test]
    fn a_storm_is_counted_and_not_told_in_full() {
        let mut all = vec![news(AlertTurn::Raised, Severity::Warning, "W."); 70];
        all.extend(vec![news(AlertTurn::Raised, Severity::Critical, "C."); 2]);
        all.push(news(AlertTurn::Cleared, Severity::Warning, "W."));
        let storm = message(all, 27);
        assert_eq!(subject(&storm), "[Tieline] 100 alerts: 2 critical, 70 warning, 1 cleared");
        assert!(text(&storm).contains("and 50 more") && text(&storm).matches("W. [c.d]").count() == SHOWN);
    }
}
