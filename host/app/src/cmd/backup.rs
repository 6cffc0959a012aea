//! `tieline backup` and `tieline restore`.

use std::{
    fs::{DirBuilder, File},
    io,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use indicatif::ProgressBar;
use tieline_access::{AccessError, Ended};
use tieline_backup::{BackupError, FilesOf, Source, Summary, Target};
use tieline_datasets::{Datasets, OpenError, Place};
use tieline_egress::{Egress, InvalidPolicy};
use tieline_store::StoreError;
use tieline_types::{Clock as _, SystemClock};
use tokio::runtime::Handle;

use crate::{
    Answer, Exit, Failure,
    cli::keys::{Backup, Restore},
    client::Client,
    config::{self, Config},
    serve::master_key::{self, MasterKeyError},
    table::time,
};

/// Why there is no backup, or no host made of one.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("writing {} failed", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("reading {} failed", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Backup(#[from] BackupError),
    #[error("opening the store failed")]
    Store(#[from] StoreError),
    #[error(transparent)]
    MasterKey(#[from] MasterKeyError),
    #[error("[egress] or [clouds] of the configuration cannot be used")]
    Egress(#[from] InvalidPolicy),
    #[error("[datasets] of the configuration cannot be used")]
    Datasets(#[from] OpenError),
    #[error("ending sessions and API tokens failed")]
    Access(#[from] AccessError),
    #[error("the work was cut off")]
    CutOff(#[from] tokio::task::JoinError),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let remedy = match &error {
            Error::Backup(BackupError::WrongMasterKey { .. }) => Some(
                "put the master key of the host that was backed up into TIELINE_MASTER_KEY, or as master.key into the folder of the store",
            ),
            Error::Store(StoreError::Open { .. }) => Some("with a host that runs, leave --offline out"),
            _ => None,
        };
        let failure = Self::new(Exit::Failed, error).code("backup.failed");
        match remedy {
            Some(remedy) => failure.remedy(remedy),
            None => failure,
        }
    }
}

/// Writes a backup beside its place, reads it again to its end, and only then gives it its name.
pub(crate) async fn backup(args: Backup) -> Result<Answer, Failure> {
    let path = args.file.clone();
    let failed = |source| Error::Write { path: path.clone(), source };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Made readable by its owner alone.
    let mut draft = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    let bar = ProgressBar::new_spinner();
    bar.enable_steady_tick(Duration::from_millis(100));
    if args.offline {
        offline(&args, draft.as_file().try_clone().map_err(failed)?).await?;
    } else {
        let client = Client::new(&args.remote)?;
        let came = |bytes| {
            bar.inc(bytes);
            bar.set_message(format!("{} MiB", bar.position() >> 20));
        };
        client.backup(!args.without_datasets, draft.as_file_mut(), &path, came).await?;
    }
    bar.set_message("reading it again");
    let written = draft.path().to_owned();
    let summary = tokio::task::spawn_blocking(move || read(&written)).await.map_err(Error::from)??;
    bar.finish_and_clear();
    let bytes = draft.as_file().metadata().map_err(failed)?.len();
    draft.as_file().sync_all().map_err(failed)?;
    draft.persist(&path).map_err(|error| failed(error.error))?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
    let text = format!("wrote {bytes} bytes to {}, and read them again\n{}", path.display(), said(&summary));
    Ok(answer(text, &summary).with("file", &args.file).with("bytes", bytes))
}

async fn offline(args: &Backup, to: File) -> Result<(), Failure> {
    let config = config::read(&args.config)?;
    let (store, place) = {
        let place = place(&config)?;
        // Of a host that was never started there is nothing to back up.
        let key = master_key::find(&config.data).map_err(Error::from)?;
        let store = tieline_store::open(&config.store, &config.base, Arc::new(SystemClock));
        ((store.map_err(Error::from)?, key), place)
    };
    let (store, key) = store;
    let clock = Arc::new(SystemClock);
    let datasets = Datasets::new(store.clone(), place, clock.clone());
    let begun = clock.now();
    let source = Source::begin(&*store, &datasets, !args.without_datasets, key.id(), begun).await;
    let source = source.map_err(Error::from)?;
    let runtime = Handle::current();
    let writing = move || tieline_backup::write(source, &runtime, io::BufWriter::new(to));
    tokio::task::spawn_blocking(writing).await.map_err(Error::from)?.map_err(Error::from)?;
    store.close().await.map_err(Error::from)?;
    Ok(())
}

pub(crate) async fn restore(args: Restore) -> Result<Answer, Failure> {
    let path = args.file.clone();
    if args.check {
        let summary = tokio::task::spawn_blocking(move || read(&path)).await.map_err(Error::from)??;
        return Ok(answer(format!("{} is whole\n{}", args.file.display(), said(&summary)), &summary));
    }
    let config = config::read(&args.config)?;
    let file = File::open(&path).map_err(|source| Error::Read { path: path.clone(), source })?;
    // For its owner alone, before anything else makes it.
    let made = DirBuilder::new().recursive(true).mode(0o700).create(&config.data);
    made.map_err(|source| Error::Write { path: config.data.clone(), source })?;
    let key = master_key::find(&config.data).map_err(Error::from)?;
    let place = place(&config)?;
    let Config { store, base, .. } = config;
    let runtime = Handle::current();
    let bar = ProgressBar::new_spinner().with_message("restoring");
    bar.enable_steady_tick(Duration::from_millis(100));
    let restoring = move || {
        let (master_key, clock) = (key.id(), Arc::new(SystemClock));
        let now = clock.now();
        let target = Target { store: &store, base: &base, place: &place, master_key: &master_key, clock };
        let (summary, made) = tieline_backup::restore(file, &target, &runtime)?;
        let ended = runtime.block_on(tieline_access::restored(made.store(), now, args.keep_tokens))?;
        runtime.block_on(made.finish()).map_err(BackupError::from)?;
        Ok((summary, ended))
    };
    let restored = tokio::task::spawn_blocking(restoring).await.map_err(Error::from)?;
    bar.finish_and_clear();
    let (summary, ended): (_, Ended) = restored.map_err(|error: Error| error)?;
    let Ended { sessions, tokens } = ended;
    let tokens_are = match args.keep_tokens {
        true => "kept all API tokens, also those that were revoked after the backup".to_owned(),
        false => format!(
            "revoked {tokens} API tokens and the host's own: its first start prints another; make the others anew with `tieline tokens create`"
        ),
    };
    let text = format!(
        "restored {}\n{}\nended {sessions} sessions, and {tokens_are}\nStart the host: it tells connectors of the time that is missing, and what was under way then may be done again.",
        args.file.display(),
        said(&summary),
    );
    let answer = answer(text, &summary).with("store", config.data);
    Ok(answer.with("sessions_ended", sessions).with("tokens_revoked", tokens))
}

fn place(config: &Config) -> Result<Place, Error> {
    let egress = Egress::new(&config.egress)?;
    Ok(Place::open(&config.datasets.url, &config.base, &config.datasets.options, &egress)?)
}

fn read(path: &Path) -> Result<Summary, Error> {
    let file = File::open(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    Ok(tieline_backup::check(file)?)
}

fn answer(text: String, summary: &Summary) -> Answer {
    Answer::done(text).with("backup", &summary.head).with("packages", summary.packages)
}

fn said(summary: &Summary) -> String {
    let Summary { head, packages, files } = summary;
    let datasets = match &head.datasets {
        FilesOf::Included => format!("{files} files of datasets"),
        FilesOf::Elsewhere(place) => format!("no files of datasets: these are at {place}, and nowhere else"),
    };
    format!(
        "begun {} by version {}, with {packages} packages and {datasets}\nsealed under the master key {}, which is not in it",
        time(head.begun),
        head.version,
        head.master_key,
    )
}
