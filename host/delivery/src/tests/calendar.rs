//! The calendar over a real store, by a clock of our own: each of its alerts comes in time, and goes when its cause does.

use std::{sync::Arc, time::Duration};

use serde_json::json;
use tieline_types::{Alert, Clock, ManualClock, Severity, SystemClock, Timestamp, api::CalendarItem};

use super::stage::{Stage, acme};
use crate::Expected;

const DAY: Duration = Duration::from_secs(24 * 3_600);

async fn apply(stage: &Stage, secret: &str, ends: Option<Timestamp>) {
    let mut connection = json!({
        "provider": "microsoft", "cloud": "sim", "directory_id": "11111111-1111-1111-1111-111111111111",
        "client_id": "22222222-2222-2222-2222-222222222222", "client_secret": secret,
    });
    if let Some(ends) = ends {
        connection["expires_at"] = json!(ends.rfc3339());
    }
    let document =
        json!({"tenant": {"id": "acme", "name": "Acme"}, "connections": {"microsoft": connection}});
    stage.host.apply(serde_json::from_value(document).unwrap(), &Expected::Anything).await.unwrap();
}

async fn seen(stage: &Stage) -> Vec<Alert> {
    stage.host.calendar.look().await.unwrap();
    stage.host.alerts(&acme()).await.unwrap()
}

#[tokio::test]
async fn a_secret_is_an_alert_from_thirty_days_on_until_another_lasts() {
    let clock = Arc::new(ManualClock::at(SystemClock.now()));
    let stage = Stage::at(clock.clone(), &[]).await;
    let begun = clock.now();
    let ends = begun.after(40 * DAY);
    apply(&stage, "one", Some(ends)).await;
    assert_eq!(seen(&stage).await, []);
    for (day, severity) in [
        (10, Severity::Info),
        (25, Severity::Warning),
        (33, Severity::Warning),
        (39, Severity::Critical),
        (41, Severity::Critical),
    ] {
        clock.set(begun.after(day * DAY));
        let [alert] = seen(&stage).await.try_into().unwrap();
        assert_eq!((alert.about.key.as_str(), alert.severity), ("expiry.microsoft", severity), "day {day}");
        assert_eq!(seen(&stage).await[0].raised, alert.raised, "looked at again, it is the same");
    }
    let [entry] = stage.host.calendar(&acme()).await.unwrap().try_into().unwrap();
    assert_eq!((entry.what, entry.days_left, entry.banner), (CalendarItem::ClientSecret, Some(-1), true));
    apply(&stage, "two", Some(begun.after(400 * DAY))).await;
    assert_eq!(seen(&stage).await, []);
    let [entry] = stage.host.calendar(&acme()).await.unwrap().try_into().unwrap();
    assert_eq!((entry.days_left, entry.severity, entry.banner), (Some(359), Severity::Info, false));
}

#[tokio::test]
async fn a_secret_whose_end_nobody_said_stands_in_the_calendar_and_an_alert_goes_with_its_connection() {
    let stage = Stage::with(&[]).await;
    apply(&stage, "one", None).await;
    assert_eq!(seen(&stage).await, []);
    let [entry] = stage.host.calendar(&acme()).await.unwrap().try_into().unwrap();
    assert_eq!((entry.ends, entry.banner), (None, false));
    assert!(entry.problem.remedy.unwrap().contains("expires_at"));
    apply(&stage, "one", Some(SystemClock.now().after(3 * DAY))).await;
    assert_eq!(seen(&stage).await.len(), 1);
    let nothing = json!({"tenant": {"id": "acme", "name": "Acme"}});
    stage.host.apply(serde_json::from_value(nothing).unwrap(), &Expected::Anything).await.unwrap();
    assert_eq!(seen(&stage).await, []);
    assert_eq!(stage.host.calendar(&acme()).await.unwrap(), []);
}
