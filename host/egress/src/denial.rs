//! A refusal, and what would lift it.

/// Why a call was refused before anything was sent, with the line that would allow it: a guest can handle
/// it, and an operator can decide about it without reading source.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("refused: {asked}")]
pub struct Denial {
    /// What was asked for, in words: `GET https://api.example.com, which the grant does not include`.
    pub asked: String,
    /// The exact line of the grant, the manifest or `tieline.toml`:
    /// `http = ["https://api.example.com"]`, `[egress] allow_private = ["10.0.0.7:443"]`. None where no line
    /// can allow it.
    pub allow_with: Option<String>,
}

impl Denial {
    pub(crate) fn new(asked: impl Into<String>) -> Self {
        Self { asked: asked.into(), allow_with: None }
    }

    pub(crate) fn allow_with(mut self, line: impl Into<String>) -> Self {
        self.allow_with = Some(line.into());
        self
    }
}
