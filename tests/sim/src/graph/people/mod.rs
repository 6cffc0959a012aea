//! What Graph knows of people beside their names: licences, photos, presence, teams, roles.

mod memberships;
mod presence;
mod script;

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{HeaderValue, StatusCode};
use parking_lot::RwLock;
use serde_json::{Value, json};

use crate::call::{self, Reply};
use crate::graph::errors::GraphError;
use crate::graph::permissions::Operation;
use crate::graph::places::with_context;
use crate::graph::{Request, users};
use crate::ids;
use crate::seed::{SeedUser, USERS};

pub(super) use memberships::is_in_team;
pub(super) use presence::presences;

/// What a test has changed.
#[derive(Debug, Default)]
pub(super) struct People {
    /// Availability and activity, by object id.
    presence: RwLock<BTreeMap<String, (String, String)>>,
    /// Names of directory roles, by object id.
    roles: RwLock<BTreeMap<String, Vec<String>>>,
}

/// A picture of one pixel.
const PIXEL: &[u8] = &[
    0xFF, 0xD8, 0xFF, 0xE0, 0x00, 0x10, b'J', b'F', b'I', b'F', 0x00, 0x01, 0x01, 0x01, 0x00, 0x48, 0x00,
    0x48, 0x00, 0x00, 0xFF, 0xD9,
];
/// Who never had a photo taken.
const WITHOUT_PHOTO: &str = "Ingrid";

/// What stands below a user.
pub(super) fn about(request: &Request<'_>, user: &str, rest: &[&str]) -> Result<Reply, GraphError> {
    match rest {
        ["licenseDetails"] => licences(request, user),
        ["photo", "$value"] | ["photos", _, "$value"] => photo(request, user),
        ["presence"] => presence::one(request, user),
        ["joinedTeams"] => memberships::teams(request, user),
        ["transitiveMemberOf"] => memberships::all(request, user),
        _ => Err(GraphError::unknown_segment(rest.last().copied().unwrap_or_default())),
    }
}

/// Whether somebody works for the company, and not only beside it: contractors have no Teams.
fn is_staff(user: &SeedUser) -> bool {
    USERS.last().is_none_or(|last| last.email() != user.email())
}

/// What stands in `assignedPlans`: Teams is there as a plan of its own.
pub(super) fn plans(user: &SeedUser) -> Value {
    let plan = |service: &str, id: &str| {
        json!({
            "assignedDateTime": "2024-02-01T09:00:00Z", "capabilityStatus": "Enabled", "service": service, "servicePlanId": id,
        })
    };
    let mail = plan("exchange", "efb87545-963c-4e0d-99df-69c6916d9eb0");
    match is_staff(user) {
        true => json!([mail, plan("TeamspaceAPI", "57ff2da0-773e-42df-b2af-ffb7a2317929")]),
        false => json!([mail]),
    }
}

/// "List licenseDetails".
fn licences(request: &Request<'_>, user: &str) -> Result<Reply, GraphError> {
    request.may(Operation::ReadLicences)?;
    let user = users::named(user)?;
    let plan = |name: &str| {
        json!({
            "servicePlanId": ids::guid_of(&format!("plan/{name}")),
            "servicePlanName": name,
            "provisioningStatus": "Success",
            "appliesTo": "User",
        })
    };
    let details = |sku: &str, plans: &[&str]| {
        json!({
            "id": ids::hex_of(&format!("licence/{sku}/{}", user.email())),
            "skuId": ids::guid_of(&format!("sku/{sku}")),
            "skuPartNumber": sku,
            "servicePlans": plans.iter().map(|name| plan(name)).collect::<Vec<_>>(),
        })
    };
    let licence = match is_staff(user) {
        true => details("SPE_E5", &["EXCHANGE_S_ENTERPRISE", "TEAMS1", "SHAREPOINTENTERPRISE"]),
        false => details("EXCHANGESTANDARD", &["EXCHANGE_S_STANDARD"]),
    };
    let context = format!("users('{}')/licenseDetails", user.object_id());
    Ok(with_context(request, &context, json!({ "value": [licence] })))
}

/// "Get profilePhoto".
fn photo(request: &Request<'_>, user: &str) -> Result<Reply, GraphError> {
    request.may(Operation::ReadPhotos)?;
    let user = users::named(user)?;
    if user.given == WITHOUT_PHOTO {
        let message =
            "Exception of type 'Microsoft.Fast.Profile.Core.Exception.ImageNotFoundException' was thrown.";
        return Err(GraphError::new(StatusCode::NOT_FOUND, "ImageNotFound", message));
    }
    Ok(call::raw(StatusCode::OK, HeaderValue::from_static("image/jpeg"), Bytes::from_static(PIXEL)))
}

fn list(request: &Request<'_>, of: &str, value: Vec<Value>) -> Reply {
    with_context(request, of, json!({ "value": value }))
}
