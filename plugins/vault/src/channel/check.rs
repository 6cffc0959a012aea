//! `check-channel`: somebody who has waited asks again. It looks, and has the making gone on with if nothing is there.

use serde_json::Value;
use tieline_sdk::{Failure, Problem, clock};

use super::create::{ToMake, forget, have_made, known, ready, said};
use super::find::{self, look};
use super::make::channel;
use super::state::State;
use crate::asked::Asked;

/// The making is not gone on with more often than this.
const AT_MOST_EVERY: u64 = 30_000;

/// Looks.
pub(crate) fn check(asked: &Asked<'_>) -> Result<Value, Problem> {
    let (config, case) = (asked.config, &asked.case.id);
    match known(case)? {
        Some(State::Creating { since, by, .. }) => {
            let to_make = ToMake::of(asked);
            match look(&config.team_id, &to_make.wanted(config)?)?.own {
                Some(own) => ready(case, channel(config, own, &by))?,
                None => go_on(&to_make, since)?,
            }
        }
        Some(State::Ready(channel)) => {
            if find::by_id(&config.team_id, &channel.id)?.is_none() {
                forget(case)?;
            }
        }
        None | Some(State::Failed { .. }) => {}
    }
    said(config, case)
}

/// The event that makes the channel may have become a dead letter meanwhile. Another one is harmless: it looks first, and
/// those of one case are handled one after another.
fn go_on(to_make: &ToMake, since: u64) -> Result<(), Failure> {
    let turn = clock::now().saturating_sub(since) / AT_MOST_EVERY;
    have_made(to_make, Some(format!("{}/{}/{since}/{turn}", super::MAKE, to_make.case)))
}
