//! One Salesforce organisation: OAuth, records, describe, SOQL and limits.
//!
//! After the REST API Developer Guide, the SOQL and SOSL Reference, and the object reference.

mod access;
mod composite;
mod describe;
mod errors;
mod id;
mod limits;
mod oauth;
mod objects;
mod outbound;
mod query;
mod records;
mod refusals;
mod schema;
mod script;
mod seeded;
mod sessions;
mod soql;
mod table;
mod upsert;
mod validate;

use std::fmt;
use std::sync::Arc;

use http::{HeaderValue, Method, StatusCode};
use parking_lot::RwLock;
use serde_json::{Map, Value, json};

use crate::call::{self, Call, Reply};
use crate::ids;
use crate::percent;
use crate::world::World;

pub(crate) use errors::usual_error;
pub use outbound::{Outbound, OutboundAttempt};

use errors::ApiError;
use schema::Kind;
use table::Table;

/// Called with type, id and fields of every record that a client creates.
pub type RecordObserver = Arc<dyn Fn(&str, &str, &Map<String, Value>) + Send + Sync>;

/// The organisation.
pub(crate) struct Org {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) seed_refresh_token: String,
    pub(crate) username: String,
    /// The integration user, as whom every client works.
    pub(crate) user_id: String,
    org_id: String,
    keep_records: usize,
    sessions: sessions::Sessions,
    usage: limits::Usage,
    tables: [Table; Kind::ALL.len()],
    cursors: query::Cursors,
    observer: RwLock<Option<RecordObserver>>,
    /// What people may not do.
    access: access::Denied,
    /// What the token endpoint is to refuse with.
    refusals: refusals::Refusals,
    outbound: outbound::Sent,
}

impl fmt::Debug for Org {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Org").field("org_id", &self.org_id).finish_non_exhaustive()
    }
}

impl Org {
    pub(crate) fn new(daily_requests: u64, keep_records: usize) -> Self {
        let seed_refresh_token = format!("5Aep861{}", ids::secret(72));
        let mut org = Self {
            client_id: format!("3MVG9{}", ids::secret(80)),
            client_secret: ids::hex_of(&ids::secret(20)).to_uppercase()
                + &ids::hex_of(&ids::secret(20)).to_uppercase(),
            sessions: sessions::Sessions::with_refresh_token(&seed_refresh_token),
            seed_refresh_token,
            username: seeded::USERNAME.to_owned(),
            user_id: String::new(),
            org_id: id::make("00D", 1),
            keep_records,
            usage: limits::Usage::new(daily_requests),
            tables: Kind::ALL.map(Table::new),
            cursors: query::Cursors::default(),
            observer: RwLock::default(),
            access: access::Denied::default(),
            refusals: refusals::Refusals::default(),
            outbound: outbound::Sent::default(),
        };
        seeded::fill(&mut org);
        org
    }

    fn table(&self, kind: Kind) -> &Table {
        &self.tables[kind as usize]
    }
}

pub(crate) fn handle(world: &World, call: &Call<'_>) -> Reply {
    let path = call.path();
    match (call.method(), path) {
        (&Method::POST, "/services/oauth2/token") => return oauth::token(world, call),
        (_, "/services/oauth2/revoke") => return oauth::revoke(world, call),
        (_, "/services/oauth2/userinfo") => return oauth::userinfo(world, call),
        (&Method::GET, "/services/data" | "/services/data/") => return versions(),
        _ if path.starts_with("/id/") => return oauth::userinfo(world, call),
        _ => {}
    }
    let mut reply = answer(world, call).unwrap_or_else(|error| error.reply());
    dress(world, &mut reply);
    reply
}

/// Adds the header that every answer of the REST API has.
pub(crate) fn dress(world: &World, reply: &mut Reply) {
    if let Ok(value) = HeaderValue::from_str(&world.salesforce.usage.header()) {
        reply.headers_mut().insert("sforce-limit-info", value);
    }
}

/// Past the oldest and newest version of the API there is nothing.
const VERSIONS: std::ops::RangeInclusive<u32> = 59..=67;

fn versions() -> Reply {
    const SEASONS: [&str; 3] = ["Winter", "Spring", "Summer"];
    let all: Vec<Value> = VERSIONS
        .map(|version| {
            // 59 is Winter '24, and three seasons make a year.
            let (season, year) = ((version - 59) % 3, 24 + (version - 59) / 3);
            json!({
                "label": format!("{} '{year}", SEASONS[season as usize]),
                "url": format!("/services/data/v{version}.0"),
                "version": format!("{version}.0"),
            })
        })
        .collect();
    call::json(StatusCode::OK, &all)
}

/// A request that has shown a good session.
struct Request<'a> {
    org: &'a Org,
    call: &'a Call<'a>,
    /// `/services/data/v59.0`, for the links in answers.
    root: &'a str,
}

fn answer(world: &World, call: &Call<'_>) -> Result<Reply, ApiError> {
    let org = &world.salesforce;
    let rest = call.path().strip_prefix("/services/data/").ok_or_else(ApiError::not_found)?;
    let version = rest.split('/').next().unwrap_or_default();
    let number = version.strip_prefix('v').and_then(|v| v.strip_suffix(".0")?.parse().ok());
    if !number.is_some_and(|number| VERSIONS.contains(&number)) {
        return Err(ApiError::not_found());
    }
    org.sessions.check(call)?;
    org.usage.count()?;
    if call.method() == Method::POST && rest[version.len()..] == *"/composite" {
        return composite::handle(org, call);
    }
    dispatch(org, call)
}

/// Answers a request of somebody whose session is good, or a part of such a request.
fn dispatch(org: &Org, call: &Call<'_>) -> Result<Reply, ApiError> {
    let rest = call.path().strip_prefix("/services/data/").ok_or_else(ApiError::not_found)?;
    let version = rest.split('/').next().unwrap_or_default();
    let root_length = "/services/data/".len() + version.len();
    let request = Request { org, call, root: &call.path()[..root_length] };
    let tail = &rest[version.len()..];
    let parts: Vec<_> = tail.split('/').filter(|part| !part.is_empty()).map(percent::decode).collect();
    let parts: Vec<&str> = parts.iter().map(AsRef::as_ref).collect();
    match (call.method(), parts.as_slice()) {
        // The hot one first.
        (&Method::POST, ["sobjects", kind]) => records::create(&request, Kind::named(kind)?),
        (&Method::GET, ["query"]) => query::query(&request),
        (&Method::GET, ["query", cursor]) => query::more(&request, cursor),
        (&Method::GET, []) => Ok(root(&request)),
        (&Method::GET, ["limits"]) => Ok(limits::show(org)),
        (&Method::GET, ["sobjects"]) => Ok(describe::global(&request)),
        (&Method::GET, ["sobjects", kind]) => Ok(describe::basic(&request, Kind::named(kind)?)),
        (&Method::GET, ["sobjects", kind, "describe"]) => Ok(describe::full(&request, Kind::named(kind)?)),
        (&Method::GET, ["sobjects", kind, id]) => records::get(&request, Kind::named(kind)?, id),
        (&Method::PATCH, ["sobjects", kind, id]) => records::update(&request, Kind::named(kind)?, id),
        (&Method::DELETE, ["sobjects", kind, id]) => records::delete(&request, Kind::named(kind)?, id),
        (&Method::PATCH, ["sobjects", kind, field, value]) => {
            upsert::upsert(&request, Kind::named(kind)?, field, value)
        }
        (&Method::GET, ["sobjects", kind, field, value]) => {
            upsert::get(&request, Kind::named(kind)?, field, value)
        }
        (_, [] | ["limits" | "query" | "sobjects", ..]) => Err(ApiError::method_not_allowed(call.method())),
        _ => Err(ApiError::not_found()),
    }
}

fn root(request: &Request<'_>) -> Reply {
    let link = |name: &str| format!("{}/{name}", request.root);
    call::json(
        StatusCode::OK,
        &json!({
            "limits": link("limits"),
            "query": link("query"),
            "sobjects": link("sobjects"),
            "identity": format!("{}/id/{}/{}", request.call.base(), request.org.org_id, request.org.user_id),
        }),
    )
}
