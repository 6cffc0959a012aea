//! What is kept of notebooks.

use parking_lot::Mutex;

use super::script::OneNoteRules;
use super::{Owner, errors};
use crate::graph::errors::GraphError;
use crate::{clock, ids};

#[derive(Debug, Default)]
pub(in crate::graph) struct Notes(pub(super) Mutex<Kept>);

#[derive(Debug, Default)]
pub(super) struct Kept {
    pub(super) notebooks: Vec<Notebook>,
    pub(super) sections: Vec<Section>,
    pub(super) pages: Vec<Page>,
    pub(super) resources: Vec<Resource>,
    pub(super) rules: OneNoteRules,
}

#[derive(Clone, Debug)]
pub(super) struct Notebook {
    pub(super) id: String,
    pub(super) owner: Owner,
    pub(super) name: String,
    pub(super) created_ms: u64,
    pub(super) by: String,
}

#[derive(Clone, Debug)]
pub(super) struct Section {
    pub(super) id: String,
    pub(super) owner: Owner,
    pub(super) notebook: String,
    pub(super) name: String,
    pub(super) created_ms: u64,
    pub(super) by: String,
}

#[derive(Clone, Debug)]
pub(super) struct Page {
    pub(super) id: String,
    pub(super) owner: Owner,
    pub(super) section: String,
    pub(super) title: String,
    /// As the page says it, or as it was made.
    pub(super) created: String,
    pub(super) modified_ms: u64,
    /// What is inside the body.
    pub(super) html: String,
    pub(super) images: usize,
    /// So many looks at it find nothing yet.
    pub(super) hidden: u32,
}

/// An image or attachment of a page.
#[derive(Clone, Debug)]
pub(super) struct Resource {
    pub(super) id: String,
    pub(super) owner: Owner,
    pub(super) kind: String,
    pub(super) bytes: bytes::Bytes,
}

impl Kept {
    pub(super) fn notebook(&self, owner: &Owner, id: &str) -> Result<&Notebook, GraphError> {
        well_formed(id)?;
        let found = self.notebooks.iter().find(|one| one.owner == *owner && one.id == id);
        found.ok_or_else(errors::no_resource)
    }

    pub(super) fn section(&self, owner: &Owner, id: &str) -> Result<&Section, GraphError> {
        well_formed(id)?;
        let found = self.sections.iter().find(|one| one.owner == *owner && one.id == id);
        found.ok_or_else(errors::no_resource)
    }

    /// A page that can be seen by now. Each look brings it nearer.
    pub(super) fn page(&mut self, owner: &Owner, id: &str) -> Result<&mut Page, GraphError> {
        well_formed(id)?;
        let found = self.pages.iter_mut().find(|one| one.owner == *owner && one.id == id);
        let page = found.ok_or_else(errors::no_resource)?;
        match page.hidden.checked_sub(1) {
            Some(left) => {
                page.hidden = left;
                Err(errors::no_resource())
            }
            None => Ok(page),
        }
    }

    pub(super) fn pages_in(&self, section: &str) -> usize {
        self.pages.iter().filter(|page| page.section == section).count()
    }
}

/// An id of a notebook or section.
pub(super) fn new_id() -> String {
    format!("1-{}", ids::fresh_guid())
}

/// An id of a page, which needs encoding in a path.
pub(super) fn new_page_id() -> String {
    format!("1-{}!{}-{}", ids::hex_of(&ids::fresh_guid()), clock::now_ms() % 1000, ids::fresh_guid())
}

fn well_formed(id: &str) -> Result<(), GraphError> {
    let numbered =
        id.split_once('-').is_some_and(|(number, rest)| number.parse::<u8>().is_ok() && rest.len() > 8);
    if numbered { Ok(()) } else { Err(errors::bad_id(id)) }
}
