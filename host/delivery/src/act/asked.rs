//! One asking for an action, and how it is known again.

use aws_lc_rs::digest::{Context, SHA256};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tieline_runtime::ActionCall;
use tieline_store::{Key, Space};
use tieline_types::{Actor, Digest, EventId, EventRef, InstallationKey, api::ActRequest, manifest::Action};

/// An action, ready to run.
pub(super) struct Asked {
    pub(super) call: ActionCall,
    /// Names this asking: equal for equal idempotency keys. Its upstream effects are remembered under it.
    pub(super) reference: EventRef,
    /// Whether its answer is given again to whoever asks again with the same key.
    pub(super) remembered: bool,
}

/// An answer that was given under an idempotency key.
#[derive(Serialize, Deserialize)]
struct Given {
    /// Of what was asked.
    asked: Digest,
    output: Value,
}

/// What a stored answer means for an asking.
pub(super) enum Answered {
    /// It is the answer.
    Same(Value),
    /// Something else was asked for under the same key.
    Another,
}

impl Asked {
    pub(super) fn of(key: &InstallationKey, action: &Action, request: ActRequest, actor: Actor) -> Self {
        let ActRequest { input, record, idempotency_key, user: _ } = request;
        let remembered = idempotency_key.is_some();
        let idempotency_key = idempotency_key.unwrap_or_else(|| EventId::generate().to_string());
        // Nobody gets the answer that somebody else was given.
        let who = [actor.directory_id.as_str(), &actor.object_id];
        let id = [key.tenant.as_str(), key.installation.as_str(), &action.name, &idempotency_key];
        let id = named(&[&id[..], &who].concat());
        Self {
            reference: EventRef { installation: key.clone(), id },
            remembered,
            call: ActionCall {
                name: action.name.clone(),
                record,
                input: input.to_string(),
                actor,
                idempotency_key,
            },
        }
    }

    /// Where its answer is kept.
    pub(super) fn answer_key(&self) -> Key {
        Key::of_event(Space::Run, &self.reference).part("answer")
    }

    /// The answer as it is kept.
    pub(super) fn answered(&self, output: &Value) -> Bytes {
        let given = Given { asked: self.digest(), output: output.clone() };
        serde_json::to_vec(&given).expect("plain data always serialises").into()
    }

    /// What an answer that was kept means.
    pub(super) fn recognises(&self, kept: &[u8]) -> Answered {
        match serde_json::from_slice::<Given>(kept) {
            Ok(given) if given.asked == self.digest() => Answered::Same(given.output),
            _ => Answered::Another,
        }
    }

    fn digest(&self) -> Digest {
        let record = self.call.record.as_ref().map(|(kind, id)| [kind.as_str(), id.as_str()]);
        let words = [self.call.input.as_str()].into_iter().chain(record.into_iter().flatten());
        let mut all = Vec::new();
        for word in words {
            all.extend((word.len() as u64).to_be_bytes());
            all.extend(word.as_bytes());
        }
        Digest::of(&all)
    }
}

/// An id that follows from these words and from nothing else.
fn named(words: &[&str]) -> EventId {
    let mut context = Context::new(&SHA256);
    for word in words {
        context.update(&(word.len() as u64).to_be_bytes());
        context.update(word.as_bytes());
    }
    let mut id = [0; 16];
    id.copy_from_slice(&context.finish().as_ref()[..16]);
    EventId::from_bytes(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn asked(key: Option<&str>, input: Value, who: &str) -> Asked {
        let installation =
            InstallationKey { tenant: "acme".parse().unwrap(), installation: "desk".parse().unwrap() };
        let action = json!({"name": "connect", "title": "t", "description": "d", "input": {}});
        let request = ActRequest { input, record: None, idempotency_key: key.map(str::to_owned), user: None };
        let actor = Actor {
            directory_id: "d".into(),
            object_id: who.into(),
            display_name: "Ada".into(),
            roles: Vec::new(),
        };
        Asked::of(&installation, &serde_json::from_value(action).unwrap(), request, actor)
    }

    #[test]
    fn words_cannot_run_into_each_other() {
        assert_ne!(named(&["a", "bc"]), named(&["ab", "c"]));
        assert_eq!(named(&["a", "bc"]), named(&["a", "bc"]));
    }

    #[test]
    fn an_answer_is_known_again_by_key_person_and_words() {
        let first = asked(Some("k"), json!({"a": 1}), "ada");
        let kept = first.answered(&json!("done"));
        let again = asked(Some("k"), json!({"a": 1}), "ada");
        assert_eq!(again.answer_key(), first.answer_key());
        assert!(matches!(again.recognises(&kept), Answered::Same(output) if output == json!("done")));
        let other_words = asked(Some("k"), json!({"a": 2}), "ada");
        assert_eq!(other_words.answer_key(), first.answer_key());
        assert!(matches!(other_words.recognises(&kept), Answered::Another));
        assert_ne!(asked(Some("k"), json!({"a": 1}), "bob").answer_key(), first.answer_key());
        assert!(!asked(None, json!({}), "ada").remembered);
        assert_ne!(asked(None, json!({}), "ada").answer_key(), asked(None, json!({}), "ada").answer_key());
    }
}
