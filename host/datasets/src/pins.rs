//! Files that go, once nobody reads their table any more.

use std::{collections::HashMap, sync::Arc};

use object_store::path::Path;
use parking_lot::Mutex;
use tieline_types::dataset::TableKey;

/// Who reads which table, and which files wait for that to end.
#[derive(Debug, Default)]
pub(crate) struct Pins(Mutex<Pinned>);

#[derive(Debug, Default)]
struct Pinned {
    readers: HashMap<TableKey, usize>,
    doomed: Vec<(TableKey, Path)>,
    /// Who reads everything.
    holds: usize,
}

/// Keeps all files where they are, recorded or not, until it is dropped.
#[derive(Debug)]
pub struct Hold(Arc<Pins>);

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.0.lock().holds -= 1;
    }
}

/// Keeps the files of a table where they are, recorded or not, until it is dropped.
#[derive(Debug)]
pub(crate) struct Pin {
    pins: Arc<Pins>,
    table: TableKey,
}

impl Pins {
    /// To be taken before the files are looked up.
    pub(crate) fn pin(self: &Arc<Self>, table: &TableKey) -> Pin {
        *self.0.lock().readers.entry(table.clone()).or_default() += 1;
        Pin { pins: self.clone(), table: table.clone() }
    }

    /// Nothing goes for now.
    pub(crate) fn hold(self: &Arc<Self>) -> Hold {
        self.0.lock().holds += 1;
        Hold(self.clone())
    }

    /// Whether nothing may go.
    pub(crate) fn held(&self) -> bool {
        self.0.lock().holds > 0
    }

    /// These files are recorded no more.
    pub(crate) fn doom(&self, table: &TableKey, files: impl IntoIterator<Item = Path>) {
        self.0.lock().doomed.extend(files.into_iter().map(|file| (table.clone(), file)));
    }

    /// The files that can go now. They are not named again.
    pub(crate) fn unread(&self) -> Vec<Path> {
        let Pinned { readers, doomed, holds } = &mut *self.0.lock();
        let stays = |table: &TableKey| *holds > 0 || readers.contains_key(table);
        let (stay, go) =
            std::mem::take(doomed).into_iter().partition(|(table, _): &(TableKey, Path)| stays(table));
        *doomed = stay;
        go.into_iter().map(|(_, file)| file).collect()
    }

    /// Whether a file waits for its readers.
    pub(crate) fn waits(&self, file: &Path) -> bool {
        self.0.lock().doomed.iter().any(|(_, doomed)| doomed == file)
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        let readers = &mut self.pins.0.lock().readers;
        match readers.get_mut(&self.table) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(readers.remove(&self.table)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_types::InstallationKey;

    #[test]
    fn a_file_goes_when_the_last_reader_has_gone() {
        let pins = Arc::new(Pins::default());
        let installation =
            InstallationKey { tenant: "a".parse().unwrap(), installation: "b".parse().unwrap() };
        let table = |name: &str| TableKey { installation: installation.clone(), table: name.into() };
        let (first, second) = (pins.pin(&table("calls")), pins.pin(&table("calls")));
        pins.doom(&table("calls"), [Path::from("a")]);
        pins.doom(&table("people"), [Path::from("b")]);
        assert_eq!(pins.unread(), [Path::from("b")]);
        drop(first);
        assert!(pins.unread().is_empty() && pins.waits(&Path::from("a")));
        drop(second);
        assert_eq!(pins.unread(), [Path::from("a")]);
        assert!(pins.unread().is_empty());
        let hold = pins.hold();
        pins.doom(&table("calls"), [Path::from("c")]);
        assert!(pins.unread().is_empty() && pins.held());
        drop(hold);
        assert_eq!((pins.unread(), pins.held()), (vec![Path::from("c")], false));
    }
}
