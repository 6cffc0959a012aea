//! Arguments of `tieline demo`.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// The simulators' program
    #[arg(long, value_name = "FILE")]
    pub(crate) sim: PathBuf,
    /// The Salesforce connector's package
    #[arg(long, value_name = "FILE")]
    pub(crate) package: PathBuf,
    /// The Dynamics 365 connector's package
    #[arg(long, value_name = "FILE")]
    pub(crate) dynamics: PathBuf,
    /// The Vault connector's package
    #[arg(long, value_name = "FILE")]
    pub(crate) vault: PathBuf,
    /// The package of the connector that collects call records
    #[arg(long, value_name = "FILE")]
    pub(crate) call_records: PathBuf,
    /// The contact centre connector's package
    #[arg(long, value_name = "FILE")]
    pub(crate) contact_center: PathBuf,
    /// Go through every step once and end; the exit code is 0 only if every step was seen
    #[arg(long)]
    pub(crate) once: bool,
}
