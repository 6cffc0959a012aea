//! Arguments of `tieline replay`.

use std::path::PathBuf;

use clap::Args;
use tieline_types::{EventId, InstallationKey};

use super::Remote;

#[derive(Debug, Args)]
pub(crate) struct Replay {
    /// A run of the host, or a file that `tieline events export --journal` wrote
    #[arg(value_name = "TENANT/INSTALLATION/EVENT[@ATTEMPT]|FILE", value_parser = run_name)]
    pub(crate) run: RunName,
    /// Another package to run in place of the one that ran
    #[arg(long, value_name = "FILE", conflicts_with = "package")]
    pub(crate) with: Option<PathBuf>,
    /// The package that ran, where the host and the file do not have it
    #[arg(long, value_name = "FILE")]
    pub(crate) package: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

/// Where a run is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum RunName {
    Host { installation: InstallationKey, event: EventId, attempt: Option<u32> },
    File(PathBuf),
}

fn run_name(text: &str) -> Result<RunName, String> {
    Ok(of_host(text).unwrap_or_else(|| RunName::File(text.into())))
}

fn of_host(text: &str) -> Option<RunName> {
    let (name, attempt) = match text.split_once('@') {
        Some((name, attempt)) => (name, Some(attempt.parse().ok()?)),
        None => (text, None),
    };
    let mut parts = name.split('/');
    let installation =
        InstallationKey { tenant: parts.next()?.parse().ok()?, installation: parts.next()?.parse().ok()? };
    let event = parts.next()?.parse().ok()?;
    parts.next().is_none().then_some(RunName::Host { installation, event, attempt })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_of_a_host_has_three_names_and_everything_else_is_a_file() {
        let id = EventId::from_bytes([7; 16]);
        let named = |text: String| run_name(&text).unwrap();
        for (suffix, wanted) in [("", None), ("@3", Some(3))] {
            match named(format!("acme/desk/{id}{suffix}")) {
                RunName::Host { event, attempt, .. } => assert_eq!((event, attempt), (id, wanted)),
                other => panic!("{other:?}"),
            }
        }
        for file in [
            "run.json",
            "./acme/desk/x.json",
            "acme/desk",
            &format!("acme/desk/{id}/x"),
            &format!("acme/desk/{id}@x"),
        ] {
            assert_eq!(named(file.into()), RunName::File(file.into()), "{file}");
        }
    }
}
