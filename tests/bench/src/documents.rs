//! What the host of a measurement is told: its configuration, tenants, installations, packages.

use serde_json::{Value, json};
use tieline_sim::Manifest;

/// `tieline.toml`: everything at its default but for the addresses, and what `more` says.
pub(crate) fn host(manifest: &Manifest, listen: &str, more: &str) -> String {
    let open = |origin: &str| format!("\"{}\"", origin.trim_start_matches("http://"));
    format!(
        "[server]\nlisten = \"{listen}\"\n[store]\nurl = \"lsm:./data\"\n\
         [clouds.sim]\nlogin = \"{}\"\ngraph = \"{}\"\nsimulated = true\n\
         [egress]\nallow_private = [{}, {}, {}]\n{more}\n",
        manifest.entra,
        manifest.graph,
        open(&manifest.entra),
        open(&manifest.graph),
        open(&manifest.salesforce),
    )
}

/// A tenant with both connections.
pub(crate) fn tenant(manifest: &Manifest, id: &str, installations: Vec<Value>) -> Value {
    let tenant = &manifest.tenant;
    json!({
        "tenant": { "id": id, "name": id },
        "connections": {
            "microsoft": {
                "provider": "microsoft",
                "cloud": "sim",
                "directory_id": tenant.directory_id,
                "client_id": tenant.client_id,
                "client_secret": tenant.client_secret,
            },
            "salesforce": {
                "provider": "salesforce",
                "login_url": manifest.salesforce,
                "client_id": tenant.salesforce.client_id,
                "client_secret": tenant.salesforce.client_secret,
            },
        },
        "installations": installations,
    })
}

/// A package that was uploaded: its connector's id and its digest.
#[derive(Clone)]
pub(crate) struct Uploaded {
    pub(crate) connector: String,
    pub(crate) digest: String,
}

/// The Salesforce connector with one rule for each channel: every message is logged, and its sender is in the
/// mapping table.
pub(crate) fn salesforce(manifest: &Manifest, id: &str, package: &Uploaded, channels: &[String]) -> Value {
    let tenant = &manifest.tenant;
    let rule = |(n, channel): (usize, &String)| {
        json!({
            "name": format!("channel-{n}"),
            "team_id": tenant.team_id,
            "channel_id": channel,
            "opportunity_id": tenant.opportunities[n % tenant.opportunities.len()].id,
            "keywords": ["commercial terms"],
        })
    };
    json!({
        "id": id,
        "connector": package.connector,
        "package": package.digest,
        "grant": {
            "graph": ["ChannelMessage.Read.All", "Chat.Read.All", "User.Read.All"],
            "connections": ["salesforce"],
        },
        "config": {
            "owners": { &tenant.user_id: tenant.salesforce.user_id },
            "deal_desk": channels.iter().enumerate().map(rule).collect::<Vec<_>>(),
        },
    })
}

/// The call-records connector, which begins at once and reads nothing from before.
pub(crate) fn calls(id: &str, package: &Uploaded, keys: u64) -> Value {
    json!({
        "id": id,
        "connector": package.connector,
        "package": package.digest,
        "journal": "shape",
        "grant": {
            "graph": ["CallRecords.Read.All"],
            "limits": { "storage_total_keys": keys, "storage_total_bytes": keys * 1_000 },
        },
        "config": {
            "name": "All calls", "require_global_administrator": false, "devices": false,
            "back_fill_days": 0, "look_again_hours": 168,
        },
    })
}

/// The hostile guest with one behaviour, subscribed to a channel if there is one.
pub(crate) fn hostile(
    manifest: &Manifest,
    id: &str,
    package: &Uploaded,
    behaviour: &str,
    channel: Option<&str>,
) -> Value {
    let team = &manifest.tenant.team_id;
    let resource = channel.map(|channel| format!("/teams/{team}/channels/{channel}/messages"));
    json!({
        "id": id,
        "connector": package.connector,
        "package": package.digest,
        "grant": { "graph": ["ChannelMessage.Read.All"] },
        "config": { "behaviour": behaviour, "resource": resource },
    })
}

/// The same connector under another id, as if another vendor had shipped it. Only the last letter of the id in
/// the manifest changes, so that nothing in the file moves.
pub(crate) fn variant(package: &[u8], connector: &str, number: usize) -> Option<(String, Vec<u8>)> {
    let line = format!("\nid = \"{connector}\"");
    let at = package.windows(line.len()).rposition(|window| window == line.as_bytes())?;
    let (last, mut varied) = (at + line.len() - 2, package.to_vec());
    varied[last] = b'a' + u8::try_from(number % 26).ok()?;
    let id = String::from_utf8(varied[at + 7..=last].to_vec()).ok()?;
    Some((id, varied))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variant_differs_in_its_id_alone() {
        let package = b"..\nid = \"salesforce\"\n..";
        let (id, varied) = variant(package, "salesforce", 1).unwrap();
        assert_eq!(id, "salesforcb");
        assert_eq!(varied, b"..\nid = \"salesforcb\"\n..");
        assert_eq!(variant(package, "vault", 1), None);
    }
}
