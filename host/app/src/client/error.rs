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
                let asked = matches!(problem.status, 400 | 409 | 413 | 422);
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
            ClientError::Start(_) | ClientError::Encode(_) => Self::new(Exit::Failed, error),
        }
    }
}
