//! Why a measurement could not be made.

use std::error::Error;

/// Why a measurement could not be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BenchError {
    #[error("starting the simulators failed")]
    Simulators(#[from] tieline_sim::StartError),
    #[error("posting a message in the simulated channel failed")]
    Message(#[from] tieline_sim::BadPost),
    #[error("{doing} failed")]
    Io { doing: String, source: std::io::Error },
    #[error("{doing} failed")]
    Http { doing: &'static str, source: reqwest::Error },
    /// A part of the host that is measured without its process.
    #[error("{doing} failed")]
    Part { doing: &'static str, source: Box<dyn Error + Send + Sync> },
    #[error("{0}")]
    Server(String),
    /// What must hold whatever happens does not.
    #[error("this does not hold: {0}")]
    Broken(String),
    #[error("the settings of the native server are malformed")]
    Settings(#[from] serde_json::Error),
}

impl BenchError {
    pub(crate) fn io(doing: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Io { doing, source }
    }

    pub(crate) fn http(doing: &'static str) -> impl FnOnce(reqwest::Error) -> Self {
        move |source| Self::Http { doing, source }
    }

    pub(crate) fn part<E: Error + Send + Sync + 'static>(doing: &'static str) -> impl FnOnce(E) -> Self {
        move |source| Self::Part { doing, source: Box::new(source) }
    }
}

impl From<tokio::task::JoinError> for BenchError {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::Server(format!("a part of the driver ended early: {error}"))
    }
}
