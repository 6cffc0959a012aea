//! From groups and app roles of a directory to rights. Pure.

use tieline_types::{Role, TenantId, config::RoleRule, ids::InvalidName};

use crate::{Rights, Scope};

/// Who is what: `[[sign_in.roles]]`. Whom no rule names has no rights, and is not let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping(Vec<Rule>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    claim: Claim,
    roles: Vec<(Scope, Role)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Claim {
    /// Object id.
    Group(String),
    /// Value.
    AppRole(String),
}

/// A rule that cannot be, with its number from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMapping {
    /// Nobody would be let in.
    #[error("there is no rule in it, so nobody could sign in: add a [[sign_in.roles]]")]
    Empty,
    /// Whom it is about.
    #[error("rule {0} needs one of `group` (an object id) and `app_role`")]
    Claim(usize),
    /// Where it counts.
    #[error("rule {0}: an operator is one of the whole host; leave `tenants` out")]
    OperatorOfTenant(usize),
    /// Where it counts.
    #[error("rule {0} needs `tenants`: their names, or [\"*\"] for all of them")]
    Nowhere(usize),
    /// Not a tenant.
    #[error("rule {rule}")]
    Tenant {
        /// Which rule.
        rule: usize,
        /// Why.
        source: InvalidName,
    },
}

/// In the place of a tenant's name: all of them.
const ALL: &str = "*";

impl Mapping {
    /// These rules.
    ///
    /// # Errors
    /// The first that cannot be.
    pub fn new(rules: Vec<RoleRule>) -> Result<Self, InvalidMapping> {
        if rules.is_empty() {
            return Err(InvalidMapping::Empty);
        }
        rules
            .into_iter()
            .zip(1..)
            .map(|(rule, number)| read(rule, number))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// What somebody with these groups and app roles may; none: nothing at all.
    pub(crate) fn rights(&self, groups: &[String], app_roles: &[String]) -> Option<Rights> {
        let rules = self.0.iter().filter(|rule| rule.claim.is_of(groups, app_roles));
        Rights::new(rules.flat_map(|rule| rule.roles.iter().cloned())).ok()
    }

    /// Those that mean something here. What else somebody is a member of is not ours to keep.
    pub(crate) fn meant(&self, groups: Vec<String>, app_roles: Vec<String>) -> (Vec<String>, Vec<String>) {
        let means = |groups: &[String], app_roles: &[String]| {
            self.0.iter().any(|rule| rule.claim.is_of(groups, app_roles))
        };
        let groups = groups.into_iter().filter(|group| means(std::slice::from_ref(group), &[])).collect();
        let roles = app_roles.into_iter().filter(|role| means(&[], std::slice::from_ref(role))).collect();
        (groups, roles)
    }

    /// Whether any rule is about groups.
    pub(crate) fn looks_at_groups(&self) -> bool {
        self.0.iter().any(|rule| matches!(rule.claim, Claim::Group(_)))
    }
}

impl Claim {
    fn is_of(&self, groups: &[String], app_roles: &[String]) -> bool {
        match self {
            Self::Group(id) => groups.iter().any(|group| group.eq_ignore_ascii_case(id)),
            // Values of app roles differ by case.
            Self::AppRole(value) => app_roles.contains(value),
        }
    }
}

fn read(rule: RoleRule, number: usize) -> Result<Rule, InvalidMapping> {
    let text = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let claim = match (text(rule.group), text(rule.app_role)) {
        (Some(group), None) => Claim::Group(group),
        (None, Some(value)) => Claim::AppRole(value),
        _ => return Err(InvalidMapping::Claim(number)),
    };
    let scopes = match (rule.role, rule.tenants.as_slice()) {
        (Role::Operator, []) => vec![Scope::Host],
        (Role::Operator, _) => return Err(InvalidMapping::OperatorOfTenant(number)),
        (_, []) => return Err(InvalidMapping::Nowhere(number)),
        (_, names) => names.iter().map(|name| scope(name, number)).collect::<Result<_, _>>()?,
    };
    Ok(Rule { claim, roles: scopes.into_iter().map(|scope| (scope, rule.role)).collect() })
}

fn scope(name: &str, rule: usize) -> Result<Scope, InvalidMapping> {
    if name == ALL {
        return Ok(Scope::Host);
    }
    let tenant = name.parse::<TenantId>();
    tenant.map(Scope::Tenant).map_err(|source| InvalidMapping::Tenant { rule, source })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rights::tests::{of, rights, tenant};

    fn rule(group: Option<&str>, app_role: Option<&str>, role: Role, tenants: &[&str]) -> RoleRule {
        RoleRule {
            group: group.map(str::to_owned),
            app_role: app_role.map(str::to_owned),
            role,
            tenants: tenants.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    fn names(all: &[&str]) -> Vec<String> {
        all.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn refuses_rules_that_would_let_in_whom_nobody_meant() {
        let one = |rule| Mapping::new(vec![rule]).unwrap_err();
        assert_eq!(Mapping::new(Vec::new()), Err(InvalidMapping::Empty));
        for (group, app_role) in [(None, None), (Some("g"), Some("r")), (Some(" "), None)] {
            assert_eq!(one(rule(group, app_role, Role::Viewer, &["a"])), InvalidMapping::Claim(1));
        }
        let operator = rule(Some("g"), None, Role::Operator, &["a"]);
        assert_eq!(one(operator), InvalidMapping::OperatorOfTenant(1));
        assert_eq!(one(rule(Some("g"), None, Role::Agent, &[])), InvalidMapping::Nowhere(1));
        let second =
            vec![rule(Some("g"), None, Role::Operator, &[]), rule(Some("g"), None, Role::Agent, &["A b"])];
        assert!(matches!(Mapping::new(second), Err(InvalidMapping::Tenant { rule: 2, .. })));
    }

    #[test]
    fn somebody_is_the_sum_of_what_they_are_in() {
        let mapping = Mapping::new(vec![
            rule(Some("0A"), None, Role::Viewer, &["a", "b"]),
            rule(None, Some("Desk"), Role::Agent, &["a"]),
            rule(Some("0C"), None, Role::Viewer, &["*"]),
            rule(Some("0F"), None, Role::Operator, &[]),
        ])
        .unwrap();
        let mapped = |groups: &[&str], roles: &[&str]| mapping.rights(&names(groups), &names(roles));
        assert_eq!(mapped(&["0a", "x"], &[]), Some(rights(&[of("a", Role::Viewer), of("b", Role::Viewer)])));
        assert_eq!(mapped(&[], &["Desk"]), Some(rights(&[of("a", Role::Agent)])));
        assert_eq!(mapped(&["0c"], &[]).unwrap().role_in(&tenant("z")), Some(Role::Viewer));
        assert_eq!(mapped(&["0F"], &[]), Some(Rights::of_operator()));
        for (groups, roles) in [(&[][..], &[][..]), (&["x", "Desk"], &["desk", "0A", "operator"])] {
            assert_eq!(mapped(groups, roles), None, "a group's id is no app role, and names differ by case");
        }
        let kept = mapping.meant(names(&["0a", "private"]), names(&["Desk", "other"]));
        assert_eq!(kept, (names(&["0a"]), names(&["Desk"])));
    }
}
