//! Whether a person is signed in to Microsoft: the first visit prompts for it.

use serde::Deserialize;
use tieline_sdk::{Actor, CallError, Failure, Identity, Problem, graph};

/// A person, as their own directory tells.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Me {
    pub(crate) user_principal_name: String,
    #[serde(default)]
    pub(crate) mail: Option<String>,
}

impl Me {
    /// The addresses that they may have in the vault, each once.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = &str> {
        let name = self.user_principal_name.as_str();
        let mail = self.mail.as_deref().filter(|mail| !mail.eq_ignore_ascii_case(name));
        std::iter::once(name).chain(mail)
    }
}

/// What is known of a person's sign-in.
#[derive(Debug, Clone)]
pub(crate) enum SignIn {
    /// They are signed in.
    Done(Me),
    /// They must sign in, or somebody must help them to: why, and what to do.
    Needed(Problem),
}

/// Asks Microsoft as the person.
///
/// # Errors
/// When Microsoft does not answer, which says nothing of the person.
pub(crate) fn of(actor: &Actor) -> Result<SignIn, Failure> {
    if actor.directory_id.is_empty() || actor.object_id.is_empty() {
        let problem = Problem::new("vault.nobody", "this is done for a person, and nobody is signed in");
        return Ok(SignIn::Needed(problem.remedy("Log in to Microsoft first.")));
    }
    let asked = graph::get("/me").select(&["userPrincipalName", "mail"]).identity(Identity::Actor);
    match asked.send() {
        Ok(response) if response.is_success() => Ok(SignIn::Done(response.json()?)),
        Ok(response) => Err(response.failure(graph::error(&response))),
        Err(CallError::ConnectionUnusable(problem)) if is_the_persons(&problem) => {
            Ok(SignIn::Needed(explained(problem)))
        }
        Err(error) => Err(error.into()),
    }
}

/// Whether a person, or an administrator for them, can mend it by signing in or assigning: other troubles of the connection
/// are not theirs.
fn is_the_persons(problem: &Problem) -> bool {
    let code = problem.code.rsplit('.').next().unwrap_or_default();
    [
        "not-signed-in",
        "sign-in-expired",
        "sign-in-invalid",
        "user-not-assigned",
        "consent-declined",
        "admin-consent-required",
        "consent-required",
        "interaction-required",
        "mfa-required",
    ]
    .contains(&code)
        || code.starts_with("sign-in")
}

/// The same, and for somebody who is not assigned to the app, what that means.
fn explained(problem: Problem) -> Problem {
    if !problem.code.ends_with("user-not-assigned") {
        return problem;
    }
    let remedy = problem.remedy.clone().unwrap_or_default();
    let message = format!(
        "Your organisation lets only assigned people use this app, and you are not one of them (AADSTS50105). {}",
        problem.message
    );
    Problem { message, remedy: Some(remedy), ..problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_can_mend_is_told_from_other_troubles() {
        for (code, theirs) in [
            ("connection.not-signed-in", true),
            ("connection.sign-in-expired", true),
            ("microsoft.user-not-assigned", true),
            ("microsoft.client-secret-expired", false),
            ("graph.consent-missing", false),
            ("connection.circuit-open", false),
        ] {
            assert_eq!(is_the_persons(&Problem::new(code, "x")), theirs, "{code}");
        }
    }

    #[test]
    fn who_is_not_assigned_is_told_what_that_means() {
        let problem =
            explained(Problem::new("microsoft.user-not-assigned", "Not assigned.").remedy("Assign them."));
        assert!(problem.message.contains("AADSTS50105") && problem.message.contains("Not assigned."));
        assert_eq!(problem.remedy.as_deref(), Some("Assign them."));
    }
}
