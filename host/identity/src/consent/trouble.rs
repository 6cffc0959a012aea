//! What is refused now, in memory: how often it was tried, and how bad it is. A start begins anew.

use std::{
    collections::{BTreeMap, HashMap},
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use parking_lot::Mutex;
use tieline_types::{ConnectionKey, Problem, Severity, manifest::PermissionKind};

const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(5 * 60);

/// The troubles of all connections.
#[derive(Default)]
pub(crate) struct Troubles {
    /// How many there are: the usual answer, none, must not take the lock.
    count: AtomicUsize,
    standing: Mutex<HashMap<ConnectionKey, BTreeMap<Wanted, Trouble>>>,
}

/// The least permission that would do.
type Wanted = (PermissionKind, String);

struct Trouble {
    pauses: u32,
    severity: Severity,
    problem: Problem,
}

impl Troubles {
    /// Adds one, or finds it still there: how long to leave it alone, and whether it is another one than before.
    pub(crate) fn add(
        &self,
        key: &ConnectionKey,
        kind: PermissionKind,
        allowing: &[String],
        severity: Severity,
        problem: Problem,
    ) -> (Duration, bool) {
        let wanted = (kind, allowing.first().cloned().unwrap_or_default());
        let mut standing = self.standing.lock();
        let of_key = standing.entry(key.clone()).or_default();
        let before = of_key.get(&wanted);
        let pauses = before.map_or(0, |before| before.pauses);
        let news =
            before.is_none_or(|before| before.severity != severity || before.problem.code != problem.code);
        // A difficulty of another kind is a reason to look again soon.
        let pauses = if news { 0 } else { pauses };
        of_key.insert(wanted, Trouble { pauses: pauses.saturating_add(1), severity, problem });
        self.count.store(standing.values().map(BTreeMap::len).sum(), Ordering::Release);
        (FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(pauses)).min(LONGEST_PAUSE), news)
    }

    /// Whether there is any, of any connection.
    pub(crate) fn any(&self) -> bool {
        self.count.load(Ordering::Acquire) > 0
    }

    /// Removes those that one of these permissions would mend. Whether there was one.
    pub(crate) fn remove(&self, key: &ConnectionKey, kind: PermissionKind, allowing: &[String]) -> bool {
        let mut standing = self.standing.lock();
        let Some(of_key) = standing.get_mut(key) else { return false };
        let before = of_key.len();
        of_key.retain(|(of, name), _| *of != kind || !allowing.contains(name));
        let removed = before != of_key.len();
        if of_key.is_empty() {
            standing.remove(key);
        }
        self.count.store(standing.values().map(BTreeMap::len).sum(), Ordering::Release);
        removed
    }

    /// Removes all of a connection.
    pub(crate) fn forget(&self, key: &ConnectionKey) {
        let mut standing = self.standing.lock();
        standing.remove(key);
        self.count.store(standing.values().map(BTreeMap::len).sum(), Ordering::Release);
    }

    /// Those of a connection, the worst first.
    pub(crate) fn of(&self, key: &ConnectionKey) -> Vec<(Severity, Problem)> {
        let standing = self.standing.lock();
        let troubles = standing.get(key).into_iter().flat_map(BTreeMap::values);
        let mut troubles: Vec<_> =
            troubles.map(|trouble| (trouble.severity, trouble.problem.clone())).collect();
        troubles.sort_by_key(|(severity, _)| std::cmp::Reverse(*severity));
        troubles
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const APP: PermissionKind = PermissionKind::Application;

    #[test]
    fn pauses_grow_until_it_is_another_trouble() {
        let (troubles, key) = (
            Troubles::default(),
            ConnectionKey { tenant: "acme".parse().unwrap(), connection: "microsoft".parse().unwrap() },
        );
        let names = |name: &str| [name.to_owned()];
        let add = |code: &str, name: &str| {
            let (pause, news) =
                troubles.add(&key, APP, &names(name), Severity::Warning, Problem::new(code, ""));
            (pause.as_secs(), news)
        };
        assert!(!troubles.any());
        assert_eq!([add("a", "A"), add("a", "A"), add("a", "A")], [(1, true), (2, false), (4, false)]);
        assert_eq!(add("b", "A"), (1, true));
        assert_eq!(add("a", "B"), (1, true));
        let longest = (0..40).map(|_| add("a", "B").0).max();
        assert_eq!(longest, Some(300));
        assert!(!troubles.remove(&key, PermissionKind::Delegated, &names("A")));
        assert!(troubles.remove(&key, APP, &names("A")) && troubles.any());
        assert_eq!(troubles.of(&key).len(), 1);
        troubles.forget(&key);
        assert!(!troubles.any() && troubles.of(&key).is_empty());
    }
}
