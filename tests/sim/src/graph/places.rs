//! The team and its channels, which are the same in every run.

use http::StatusCode;
use parking_lot::RwLock;
use serde_json::{Value, json};

use super::errors::GraphError;
use super::permissions::Operation;
use super::{Request, json as answer};
use crate::call::Reply;
use crate::{clock, ids, percent, seed};

/// When the seeded company moved to Teams: 2024-03-04T09:00:00Z.
pub(super) const FOUNDED_MS: u64 = 1_709_542_800_000;

/// Where messages can be.
#[derive(Debug)]
pub(crate) struct Places {
    pub(crate) directory_id: String,
    pub(crate) team_id: String,
    pub(crate) channels: Vec<Channel>,
    /// Those that were created since.
    pub(super) made: RwLock<Vec<Channel>>,
    pub(crate) chat_id: String,
}

/// A channel of the team.
#[derive(Clone, Debug)]
pub(crate) struct Channel {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(super) created_ms: u64,
    pub(super) description: Option<String>,
    /// `standard`, `private` or `shared`.
    pub(super) membership: &'static str,
}

impl Places {
    pub(super) fn seeded(directory_id: &str, channels: usize) -> Self {
        let mut created_ms = FOUNDED_MS;
        let channel = |name: String| {
            created_ms += 86_400_000;
            let id = seed::channel_id(&name);
            Channel { id, name, created_ms, description: None, membership: "standard" }
        };
        Self {
            directory_id: directory_id.to_owned(),
            team_id: ids::guid_of("team/sales"),
            channels: seed::channel_names(channels).into_iter().map(channel).collect(),
            made: RwLock::default(),
            chat_id: seed::chat_id("acme"),
        }
    }

    pub(super) fn team(&self, id: &str) -> Result<(), GraphError> {
        if id.eq_ignore_ascii_case(&self.team_id) {
            return Ok(());
        }
        Err(GraphError::not_found(format!("No team found with Group Id {id}")))
    }

    /// Every channel, the seeded first.
    pub(super) fn all(&self) -> Vec<Channel> {
        self.channels.iter().chain(self.made.read().iter()).cloned().collect()
    }

    /// A channel by its id.
    pub(super) fn channel(&self, id: &str) -> Option<Channel> {
        let made = || self.made.read().iter().find(|channel| channel.id == id).cloned();
        self.channels.iter().find(|channel| channel.id == id).cloned().or_else(made)
    }

    fn team_json(&self) -> Value {
        json!({
            "id": self.team_id,
            "createdDateTime": clock::graph_resource(FOUNDED_MS),
            "displayName": seed::TEAM,
            "description": "Deals and the people who close them",
            "internalId": self.channels.first().map(|general| &general.id),
            "classification": null,
            "specialization": "none",
            "visibility": "private",
            "webUrl": format!(
                "https://teams.microsoft.com/l/team/{}/conversations?groupId={}&tenantId={}",
                percent::encode(self.channels.first().map_or("", |general| &general.id)),
                self.team_id,
                self.directory_id,
            ),
            "isArchived": false,
            "isMembershipLimitedToOwners": false,
            "tenantId": self.directory_id,
            "memberSettings": {
                "allowCreateUpdateChannels": true, "allowCreatePrivateChannels": true,
                "allowDeleteChannels": true, "allowAddRemoveApps": true,
                "allowCreateUpdateRemoveTabs": true, "allowCreateUpdateRemoveConnectors": true,
            },
            "guestSettings": {"allowCreateUpdateChannels": false, "allowDeleteChannels": false},
            "messagingSettings": {
                "allowUserEditMessages": true, "allowUserDeleteMessages": true,
                "allowOwnerDeleteMessages": true, "allowTeamMentions": true,
                "allowChannelMentions": true,
            },
            "funSettings": {
                "allowGiphy": true, "giphyContentRating": "moderate",
                "allowStickersAndMemes": true, "allowCustomMemes": true,
            },
            "discoverySettings": {"showInTeamsSearchAndSuggestions": false},
        })
    }

    pub(super) fn channel_json(&self, channel: &Channel) -> Value {
        json!({
            "id": channel.id,
            "createdDateTime": clock::graph_resource(channel.created_ms),
            "displayName": channel.name,
            "description": channel.description,
            "isFavoriteByDefault": null,
            "email": "",
            "tenantId": self.directory_id,
            "webUrl": format!(
                "https://teams.microsoft.com/l/channel/{}/{}?groupId={}&tenantId={}&allowXTenantAccess=False",
                percent::encode(&channel.id), percent::encode(&channel.name),
                self.team_id, self.directory_id,
            ),
            "membershipType": channel.membership,
            "isArchived": false,
        })
    }
}

pub(super) fn with_context(request: &Request<'_>, of: &str, mut body: Value) -> Reply {
    body["@odata.context"] = request.context(of).into();
    answer(StatusCode::OK, &body)
}

pub(super) fn list_teams(request: &Request<'_>) -> Result<Reply, GraphError> {
    request.may(Operation::ListTeams)?;
    let team = request.world.graph.places.team_json();
    Ok(with_context(request, "teams", json!({"@odata.count": 1, "value": [team]})))
}

pub(super) fn get_team(request: &Request<'_>, team: &str) -> Result<Reply, GraphError> {
    request.may(Operation::GetTeam)?;
    let places = &request.world.graph.places;
    places.team(team)?;
    Ok(with_context(request, "teams/$entity", places.team_json()))
}

pub(super) fn list_channels(request: &Request<'_>, team: &str) -> Result<Reply, GraphError> {
    request.may(Operation::ListChannels)?;
    let places = &request.world.graph.places;
    places.team(team)?;
    let wanted = channel_filter(request)?;
    let value: Vec<_> = places
        .all()
        .iter()
        .filter(|channel| wanted.as_ref().is_none_or(|name| name.eq_ignore_ascii_case(&channel.name)))
        .map(|channel| places.channel_json(channel))
        .collect();
    let context = format!("teams('{team}')/channels");
    Ok(with_context(request, &context, json!({"@odata.count": value.len(), "value": value})))
}

/// The name in `$filter=displayName eq '…'`, the only filter that is understood.
fn channel_filter(request: &Request<'_>) -> Result<Option<String>, GraphError> {
    let Some(filter) = request.call.parameter("$filter") else { return Ok(None) };
    match super::users::equality(&filter) {
        Some((field, value)) if field.eq_ignore_ascii_case("displayName") => Ok(Some(value)),
        _ => Err(GraphError::bad_request(format!("The filter '{filter}' is not simulated."))),
    }
}

pub(super) fn get_channel(request: &Request<'_>, team: &str, channel: &str) -> Result<Reply, GraphError> {
    request.may(Operation::GetChannel)?;
    let places = &request.world.graph.places;
    places.team(team)?;
    let found = places.channel(channel);
    let found = found.ok_or_else(|| GraphError::not_found("No channel found with the given id."))?;
    let context = format!("teams('{team}')/channels/$entity");
    Ok(with_context(request, &context, places.channel_json(&found)))
}
