//! What is known of a case's channel, and what people see of it. Pure.

use serde::{Deserialize, Serialize};
use tieline_sdk::{Problem, Timestamp};

/// What is known of a case's channel. Kept under `channel/<case>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// Somebody asked for it.
    Creating {
        /// When.
        since: Timestamp,
        /// Who, for people.
        by: String,
        /// Where Graph says how far it is, when it does that in its own time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        operation: Option<String>,
    },
    /// It is there.
    Ready(Channel),
    /// It cannot be; it can be asked for again.
    Failed {
        /// When that was found.
        at: Timestamp,
        /// Why.
        because: Because,
    },
}

/// A channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channel {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Opens it in Teams.
    pub link: String,
    /// Since when it is known.
    pub at: Timestamp,
    /// Who asked for it, for people.
    pub by: String,
}

/// A problem, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Because {
    code: String,
    message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

/// What asking for a channel comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asking {
    /// Nobody has asked yet, or in vain: it is made.
    Begin,
    /// Somebody asked before.
    Wait(Timestamp),
    /// It is there.
    There(Channel),
}

/// What people see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// The button Create Channel.
    Nothing,
    /// `Creating Channel`, since then.
    Creating(Timestamp),
    /// It takes longer than expected; the button Check Again.
    Late(Timestamp),
    /// The link.
    Ready(Channel),
    /// Why not, and the button Create Channel.
    Failed(Problem),
}

impl State {
    /// What asking comes to, given what is known.
    pub fn asked(state: Option<&Self>) -> Asking {
        match state {
            None | Some(Self::Failed { .. }) => Asking::Begin,
            Some(Self::Creating { since, .. }) => Asking::Wait(*since),
            Some(Self::Ready(channel)) => Asking::There(channel.clone()),
        }
    }

    /// What people see at `now` who wait patiently for so many milliseconds.
    pub fn shown(state: Option<&Self>, now: Timestamp, patience: u64) -> Shown {
        match state {
            None => Shown::Nothing,
            Some(Self::Creating { since, .. }) if now.saturating_sub(*since) < patience => {
                Shown::Creating(*since)
            }
            Some(Self::Creating { since, .. }) => Shown::Late(*since),
            Some(Self::Ready(channel)) => Shown::Ready(channel.clone()),
            Some(Self::Failed { because, .. }) => Shown::Failed(because.clone().into()),
        }
    }
}

impl From<Problem> for Because {
    fn from(Problem { code, message, remedy, .. }: Problem) -> Self {
        Self { code, message, remedy }
    }
}

impl From<Because> for Problem {
    fn from(because: Because) -> Self {
        let problem = Self::new(because.code, because.message);
        match because.remedy {
            Some(remedy) => problem.remedy(remedy),
            None => problem,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel() -> Channel {
        Channel { id: "19:c".into(), name: "C-1".into(), link: "https://t/1".into(), at: 1, by: "Ada".into() }
    }

    fn states() -> [Option<State>; 4] {
        let creating = State::Creating { since: 1_000, by: "Ada".into(), operation: None };
        let failed = State::Failed { at: 1, because: Problem::new("a.b", "No.").remedy("Ask.").into() };
        [None, Some(creating), Some(State::Ready(channel())), Some(failed)]
    }

    #[test]
    fn a_channel_is_begun_once() {
        let [none, creating, ready, failed] = states();
        assert_eq!(State::asked(none.as_ref()), Asking::Begin);
        assert_eq!(State::asked(creating.as_ref()), Asking::Wait(1_000));
        assert_eq!(State::asked(ready.as_ref()), Asking::There(channel()));
        assert_eq!(State::asked(failed.as_ref()), Asking::Begin, "it can be asked for again");
    }

    #[test]
    fn it_takes_longer_than_expected_from_the_set_time_on() {
        let [none, creating, ready, failed] = states();
        let shown = |state: &Option<State>, now| State::shown(state.as_ref(), now, 5_000);
        assert_eq!(shown(&none, 0), Shown::Nothing);
        assert_eq!(shown(&creating, 5_999), Shown::Creating(1_000));
        assert_eq!(shown(&creating, 6_000), Shown::Late(1_000));
        assert_eq!(shown(&creating, 0), Shown::Creating(1_000), "a clock that went back");
        assert_eq!(shown(&ready, 9_999_999), Shown::Ready(channel()));
        let Shown::Failed(problem) = shown(&failed, 0) else { panic!("not failed") };
        assert_eq!((problem.code.as_str(), problem.remedy.as_deref()), ("a.b", Some("Ask.")));
    }

    #[test]
    fn what_is_kept_is_read() {
        for state in states().into_iter().flatten() {
            let json = serde_json::to_string(&state).unwrap();
            assert_eq!(serde_json::from_str::<State>(&json).unwrap(), state, "{json}");
        }
    }
}
