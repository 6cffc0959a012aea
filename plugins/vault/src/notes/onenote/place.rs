//! Notebook and sections: found by name, and made where they are missing.

use serde::Deserialize;
use serde_json::json;
use tieline_sdk::{Failure, Identity, Problem, graph};

use super::problems;
use crate::notes::scheme::Names;
use crate::settings::KeptBy;

/// Pages of a list of notebooks or sections.
const PAGES: usize = 20;

/// A notebook or a section.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Place {
    pub(crate) id: String,
    pub(crate) display_name: String,
}

/// A section of a case, and which it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Section {
    pub(crate) id: String,
    pub(crate) nth: usize,
}

/// Where OneNote is, of a team or of the person.
pub(crate) fn root(kept_by: KeptBy, team: &str) -> String {
    match kept_by {
        KeptBy::Team => tieline_sdk::path(["groups", team, "onenote"]),
        KeptBy::Person => "/me/onenote".to_owned(),
    }
}

/// The notebook with this name, if it is there.
pub(crate) fn notebook(root: &str, name: &str) -> Result<Option<Place>, Failure> {
    let all = listed(&format!("{root}/notebooks"))?;
    Ok(all.into_iter().find(|place| place.display_name.eq_ignore_ascii_case(name)))
}

/// The same, made if it is not.
pub(crate) fn notebook_made(root: &str, name: &str) -> Result<Place, Failure> {
    if let Some(notebook) = notebook(root, name)? {
        return Ok(notebook);
    }
    match made(&format!("{root}/notebooks"), name)? {
        Some(notebook) => Ok(notebook),
        // Somebody else made it just now.
        None => notebook(root, name)?.ok_or_else(|| unseen(name)),
    }
}

/// The sections of a case, in their order.
pub(crate) fn sections(root: &str, notebook: &str, names: &Names) -> Result<Vec<Section>, Failure> {
    let all = listed(&format!("{root}/notebooks/{}/sections", tieline_sdk::encode(notebook)))?;
    let which = |place: Place| Some(Section { nth: names.which(&place.display_name)?, id: place.id });
    let mut sections: Vec<_> = all.into_iter().filter_map(which).collect();
    sections.sort_by_key(|section| section.nth);
    Ok(sections)
}

/// The n-th section, made.
pub(crate) fn section_made(
    root: &str,
    notebook: &str,
    names: &Names,
    nth: usize,
) -> Result<Section, Failure> {
    let name = names.nth_section(nth);
    match made(&format!("{root}/notebooks/{}/sections", tieline_sdk::encode(notebook)), &name)? {
        Some(place) => Ok(Section { id: place.id, nth }),
        None => {
            let found = sections(root, notebook, names)?.into_iter().find(|section| section.nth == nth);
            found.ok_or_else(|| unseen(&name))
        }
    }
}

fn listed(path: &str) -> Result<Vec<Place>, Failure> {
    let asked = graph::get(path).select(&["id", "displayName"]).identity(Identity::Actor);
    asked.all(PAGES).map_err(problems::explained)
}

/// What was made; none if the name is taken.
fn made(path: &str, name: &str) -> Result<Option<Place>, Failure> {
    let request = graph::post(path).identity(Identity::Actor).json(&json!({ "displayName": name }))?;
    let response = request.effect_key(format!("{path}/{name}")).send()?;
    match response.status {
        200..=299 => response.json().map(Some),
        _ if problems::says_taken(&response) => Ok(None),
        _ => Err(problems::failure(&response)),
    }
}

fn unseen(name: &str) -> Failure {
    let message = format!("OneNote says that {name} is there, and does not show it yet");
    Failure::retry(Problem::new("vault.onenote-unseen", message).remedy("try again in a moment"))
}
