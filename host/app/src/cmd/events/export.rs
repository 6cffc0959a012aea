//! `tieline events export`: an event in a file.

use std::{io::Write, path::PathBuf};

use clap::Args;
use tieline_types::EventId;

use crate::{
    Answer, Exit, Failure,
    cli::OfTenant,
    client::Client,
    replay::{FileError, RunFile},
};

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// Which event
    #[arg(value_name = "EVENT")]
    id: EventId,
    #[command(flatten)]
    of: OfTenant,
    /// One run with all that the connector was given, asked and was told, and with its package: enough to replay it
    /// anywhere. It holds what people wrote
    #[arg(long)]
    journal: bool,
    /// The run with this number instead of the last
    #[arg(long, value_name = "NUMBER", requires = "journal")]
    attempt: Option<u32>,
    /// Where to write it
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,
}

pub(crate) async fn run(args: Export) -> Result<Answer, Failure> {
    let client = Client::new(&args.of.remote)?;
    let content = if args.journal {
        let taped = client.tape(&args.of.tenant, args.id, args.attempt).await?;
        let package = client.package(taped.tape.head.package).await?;
        serde_json::to_vec(&RunFile::new(taped, &package))
    } else {
        serde_json::to_vec(&client.event(&args.of.tenant, args.id).await?)
    };
    let content = content.expect("plain data always serialises");
    let written = private(&args.out).and_then(|mut file| file.write_all(&content));
    written.map_err(|source| {
        Failure::new(Exit::Failed, FileError::Write { path: args.out.clone(), source }).code("export.file")
    })?;
    Ok(Answer::done(format!("wrote {} bytes to {}", content.len(), args.out.display()))
        .with("file", &args.out)
        .with("bytes", content.len()))
}

/// A file that only its owner may read: it may hold what people wrote.
fn private(path: &std::path::Path) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
