//! Users with their roles, the application user, and a team.

use serde_json::json;

use super::{App, Ids, Seed, role_id, team_id, user_id};
use crate::seed::USERS;

/// The team that owns a case.
const TEAM: &str = "Tier 2 Support";
/// The application user.
const APPLICATION: &str = "# Tieline";

/// The roles of [`USERS`], in their order. The last one is no user of the environment.
pub(super) const ROLES_OF_USERS: [&str; 6] = [
    "Customer Service Representative",
    "CSR Manager",
    "Customer Service Representative",
    "Omnichannel agent",
    "Case Reader",
    "System Administrator",
];

pub(super) fn fill(seed: &mut Seed, app: &App<'_>, ids: &Ids) {
    let unit = [("businessunitid", "businessunit", ids.business_unit.clone())];
    for (user, role) in USERS.iter().zip(ROLES_OF_USERS) {
        let id = user_id(user);
        let fields = json!({
            "fullname": user.name(), "firstname": user.given, "lastname": user.family, "title": user.job,
            "domainname": user.email(), "internalemailaddress": user.email(),
            "azureactivedirectoryobjectid": user.object_id(), "islicensed": true, "accessmode": 0,
        });
        seed.add("systemuser", &id, fields, &unit);
        seed.join("systemuserroles", [("systemuserid", &id), ("roleid", &role_id(role))]);
    }
    let fields = json!({
        "fullname": APPLICATION, "firstname": "#", "lastname": "Tieline", "accessmode": 4,
        "applicationid": app.client_id, "azureactivedirectoryobjectid": app.service_principal,
    });
    seed.add("systemuser", &ids.application_user, fields, &unit);
    let own = role_id("Tieline Service");
    seed.join("systemuserroles", [("systemuserid", &ids.application_user), ("roleid", &own)]);
    seed.add("team", &team_id(), json!({"name": TEAM, "teamtype": 0}), &unit);
    seed.join("teamroles", [("teamid", &team_id()), ("roleid", &role_id("Customer Service Representative"))]);
    for member in [&USERS[2], &USERS[3]] {
        seed.join("teammembership", [("teamid", &team_id()), ("systemuserid", &user_id(member))]);
    }
}
