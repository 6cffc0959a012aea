//! Teams Rooms devices: what each is and how it is, once a day.
//!
//! Only the beta of Graph ever had them, and its page says that they are not supported after November 2025. Where it has
//! them no more, or this organisation may not see them, that is noted and nothing else: calls are collected all the same.

use serde::{Deserialize, Serialize};
use tieline_sdk::graph::{self, Request};
use tieline_sdk::{CallError, Failure, Problem, Response, clock, dataset, log, storage, time};

use crate::config::People;
use crate::tables;

/// The timer.
pub const TIMER: &str = "devices";
/// When they were found unavailable, and why.
const UNAVAILABLE: &str = "devices/unavailable";
/// Pages read at most; Graph decides how many stand on one.
const PAGES: usize = 80;
const DAY: u64 = 24 * 3_600_000;

/// A device as Graph tells it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Device {
    id: String,
    device_type: Option<String>,
    health_status: Option<String>,
    activity_state: Option<String>,
    company_asset_tag: Option<String>,
    last_modified_date_time: Option<String>,
    current_user: Option<User>,
    hardware_detail: Option<Hardware>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct User {
    id: Option<String>,
    display_name: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Hardware {
    serial_number: Option<String>,
    manufacturer: Option<String>,
    model: Option<String>,
}

/// The row of a device on a day; the latest of the day counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    device_id: String,
    asked: u64,
    date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    health: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    activity: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    manufacturer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    serial_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    asset_tag: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_modified: Option<String>,
}

/// Why there are none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Unavailable {
    pub(crate) since: u64,
    pub(crate) why: String,
}

/// Notes every device, or that there are none to be had.
pub(crate) fn note(people: People) -> Result<(), Failure> {
    #[derive(Deserialize)]
    struct Page {
        value: Vec<Device>,
        #[serde(rename = "@odata.nextLink")]
        next: Option<String>,
    }
    let (now, mut next) = (clock::now(), Some(asked()));
    for _ in 0..PAGES {
        let Some(request) = next.take() else { break };
        let response = match answer(request.send())? {
            Ok(response) => response,
            Err(why) => return unavailable(now, why),
        };
        let Page { value, next: link } = response.json()?;
        let rows: Vec<_> =
            value.into_iter().filter(|device| !device.id.is_empty()).map(|d| d.row(now, people)).collect();
        dataset::append(tables::DEVICE, &rows)?;
        next = link.map(|link| graph::get(link).beta());
    }
    if next.is_some() {
        log::warn("there are more devices than are noted in a day", []);
    }
    Ok(storage::delete(UNAVAILABLE, storage::Condition::Always)?)
}

/// What the check says of them.
pub(crate) fn state() -> Result<(), Problem> {
    match answer(asked().query("$top", "1").send()) {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(why)) => Err(unavailable_problem(&why)),
        Err(failure) => Err(failure.into()),
    }
}

fn asked() -> Request {
    graph::get("/teamwork/devices").beta()
}

/// The answer, or why there are no devices; a failure is one that passes.
fn answer(told: Result<Response, CallError>) -> Result<Result<Response, String>, Failure> {
    match told {
        Ok(response) if response.is_success() => Ok(Ok(response)),
        Ok(response) if matches!(response.status, 403 | 404 | 410) => {
            let said = graph::error(&response);
            Ok(Err(format!("Graph answers {}: {}", response.status, said.message)))
        }
        Ok(response) => Err(response.failure(graph::error(&response))),
        Err(CallError::Denied(denial)) => Ok(Err(format!("not granted: {}", denial.asked))),
        Err(error) => Err(error.into()),
    }
}

fn unavailable(now: u64, why: String) -> Result<(), Failure> {
    log::info(
        "Teams Rooms devices are unavailable; calls are collected all the same",
        [("why", why.as_str())],
    );
    let since = storage::get_json::<Unavailable>(UNAVAILABLE)?.map_or(now, |before| before.since);
    storage::put_json(UNAVAILABLE, &Unavailable { since, why }, None)
}

fn unavailable_problem(why: &str) -> Problem {
    Problem::new("calls.devices-unavailable", format!("Teams Rooms devices are unavailable ({why})")).remedy(
        "nothing: calls are collected all the same. Graph had them in its beta only, which is not supported after \
         November 2025; set devices = false to ask no more",
    )
}

impl Device {
    /// Its row.
    pub fn row(self, now: u64, people: People) -> Row {
        let (user, hardware) =
            (self.current_user.unwrap_or_default(), self.hardware_detail.unwrap_or_default());
        Row {
            device_id: self.id,
            asked: now,
            date: time::date(now / DAY),
            kind: self.device_type,
            health: self.health_status,
            activity: self.activity_state,
            manufacturer: hardware.manufacturer,
            model: hardware.model,
            serial_number: hardware.serial_number,
            asset_tag: self.company_asset_tag,
            user_id: user.id,
            user_name: user.display_name.filter(|_| people == People::Named),
            last_modified: self.last_modified_date_time.filter(|at| time::millis(at).is_some()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(status: u16) -> Result<Response, CallError> {
        let body = br#"{"error":{"code":"x","message":"said so"}}"#.to_vec();
        Ok(Response { status, headers: vec![], body })
    }

    #[test]
    fn what_will_not_come_back_is_no_failure_and_what_passes_is() {
        for status in [403, 404, 410] {
            let why = answer(told(status)).unwrap().unwrap_err();
            assert!(why.contains(&status.to_string()) && why.contains("said so"), "{why}");
        }
        let denial = tieline_sdk::Denial { asked: "GET teamwork/devices".into(), allow_with: None };
        assert!(answer(Err(CallError::Denied(denial))).unwrap().is_err());
        for passing in [told(429), told(503), Err(CallError::Unreachable("refused".into()))] {
            assert!(answer(passing).is_err());
        }
        assert!(answer(told(200)).unwrap().is_ok());
    }

    #[test]
    fn a_device_is_a_row_of_its_table() {
        let json = r#"{"id":"d-1","deviceType":"teamsRoom","healthStatus":"critical","activityState":"busy",
            "companyAssetTag":null,"currentUser":{"id":"u-1","displayName":"Room 5"},
            "hardwareDetail":{"serialNumber":"7","manufacturer":"yealink","model":"vc210"},
            "lastModifiedDateTime":"2026-06-15T09:30:00Z"}"#;
        let row = serde_json::from_str::<Device>(json).unwrap().row(1_900_000_000_000, People::Named);
        let row = serde_json::to_value(&row).unwrap();
        assert_eq!((&row["model"], &row["date"]), (&"vc210".into(), &"2030-03-17".into()));
        let table = tables::all(true).pop().unwrap();
        tables::fits(&table, &row).unwrap();
        let bare =
            serde_json::to_value(Device { id: "d".into(), ..Device::default() }.row(0, People::Ids)).unwrap();
        tables::fits(&table, &bare).unwrap();
    }
}
