//! "Get presence" and "Get presence for multiple users".

use serde::Deserialize;
use serde_json::{Value, json};

use crate::call::Reply;
use crate::graph::errors::GraphError;
use crate::graph::permissions::Operation;
use crate::graph::places::with_context;
use crate::graph::{Request, users};
use crate::seed::USERS;

/// The most ids in a request.
const MOST: usize = 650;

/// What people are doing until a test says otherwise, in turn.
const DOING: [(&str, &str); 4] =
    [("Available", "Available"), ("Busy", "InAMeeting"), ("Away", "Away"), ("Offline", "Offline")];

pub(super) fn one(request: &Request<'_>, user: &str) -> Result<Reply, GraphError> {
    request.may(Operation::ReadPresence)?;
    let id = users::named(user)?.object_id();
    Ok(with_context(request, &format!("users('{id}')/presence/$entity"), shown(request, &id)))
}

/// Whoever is not known is left out.
pub(in crate::graph) fn presences(request: &Request<'_>) -> Result<Reply, GraphError> {
    #[derive(Deserialize)]
    struct Asked {
        ids: Vec<String>,
    }
    request.may(Operation::ReadPresence)?;
    let asked: Asked = serde_json::from_slice(request.call.body)
        .map_err(|error| GraphError::bad_request(format!("Invalid request: {error}.")))?;
    if asked.ids.is_empty() || asked.ids.len() > MOST {
        return Err(GraphError::bad_request(format!("The number of ids must be between 1 and {MOST}.")));
    }
    let known = asked.ids.iter().filter_map(|id| users::named(id).ok());
    let value = known.map(|user| shown(request, &user.object_id())).collect();
    Ok(super::list(request, "Collection(microsoft.graph.presence)", value))
}

fn shown(request: &Request<'_>, id: &str) -> Value {
    let set = request.world.graph.people.presence.read().get(id).cloned();
    let place = USERS.iter().position(|user| user.object_id() == id).unwrap_or_default();
    let (availability, activity) = set.unwrap_or_else(|| {
        let (availability, activity) = DOING[place % DOING.len()];
        (availability.to_owned(), activity.to_owned())
    });
    json!({
        "id": id,
        "availability": availability,
        "activity": activity,
        "statusMessage": null,
        "outOfOfficeSettings": {"message": null, "isOutOfOffice": false},
        "sequenceNumber": "A0637800000000000000",
    })
}
