//! Reading a backup, from its begin to its end.

use std::io::{self, Read};

use tar::{Archive, EntryType};
use tieline_types::Digest;

use crate::{
    BackupError, Head,
    archive::{Digesting, Tally},
    head::{DATASETS, END, End, FORMAT, HEAD, PACKAGES, RECORDS},
};

/// The most bytes of an entry that is taken as a whole: more than the store tells at once, or a package has.
const MOST: u64 = 1 << 30;

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// What it says of itself.
    pub head: Head,
    /// Packages.
    pub packages: u64,
    /// Files of datasets.
    pub files: u64,
}

/// Something in a backup.
pub(crate) enum Entry<'e> {
    Records(Vec<u8>),
    Package(Digest, Vec<u8>),
    /// Its name at its place, and what it holds.
    File(String, &'e mut dyn Read),
}

/// Whoever is given what is in a backup.
pub(crate) trait Visit {
    /// Comes first.
    fn head(&mut self, head: &Head) -> Result<(), BackupError>;

    /// The next thing. Of a file as much may be read as is wanted.
    fn entry(&mut self, entry: Entry<'_>) -> Result<(), BackupError>;
}

/// Only looks on.
struct Check;

impl Visit for Check {
    fn head(&mut self, _: &Head) -> Result<(), BackupError> {
        Ok(())
    }

    fn entry(&mut self, _: Entry<'_>) -> Result<(), BackupError> {
        Ok(())
    }
}

/// Reads a backup to its end without doing anything with it.
///
/// # Errors
/// When it is damaged, cut off, or none.
pub fn check(from: impl Read) -> Result<Summary, BackupError> {
    read(io::BufReader::new(from), &mut Check)
}

/// Gives out a backup, thing by thing. Only when it comes to its end without an error was it whole.
pub(crate) fn read(from: impl io::BufRead, visit: &mut dyn Visit) -> Result<Summary, BackupError> {
    let decoder = zstd::Decoder::with_buffer(from).map_err(BackupError::Unreadable)?;
    let mut archive = Archive::new(decoder);
    let (mut tally, mut summary, mut ended) = (Tally::new(), None::<Summary>, false);
    for entry in archive.entries().map_err(BackupError::Unreadable)? {
        let entry = entry.map_err(BackupError::Unreadable)?;
        let name = {
            let path = entry.path().map_err(BackupError::Unreadable)?;
            let regular = entry.header().entry_type() == EntryType::Regular && !ended;
            path.to_str().filter(|_| regular).map(str::to_owned)
        };
        let name = name.ok_or_else(|| damaged("something is in it that was not written"))?;
        let mut content = Digested { entry, digest: Digesting::new() };
        match &mut summary {
            None if name == HEAD => {
                let head = head(&content.whole()?)?;
                visit.head(&head)?;
                summary = Some(Summary { head, packages: 0, files: 0 });
            }
            Some(_) if name == END => {
                let end: End =
                    serde_json::from_slice(&content.whole()?).map_err(|_| damaged("its end is none"))?;
                if end != tally.end() {
                    return Err(damaged("it is not what was written"));
                }
                ended = true;
                continue;
            }
            Some(summary) => one(&name, &mut content, summary, visit)?,
            None => return Err(damaged("it does not begin as a backup")),
        }
        tally.add(&name, &content.digest.finish());
    }
    // Also what follows the last entry: a stream that is cut off there would be found by nobody else.
    io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(BackupError::Unreadable)?;
    summary.filter(|_| ended).ok_or_else(|| damaged("its end is missing"))
}

fn one<R: Read>(
    name: &str,
    content: &mut Digested<R>,
    summary: &mut Summary,
    visit: &mut dyn Visit,
) -> Result<(), BackupError> {
    if name.starts_with(RECORDS) {
        return visit.entry(Entry::Records(content.whole()?));
    }
    if let Some(digest) = name.strip_prefix(PACKAGES) {
        let digest = format!("sha256:{digest}").parse();
        let digest = digest.map_err(|_| damaged("a package has no digest"))?;
        summary.packages += 1;
        return visit.entry(Entry::Package(digest, content.whole()?));
    }
    let file =
        name.strip_prefix(DATASETS).ok_or_else(|| damaged("something is in it that was not written"))?;
    summary.files += 1;
    visit.entry(Entry::File(file.to_owned(), content))?;
    // What was not taken counts, too.
    io::copy(content, &mut io::sink()).map(drop).map_err(BackupError::Unreadable)
}

fn head(bytes: &[u8]) -> Result<Head, BackupError> {
    #[derive(serde::Deserialize)]
    struct Format {
        format: u32,
    }
    let no_head = |_| damaged("it does not begin as a backup");
    let Format { format } = serde_json::from_slice(bytes).map_err(no_head)?;
    if format != FORMAT {
        return Err(BackupError::Unknown { found: format.to_string() });
    }
    let head: Head = serde_json::from_slice(bytes).map_err(no_head)?;
    match head.records == tieline_store::EMBEDDED {
        true => Ok(head),
        false => Err(BackupError::Unknown { found: head.records }),
    }
}

fn damaged(what: &str) -> BackupError {
    BackupError::Damaged { what: what.into() }
}

/// Reads, and digests what it reads.
struct Digested<R> {
    entry: R,
    digest: Digesting,
}

impl<R: Read> Digested<R> {
    fn whole(&mut self) -> Result<Vec<u8>, BackupError> {
        let mut content = Vec::new();
        self.take(MOST + 1).read_to_end(&mut content).map_err(BackupError::Unreadable)?;
        if content.len() as u64 > MOST {
            return Err(damaged("something in it is too large"));
        }
        Ok(content)
    }
}

impl<R: Read> Read for Digested<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.entry.read(into)?;
        self.digest.update(&into[..length]);
        Ok(length)
    }
}
