//! Calls of the webhook are handed on: what happens to one person, in order, and nobody waits for another.

use serde::{Deserialize, Serialize};
use tieline_sdk::events::{self, NewEvent};
use tieline_sdk::{Failure, HookCall, Problem};

use super::event::{Call, Meant, is_key};
use crate::conference::{Input, seats};
use crate::people::ordering;

/// The webhook.
pub(crate) const KEY: &str = "events";
/// What a person's conference is told.
pub(crate) const HAPPENED: &str = "happened";
/// An event's body may have 256 KiB.
const LARGEST: usize = 128 << 10;

/// The body of a [`HAPPENED`] event.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Happened {
    /// To whom.
    pub(crate) person: String,
    /// What, oldest first.
    pub(crate) inputs: Vec<Input>,
}

/// Hands on what a call tells.
pub(crate) fn called(call: &HookCall) -> Result<(), Failure> {
    let told: Call = call.json()?;
    if !is_key(&told.chat_id) {
        let message = format!("`{}` is no id of a session", told.chat_id.escape_debug());
        return Err(Failure::permanent(Problem::new("contact-center.invalid-event", message)));
    }
    let chat = told.chat_id;
    let mut sitting = seats::of(&chat)?;
    let mut all: Vec<Happened> = Vec::new();
    for event in told.events {
        let id = event.id();
        match event.meant(&chat) {
            Meant::Nothing => {}
            Meant::Wanted(request, person) => {
                let seat = request.seat.clone();
                if !sitting.iter().any(|(taken, _)| *taken == seat) {
                    seats::take(&seat, &person)?;
                    sitting.push((seat, Some(person.clone())));
                    add(&mut all, &person, Input::Requested(request));
                }
            }
            Meant::Heard(heard) => {
                for (seat, person) in &sitting {
                    let Some(person) = person else { continue };
                    let (seat, event) = (seat.clone(), id.clone());
                    add(&mut all, person, Input::Centre { seat, event, heard: heard.clone() });
                }
            }
        }
    }
    all.into_iter().try_for_each(|happened| hand_on(&happened))
}

/// In a body of its own, when the last one is full.
fn add(all: &mut Vec<Happened>, person: &str, input: Input) {
    let size = |inputs: &[Input]| serde_json::to_string(inputs).map_or(0, |text| text.len());
    let open = all.iter_mut().rfind(|happened| happened.person == person);
    match open.filter(|happened| size(&happened.inputs) + size(std::slice::from_ref(&input)) < LARGEST) {
        Some(happened) => happened.inputs.push(input),
        None => all.push(Happened { person: person.to_owned(), inputs: vec![input] }),
    }
}

/// Emits it, to be handled in the person's order.
pub(crate) fn hand_on(happened: &Happened) -> Result<(), Failure> {
    let body = serde_json::to_string(happened).map_err(|error| {
        Failure::permanent(Problem::new("contact-center.unwritable-event", error.to_string()))
    })?;
    Ok(events::emit(&NewEvent {
        type_: HAPPENED.to_owned(),
        body,
        ordering_key: Some(ordering(&happened.person)),
        dedupe_key: None,
    })?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conference::Seat;

    #[test]
    fn what_happens_to_one_person_stays_together_until_it_is_too_much() {
        let long = |party: &str| Input::Centre {
            seat: Seat { chat: "c".into(), party: party.into() },
            event: "e".into(),
            heard: crate::conference::Heard::Message { party: "x".into(), text: "y".repeat(LARGEST / 3) },
        };
        let mut all = Vec::new();
        for _ in 0..4 {
            add(&mut all, "a", long("1"));
            add(&mut all, "b", long("2"));
        }
        let counts: Vec<_> = all.iter().map(|h| (h.person.as_str(), h.inputs.len())).collect();
        assert_eq!(counts, [("a", 2), ("b", 2), ("a", 2), ("b", 2)]);
    }
}
