//! What a test may do to OneNote.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::world::World;

/// What OneNote does otherwise than at once and for ever.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OneNoteRules {
    /// A section takes so many pages; one more is answered by 507.
    pub pages_per_section: usize,
    /// So many looks at a new page find nothing.
    pub hidden_for: u32,
}

impl Default for OneNoteRules {
    fn default() -> Self {
        Self { pages_per_section: usize::MAX, hidden_for: 0 }
    }
}

impl World {
    /// Sets how OneNote behaves.
    pub fn set_onenote_rules(&self, rules: OneNoteRules) {
        self.graph.notes.0.lock().rules = rules;
    }

    /// Every page of everybody, with where it is and what is on it, oldest first.
    pub fn onenote_pages(&self) -> Vec<Value> {
        let kept = self.graph.notes.0.lock();
        let shown = |page: &super::store::Page| {
            let section = kept.sections.iter().find(|one| one.id == page.section);
            let notebook = section.and_then(|one| kept.notebooks.iter().find(|book| book.id == one.notebook));
            json!({
                "id": page.id, "title": page.title, "html": page.html, "owner": page.owner,
                "section": section.map(|one| &one.name), "notebook": notebook.map(|one| &one.name),
            })
        };
        kept.pages.iter().map(shown).collect()
    }
}
