//! The coverage of a resource over time, out of the gaps that there were: pure.

use tieline_types::{
    Timestamp,
    api::{CoverageState, CoverageStretch},
};

/// A time in which notifications may have been lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hole {
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
    /// Why, for people.
    pub(super) reason: String,
    /// Whether the connector has caught up on it by asking the upstream.
    pub(super) handled: bool,
}

/// What covers `begin` to `end`, without a hole and without overlap. What a connector asked the upstream about
/// is confirmed, whatever else was suspected of the same time; what nothing adverse was seen of is presumed.
pub(super) fn timeline(begin: Timestamp, end: Timestamp, holes: &[Hole]) -> Vec<CoverageStretch> {
    if end <= begin {
        return Vec::new();
    }
    let mut cuts: Vec<_> = holes.iter().flat_map(|hole| [hole.from, hole.to]).collect();
    cuts.retain(|cut| *cut > begin && *cut < end);
    cuts.extend([begin, end]);
    cuts.sort();
    cuts.dedup();
    let mut stretches: Vec<CoverageStretch> = Vec::new();
    for pair in cuts.windows(2) {
        let (state, reason) = state_of(pair[0], pair[1], holes);
        match stretches.last_mut() {
            Some(last) if last.state == state && last.reason == reason => last.to = pair[1],
            _ => stretches.push(CoverageStretch { from: pair[0], to: pair[1], state, reason }),
        }
    }
    stretches
}

fn state_of(from: Timestamp, to: Timestamp, holes: &[Hole]) -> (CoverageState, Option<String>) {
    let over = |hole: &&Hole| hole.from <= from && hole.to >= to;
    let mut covering = holes.iter().filter(over);
    match covering.clone().find(|hole| hole.handled) {
        Some(handled) => (CoverageState::Confirmed, Some(handled.reason.clone())),
        None => match covering.next() {
            Some(open) => (CoverageState::Open, Some(open.reason.clone())),
            None => (CoverageState::Presumed, None),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hole(from: u64, to: u64, handled: bool) -> Hole {
        Hole { from: Timestamp(from), to: Timestamp(to), reason: String::new(), handled }
    }

    fn shown(begin: u64, end: u64, holes: &[Hole]) -> Vec<(u64, u64, CoverageState)> {
        let stretches = timeline(Timestamp(begin), Timestamp(end), holes);
        stretches.into_iter().map(|s| (s.from.0, s.to.0, s.state)).collect()
    }

    #[test]
    fn what_was_asked_about_is_confirmed_and_the_rest_presumed() {
        use CoverageState::{Confirmed, Open, Presumed};
        assert_eq!(shown(0, 9, &[]), [(0, 9, Presumed)]);
        assert_eq!(shown(5, 5, &[]), []);
        assert_eq!(shown(0, 9, &[hole(2, 4, false)]), [(0, 2, Presumed), (2, 4, Open), (4, 9, Presumed)]);
        assert_eq!(
            shown(0, 9, &[hole(2, 6, false), hole(1, 4, true)]),
            [(0, 1, Presumed), (1, 4, Confirmed), (4, 6, Open), (6, 9, Presumed)]
        );
        assert_eq!(shown(3, 9, &[hole(1, 12, true)]), [(3, 9, Confirmed)]);
    }

    fn holes() -> impl Strategy<Value = Vec<Hole>> {
        let one = (0_u64..40, 0_u64..20, any::<bool>());
        prop::collection::vec(one.prop_map(|(from, long, handled)| hole(from, from + long, handled)), 0..8)
    }

    proptest! {
        #[test]
        fn no_hole_and_no_overlap(begin in 0_u64..30, long in 1_u64..40, holes in holes()) {
            let all = shown(begin, begin + long, &holes);
            prop_assert_eq!(all.first().unwrap().0, begin);
            prop_assert_eq!(all.last().unwrap().1, begin + long);
            prop_assert!(all.iter().all(|(from, to, _)| from < to));
            prop_assert!(all.windows(2).all(|pair| pair[0].1 == pair[1].0));
        }

        #[test]
        fn a_moment_is_open_exactly_while_a_gap_over_it_was_not_handled(
            begin in 0_u64..30, long in 1_u64..40, holes in holes(), at in 0_u64..40,
        ) {
            let at = begin + at % long;
            let over = |handled| holes.iter().any(|h| h.handled == handled && h.from.0 <= at && at < h.to.0);
            let expected = match (over(true), over(false)) {
                (true, _) => CoverageState::Confirmed,
                (false, true) => CoverageState::Open,
                (false, false) => CoverageState::Presumed,
            };
            let all = shown(begin, begin + long, &holes);
            prop_assert_eq!(all.iter().find(|(from, to, _)| *from <= at && at < *to).unwrap().2, expected);
        }

        #[test]
        fn only_handling_closes_what_is_open(holes in holes(), more in holes()) {
            let open = |holes: &[Hole]| -> u64 {
                let all = shown(0, 60, holes);
                all.iter().filter(|(_, _, state)| *state == CoverageState::Open).map(|(from, to, _)| to - from).sum()
            };
            let unhandled = more.into_iter().map(|hole| Hole { handled: false, ..hole });
            let after: Vec<_> = holes.iter().cloned().chain(unhandled).collect();
            prop_assert!(open(&after) >= open(&holes));
            let handled: Vec<_> = after.into_iter().map(|hole| Hole { handled: true, ..hole }).collect();
            prop_assert_eq!(open(&handled), 0);
        }
    }
}
