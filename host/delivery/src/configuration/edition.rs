//! Which edition of a part of the configuration somebody has seen, so that nobody's change is overwritten unseen.

use serde::Serialize;
use tieline_types::Digest;

use crate::HostError;

/// How a part of the configuration stood when it was read. Two are equal if nothing has changed between them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Edition(String);

/// What somebody expects to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// Whatever stands there, or nothing.
    Anything,
    /// Something that is there, however it stands.
    Existing,
    /// Nothing: it is to be made, and takes nobody's place.
    Absent,
    /// One of these editions.
    OneOf(Vec<String>),
}

impl Edition {
    /// Of something that is plain data.
    pub(super) fn of(part: &impl Serialize) -> Self {
        let bytes = serde_json::to_vec(part).expect("plain data always serialises");
        Self(Digest::of(&bytes).hex()[..32].to_owned())
    }

    /// Of something whose every change has a revision.
    pub(super) fn of_revision(revision: u64) -> Self {
        Self(format!("r{revision}"))
    }

    /// As text: letters and digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Expected {
    /// Whether that is what stands there.
    ///
    /// # Errors
    /// [`HostError::Stale`] when it is not.
    pub(super) fn is(&self, now: Option<&Edition>, what: impl FnOnce() -> String) -> Result<(), HostError> {
        let holds = match self {
            Self::Anything => true,
            Self::Existing => now.is_some(),
            Self::Absent => now.is_none(),
            Self::OneOf(editions) => now.is_some_and(|now| editions.contains(&now.0)),
        };
        if holds { Ok(()) } else { Err(HostError::Stale { what: what() }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_seen_is_changed() {
        let edition = Edition::of(&"as it is");
        let one_of = |editions: &[&str]| Expected::OneOf(editions.iter().map(|e| (*e).into()).collect());
        for (expected, of_it, of_nothing) in [
            (Expected::Anything, true, true),
            (Expected::Existing, true, false),
            (one_of(&["r1", edition.as_str()]), true, false),
            (one_of(&["r1"]), false, false),
            (one_of(&[]), false, false),
        ] {
            assert_eq!(expected.is(Some(&edition), String::new).is_ok(), of_it, "{expected:?}");
            assert_eq!(expected.is(None, String::new).is_ok(), of_nothing, "{expected:?}");
        }
        assert_ne!(edition, Edition::of(&"as it was"));
        assert!(edition.as_str().bytes().all(|byte| byte.is_ascii_alphanumeric()));
    }
}
