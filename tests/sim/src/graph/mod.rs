//! Microsoft Graph: teams, channels, chats, messages, users, calls, subscriptions and notifications.
//!
//! After the Microsoft Graph documentation, v1.0. `beta` answers as `v1.0` does.

mod batch;
mod bearer;
mod calendar;
mod calls;
mod channels;
mod chats;
mod courier;
mod endpoint;
mod errors;
mod lifecycle;
mod mail;
mod meetings;
mod messages;
mod notification;
mod onenote;
mod paging;
mod path;
mod people;
mod permissions;
mod personal;
mod places;
mod rich;
mod script;
mod subscriptions;
mod throttle;
mod users;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use http::{HeaderValue, Method};

use crate::call::{Call, Reply};
use crate::entra::Directory;
use crate::ids;
use crate::world::World;

pub use calendar::{BadEvent, Share, ShareKind, ShareRole};
pub use calls::{BadCall, CallView, Generated, NewCall};
pub use channels::{ChannelAnswer, ChannelScript, MadeChannel};
pub use chats::{BadChat, ChatView, NewChat};
pub use courier::Attempt;
pub(crate) use courier::notification_client;
pub use endpoint::EndpointState;
pub(crate) use errors::usual_error;
pub(crate) use lifecycle::keep_time;
pub use mail::NewMail;
pub use meetings::{BadMeeting, NewAttendance, NewTranscript, Transcribed};
pub use messages::{BadPost, ChangedMessage, NewMessage, Posted};
pub use notification::{Item, LifecycleEvent};
pub use onenote::OneNoteRules;
pub use rich::Tamper;
pub use script::{BadNotification, Planted, Sent};
pub use subscriptions::SubscriptionView;
pub use throttle::{Throttle, ThrottleState};

use bearer::Bearer;
use errors::GraphError;
use path::Path;
use permissions::Operation;

/// What Graph knows.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) places: places::Places,
    messages: messages::Threads,
    pub(crate) chats: chats::Chats,
    channels: channels::Channels,
    notes: onenote::Notes,
    calendars: calendar::Calendars,
    mail: mail::Mail,
    people: people::People,
    subscriptions: Arc<subscriptions::Store>,
    bearers: bearer::Cache,
    courier: courier::Courier,
    throttles: throttle::Throttles,
    meetings: meetings::Meetings,
    calls: calls::Calls,
    /// Tokens of an earlier one are forgotten.
    delta_generation: AtomicU64,
}

impl State {
    pub(crate) fn new(
        directory: &Directory,
        channels: usize,
        keep_messages: usize,
        client: reqwest::Client,
    ) -> Self {
        let places = places::Places::seeded(&directory.directory_id, channels);
        Self {
            messages: messages::Threads::of(&places, keep_messages),
            chats: chats::Chats::seeded(&places),
            channels: channels::Channels::default(),
            notes: onenote::Notes::default(),
            calendars: calendar::Calendars::default(),
            mail: mail::Mail::default(),
            people: people::People::default(),
            places,
            subscriptions: Arc::default(),
            bearers: bearer::Cache::default(),
            courier: courier::Courier::new(client),
            throttles: throttle::Throttles::default(),
            meetings: meetings::Meetings::default(),
            calls: calls::Calls::default(),
            delta_generation: AtomicU64::default(),
        }
    }

    /// The client that reaches listeners of ours.
    pub(crate) fn client(&self) -> &reqwest::Client {
        self.courier.client()
    }
}

pub(crate) async fn handle(world: &World, call: &Call<'_>) -> Reply {
    let mut reply = match answer(world, call).await {
        Ok(reply) => reply,
        Err(error) => error.reply(call),
    };
    dress(call, &mut reply);
    reply
}

async fn answer(world: &World, call: &Call<'_>) -> Result<Reply, GraphError> {
    let bearer = bearer::check(world, call)?;
    let path = Path::parse(call.path())?;
    if let Some(refusal) = world.graph.throttles.refusal(call, &path) {
        return Ok(refusal);
    }
    let request = Request { world, call, bearer: &bearer, version: path.version };
    let get = call.method() == Method::GET;
    let post = call.method() == Method::POST;
    match path.segments().as_slice() {
        ["teams", team, "channels", channel, "messages", "delta"] if get => {
            messages::delta(&request, team, channel)
        }
        // The hot one.
        ["teams", team, "channels", channel, "messages", message] if get => {
            messages::get_in_channel(&request, team, channel, message, None)
        }
        ["teams", team, "channels", channel, "messages"] if get => {
            messages::list_channel(&request, team, channel)
        }
        ["teams", team, "channels", channel, "messages"] if post => {
            messages::post_to_channel(&request, team, channel, None)
        }
        ["teams", team, "channels", channel, "messages", message, "replies"] if get => {
            messages::list_replies(&request, team, channel, message)
        }
        ["teams", team, "channels", channel, "messages", message, "replies"] if post => {
            messages::post_to_channel(&request, team, channel, Some(message))
        }
        ["teams", team, "channels", channel, "messages", message, "replies", reply] if get => {
            messages::get_in_channel(&request, team, channel, reply, Some(message))
        }
        ["chats", chat, "messages", message] if get => messages::get_in_chat(&request, chat, message),
        ["chats", chat, "messages"] if get => messages::list_chat(&request, chat),
        ["chats", chat, "messages"] if post => messages::post_to_chat(&request, chat),
        ["chats"] if post => chats::create(&request),
        ["chats", chat] if get => chats::get(&request, chat),
        ["chats", chat, "members"] if get => chats::list_members(&request, chat),
        ["chats", chat, "members"] if post => chats::add_member(&request, chat),
        ["teams"] if get => places::list_teams(&request),
        ["teams", team] if get => places::get_team(&request, team),
        ["teams", team, "channels"] if get => places::list_channels(&request, team),
        ["teams", team, "channels"] if post => channels::create(&request, team),
        ["teams", team, "operations", operation] if get => channels::operation(&request, team, operation),
        ["teams", team, "channels", channel] if get => places::get_channel(&request, team, channel),
        ["me"] if get => users::me(&request),
        ["me", area, rest @ ..] if personal::has(area) => personal::handle(&request, None, area, rest),
        ["users", user, area, rest @ ..] if personal::has(area) => {
            personal::handle(&request, Some(user), area, rest)
        }
        ["groups", group, "onenote", rest @ ..] => onenote::of_group(&request, group, rest),
        ["users"] if get => users::list(&request),
        ["users", user] if get => users::get(&request, user),
        ["users", user, rest @ ..] if get => people::about(&request, user, rest),
        ["communications", "getPresencesByUserId"] if post => people::presences(&request),
        ["communications", "callRecords", rest @ ..] if get => calls::handle(&request, rest),
        ["teamwork", "devices", rest @ ..] if get => calls::devices(&request, rest),
        ["$batch"] if post => batch::handle(world, call, path.version).await,
        ["subscriptions", rest @ ..] => subscriptions::handle(&request, rest).await,
        ["teams" | "chats" | "users", ..] if !get && !post => Err(GraphError::method_not_allowed()),
        segments => Err(GraphError::unknown_segment(segments.last().copied().unwrap_or_default())),
    }
}

/// A request that has shown a good token.
struct Request<'a> {
    world: &'a World,
    call: &'a Call<'a>,
    bearer: &'a Bearer,
    /// `v1.0` or `beta`.
    version: &'static str,
}

impl Request<'_> {
    /// Refuses unless the token permits the operation.
    fn may(&self, operation: Operation) -> Result<(), GraphError> {
        self.bearer.may(operation)
    }

    /// The root of links, as the client wrote it: `http://127.0.0.1:1234/v1.0`.
    fn root(&self) -> String {
        format!("{}/{}", self.call.base(), self.version)
    }

    /// `@odata.context` of an answer. It names the public host, since nobody follows it.
    fn context(&self, of: &str) -> String {
        format!("https://graph.microsoft.com/{}/$metadata#{of}", self.version)
    }
}

/// Adds the headers that every answer of Graph has.
pub(crate) fn dress(call: &Call<'_>, reply: &mut Reply) {
    let headers = reply.headers_mut();
    if !headers.contains_key("request-id") {
        set(headers, "request-id", &ids::fresh_guid());
    }
    match call.headers().get("client-request-id") {
        Some(echo) => drop(headers.insert("client-request-id", echo.clone())),
        None => {
            if let Some(id) = headers.get("request-id").cloned() {
                headers.insert("client-request-id", id);
            }
        }
    }
    headers.insert("x-ms-ags-diagnostic", HeaderValue::from_static(
        r#"{"ServerInfo":{"DataCenter":"North Europe","Slice":"E","Ring":"4","ScaleUnit":"001","RoleInstance":"DB1PEPF00000001"}}"#,
    ));
    headers.insert("strict-transport-security", HeaderValue::from_static("max-age=31536000"));
}

fn set(headers: &mut http::HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// The content type of Graph's JSON.
const JSON: HeaderValue = HeaderValue::from_static(
    "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8",
);

fn json(status: http::StatusCode, body: &impl serde::Serialize) -> Reply {
    let mut reply = crate::call::json(status, body);
    reply.headers_mut().insert(http::header::CONTENT_TYPE, JSON);
    reply
}

impl World {
    /// Throttles Graph by these limits from now on, and by no others.
    pub fn throttle(&self, throttles: Vec<Throttle>) {
        self.graph.throttles.set(throttles);
    }

    /// The limits, and how often each was met.
    pub fn throttles(&self) -> Vec<ThrottleState> {
        self.graph.throttles.list()
    }

    /// Ends all deliveries.
    pub(crate) fn stop_deliveries(&self) {
        self.graph.courier.stop();
    }
}
