//! "Create channel".

use http::{HeaderValue, StatusCode};
use serde::Deserialize;
use serde_json::Value;

use super::script::ChannelAnswer;
use super::{CREATE, Operation};
use crate::call::{self, Reply};
use crate::graph::errors::{GraphError, usual_error};
use crate::graph::places::Channel;
use crate::graph::{Request, json as answer, people, users};
use crate::{clock, ids};

/// The most characters of a name.
const LONGEST: usize = 50;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    #[serde(default)]
    display_name: String,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    membership_type: Option<String>,
    #[serde(default)]
    members: Vec<Value>,
}

pub(in crate::graph) fn create(request: &Request<'_>, team: &str) -> Result<Reply, GraphError> {
    request.bearer.needs(CREATE)?;
    let graph = &request.world.graph;
    graph.places.team(team)?;
    if let Some(user) = request.bearer.user_id()
        && !users::named(user).is_ok_and(people::is_in_team)
    {
        return Err(GraphError::forbidden("User is not a member of the team."));
    }
    let asked: Asked = serde_json::from_slice(request.call.body)
        .map_err(|error| GraphError::bad_request(format!("Invalid channel: {error}.")))?;
    let channel = checked(request, asked)?;
    let script = graph.channels.next(channel.membership);
    match script.answer {
        ChannelAnswer::Created => {
            add(request, channel.clone());
            let mut body = graph.places.channel_json(&channel);
            body["@odata.context"] = request.context(&format!("teams('{team}')/channels/$entity")).into();
            Ok(answer(StatusCode::CREATED, &body))
        }
        ChannelAnswer::Accepted => {
            let id = ids::fresh_guid();
            let mut reply = call::empty(StatusCode::ACCEPTED);
            for (name, path) in [
                ("location", format!("/teams('{team}')/operations('{id}')")),
                ("content-location", format!("/teams('{team}')/channels('{}')", channel.id)),
            ] {
                if let Ok(path) = HeaderValue::try_from(path) {
                    reply.headers_mut().insert(name, path);
                }
            }
            let (created_ms, polls, fails) = (clock::now_ms(), script.polls, script.fails);
            let operation = Operation { id, channel, created_ms, polls, fails, succeeded: None };
            graph.channels.operations.write().push(operation);
            Ok(reply)
        }
        ChannelAnswer::Lost => {
            add(request, channel);
            Ok(usual_error(request.call, StatusCode::GATEWAY_TIMEOUT))
        }
    }
}

/// Puts a channel in its place, with room for messages.
pub(super) fn add(request: &Request<'_>, channel: Channel) {
    let graph = &request.world.graph;
    graph.messages.open_channel(&graph.places.team_id, &channel.id);
    graph.places.made.write().push(channel);
}

fn checked(request: &Request<'_>, asked: Asked) -> Result<Channel, GraphError> {
    let name = asked.display_name.trim();
    let illegal = |c: char| r#"~#%&*{}/\:<>?+|'""#.contains(c);
    if name.is_empty() || name.chars().count() > LONGEST || name.contains(illegal) || name.ends_with('.') {
        return Err(GraphError::bad_request(format!(
            "Channel display name is invalid: it must have 1 to {LONGEST} characters, and none of ~ # % & * {{ }} / \\ : < > ? + | ' \"."
        )));
    }
    let membership = match asked.membership_type.as_deref() {
        None | Some("standard") => "standard",
        Some("private") => "private",
        Some("shared") if asked.members.len() == 1 => "shared",
        Some("shared") => {
            return Err(GraphError::bad_request("A shared channel is created with exactly one owner."));
        }
        Some(other) => return Err(GraphError::bad_request(format!("Invalid membershipType '{other}'."))),
    };
    let graph = &request.world.graph;
    // Those that are still being created have their names, too.
    let taken = |channel: &Channel| channel.name.eq_ignore_ascii_case(name);
    let pending =
        graph.channels.operations.read().iter().any(|one| one.succeeded.is_none() && taken(&one.channel));
    if pending || graph.places.all().iter().any(taken) {
        return Err(GraphError::new(
            StatusCode::BAD_REQUEST,
            "NameAlreadyExists",
            "Channel name already existed, please use other name.",
        ));
    }
    Ok(Channel {
        id: format!("19:{}@thread.tacv2", ids::fresh_guid().replace('-', "")),
        name: name.to_owned(),
        created_ms: clock::now_ms(),
        description: asked.description,
        membership,
    })
}
