//! Teams Rooms devices ("teamworkDevice resource type"), which the beta alone has.

use http::StatusCode;
use serde_json::{Value, json};

use crate::call::Reply;
use crate::graph::errors::GraphError;
use crate::graph::paging::{self, Page};
use crate::graph::permissions::Operation;
use crate::graph::{Request, json as answer};
use crate::{clock, ids};

const DEVICES: [(&str, &str, &str, &str); 3] = [
    ("Boardroom", "teamsRoom", "healthy", "idle"),
    ("Reception", "ipPhone", "offline", "unavailable"),
    ("Workshop", "surfaceHub", "critical", "busy"),
];

/// Answers what is asked of devices.
pub(in crate::graph) fn list(request: &Request<'_>, rest: &[&str]) -> Result<Reply, GraphError> {
    if request.version != "beta" {
        return Err(GraphError::unknown_segment("devices"));
    }
    request.may(Operation::ReadDevices)?;
    match *rest {
        [] => {
            let page = Page::of(request, 50, 999)?;
            let skip = page.after.map_or(0, |after| usize::try_from(after).unwrap_or(usize::MAX));
            let value: Vec<_> = DEVICES.iter().skip(skip).take(page.size).map(shown).collect();
            let end = skip.saturating_add(value.len());
            let mut body = json!({"@odata.context": request.context("teamwork/devices"), "value": value});
            if end < DEVICES.len() {
                body["@odata.nextLink"] = paging::next_link(request, end as u64).into();
            }
            Ok(answer(StatusCode::OK, &body))
        }
        [id] => {
            let found = DEVICES.iter().map(shown).find(|device| device["id"] == id);
            let found = found.ok_or_else(|| GraphError::not_found("The device was not found."))?;
            Ok(answer(StatusCode::OK, &found))
        }
        _ => Err(GraphError::unknown_segment(rest.last().copied().unwrap_or_default())),
    }
}

fn shown((name, kind, health, activity): &(&str, &str, &str, &str)) -> Value {
    json!({
        "id": ids::guid_of(&format!("device/{name}")),
        "deviceType": kind,
        "notes": null,
        "companyAssetTag": format!("{name}-1"),
        "healthStatus": health,
        "activityState": activity,
        "createdDateTime": clock::graph_resource(crate::graph::places::FOUNDED_MS),
        "createdBy": null,
        "lastModifiedDateTime": clock::graph_resource(crate::graph::places::FOUNDED_MS),
        "lastModifiedBy": null,
        "currentUser": {"id": ids::guid_of(&format!("room/{name}")), "displayName": name, "userIdentityType": "aadUser"},
        "hardwareDetail": {
            "serialNumber": ids::hex_of(name).get(..8),
            "uniqueId": ids::hex_of(&format!("unique/{name}")),
            "macAddresses": ["Ethernet:00-00-00-00-00-00"],
            "manufacturer": "yealink",
            "model": "vc210",
        },
    })
}
