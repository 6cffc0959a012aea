//! `tieline events export`: an event in a file.

use std::io::Write;

use crate::{
    Answer, Exit, Failure,
    cli::events::EventsExport,
    client::Client,
    replay::{FileError, RunFile},
};

pub(crate) async fn run(args: EventsExport) -> Result<Answer, Failure> {
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
