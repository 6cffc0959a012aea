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
        Some(storage::Error::QuotaExceeded(quota)) => quota,
        other => format!("{other:?}"),
    }
}

/// Events, until one is refused.
pub(crate) fn flood_events() -> String {
    let event = NewEvent { type_: "flood".into(), body: "{}".into(), ordering_key: None, dedupe_key: None };
    match (0..10_000).find_map(|_| events::emit(&event).err()) {
        Some(tieline_sdk::Refusal::QuotaExceeded(quota)) => quota,
        other => format!("{other:?}"),
    }
}

/// Keys, until one is refused.
pub(crate) fn flood_keys() -> String {
    let refused =
        (0..100_000).find_map(|n| storage::put(&format!("flood/{n}"), b"", Condition::Always, None).err());
    match refused {
        Some(storage::Error::QuotaExceeded(quota)) => quota,
        other => format!("{other:?}"),
    }
}

/// Reads, until one is refused.
pub(crate) fn flood_reads() -> String {
    match (0..100_000).find_map(|_| storage::get("nothing").err()) {
        Some(storage::Error::QuotaExceeded(quota)) => quota,
        other => format!("{other:?}"),
    }
}

/// One event, larger than any.
pub(crate) fn huge_event() -> String {
    let body = format!("\"{}\"", "x".repeat(4 << 20));
    let event = NewEvent { type_: "huge".into(), body, ordering_key: None, dedupe_key: None };
    match events::emit(&event) {
        Err(tieline_sdk::Refusal::QuotaExceeded(quota)) => quota,
        other => format!("{other:?}"),
    }
}

/// Calls, until one is refused.
pub(crate) fn flood_calls() -> String {
    let refused = |_| match graph::get("/teams/nobody-1/channels/2/messages/3").send() {
        Err(CallError::Denied(denial)) => denial.allow_with,
        _ => None,
    };
    (0..1_000).find_map(refused).unwrap_or_else(|| "never refused".into())
}

/// A body larger than any, then ones that are not.
pub(crate) fn flood_upstream() -> String {
    let large =
        |size: usize| graph::get("/teams/nobody-1/channels/2/messages/3").json(&" ".repeat(size))?.send();
    let denied = |size: usize| match large(size) {
        Err(CallError::Denied(denial)) => denial.allow_with,
        _ => None,
    };
    let huge = denied(6 << 20).unwrap_or_else(|| "never refused".into());
    let many = (0..50).find_map(|_| denied(1 << 20)).unwrap_or_else(|| "never refused".into());
    format!("{huge} and {many}")
}

/// This machine, the network's own and the clouds' metadata services, as addresses that hide what they are. Answers
/// those that were not denied.
pub(crate) fn reach_inside() -> String {
    let places = [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://127.0.0.1./",
        "http://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://2852039166/latest/meta-data/",
        "http://[::ffff:169.254.169.254]/latest/meta-data/",
        "https://[::ffff:a9fe:a9fe]/",
        "https://[64:ff9b::169.254.169.254]/",
        "https://[64:ff9b::10.0.0.1]/",
        "https://[2002:7f00:1::]/",
        "https://[fd00:ec2::254]/",
    ];
    let passed = |place: &&&str| told(http::get(**place).send()) != "denied";
    let through: Vec<_> = places.iter().filter(passed).collect();
    if through.is_empty() { format!("all {} denied", places.len()) } else { format!("{through:?}") }
}

/// Somewhere else, with Graph's credential: as a next link that an upstream made up could ask for.
pub(crate) fn graph_elsewhere(url: &str) -> String {
    told(graph::get(url).send())
}

/// Spellings that a server might read as another path than the host does. Answers those that got through.
pub(crate) fn traverse_paths() -> String {
    let paths = [
        "/teams/../users",
        "/teams/%2e%2e/users",
        "/teams/a%2f..%2f..%2fusers",
        "/teams//channels",
        "/teams/a\\..\\users",
        "/teams/./channels",
        "/../beta/users",
        "/teams/a#/channels/b/messages/c",
        "/teams/a%00/channels/b/messages/c",
        "https://graph.microsoft.com/beta/../v1.0/users",
    ];
    let passed = |path: &&&str| !matches!(told(graph::get(**path).send()).as_str(), "invalid" | "denied");
    let through: Vec<_> = paths.iter().filter(passed).collect();
    if through.is_empty() { "none passed".into() } else { format!("{through:?}") }
}

/// Names that would lead elsewhere if they were paths. They are names: each is refused, or stays at home.
pub(crate) fn traverse_keys() -> String {
    let mut wrong = Vec::new();
    for refused in ["", "a\0umbra", "a\nb", "\u{1}\u{1}", "\u{7f}"] {
        if !matches!(storage::put(refused, b"x", Condition::Always, None), Err(storage::Error::InvalidKey(_)))
        {
            wrong.push(refused);
        }
    }
    for name in ["../count", "../../umbra/hostile/count", "/", "..", "%2e%2e/count", "umbra/hostile/count"] {
        let stranger = storage::get(name).ok().flatten().is_some_and(|entry| entry.value != b"x");
        if stranger || storage::put(name, b"x", Condition::Always, None).is_err() {
            wrong.push(name);
        }
    }
    if wrong.is_empty() { "all at home".into() } else { format!("{wrong:?}") }
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
