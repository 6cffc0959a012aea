//! Which app roles an administrator has consented to, and from when on they count.

use std::collections::BTreeMap;

/// The consented application permissions.
///
/// A token carries the roles that count when it is issued. Withdrawing consent therefore takes
/// effect with the next token, as it does in a real directory, unless it is withdrawn `at_once`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Consent {
    permissions: BTreeMap<String, Counts>,
    /// Older tokens lose what is no longer consented.
    at_once: bool,
}

/// Milliseconds from which a permission counts: consent takes time to spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Tokens have it.
    pub(crate) issued: u64,
    /// Graph honours it.
    pub(crate) honoured: u64,
}

impl Consent {
    /// What the seeded tenant has consented to.
    pub(crate) fn seeded() -> Self {
        let mut consent = Self::default();
        let permissions = [
            "Channel.ReadBasic.All",
            "ChannelMessage.Read.All",
            "Chat.Read.All",
            "Team.ReadBasic.All",
            "User.Read.All",
        ];
        consent.set(permissions.map(str::to_owned).to_vec(), Counts { issued: 0, honoured: 0 }, false);
        consent
    }

    /// Replaces the set. What is new in it counts from then on; what was in it is honoured then at the latest.
    pub(crate) fn set(&mut self, permissions: Vec<String>, from: Counts, at_once: bool) {
        let before = std::mem::take(&mut self.permissions);
        self.permissions = permissions
            .into_iter()
            .map(|permission| {
                let known = before.get(&permission);
                let from = known.map_or(from, |known| Counts {
                    issued: known.issued,
                    honoured: known.honoured.min(from.honoured),
                });
                (permission, from)
            })
            .collect();
        self.at_once = at_once;
    }

    /// The roles of a token issued now.
    pub(crate) fn roles(&self, now_ms: u64) -> Vec<String> {
        self.permissions
            .iter()
            .filter(|(_, from)| from.issued <= now_ms)
            .map(|(permission, _)| permission.clone())
            .collect()
    }

    /// What Graph honours now of a token's roles.
    pub(crate) fn honoured(&self, mut roles: Vec<String>, now_ms: u64) -> Vec<String> {
        roles.retain(|role| match self.permissions.get(role) {
            Some(from) => from.honoured <= now_ms,
            None => !self.at_once,
        });
        roles
    }

    /// When Graph honours more than it does now.
    pub(crate) fn honours_more(&self, now_ms: u64) -> Option<u64> {
        self.permissions.values().map(|from| from.honoured).filter(|honoured| *honoured > now_ms).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &[&str]) -> Vec<String> {
        list.iter().map(|name| (*name).to_owned()).collect()
    }

    fn from(issued: u64, honoured: u64) -> Counts {
        Counts { issued, honoured }
    }

    #[test]
    fn new_consent_spreads_and_old_consent_stays() {
        let mut consent = Consent::default();
        consent.set(names(&["Chat.Read.All"]), from(0, 0), false);
        consent.set(names(&["Chat.Read.All", "User.Read.All"]), from(500, 500), false);
        assert_eq!(consent.roles(499), names(&["Chat.Read.All"]));
        assert_eq!(consent.roles(500), names(&["Chat.Read.All", "User.Read.All"]));
    }

    #[test]
    fn a_token_may_have_what_is_not_honoured_yet() {
        let mut consent = Consent::default();
        consent.set(names(&["A", "B"]), from(0, 0), false);
        consent.set(names(&["A", "B", "C"]), from(10, 900), false);
        let token = consent.roles(10);
        assert_eq!(consent.honoured(token.clone(), 10), names(&["A", "B"]));
        assert_eq!((consent.honours_more(10), consent.honours_more(900)), (Some(900), None));
        assert_eq!(consent.honoured(token.clone(), 900), names(&["A", "B", "C"]));
        consent.set(names(&["A", "B", "C"]), from(20, 20), false);
        assert_eq!(consent.honoured(token, 20), names(&["A", "B", "C"]));
    }

    #[test]
    fn withdrawal_spares_old_tokens_unless_at_once() {
        let mut consent = Consent::seeded();
        consent.set(Vec::new(), from(0, 0), false);
        assert_eq!(consent.honoured(names(&["User.Read.All"]), 0), names(&["User.Read.All"]));
        consent.set(Vec::new(), from(0, 0), true);
        assert!(consent.honoured(names(&["User.Read.All"]), 0).is_empty());
    }
}
