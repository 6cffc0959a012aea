//! Every measurement runs, small, and says what it saw. How fast anything was is nobody's business here; that
//! nothing was lost is.

#![allow(missing_docs, clippy::unwrap_used)]

use std::{path::Path, process::Command};

use serde_json::Value;

/// Runs a measurement; `cargo xtask test` has built the host and the packages beside it.
fn measured(arguments: &[&str]) -> Value {
    let program = Path::new(env!("CARGO_BIN_EXE_tieline-bench"));
    let packages = program.parent().unwrap().with_file_name("plugins");
    let run = Command::new(program).args(arguments).arg("--json").arg("--packages").arg(packages).output();
    let output = run.unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Each of these is a number above nothing.
fn all_positive(report: &Value, names: &[&str]) {
    for name in names {
        assert!(report[name].as_f64().is_some_and(|value| value > 0.0), "{name} in {report}");
    }
}

#[test]
fn flow() {
    let few = ["--notifications", "200", "--tenants", "2", "--installations", "2", "--event-bytes", "2000"];
    let report = measured(&[&["flow", "--upstream-latency-ms", "1"], few.as_slice()].concat());
    all_positive(&report, &["tasks_per_second", "native_tasks_per_second", "ratio_to_native"]);
    assert_eq!((&report["notifications"], &report["lost"]), (&200.into(), &0.into()), "{report}");
    assert_eq!((&report["duplicated"], &report["native_lost"]), (&0.into(), &0.into()), "{report}");
}

#[test]
fn ack() {
    let report = measured(&["ack", "--notifications", "500", "--connections", "8"]);
    all_positive(&report, &["acknowledged_per_second", "ack_p99_ms"]);
    assert_eq!((&report["kept_after_kill"], &report["lost"]), (&500.into(), &0.into()), "{report}");
}

#[test]
fn latency() {
    let report = measured(&["latency", "--seconds", "1", "--per-second", "50"]);
    all_positive(
        &report,
        &["end_to_end_p50_ms", "ack_p50_ms", "run_p50_ms", "message_call_p50_ms", "task_call_p50_ms"],
    );
    assert_eq!((&report["notifications"], &report["lost"]), (&50.into(), &0.into()), "{report}");
}

#[test]
fn store() {
    let report = measured(&["store", "--events", "2000"]);
    all_positive(&report, &["commits_per_second", "append_p99_ms", "lone_p50_ms", "reopen_ms"]);
    assert_eq!((&report["events"], &report["left_pending"]), (&2000.into(), &0.into()), "{report}");
}

#[test]
fn sandbox() {
    all_positive(&measured(&["sandbox", "--events", "200"]), &["fresh_wall_us", "reused_wall_us"]);
}

#[test]
fn load() {
    all_positive(&measured(&["load", "--times", "1"]), &["compile_p50_ms", "load_p50_ms"]);
}

#[test]
fn restart() {
    let report = measured(&["restart", "--handled", "100", "--times", "1"]);
    all_positive(&report, &["after_kill_p50_ms", "after_stop_p50_ms"]);
}

#[test]
fn idle() {
    let report = measured(&["idle", "--installations", "150", "--seconds", "1"]);
    all_positive(&report, &["resident_mib", "start_seconds"]);
}

#[test]
fn neighbour() {
    let report = measured(&["neighbour", "--seconds", "1", "--per-second", "20"]);
    all_positive(&report, &["quiet_p99_ms", "flood_ratio", "spin_ratio"]);
    assert_eq!(report["lost"], 0, "{report}");
}

#[test]
fn crash() {
    let report = measured(&["crash", "--minutes", "0.25", "--kills", "60"]);
    all_positive(&report, &["kills", "acknowledged", "counter", "listening_p50_ms"]);
    assert_eq!((&report["lost"], &report["broken"]), (&0.into(), &Value::Array(vec![])), "{report}");
}

#[test]
fn calls() {
    let report = measured(&["calls", "--records", "300", "--connections", "4"]);
    all_positive(&report, &["highest_resident_mib", "notifications"]);
    let versions = 300 + (0..43).map(|n| 1 + n % 3).sum::<i64>();
    assert_eq!(report["calls"].as_f64(), Some(300.0), "{report}");
    assert_eq!(report["versions"].as_f64(), Some(versions as f64), "{report}");
    assert_eq!((&report["dead"], &report["broken"]), (&0.into(), &Value::Array(vec![])), "{report}");
}
