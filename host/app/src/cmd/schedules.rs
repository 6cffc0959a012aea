//! `tieline schedules`: what is to happen by itself.

use tieline_types::api::ScheduleSummary;

use crate::{
    Answer, Failure,
    cli::Schedules,
    client::Client,
    table::{table, time},
};

pub(crate) async fn run(command: Schedules) -> Result<Answer, Failure> {
    match command {
        Schedules::List(of) => {
            let schedules = Client::new(&of.remote)?.schedules(&of.tenant).await?;
            Ok(Answer::done(shown(&schedules)).with("schedules", schedules))
        }
    }
}

fn shown(schedules: &[ScheduleSummary]) -> String {
    let rows = schedules.iter().map(|timer| {
        let when = timer.timing.as_ref().map_or_else(|| "once".into(), ToString::to_string);
        let due = match timer.missed_since {
            Some(since) => format!("{}\nmissed since {}: its last event waits", time(timer.due), time(since)),
            None => time(timer.due),
        };
        vec![due, timer.installation.to_string(), timer.key.clone(), when]
    });
    table(&["Due", "Installation", "Timer", "When"], rows.collect(), "No timers.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_types::{TimerKind, Timestamp, Timing};

    #[test]
    fn a_line_says_when_and_whether_something_was_missed() {
        let timer = ScheduleSummary {
            installation: "desk".parse().expect("a name"),
            key: "poll".into(),
            kind: TimerKind::Planned,
            timing: Some(Timing::Every { millis: 300_000 }),
            due: Timestamp(0),
            missed_since: Some(Timestamp(0)),
        };
        let text = shown(&[timer]);
        for part in ["1970-01-01 00:00:00Z", "desk", "poll", "every 5m", "missed since"] {
            assert!(text.contains(part), "{text}");
        }
    }
}
