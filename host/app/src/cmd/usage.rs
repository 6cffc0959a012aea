//! `tieline usage`: how much installations keep and do.

use tieline_types::{TenantId, api::InstallationUsage};

use crate::{Answer, Failure, client::Client, table::table};

pub(crate) async fn run(client: &Client, tenant: &TenantId) -> Result<Answer, Failure> {
    let usage = client.usage(tenant).await?;
    Ok(Answer::done(shown(&usage)).with("usage", usage))
}

fn shown(usage: &[InstallationUsage]) -> String {
    let rows = usage.iter().map(|one| {
        let events = &one.events;
        vec![
            one.installation.to_string(),
            format!("{} of {} KiB", one.storage_bytes.div_ceil(1024), one.storage_bytes_limit >> 10),
            format!("{} of {}", one.storage_keys, one.storage_keys_limit),
            format!("{} of {} KiB", one.dataset_bytes.div_ceil(1024), one.dataset_bytes_limit >> 10),
            format!("{} done\n{} pending\n{} dead", events.done, events.pending, events.dead),
        ]
    });
    let heads = ["Installation", "Storage", "Keys", "Datasets", "Newest events"];
    table(&heads, rows.collect(), "No installations.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_types::api::EventCounts;

    #[test]
    fn says_how_much_of_how_much() {
        let usage = InstallationUsage {
            installation: "desk".parse().unwrap(),
            storage_bytes: 1025,
            storage_bytes_limit: 64 << 20,
            storage_keys: 3,
            storage_keys_limit: 9,
            dataset_bytes: 0,
            dataset_bytes_limit: 4 << 30,
            events: EventCounts { pending: 1, done: 20, dead: 4, since: None },
        };
        let text = shown(&[usage]);
        for part in ["desk", "2 of 65536 KiB", "3 of 9", "20 done", "1 pending", "4 dead"] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
}
