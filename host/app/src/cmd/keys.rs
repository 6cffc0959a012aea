//! `tieline keys`: which keys there are, and other ones.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use tieline_types::{
    TenantId,
    api::{ExchangeState, KeptIn, KeyExchange, KeysSummary, RotateKeys},
};

use crate::{
    Answer, Failure,
    cli::keys::{Keys, RotateArgs},
    client::Client,
    table::{lines, or_dash, table, time},
};

/// How often the host is asked how far it is.
const LOOK: Duration = Duration::from_millis(500);

pub(crate) async fn run(command: Keys) -> Result<Answer, Failure> {
    match command {
        Keys::List(remote) => {
            let keys = Client::new(&remote)?.keys().await?;
            Ok(Answer::done(listed(&keys)).with("keys", keys))
        }
        Keys::Rotate(args) => rotate(args).await,
    }
}

async fn rotate(args: RotateArgs) -> Result<Answer, Failure> {
    let client = Client::new(&args.remote)?;
    let request = RotateKeys { tenant: args.tenant.clone(), master: args.master };
    let report = client.rotate_keys(&request).await?;
    if let Some(rewrapped) = report.rewrapped {
        let keys = client.keys().await?;
        let text = format!("The master key is {} now; it wraps {rewrapped} keys of tenants.", keys.master.id);
        return Ok(Answer::done(text).with("rewrapped", rewrapped).with("keys", keys));
    }
    let begun = report.begun.len();
    if args.no_wait {
        let text = format!("{begun} keys are being exchanged; `tieline keys list` says how far that is.");
        return Ok(Answer::done(text).with("begun", report.begun));
    }
    let keys = wait(&client, args.tenant.as_ref()).await?;
    let text = match begun {
        0 => "No key was to be exchanged.".to_owned(),
        1 => "One key was exchanged, and the old one is gone.".to_owned(),
        many => format!("{many} keys were exchanged, and the old ones are gone."),
    };
    Ok(Answer::done(text).with("begun", report.begun).with("keys", keys))
}

/// Waits until no old key is left: of this tenant, or of any.
async fn wait(client: &Client, tenant: Option<&TenantId>) -> Result<KeysSummary, Failure> {
    let bar = ProgressBar::new_spinner().with_style(ProgressStyle::default_spinner());
    bar.enable_steady_tick(Duration::from_millis(100));
    loop {
        let keys = client.keys().await?;
        let meant = keys.tenants.iter().filter(|of| tenant.is_none_or(|only| of.tenant == *only));
        if meant.clone().all(|of| of.old.is_empty()) {
            bar.finish_and_clear();
            return Ok(keys);
        }
        bar.set_message(far(&keys.exchange));
        tokio::time::sleep(LOOK).await;
    }
}

/// How far an exchange is, in words.
fn far(exchange: &KeyExchange) -> String {
    let KeyExchange { state, looked_at, resealed, unreadable } = exchange;
    let damaged = if *unreadable > 0 { format!(", {unreadable} are damaged") } else { String::new() };
    match state {
        ExchangeState::Idle => "no exchange is under way".to_owned(),
        ExchangeState::Sealing => {
            format!("{looked_at} values looked at, {resealed} secrets sealed anew{damaged}")
        }
        ExchangeState::Settling => {
            format!("{resealed} secrets sealed anew{damaged}; waiting for what is being written just now")
        }
    }
}

fn listed(keys: &KeysSummary) -> String {
    let rows = keys
        .tenants
        .iter()
        .map(|of| vec![of.tenant.to_string(), of.id.clone(), or_dash(of.since.map(time)), lines(&of.old)]);
    let headings = ["Tenant", "Key", "Since", "Old keys, still opening"];
    let kept = match keys.master.kept {
        KeptIn::File => "in the host's file",
        KeptIn::Environment => "given when the host was started",
    };
    let table = table(&headings, rows.collect(), "Nothing was sealed yet.");
    format!("{table}\nMaster key {}, {kept}; {}.", keys.master.id, far(&keys.exchange))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_types::{
        Timestamp,
        api::{MasterKeySummary, TenantKeySummary},
    };

    #[test]
    fn the_list_says_which_old_keys_still_open_and_how_far_it_is() {
        let exchange =
            KeyExchange { state: ExchangeState::Sealing, looked_at: 40, resealed: 7, unreadable: 1 };
        let tenant = TenantKeySummary {
            tenant: "acme".parse().expect("a name"),
            id: "aa".into(),
            since: Some(Timestamp(0)),
            old: vec!["bb".into()],
        };
        let master = MasterKeySummary { id: "mm".into(), kept: KeptIn::File };
        let text = listed(&KeysSummary { master, exchange, tenants: vec![tenant] });
        for part in ["acme", "aa", "bb", "1970-01-01", "mm", "40 values", "7 secrets", "1 are damaged"] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
}
