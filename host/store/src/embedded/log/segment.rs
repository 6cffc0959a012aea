//! The files of the log: `<number>.log`, made whole before they are used.
//!
//! A file begins with `tieline log 1\n`, padded with zeros to 16 bytes, its number, its seal (a random number) and a
//! CRC-32 of these 32 bytes; then come records, and zeros to the end.

use std::{
    fs::{self, File},
    hash::{BuildHasher, Hasher, RandomState},
    io::{self, Write},
    path::{Path, PathBuf},
};

use crate::folder;

const MAGIC: &[u8; 16] = b"tieline log 1\n\0\0";

/// Where the first record begins.
pub(super) const BEGIN: usize = 36;

const UNFINISHED: &str = "unfinished";
const LOG: &str = "log";

/// A file of the log, open for writing.
#[derive(Debug)]
pub(in crate::embedded) struct Segment {
    pub(super) file: File,
    number: u64,
    pub(super) seal: u64,
}

impl Segment {
    /// Makes a file of `size` bytes under this number, durable with its name.
    pub(in crate::embedded) fn create(log: &Path, number: u64, size: u64) -> io::Result<Self> {
        let seal = RandomState::new().build_hasher().finish();
        let unfinished = log.join(format!("{number:016x}.{UNFINISHED}"));
        let mut file = File::create(&unfinished)?;
        let mut head = [&MAGIC[..], &number.to_be_bytes(), &seal.to_be_bytes()].concat();
        head.extend(crc32fast::hash(&head).to_be_bytes());
        file.write_all(&head)?;
        // Written, not only reserved: a first write into reserved blocks is one of metadata, too.
        let zeros = vec![0; 256 << 10];
        let mut left = size.saturating_sub(head.len() as u64);
        while left > 0 {
            let some = left.min(zeros.len() as u64);
            file.write_all(&zeros[..some as usize])?;
            left -= some;
        }
        file.sync_all()?;
        fs::rename(&unfinished, path(log, number))?;
        folder::sync(log)?;
        Ok(Self { file, number, seal })
    }

    pub(in crate::embedded) fn number(&self) -> u64 {
        self.number
    }

    /// Opens a file that was read, whose seal is known, for writing.
    pub(super) fn reuse(log: &Path, number: u64, seal: u64) -> io::Result<Self> {
        Ok(Self { file: File::options().write(true).open(path(log, number))?, number, seal })
    }
}

pub(super) fn path(log: &Path, number: u64) -> PathBuf {
    log.join(format!("{number:016x}.{LOG}"))
}

/// The seal of a file with this number; none if it does not begin as one.
pub(super) fn seal(bytes: &[u8], number: u64) -> Option<u64> {
    let head = bytes.get(..BEGIN)?;
    let whole = crc32fast::hash(&head[..32]).to_be_bytes() == head[32..];
    let named = head[16..24] == number.to_be_bytes();
    let seal = u64::from_be_bytes(*head[24..].first_chunk()?);
    (whole && named && head.starts_with(MAGIC)).then_some(seal)
}

/// The numbers of all files, in order. Removes what a crash left unfinished.
pub(super) fn list(log: &Path) -> io::Result<Vec<u64>> {
    let mut numbers = Vec::new();
    for entry in fs::read_dir(log)? {
        let path = entry?.path();
        let number = path.file_stem().and_then(|stem| u64::from_str_radix(stem.to_str()?, 16).ok());
        match (path.extension().and_then(|extension| extension.to_str()), number) {
            (Some(LOG), Some(number)) => numbers.push(number),
            (Some(UNFINISHED), _) => fs::remove_file(path)?,
            _ => {}
        }
    }
    numbers.sort_unstable();
    Ok(numbers)
}

/// Removes all files up to this number.
pub(in crate::embedded) fn remove(log: &Path, through: u64) -> io::Result<()> {
    for number in list(log)?.into_iter().filter(|number| *number <= through) {
        fs::remove_file(path(log, number))?;
    }
    Ok(())
}
