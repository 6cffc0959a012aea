//! How a replayed run compares with the recorded one.

use serde::Serialize;
use tieline_capabilities::tape::{Compared, Heard};
use tieline_types::tape::Said;

use crate::table::table;

/// The most text shown of what was asked.
const SHOWN: usize = 400;

/// Two runs beside each other.
#[derive(Debug, Serialize)]
pub(crate) struct Difference {
    /// Whether every call and the outcome are the same, in the same order.
    pub(crate) identical: bool,
    /// The calls of both.
    calls: Vec<Compared>,
    /// How the recorded run ended.
    then: Said,
    /// How this one ended.
    now: Said,
}

impl Difference {
    /// Compares them. The recorded run may have been stopped because its time was up, behind its last call. The same
    /// code that made just the same calls was on its way to that same place: how it went on from there, with more
    /// time, is no difference.
    pub(crate) fn new(calls: Vec<Compared>, then: Said, now: Said, same_code: bool) -> Self {
        let same_calls = calls.iter().all(|call| call.how == Heard::Same);
        let now = if same_calls && same_code && then.is_of_time() { then.clone() } else { now };
        Self { identical: same_calls && then.is_like(&now), calls, then, now }
    }

    /// For people: each call with how it compares, then the outcome.
    pub(crate) fn text(&self) -> String {
        let rows = self.calls.iter().map(|call| {
            let mut about = call.about.clone();
            for (word, asked) in [("then", &call.then), ("now", &call.now)] {
                if let Some(asked) = asked {
                    about.push_str(&format!("\n{word}: {}", short(&asked.to_string())));
                }
            }
            vec![word(call.how).to_owned(), call.call.clone(), about]
        });
        let mut text = table(&["Is", "Call", "About"], rows.collect(), "Neither run made a call.");
        let counts = [Heard::Same, Heard::Moved, Heard::Changed, Heard::New, Heard::Missing].map(|how| {
            let count = self.calls.iter().filter(|call| call.how == how).count();
            format!("{count} {}", word(how))
        });
        text.push_str(&format!("\n\ncalls: {}\n", counts.join(", ")));
        if self.then.is_like(&self.now) {
            text.push_str(&format!("outcome: the same, {}\n", outcome(&self.then)));
        } else {
            text.push_str(&format!(
                "outcome then: {}\noutcome now:  {}\n",
                outcome(&self.then),
                outcome(&self.now)
            ));
        }
        text.push_str(if self.identical { "identical" } else { "different" });
        text
    }
}

fn word(how: Heard) -> &'static str {
    match how {
        Heard::Same => "same",
        Heard::Moved => "moved",
        Heard::Changed => "changed",
        Heard::New => "new",
        Heard::Missing => "missing",
    }
}

fn outcome(said: &Said) -> String {
    match said {
        Said::Done => "done".into(),
        Said::Retry { problem, after_ms: None } => format!("again later: {problem}"),
        Said::Retry { problem, after_ms: Some(after) } => format!("again after {after} ms: {problem}"),
        Said::Permanent { problem } => format!("never again: {problem}"),
        Said::Stopped { problem } => format!("stopped: {problem}"),
    }
}

fn short(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_types::Problem;

    fn call(how: Heard) -> Compared {
        Compared { call: "storage.put".into(), about: "k".into(), how, then: None, now: None }
    }

    #[test]
    fn what_the_same_code_does_when_its_time_was_up_is_no_difference() {
        let stopped = |code: &str| Said::Stopped { problem: Problem::new(code, "100 ms") };
        let went_on = |calls, then, same_code| Difference::new(calls, then, Said::Done, same_code).identical;
        assert!(went_on(vec![call(Heard::Same)], stopped("limit.cpu"), true));
        assert!(
            !went_on(vec![call(Heard::Same)], stopped("limit.cpu"), false),
            "another version is the question"
        );
        assert!(!went_on(vec![call(Heard::Missing)], stopped("limit.cpu"), true));
        assert!(!went_on(vec![call(Heard::Same)], stopped("guest.trapped"), true));
    }

    #[test]
    fn only_the_same_calls_with_the_same_end_are_identical() {
        let same = || vec![call(Heard::Same), call(Heard::Same)];
        assert!(Difference::new(same(), Said::Done, Said::Done, true).identical);
        let never = Said::Permanent { problem: Problem::new("a", "b") };
        assert!(!Difference::new(same(), Said::Done, never, true).identical);
        for how in [Heard::Moved, Heard::Changed, Heard::New, Heard::Missing] {
            let difference = Difference::new(vec![call(how)], Said::Done, Said::Done, true);
            assert!(!difference.identical);
            assert!(difference.text().contains(&format!("1 {}", word(how))));
        }
    }
}
