//! How a stream sounded: [`score`] by the E-model of the ITU, [`is_poor`] by Microsoft's own thresholds.

mod duration;
mod emodel;
mod poor;

pub use duration::nanoseconds;
pub use emodel::{Heard, Score, score};
pub use poor::is_poor;

use crate::record::Stream;

/// What was measured of a stream, in milliseconds and shares from 0 to 1. What Graph does not say, or says
/// impossibly, is none.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Measured {
    /// On average.
    pub jitter_ms: Option<f64>,
    /// At most.
    pub max_jitter_ms: Option<f64>,
    /// On average.
    pub round_trip_ms: Option<f64>,
    /// At most.
    pub max_round_trip_ms: Option<f64>,
    /// On average.
    pub loss: Option<f64>,
    /// At most.
    pub max_loss: Option<f64>,
    /// Points of the mean opinion score that the network took, as Microsoft measures it.
    pub degradation: Option<f64>,
    /// Samples that were made up.
    pub concealed: Option<f64>,
}

impl Measured {
    /// Reads a stream's numbers.
    pub fn of(stream: &Stream) -> Self {
        Self {
            jitter_ms: millis(stream.average_jitter.as_deref()),
            max_jitter_ms: millis(stream.max_jitter.as_deref()),
            round_trip_ms: millis(stream.average_round_trip_time.as_deref()),
            max_round_trip_ms: millis(stream.max_round_trip_time.as_deref()),
            loss: share(stream.average_packet_loss_rate),
            max_loss: share(stream.max_packet_loss_rate),
            degradation: stream.average_audio_degradation.filter(|points| points.is_finite()),
            concealed: share(stream.average_ratio_of_concealed_samples),
        }
    }
}

fn millis(text: Option<&str>) -> Option<f64> {
    Some(nanoseconds(text?)? as f64 / 1_000_000.0)
}

fn share(share: Option<f64>) -> Option<f64> {
    share.filter(|share| (0.0..=1.0).contains(share))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_is_not_taken_for_a_number() {
        let stream = Stream {
            average_jitter: Some("PT0.016S".into()),
            max_jitter: Some("-PT1S".into()),
            average_round_trip_time: Some("0.061".into()),
            average_packet_loss_rate: Some(1.5),
            max_packet_loss_rate: Some(1.0),
            average_ratio_of_concealed_samples: Some(-0.1),
            ..Stream::default()
        };
        let wanted = Measured { jitter_ms: Some(16.0), max_loss: Some(1.0), ..Measured::default() };
        assert_eq!(Measured::of(&stream), wanted);
    }
}
