//! Pages ("Create page", "List pages", "Get page").

use bytes::Bytes;
use http::{HeaderValue, StatusCode};
use serde_json::{Value, json};

use super::content::{self, Sent};
use super::multipart::{self, MOST_BYTES, Part};
use super::store::{Kept, Page, Resource, new_id, new_page_id};
use super::{Owner, errors};
use crate::call::{self, Reply};
use crate::clock;
use crate::graph::errors::GraphError;
use crate::graph::paging;
use crate::graph::places::with_context;
use crate::graph::{Request, json as answer, users};

/// The most images of a request, and of a page.
const MOST_IMAGES: (usize, usize) = (30, 150);

pub(super) fn create(request: &Request<'_>, owner: &Owner, section: &str) -> Result<Reply, GraphError> {
    let (text, parts) = sent(request, "Presentation")?;
    let Sent { title, created, html } = content::read(&text);
    let mut kept = request.world.graph.notes.0.lock();
    kept.section(owner, section)?;
    if kept.pages_in(section) >= kept.rules.pages_per_section {
        return Err(errors::full());
    }
    let images = counted(&html, 0)?;
    let html = with_resources(request, &mut kept, owner, html, parts)?;
    let now = clock::now_ms();
    let page = Page {
        id: new_page_id(),
        owner: owner.clone(),
        section: section.to_owned(),
        title,
        created: created.unwrap_or_else(|| clock::graph_resource(now)),
        modified_ms: now,
        html,
        images,
        hidden: kept.rules.hidden_for,
    };
    let body = shown(request, &kept, &page);
    let mut reply = answer(StatusCode::CREATED, &body);
    if let Ok(own) = HeaderValue::try_from(body["self"].as_str().unwrap_or_default()) {
        reply.headers_mut().insert("location", own);
    }
    kept.pages.push(page);
    Ok(reply)
}

/// The text of a request and its parts of data, within the limits.
pub(super) fn sent(request: &Request<'_>, main: &str) -> Result<(String, Vec<Part>), GraphError> {
    let body = request.call.body;
    if body.len() > MOST_BYTES {
        return Err(errors::too_large());
    }
    let kind = request.call.header("content-type").unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match (essence.as_str(), main) {
        ("multipart/form-data", _) => multipart::read(kind, body, main),
        ("text/html" | "application/xhtml+xml", "Presentation") | ("application/json", "Commands") => {
            let text = std::str::from_utf8(body).map_err(|_| errors::malformed("The body is not UTF-8."))?;
            Ok((text.to_owned(), Vec::new()))
        }
        _ => Err(GraphError::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "20103",
            format!("The content type '{essence}' is not supported."),
        )),
    }
}

/// Counts the images that come, beside those that are there.
pub(super) fn counted(html: &str, there: usize) -> Result<usize, GraphError> {
    let images = content::images(html);
    if images > MOST_IMAGES.0 || there + images > MOST_IMAGES.1 {
        return Err(errors::malformed(format!(
            "A request may have {} images, and a page {}.",
            MOST_IMAGES.0, MOST_IMAGES.1
        )));
    }
    Ok(there + images)
}

/// Keeps the parts of a request and lets the page name them by address.
pub(super) fn with_resources(
    request: &Request<'_>,
    kept: &mut Kept,
    owner: &Owner,
    mut html: String,
    parts: Vec<Part>,
) -> Result<String, GraphError> {
    for part in parts {
        let name = format!("name:{}", part.name);
        if !html.contains(&format!("\"{name}\"")) && !html.contains(&format!("'{name}'")) {
            return Err(errors::malformed(format!("Nothing on the page names the part '{}'.", part.name)));
        }
        let id = new_id();
        let url = format!("{}/{owner}/onenote/resources/{id}/$value", request.root());
        html = html.replace(&name, &url);
        kept.resources.push(Resource { id, owner: owner.clone(), kind: part.kind, bytes: part.bytes });
    }
    match html.contains("\"name:") || html.contains("'name:") {
        true => Err(errors::malformed("The page names a part that the request does not have.")),
        false => Ok(html),
    }
}

pub(super) fn list(request: &Request<'_>, owner: &Owner, of: Option<&str>) -> Result<Reply, GraphError> {
    let page = paging::Page::of(request, 20, 100)?;
    let title = match request.call.parameter("$filter") {
        None => None,
        Some(filter) => match users::equality(&filter) {
            Some((field, value)) if field.eq_ignore_ascii_case("title") => Some(value),
            _ => return Err(GraphError::bad_request(format!("The filter '{filter}' is not simulated."))),
        },
    };
    let kept = request.world.graph.notes.0.lock();
    if let Some(section) = of {
        kept.section(owner, section)?;
    }
    let skip = usize::try_from(page.after.unwrap_or(0)).unwrap_or(usize::MAX);
    let mut found: Vec<&Page> = kept
        .pages
        .iter()
        .filter(|one| one.owner == *owner && one.hidden == 0)
        .filter(|one| of.is_none_or(|section| one.section == section))
        .filter(|one| title.as_ref().is_none_or(|title| *title == one.title))
        .collect();
    // The last changed first.
    found.sort_by_key(|one| std::cmp::Reverse(one.modified_ms));
    let value: Vec<Value> =
        found.iter().skip(skip).take(page.size).map(|one| shown(request, &kept, one)).collect();
    let more = skip + value.len() < found.len();
    let mut body = json!({ "value": value });
    if more {
        body["@odata.nextLink"] = paging::next_link(request, (skip + page.size) as u64).into();
    }
    Ok(with_context(request, &format!("{owner}/onenote/pages"), body))
}

pub(super) fn get(request: &Request<'_>, owner: &Owner, id: &str) -> Result<Reply, GraphError> {
    let mut kept = request.world.graph.notes.0.lock();
    let page = kept.page(owner, id)?.clone();
    let body = shown(request, &kept, &page);
    Ok(with_context(request, &format!("{owner}/onenote/pages/$entity"), body))
}

pub(super) fn delete(request: &Request<'_>, owner: &Owner, id: &str) -> Result<Reply, GraphError> {
    let mut kept = request.world.graph.notes.0.lock();
    kept.page(owner, id)?;
    kept.pages.retain(|page| page.id != id);
    Ok(call::empty(StatusCode::NO_CONTENT))
}

pub(super) fn content(request: &Request<'_>, owner: &Owner, id: &str) -> Result<Reply, GraphError> {
    let mut kept = request.world.graph.notes.0.lock();
    let page = kept.page(owner, id)?;
    let with_ids = request.call.parameter("includeIDs").is_some_and(|text| text.eq_ignore_ascii_case("true"));
    let html = if with_ids { numbered(page) } else { page.html.clone() };
    let whole = format!(
        "<html lang=\"en-US\">\r\n<head>\r\n<title>{}</title>\r\n<meta http-equiv=\"Content-Type\" \
         content=\"text/html; charset=utf-8\" />\r\n<meta name=\"created\" content=\"{}\" />\r\n</head>\r\n\
         <body data-absolute-enabled=\"true\" style=\"font-family:Calibri;font-size:11pt\">\r\n\
         <div data-id=\"_default\" style=\"position:absolute;left:48px;top:120px;width:624px\">\r\n{html}\r\n\
         </div>\r\n</body>\r\n</html>",
        content::escaped(&page.title),
        page.created,
    );
    Ok(call::raw(StatusCode::OK, HeaderValue::from_static("text/html"), Bytes::from(whole)))
}

/// The page with the ids that changes can name, by the place of each element.
fn numbered(page: &Page) -> String {
    let (mut out, mut last) = (String::new(), 0);
    for (number, range) in content::tags(&page.html).enumerate() {
        let name_end = range.start + 1 + content::name_of(&page.html[range]).len();
        out.push_str(&page.html[last..name_end]);
        out.push_str(&format!(" id=\"{}\"", generated(page, number)));
        last = name_end;
    }
    out.push_str(&page.html[last..]);
    out
}

/// The id of an element that OneNote gives.
pub(super) fn generated(page: &Page, number: usize) -> String {
    let guid = page.id.get(page.id.len().saturating_sub(36)..).unwrap_or_default();
    format!("p:{{{guid}}}{{{number}}}")
}

pub(super) fn resource(request: &Request<'_>, owner: &Owner, id: &str) -> Result<Reply, GraphError> {
    let kept = request.world.graph.notes.0.lock();
    let found = kept.resources.iter().find(|one| one.owner == *owner && one.id == id);
    let found = found.ok_or_else(errors::no_resource)?;
    let kind = HeaderValue::try_from(found.kind.as_str());
    let kind = kind.unwrap_or(HeaderValue::from_static("application/octet-stream"));
    Ok(call::raw(StatusCode::OK, kind, found.bytes.clone()))
}

fn shown(request: &Request<'_>, kept: &Kept, page: &Page) -> Value {
    let own = format!("{}/{}/onenote/pages/{}", request.root(), page.owner, page.id);
    let section = kept.sections.iter().find(|one| one.id == page.section);
    let web = format!("https://lakesidesystems.sharepoint.example/{}/pages/{}", page.owner, page.id);
    json!({
        "id": page.id,
        "self": own,
        "title": page.title,
        "createdDateTime": page.created,
        "lastModifiedDateTime": clock::graph_resource(page.modified_ms),
        "createdByAppId": request.bearer.app_id,
        "contentUrl": format!("{own}/content"),
        "level": 0,
        "order": 0,
        "userTags": [],
        "links": {
            "oneNoteClientUrl": {"href": format!("onenote:{web}")},
            "oneNoteWebUrl": {"href": web},
        },
        "parentSection": section.map(|one| json!({"id": one.id, "displayName": one.name})),
    })
}
