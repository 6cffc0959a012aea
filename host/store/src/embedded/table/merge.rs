//! Several ordered lists as one.

use bytes::Bytes;

use crate::StoreError;

type Item = Result<(Bytes, Option<Bytes>), StoreError>;

/// The entries of one layer, in order from both ends; none: the layer says that the key holds nothing.
pub(in crate::embedded) trait Source<'v>: DoubleEndedIterator<Item = Item> + 'v {}

impl<'v, I: DoubleEndedIterator<Item = Item> + 'v> Source<'v> for I {}

/// The living entries of a range. Of entries with one key the first source's counts.
pub(in crate::embedded) struct Entries<'v> {
    sources: Vec<(Option<Item>, Box<dyn Source<'v>>)>,
    backward: bool,
}

impl<'v> Entries<'v> {
    pub(super) fn ascending(sources: Vec<Box<dyn Source<'v>>>) -> Self {
        Self::new(sources, false)
    }

    pub(super) fn descending(sources: Vec<Box<dyn Source<'v>>>) -> Self {
        Self::new(sources, true)
    }

    fn new(sources: Vec<Box<dyn Source<'v>>>, backward: bool) -> Self {
        let mut entries =
            Self { sources: sources.into_iter().map(|source| (None, source)).collect(), backward };
        (0..entries.sources.len()).for_each(|index| entries.pull(index));
        entries
    }

    fn pull(&mut self, index: usize) {
        let (head, rest) = &mut self.sources[index];
        *head = if self.backward { rest.next_back() } else { rest.next() };
    }

    /// The source whose head comes next; an error comes before everything.
    fn first(&self) -> Option<usize> {
        let heads = self.sources.iter().enumerate();
        let heads = heads.filter_map(|(index, (head, _))| Some((index, head.as_ref()?.as_ref().ok())));
        // Of equals `min_by` finds the first.
        let first = heads.min_by(|(_, a), (_, b)| match (a, b) {
            (Some((a, _)), Some((b, _))) if self.backward => b.cmp(a),
            (Some((a, _)), Some((b, _))) => a.cmp(b),
            (a, b) => a.is_some().cmp(&b.is_some()),
        });
        first.map(|(index, _)| index)
    }

    fn advance(&mut self) -> Option<Item> {
        let first = self.first()?;
        let found = self.sources[first].0.take()?;
        self.pull(first);
        if let Ok((key, _)) = &found {
            for index in first + 1..self.sources.len() {
                if matches!(&self.sources[index].0, Some(Ok((hidden, _))) if hidden == key) {
                    self.pull(index);
                }
            }
        }
        Some(found)
    }
}

impl Iterator for Entries<'_> {
    type Item = Result<(Bytes, Bytes), StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.advance()? {
                Ok((key, Some(value))) => return Some(Ok((key, value))),
                Ok((_, None)) => {}
                Err(error) => return Some(Err(error)),
            }
        }
    }
}
