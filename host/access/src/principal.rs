//! Who asks, and whether they may. Pure.

use std::fmt;

use tieline_types::{Actor, Asker, Problem, Role, TenantId};

use crate::{Rights, TokenId};

/// Somebody whose credential was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// Who it is.
    pub who: Who,
    /// What they may.
    pub rights: Rights,
}

/// Who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// A program, or somebody at the command line, with a token.
    Token {
        /// By which it is listed and revoked.
        id: TokenId,
        /// What whoever made it calls it.
        name: String,
    },
    /// Somebody who signed in to the host with their directory.
    Person {
        /// Entra's `oid`.
        oid: String,
        /// Entra's `tid`.
        directory: String,
        /// What they sign in with: `priya.singh@example.com`.
        user_name: String,
        /// For people.
        name: String,
    },
    /// Whoever holds the token that the host printed at its first start.
    Bootstrap,
}

/// Whether somebody may do what needs a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// They may, being this.
    May(Role),
    /// They have no right to the tenant at all: for them it is not there.
    NotThere,
    /// They are less than is needed.
    TooLittle(Role),
}

impl Principal {
    /// Whoever holds the host's own token.
    pub fn bootstrap() -> Self {
        Self { who: Who::Bootstrap, rights: Rights::of_operator() }
    }

    /// The highest role in a tenant; none: for them there is no such tenant.
    pub fn role_in(&self, tenant: &TenantId) -> Option<Role> {
        self.rights.role_in(tenant)
    }

    /// Whether they may do what needs `least`: in a tenant, or where none is named.
    pub fn judged(&self, tenant: Option<&TenantId>, least: Role) -> Verdict {
        let role = match tenant {
            Some(tenant) => self.role_in(tenant),
            None => self.rights.highest(),
        };
        match role {
            Some(role) if role >= least => Verdict::May(role),
            Some(role) => Verdict::TooLittle(role),
            None => Verdict::NotThere,
        }
    }

    /// As whom they ask in a tenant: a tenant's administrator may name anybody who is signed in there, everybody else
    /// only themself.
    ///
    /// # Errors
    /// A problem at `/as` when they may not name that one.
    pub fn acts_as(&self, tenant: &TenantId, named: Option<&str>) -> Result<Asker, Problem> {
        match named {
            Some(user) if !self.is(user) => {
                if self.role_in(tenant) >= Some(Role::TenantAdmin) {
                    return Ok(Asker::Another(user.to_owned()));
                }
                let message = format!("{self} may ask for themself only.");
                let remedy =
                    "Leave `as` out; or have an administrator of the tenant ask on somebody's behalf.";
                Err(Problem::new("action.as-another", message).remedy(remedy).at("/as"))
            }
            _ => Ok(self.themself(tenant)),
        }
    }

    /// Whom a link to sign in to a connection is for: the directory and the object id of whoever asks, who asks for `own`;
    /// none: for anybody, or for the service user, which a tenant's administrator may ask for.
    ///
    /// # Errors
    /// A problem at `/self` or `/service` when they may not ask for that, or are nobody who could sign in.
    pub fn signs_in(
        &self,
        tenant: &TenantId,
        own: bool,
        service: bool,
    ) -> Result<Option<(String, String)>, Problem> {
        if own && service {
            let message = "The service user is somebody else than whoever asks.";
            return Err(Problem::new("sign-in.two-people", message)
                .remedy("Ask with `self`, or with `service`.")
                .at("/service"));
        }
        match &self.who {
            Who::Person { oid, directory, .. } if own => Ok(Some((directory.clone(), oid.clone()))),
            _ if own => {
                let message = format!("{self} is nobody who could sign in.");
                let remedy = "Sign in to this host with your organisation's account, and ask again.";
                Err(Problem::new("sign-in.nobody", message).remedy(remedy).at("/self"))
            }
            _ if self.role_in(tenant) >= Some(Role::TenantAdmin) => Ok(None),
            _ => {
                let message = format!("{self} may sign in themself only.");
                let remedy = "Ask with `self`; or have an administrator of the tenant make the link.";
                Err(Problem::new("sign-in.for-another", message).remedy(remedy).at("/self"))
            }
        }
    }

    fn is(&self, user: &str) -> bool {
        match &self.who {
            Who::Person { oid, user_name, .. } => {
                oid.eq_ignore_ascii_case(user) || user_name.eq_ignore_ascii_case(user)
            }
            Who::Token { .. } | Who::Bootstrap => false,
        }
    }

    /// As connectors see them.
    fn themself(&self, tenant: &TenantId) -> Asker {
        let role = self.role_in(tenant);
        match &self.who {
            Who::Person { oid, directory, name, .. } => Asker::Themself(Actor {
                directory_id: directory.clone(),
                object_id: oid.clone(),
                display_name: name.clone(),
                roles: role.iter().map(ToString::to_string).collect(),
            }),
            Who::Token { name, .. } => Asker::client(name, role),
            // In a panel it is less than the operator.
            Who::Bootstrap => Asker::client("API client", role),
        }
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.who {
            Who::Token { name, id } => write!(f, "the token {name} ({id})"),
            Who::Person { name, user_name, .. } => write!(f, "{name} ({user_name})"),
            Who::Bootstrap => f.write_str("the host's own token"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rights::tests::{any_rights, of, rights, tenant};
    use proptest::prelude::*;

    fn person(role: Role) -> Principal {
        let who = Who::Person {
            oid: "0-1".into(),
            directory: "d".into(),
            user_name: "Priya@lakeside.example".into(),
            name: "Priya Singh".into(),
        };
        Principal { who, rights: rights(&[of("a", role)]) }
    }

    #[test]
    fn no_right_to_a_tenant_is_another_thing_than_too_little() {
        use Role::{Agent, Operator, TenantAdmin, Viewer};
        use Verdict::{May, NotThere, TooLittle};
        let (a, b) = (tenant("a"), tenant("b"));
        for (has, needs, in_a, in_b, nowhere) in [
            (Viewer, Viewer, May(Viewer), NotThere, May(Viewer)),
            (Viewer, Agent, TooLittle(Viewer), NotThere, TooLittle(Viewer)),
            (Agent, Agent, May(Agent), NotThere, May(Agent)),
            (Agent, TenantAdmin, TooLittle(Agent), NotThere, TooLittle(Agent)),
            (TenantAdmin, Viewer, May(TenantAdmin), NotThere, May(TenantAdmin)),
            (TenantAdmin, Operator, TooLittle(TenantAdmin), NotThere, TooLittle(TenantAdmin)),
        ] {
            let who = person(has);
            let judged = [who.judged(Some(&a), needs), who.judged(Some(&b), needs), who.judged(None, needs)];
            assert_eq!(judged, [in_a, in_b, nowhere], "{has} {needs}");
        }
        assert_eq!(Principal::bootstrap().judged(Some(&b), Operator), May(Operator));
        assert_eq!(Principal::bootstrap().judged(None, Operator), May(Operator));
    }

    #[test]
    fn only_an_administrator_acts_as_somebody_else() {
        let a = tenant("a");
        for role in [Role::Viewer, Role::Agent] {
            let who = person(role);
            let problem = who.acts_as(&a, Some("adele@lakeside.example")).unwrap_err();
            assert_eq!((problem.code.as_str(), problem.field.as_deref()), ("action.as-another", Some("/as")));
            for own in [None, Some("0-1"), Some("priya@LAKESIDE.example")] {
                let Ok(Asker::Themself(actor)) = who.acts_as(&a, own) else { panic!("{own:?}") };
                assert_eq!((actor.object_id.as_str(), actor.directory_id.as_str()), ("0-1", "d"));
                assert_eq!(actor.roles, [role.as_str()]);
            }
        }
        let adele = Some("adele@lakeside.example");
        let another = Ok(Asker::Another("adele@lakeside.example".into()));
        assert_eq!(person(Role::TenantAdmin).acts_as(&a, adele), another);
        assert_eq!(Principal::bootstrap().acts_as(&a, adele), another);
        assert!(person(Role::TenantAdmin).acts_as(&tenant("b"), adele).is_err(), "of another tenant");
    }

    #[test]
    fn an_agent_signs_in_themself_and_nobody_else() {
        let a = tenant("a");
        let themself = Ok(Some(("d".to_owned(), "0-1".to_owned())));
        let code = |asked: Result<_, Problem>| asked.map_err(|problem| problem.code);
        for role in [Role::Viewer, Role::Agent] {
            let who = person(role);
            assert_eq!(code(who.signs_in(&a, true, false)), themself);
            for service in [false, true] {
                assert_eq!(code(who.signs_in(&a, false, service)), Err("sign-in.for-another".into()));
            }
            assert_eq!(code(who.signs_in(&a, true, true)), Err("sign-in.two-people".into()));
        }
        let admin = person(Role::TenantAdmin);
        assert_eq!(code(admin.signs_in(&a, true, false)), themself);
        assert_eq!(code(admin.signs_in(&a, false, true)), Ok(None));
        assert_eq!(code(admin.signs_in(&tenant("b"), false, false)), Err("sign-in.for-another".into()));
        assert_eq!(code(Principal::bootstrap().signs_in(&a, false, false)), Ok(None));
        assert_eq!(code(Principal::bootstrap().signs_in(&a, true, false)), Err("sign-in.nobody".into()));
    }

    #[test]
    fn the_hosts_own_token_is_in_a_panel_what_the_panel_may() {
        let a = tenant("a");
        let whole = Principal::bootstrap();
        assert_eq!(whole.acts_as(&a, None), Ok(Asker::operator()));
        let panel = Principal { rights: whole.rights.within(&a, Role::Agent).unwrap(), ..whole };
        let Ok(Asker::Themself(actor)) = panel.acts_as(&a, None) else { panic!() };
        assert_eq!(actor.roles, ["agent"]);
        assert!(panel.acts_as(&a, Some("adele@lakeside.example")).is_err());
    }

    #[test]
    fn a_token_is_no_person_and_has_no_more_than_its_own_role() {
        let who = Who::Token { id: TokenId::of(&tieline_types::Digest::of(b"t")), name: "nightly".into() };
        let token = Principal { who, rights: rights(&[of("a", Role::Agent)]) };
        let Ok(Asker::Themself(actor)) = token.acts_as(&tenant("a"), None) else { panic!() };
        assert!(!actor.is_person() && actor.roles == ["agent"]);
        assert!(token.acts_as(&tenant("a"), Some("api")).is_err(), "its name for connectors is nobody's");
    }

    proptest! {
        /// A higher role may all that a lower one may; and what is of another tenant is never more than not there.
        #[test]
        fn more_is_never_less(all in any_rights(), name in "[abc]") {
            let who = Principal { who: Who::Bootstrap, rights: all.clone() };
            let place = tenant(&name);
            let roles = [Role::Viewer, Role::Agent, Role::TenantAdmin, Role::Operator];
            let may = roles.map(|least| matches!(who.judged(Some(&place), least), Verdict::May(_)));
            prop_assert!(may.windows(2).all(|pair| pair[0] || !pair[1]));
            let there = all.role_in(&place).is_some();
            for least in roles {
                prop_assert_eq!(who.judged(Some(&place), least) != Verdict::NotThere, there);
            }
        }
    }
}
