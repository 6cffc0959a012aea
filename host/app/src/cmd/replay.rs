//! `tieline replay`: a recorded run again, with its own package or another.

use std::path::Path;

use bytes::Bytes;
use tieline_types::tape::TapedRun;

use crate::{
    Answer, Exit, Failure,
    cli::replay::{Replay, RunName},
    client::Client,
    replay::{self, FileError, RunFile},
};

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
