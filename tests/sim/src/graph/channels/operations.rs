//! "Get teamsAsyncOperation".

use serde_json::json;

use super::create;
use crate::call::Reply;
use crate::clock;
use crate::graph::Request;
use crate::graph::errors::GraphError;
use crate::graph::permissions::Operation as Permitted;
use crate::graph::places::with_context;

pub(in crate::graph) fn get(request: &Request<'_>, team: &str, id: &str) -> Result<Reply, GraphError> {
    request.may(Permitted::GetTeam)?;
    let graph = &request.world.graph;
    graph.places.team(team)?;
    let mut operations = graph.channels.operations.write();
    let operation = operations.iter_mut().find(|operation| operation.id == id);
    let operation =
        operation.ok_or_else(|| GraphError::not_found("No operation found with the given id."))?;
    match operation.polls.checked_sub(1) {
        Some(left) => operation.polls = left,
        None if operation.succeeded.is_none() => {
            operation.succeeded = Some(!operation.fails);
            if !operation.fails {
                create::add(request, operation.channel.clone());
            }
        }
        None => {}
    }
    let (status, error) = match operation.succeeded {
        None => ("inProgress", None),
        Some(true) => ("succeeded", None),
        Some(false) => {
            ("failed", Some(json!({"code": "BadGateway", "message": "Failed to create the channel."})))
        }
    };
    let body = json!({
        "id": operation.id,
        "operationType": "createChannel",
        "createdDateTime": clock::graph_resource(operation.created_ms),
        "status": status,
        "lastActionDateTime": clock::graph_resource(clock::now_ms()),
        "attemptsCount": 1,
        "targetResourceId": operation.channel.id,
        "targetResourceLocation": format!("/teams('{team}')/channels('{}')", operation.channel.id),
        "error": error,
    });
    Ok(with_context(request, &format!("teams('{team}')/operations/$entity"), body))
}
