//! One app registration in one directory: its lanes, and the pauses that Graph asked for.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use tieline_identity::Registration;
use tieline_types::throttle::{CallLimit, Each, Family};

use super::{
    Meter, Metered, Scope, Throttles,
    lane::{Lane, Rate},
};

/// The first own pause where Graph asked for none; it doubles with each 429 that follows.
const OWN: Duration = Duration::from_secs(2);
/// OneNote counts by the minute and by the hour, and says nothing.
const OWN_OF_ONENOTE: Duration = Duration::from_secs(20);
/// The shortest pause, even where Graph asks for none at all.
const SHORTEST: Duration = Duration::from_millis(100);
/// The longest own pause.
const LONGEST_OWN: Duration = Duration::from_secs(300);
/// From so many lanes on, idle ones are forgotten.
const MANY: usize = 1_024;

/// The lane of a limit for a place, a team and a person.
type LaneKey = (usize, [Scope; 3]);

pub(super) struct App {
    limits: Arc<[CallLimit]>,
    rates: Vec<Rate>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    lanes: HashMap<LaneKey, Lane>,
    /// Forget idle lanes at this number.
    tidy_at: usize,
    /// What Graph throttled: a place of a family, or the family where it has no place.
    pauses: HashMap<(Family, Scope), Pause>,
}

#[derive(Debug, Clone, Copy)]
struct Pause {
    until: Instant,
    in_a_row: u32,
}

impl App {
    pub(super) fn new(registration: &Registration) -> Self {
        let limits = Arc::clone(&registration.limits);
        let rates = limits.iter().map(|limit| Rate::new(limit.calls, limit.seconds)).collect();
        Self { limits, rates, state: Mutex::default() }
    }

    /// Whether this app has the limits that the registration has now.
    pub(super) fn is_of(&self, registration: &Registration) -> bool {
        Arc::ptr_eq(&self.limits, &registration.limits) || self.limits == registration.limits
    }

    /// Takes a place for each call of a request, so that all may go after the wait that is returned.
    ///
    /// # Errors
    /// How long they would have to wait, where that is longer than `patience`; no place is taken then.
    pub(super) fn admit(
        &self,
        metered: &Metered,
        person: Scope,
        patience: Duration,
        now: Instant,
    ) -> Result<Duration, Duration> {
        let mut state = self.state.lock();
        let paused = metered.meters().map(|meter| state.paused_until(meter, now));
        let mut at = paused.fold(now, Instant::max);
        let mut taken: Vec<(LaneKey, Lane)> = Vec::new();
        for meter in metered.meters() {
            for (row, rate, key) in self.lanes_of(meter, person) {
                let kept = taken.iter().rev().find(|(taken, _)| *taken == (row, key)).map(|(_, lane)| *lane);
                let lane = kept.or_else(|| state.lanes.get(&(row, key)).copied()).unwrap_or(Lane::new(now));
                at = at.max(now + lane.wait(rate, now));
                taken.push(((row, key), lane.after(rate, at)));
            }
        }
        let wait = at - now;
        if wait > patience {
            return Err(wait);
        }
        // In order, so that of several calls in one lane the last one counts.
        state.lanes.extend(taken);
        state.tidy(now);
        Ok(wait)
    }

    /// Learns what an answer throttled; returns the longest pause. What it did not throttle has come through, so
    /// that the next pause there is a first one.
    pub(super) fn learn(&self, metered: &Metered, throttles: &Throttles, now: Instant) -> Option<Duration> {
        let mut state = self.state.lock();
        if throttles.is_none() && state.pauses.is_empty() {
            return None;
        }
        let mut longest = None;
        let mut each = |state: &mut State, meter: &Meter, throttled: Option<Option<Duration>>| match throttled
        {
            Some(asked) => longest = longest.max(Some(state.pause(meter, asked, now))),
            None => state.came_through(meter, now),
        };
        match (metered, throttles) {
            (metered, Throttles::Whole(asked)) => {
                metered.meters().for_each(|m| each(&mut state, m, Some(*asked)))
            }
            (metered, Throttles::None) => metered.meters().for_each(|m| each(&mut state, m, None)),
            (Metered::One(_), Throttles::Items(_)) => {}
            (Metered::Each(meters), Throttles::Items(items)) => {
                for (id, meter) in meters {
                    let throttled =
                        items.iter().find(|(throttled, _)| throttled == id).map(|(_, asked)| *asked);
                    each(&mut state, meter, throttled);
                }
            }
        }
        longest
    }

    fn lanes_of(&self, meter: &Meter, person: Scope) -> impl Iterator<Item = (usize, Rate, [Scope; 3])> {
        let rows = self.limits.iter().zip(&self.rates).enumerate();
        rows.filter_map(move |(row, (limit, rate))| Some((row, *rate, lane_of(limit, meter, person)?)))
    }
}

/// Which lane of a limit a call is in; none where the limit is not about it.
fn lane_of(limit: &CallLimit, meter: &Meter, person: Scope) -> Option<[Scope; 3]> {
    let about = limit.families.contains(&meter.family)
        && (limit.methods.is_empty() || limit.methods.iter().any(|method| method == meter.method.as_str()));
    if !about {
        return None;
    }
    let mut key = [Scope::NONE; 3];
    for each in &limit.each {
        let (place, scope) = match each {
            Each::Place => (0, meter.place),
            Each::Team => (1, meter.team),
            Each::Person => (2, person),
        };
        if scope == Scope::NONE {
            return None;
        }
        key[place] = scope;
    }
    Some(key)
}

impl State {
    fn paused_until(&self, meter: &Meter, now: Instant) -> Instant {
        let until = |scope| self.pauses.get(&(meter.family, scope)).map(|pause| pause.until);
        until(meter.place).max(until(Scope::NONE)).unwrap_or(now)
    }

    /// Pauses where a call was throttled, and its whole family where another place of it is paused already: then it
    /// is the family that is too fast, and asking place by place would only prove it again.
    fn pause(&mut self, meter: &Meter, asked: Option<Duration>, now: Instant) -> Duration {
        let elsewhere = self.pauses.iter().any(|((family, scope), pause)| {
            *family == meter.family && *scope != meter.place && *scope != Scope::NONE && pause.until > now
        });
        let pause =
            self.pauses.entry((meter.family, meter.place)).or_insert(Pause { until: now, in_a_row: 0 });
        pause.in_a_row += 1;
        let wait = asked.unwrap_or_else(|| own(meter.family, pause.in_a_row)).max(SHORTEST);
        pause.until = pause.until.max(now + wait);
        let pause = *pause;
        if elsewhere {
            let family = self.pauses.entry((meter.family, Scope::NONE)).or_insert(pause);
            family.until = family.until.max(pause.until);
        }
        wait
    }

    /// The next pause is a first one; one that lasts is kept, since an answer may be older than it.
    fn came_through(&mut self, meter: &Meter, now: Instant) {
        let place = (meter.family, meter.place);
        if self.pauses.get(&place).is_some_and(|pause| pause.until <= now) {
            self.pauses.remove(&place);
        }
    }

    fn tidy(&mut self, now: Instant) {
        if self.lanes.len() < self.tidy_at.max(MANY) {
            return;
        }
        self.lanes.retain(|_, lane| !lane.is_idle(now));
        self.pauses.retain(|_, pause| pause.until + LONGEST_OWN > now);
        self.tidy_at = self.lanes.len() * 2;
    }
}

/// Our own pause after so many 429s without a word.
fn own(family: Family, in_a_row: u32) -> Duration {
    let first = if family == Family::Onenote { OWN_OF_ONENOTE } else { OWN };
    first.saturating_mul(1 << (in_a_row.clamp(1, 16) - 1)).min(LONGEST_OWN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Method;

    fn app(limits: &str) -> App {
        #[derive(serde::Deserialize)]
        struct Limits {
            limits: Vec<CallLimit>,
        }
        let limits = toml::from_str::<Limits>(limits).unwrap().limits;
        App::new(&Registration { id: Default::default(), limits: limits.into() })
    }

    fn get(family: Family, place: &str) -> Meter {
        Meter { method: Method::GET, family, place: Scope::of(place), team: Scope::NONE }
    }

    fn one(family: Family, place: &str) -> Metered {
        Metered::One(get(family, place))
    }

    const PATIENCE: Duration = Duration::from_secs(2);

    #[test]
    fn a_place_waits_for_itself_and_all_of_a_family_for_each_other() {
        let app = app("[[limits]]\nfamilies = [\"channel-messages\"]\ncalls = 3\nseconds = 1\n\
             [[limits]]\nfamilies = [\"channel-messages\"]\neach = [\"place\"]\ncalls = 1\nseconds = 1\n");
        let now = Instant::now();
        let admit = |place: &str| app.admit(&one(Family::ChannelMessages, place), Scope::NONE, PATIENCE, now);
        assert_eq!(admit("a"), Ok(Duration::ZERO));
        assert_eq!(admit("A"), Ok(Duration::from_secs(1)), "the same place in another case");
        assert_eq!(admit("a"), Ok(Duration::from_secs(2)));
        assert_eq!(admit("a"), Err(Duration::from_secs(3)), "too long, and no place is taken");
        assert!(admit("b").unwrap() > Duration::ZERO, "the family is at its limit");
        let other = app.admit(&one(Family::Presence, ""), Scope::NONE, PATIENCE, now);
        assert_eq!(other, Ok(Duration::ZERO));
    }

    #[test]
    fn persons_are_counted_apart_and_the_app_is_none() {
        let app = app("[[limits]]\nfamilies = [\"chats\"]\neach = [\"person\"]\ncalls = 1\nseconds = 10\n");
        let now = Instant::now();
        let admit = |who: &str| app.admit(&one(Family::Chats, ""), Scope::of(who), PATIENCE, now);
        assert!(admit("anna").is_ok() && admit("ben").is_ok());
        assert!(admit("anna").is_err());
        assert!((0..9).all(|_| admit("").is_ok()));
    }

    #[test]
    fn a_batch_takes_a_place_for_each_request_or_none() {
        let app = app("[[limits]]\nfamilies = [\"directory\"]\ncalls = 3\nseconds = 60\n");
        let now = Instant::now();
        let batch =
            |n: usize| Metered::Each((0..n).map(|n| (n.to_string(), get(Family::Directory, ""))).collect());
        assert!(app.admit(&batch(4), Scope::NONE, PATIENCE, now).is_err());
        assert_eq!(app.admit(&batch(3), Scope::NONE, PATIENCE, now), Ok(Duration::ZERO));
        assert!(app.admit(&batch(1), Scope::NONE, PATIENCE, now).is_err());
    }

    #[test]
    fn what_graph_asks_for_is_kept_to_and_forgotten_after_a_success() {
        let app = app("limits = []");
        let (now, here, there) =
            (Instant::now(), one(Family::ChannelMessages, "a"), one(Family::ChannelMessages, "b"));
        let admit = |what: &Metered| app.admit(what, Scope::NONE, PATIENCE, now);
        let asked = |secs| Throttles::Whole(Some(Duration::from_secs(secs)));
        assert_eq!(app.learn(&here, &asked(30), now), Some(Duration::from_secs(30)));
        assert_eq!(admit(&here), Err(Duration::from_secs(30)));
        assert_eq!(admit(&there), Ok(Duration::ZERO), "another channel goes on");
        app.learn(&there, &asked(10), now);
        let third = one(Family::ChannelMessages, "c");
        assert_eq!(admit(&third), Err(Duration::from_secs(10)), "two of them: it is the family");
        assert_eq!(admit(&one(Family::Presence, "")), Ok(Duration::ZERO));
        app.learn(&here, &Throttles::None, now);
        assert_eq!(admit(&here), Err(Duration::from_secs(30)), "that answer may be older than the pause");
        let later = now + Duration::from_secs(31);
        assert_eq!(app.admit(&here, Scope::NONE, PATIENCE, later), Ok(Duration::ZERO));
    }

    #[test]
    fn without_a_word_the_pause_is_ours_and_doubles() {
        let app = app("limits = []");
        let now = Instant::now();
        let learn = |family| app.learn(&one(family, "x"), &Throttles::Whole(None), now).unwrap().as_secs();
        assert_eq!([learn(Family::Onenote), learn(Family::Onenote), learn(Family::Onenote)], [20, 40, 80]);
        assert_eq!([learn(Family::Directory), learn(Family::Directory)], [2, 4]);
        let (directory, later) = (one(Family::Directory, "x"), now + Duration::from_secs(60));
        app.learn(&directory, &Throttles::None, later);
        let first = app.learn(&directory, &Throttles::Whole(None), later);
        assert_eq!(first, Some(Duration::from_secs(2)), "after a success it is a first one");
        assert_eq!(own(Family::Other, u32::MAX), LONGEST_OWN);
    }

    #[test]
    fn of_a_batch_only_what_was_throttled_waits() {
        let app = app("limits = []");
        let now = Instant::now();
        let batch = Metered::Each(vec![
            ("1".into(), get(Family::Directory, "")),
            ("2".into(), get(Family::ChatMessages, "c")),
        ]);
        let items = Throttles::Items(vec![("2".into(), Some(Duration::from_secs(9)))]);
        assert_eq!(app.learn(&batch, &items, now), Some(Duration::from_secs(9)));
        let admit = |what: &Metered| app.admit(what, Scope::NONE, PATIENCE, now);
        assert!(admit(&one(Family::Directory, "")).is_ok());
        assert!(admit(&one(Family::ChatMessages, "c")).is_err());
    }
}
