//! No limit without a case that meets it.

use std::{fs, path::Path};

use tieline_types::Limit;

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
    ("limits.config_bytes", "config"),
    ("limits.action_input_bytes", "action_input"),
    ("limits.plan_subscriptions", "plan_subscriptions"),
    ("doors.package_bytes", "package"),
    ("doors.manifest_bytes", "package_manifest"),
    ("doors.section_bytes", "package_section"),
    ("doors.hook_bytes", "doors"),
    ("doors.item_bytes", "notification_item"),
    ("doors.body_bytes", "doors"),
];

/// Each limit of the host has a case, which names it by its code or its setting; and each line above is a limit.
pub(crate) fn each_is_met(module: &Path) -> Result<(), String> {
    for limit in Limit::all() {
        let line = MET_IN.iter().find(|(setting, _)| *setting == limit.setting);
        let (_, case) = line.ok_or_else(|| format!("no case meets {}", limit.setting))?;
        let path = module.join(case).join("case.toml");
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let field = limit.setting.split_once('.').map_or(limit.setting, |(_, field)| field);
        if !text.contains(limit.code) && !text.contains(field) {
            return Err(format!("{} does not speak of {}", path.display(), limit.setting));
        }
    }
    let gone = MET_IN.iter().find(|(setting, _)| Limit::all().all(|limit| limit.setting != *setting));
    gone.map_or(Ok(()), |(setting, _)| Err(format!("{setting} is no limit any more")))
}
