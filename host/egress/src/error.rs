//! Why a call has no answer, and whether it can have reached anybody.

use std::error::Error;

use tieline_types::Origin;

use crate::{Denial, door::Refused};

/// Why a call has no answer.
///
/// The difference between [`Unreachable`](Self::Unreachable) and [`InDoubt`](Self::InDoubt) is what keeps a
/// retry from doing things twice, so the first is only said where the client proves it: the connection, its
/// name look-up and its TLS handshake included, never came to be. Everything later (a time-out, a reset, a
/// connection closed before the answer, an answer cut short) is in doubt.
#[derive(Debug, thiserror::Error)]
pub enum EgressError {
    /// Policy does not allow it. Nothing was sent.
    #[error(transparent)]
    Denied(#[from] Denial),
    /// The tenant has as many calls under way as it may, for as long as this one would wait. Nothing was sent.
    #[error("no call to {origin} came to its turn: the tenant has too many under way")]
    Busy {
        /// To whom.
        origin: Origin,
    },
    /// No connection could be made. Nothing was sent.
    #[error("no connection to {origin} could be made")]
    Unreachable {
        /// To whom.
        origin: Origin,
        /// Why.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The call may have arrived, and may have been acted on.
    #[error("the call to {origin} was cut off before its answer was whole")]
    InDoubt {
        /// To whom.
        origin: Origin,
        /// How.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The answer is larger than the caller takes. The call did arrive.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// The caller's limit, in bytes.
        limit: usize,
    },
    /// The request cannot be sent as it is. Nothing was sent.
    #[error("the request cannot be sent: {reason}")]
    Invalid {
        /// What is wrong with it.
        reason: String,
    },
}

impl EgressError {
    /// Sorts a failure of the client. The URL is dropped from it: its path and query are the caller's own.
    pub(crate) fn of(error: reqwest::Error, origin: &Origin) -> Self {
        let error = error.without_url();
        if let Some(refused) = cause::<Refused>(&error) {
            return refused.denial(origin).into();
        }
        if error.is_builder() {
            return Self::Invalid { reason: said(&error) };
        }
        let (origin, never_connected) = (origin.clone(), error.is_connect());
        let source = Box::new(error);
        if never_connected { Self::Unreachable { origin, source } } else { Self::InDoubt { origin, source } }
    }
}

fn cause<E: Error + 'static>(error: &reqwest::Error) -> Option<&E> {
    std::iter::successors(error.source(), |error| (**error).source()).find_map(|error| error.downcast_ref())
}

fn said(error: &dyn Error) -> String {
    std::iter::successors(Some(error), |error| (**error).source())
        .last()
        .map(ToString::to_string)
        .unwrap_or_default()
}
