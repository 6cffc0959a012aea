//! What somebody may ask of a token. Pure.

use std::time::Duration;

use tieline_types::{Problem, api::CreateTokenRequest};

use crate::Rights;

/// In characters.
const LONGEST_NAME: usize = 80;
const MOST_RIGHTS: usize = 200;
const SHORTEST: u64 = 60;
const LONGEST: u64 = 366 * 24 * 60 * 60;

/// A request with nothing wrong in it.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) name: String,
    pub(super) rights: Rights,
    pub(super) lasts: Duration,
}

/// # Errors
/// All that is wrong, each with its place.
pub(super) fn checked(asked: CreateTokenRequest) -> Result<Checked, Vec<Problem>> {
    let CreateTokenRequest { name, rights, lasts_s } = asked;
    let mut problems = Vec::new();
    let length = name.chars().count();
    if name.trim().is_empty() || length > LONGEST_NAME || name.contains(char::is_control) {
        let message = format!("A token's name has 1 to {LONGEST_NAME} characters, in plain text.");
        let remedy = "Give it a name by which people know what it is for.";
        problems.push(Problem::new("token.name-invalid", message).remedy(remedy).at("/name"));
    }
    if !(SHORTEST..=LONGEST).contains(&lasts_s) {
        let message = format!("A token is good for {SHORTEST} to {LONGEST} seconds, which is 366 days.");
        let remedy = "Give a number of seconds in between; a new token can be made before this one ends.";
        problems.push(Problem::new("token.lasts-invalid", message).remedy(remedy).at("/lasts_s"));
    }
    let invalid = |why: String| {
        let remedy = "Name a role and the tenant where it counts; an operator is named without a tenant.";
        Problem::new("token.rights-invalid", why).remedy(remedy).at("/rights")
    };
    let many = rights.len() > MOST_RIGHTS;
    let rights = match Rights::try_from(rights) {
        Ok(rights) if !many => Some(rights),
        Ok(_) => {
            problems.push(invalid(format!("A token has {MOST_RIGHTS} rights at most.")));
            None
        }
        Err(why) => {
            problems.push(invalid(format!("These rights cannot be: {why}.")));
            None
        }
    };
    match rights {
        Some(rights) if problems.is_empty() => {
            Ok(Checked { name, rights, lasts: Duration::from_secs(lasts_s) })
        }
        _ => Err(problems),
    }
}

/// Somebody asks for more than they may give.
pub(super) fn too_much() -> Problem {
    Problem::new("token.too-much", "Nobody makes a token that may more than they may themself.")
        .remedy("Ask for rights in tenants that you administer, or have an operator make it.")
        .at("/rights")
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_types::{Role, api::Right};

    fn asked(name: &str, role: Role, tenant: Option<&str>, lasts_s: u64) -> Result<Checked, Vec<Problem>> {
        let tenant = tenant.map(|tenant| tenant.parse().unwrap());
        checked(CreateTokenRequest { name: name.into(), rights: vec![Right { role, tenant }], lasts_s })
    }

    #[test]
    fn says_all_that_is_wrong_at_its_place() {
        let wrong = asked("a\nb", Role::Operator, Some("acme"), 1).unwrap_err();
        let places: Vec<_> = wrong.iter().filter_map(|problem| problem.field.as_deref()).collect();
        assert_eq!(places, ["/name", "/lasts_s", "/rights"]);
        for (name, lasts_s) in [("", 60), ("  ", 60), (&"n".repeat(81), 60), ("n", 59), ("n", u64::MAX)] {
            assert_eq!(asked(name, Role::Viewer, None, lasts_s).unwrap_err().len(), 1, "{name} {lasts_s}");
        }
        let right = Right { role: Role::Viewer, tenant: None };
        let many = CreateTokenRequest { name: "n".into(), rights: vec![right; 201], lasts_s: 60 };
        assert_eq!(checked(many).unwrap_err()[0].code, "token.rights-invalid");
        let none = CreateTokenRequest { name: "n".into(), rights: Vec::new(), lasts_s: 60 };
        assert!(checked(none).is_err());
        assert!(asked("é".repeat(80).as_str(), Role::Viewer, Some("acme"), LONGEST).is_ok());
    }
}
