//! Errors of the crates below in words for people.

use std::error::Error;

use tieline_identity::ConnectionError;
use tieline_types::Problem;

/// Why a connection gives no access.
pub(crate) fn of_connection(error: ConnectionError) -> Problem {
    match error {
        ConnectionError::Unusable(problem) => problem,
        ConnectionError::Throttled(after) => {
            let message = format!("The sign-in service asks to wait {} s.", after.as_secs());
            Problem::new("connection.throttled", message)
        }
        ConnectionError::Unknown(key) => {
            let remedy = format!("Add [connections.{}] to the tenant's document.", key.connection);
            Problem::new("connection.missing", format!("There is no connection {key}.")).remedy(remedy)
        }
        error => Problem::new("connection.failed", with_causes(&error)),
    }
}

/// An error with its causes, in one line.
pub(crate) fn with_causes(error: &dyn Error) -> String {
    let causes = std::iter::successors(Some(error), |error| (**error).source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
