//! The pages of a case.

use serde::Deserialize;
use serde_json::{Value, json};
use tieline_sdk::{Failure, Identity, Problem, clock, graph, path};

use super::{place, problems};
use crate::asked::Asked;
use crate::notes::scheme::Names;
use crate::settings::Unknown;

/// A section holds some hundreds of pages; a page of their list twenty and more.
const PAGES: usize = 50;
const DAY: u64 = 24 * 3_600_000;

/// A page, as OneNote lists it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Page {
    pub(crate) id: String,
    pub(crate) title: String,
    created_date_time: Option<String>,
    last_modified_date_time: Option<String>,
    links: Links,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Links {
    one_note_web_url: Link,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
struct Link {
    href: Option<String>,
}

impl Page {
    /// Opens it.
    pub(crate) fn link(&self) -> Option<&str> {
        self.links.one_note_web_url.href.as_deref()
    }
}

/// What the notes of the case are called today.
pub(crate) fn names(asked: &Asked<'_>) -> Result<Names, Failure> {
    let case = &asked.case;
    Names::of(asked.config, &case.number, case.subject(), clock::now() / DAY).map_err(|Unknown(word)| {
        let problem = Problem::new("vault.invalid-config", format!("`{word}` stands for nothing here"));
        Failure::permanent(problem.at("/notes"))
    })
}

/// Where OneNote is.
pub(crate) fn root(asked: &Asked<'_>) -> String {
    place::root(asked.config.notes.kept_by, &asked.config.team_id)
}

/// The pages of a case, the newest first; also those that people wrote in OneNote itself.
pub(crate) fn of_case(asked: &Asked<'_>) -> Result<Vec<Page>, Failure> {
    let (root, names) = (root(asked), names(asked)?);
    let Some(notebook) = place::notebook(&root, &names.notebook)? else { return Ok(vec![]) };
    let mut pages = vec![];
    for section in place::sections(&root, &notebook.id, &names)? {
        pages.extend(of_section(&root, &section.id)?);
    }
    pages.retain(|page: &Page| names.is_page(&page.title, &asked.case.number));
    pages.sort_by(|one, other| other.created_date_time.cmp(&one.created_date_time));
    Ok(pages)
}

/// The pages of a section.
pub(crate) fn of_section(root: &str, section: &str) -> Result<Vec<Page>, Failure> {
    graph::get(format!("{root}/sections/{}/pages", tieline_sdk::encode(section)))
        .select(&["id", "title", "createdDateTime", "lastModifiedDateTime", "links"])
        .identity(Identity::Actor)
        .all(PAGES)
        .map_err(problems::explained)
}

/// The page of the case with this id.
pub(crate) fn named(asked: &Asked<'_>, id: Option<&str>) -> Result<Page, Problem> {
    let id = id.unwrap_or_default();
    of_case(asked)?.into_iter().find(|page| page.id == id).ok_or_else(|| {
        let problem = Problem::new("vault.no-such-note", "the case has no such note");
        problem.remedy("list its notes; one that was just written may need a moment to be there")
    })
}

/// What stands on a page.
pub(crate) fn content(asked: &Asked<'_>, id: &str) -> Result<String, Failure> {
    let at = format!("{}{}", root(asked), path(["pages", id, "content"]));
    let response = graph::get(at).header("Accept", "text/html").identity(Identity::Actor).send()?;
    if !response.is_success() {
        return Err(problems::failure(&response));
    }
    Ok(String::from_utf8_lossy(&response.body).into_owned())
}

/// For programs and for people.
pub(crate) fn json(pages: &[Page]) -> Vec<Value> {
    let one = |page: &Page| {
        json!({
            "page_id": page.id, "title": page.title, "link": page.link(),
            "created": page.created_date_time, "changed": page.last_modified_date_time,
        })
    };
    pages.iter().map(one).collect()
}
