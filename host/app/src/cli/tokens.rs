//! Arguments of `tieline tokens`.

use clap::{Args, Subcommand};
use tieline_types::{Role, TenantId};

use super::Remote;

#[derive(Debug, Subcommand)]
pub(crate) enum Tokens {
    /// Make a token and show it, this once
    Create(Create),
    /// List tokens, the newest first; what has ended stays for a month
    List(Remote),
    /// End a token at once, and the sessions that began with it
    Revoke(Revoke),
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("where").args(["tenants", "every_tenant"]))]
pub(crate) struct Create {
    /// What it is called in lists and in the audit
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// What whoever holds it is: `viewer`, `agent`, `tenant-admin` or `operator`
    #[arg(
        long,
        value_name = "ROLE",
        value_parser = role,
        requires_ifs = [("viewer", "where"), ("agent", "where"), ("tenant-admin", "where")]
    )]
    pub(crate) role: Role,
    /// In this tenant; may be given again. An operator is one of the whole host
    #[arg(long = "tenant", value_name = "ID")]
    pub(crate) tenants: Vec<TenantId>,
    /// In all tenants, those to come too
    #[arg(long)]
    pub(crate) every_tenant: bool,
    /// How long it is good
    #[arg(long, value_name = "DAYS", default_value_t = 90, value_parser = clap::value_parser!(u64).range(1..=366))]
    pub(crate) days: u64,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

#[derive(Debug, Args)]
pub(crate) struct Revoke {
    /// Which one, as the list says it
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

fn role(text: &str) -> Result<Role, String> {
    [Role::Viewer, Role::Agent, Role::TenantAdmin, Role::Operator]
        .into_iter()
        .find(|role| role.as_str() == text)
        .ok_or_else(|| "a role is `viewer`, `agent`, `tenant-admin` or `operator`".into())
}
