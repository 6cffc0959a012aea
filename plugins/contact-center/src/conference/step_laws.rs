//! What is true of every conference, whatever happens in whatever order.

use proptest::prelude::*;

use super::*;
use crate::conference::Seat;

const NOW: u64 = 1_000_000;

fn seat(number: u8) -> Seat {
    Seat { chat: format!("c{}", number % 2), party: format!("p{number}") }
}

fn heard() -> impl Strategy<Value = Heard> {
    let party = (0_u8..4).prop_map(|number| format!("p{number}"));
    prop_oneof![
        4 => (party.clone(), "[a-z]{1,3}").prop_map(|(party, text)| Heard::Message { party, text }),
        1 => party.clone().prop_map(|party| Heard::File { party }),
        1 => party.clone().prop_map(|party| Heard::Joined { party, name: "N".into() }),
        1 => party.prop_map(|party| Heard::Left { party, told: false }),
        1 => Just(Heard::Ended),
    ]
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just("YES".to_owned()),
        1 => Just("no".to_owned()),
        1 => Just("BYE".to_owned()),
        4 => "[a-z]{1,4}",
    ]
}

/// Messages are written in the order of their ids.
fn input() -> impl Strategy<Value = Input> {
    prop_oneof![
        2 => (0_u8..3).prop_map(|n| Input::Requested(Request { seat: seat(n), names: Default::default() })),
        4 => (0_u8..3, 0_u8..12, heard()).prop_map(|(n, event, heard)| {
            Input::Centre { seat: seat(n), event: format!("e{event}"), heard }
        }),
        8 => (0_u64..12, words(), 0_usize..2, proptest::option::of(0_u64..3), any::<bool>()).prop_map(
            |(id, text, files, edited, deleted)| Input::Teams(Said {
                id: id.to_string(), created: NOW + id, changed: NOW + id, edited, deleted: deleted && id > 8, text, files,
            })
        ),
        1 => (0_u8..3).prop_map(|n| Input::Due(seat(n))),
        1 => Just(Input::Disabled),
        1 => Just(Input::Gone),
        1 => Just(Input::Unreachable),
    ]
}

fn person(enabled: bool) -> Person {
    Person { name: "Omar".into(), enabled }
}

fn run(inputs: &[Input], enabled: bool) -> Vec<(Option<Conference>, Vec<Effect>)> {
    let config = Config::default();
    let mut open = None;
    let mut all = Vec::new();
    for (number, input) in inputs.iter().enumerate() {
        let now = NOW + number as u64 * 50_000;
        let (after, effects) = step(open, &person(enabled), input, &config, now);
        open = after.clone();
        all.push((after, effects));
    }
    all
}

/// What was told of one seat, in order.
fn told(all: &[(Option<Conference>, Vec<Effect>)], at: &Seat) -> Vec<Told> {
    let effects = all.iter().flat_map(|(_, effects)| effects);
    effects
        .filter_map(|effect| match effect {
            Effect::Tell { seat, told } if seat == at => Some(told.clone()),
            _ => None,
        })
        .collect()
}

proptest! {
    #[test]
    fn whatever_comes_again_does_nothing(inputs in proptest::collection::vec(input(), 0..40)) {
        let config = Config::default();
        let mut open = None;
        for (number, input) in inputs.iter().enumerate() {
            let now = NOW + number as u64;
            let (after, _) = step(open, &person(true), input, &config, now);
            // A request for somebody who is free is asked again by nobody: the webhook knows its seat.
            if after.is_some() || !matches!(input, Input::Requested(_)) {
                let refused = matches!(input, Input::Requested(request)
                    if after.as_ref().is_some_and(|open| open.seat != request.seat));
                let (again, effects) = step(after.clone(), &person(true), input, &config, now);
                prop_assert_eq!(&again, &after);
                // A second refusal says the same as the first.
                prop_assert!(refused || effects.is_empty(), "{:?} {:?}", input, effects);
            }
            open = after;
        }
    }

    #[test]
    fn nobody_speaks_or_hears_before_they_said_yes(inputs in proptest::collection::vec(input(), 0..40)) {
        let mut joined = false;
        for ((after, effects), input) in run(&inputs, true).iter().zip(&inputs) {
            let now = after.as_ref().is_some_and(|open| open.stage == Stage::Joined);
            for effect in effects {
                match effect {
                    Effect::Tell { told: Told::Joined { .. }, .. } => {
                        let yes = matches!(input, Input::Teams(said) if said.text.eq_ignore_ascii_case("yes"));
                        prop_assert!(yes && !joined && now);
                    }
                    Effect::Tell { told: Told::Message { .. }, .. } => prop_assert!(joined),
                    Effect::Post { html, .. } => prop_assert!(joined || !html.contains("<b>")),
                    _ => {}
                }
            }
            joined = now;
        }
    }

    #[test]
    fn a_seat_is_left_once_at_most_and_then_silent(inputs in proptest::collection::vec(input(), 0..40)) {
        // Each seat is asked for once, as the webhook sees to it.
        let mut asked = std::collections::BTreeSet::new();
        let once: Vec<_> = inputs
            .into_iter()
            .filter(|input| !matches!(input, Input::Requested(r) if !asked.insert(r.seat.clone())))
            .collect();
        let all = run(&once, true);
        for number in 0..3 {
            let told = told(&all, &seat(number));
            let left = told.iter().position(|told| matches!(told, Told::Left { .. }));
            if let Some(at) = left {
                prop_assert_eq!(at + 1, told.len(), "{:?}", told);
            }
            let joined = told.iter().filter(|told| matches!(told, Told::Joined { .. })).count();
            prop_assert!(joined <= 1);
        }
    }

    #[test]
    fn nothing_is_posted_or_told_under_one_name_twice(inputs in proptest::collection::vec(input(), 0..40)) {
        let all = run(&inputs, true);
        let mut open: Option<Seat> = None;
        let mut names = std::collections::BTreeSet::new();
        for (after, effects) in &all {
            for effect in effects {
                let name = match effect {
                    Effect::Post { key, .. } => format!("post {key}"),
                    Effect::Tell { told: Told::Message { id, .. }, .. } => format!("tell {id}"),
                    _ => continue,
                };
                prop_assert!(names.insert(name.clone()), "{} twice", name);
            }
            let seat = after.as_ref().map(|open| open.seat.clone());
            // Another conference is another event's, and has names of its own.
            if seat != open {
                names.clear();
                open = seat;
            }
        }
    }

    #[test]
    fn what_is_said_is_passed_on_in_order(texts in proptest::collection::vec("[c-z]{4,6}", 1..30)) {
        let mut inputs = vec![Input::Requested(Request { seat: seat(0), names: Default::default() })];
        let said = |id: usize, text: &str| Input::Teams(Said {
            id: id.to_string(), created: NOW + id as u64, text: text.to_owned(), ..Said::default()
        });
        inputs.push(said(0, "Yes!"));
        inputs.extend(texts.iter().enumerate().map(|(id, text)| said(id + 1, text)));
        let passed: Vec<_> = told(&run(&inputs, true), &seat(0))
            .into_iter()
            .filter_map(|told| if let Told::Message { text, .. } = told { Some(text) } else { None })
            .collect();
        prop_assert_eq!(passed, texts);
    }

    #[test]
    fn who_did_not_turn_it_on_is_never_written_to(inputs in proptest::collection::vec(input(), 0..30)) {
        for (open, effects) in run(&inputs, false) {
            prop_assert!(open.is_none());
            let posts = effects.iter().any(|effect| matches!(effect, Effect::Post { .. }));
            prop_assert!(!posts);
        }
    }
}
