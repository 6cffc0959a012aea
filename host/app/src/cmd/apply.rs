//! `tieline apply`: say what will be different, and bring tenants to what documents say.

use indicatif::{ProgressBar, ProgressStyle};
use tieline_types::{Digest, api::ApplyReport};

use crate::{
    Answer, Exit, Failure, answer,
    cli::documents::Apply,
    client::{Client, ClientError},
    cmd::difference,
    document::{self, PackageFile, ReadError, ResolveError, Upload},
};

/// Reads and resolves every document before the host hears of any: a missing secret in the last one does not
/// leave the first ones applied. Of several, the host judges each before it is given the first. People are told the difference
/// before anything is done, on standard error; programs get what was done.
pub(crate) async fn run(args: &Apply, json: bool) -> Result<Answer, Failure> {
    let client = Client::new(&args.remote)?;
    let mut uploads = Vec::new();
    for path in &args.files {
        for found in document::read(path)? {
            uploads.push(document::resolve(found, &|name| std::env::var(name).ok())?);
        }
    }
    let mut reports = Vec::new();
    if args.dry_run || !json || uploads.len() > 1 {
        for upload in &uploads {
            reports.push(client.compare(upload).await?);
        }
    }
    if args.dry_run {
        let exit = if reports.iter().any(ApplyReport::differs) { Exit::Differs } else { Exit::Done };
        return Ok(Answer::done(difference::shown(&reports)).exit(exit).with("reports", reports));
    }
    if !json && let Some(ahead) = difference::ahead(&reports) {
        answer::print_aside(&ahead);
    }
    reports.clear();
    for upload in &uploads {
        reports.push(apply(&client, upload).await?);
    }
    Ok(Answer::done(difference::shown(&reports)).with("reports", reports))
}

/// Sends the document; when the host says which packages it has not got, uploads those and sends it again. So
/// nothing is uploaded twice, and a document that the host has seen before costs one request.
pub(crate) async fn apply(client: &Client, upload: &Upload) -> Result<ApplyReport, ClientError> {
    let refused = match client.apply(upload).await {
        Err(error) if !error.missing_packages().is_empty() => error,
        other => return other,
    };
    let places = refused.missing_packages();
    let installations = upload.document.installations.iter().enumerate();
    let missing: Vec<Digest> = installations
        .filter(|(index, _)| places.contains(&format!("/installations/{index}/package").as_str()))
        .map(|(_, installation)| installation.package)
        .collect();
    for package in upload.packages.iter().filter(|package| missing.contains(&package.digest)) {
        send(client, package).await?;
    }
    client.apply(upload).await
}

/// Shows a bar on a terminal, and nothing elsewhere.
async fn send(client: &Client, package: &PackageFile) -> Result<(), ClientError> {
    let bar = ProgressBar::new(package.bytes.len() as u64);
    if let Ok(style) = ProgressStyle::with_template("{msg} {bar:30} {bytes}/{total_bytes}") {
        bar.set_style(style);
    }
    let name = package.path.file_name().unwrap_or(package.path.as_os_str());
    bar.set_message(format!("uploading {}", name.to_string_lossy()));
    let moving = bar.clone();
    let answer =
        client.put_package(package.digest, package.bytes.clone(), move |sent| moving.inc(sent)).await;
    bar.finish_and_clear();
    answer.map(|_| ())
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        Self::new(Exit::Failed, error).code("document.unreadable")
    }
}

impl From<ResolveError> for Failure {
    fn from(error: ResolveError) -> Self {
        Self::new(Exit::Failed, error).code("document.unresolved")
    }
}
