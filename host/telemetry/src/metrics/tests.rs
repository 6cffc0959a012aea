//! What is shown, and that it stays bounded.

use std::{collections::BTreeSet, time::Duration};

use super::*;

fn series(text: &str) -> usize {
    text.lines().filter(|line| !line.starts_with('#')).count()
}

fn second() -> Duration {
    Duration::from_secs(1)
}

/// One of everything.
fn used() -> Metrics {
    let metrics = Metrics::new();
    metrics.name_tenants(2);
    let (connector, tenant) = ("salesforce".parse().unwrap(), "acme".parse().unwrap());
    metrics.hook(Kind::Notification, "accepted");
    metrics.acknowledged(&tenant, 1);
    metrics.repeated(1);
    metrics.items(1, 1);
    metrics.ran(&connector, &tenant, Outcome::Done, second());
    metrics.settled(Some(&connector), true, 3, second());
    metrics.called("microsoft", Class::of_status(429), second());
    metrics.governed(Some(second()));
    metrics.governed(None);
    metrics.token("granted");
    metrics.committed(3, 100, second());
    metrics.connection(true);
    metrics.ended_connection("idle");
    metrics
}

fn moment() -> Snapshot {
    let acme = || "acme".parse().unwrap();
    let (of_tenants, dead_letters) = (vec![(acme(), 3)], vec![(acme(), 2), ("umbra".parse().unwrap(), 5)]);
    Snapshot { of_tenants, dead_letters, waiting: 3, ..Snapshot::default() }
}

#[test]
fn a_flood_of_names_leaves_the_series_bounded() {
    let metrics = used();
    let flood = |from: u32| {
        for number in from..from + 3_000 {
            let (connector, tenant) =
                (format!("c{number}").parse().unwrap(), format!("t{number}").parse().unwrap());
            metrics.acknowledged(&tenant, 1);
            metrics.ran(&connector, &tenant, Outcome::Retry, second());
            metrics.settled(Some(&connector), true, 1, second());
        }
        let of_tenants = (from..from + 3_000).map(|number| (format!("t{number}").parse().unwrap(), 1));
        let of_tenants: Vec<_> = of_tenants.collect();
        let dead_letters = of_tenants.clone();
        metrics.show(&Snapshot { of_tenants, dead_letters, ..Snapshot::default() })
    };
    let before = series(&flood(0));
    assert!(series(&flood(3_000)) <= before, "after the bound nothing is added");
    assert!(before < 10_000, "{before}");
}

#[test]
fn no_tenant_is_named_unless_asked() {
    let metrics = Metrics::new();
    metrics.acknowledged(&"canary".parse().unwrap(), 1);
    let canary = || vec![("canary".parse().unwrap(), 3)];
    let now = Snapshot { of_tenants: canary(), dead_letters: canary(), ..Snapshot::default() };
    assert!(!metrics.show(&now).contains("canary"));
    metrics.name_tenants(1);
    assert!(metrics.show(&now).contains(r#"tieline_events_of_tenant{tenant="canary"} 3"#));
}

#[test]
fn what_waited_and_is_gone_is_not_shown() {
    let metrics = used();
    assert!(metrics.show(&moment()).contains(r#"tieline_events{state="waiting"} 3"#));
    let after = metrics.show(&Snapshot::default());
    assert!(after.contains(r#"tieline_events{state="waiting"} 0"#), "{after}");
    assert!(!after.contains("_of_tenant{"), "{after}");
}

#[test]
fn is_what_prometheus_reads() {
    let text = used().show(&moment());
    assert!(text.ends_with("# EOF\n"));
    for line in [
        r#"tieline_runs_total{connector="salesforce",outcome="done",tenant="acme"} 1"#,
        r#"tieline_upstream_calls_total{provider="microsoft",class="throttled"} 1"#,
        "tieline_commit_group_batches_count 1",
        "tieline_events_duplicate_total 1",
        "tieline_dead_letters 7",
        r#"tieline_dead_letters_of_tenant{tenant="umbra"} 5"#,
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

/// Names in the queries of a dashboard.
fn queried(text: &str) -> BTreeSet<String> {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    words.filter(|word| word.starts_with("tieline_")).map(str::to_owned).collect()
}

#[test]
fn every_count_of_the_dashboard_exists_and_every_count_is_on_it() {
    let text = include_str!("../../dashboards/tieline.json");
    let dashboard: serde_json::Value = serde_json::from_str(text).unwrap();
    let mut queries = String::new();
    for panel in dashboard["panels"].as_array().unwrap() {
        for target in panel["targets"].as_array().into_iter().flatten() {
            queries.push_str(target["expr"].as_str().unwrap());
            queries.push('\n');
        }
    }
    let shown = used().show(&moment());
    let here: BTreeSet<String> = queried(&shown);
    let asked = queried(&queries);
    let missing: Vec<_> = asked.difference(&here).collect();
    assert!(missing.is_empty(), "the dashboard asks for {missing:?}");
    let families = shown.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next());
    let unused: Vec<_> =
        families.filter(|family| !asked.iter().any(|name| name.starts_with(family))).collect();
    assert!(unused.is_empty(), "the dashboard does not show {unused:?}");
}
