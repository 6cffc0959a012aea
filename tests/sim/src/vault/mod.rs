//! One Veeva Vault: sessions, object records, VQL, metadata, deletions, limits.
//!
//! After the Vault REST API reference. Application errors are answered with 200: the truth is in the body and in
//! `X-VaultAPI-Status`. The objects of Service Center are not public: `objects.rs` invents them.

mod auth;
mod deletions;
mod errors;
mod incoming;
mod limits;
mod metadata;
mod objects;
mod people;
mod query;
mod records;
mod schema;
mod script;
mod seeded;
mod sessions;
mod table;
mod validate;
mod vql;

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::Method;
use parking_lot::RwLock;
use serde_json::{Map, Value, json};

use crate::call::{Call, Reply};
use crate::world::World;
use crate::{clock, ids, percent};

pub(crate) use errors::usual_error;
pub use limits::VaultLimits;
pub use people::State as VaultUserState;
pub use script::BadRecord;

use errors::{Failure, set, success};
use limits::Used;
use schema::Object;
use sessions::Session;

/// The vault.
pub(crate) struct Vault {
    pub(crate) username: String,
    pub(crate) password: String,
    /// The integration user.
    pub(crate) user_id: String,
    data: RwLock<table::Data>,
    sessions: sessions::Sessions,
    counts: limits::Counts,
    people: people::People,
    refusals: people::Refusals,
    cursors: query::Cursors,
    /// Logins that were let in.
    logins: AtomicU64,
    /// By so much its clock is ahead.
    ahead_ms: AtomicU64,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").field("username", &self.username).finish_non_exhaustive()
    }
}

impl Vault {
    pub(crate) fn new() -> Self {
        let mut data = table::Data::default();
        let user_id = seeded::fill(&mut data, clock::now_ms());
        Self {
            username: seeded::USERNAME.to_owned(),
            password: ids::secret(24),
            user_id,
            data: RwLock::new(data),
            sessions: sessions::Sessions::default(),
            counts: limits::Counts::default(),
            people: people::People::default(),
            refusals: people::Refusals::default(),
            cursors: query::Cursors::default(),
            logins: AtomicU64::new(0),
            ahead_ms: AtomicU64::new(0),
        }
    }

    fn now(&self) -> u64 {
        clock::now_ms() + self.ahead_ms.load(Ordering::Relaxed)
    }
}

/// A request that has shown a good session.
struct Request<'a> {
    vault: &'a Vault,
    call: &'a Call<'a>,
    session: Session,
    /// `/api/v26.2`, for the links in answers.
    root: String,
    now: u64,
}

pub(crate) async fn handle(world: &World, call: &Call<'_>) -> Reply {
    let vault = &world.vault;
    let now = vault.now();
    let (answer, used) = match path_of(call) {
        Ok((_, parts)) if parts == ["auth"] && call.method() == Method::POST => auth::login(vault, call, now),
        // The versions that there are, for those who are logged in.
        Err(_) if matches!(call.path(), "/api" | "/api/") && call.method() == Method::GET => {
            let used = vault.counts.call(now);
            (vault.sessions.check(call, now).map(|_| versions(call)), Some(used))
        }
        path => {
            let used = vault.counts.call(now);
            let answer = path.and_then(|(version, parts)| {
                let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
                let session = vault.sessions.check(call, now)?;
                let root = format!("/api/{version}");
                dispatch(&Request { vault, call, session, root, now }, &parts)
            });
            (answer, Some(used))
        }
    };
    let used = used.unwrap_or_else(|| vault.counts.now());
    // Over the limit an answer comes late, and it says so.
    tokio::time::sleep(Duration::from_millis(used.delay_ms)).await;
    let mut reply = answer.unwrap_or_else(|failure| failure.reply());
    dress_with(world, call, &mut reply, used);
    reply
}

/// Adds the headers that every answer has.
pub(crate) fn dress(world: &World, call: &Call<'_>, reply: &mut Reply) {
    dress_with(world, call, reply, world.vault.counts.now());
}

fn dress_with(world: &World, call: &Call<'_>, reply: &mut Reply, used: Used) {
    let headers = reply.headers_mut();
    set(headers, "x-vaultapi-executionid", &ids::fresh_guid());
    set(headers, "x-vaultapi-vaultid", &seeded::VAULT_ID.to_string());
    set(headers, "x-vaultapi-userid", &world.vault.user_id);
    set(headers, "x-vaultapi-burstlimit", &used.limit.to_string());
    set(headers, "x-vaultapi-burstlimitremaining", &used.remaining.to_string());
    if used.delay_ms > 0 {
        set(headers, "x-vaultapi-responsedelay", &used.delay_ms.to_string());
    }
    if let Some(start) = sessions::given(call).and_then(|id| id.get(..8)) {
        set(headers, "x-vaultapi-truncatedsessionid", start);
    }
    if let Some(reference) = call.header("x-vaultapi-referenceid") {
        set(headers, "x-vaultapi-referenceid", reference);
    }
}

/// Newer versions are not out yet; older ones than these are not simulated.
fn is_version(text: &str) -> bool {
    let parts = text.strip_prefix('v').and_then(|text| text.split_once('.'));
    let number = parts.and_then(|(year, turn)| Some((year.parse::<u8>().ok()?, turn.parse::<u8>().ok()?)));
    number.is_some_and(|(year, turn)| (22..=26).contains(&year) && (1..=3).contains(&turn))
}

fn versions(call: &Call<'_>) -> Reply {
    let all = (22..=26).flat_map(|year| (1..=3).map(move |turn| format!("v{year}.{turn}")));
    let all = all.filter(|version| is_version(version));
    let url = |version: &String| format!("{}/api/{version}", call.base()).into();
    let values: Map<String, Value> = all.map(|version| (version.clone(), url(&version))).collect();
    success(json!({"values": values}))
}

fn path_of<'a>(call: &Call<'a>) -> Result<(&'a str, Vec<String>), Failure> {
    let unknown = || Failure::url(call.path());
    let rest = call.path().strip_prefix("/api/").ok_or_else(unknown)?;
    let mut parts = rest.split('/').filter(|part| !part.is_empty());
    let version = parts.next().filter(|version| is_version(version)).ok_or_else(unknown)?;
    Ok((version, parts.map(|part| percent::decode(part).into_owned()).collect()))
}

fn dispatch(request: &Request<'_>, parts: &[&str]) -> Result<Reply, Failure> {
    let method = request.call.method();
    match (method, parts) {
        (&Method::GET, ["vobjects", object]) => records::list(request, Object::named(object)?),
        (&Method::POST, ["vobjects", object]) => records::create(request, Object::named(object)?),
        (&Method::PUT, ["vobjects", object]) => records::update(request, Object::named(object)?),
        (&Method::DELETE, ["vobjects", object]) => records::delete(request, Object::named(object)?),
        (&Method::GET, ["vobjects", object, id]) => records::get(request, Object::named(object)?, id),
        (&Method::PUT, ["vobjects", object, id]) => records::update_one(request, Object::named(object)?, id),
        (&Method::DELETE, ["vobjects", object, id]) => {
            records::delete_one(request, Object::named(object)?, id)
        }
        (&Method::POST | &Method::GET, ["query"]) => query::query(request),
        (&Method::POST | &Method::GET, ["query", cursor]) => query::more(request, cursor),
        (&Method::GET, ["metadata", "vobjects"]) => Ok(metadata::all(request)),
        (&Method::GET, ["metadata", "vobjects", object]) => {
            Ok(metadata::one(request, Object::named(object)?))
        }
        (&Method::GET, ["metadata", "vobjects", object, "fields", field]) => {
            metadata::of_field(Object::named(object)?, field)
        }
        (&Method::GET, ["objects", "picklists", name]) => metadata::picklist(name),
        (&Method::GET, ["objects", "deletions", "vobjects", object]) => {
            deletions::list(request, Object::named(object)?)
        }
        (&Method::GET, ["objects", "users", "me"]) => auth::me(request),
        (&Method::POST, ["keep-alive"]) => Ok(success(json!({}))),
        (&Method::DELETE, ["session"]) => {
            request.vault.sessions.end(request.call);
            Ok(success(json!({})))
        }
        (_, ["vobjects" | "query" | "metadata" | "keep-alive" | "session" | "auth", ..]) => {
            Err(Failure::method())
        }
        _ => Err(Failure::url(request.call.path())),
    }
}

/// All fields of all records of an object, oldest first.
fn all(data: &table::Data, object: &'static Object) -> Vec<Map<String, Value>> {
    data.of(object).rows().map(|row| row.shown(object)).collect()
}
