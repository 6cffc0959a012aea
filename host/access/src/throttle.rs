//! Patience with credentials that are wrong, in bounded memory.

use std::{collections::HashMap, hash::Hash, net::IpAddr, time::Duration};

use tieline_types::Timestamp;

/// How many failures are forgiven at once, and after what time one more is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    pub(crate) failures: u32,
    pub(crate) each: Duration,
}

impl Patience {
    fn whole(self) -> Duration {
        self.each * self.failures
    }

    /// When all is forgiven, after one more failure. No debt is greater than the whole patience.
    fn charged(self, forgiven: Timestamp, now: Timestamp) -> Timestamp {
        let debt = self.debt(forgiven, now) + self.each;
        now.after(debt.min(self.whole()))
    }

    /// How long nothing more is taken; none: it is.
    fn wait(self, forgiven: Timestamp, now: Timestamp) -> Option<Duration> {
        let over = (self.debt(forgiven, now) + self.each).checked_sub(self.whole())?;
        (!over.is_zero()).then_some(over)
    }

    /// A debt beyond all measure comes of a clock that was set back, and of nobody's failures.
    fn debt(self, forgiven: Timestamp, now: Timestamp) -> Duration {
        let debt = forgiven.since(now);
        if debt > self.whole() { Duration::ZERO } else { debt }
    }
}

/// Failures by where they came from. Remembers a bounded number of places: those that are nearest to being forgiven are
/// forgotten first.
#[derive(Debug)]
pub(crate) struct Throttle<K> {
    patience: Patience,
    most: usize,
    forgiven: HashMap<K, Timestamp>,
}

impl<K: Eq + Hash + Clone> Throttle<K> {
    pub(crate) fn new(patience: Patience, most: usize) -> Self {
        Self { patience, most, forgiven: HashMap::new() }
    }

    /// How long nothing more is taken from there; none: it is.
    pub(crate) fn wait(&self, from: &K, now: Timestamp) -> Option<Duration> {
        self.patience.wait(*self.forgiven.get(from)?, now)
    }

    /// Notes a failure.
    pub(crate) fn failed(&mut self, from: K, now: Timestamp) {
        if !self.forgiven.contains_key(&from) && self.forgiven.len() >= self.most {
            self.forgiven.retain(|_, forgiven| !self.patience.debt(*forgiven, now).is_zero());
            if self.forgiven.len() >= self.most {
                let nearest = self.forgiven.iter().min_by_key(|(_, forgiven)| **forgiven);
                if let Some(nearest) = nearest.map(|(from, _)| from.clone()) {
                    self.forgiven.remove(&nearest);
                }
            }
        }
        let forgiven = self.forgiven.entry(from).or_insert(now);
        *forgiven = self.patience.charged(*forgiven, now);
    }
}

/// The network that one customer of a provider has: an IPv4 address, or the first half of an IPv6 address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Network(Option<IpAddr>);

impl Network {
    /// None stands for all whose address is not known.
    pub(crate) fn of(address: Option<IpAddr>) -> Self {
        Self(address.map(|address| match address.to_canonical() {
            IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() >> 64 << 64).into()),
            v4 => v4,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PATIENCE: Patience = Patience { failures: 3, each: Duration::from_secs(10) };
    const NOW: Timestamp = Timestamp(1_000_000_000);

    fn later(seconds: u64) -> Timestamp {
        NOW.after(Duration::from_secs(seconds))
    }

    #[test]
    fn a_few_failures_are_forgiven_and_each_further_one_costs_time() {
        let mut throttle = Throttle::new(PATIENCE, 8);
        for _ in 0..3 {
            assert_eq!(throttle.wait(&"a", NOW), None);
            throttle.failed("a", NOW);
        }
        assert_eq!(throttle.wait(&"a", NOW), Some(Duration::from_secs(10)));
        assert_eq!(throttle.wait(&"b", NOW), None, "nobody else pays");
        assert_eq!(throttle.wait(&"a", later(9)), Some(Duration::from_secs(1)));
        assert_eq!(throttle.wait(&"a", later(10)), None);
        for _ in 0..1_000 {
            throttle.failed("a", NOW);
        }
        assert_eq!(throttle.wait(&"a", NOW), Some(Duration::from_secs(10)), "nobody is shut out for long");
        assert_eq!(throttle.wait(&"a", Timestamp(5)), None, "a clock that is set back shuts nobody out");
    }

    #[test]
    fn memory_is_bounded_and_keeps_the_worst() {
        let mut throttle = Throttle::new(PATIENCE, 8);
        for _ in 0..3 {
            throttle.failed(0, NOW);
        }
        for stranger in 1..1_000 {
            throttle.failed(stranger, NOW);
            assert!(throttle.forgiven.len() <= 8);
        }
        assert!(throttle.wait(&0, NOW).is_some(), "a flood from elsewhere does not wash it away");
        throttle.failed(2_000, later(60));
        assert_eq!(throttle.forgiven.len(), 1, "what is forgiven is forgotten");
    }

    #[test]
    fn a_network_is_one_place() {
        let of = |text: &str| Network::of(Some(text.parse().unwrap()));
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }

    proptest! {
        /// However failures come, nobody waits longer than one step, and waiting that long always helps.
        #[test]
        fn waiting_helps(steps in prop::collection::vec(0u64..40, 0..50)) {
            let (mut forgiven, mut now) = (NOW, NOW);
            for step in steps {
                now = now.after(Duration::from_secs(step));
                if let Some(wait) = PATIENCE.wait(forgiven, now) {
                    prop_assert!(wait <= PATIENCE.each);
                    prop_assert_eq!(PATIENCE.wait(forgiven, now.after(wait)), None);
                }
                forgiven = PATIENCE.charged(forgiven, now);
            }
        }
    }
}
