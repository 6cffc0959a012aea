//! Which streams of sound Microsoft calls poor.
//!
//! learn.microsoft.com, "Stream classification in Call Quality Dashboard": an audio stream is poor when one of five
//! averages is above its threshold.

use super::Measured;

const DEGRADATION: f64 = 1.0;
const ROUND_TRIP_MS: f64 = 500.0;
const LOSS: f64 = 0.1;
const JITTER_MS: f64 = 30.0;
const CONCEALED: f64 = 0.07;

/// Whether a stream of sound was poor; none when nothing of it was measured.
pub fn is_poor(measured: &Measured) -> Option<bool> {
    let each = [
        (measured.degradation, DEGRADATION),
        (measured.round_trip_ms, ROUND_TRIP_MS),
        (measured.loss, LOSS),
        (measured.jitter_ms, JITTER_MS),
        (measured.concealed, CONCEALED),
    ];
    let above = each.into_iter().filter_map(|(value, most)| Some(value? > most));
    above.reduce(|one, other| one || other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_average_above_its_threshold_is_enough() {
        let fine = Measured {
            degradation: Some(1.0),
            round_trip_ms: Some(500.0),
            loss: Some(0.1),
            jitter_ms: Some(30.0),
            concealed: Some(0.07),
            ..Measured::default()
        };
        assert_eq!(is_poor(&fine), Some(false));
        assert_eq!(is_poor(&Measured::default()), None);
        for poor in [
            Measured { degradation: Some(1.01), ..fine },
            Measured { round_trip_ms: Some(501.0), ..fine },
            Measured { loss: Some(0.11), ..fine },
            Measured { jitter_ms: Some(30.1), ..fine },
            Measured { concealed: Some(0.071), ..Measured::default() },
        ] {
            assert_eq!(is_poor(&poor), Some(true), "{poor:?}");
        }
    }
}
