//! People in front of a browser: the sign-in page, the consent page, and what the directory remembers of both
//! (v2-oauth2-auth-code-flow, v2-admin-consent).

mod admin_consent;
mod authorize;
mod codes;
mod id_token;
mod page;
mod script;

use std::collections::HashMap;

use http::header::LOCATION;
use http::{HeaderValue, StatusCode};
use parking_lot::Mutex;
use url::Url;

use crate::call::{self, Call, Reply};
use crate::{clock, ids, seed};

pub(super) use admin_consent::handle as admin_consent;
pub(super) use authorize::handle as authorize;
pub(super) use codes::{Code, redeem};
pub(super) use id_token::id_token;
pub use script::{Administrator, AppChange, Keyboard};

/// What concerns people.
#[derive(Debug)]
pub(crate) struct People {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    keyboard: Keyboard,
    administrator: Administrator,
    codes: HashMap<String, Code>,
    /// Delegated permissions that were consented to.
    delegated: Vec<String>,
    /// Application permissions that the app registration asks for.
    requested: Vec<String>,
    /// Where browsers may be sent back to; none: anywhere.
    redirect_uris: Option<Vec<String>>,
    /// A refresh token is dead once it was used.
    strict: bool,
    /// App roles by user.
    app_roles: HashMap<String, Vec<String>>,
    /// Object ids of groups by user; none where the app registration asks for no group claims.
    groups: HashMap<String, Vec<String>>,
    /// Users who are in more groups than a token names.
    many_groups: Vec<String>,
}

impl Default for People {
    fn default() -> Self {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let state = State {
            keyboard: Keyboard::default(),
            administrator: Administrator::default(),
            codes: HashMap::new(),
            delegated: names(&["ChannelMessage.Send", "Chat.ReadWrite", "ChatMessage.Send", "User.Read"]),
            requested: names(&["Chat.Read.All", "OnlineMeetings.Read.All"]),
            redirect_uris: None,
            strict: false,
            app_roles: HashMap::new(),
            groups: HashMap::new(),
            many_groups: Vec::new(),
        };
        Self { state: Mutex::new(state) }
    }
}

impl People {
    /// Whether a refresh token is dead once it was used.
    pub(super) fn is_strict(&self) -> bool {
        self.state.lock().strict
    }

    fn takes_back(&self, redirect_uri: &str) -> bool {
        let state = self.state.lock();
        let known = |uris: &Vec<String>| uris.iter().any(|uri| uri == redirect_uri);
        state.redirect_uris.as_ref().is_none_or(known)
            && Url::parse(redirect_uri).is_ok_and(|url| ["http", "https"].contains(&url.scheme()))
    }
}

/// The user with this object id or address.
fn user(name: &str) -> Option<&'static seed::SeedUser> {
    let named = |user: &&seed::SeedUser| user.object_id() == name || user.email().eq_ignore_ascii_case(name);
    seed::USERS.iter().find(named)
}

/// What the documentation calls `error_description`.
fn described(code: u32, text: &str) -> String {
    let (trace, correlation) = (ids::fresh_guid(), ids::fresh_guid());
    let time = clock::entra(clock::now_ms());
    format!("AADSTS{code}: {text} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {time}")
}

/// How parameters go back to the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Query,
    Fragment,
    FormPost,
}

impl Mode {
    fn of(call: &Call<'_>) -> Self {
        match call.parameter("response_mode").as_deref() {
            Some("fragment") => Self::Fragment,
            Some("form_post") => Self::FormPost,
            _ => Self::Query,
        }
    }
}

/// Sends the browser back with these parameters.
fn back(redirect_uri: &str, mode: Mode, parameters: &[(&str, &str)]) -> Reply {
    let Ok(mut url) = Url::parse(redirect_uri) else { return call::empty(StatusCode::BAD_REQUEST) };
    match mode {
        Mode::FormPost => return page::post_back(redirect_uri, parameters),
        Mode::Fragment => {
            let text = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
            url.set_fragment(Some(&text));
        }
        Mode::Query => {
            url.query_pairs_mut().extend_pairs(parameters);
        }
    }
    let mut reply = call::empty(StatusCode::FOUND);
    if let Ok(to) = HeaderValue::try_from(url.as_str()) {
        reply.headers_mut().insert(LOCATION, to);
    }
    reply
}

/// A field of a posted form.
fn field(call: &Call<'_>, name: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(call.body);
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}
