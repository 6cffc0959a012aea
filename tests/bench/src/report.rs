//! What was measured, in numbers.

use std::time::Duration;

use serde::Serialize;

use crate::load::Measured;

/// The host beside the native server, in one run on one machine.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) notifications: usize,
    pub(crate) in_flight: usize,
    pub(crate) tasks_per_second: f64,
    pub(crate) native_tasks_per_second: f64,
    pub(crate) ratio_to_native: f64,
    /// Of the host's process; the driver and the simulators are not counted.
    pub(crate) cpu_seconds_per_1000: f64,
    pub(crate) native_cpu_seconds_per_1000: f64,
    pub(crate) lost: usize,
    pub(crate) duplicated: usize,
    pub(crate) native_lost: usize,
    pub(crate) ack_p50_ms: f64,
    pub(crate) ack_p99_ms: f64,
    pub(crate) end_to_end_p50_ms: f64,
    pub(crate) end_to_end_p99_ms: f64,
    pub(crate) native_end_to_end_p50_ms: f64,
    pub(crate) native_end_to_end_p99_ms: f64,
}

impl Report {
    pub(crate) fn of(
        (host, host_cpu): (&Measured, Duration),
        (native, native_cpu): (&Measured, Duration),
        in_flight: usize,
    ) -> Self {
        let (rate, native_rate) = (rate(host), rate(native));
        Self {
            notifications: host.acknowledged.len(),
            in_flight,
            tasks_per_second: rate,
            native_tasks_per_second: native_rate,
            ratio_to_native: rounded(rate / native_rate, 3),
            cpu_seconds_per_1000: per_1000(host_cpu, host),
            native_cpu_seconds_per_1000: per_1000(native_cpu, native),
            lost: host.lost,
            duplicated: host.duplicated,
            native_lost: native.lost,
            ack_p50_ms: percentile(&host.acknowledged, 50),
            ack_p99_ms: percentile(&host.acknowledged, 99),
            end_to_end_p50_ms: percentile(&host.ended, 50),
            end_to_end_p99_ms: percentile(&host.ended, 99),
            native_end_to_end_p50_ms: percentile(&native.ended, 50),
            native_end_to_end_p99_ms: percentile(&native.ended, 99),
        }
    }

    /// For people as lines, for programs as one line.
    pub(crate) fn print(&self, json: bool) {
        let value = serde_json::to_value(self).unwrap_or_default();
        if json {
            println!("{value}");
            return;
        }
        for (name, value) in value.as_object().into_iter().flatten() {
            println!("{name:>32}  {value}");
        }
    }
}

fn rate(measured: &Measured) -> f64 {
    rounded(measured.ended.len() as f64 / measured.elapsed.as_secs_f64(), 1)
}

fn per_1000(cpu: Duration, measured: &Measured) -> f64 {
    rounded(cpu.as_secs_f64() * 1_000.0 / measured.ended.len().max(1) as f64, 4)
}

fn percentile(samples: &[Duration], percent: usize) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_unstable();
    let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(at).map_or(0.0, |sample| rounded(sample.as_secs_f64() * 1_000.0, 3))
}

fn rounded(value: f64, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    (value * scale).round() / scale
}
