//! Which app roles an administrator has consented to, and from when on they count.

use std::collections::BTreeMap;

/// The consented application permissions.
///
/// A token carries the roles that count when it is issued. Withdrawing consent therefore takes
/// effect with the next token, as it does in a real directory, unless it is withdrawn `at_once`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Consent {
    /// Permission to the millisecond from which it counts: consent takes time to spread.
    permissions: BTreeMap<String, u64>,
    /// Older tokens lose what is no longer consented.
    at_once: bool,
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
        consent.set(permissions.map(str::to_owned).to_vec(), 0, false);
        consent
    }

    /// Replaces the set. What is new in it counts from `from_ms` on.
    pub(crate) fn set(&mut self, permissions: Vec<String>, from_ms: u64, at_once: bool) {
        let before = std::mem::take(&mut self.permissions);
        self.permissions = permissions
            .into_iter()
            .map(|permission| {
                let from = before.get(&permission).copied().unwrap_or(from_ms);
                (permission, from)
            })
            .collect();
        self.at_once = at_once;
    }

    /// The roles of a token issued now.
    pub(crate) fn roles(&self, now_ms: u64) -> Vec<String> {
        self.permissions
            .iter()
            .filter(|(_, from)| **from <= now_ms)
            .map(|(permission, _)| permission.clone())
            .collect()
    }

    /// What is left of the roles of an older token.
    pub(crate) fn remaining(&self, mut roles: Vec<String>) -> Vec<String> {
        if self.at_once {
            roles.retain(|role| self.permissions.contains_key(role));
        }
        roles
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &[&str]) -> Vec<String> {
        list.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn new_consent_spreads_and_old_consent_stays() {
        let mut consent = Consent::default();
        consent.set(names(&["Chat.Read.All"]), 0, false);
        consent.set(names(&["Chat.Read.All", "User.Read.All"]), 500, false);
        assert_eq!(consent.roles(499), names(&["Chat.Read.All"]));
        assert_eq!(consent.roles(500), names(&["Chat.Read.All", "User.Read.All"]));
    }

    #[test]
    fn withdrawal_spares_old_tokens_unless_at_once() {
        let mut consent = Consent::seeded();
        consent.set(Vec::new(), 0, false);
        assert_eq!(consent.remaining(names(&["User.Read.All"])), names(&["User.Read.All"]));
        consent.set(Vec::new(), 0, true);
        assert!(consent.remaining(names(&["User.Read.All"])).is_empty());
    }
}
