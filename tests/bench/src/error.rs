//! Why a measurement could not be made.

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
    #[error("{0}")]
    Server(String),
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
}
