use serde_json::{Value, json};
use tieline_types::{
    Delivery, Digest, Event, EventId, InstallationKey, Limits, Payload, Problem, Timestamp,
    tape::{FORMAT, Head, Said, Tape, TapedCall},
};

use super::{Compared, Heard, Player, TapeEnded};

fn tape(calls: &[(&str, &str, Value)], said: Said) -> Tape {
    let installation =
        InstallationKey { tenant: "acme".parse().unwrap(), installation: "desk".parse().unwrap() };
    let event = Event {
        id: EventId::from_bytes([7; 16]),
        installation,
        ordering_key: "k".into(),
        received: Timestamp(1),
        actor: None,
        trace: None,
        payload: Payload::Custom { r#type: "t".into(), body: "{}".into() },
    };
    let head = Head {
        format: FORMAT,
        host: "0.1.0".into(),
        package: Digest::of(b"p"),
        config: "{}".into(),
        limits: Limits::default(),
        event,
        delivery: Delivery::fresh(Timestamp(1)),
        said,
    };
    let call = |(place, (call, about, asked)): (usize, &(&str, &str, Value))| TapedCall {
        call: (*call).into(),
        about: (*about).into(),
        asked: asked.clone(),
        told: Some(place.into()),
    };
    Tape { head, calls: calls.iter().enumerate().map(call).collect() }
}

/// Asks and gives the place on the tape that answered.
fn ask(player: &mut Player, call: &str, about: &str, asked: Value) -> Option<u64> {
    player.answer(call, format_args!("{about}"), &asked).unwrap()
}

fn how(compared: Vec<Compared>) -> Vec<Heard> {
    compared.into_iter().map(|call| call.how).collect()
}

#[test]
fn the_same_calls_get_the_same_answers_in_the_same_order() {
    let tape = tape(&[("get", "k", json!(1)), ("put", "k", json!(2)), ("get", "k", json!(1))], Said::Done);
    let mut player = Player::new(&tape);
    for (place, call) in tape.calls.iter().enumerate() {
        assert_eq!(ask(&mut player, &call.call, &call.about, call.asked.clone()), Some(place as u64));
    }
    assert_eq!(how(player.finish()), [Heard::Same; 3]);
}

#[test]
fn differences_are_named() {
    let calls =
        [("get", "a", json!(1)), ("put", "b", json!(2)), ("put", "c", json!(3)), ("put", "d", json!(4))];
    let mut player = Player::new(&tape(&calls, Said::Done));
    assert_eq!(ask(&mut player, "put", "c", json!(3)), Some(2));
    assert_eq!(ask(&mut player, "get", "a", json!(1)), Some(0));
    assert_eq!(ask(&mut player, "put", "b", json!("other")), Some(1));
    assert_eq!(ask(&mut player, "put", "e", json!(5)), None);
    assert_eq!(ask(&mut player, "get", "a", json!(1)), Some(0), "asked again, answered as before");
    let heard = player.finish();
    assert_eq!(heard[2].then, Some(json!(2)));
    let wanted = [Heard::Same, Heard::Moved, Heard::Changed, Heard::New, Heard::New, Heard::Missing];
    assert_eq!(how(heard), wanted);
}

#[test]
fn the_next_call_on_tape_goes_before_an_equal_one_that_was_left_out() {
    let calls = [("get", "k", json!(1)), ("put", "k", json!(2)), ("get", "k", json!(1))];
    let mut player = Player::new(&tape(&calls, Said::Done));
    assert_eq!(ask(&mut player, "put", "k", json!(2)), Some(1));
    assert_eq!(ask(&mut player, "get", "k", json!(1)), Some(2));
    assert_eq!(how(player.finish()), [Heard::Same, Heard::Same, Heard::Missing]);
}

#[test]
fn where_the_recorded_run_was_stopped_the_replayed_one_is() {
    let stopped = |code: &str| Said::Stopped { problem: Problem::new(code, "m") };
    let mut unanswered = tape(&[("send", "x", json!(1))], stopped("limit.wall"));
    unanswered.calls[0].told = None;
    let ended = Player::new(&unanswered).answer::<u64>("send", format_args!("x"), &1).unwrap_err();
    assert_eq!(ended.downcast_ref::<TapeEnded>().unwrap().0.code, "limit.wall");

    let mut cpu = Player::new(&tape(&[], stopped("limit.cpu")));
    assert!(cpu.answer::<u64>("log", format_args!("x"), &1).is_err());
    assert_eq!(cpu.finish(), [], "a call that came too late then is no difference");
    let mut trapped = Player::new(&tape(&[], stopped("guest.trapped")));
    assert!(trapped.answer::<u64>("log", format_args!("x"), &1).unwrap().is_none());
    assert_eq!(how(trapped.finish()), [Heard::New]);
}
