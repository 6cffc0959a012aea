//! A grant's limits within the host's own.

use tieline_types::Limits;

/// Each limit is the lower of the two: a grant narrows what the operator of the host allows, and never
/// widens it.
pub(super) fn within(grant: &Limits, host: &Limits) -> Limits {
    Limits {
        cpu_ms: grant.cpu_ms.min(host.cpu_ms),
        wall_ms: grant.wall_ms.min(host.wall_ms),
        memory_bytes: grant.memory_bytes.min(host.memory_bytes),
        table_elements: grant.table_elements.min(host.table_elements),
        calls: grant.calls.min(host.calls),
        answer_bytes: grant.answer_bytes.min(host.answer_bytes),
        request_bytes: grant.request_bytes.min(host.request_bytes),
        log_lines: grant.log_lines.min(host.log_lines),
        log_line_bytes: grant.log_line_bytes.min(host.log_line_bytes),
        storage_bytes: grant.storage_bytes.min(host.storage_bytes),
        emitted: grant.emitted.min(host.emitted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_cannot_widen_what_the_host_allows() {
        let host = Limits::default();
        let greedy = Limits { cpu_ms: u64::MAX, calls: 1, ..Limits::default() };
        assert_eq!(within(&greedy, &host), Limits { calls: 1, ..host });
    }
}
