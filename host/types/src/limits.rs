//! What a run and an installation may use, and what the host takes at its doors: one row a limit.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a limit is called, wherever it is met: in the configuration, in problems, in refusals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// `limit.cpu`: stable, for programs.
    pub code: &'static str,
    /// Where it is set: `limits.cpu_ms` or `doors.package_bytes`.
    pub setting: &'static str,
    /// What is counted: `ms of processor time in a run`.
    pub counted: &'static str,
}

macro_rules! limits {
    ($($(#[doc = $doc:literal])* $name:ident $field:ident: $kind:ty = $default:expr, $code:literal, $counted:literal;)*) => {
        /// What a run or an installation may use. What a grant leaves out has these safe defaults; it may lower or
        /// raise each up to the host's own.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(default, deny_unknown_fields)]
        pub struct Limits { $($(#[doc = $doc])* pub $field: $kind,)* }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($field: $default,)* }
            }
        }

        /// What a grant says of the limits: of most nothing.
        #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(default, deny_unknown_fields)]
        pub struct GrantedLimits {
            $($(#[doc = $doc])* #[serde(skip_serializing_if = "Option::is_none")] pub $field: Option<$kind>,)*
        }

        impl GrantedLimits {
            /// What holds under a host that allows so much at most.
            pub fn within(&self, host: &Limits) -> Limits {
                let safe = Limits::default();
                Limits { $($field: self.$field.unwrap_or(safe.$field).min(host.$field),)* }
            }

            /// The limits that the host does not let a grant raise so far, each with what the host allows.
            pub fn beyond(&self, host: &Limits) -> Vec<Exceeded> {
                let mut beyond = Vec::new();
                $(if self.$field.is_some_and(|asked| asked > host.$field) {
                    beyond.push(Exceeded { limit: Limit::$name, allowed: host.$field as u64 });
                })*
                beyond
            }
        }

        impl Limit {
            $($(#[doc = $doc])* pub const $name: Self =
                Self { code: $code, setting: concat!("limits.", stringify!($field)), counted: $counted };)*
            const OF_GRANTS: &[Self] = &[$(Self::$name,)*];
        }
    };
}

macro_rules! doors {
    ($($(#[doc = $doc:literal])* $name:ident $field:ident = $default:expr, $code:literal, $counted:literal;)*) => {
        /// The largest things that the host takes in, whoever brings them, and how many requests.
        #[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Doors { $($(#[doc = $doc])* pub $field: usize,)* }

        impl Default for Doors {
            fn default() -> Self {
                Self { $($field: $default,)* }
            }
        }

        impl Limit {
            $($(#[doc = $doc])* pub const $name: Self =
                Self { code: $code, setting: concat!("doors.", stringify!($field)), counted: $counted };)*
            const OF_DOORS: &[Self] = &[$(Self::$name,)*];
        }
    };
}

limits! {
    /// Time inside guest code and in host functions that work for it, in milliseconds.
    CPU cpu_ms: u64 = 1_000, "limit.cpu", "ms of processor time in a run";
    /// Time from start to end, upstream calls included, in milliseconds.
    WALL wall_ms: u64 = 60_000, "limit.wall", "ms from the start of a run to its end";
    /// All linear memories together, in bytes.
    MEMORY memory_bytes: usize = 64 << 20, "limit.memory", "bytes in all memories of the connector";
    /// Linear memories.
    MEMORIES memories: u32 = 4, "limit.memories", "memories of the connector";
    /// Tables.
    TABLES tables: u32 = 8, "limit.tables", "tables of the connector";
    /// Elements of all tables together.
    TABLE_ELEMENTS table_elements: usize = 20_000, "limit.table-elements", "elements in all tables of the connector";
    /// Core instances: a component is its own module, and small ones that adapt its imports.
    CORE_INSTANCES core_instances: u32 = 32, "limit.core-instances", "core instances of the connector";
    /// Resource handles that live at the same time.
    HANDLES handles: usize = 1_000, "limit.handles", "resource handles of the connector";
    /// Calls of capabilities, cheap ones too.
    HOST_CALLS host_calls: u32 = 100_000, "limit.host-calls", "calls of capabilities in a run";
    /// Bytes that a guest hands over in one call of a capability, or in an answer.
    HOST_CALL_BYTES host_call_bytes: usize = 16 << 20, "limit.host-call-bytes", "bytes handed to the host at once";
    /// Upstream calls.
    CALLS calls: u32 = 100, "limit.calls", "upstream calls in a run";
    /// Bytes of one upstream request body.
    REQUEST_BYTES request_bytes: usize = 4 << 20, "limit.request", "bytes in the body of an upstream request";
    /// Bytes of one upstream answer.
    ANSWER_BYTES answer_bytes: usize = 8 << 20, "limit.answer", "bytes in the body of an upstream answer";
    /// Bytes of all bodies sent to and received from upstreams.
    TRAFFIC_BYTES traffic_bytes: usize = 64 << 20, "limit.traffic", "bytes to and from upstreams in a run";
    /// Lines of log kept.
    LOG_LINES log_lines: u32 = 200, "limit.log-lines", "lines of log in a run";
    /// Bytes of one log line kept.
    LOG_LINE_BYTES log_line_bytes: usize = 4 << 10, "limit.log-line", "bytes in a line of log";
    /// Follow-up events, timers, activity entries and alerts.
    EMITTED emitted: u32 = 100, "limit.emitted", "events, timers, activity entries and alerts in a run";
    /// Bytes of the body of one follow-up event.
    EVENT_BYTES event_bytes: usize = 256 << 10, "limit.event", "bytes in the body of an event";
    /// Bytes written to storage.
    STORAGE_BYTES storage_bytes: usize = 1 << 20, "limit.storage", "bytes written to storage in a run";
    /// Storage keys written.
    STORAGE_KEYS storage_keys: u32 = 1_000, "limit.storage-keys", "storage keys written in a run";
    /// Storage calls.
    STORAGE_OPS storage_ops: u32 = 10_000, "limit.storage-ops", "storage calls in a run";
    /// Bytes that the installation keeps in storage, keys included.
    STORAGE_TOTAL_BYTES storage_total_bytes: u64 = 64 << 20, "limit.storage-total", "bytes kept in storage";
    /// Keys that the installation keeps in storage.
    STORAGE_TOTAL_KEYS storage_total_keys: u64 = 100_000, "limit.storage-total-keys", "keys kept in storage";
    /// Storage calls of the installation in a second; more wait, and more than two seconds' worth are refused.
    STORAGE_OPS_PER_SECOND storage_ops_per_second: u32 = 100_000, "limit.storage-rate", "storage calls in a second";
    /// Bytes of one row of a dataset, as JSON.
    DATASET_ROW_BYTES dataset_row_bytes: usize = 64 << 10, "limit.dataset-row", "bytes in a row of a dataset";
    /// Rows appended to datasets.
    DATASET_ROWS dataset_rows: u32 = 20_000, "limit.dataset-rows", "rows appended to datasets in a run";
    /// Bytes appended to datasets, as they wait for their file.
    DATASET_BYTES dataset_bytes: usize = 8 << 20, "limit.dataset-bytes", "bytes appended to datasets in a run";
    /// Bytes that the installation keeps in datasets: files, and rows that wait for theirs.
    DATASET_TOTAL_BYTES dataset_total_bytes: u64 = 4 << 30, "limit.dataset-total", "bytes kept in datasets";
    /// Days for which rows are kept, counted from the day of their partition.
    DATASET_DAYS dataset_days: u32 = 400, "limit.dataset-days", "days for which rows of datasets are kept";
    /// Bytes of the configuration, as JSON.
    CONFIG_BYTES config_bytes: usize = 256 << 10, "limit.config", "bytes of configuration";
    /// Bytes of an action's input, as JSON.
    ACTION_INPUT_BYTES action_input_bytes: usize = 256 << 10, "limit.action-input", "bytes in the input of an action";
    /// Graph subscriptions that a plan may name.
    PLAN_SUBSCRIPTIONS plan_subscriptions: u32 = 1_000, "limit.plan-subscriptions", "subscriptions in a plan";
}

doors! {
    /// Bytes of a package.
    PACKAGE package_bytes = 64 << 20, "limit.package", "bytes in a package";
    /// Bytes of the manifest inside a package.
    MANIFEST manifest_bytes = 256 << 10, "limit.manifest", "bytes in a package's manifest";
    /// Bytes of any other custom section of a package, the configuration's schema among them.
    SECTION section_bytes = 1 << 20, "limit.section", "bytes in a custom section of a package";
    /// Bytes of a request to a hook.
    HOOK hook_bytes = 4 << 20, "limit.hook", "bytes in a request to a hook";
    /// Bytes of a call of a connector's webhook, its query and headers among them.
    WEBHOOK webhook_bytes = 1 << 20, "limit.webhook", "bytes in a call of a webhook";
    /// Bytes of the resource data kept of one notification item.
    ITEM item_bytes = 64 << 10, "limit.item", "bytes in an item of a notification";
    /// Bytes of any other request, a tenant's document among them.
    BODY body_bytes = 4 << 20, "limit.body", "bytes in the body of a request";
    /// Requests of one client to the API in a second; twice as many at once.
    REQUESTS requests_per_second = 200, "limit.requests", "requests of one client to the API in a second";
}

impl Limit {
    /// Every limit that there is.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::OF_GRANTS.iter().chain(Self::OF_DOORS).copied()
    }
}

/// Something was larger, longer or more often than its limit allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the limit of {allowed} {} is exceeded", limit.counted)]
pub struct Exceeded {
    /// Which limit.
    pub limit: Limit,
    /// What it allows.
    pub allowed: u64,
}

impl Exceeded {
    /// The limit, and what it allows.
    pub fn new(limit: Limit, allowed: impl TryInto<u64>) -> Self {
        Self { limit, allowed: allowed.try_into().unwrap_or(u64::MAX) }
    }

    /// The same with the setting, for guests and logs.
    pub fn with_setting(&self) -> String {
        format!("{self} ({})", self.limit.setting)
    }

    /// The same for people: with what to change, if it is to be allowed.
    pub fn problem(&self) -> crate::Problem {
        let setting = self.limit.setting;
        let remedy = match setting.split_once('.') {
            Some(("limits", _)) => format!(
                "Raise {setting} in the grant, and in tieline.toml if that allows less; or report it to the vendor."
            ),
            _ => format!("Raise {setting} in tieline.toml."),
        };
        let message = format!("The limit of {} {} is exceeded.", self.allowed, self.limit.counted);
        crate::Problem::new(self.limit.code, message).remedy(remedy)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_grant_lowers_and_raises_within_what_the_host_allows() {
        let host = Limits { cpu_ms: 5_000, calls: 10, ..Limits::default() };
        let grant =
            GrantedLimits { cpu_ms: Some(3_000), wall_ms: Some(u64::MAX), ..GrantedLimits::default() };
        let held = grant.within(&host);
        assert_eq!((held.cpu_ms, held.calls, held.wall_ms), (3_000, 10, Limits::default().wall_ms));
        assert_eq!(grant.beyond(&host), [Exceeded { limit: Limit::WALL, allowed: host.wall_ms }]);
        assert!(toml::from_str::<GrantedLimits>("cpu = 1").is_err());
    }

    #[test]
    fn no_two_limits_are_called_the_same() {
        let codes: BTreeSet<_> = Limit::all().map(|limit| limit.code).collect();
        let settings: BTreeSet<_> = Limit::all().map(|limit| limit.setting).collect();
        assert_eq!((codes.len(), settings.len()), (Limit::all().count(), Limit::all().count()));
    }

    #[test]
    fn a_problem_names_the_setting() {
        let problem = Exceeded::new(Limit::PACKAGE, 7_usize).problem();
        assert_eq!(problem.code, "limit.package");
        assert!(problem.remedy.unwrap().contains("doors.package_bytes"));
        assert!(
            Exceeded::new(Limit::CPU, 7_u32).problem().remedy.unwrap().contains("limits.cpu_ms in the grant")
        );
    }
}
