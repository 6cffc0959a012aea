//! No limit without a case that meets it.

use std::path::Path;

use tieline_types::Limit;

use crate::case::Case;

/// Where each limit is met, by its setting.
const MET_IN: &[(&str, &str)] = &[
    ("limits.cpu_ms", "processor_time"),
    ("limits.wall_ms", "wall_clock"),
    ("limits.memory_bytes", "memory"),
    ("limits.memories", "package_needs_too_much"),
    ("limits.tables", "package_needs_too_much"),
    ("limits.table_elements", "package_needs_too_much"),
    ("limits.core_instances", "package_needs_too_much"),
    ("limits.handles", "package_needs_too_much"),
    ("limits.host_calls", "host_calls"),
    ("limits.host_call_bytes", "host_call_bytes"),
    ("limits.calls", "calls"),
    ("limits.request_bytes", "traffic"),
    ("limits.answer_bytes", "answer"),
    ("limits.traffic_bytes", "traffic"),
    ("limits.log_lines", "log_lines"),
    ("limits.log_line_bytes", "log_line"),
    ("limits.emitted", "emitted"),
    ("limits.event_bytes", "event_body"),
    ("limits.storage_bytes", "storage_bytes"),
    ("limits.storage_keys", "storage_keys"),
    ("limits.storage_ops", "storage_calls"),
    ("limits.storage_total_bytes", "storage_total_bytes"),
    ("limits.storage_total_keys", "storage_total"),
    ("limits.storage_ops_per_second", "storage_rate"),
    ("limits.dataset_row_bytes", "dataset_row"),
    ("limits.dataset_rows", "dataset_rows"),
    ("limits.dataset_bytes", "dataset_bytes"),
    ("limits.dataset_total_bytes", "dataset_total"),
    ("limits.dataset_days", "dataset_days"),
    ("limits.config_bytes", "config"),
    ("limits.action_input_bytes", "action_input"),
    ("limits.plan_subscriptions", "plan_subscriptions"),
    ("doors.package_bytes", "package"),
    ("doors.manifest_bytes", "package_manifest"),
    ("doors.section_bytes", "package_section"),
    ("doors.hook_bytes", "doors"),
    ("doors.webhook_bytes", "webhook"),
    ("doors.item_bytes", "notification_item"),
    ("doors.body_bytes", "doors"),
    ("doors.requests_per_second", "requests"),
];

/// What a case checks where the limit has no name that it could check: with what it sets, nothing else shows this.
const SHOWN_BY: &[(&str, &str)] = &[
    ("limits.answer_bytes", r#""call.too-large""#),
    ("limits.log_lines", r#""log_dropped":9996"#),
    ("limits.log_line_bytes", r#""message":"xxxxxxxxxxxxxxxxxxxx""#),
    ("limits.emitted", r#""done":4"#),
    ("limits.storage_ops_per_second", r#""storage.throttled""#),
    ("limits.dataset_days", r#""days":[]"#),
    ("doors.item_bytes", r#""dead":1"#),
];
/// The words of steps that check something.
const CHECKS: [&str; 5] = ["expect", "until", "events", "request", "hook"];

/// Each limit of the host has a case that checks that it was met: by its code or setting, which nothing else brings about;
/// or by what is shown of it. And each line above is a limit.
pub(crate) fn each_is_met(module: &Path) -> Result<(), String> {
    for limit in Limit::all() {
        let line = MET_IN.iter().find(|(setting, _)| *setting == limit.setting);
        let (_, case) = line.ok_or_else(|| format!("no case meets {}", limit.setting))?;
        if !is_met(&Case::read(&module.join(case))?, limit) {
            return Err(format!("no step of limits/{case} checks that {} is met", limit.setting));
        }
        let only_told =
            Case { about: format!("Meets {}, {}.", limit.setting, limit.code), steps: Vec::new() };
        if is_met(&only_told, limit) {
            return Err(format!("to speak of {} is not to meet it", limit.setting));
        }
    }
    let lines = MET_IN.iter().chain(SHOWN_BY).map(|(setting, _)| setting);
    let mut gone = lines.filter(|setting| Limit::all().all(|limit| limit.setting != **setting));
    gone.next().map_or(Ok(()), |setting| Err(format!("{setting} is no limit any more")))
}

fn is_met(case: &Case, limit: Limit) -> bool {
    let text = |step: &toml::Table| serde_json::to_string(step).unwrap_or_default();
    let checks = |step: &&toml::Table| CHECKS.iter().any(|word| step.contains_key(*word));
    let mut checked = case.steps.iter().filter(checks).map(text);
    let Some((_, shown)) = SHOWN_BY.iter().find(|(setting, _)| *setting == limit.setting) else {
        let named = |word: &str| word == limit.code || word == limit.setting;
        let apart = |c: char| !c.is_ascii_alphanumeric() && !"._-".contains(c);
        return checked.any(|check| check.split(apart).any(named));
    };
    let field = limit.setting.strip_prefix("limits.");
    let mut set = case.steps.iter().filter_map(|step| step.get("let")).map(toml::Value::to_string);
    checked.any(|check| check.contains(shown))
        && field.is_none_or(|field| set.any(|values| values.contains(field)))
}
