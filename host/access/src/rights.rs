//! What somebody may do, and where. Pure.

use std::collections::BTreeMap;

use tieline_types::{Role, TenantId, api::Right};

/// Where a role counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Everywhere: the host itself and every tenant, those to come too.
    Host,
    /// In one tenant.
    Tenant(TenantId),
}

/// Roles by where they count, the highest of each place. Nobody is the operator of a tenant: an operator is one of the
/// whole host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rights(BTreeMap<Scope, Role>);

/// Rights that nobody can have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRights {
    /// They allow nothing.
    #[error("there is no right among them")]
    None,
    /// An operator is one of the whole host.
    #[error("an operator is one of the whole host, not of the tenant {0} alone")]
    OperatorOfTenant(TenantId),
}

impl Rights {
    /// These roles.
    ///
    /// # Errors
    /// [`InvalidRights`], also for no roles at all.
    pub fn new(roles: impl IntoIterator<Item = (Scope, Role)>) -> Result<Self, InvalidRights> {
        let mut rights = BTreeMap::new();
        for (scope, role) in roles {
            if let (Scope::Tenant(tenant), Role::Operator) = (&scope, role) {
                return Err(InvalidRights::OperatorOfTenant(tenant.clone()));
            }
            let highest = rights.entry(scope).or_insert(role);
            *highest = role.max(*highest);
        }
        if rights.is_empty() { Err(InvalidRights::None) } else { Ok(Self(rights)) }
    }

    /// Everything.
    pub fn of_operator() -> Self {
        Self([(Scope::Host, Role::Operator)].into())
    }

    /// The highest role in a tenant; none: for them there is no such tenant.
    pub fn role_in(&self, tenant: &TenantId) -> Option<Role> {
        let own = self.0.get(&Scope::Tenant(tenant.clone())).copied();
        own.max(self.0.get(&Scope::Host).copied())
    }

    /// The highest role anywhere; what counts where no tenant is named. Only an operator's is [`Role::Operator`].
    pub fn highest(&self) -> Option<Role> {
        self.0.values().copied().max()
    }

    /// Whether nothing is allowed by them that these do not allow.
    pub fn cover(&self, others: &Self) -> bool {
        self.reach(others, |own, asked| own >= asked)
    }

    /// Whether somebody with these may hand out others: nobody gives what they have not, and whoever gives administers
    /// the place.
    pub fn may_give(&self, others: &Self) -> bool {
        self.reach(others, |own, asked| own >= asked.max(Role::TenantAdmin))
    }

    fn reach(&self, others: &Self, enough: impl Fn(Role, Role) -> bool) -> bool {
        let own = |scope: &Scope| match scope {
            Scope::Host => self.0.get(&Scope::Host).copied(),
            Scope::Tenant(tenant) => self.role_in(tenant),
        };
        others.0.iter().all(|(scope, asked)| own(scope).is_some_and(|own| enough(own, *asked)))
    }

    /// What of them counts in one tenant, and there as this role at most; none when that is nothing.
    pub fn within(&self, tenant: &TenantId, most: Role) -> Option<Self> {
        let role = self.role_in(tenant)?.min(most).min(Role::TenantAdmin);
        Some(Self([(Scope::Tenant(tenant.clone()), role)].into()))
    }

    /// Role by role.
    pub fn iter(&self) -> impl Iterator<Item = (&Scope, Role)> {
        self.0.iter().map(|(scope, role)| (scope, *role))
    }

    /// As they are stored and shown.
    pub fn shown(&self) -> Vec<Right> {
        let tenant = |scope: &Scope| match scope {
            Scope::Host => None,
            Scope::Tenant(tenant) => Some(tenant.clone()),
        };
        self.iter().map(|(scope, role)| Right { role, tenant: tenant(scope) }).collect()
    }
}

impl TryFrom<Vec<Right>> for Rights {
    type Error = InvalidRights;

    fn try_from(rights: Vec<Right>) -> Result<Self, InvalidRights> {
        Self::new(
            rights.into_iter().map(|right| (right.tenant.map_or(Scope::Host, Scope::Tenant), right.role)),
        )
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(crate) fn tenant(name: &str) -> TenantId {
        name.parse().unwrap()
    }

    pub(crate) fn of(tenant_name: &str, role: Role) -> (Scope, Role) {
        (Scope::Tenant(tenant(tenant_name)), role)
    }

    pub(crate) fn rights(roles: &[(Scope, Role)]) -> Rights {
        Rights::new(roles.iter().cloned()).unwrap()
    }

    fn role() -> impl Strategy<Value = Role> {
        prop::sample::select(vec![Role::Viewer, Role::Agent, Role::TenantAdmin, Role::Operator])
    }

    /// Any rights over two tenants that somebody can have.
    pub(crate) fn any_rights() -> impl Strategy<Value = Rights> {
        let place = prop::sample::select(vec![None, Some("a"), Some("b")]);
        prop::collection::vec((place, role()), 1..4).prop_map(|roles| {
            let one = |(place, role): (Option<&str>, Role)| match place {
                None => (Scope::Host, role),
                Some(name) => of(name, role.min(Role::TenantAdmin)),
            };
            Rights::new(roles.into_iter().map(one)).unwrap()
        })
    }

    proptest! {
        /// What counts within a tenant is covered by the whole, is of that tenant alone, and is never more than asked for.
        #[test]
        fn a_part_is_no_more_than_the_whole(all in any_rights(), most in role()) {
            let (a, b) = (tenant("a"), tenant("b"));
            match all.within(&a, most) {
                None => prop_assert!(all.role_in(&a).is_none()),
                Some(part) => {
                    prop_assert!(all.cover(&part) && part.highest() <= Some(most));
                    prop_assert_eq!(part.role_in(&b), None);
                    prop_assert_eq!(part.highest(), part.role_in(&a));
                }
            }
        }
    }

    #[test]
    fn nobody_is_the_operator_of_a_tenant_or_has_no_right_at_all() {
        let wrong = Rights::new([of("a", Role::Viewer), of("b", Role::Operator)]);
        assert_eq!(wrong, Err(InvalidRights::OperatorOfTenant(tenant("b"))));
        assert_eq!(Rights::new([]), Err(InvalidRights::None));
        assert_eq!(Rights::try_from(Vec::new()), Err(InvalidRights::None));
    }

    #[test]
    fn a_role_counts_where_it_was_given_and_nowhere_else() {
        let viewer = rights(&[of("a", Role::Viewer), of("a", Role::Agent)]);
        assert_eq!(viewer.role_in(&tenant("a")), Some(Role::Agent), "the highest of a place");
        assert_eq!(viewer.role_in(&tenant("b")), None);
        assert_eq!(viewer.role_in(&tenant("ab")), None);
        assert_eq!(viewer.highest(), Some(Role::Agent));
        assert_eq!(Rights::of_operator().role_in(&tenant("b")), Some(Role::Operator));
        let auditor = rights(&[(Scope::Host, Role::Viewer), of("a", Role::TenantAdmin)]);
        assert_eq!(auditor.role_in(&tenant("a")), Some(Role::TenantAdmin));
        assert_eq!(auditor.role_in(&tenant("b")), Some(Role::Viewer));
    }

    #[test]
    fn only_who_administers_a_place_gives_rights_there() {
        let admin = rights(&[of("a", Role::TenantAdmin), of("b", Role::Viewer)]);
        for (given, may) in [
            (rights(&[of("a", Role::Viewer)]), true),
            (rights(&[of("a", Role::TenantAdmin)]), true),
            (rights(&[of("a", Role::Viewer), of("b", Role::Viewer)]), false),
            (rights(&[(Scope::Host, Role::Viewer)]), false),
            (Rights::of_operator(), false),
        ] {
            assert_eq!(admin.may_give(&given), may, "{given:?}");
            assert!(Rights::of_operator().may_give(&given));
        }
    }

    proptest! {
        /// The role of a tenant is the highest that was given for it or for everywhere.
        #[test]
        fn rights_are_their_own_parts(all in any_rights()) {
            for name in ["a", "b", "c"] {
                let tenant = tenant(name);
                let parts = all.iter().filter(|(scope, _)| {
                    **scope == Scope::Host || **scope == Scope::Tenant(tenant.clone())
                });
                prop_assert_eq!(all.role_in(&tenant), parts.map(|(_, role)| role).max());
            }
            prop_assert_eq!(Rights::try_from(all.shown()), Ok(all));
        }

        /// Whoever gets rights of somebody can do nothing that the giver could not, however often they are passed on.
        #[test]
        fn what_is_given_never_grows(giver in any_rights(), given in any_rights(), passed in any_rights()) {
            prop_assert!(giver.cover(&giver) && Rights::of_operator().cover(&giver));
            if giver.may_give(&given) {
                prop_assert!(giver.cover(&given));
                for name in ["a", "b", "c"] {
                    prop_assert!(given.role_in(&tenant(name)) <= giver.role_in(&tenant(name)));
                }
                prop_assert!(given.highest() <= giver.highest());
                if given.may_give(&passed) {
                    prop_assert!(giver.may_give(&passed));
                }
            }
        }
    }
}
