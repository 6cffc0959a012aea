//! Notebooks and sections.

use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::store::{Kept, Notebook, Section, new_id};
use super::{Owner, errors, names};
use crate::call::Reply;
use crate::graph::errors::GraphError;
use crate::graph::places::with_context;
use crate::graph::{Request, json as answer, users};
use crate::{clock, percent};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    #[serde(default)]
    display_name: String,
}

fn asked(request: &Request<'_>) -> Result<String, GraphError> {
    let asked: Asked = serde_json::from_slice(request.call.body)
        .map_err(|error| errors::malformed(format!("The body cannot be read: {error}.")))?;
    Ok(asked.display_name)
}

/// Whom it is made by: OneNote takes nobody else.
fn author(request: &Request<'_>) -> String {
    request.bearer.user_id().unwrap_or_default().to_owned()
}

fn by(user: &str) -> Value {
    let name = users::named(user).map(crate::seed::SeedUser::name).unwrap_or_default();
    json!({"user": {"id": user, "displayName": name}})
}

fn listed(request: &Request<'_>, of: &str, value: Vec<Value>) -> Reply {
    with_context(request, of, json!({"value": value}))
}

/// The name in `$filter=displayName eq '…'`, the only filter that is understood here.
fn wanted(request: &Request<'_>) -> Result<Option<String>, GraphError> {
    let Some(filter) = request.call.parameter("$filter") else { return Ok(None) };
    match users::equality(&filter) {
        Some((field, value)) if field.eq_ignore_ascii_case("displayName") => Ok(Some(value)),
        _ => Err(GraphError::bad_request(format!("The filter '{filter}' is not simulated."))),
    }
}

pub(super) fn notebooks(request: &Request<'_>, owner: &Owner) -> Result<Reply, GraphError> {
    let (wanted, kept) = (wanted(request)?, request.world.graph.notes.0.lock());
    let mine = kept.notebooks.iter().filter(|one| one.owner == *owner);
    let mine = mine.filter(|one| wanted.as_ref().is_none_or(|name| name.eq_ignore_ascii_case(&one.name)));
    let value = mine.map(|one| shown(request, one)).collect();
    Ok(listed(request, &format!("{owner}/onenote/notebooks"), value))
}

pub(super) fn notebook(request: &Request<'_>, owner: &Owner, id: &str) -> Result<Reply, GraphError> {
    let kept = request.world.graph.notes.0.lock();
    let body = shown(request, kept.notebook(owner, id)?);
    Ok(with_context(request, &format!("{owner}/onenote/notebooks/$entity"), body))
}

pub(super) fn make_notebook(request: &Request<'_>, owner: &Owner) -> Result<Reply, GraphError> {
    let name = asked(request)?;
    names::notebook(&name)?;
    let mut kept = request.world.graph.notes.0.lock();
    if kept.notebooks.iter().any(|one| one.owner == *owner && one.name.eq_ignore_ascii_case(&name)) {
        return Err(errors::name_exists());
    }
    let new = Notebook {
        id: new_id(),
        owner: owner.clone(),
        name,
        created_ms: clock::now_ms(),
        by: author(request),
    };
    let body = shown(request, &new);
    kept.notebooks.push(new);
    Ok(answer(StatusCode::CREATED, &body))
}

pub(super) fn sections(request: &Request<'_>, owner: &Owner, of: Option<&str>) -> Result<Reply, GraphError> {
    let (wanted, kept) = (wanted(request)?, request.world.graph.notes.0.lock());
    if let Some(notebook) = of {
        kept.notebook(owner, notebook)?;
    }
    let mine = kept.sections.iter().filter(|one| one.owner == *owner);
    let mine = mine.filter(|one| of.is_none_or(|notebook| one.notebook == notebook));
    let mine = mine.filter(|one| wanted.as_ref().is_none_or(|name| name.eq_ignore_ascii_case(&one.name)));
    let value = mine.map(|one| section_shown(request, &kept, one)).collect();
    Ok(listed(request, &format!("{owner}/onenote/sections"), value))
}

pub(super) fn section(request: &Request<'_>, owner: &Owner, id: &str) -> Result<Reply, GraphError> {
    let kept = request.world.graph.notes.0.lock();
    let body = section_shown(request, &kept, kept.section(owner, id)?);
    Ok(with_context(request, &format!("{owner}/onenote/sections/$entity"), body))
}

pub(super) fn make_section(
    request: &Request<'_>,
    owner: &Owner,
    notebook: &str,
) -> Result<Reply, GraphError> {
    let name = asked(request)?;
    names::section(&name)?;
    let mut kept = request.world.graph.notes.0.lock();
    kept.notebook(owner, notebook)?;
    if kept.sections.iter().any(|one| one.notebook == notebook && one.name.eq_ignore_ascii_case(&name)) {
        return Err(errors::name_exists());
    }
    let new = Section {
        id: new_id(),
        owner: owner.clone(),
        notebook: notebook.to_owned(),
        name,
        created_ms: clock::now_ms(),
        by: author(request),
    };
    let body = section_shown(request, &kept, &new);
    kept.sections.push(new);
    Ok(answer(StatusCode::CREATED, &body))
}

fn shown(request: &Request<'_>, notebook: &Notebook) -> Value {
    let own = format!("{}/{}/onenote/notebooks/{}", request.root(), notebook.owner, notebook.id);
    let place = format!(
        "https://lakesidesystems.sharepoint.example/{}/Notebooks/{}",
        notebook.owner,
        percent::encode(&notebook.name)
    );
    json!({
        "id": notebook.id,
        "self": own,
        "createdDateTime": clock::graph_resource(notebook.created_ms),
        "lastModifiedDateTime": clock::graph_resource(notebook.created_ms),
        "displayName": notebook.name,
        "createdBy": by(&notebook.by),
        "lastModifiedBy": by(&notebook.by),
        "isDefault": false,
        "userRole": "Owner",
        "isShared": notebook.owner.starts_with("groups/"),
        "sectionsUrl": format!("{own}/sections"),
        "sectionGroupsUrl": format!("{own}/sectionGroups"),
        "links": {
            "oneNoteClientUrl": {"href": format!("onenote:{place}")},
            "oneNoteWebUrl": {"href": place},
        },
    })
}

fn section_shown(request: &Request<'_>, kept: &Kept, section: &Section) -> Value {
    let own = format!("{}/{}/onenote/sections/{}", request.root(), section.owner, section.id);
    let notebook = kept.notebooks.iter().find(|one| one.id == section.notebook);
    let web = format!("https://lakesidesystems.sharepoint.example/{}/sections/{}", section.owner, section.id);
    json!({
        "id": section.id,
        "self": own,
        "createdDateTime": clock::graph_resource(section.created_ms),
        "lastModifiedDateTime": clock::graph_resource(section.created_ms),
        "displayName": section.name,
        "createdBy": by(&section.by),
        "lastModifiedBy": by(&section.by),
        "isDefault": false,
        "pagesUrl": format!("{own}/pages"),
        "links": {
            "oneNoteClientUrl": {"href": format!("onenote:{web}")},
            "oneNoteWebUrl": {"href": web},
        },
        "parentNotebook": notebook.map(|one| json!({"id": one.id, "displayName": one.name})),
        "parentSectionGroup": null,
    })
}
