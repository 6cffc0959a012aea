//! One Dataverse environment with Dynamics 365 Customer Service: the Web API v9.2, roles, webhooks, change tracking
//! and service protection.
//!
//! After the developer documentation of Dataverse ("Use the Microsoft Dataverse Web API", "Service protection API
//! limits", "Use webhooks", "Use change tracking"). Not simulated: FetchXML, SQL, `$apply`, aggregation, plug-ins
//! and synchronous steps; what is not is refused rather than answered wrongly.

mod access;
mod address;
mod batch;
mod bearer;
mod changes;
mod collection;
mod errors;
mod expand;
mod filter;
mod functions;
mod hooks;
mod many;
mod metadata;
mod options;
mod payload;
mod protection;
mod records;
mod roles;
mod rows;
mod schema;
mod script;
mod seeded;
mod shown;
mod value;
mod write;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use http::{HeaderValue, Method};
use parking_lot::{Mutex, RwLock};

use crate::call::{Call, Reply};
use crate::ids;
use crate::world::World;

pub(crate) use errors::usual_error;
pub use hooks::{BadHook, HookAttempt, NewHook};
pub use protection::Protection;
pub(crate) use protection::UnderWay;
pub use roles::Depth;
pub use script::{BadChange, UserState};

use access::Caller;
use errors::ApiError;
use options::Options;
use roles::Grants;
use rows::Rows;

/// Where the Web API begins.
const ROOT: &str = "/api/data/";
/// The versions that there are.
const VERSIONS: [&str; 4] = ["v9.0", "v9.1", "v9.2", "v9.3"];

/// The environment.
pub(crate) struct Environment {
    pub(crate) organization_id: String,
    pub(crate) business_unit_id: String,
    /// The application user, as whom every client works.
    pub(crate) application_user_id: String,
    data: Arc<RwLock<Data>>,
    /// Held by what must see no other request's writes: a batch, whose change sets are all or nothing.
    alone: RwLock<()>,
    protection: protection::Limits,
    /// Tokens of changes up to this version have expired.
    expired: AtomicU64,
    courier: hooks::Courier,
    /// Parcels that wait for the end of the request that made them.
    outbox: Mutex<Vec<hooks::Parcel>>,
}

/// What a change set can take back.
#[derive(Clone, Debug)]
struct Data {
    rows: Rows,
    grants: Grants,
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment").field("organization_id", &self.organization_id).finish_non_exhaustive()
    }
}

impl Environment {
    pub(crate) fn new(app: &seeded::App<'_>, client: reqwest::Client) -> Self {
        let (data, ids) = seeded::data(app);
        let data = Arc::new(RwLock::new(data));
        Self {
            organization_id: ids.organization,
            business_unit_id: ids.business_unit,
            application_user_id: ids.application_user,
            courier: hooks::Courier::new(client, data.clone()),
            data,
            alone: RwLock::default(),
            protection: protection::Limits::default(),
            expired: AtomicU64::new(0),
            outbox: Mutex::default(),
        }
    }

    /// Sends what was registered for, now that it has happened.
    fn send(&self) {
        let parcels = std::mem::take(&mut *self.outbox.lock());
        for parcel in parcels {
            self.courier.send(parcel);
        }
    }
}

pub(crate) use seeded::App;

pub(crate) fn handle(world: &World, call: &Call<'_>) -> Reply {
    let environment = &world.dataverse;
    let reply = if call.path().ends_with("/$batch") {
        let _alone = environment.alone.write();
        answer(world, call)
    } else {
        let _with_others = environment.alone.read();
        answer(world, call)
    };
    environment.send();
    let mut reply = reply.unwrap_or_else(|refusal| refusal.reply());
    dress(world, &mut reply);
    reply
}

/// Why there is no usual answer.
enum Refusal {
    /// Who asks is not known here.
    Unauthorized(String),
    Error(ApiError),
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self::Error(error)
    }
}

impl Refusal {
    fn reply(&self) -> Reply {
        match self {
            Self::Unauthorized(challenge) => bearer::challenge(challenge),
            Self::Error(error) => error.reply(),
        }
    }
}

fn answer(world: &World, call: &Call<'_>) -> Result<Reply, Refusal> {
    let claims = bearer::check(world, call)?;
    world.dataverse.protection.check()?;
    let caller = access::caller(&world.dataverse, &claims, call)?;
    let rest = call.path().strip_prefix(ROOT).ok_or_else(|| ApiError::no_resource(call.path()))?;
    let (version, path) = rest.split_once('/').unwrap_or((rest, ""));
    if !VERSIONS.contains(&version) {
        return Err(ApiError::no_resource(version).into());
    }
    let request = Request {
        environment: &world.dataverse,
        root: format!("{}{ROOT}{version}", call.base()),
        caller,
        method: call.method().clone(),
        options: Options::of(call.query(), &|name| call.header(name).map(str::to_owned)),
        body: call.body,
    };
    if path == "$batch" && request.method == Method::POST {
        return Ok(batch::batch(&request, call.header("content-type").unwrap_or_default())?);
    }
    Ok(route(&request, path)?)
}

/// A request that is allowed in, alone or as a part of a batch.
struct Request<'a> {
    environment: &'a Environment,
    /// `https://…/api/data/v9.2`, for the links in answers.
    root: String,
    caller: Caller,
    method: Method,
    options: Options,
    body: &'a [u8],
}

fn route(request: &Request<'_>, path: &str) -> Result<Reply, ApiError> {
    let segments = address::encoded(path)?;
    let Some((first, rest)) = segments.split_first() else { return Ok(metadata::service_document(request)) };
    if let Some(reply) = functions::unbound(request, first, rest)? {
        return Ok(reply);
    }
    if let Some(reply) = metadata::route(request, first, rest)? {
        return Ok(reply);
    }
    let table = schema::of_set(&first.name).ok_or_else(|| ApiError::no_resource(&first.name))?;
    if table.traits.is_virtual {
        // Its data provider is not simulated.
        return Err(ApiError::not_supported(
            "0x80040203",
            "The data provider of the table is not reachable.",
        ));
    }
    match rest {
        [] => records::route(request, table, &first.key),
        [one] if one.name == "$count" && first.key == address::Key::None => collection::count(request, table),
        [one] if one.name.starts_with(many::NAMESPACE) && first.key == address::Key::None => {
            many::route(request, table, &one.name)
        }
        [one] => records::below(request, table, &first.key, one),
        [_, further, ..] => Err(ApiError::no_resource(&further.name)),
    }
}

/// Adds the headers that every answer of the Web API has.
pub(crate) fn dress(world: &World, reply: &mut Reply) {
    let request_id = ids::fresh_guid();
    let (requests, seconds) = world.dataverse.protection.remaining();
    let headers = reply.headers_mut();
    headers.insert("odata-version", HeaderValue::from_static("4.0"));
    for (name, value) in [
        ("x-ms-service-request-id", request_id),
        ("x-ms-ratelimit-burst-remaining-xrm-requests", requests.to_string()),
        ("x-ms-ratelimit-time-remaining-xrm-requests", seconds.to_string()),
    ] {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    }
}

impl World {
    /// Counts a request to Dataverse as being under way, as long as the answer is kept.
    pub(crate) fn dataverse_under_way(&self) -> UnderWay<'_> {
        protection::Limits::enter(self)
    }
}
