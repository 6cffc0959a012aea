//! `report`: every measurement after another, and one table of what was promised and what was measured.

use std::path::Path;

use clap::{CommandFactory, FromArgMatches, Parser};
use serde_json::{Map, Value, json};

use crate::{ack, error::BenchError, flow, idle, latency, load, neighbour, restart, sandbox};

/// What a promise is about, and when it is kept.
struct Promise {
    what: &'static str,
    promised: &'static str,
    measured: fn(&Value) -> String,
    kept: fn(&Value) -> bool,
}

/// Runs all of them with their defaults.
pub(crate) async fn run(packages: &Path) -> Result<Value, BenchError> {
    let mut all = Map::new();
    eprintln!("flow");
    all.insert("flow".into(), flow::run(&defaults(), packages).await?);
    eprintln!("ack");
    all.insert("ack".into(), ack::run(&defaults(), packages).await?);
    eprintln!("latency");
    all.insert("latency".into(), latency::run(&defaults(), packages).await?);
    eprintln!("sandbox");
    all.insert("sandbox".into(), sandbox::run(&defaults(), packages).await?);
    eprintln!("load");
    all.insert("load".into(), load::run(&defaults(), packages).await?);
    eprintln!("restart");
    all.insert("restart".into(), restart::run(&defaults(), packages).await?);
    eprintln!("idle");
    all.insert("idle".into(), idle::run(&defaults(), packages).await?);
    eprintln!("neighbour");
    all.insert("neighbour".into(), neighbour::run(&defaults(), packages).await?);
    Ok(Value::Object(all))
}

/// The options of a measurement as its own command line has them.
fn defaults<T: clap::Args>() -> T {
    #[derive(Parser)]
    struct Only<T: clap::Args> {
        #[command(flatten)]
        options: T,
    }
    let matches = Only::<T>::command().get_matches_from(["report"]);
    let only = Only::<T>::from_arg_matches(&matches);
    only.map(|only| only.options).unwrap_or_else(|error| error.exit())
}

/// The table, as Markdown.
pub(crate) fn print(report: &Value, json: bool) {
    if json {
        println!("{report}");
        return;
    }
    println!("| what | at least | measured | |\n|---|---|---|---|");
    for Promise { what, promised, measured, kept } in PROMISES {
        let mark = if kept(report) { "kept" } else { "not kept" };
        println!("| {what} | {promised} | {} | {mark} |", measured(report));
    }
    println!("\n{}", json!({ "raw": report }));
}

fn number(report: &Value, mode: &str, name: &str) -> f64 {
    report[mode][name].as_f64().unwrap_or(f64::NAN)
}

const PROMISES: &[Promise] = &[
    Promise {
        what: "durable acknowledge, 1 item each",
        promised: "10,000 a second, p99 < 20 ms",
        measured: |all| {
            let (rate, p99) =
                (number(all, "ack", "acknowledged_per_second"), number(all, "ack", "ack_p99_ms"));
            format!("{rate:.0} a second, p99 {p99:.1} ms")
        },
        kept: |all| {
            number(all, "ack", "acknowledged_per_second") >= 10_000.0
                && number(all, "ack", "ack_p99_ms") < 20.0
        },
    },
    Promise {
        what: "whole flow beside a bare native server",
        promised: "≥ 40 % of its rate",
        measured: |all| {
            let of = |name| number(all, "flow", name);
            let (ratio, ours, native) =
                (of("ratio_to_native"), of("tasks_per_second"), of("native_tasks_per_second"));
            format!("{:.1} % ({ours:.0} of {native:.0} tasks a second)", ratio * 100.0)
        },
        kept: |all| number(all, "flow", "ratio_to_native") >= 0.4 && all["flow"]["native_valid"] == true,
    },
    Promise {
        what: "whole flow, processor time",
        promised: "≤ 0.125 s for 1,000 events",
        measured: |all| {
            let of = |name| number(all, "flow", name);
            let (ours, native) = (of("cpu_seconds_per_1000"), of("native_cpu_seconds_per_1000"));
            format!("{ours:.3} s (native {native:.3} s)")
        },
        kept: |all| number(all, "flow", "cpu_seconds_per_1000") <= 0.125,
    },
    Promise {
        what: "end to end at half load",
        promised: "p50 ≤ 1 ms, p99 ≤ 20 ms",
        measured: |all| {
            let of = |name| number(all, "latency", name);
            format!("p50 {:.2} ms, p99 {:.1} ms", of("end_to_end_p50_ms"), of("end_to_end_p99_ms"))
        },
        kept: |all| {
            number(all, "latency", "end_to_end_p50_ms") <= 1.0
                && number(all, "latency", "end_to_end_p99_ms") <= 20.0
        },
    },
    Promise {
        what: "restart to first handled event, 5 connectors",
        promised: "≤ 300 ms",
        measured: |all| {
            let of = |name| number(all, "restart", name);
            format!(
                "{:.0} ms after kill -9, {:.0} ms after a stop",
                of("after_kill_p50_ms"),
                of("after_stop_p50_ms")
            )
        },
        kept: |all| {
            number(all, "restart", "after_kill_max_ms").max(number(all, "restart", "after_stop_max_ms"))
                <= 300.0
        },
    },
    Promise {
        what: "sandbox, one event with three host calls",
        promised: "fresh ≤ 60 µs, reused ≤ 10 µs",
        measured: |all| {
            let of = |name| number(all, "sandbox", name);
            format!("fresh {:.1} µs, reused {:.1} µs", of("fresh_cpu_us"), of("reused_cpu_us"))
        },
        kept: |all| {
            number(all, "sandbox", "fresh_cpu_us") <= 60.0 && number(all, "sandbox", "reused_cpu_us") <= 10.0
        },
    },
    Promise {
        what: "load a connector from compiled code",
        promised: "≤ 5 ms each",
        measured: |all| format!("{:.1} ms", number(all, "load", "load_p50_ms")),
        kept: |all| number(all, "load", "load_p50_ms") <= 5.0,
    },
    Promise {
        what: "10,000 idle installations of 5 connectors",
        promised: "≤ 400 MiB, start ≤ 3 s",
        measured: |all| {
            let of = |name| number(all, "idle", name);
            format!("{:.0} MiB, start {:.2} s", of("resident_mib"), of("start_seconds"))
        },
        kept: |all| {
            number(all, "idle", "resident_mib") <= 400.0 && number(all, "idle", "start_seconds") <= 3.0
        },
    },
    Promise {
        what: "p99 of a tenant beside one that floods or spins",
        promised: "≤ 2 × its quiet p99",
        measured: |all| {
            let of = |name| number(all, "neighbour", name);
            let (flood, spin) = (of("flood_ratio"), of("spin_ratio"));
            format!("flood {flood:.2} ×, spin {spin:.2} × of {:.1} ms", of("quiet_p99_ms"))
        },
        kept: |all| {
            number(all, "neighbour", "flood_ratio") <= 2.0 && number(all, "neighbour", "spin_ratio") <= 2.0
        },
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_measured_keeps_no_promise() {
        for promise in PROMISES {
            assert!(!(promise.kept)(&json!({})), "{}", promise.what);
        }
    }

    #[test]
    fn defaults_are_those_of_the_command_line() {
        assert_eq!(defaults::<load::Options>().times, 5);
        assert_eq!(defaults::<flow::Options>().in_flight, 32);
    }
}
