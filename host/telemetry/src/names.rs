//! Names that strangers choose, as labels: a bounded number of them.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use parking_lot::RwLock;

/// What all names beyond the bound are called.
const OTHERS: &str = "other";

/// The first so many names keep their own label; what comes later is counted together.
#[derive(Debug)]
pub(crate) struct Names {
    most: AtomicUsize,
    known: RwLock<HashSet<Arc<str>>>,
    others: Arc<str>,
}

impl Names {
    pub(crate) fn new(most: usize) -> Self {
        Self { most: AtomicUsize::new(most), known: RwLock::default(), others: OTHERS.into() }
    }

    /// From now on so many have their own label.
    pub(crate) fn allow(&self, most: usize) {
        self.most.store(most, Ordering::Relaxed);
    }

    /// The label of a name; none where no name has one.
    pub(crate) fn label(&self, name: &str) -> Option<Arc<str>> {
        let most = self.most.load(Ordering::Relaxed);
        if most == 0 {
            return None;
        }
        {
            let known = self.known.read();
            if let Some(known) = known.get(name) {
                return Some(known.clone());
            }
            if known.len() >= most {
                return Some(self.others.clone());
            }
        }
        let mut known = self.known.write();
        if known.len() >= most && !known.contains(name) {
            return Some(self.others.clone());
        }
        let label: Arc<str> = name.into();
        known.insert(label.clone());
        Some(label)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_names_is_one_label() {
        let names = Names::new(3);
        let labels: HashSet<_> =
            (0..10_000).map(|number| names.label(&format!("n{number}")).unwrap()).collect();
        assert_eq!(labels.len(), 4, "three, and all others");
        assert_eq!(names.label("n0").as_deref(), Some("n0"), "who came first keeps its own");
        assert_eq!(names.label("n9999").as_deref(), Some(OTHERS));
    }

    #[test]
    fn none_is_named_unless_asked() {
        let names = Names::new(0);
        assert_eq!(names.label("acme"), None);
        names.allow(1);
        assert_eq!(names.label("acme").as_deref(), Some("acme"));
    }
}
