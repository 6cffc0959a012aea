//! The customer's side ("Mobile/Web Messaging API v2"): public.

use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::errors::ApiError;
use super::session::{Kind, Session};
use super::{Centre, done};
use crate::call::{self, Call, Reply};

/// A poll without news is answered after this: the documentation says 5 to 15 seconds.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) async fn handle(centre: &Centre, call: &Call<'_>, rest: &[&str]) -> Result<Reply, ApiError> {
    let get = call.method() == Method::GET;
    if rest == ["version"] && get {
        return Ok(call::json(StatusCode::OK, &json!({ "server_version": "5.19.6.30417 (Simulated)" })));
    }
    let client = client(centre, call)?;
    match rest {
        ["availability"] if get => {
            Ok(call::json(StatusCode::OK, &json!({ "chat": "available", "ewt": "3" })))
        }
        ["parameters"] if get => {
            let parameters = json!([{ "first_name": "FIRST_NAME" }, { "last_name": "LAST_NAME" }]);
            Ok(call::json(StatusCode::OK, &json!({ "parameters": parameters })))
        }
        ["chats"] if !get => request_chat(centre, call, &client),
        ["chats", "active"] if get => {
            let active = centre.sessions.lock().active.get(&client).cloned();
            let id = active.ok_or_else(ApiError::no_session)?;
            Ok(call::json(
                StatusCode::OK,
                &json!({ "chat_id": id, "state": "connected", "phone_number": "" }),
            ))
        }
        ["chats", chat, "events"] if get => poll(centre, chat, &client).await,
        ["chats", chat, "events"] => send(centre, call, chat, &client),
        ["chats", chat, "history"] if get => {
            let events = centre.within(chat, |session| {
                session.is_of(&client)?;
                Ok(session.events.iter().filter(|event| is_public(event)).cloned().collect::<Vec<_>>())
            })?;
            Ok(call::json(StatusCode::OK, &json!({ "events": events })))
        }
        ["casehistory" | "closecase"] => {
            Err(ApiError::new(StatusCode::NOT_ACCEPTABLE, "5601", "No case is specified for this session."))
        }
        _ => Err(ApiError::new(StatusCode::NOT_FOUND, "5955", "Unspecified server error")),
    }
}

/// Who asks ("Client Authentication Elements").
fn client(centre: &Centre, call: &Call<'_>) -> Result<String, ApiError> {
    if call.parameter("tenantUrl").is_none_or(|tenant| tenant.is_empty()) {
        return Err(ApiError::forbidden("1000", "Missing or invalid tenantUrl"));
    }
    let header = call.header("authorization");
    let header = header.ok_or_else(|| ApiError::forbidden("2000", "Authorization header is missing"))?;
    let format = || ApiError::forbidden("2001", "Authorization parameter format is incorrect");
    let (scheme, parameters) = header.split_once(' ').ok_or_else(format)?;
    if scheme != "MOBILE-API-140-327-PLAIN" {
        return Err(ApiError::forbidden("2002", "Authorization scheme is incorrect"));
    }
    let mut fields = std::collections::BTreeMap::new();
    for parameter in parameters.split(',') {
        let (name, value) = parameter.trim().split_once('=').ok_or_else(format)?;
        let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).ok_or_else(format)?;
        fields.insert(name, value);
    }
    let app = fields.get("appId");
    let app = app.ok_or_else(|| ApiError::forbidden("2003", "Authorization parameter is missing: appId"))?;
    if *app != centre.app_id {
        return Err(ApiError::forbidden("3000", "Missing or invalid application unique id"));
    }
    let client = fields.get("clientId").filter(|client| !client.is_empty());
    let missing = || ApiError::forbidden("2004", "Authorization parameter is missing: clientId");
    client.map(|client| (*client).to_owned()).ok_or_else(missing)
}

/// A client has one session at a time: whoever asks again gets the one that there is.
fn request_chat(centre: &Centre, call: &Call<'_>, client: &str) -> Result<Reply, ApiError> {
    let body: Value = serde_json::from_slice(call.body).map_err(|error| ApiError::unreadable(&error))?;
    let field = |name: &str| body["parameters"][name].as_str().unwrap_or_default();
    let name = format!("{} {}", field("first_name"), field("last_name"));
    let name = if name.trim().is_empty() { body["from"].as_str().unwrap_or("Customer") } else { name.trim() };
    let mut sessions = centre.sessions.lock();
    let known = sessions.active.get(client).cloned();
    let is_new = known.is_none();
    let id = known.unwrap_or_else(|| {
        let session = Session::begun(client, name);
        let id = session.id.clone();
        sessions.active.insert(client.to_owned(), id.clone());
        sessions.all.insert(id.clone(), session);
        id
    });
    Ok(call::json(
        StatusCode::OK,
        &json!({
            "state": if is_new { "queued" } else { "connected" }, "ewt": "0", "chat_id": id, "is_new_chat": is_new,
            "phone_number": body["phone_number"].as_str().unwrap_or_default(),
        }),
    ))
}

/// News since the last poll; waits for some if there is none. One poll at a time.
async fn poll(centre: &Centre, chat: &str, client: &str) -> Result<Reply, ApiError> {
    let take = |session: &mut Session| {
        let own = session.customer();
        let new = session.events[session.read..].iter();
        let news: Vec<Value> =
            new.filter(|event| is_public(event) && event["party_id"] != *own).cloned().collect();
        session.read = session.events.len();
        news
    };
    let begin = |session: &mut Session| {
        session.is_of(client)?;
        if session.polling {
            let message = "Too many concurrent poll requests for the same session";
            return Err(ApiError::new(StatusCode::BAD_REQUEST, "5509", message));
        }
        if session.ended && session.read == session.events.len() {
            return Err(ApiError::no_session());
        }
        session.polling = true;
        Ok(())
    };
    {
        let mut sessions = centre.sessions.lock();
        begin(sessions.all.get_mut(chat).ok_or_else(ApiError::no_session)?)?;
    }
    let _polling = Polling { centre, chat };
    let waited = tokio::time::timeout(PATIENCE, async {
        loop {
            let news = centre.news.notified();
            let taken = centre.sessions.lock().all.get_mut(chat).map(take).unwrap_or_default();
            if !taken.is_empty() {
                return taken;
            }
            news.await;
        }
    });
    let events = waited.await.unwrap_or_default();
    Ok(call::json(StatusCode::OK, &json!({ "events": events })))
}

/// A poll under way. It ends when its answer is made, or its client goes away.
struct Polling<'a> {
    centre: &'a Centre,
    chat: &'a str,
}

impl Drop for Polling<'_> {
    fn drop(&mut self) {
        if let Some(session) = self.centre.sessions.lock().all.get_mut(self.chat) {
            session.polling = false;
        }
    }
}

fn send(centre: &Centre, call: &Call<'_>, chat: &str, client: &str) -> Result<Reply, ApiError> {
    let body: Value = serde_json::from_slice(call.body).map_err(|error| ApiError::unreadable(&error))?;
    let events = body["events"].as_array().cloned().unwrap_or_default();
    centre.within(chat, |session| {
        session.is_of(client)?;
        let own = session.customer();
        for event in &events {
            match event["event"].as_str().unwrap_or_default() {
                "chat_session_message" => {
                    let text = event["msg"].as_str().unwrap_or_default();
                    session.say(&own, text, event["msg_id"].as_str())?;
                }
                "chat_session_file" => {
                    session.send_file(&own, event["file_id"].as_str().unwrap_or_default())?;
                }
                "chat_session_end" | "chat_session_disconnect" => session.end(),
                // Typing, reading, forms and signalling change nothing that anybody here looks at.
                _ => {}
            }
        }
        Ok(())
    })?;
    Ok(done())
}

/// What agents arrange among themselves is not for the customer.
fn is_public(event: &Value) -> bool {
    event["event"] != "chat_session_conference_requested"
}

impl Session {
    fn is_of(&self, client: &str) -> Result<(), ApiError> {
        let customer = self.parties.values().any(|party| party.kind == Kind::Customer);
        if customer && self.client == client { Ok(()) } else { Err(ApiError::no_session()) }
    }
}
