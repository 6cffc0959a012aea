//! What can go wrong between the CLI and a host.

use std::path::PathBuf;

use reqwest::StatusCode;
use tieline_api::ProblemDocument;
use url::Url;

use crate::{Exit, Failure};

/// Why a question to the host got no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClientError {
    /// The address has no host in it.
    #[error("`{0}` is not the address of a host")]
    Address(Url),
    /// The file with the token cannot be read.
    #[error("reading the API token from {} failed", path.display())]
    TokenFile {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The HTTP client does not start.
    #[error("starting the HTTP client failed")]
    Start(#[source] reqwest::Error),
    /// The question cannot be written as JSON.
    #[error("writing the request failed")]
    Encode(#[source] serde_json::Error),
    /// No connection, or it broke.
    #[error("{what} failed: no answer from {host}")]
    Unreachable {
        /// What was attempted.
        what: &'static str,
        /// At which host.
        host: Url,
        /// Why.
        source: reqwest::Error,
    },
    /// What came cannot be written down.
    #[error("writing {} failed", path.display())]
    Write {
        /// To which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The host said no, and why.
    #[error("{what} failed: {}", problem.detail)]
    Refused {
        /// What was attempted.
        what: &'static str,
        /// The host's words.
        problem: Box<ProblemDocument>,
    },
    /// Something answered that does not speak our API.
    #[error("{what} failed: {host} answered {status}, but not as a Tieline host does")]
    Stranger {
        /// What was attempted.
        what: &'static str,
        /// At which host.
        host: Url,
        /// Its status.
        status: StatusCode,
    },
}

impl ClientError {
    /// The places in the document of the packages that the host has not got, if that is why it refused.
    pub(crate) fn missing_packages(&self) -> Vec<&str> {
        let Self::Refused { problem, .. } = self else { return Vec::new() };
        let missing = problem.errors.iter().filter(|error| error.code == "package.unknown");
        missing.filter_map(|error| error.field.as_deref()).collect()
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        const WHERE: &str = "give the host's address with --host or TIELINE_HOST";
        match error {
            ClientError::Refused { problem, what } => {
                // The host understood and said no; else it would not talk to us, or cannot.
                let asked = (400..500).contains(&problem.status)
                    && !matches!(problem.status, 401 | 403 | 405 | 429)
                    && problem.code != "path.unknown";
                let exit = if asked { Exit::Failed } else { Exit::Remote };
                let (code, details) = (problem.code.clone(), problem.errors.clone());
                let remedy = if problem.status == StatusCode::UNAUTHORIZED {
                    Some("give the API token with --token-file, --token or TIELINE_TOKEN; `tieline serve --new-token` makes a new one".into())
                } else {
                    problem.remedy.clone()
                };
                let failure =
                    Self::new(exit, ClientError::Refused { problem, what }).code(code).details(details);
                match remedy {
                    Some(remedy) => failure.remedy(remedy),
                    None => failure,
                }
            }
            ClientError::Unreachable { .. } => Self::new(Exit::Remote, error)
                .code("host.unreachable")
                .remedy(format!("start it with `tieline serve`, or {WHERE}")),
            ClientError::Stranger { .. } => {
                Self::new(Exit::Remote, error).code("host.stranger").remedy(WHERE)
            }
            ClientError::Address(_) | ClientError::TokenFile { .. } => Self::new(Exit::Usage, error),
            ClientError::Start(_) | ClientError::Encode(_) | ClientError::Write { .. } => {
                Self::new(Exit::Failed, error)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_types::Problem;

    fn refused(status: u16, code: &str, errors: Vec<Problem>) -> ClientError {
        let status = StatusCode::from_u16(status).unwrap();
        let problem = ProblemDocument::several(status, Problem::new(code, "No."), errors);
        ClientError::Refused { what: "asking", problem: Box::new(problem) }
    }

    #[test]
    fn a_no_is_1_and_a_host_that_does_not_talk_is_3() {
        for (status, code, exit) in [
            (404, "not-found", Exit::Failed),
            (422, "document.invalid", Exit::Failed),
            (404, "path.unknown", Exit::Remote),
            (401, "auth.no-token", Exit::Remote),
            (500, "host.fault", Exit::Remote),
            (503, "host.unavailable", Exit::Remote),
        ] {
            assert_eq!(Failure::from(refused(status, code, vec![])).print(false), exit, "{status} {code}");
        }
    }

    #[test]
    fn only_missing_packages_are_missing() {
        let errors = vec![
            Problem::new("package.unknown", "").at("/installations/1/package"),
            Problem::new("schema.mismatch", "").at("/installations/0/config"),
        ];
        let refused = refused(422, "document.invalid", errors);
        assert_eq!(refused.missing_packages(), ["/installations/1/package"]);
    }
}
