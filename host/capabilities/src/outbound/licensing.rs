//! How calls of metered Teams APIs are paid for: the parameter that says it.
//!
//! learn.microsoft.com, "Payment models and licensing requirements for Microsoft Teams APIs": exports take either model,
//! changes of `policyViolation` only A, and meetings none. The metering ended on 25 August 2025, and the parameter does
//! no harm.

use serde_json::Value;
use tieline_types::{Problem, tenant::Licensing};
use url::form_urlencoded;

/// The exports, wherever they stand.
const EXPORTS: [&str; 2] = ["getAllMessages", "getAllRetainedMessages"];
const MODEL: &str = "model";
const POLICY: &str = "policyViolation";

/// The address of a call with how it is paid for; none where that is not to be said, or is said already.
pub(super) fn paid(method: &str, address: &str, body: &[u8], licensing: Licensing) -> Option<String> {
    let body = || serde_json::from_slice::<Value>(body).unwrap_or_default();
    says(method, address, licensing, || body().get(POLICY).is_some())
}

/// The body of a `$batch` of which each call says how it is paid for; none where no call is to say it.
pub(super) fn each_paid(batch: &[u8], licensing: Licensing) -> Option<Vec<u8>> {
    licensing.model()?;
    let mut batch: Value = serde_json::from_slice(batch).ok()?;
    let mut any = false;
    for call in batch.get_mut("requests")?.as_array_mut()? {
        let policy = || call.pointer("/body/policyViolation").is_some();
        let text = |name: &str| call.get(name).and_then(Value::as_str).unwrap_or_default();
        let Some(paid) = says(text("method"), text("url"), licensing, policy) else { continue };
        call["url"] = paid.into();
        any = true;
    }
    any.then(|| batch.to_string().into_bytes())
}

fn says(
    method: &str,
    address: &str,
    licensing: Licensing,
    changes_policy: impl FnOnce() -> bool,
) -> Option<String> {
    let model = licensing.model()?;
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let last = path.rsplit('/').next().unwrap_or_default();
    let exports = EXPORTS.iter().any(|export| is(last, export));
    let metered = exports
        || licensing == Licensing::A
            && method == "PATCH"
            && path.split('/').any(|segment| is(segment, "messages"))
            && changes_policy();
    let said = form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == MODEL);
    // What stands there already stays as it was written.
    let joint = if address.contains('?') { '&' } else { '?' };
    (metered && !said).then(|| format!("{address}{joint}{MODEL}={model}"))
}

/// Whether a segment of a path has this name, with a key or arguments behind it or not.
fn is(segment: &str, name: &str) -> bool {
    segment.split('(').next().is_some_and(|segment| segment.eq_ignore_ascii_case(name))
}

/// What a 402 means.
pub(crate) fn unpaid() -> Problem {
    Problem::new("graph.payment-required", "Graph wants this call to be paid for.").remedy(
        "Without a model an app may read 500 messages a month: set `licensing` of the Microsoft connection to \"a\" or \
         \"b\". Metering ended on 25 August 2025; if Graph still asks for it, ask Microsoft's support.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const POST: &str = "/teams/1/channels/2/messages/3";

    fn paid(method: &str, path: &str, body: &str, licensing: Licensing) -> Option<String> {
        super::paid(method, path, body.as_bytes(), licensing)
    }

    #[test]
    fn exports_take_either_model() {
        for (path, model) in [
            ("/users/1/chats/getAllMessages", "?model="),
            ("https://graph.microsoft.com/v1.0/users/1/chats/getAllRetainedMessages", "?model="),
            ("/teams/1/channels/getallmessages()?$top=5", "&model="),
        ] {
            for (licensing, letter) in [(Licensing::A, "A"), (Licensing::B, "B")] {
                assert_eq!(paid("GET", path, "", licensing), Some(format!("{path}{model}{letter}")));
            }
            assert_eq!(paid("GET", path, "", Licensing::Evaluation), None);
        }
    }

    #[test]
    fn changes_of_a_policy_violation_take_only_a() {
        let change = r#"{"policyViolation": null}"#;
        let replies = format!("{POST}/replies/4");
        for path in [POST, &replies, "/chats/1/messages/2"] {
            assert_eq!(paid("PATCH", path, change, Licensing::A), Some(format!("{path}?model=A")));
            assert_eq!(paid("PATCH", path, change, Licensing::B), None);
            assert_eq!(paid("POST", path, change, Licensing::A), None);
            assert_eq!(paid("PATCH", path, r#"{"body": {"policyViolation": 1}}"#, Licensing::A), None);
        }
        assert_eq!(paid("PATCH", "/users/1", change, Licensing::A), None);
    }

    #[test]
    fn nothing_is_said_twice_or_on_other_calls() {
        for path in [
            "/teams/1/channels/getAllMessages?model=A",
            "/teams/1/channels/getAllMessages?$top=5&%6Dodel=A",
            POST,
            "/users/getAllMessages/messages",
            "/users/1/onlineMeetings/2/transcripts/3/content",
        ] {
            assert_eq!(paid("GET", path, "", Licensing::B), None, "{path}");
        }
    }

    #[test]
    fn each_call_of_a_batch_says_it_for_itself() {
        let batch = json!({"requests": [
            {"id": "1", "method": "GET", "url": "/chats/getAllMessages?$top=5"},
            {"id": "2", "method": "PATCH", "url": POST, "body": {"policyViolation": {"dlpAction": "none"}}},
            {"id": "3", "method": "GET", "url": POST}]});
        let urls = |licensing| {
            let paid = each_paid(batch.to_string().as_bytes(), licensing)?;
            let paid: Value = serde_json::from_slice(&paid).unwrap();
            let url = |n: usize| paid["requests"][n]["url"].as_str().unwrap().to_owned();
            assert_eq!(paid["requests"][1]["body"], batch["requests"][1]["body"]);
            Some([url(0), url(1), url(2)])
        };
        let exported = |model: &str| format!("/chats/getAllMessages?$top=5&model={model}");
        assert_eq!(urls(Licensing::A), Some([exported("A"), format!("{POST}?model=A"), POST.into()]));
        assert_eq!(urls(Licensing::B), Some([exported("B"), POST.into(), POST.into()]));
        assert_eq!(urls(Licensing::Evaluation), None);
        assert_eq!(each_paid(br#"{"requests": [{"method": "GET", "url": "/me"}]}"#, Licensing::A), None);
    }
}
