//! `tieline explain graph`: which permissions allow a Graph call, and which installations hold one.

use serde::Serialize;
use tieline_capabilities::graph::explain::{Need, explain};
use tieline_types::{
    InstallationId, TenantId,
    manifest::{GraphPermission, PermissionKind},
};

use crate::{
    Answer, Exit, Failure,
    cli::explain::{Explain, ExplainGraph},
    client::{Client, ClientError},
    table::table,
};

/// An installation that may make the call.
#[derive(Debug, Serialize)]
struct Holder {
    tenant: TenantId,
    installation: InstallationId,
    /// By which of the permissions, one for each part of the call.
    by: Vec<String>,
}

pub(crate) async fn run(command: Explain) -> Result<Answer, Failure> {
    let Explain::Graph(args) = command;
    let kind = if args.delegated { PermissionKind::Delegated } else { PermissionKind::Application };
    let needs = explain(&args.method, &args.path, kind)
        .map_err(|error| Failure::new(Exit::Failed, error).code("graph.unreadable-call"))?;
    let allowed = needs.iter().all(|need| !need.permissions.is_empty());
    let mut text = needs.iter().map(|need| words(need, kind)).collect::<Vec<_>>().join("\n\n");
    let answer = |text: String| {
        let calls: Vec<_> = needs
            .iter()
            .map(|n| serde_json::json!({ "call": n.call, "permissions": n.permissions }))
            .collect();
        Answer::done(text).with("kind", kind).with("needs", calls).failed_if(!allowed)
    };
    if !allowed {
        return Ok(answer(text));
    }
    match holders(&args, &needs, kind).await {
        Ok(None) => Ok(answer(text)),
        Ok(Some(holders)) => {
            let row = |h: &Holder| vec![format!("{}/{}", h.tenant, h.installation), h.by.join(", ")];
            let rows = holders.iter().map(row).collect();
            text.push_str("\n\n");
            text.push_str(&table(&["Installation", "May, by"], rows, "No installation holds one."));
            Ok(answer(text).with("installations", holders))
        }
        // The table is the host's, but it is in this program too: it answers without one.
        Err(error) => {
            text.push_str(&format!("\n\nWhich installations hold one is not known: {error}."));
            Ok(answer(text).with("not_asked", error.to_string()))
        }
    }
}

/// The installations that may make the call; none when no host was named by a token.
async fn holders(
    args: &ExplainGraph,
    needs: &[Need],
    kind: PermissionKind,
) -> Result<Option<Vec<Holder>>, ClientError> {
    if args.remote.token.is_none() && args.remote.token_file.is_none() {
        return Ok(None);
    }
    let client = Client::new(&args.remote)?;
    let tenants = match &args.tenant {
        Some(tenant) => vec![tenant.clone()],
        None => client.tenants().await?.into_iter().map(|tenant| tenant.id).collect(),
    };
    let mut holders = Vec::new();
    for tenant in tenants {
        for installation in client.installations(&tenant).await? {
            let held = |permission: &&String| installation.rights.contains(&right(permission, kind));
            let by: Option<Vec<String>> =
                needs.iter().map(|need| need.permissions.iter().find(held).cloned()).collect();
            if let Some(by) = by {
                holders.push(Holder { tenant: tenant.clone(), installation: installation.id, by });
            }
        }
    }
    Ok(Some(holders))
}

/// A permission in the words in which the host lists rights.
fn right(permission: &str, kind: PermissionKind) -> String {
    GraphPermission { name: permission.to_owned(), kind, reason: String::new() }.to_string()
}

fn words(need: &Need, kind: PermissionKind) -> String {
    let whose = match kind {
        PermissionKind::Application => "as the app",
        PermissionKind::Delegated => "as a signed-in person",
    };
    match need.permissions.as_slice() {
        [] => format!(
            "{}, {whose}: nothing allows it. No connector can make this call{}.",
            need.call,
            match kind {
                PermissionKind::Application => "; --delegated asks for a signed-in person",
                PermissionKind::Delegated => "",
            }
        ),
        [least, others @ ..] => {
            let mut text = format!("{}, {whose}, with one of:\n  {least}   the least", need.call);
            for other in others {
                text.push_str(&format!("\n  {other}"));
            }
            text
        }
    }
}
