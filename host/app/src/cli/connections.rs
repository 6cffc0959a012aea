//! `tieline connections`: lists them, tests one, shows its consent and its people.

use clap::{Args, Subcommand};
use tieline_types::{ConnectionKey, TenantId};

use super::Remote;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Connections {
    /// Which tenant
    #[arg(long, value_name = "ID", required = true)]
    pub(crate) tenant: Option<TenantId>,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(subcommand)]
    pub(crate) command: Option<ConnectionCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConnectionCommand {
    /// Print the link at which a person, or the service user, signs in
    SignIn(SignIn),
    /// Test a connection stage by stage: name, certificate, token, permissions, a call
    Test(OfConnection),
    /// Show which Graph permissions installations need and tokens have, and the link at which an administrator
    /// consents to what is missing
    Consent(Consent),
    /// List who is signed in
    People(OfConnection),
    /// Sign people out; their events wait until they sign in again
    SignOut(SignOut),
    /// Take back everything that a connection gave out: sign everybody out, drop its tokens and sessions, and send nothing
    /// for it until it is applied with another credential
    Revoke(OfConnection),
}

#[derive(Debug, Args)]
pub(crate) struct OfConnection {
    /// Which connection
    #[arg(value_name = "TENANT/CONNECTION", value_parser = connection_key)]
    pub(crate) connection: ConnectionKey,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

#[derive(Debug, Args)]
pub(crate) struct SignIn {
    #[command(flatten)]
    pub(crate) of: OfConnection,
    /// Whoever signs in becomes the connection's service user
    #[arg(long)]
    pub(crate) service: bool,
    /// Where the browser goes back to: a path of the host
    #[arg(long, value_name = "PATH")]
    pub(crate) return_to: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Consent {
    #[command(flatten)]
    pub(crate) of: OfConnection,
    /// Accept that consent was given and has only to spread: events wait up to two hours without an alert
    #[arg(long)]
    pub(crate) accept: bool,
    /// Who accepts it, with --accept
    #[arg(long, value_name = "NAME", env = "USER", hide_env_values = true)]
    pub(crate) by: Option<String>,
    /// Where the browser goes back to: a path of the host
    #[arg(long, value_name = "PATH")]
    pub(crate) return_to: Option<String>,
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("whose").required(true))]
pub(crate) struct SignOut {
    #[command(flatten)]
    pub(crate) of: OfConnection,
    /// The person with this object id or user name
    #[arg(long, value_name = "USER", group = "whose")]
    pub(crate) user: Option<String>,
    /// The service user
    #[arg(long, group = "whose")]
    pub(crate) service: bool,
    /// Everybody, the service user too
    #[arg(long, group = "whose")]
    pub(crate) everybody: bool,
}

pub(super) fn connection_key(text: &str) -> Result<ConnectionKey, String> {
    let (tenant, connection) =
        text.split_once('/').ok_or("a connection is TENANT/CONNECTION, such as acme/microsoft")?;
    Ok(ConnectionKey {
        tenant: tenant.parse().map_err(|e| format!("{e}"))?,
        connection: connection.parse().map_err(|e| format!("{e}"))?,
    })
}
