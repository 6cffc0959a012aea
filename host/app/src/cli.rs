//! The command line.

pub(crate) mod act;
pub(crate) mod alerts;
pub(crate) mod audit;
pub(crate) mod connections;
pub(crate) mod datasets;
pub(crate) mod demo;
pub(crate) mod documents;
pub(crate) mod events;
pub(crate) mod explain;
pub(crate) mod hooks;
pub(crate) mod installations;
pub(crate) mod keys;
pub(crate) mod redeliver;
pub(crate) mod replay;
pub(crate) mod subscriptions;
pub(crate) mod tokens;

use std::{convert::Infallible, net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};
use tieline_types::{DeliveryState, InstallationId, InstallationKey, Secret, TenantId, Timestamp};
use url::Url;

use act::{Act, View};
use alerts::Alerts;
use audit::Audit;
use connections::Connections;
use datasets::Datasets;
use demo::Demo;
use documents::{Apply, Export};
use events::{DeadLetters, Events};
use explain::Explain;
use hooks::Hooks;
use installations::{Connectors, Installations};
use keys::{Backup, Keys, Restore};
use replay::Replay;
use subscriptions::Subscriptions;
use tokens::Tokens;

use crate::exit;

/// A host for connector plugins between Microsoft Teams and the systems where you keep your customers.
#[derive(Debug, Parser)]
#[command(name = "tieline", version, after_help = exit::HELP, arg_required_else_help = true)]
pub(crate) struct Cli {
    /// End with one single-line JSON object on standard output
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the host until it is stopped
    Serve(Serve),
    /// Bring tenants, connections and installations to what TOML documents say
    Apply(Apply),
    /// Write the documents of tenants, as `apply` reads them
    Export(Export),
    /// Build a connector into one package
    Build(Build),
    /// Show what a package is and which rights it asks for
    Inspect(Inspect),
    /// Run the staged test of an installation
    Check(Check),
    /// Run an action of an installation
    Act(Act),
    /// Show what a connector shows a person about a record, and what they may ask of it
    View(View),
    /// Make, list and revoke API tokens
    #[command(subcommand)]
    Tokens(Tokens),
    /// List tenants
    Tenants(Remote),
    /// List the connections of a tenant, test one, sign people in and out, look at what was consented to
    Connections(Connections),
    /// List the installations of a tenant, with their rights, or let a suspended one run again
    Installations(Installations),
    /// List the Graph subscriptions of a tenant, or show how complete what they brought is
    Subscriptions(Subscriptions),
    /// Look at the hooks by which other systems call connectors, and make their secrets anew
    #[command(subcommand)]
    Hooks(Hooks),
    /// Look at the tables that connectors keep, and export them
    #[command(subcommand)]
    Datasets(Datasets),
    /// Look at what needs somebody's attention, at what ends when, and at who is told
    #[command(subcommand)]
    Alerts(Alerts),
    /// Look at who did what, and verify that nothing of it was changed
    #[command(subcommand)]
    Audit(Audit),
    /// Look at timers
    #[command(subcommand)]
    Schedules(Schedules),
    /// How much installations keep, and how their newest events went
    Usage(OfTenant),
    /// Connectors of which packages were uploaded, and their versions
    Connectors(Connectors),
    /// List what connectors wrote about records
    Activity(Activity),
    /// Look at events, and deliver them again
    #[command(subcommand)]
    Events(Events),
    /// Look at dead letters by what they died of
    #[command(subcommand)]
    DeadLetters(DeadLetters),
    /// Look at the keys under which secrets are sealed, and exchange them
    #[command(subcommand)]
    Keys(Keys),
    /// Write all that a host must not lose into one file, while it runs
    Backup(Backup),
    /// Make a host of a backup
    Restore(Restore),
    /// Show which permissions allow a call
    #[command(subcommand)]
    Explain(Explain),
    /// Run a recorded run again, offline, and show what differs
    Replay(Replay),
    /// Show everything working, against simulators, without any cloud account
    Demo(Demo),
}

/// How to reach the host.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Host")]
pub(crate) struct Remote {
    /// Address of the host
    #[arg(long, env = "TIELINE_HOST", value_name = "URL", default_value = "http://127.0.0.1:8080")]
    pub(crate) host: Url,
    /// API token, as `tieline tokens create` made it, or the host printed at its first start
    #[arg(long, env = "TIELINE_TOKEN", hide_env_values = true, value_name = "TOKEN", value_parser = secret)]
    pub(crate) token: Option<Secret>,
    /// File with the API token; goes before --token
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
}

fn secret(text: &str) -> Result<Secret, Infallible> {
    Ok(Secret::new(text))
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// The host's configuration
    #[arg(long, value_name = "FILE", default_value = "tieline.toml")]
    pub(crate) config: PathBuf,
    /// Listen here instead of where the configuration says
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Option<SocketAddr>,
    /// Replace the host's own token by a new one and print it
    #[arg(long)]
    pub(crate) new_token: bool,
    /// How to write the log on standard error; by default `text` on a terminal and `json` elsewhere
    #[arg(long, value_name = "FORMAT")]
    pub(crate) log_format: Option<LogFormat>,
    /// Stop when standard input closes
    #[arg(long)]
    pub(crate) exit_with_parent: bool,
    /// Set the host's clock ahead, to rehearse against simulators what hours or days bring
    #[arg(long, value_name = "SECONDS", default_value_t = 0, hide = true)]
    pub(crate) clock_ahead: u64,
    /// Print a commented configuration with every default, and end
    #[arg(long)]
    pub(crate) print_config: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// Lines for people
    Text,
    /// One JSON object a line
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct Build {
    /// The connector's directory
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) dir: PathBuf,
    /// Where to put the package, `<connector id>.wasm`
    #[arg(short, long, value_name = "DIR", default_value = ".")]
    pub(crate) out: PathBuf,
    /// Insist on Cargo.lock as it is
    #[arg(long)]
    pub(crate) locked: bool,
    /// A component that another toolchain made (componentize-py, jco, TinyGo), to make the package of
    #[arg(long, value_name = "WASM", conflicts_with = "locked")]
    pub(crate) component: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Inspect {
    /// The package
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Which installation
    #[arg(value_name = "TENANT/INSTALLATION", value_parser = installation_key)]
    pub(crate) installation: InstallationKey,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

#[derive(Debug, Args)]
pub(crate) struct OfTenant {
    /// Which tenant
    #[arg(long, value_name = "ID")]
    pub(crate) tenant: TenantId,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

#[derive(Debug, Args)]
pub(crate) struct Activity {
    #[command(flatten)]
    pub(crate) of: OfTenant,
    /// Of this installation only
    #[arg(long, value_name = "ID")]
    pub(crate) installation: Option<InstallationId>,
    /// About this record only: `Opportunity/006…`
    #[arg(long, value_name = "KIND/ID", value_parser = record)]
    pub(crate) record: Option<Record>,
    #[command(flatten)]
    pub(crate) page: Paging,
}

/// Which part of a long list.
#[derive(Debug, Args)]
pub(crate) struct Paging {
    /// At most so many, up to 1000
    #[arg(long, value_name = "COUNT", default_value_t = 50)]
    pub(crate) limit: usize,
    /// Continue after this one, as `next` of the page before says
    #[arg(long, value_name = "NEXT")]
    pub(crate) after: Option<String>,
}

impl Paging {
    /// As the API takes it.
    pub(crate) fn query(&self) -> Vec<(&'static str, String)> {
        let mut query = vec![("limit", self.limit.to_string())];
        query.extend(self.after.clone().map(|after| ("after", after)));
        query
    }

    /// The list with a line on how to go on, when there is more.
    pub(crate) fn with_rest(&self, list: String, next: Option<&str>) -> String {
        match next {
            Some(next) => format!("{list}\nmore with --after {next}"),
            None => list,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Schedules {
    /// List timers, the one that is due first at the top
    List(OfTenant),
}

/// Kind and id of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) kind: String,
    pub(crate) id: String,
}

fn record(text: &str) -> Result<Record, String> {
    match text.split_once('/') {
        Some((kind, id)) if !kind.is_empty() && !id.is_empty() => {
            Ok(Record { kind: kind.into(), id: id.into() })
        }
        _ => Err("a record is KIND/ID, such as Opportunity/0065g00000XyZAb".into()),
    }
}

fn installation_key(text: &str) -> Result<InstallationKey, String> {
    let (tenant, installation) =
        text.split_once('/').ok_or("an installation is TENANT/INSTALLATION, such as acme/deal-desk")?;
    Ok(InstallationKey {
        tenant: tenant.parse().map_err(|e| format!("{e}"))?,
        installation: installation.parse().map_err(|e| format!("{e}"))?,
    })
}

fn time(text: &str) -> Result<Timestamp, String> {
    let wrong = || "a time is as RFC 3339 writes it: 2026-11-21T08:30:00Z".to_owned();
    Timestamp::parse_rfc3339(text).ok_or_else(wrong)
}

fn state(text: &str) -> Result<DeliveryState, String> {
    [DeliveryState::Pending, DeliveryState::Done, DeliveryState::Dead]
        .into_iter()
        .find(|state| state.to_string() == text)
        .ok_or_else(|| "a state is `pending`, `done` or `dead`".into())
}

#[cfg(test)]
mod tests;
