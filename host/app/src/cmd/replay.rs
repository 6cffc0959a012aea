//! `tieline replay`: a recorded run again, with its own package or another.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use clap::Args;
use tieline_types::{EventId, InstallationKey, tape::TapedRun};

use crate::{
    Answer, Exit, Failure,
    cli::Remote,
    client::Client,
    replay::{self, FileError, RunFile},
};

#[derive(Debug, Args)]
pub(crate) struct Replay {
    /// A run of the host, or a file that `tieline events export --journal` wrote
    #[arg(value_name = "TENANT/INSTALLATION/EVENT[@ATTEMPT]|FILE", value_parser = run_name)]
    run: RunName,
    /// Another package to run in place of the one that ran
    #[arg(long, value_name = "FILE", conflicts_with = "package")]
    with: Option<PathBuf>,
    /// The package that ran, where the host and the file do not have it
    #[arg(long, value_name = "FILE")]
    package: Option<PathBuf>,
    #[command(flatten)]
    remote: Remote,
}

/// Where a run is.
#[derive(Debug, Clone, PartialEq)]
enum RunName {
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

pub(crate) async fn run(args: Replay) -> Result<Answer, Failure> {
    let (taped, package) = match &args.run {
        RunName::Host { installation, event, attempt } => {
            let client = Client::new(&args.remote)?;
            let taped = client.tape(&installation.tenant, *event, *attempt).await?;
            if taped.run.event.installation != *installation {
                let message = format!("event {event} is for {}", taped.run.event.installation);
                return Err(Failure::new(Exit::Failed, message).code("not-found"));
            }
            let package = match chosen(&args, &taped)? {
                Some(package) => package,
                None => client.package(taped.tape.head.package).await?,
            };
            (taped, package)
        }
        RunName::File(path) => {
            let file = RunFile::read(path).map_err(unreadable)?;
            let package = match chosen(&args, &file.taped)? {
                Some(package) => package,
                None => file.package(path).map_err(unreadable)?,
            };
            (file.taped, package)
        }
    };
    let digest = tieline_types::Digest::of(&package);
    let played = replay::play(&taped.tape, package).await;
    let difference = played.map_err(|error| Failure::new(Exit::Failed, error).code("replay.failed"))?;
    let with = if digest == taped.tape.head.package { "its own package" } else { "another package" };
    let text = format!(
        "attempt {} of {} with {with}, {digest}\n\n{}",
        taped.run.attempt,
        taped.run.event,
        difference.text()
    );
    let exit = if difference.identical { Exit::Done } else { Exit::Differs };
    Ok(Answer::done(text).exit(exit).with("package", digest).with("difference", difference))
}

/// The package that the command line names.
fn chosen(args: &Replay, taped: &TapedRun) -> Result<Option<Bytes>, Failure> {
    let read = |path: &Path| {
        let bytes = std::fs::read(path).map_err(|source| FileError::Read { path: path.into(), source });
        bytes.map(Bytes::from).map_err(unreadable)
    };
    match (&args.with, &args.package) {
        (Some(path), _) => read(path).map(Some),
        (None, Some(path)) => replay::own(taped, read(path)?).map(Some).map_err(unreadable),
        (None, None) => Ok(None),
    }
}

fn unreadable(error: FileError) -> Failure {
    Failure::new(Exit::Failed, error).code("replay.file")
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
