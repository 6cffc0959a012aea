//! "List joinedTeams" and "List a user's memberships (direct and transitive)".

use serde_json::{Value, json};

use crate::call::Reply;
use crate::graph::errors::GraphError;
use crate::graph::permissions::Operation;
use crate::graph::{Request, users};
use crate::seed::SeedUser;
use crate::{ids, seed};

/// Roles of the directory that a test can give, with their templates, which are the same everywhere.
const ROLES: [(&str, &str); 3] = [
    ("Global Administrator", "62e90394-69f5-4237-9190-012177145e10"),
    ("Teams Administrator", "69091246-20e8-4a56-aa4d-066075b2a7a8"),
    ("Dynamics 365 Administrator", "44367163-eba1-44c3-98af-f5787879f96a"),
];

/// Who is in the one team: those whom sales operations made Salesforce users for.
pub(in crate::graph) fn is_in_team(user: &SeedUser) -> bool {
    user.in_salesforce && user.department == "Sales"
}

pub(super) fn teams(request: &Request<'_>, user: &str) -> Result<Reply, GraphError> {
    request.may(Operation::ReadJoinedTeams)?;
    let user = users::named(user)?;
    let team = is_in_team(user);
    let value = team.then(|| {
        json!({
            "id": request.world.graph.places.team_id,
            "displayName": seed::TEAM,
            "description": "Deals and the people who close them",
            "isArchived": false,
            "tenantId": request.world.graph.places.directory_id,
        })
    });
    Ok(super::list(request, "teams", value.into_iter().collect()))
}

pub(super) fn all(request: &Request<'_>, user: &str) -> Result<Reply, GraphError> {
    request.may(Operation::ReadMemberships)?;
    let user = users::named(user)?;
    let group = json!({
        "@odata.type": "#microsoft.graph.group",
        "id": ids::guid_of(&format!("group/{}", user.department)),
        "displayName": user.department,
        "groupTypes": [],
        "securityEnabled": true,
    });
    let roles = request.world.graph.people.roles.read().get(&user.object_id()).cloned().unwrap_or_default();
    let roles = roles.iter().filter_map(|name| role(name));
    Ok(super::list(request, "directoryObjects", std::iter::once(group).chain(roles).collect()))
}

fn role(name: &str) -> Option<Value> {
    let (name, template) = ROLES.iter().find(|(known, _)| *known == name)?;
    Some(json!({
        "@odata.type": "#microsoft.graph.directoryRole",
        "id": ids::guid_of(&format!("role/{name}")),
        "displayName": name,
        "roleTemplateId": template,
    }))
}

/// Whether there is such a role here.
pub(super) fn is_role(name: &str) -> bool {
    ROLES.iter().any(|(known, _)| *known == name)
}
