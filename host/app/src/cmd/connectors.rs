//! `tieline connectors`: what was uploaded.

use tieline_types::ConnectorId;

use crate::{
    Answer, Failure,
    client::Client,
    table::{lines, table, time},
};

pub(crate) async fn run(client: &Client, connector: Option<ConnectorId>) -> Result<Answer, Failure> {
    let Some(connector) = connector else {
        let connectors = client.connectors().await?;
        let rows = connectors
            .iter()
            .map(|one| vec![one.id.to_string(), one.name.clone(), one.vendor.clone(), lines(&one.versions)]);
        let text = table(&["Connector", "Name", "Vendor", "Versions"], rows.collect(), "No connectors.");
        return Ok(Answer::done(text).with("connectors", connectors));
    };
    let versions = client.connector_versions(&connector).await?;
    let rows = versions.iter().map(|one| {
        vec![
            one.version.clone(),
            one.package.to_string(),
            one.minimum_host.clone(),
            one.installations.to_string(),
            time(one.last_used),
        ]
    });
    let heads = ["Version", "Package", "Needs host", "Installations", "Last used"];
    let text = table(&heads, rows.collect(), "No versions.");
    Ok(Answer::done(text).with("versions", versions))
}
