//! A token, asked for anew, and what its refusal means in the words that people know.

use std::sync::Arc;

use tieline_types::{ConnectionKey, Problem};

use super::stages::{Broken, Found};
use crate::{
    Access, ConnectionError, Connections, Identity,
    providers::{Cure, Provider},
    refusal,
};

const REFUSED: &str = "Failed to request refresh token";
const INCOMPLETE: &str = "Account credentials are incomplete";

pub(super) async fn ask(
    connections: &Connections,
    key: &ConnectionKey,
    provider: &Provider,
) -> Result<(Arc<Access>, Found), Broken<ConnectionError>> {
    match connections.tokens.anew(key, &Identity::App).await {
        Ok(access) => {
            let place = access.place.as_ref().map(|place| format!(", for {place}")).unwrap_or_default();
            let until = access.expires;
            let found = format!("{} gave a token that is good until {until}{place}.", provider.title);
            Ok((access, Found::ok(found)))
        }
        Err(ConnectionError::Unusable(problem)) => Err(Broken::Failed(in_known_words(problem))),
        Err(ConnectionError::Throttled(wait)) => {
            let message = format!("{} asks to wait {} s.", provider.title, wait.as_secs());
            Err(Broken::Failed(Problem::new("connection.throttled", message).remedy("Test again then.")))
        }
        Err(error @ ConnectionError::Unreachable { .. }) => {
            let causes =
                std::iter::successors(Some(&error as &dyn std::error::Error), |error| error.source());
            let last = causes.last().map(ToString::to_string).unwrap_or_default();
            let message = format!("{REFUSED}: {} gave no answer that can be used: {last}.", provider.title);
            let remedy =
                "It may be a passing difficulty: test again, and look at the provider's service health.";
            Err(Broken::Failed(Problem::new("connection.sign-in-unreachable", message).remedy(remedy)))
        }
        Err(fault) => Err(Broken::Fault(fault)),
    }
}

/// A refusal of the credentials begins with the words that integration accounts have always used for it.
fn in_known_words(problem: Problem) -> Problem {
    let words = match refusal::cure(&problem.code) {
        Some(Cure::Credential | Cure::SignIn) => REFUSED,
        Some(Cure::Completion) => INCOMPLETE,
        _ => return problem,
    };
    Problem { message: format!("{words}: {}", problem.message), ..problem }
}

/// What is stored cannot sign in at all.
pub(super) fn incomplete(problem: Problem) -> Problem {
    match problem.code.as_str() {
        "connection.incomplete" => {
            Problem { message: format!("{INCOMPLETE}: {}", problem.message), ..problem }
        }
        _ => problem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_known_messages_stand_where_they_belong() {
        let said = |code: &str| {
            let problem = in_known_words(Problem::new(format!("microsoft.{code}"), "m"));
            (problem.message, problem.code)
        };
        for code in
            ["client-secret-invalid", "client-secret-expired", "directory-not-found", "application-not-found"]
        {
            assert_eq!(said(code), (format!("{REFUSED}: m"), format!("microsoft.{code}")));
        }
        assert_eq!(said("credentials-incomplete").0, format!("{INCOMPLETE}: m"));
        for code in ["consent-required", "conditional-access", "sign-in-malformed"] {
            assert_eq!(said(code).0, "m", "{code}");
        }
        assert_eq!(
            incomplete(Problem::new("connection.incomplete", "m")).message,
            format!("{INCOMPLETE}: m")
        );
    }
}
