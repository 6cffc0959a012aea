//! `tieline apply`: bring tenants to what documents say.

use indicatif::{ProgressBar, ProgressStyle};
use tieline_types::{
    Digest,
    api::{ApplyReport, ChangeKind},
};

use crate::{
    Answer, Exit, Failure,
    cli::Apply,
    client::{Client, ClientError},
    document::{self, PackageFile, ReadError, ResolveError, Upload},
    table::table,
};

/// Reads and resolves every document before the host hears of any: a missing secret in the last one does not
/// leave the first ones applied.
pub(crate) async fn run(args: &Apply) -> Result<Answer, Failure> {
    let client = Client::new(&args.remote)?;
    let mut uploads = Vec::new();
    for path in &args.files {
        for found in document::read(path)? {
            uploads.push(document::resolve(found, &|name| std::env::var(name).ok())?);
        }
    }
    let mut reports = Vec::new();
    for upload in &uploads {
        reports.push(apply(&client, upload).await?);
    }
    Ok(Answer::done(shown(&reports)).with("reports", reports))
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

fn shown(reports: &[ApplyReport]) -> String {
    let rows = reports.iter().flat_map(|report| {
        report.changes.iter().map(|change| {
            let done = match change.done {
                ChangeKind::Created => "created",
                ChangeKind::Updated => "updated",
                ChangeKind::Unchanged => "unchanged",
                ChangeKind::Removed => "removed",
            };
            vec![
                report.tenant.to_string(),
                change.kind.clone(),
                change.name.clone(),
                done.into(),
                change.details.join(", "),
            ]
        })
    });
    table(&["Tenant", "What", "Name", "Done", "Different"], rows.collect(), "Nothing to do.")
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

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_types::api::Change;

    #[test]
    fn the_report_says_what_was_done_to_what() {
        let change = Change {
            kind: "installation".into(),
            name: "desk".into(),
            done: ChangeKind::Updated,
            details: vec!["1.0.0 → 1.1.0".into()],
        };
        let report = ApplyReport { tenant: "acme".parse().unwrap(), changes: vec![change] };
        let text = shown(&[report]);
        for part in ["acme", "installation", "desk", "updated", "1.0.0 → 1.1.0"] {
            assert!(text.contains(part), "{text}");
        }
    }
}
