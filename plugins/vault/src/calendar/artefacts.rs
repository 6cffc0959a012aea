//! `collect-meeting-artifacts`: what remains of the meetings of a case, told on its timeline. As the person who asks, since
//! Microsoft shows it to the people of the meeting only.

use serde::Deserialize;
use serde_json::{Value, json};
use tieline_sdk::{Failure, Identity, Problem, clock, graph, path, time};

use super::meeting::{self, Meeting};
use crate::asked::Asked;
use crate::timeline::{self, Entry};

/// Meetings of which the reports are read at once: each takes two calls.
const MOST: usize = 20;
/// Reports of a meeting: one for each time it was held.
const PAGES: usize = 5;

#[derive(Deserialize)]
struct Online {
    id: String,
}

/// An attendance report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Report {
    id: String,
    total_participant_count: Option<u64>,
    meeting_start_date_time: Option<String>,
    meeting_end_date_time: Option<String>,
}

/// Reads what remains of each meeting that is over.
pub(crate) fn collect(asked: &Asked<'_>) -> Result<Value, Problem> {
    let (case, now) = (&asked.case.id, clock::now());
    let over = meeting::of_case(case)?.into_iter().filter(|meeting| meeting.end <= now);
    let (mut entries, mut said) = (vec![], vec![]);
    for mut meeting in over.take(MOST) {
        let reports = match reports(&meeting) {
            Ok(reports) => reports,
            // One meeting that the person was not in keeps no other from being read.
            Err(Failure::Permanent(problem)) => {
                said.push(json!({ "subject": meeting.subject, "problem": problem.message, "remedy": problem.remedy }));
                continue;
            }
            Err(failure) => return Err(failure.into()),
        };
        let fresh: Vec<_> = reports.into_iter().filter(|report| !meeting.told.contains(&report.id)).collect();
        for report in &fresh {
            let entry = entry(case, &meeting, report);
            said.push(json!({ "subject": meeting.subject, "told": entry.title }));
            entries.push(entry);
            meeting.told.push(report.id.clone());
        }
        if !fresh.is_empty() {
            meeting.keep(case)?;
        }
    }
    let told = entries.len();
    timeline::tell(entries, false)?;
    Ok(json!({ "told": told, "meetings": said }))
}

/// The reports of a meeting.
fn reports(meeting: &Meeting) -> Result<Vec<Report>, Failure> {
    let gone = |message: &str| {
        let remedy = "ask somebody who organised or attended it to collect";
        Failure::permanent(Problem::new("vault.meeting-unseen", message).remedy(remedy))
    };
    let Some(join) = &meeting.join else { return Err(gone("this was no online meeting")) };
    let asked = graph::get("/me/onlineMeetings")
        .query("$filter", &format!("JoinWebUrl eq '{}'", join.replace('\'', "''")))
        .identity(Identity::Actor);
    let found: Vec<Online> = match asked.all(1) {
        Ok(found) => found,
        Err(Failure::Permanent(_)) => vec![],
        Err(failure) => return Err(failure),
    };
    let Some(online) = found.into_iter().next() else {
        return Err(gone("Teams shows you no such meeting"));
    };
    graph::get(path(["me", "onlineMeetings", &online.id, "attendanceReports"]))
        .identity(Identity::Actor)
        .all(PAGES)
}

fn entry(case: &str, meeting: &Meeting, report: &Report) -> Entry {
    let moment = |text: &Option<String>| text.as_deref().and_then(time::millis);
    let (began, ended) = (moment(&report.meeting_start_date_time), moment(&report.meeting_end_date_time));
    let minutes = began.zip(ended).map(|(began, ended)| ended.saturating_sub(began).div_ceil(60_000));
    let people = report.total_participant_count.map(|count| match count {
        1 => "1 participant".to_owned(),
        count => format!("{count} participants"),
    });
    let facts: Vec<_> =
        people.into_iter().chain(minutes.map(|minutes| format!("{minutes} minutes"))).collect();
    let facts = if facts.is_empty() { String::new() } else { format!(" ({})", facts.join(", ")) };
    Entry {
        case: case.to_owned(),
        kind: "meeting".to_owned(),
        title: format!("Meeting Held: {}{facts}", meeting.subject),
        link: meeting.join.clone(),
        at: began.unwrap_or(meeting.start),
        id: format!("tieline/{case}/attendance/{}", report.id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_tells_who_many_came_and_how_long_it_took() {
        let meeting = Meeting {
            event: "e".into(),
            transaction: "t".into(),
            subject: "[C-1] Review".into(),
            start: 7,
            end: 9,
            join: Some("https://teams.example/1".into()),
            by: "p".into(),
            told: vec![],
        };
        let title = |json: &str| entry("V0D1", &meeting, &serde_json::from_str(json).unwrap()).title;
        assert_eq!(
            title(
                r#"{"id":"r","totalParticipantCount":3,"meetingStartDateTime":"2026-06-15T09:30:00Z",
                    "meetingEndDateTime":"2026-06-15T10:01:30Z"}"#
            ),
            "Meeting Held: [C-1] Review (3 participants, 32 minutes)"
        );
        assert_eq!(
            title(r#"{"id":"r","totalParticipantCount":1}"#),
            "Meeting Held: [C-1] Review (1 participant)"
        );
        let bare = entry("V0D1", &meeting, &Report { id: "r".into(), ..Report::default() });
        assert_eq!(
            (bare.title.as_str(), bare.at, bare.id.as_str()),
            ("Meeting Held: [C-1] Review", 7, "tieline/V0D1/attendance/r")
        );
    }
}
