//! `$filter` of call records: by the time at which they began, or by who took part.

use super::store::Call;
use crate::clock;

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Filter {
    pub(super) from: u64,
    pub(super) before: u64,
    participant: Option<String>,
}

impl Filter {
    /// None for what the list does not take.
    pub(super) fn parse(text: Option<&str>) -> Option<Self> {
        let mut filter = Self { from: 0, before: u64::MAX, participant: None };
        for clause in text.into_iter().flat_map(|text| text.split(" and ")) {
            let clause = clause.trim();
            if let Some(id) = clause
                .strip_prefix("participants_v2/any(p:p/id eq '")
                .and_then(|rest| rest.strip_suffix("')"))
            {
                filter.participant = Some(id.to_owned());
                continue;
            }
            let mut words = clause.split_ascii_whitespace();
            let (field, operator, value) = (words.next()?, words.next()?, words.next()?);
            let at = clock::parse_ms(value)?;
            match (field, operator) {
                ("startDateTime", "ge") => filter.from = filter.from.max(at),
                ("startDateTime", "gt") => filter.from = filter.from.max(at + 1),
                ("startDateTime", "lt") => filter.before = filter.before.min(at),
                ("startDateTime", "le") => filter.before = filter.before.min(at + 1),
                _ => return None,
            }
            if words.next().is_some() {
                return None;
            }
        }
        Some(filter)
    }

    pub(super) fn covers(&self, call: &Call) -> bool {
        self.participant
            .as_ref()
            .is_none_or(|id| super::render::participant_ids(call).any(|one| one.eq_ignore_ascii_case(id)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_times_of_the_beginning_and_participants_are_asked_for() {
        let times = "startDateTime ge 2026-06-15T00:00:00Z and startDateTime lt 2026-06-16T00:00:00.000Z";
        let filter = Filter::parse(Some(times)).unwrap();
        assert_eq!(filter.before - filter.from, 86_400_000);
        let who = Filter::parse(Some("participants_v2/any(p:p/id eq 'u-1')")).unwrap();
        assert_eq!(who.participant.as_deref(), Some("u-1"));
        for bad in ["endDateTime ge 2026-06-15T00:00:00Z", "startDateTime eq now", "startDateTime", "x"] {
            assert_eq!(Filter::parse(Some(bad)), None, "{bad}");
        }
        assert!(Filter::parse(None).is_some());
    }
}
