//! `tieline alerts`: what needs somebody's attention.

use tieline_types::{Alert, AlertSource, Severity};

use crate::{
    Answer, Failure,
    cli::Alerts,
    client::Client,
    table::{or_dash, table, time},
};

pub(crate) async fn run(command: Alerts) -> Result<Answer, Failure> {
    match command {
        Alerts::List(of) => {
            let alerts = Client::new(&of.remote)?.alerts(&of.tenant).await?;
            Ok(Answer::done(shown(&alerts)).with("alerts", alerts))
        }
    }
}

fn shown(alerts: &[Alert]) -> String {
    let rows = alerts.iter().map(|alert| {
        let severity = match alert.severity {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Critical => "critical",
        };
        let by = match alert.about.source {
            AlertSource::Host => "host",
            AlertSource::Connector => "connector",
        };
        let installation = or_dash(alert.about.installation.as_ref().map(ToString::to_string));
        let since = format!("{} ({}×)", time(alert.since), alert.raised);
        let what = format!("{}\n{}", alert.about.key, alert.problem);
        vec![severity.into(), installation, by.into(), since, what]
    });
    table(&["Severity", "Installation", "By", "Since", "What"], rows.collect(), "No alerts.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_types::{AlertKey, Problem, Timestamp};

    #[test]
    fn a_line_says_how_bad_since_when_and_what_to_do() {
        let about = AlertKey::of_tenant(&"acme".parse().expect("a name"), "quota");
        let problem = Problem::new("t.quota", "It is used up.").remedy("Buy more.");
        let alert = Alert::raise(about, Severity::Critical, problem, None, Timestamp(0));
        let text = shown(&[alert]);
        for part in ["critical", "host", "1970-01-01", "1×", "quota", "Buy more."] {
            assert!(text.contains(part), "{text}");
        }
        assert_eq!(shown(&[]), "No alerts.");
    }
}
