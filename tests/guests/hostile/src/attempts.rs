//! Things that a guest must not be able to do, and what the host answered when this one tried.

use tieline_sdk::events::NewEvent;
use tieline_sdk::storage::Condition;
use tieline_sdk::{CallError, Failure, Problem, Response, Stage, events, graph, http, storage};

/// A call to an origin that is not in the grant.
pub(crate) fn reach_out(url: &str) -> String {
    told(http::get(url).send())
}

/// A call that brings its own credential.
pub(crate) fn forge_credential(url: &str) -> String {
    told(http::get(url).header("Authorization", "Bearer forged").send())
}

/// A call with somebody else's credential.
pub(crate) fn borrow_connection(url: &str) -> String {
    told(http::get(url).connection("borrowed").send())
}

/// A write that must not be taken, because the key has no such revision.
pub(crate) fn storage_conflict() -> Result<String, Failure> {
    storage::put_json("contested", &"mine", None)?;
    let taken = storage::put("contested", b"stale", Condition::IfRevision(u64::MAX), None);
    Ok(match taken {
        Err(storage::Error::Conflict(_)) => "conflict".to_owned(),
        other => format!("{other:?}"),
    })
}

/// Megabytes, until one is refused.
pub(crate) fn flood_storage() -> String {
    let megabyte = vec![0_u8; 1 << 20];
    let refused = (0..1_000)
        .find_map(|n| storage::put(&format!("flood/{n}"), &megabyte, Condition::Always, None).err());
    match refused {
        Some(storage::Error::QuotaExceeded(_)) => "quota-exceeded".to_owned(),
        other => format!("{other:?}"),
    }
}

/// Events, until one is refused.
pub(crate) fn flood_events() -> String {
    let event = NewEvent { type_: "flood".into(), body: "{}".into(), ordering_key: None, dedupe_key: None };
    match (0..10_000).find_map(|_| events::emit(&event).err()) {
        Some(tieline_sdk::Refusal::QuotaExceeded(_)) => "quota-exceeded".to_owned(),
        other => format!("{other:?}"),
    }
}

/// Asks every capability that answers; fails with the name of the first one that did.
pub(crate) fn io_during_plan(url: &str) -> Result<(), Problem> {
    let answered = [
        ("storage", storage::get("count").is_ok()),
        ("http", http::get(url).send().is_ok()),
        ("graph", graph::get("/users").send().is_ok()),
    ];
    match answered.iter().find(|(_, answered)| *answered) {
        Some((capability, _)) => {
            Err(Problem::new("hostile.answered", format!("{capability} answered during plan")))
        }
        None => Ok(()),
    }
}

/// The stage fails if a check can write.
pub(crate) fn write_during_check() -> Stage {
    match storage::put("written", b"true", Condition::Always, None) {
        Err(storage::Error::ReadOnly) => Stage::ok("writing is refused"),
        other => Stage::failed("writing is refused", Problem::new("hostile.taken", format!("{other:?}"))),
    }
}

/// `denied`, `invalid`, `answered 200`: one or two words for a test to compare.
fn told(answer: Result<Response, CallError>) -> String {
    match answer {
        Ok(response) => format!("answered {}", response.status),
        Err(CallError::Denied(_)) => "denied".to_owned(),
        Err(CallError::Invalid(_)) => "invalid".to_owned(),
        Err(other) => other.problem().code,
    }
}
