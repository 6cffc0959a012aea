//! Arithmetic on what was measured, and how it is shown.

use std::time::Duration;

use serde_json::Value;

/// The sample below which so many percent of all lie, in milliseconds; 0 without samples.
pub(crate) fn percentile_ms(samples: &[Duration], percent: usize) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_unstable();
    let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(at).map_or(0.0, |sample| millis(*sample))
}

/// In milliseconds, to the microsecond.
pub(crate) fn millis(duration: Duration) -> f64 {
    rounded(duration.as_secs_f64() * 1_000.0, 3)
}

/// How many of them in a second.
pub(crate) fn per_second(count: usize, elapsed: Duration) -> f64 {
    rounded(count as f64 / elapsed.as_secs_f64().max(1e-9), 1)
}

/// Microseconds for one of them.
pub(crate) fn micros_each(time: Duration, count: usize) -> f64 {
    rounded(time.as_secs_f64() * 1e6 / count.max(1) as f64, 2)
}

pub(crate) fn rounded(value: f64, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    (value * scale).round() / scale
}

/// For people as lines, for programs as one line.
pub(crate) fn print(report: &Value, json: bool) {
    if json {
        println!("{report}");
        return;
    }
    for (name, value) in report.as_object().into_iter().flatten() {
        println!("{name:>32}  {value}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_samples() {
        let samples: Vec<_> = (1..=100).rev().map(Duration::from_millis).collect();
        assert_eq!(percentile_ms(&samples, 50), 51.0);
        assert_eq!(percentile_ms(&samples, 99), 100.0);
        assert_eq!(percentile_ms(&samples, 100), 100.0);
        assert_eq!(percentile_ms(&[], 50), 0.0);
    }
}
