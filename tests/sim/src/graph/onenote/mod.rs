//! OneNote ("Use the OneNote REST API"): notebooks, sections, pages of HTML with images, of a person or of a group.
//!
//! Since April 2025 with a signed-in person only. A page that was just made may not be found yet; a section takes so many
//! pages and then answers 507.

mod content;
mod errors;
mod hierarchy;
mod multipart;
mod names;
mod pages;
mod patch;
mod script;
mod store;

use http::Method;

use super::errors::GraphError;
use super::permissions::{Rule, Workload};
use super::{Request, people, users};
use crate::call::Reply;

pub use script::OneNoteRules;
pub(super) use store::Notes;

const READ: &[&str] = &["Notes.Read", "Notes.Read.All", "Notes.ReadWrite", "Notes.ReadWrite.All"];
const LIST: &[&str] =
    &["Notes.Create", "Notes.Read", "Notes.Read.All", "Notes.ReadWrite", "Notes.ReadWrite.All"];
const CREATE: &[&str] = &["Notes.Create", "Notes.ReadWrite", "Notes.ReadWrite.All"];
const WRITE: &[&str] = &["Notes.ReadWrite", "Notes.ReadWrite.All"];

/// Whose notebooks they are, as paths say it: `users/{id}` or `groups/{id}`.
type Owner = String;

/// The notebooks of a person. Others than their own are not shared with anybody here.
pub(super) fn of_user(request: &Request<'_>, user: &str, rest: &[&str]) -> Result<Reply, GraphError> {
    let owner = format!("users/{user}");
    allowed(request, rest)?;
    if request.bearer.user_id() != Some(user) {
        return Err(errors::no_access());
    }
    handle(request, &owner, rest)
}

/// The notebooks of the team's group, which its members share.
pub(super) fn of_group(request: &Request<'_>, group: &str, rest: &[&str]) -> Result<Reply, GraphError> {
    allowed(request, rest)?;
    request.world.graph.places.team(group)?;
    let user = request.bearer.user_id().and_then(|user| users::named(user).ok());
    if !user.is_some_and(people::is_in_team) {
        return Err(errors::no_access());
    }
    handle(request, &format!("groups/{}", request.world.graph.places.team_id), rest)
}

fn allowed(request: &Request<'_>, rest: &[&str]) -> Result<(), GraphError> {
    let get = request.call.method() == Method::GET;
    let of_pages = rest.contains(&"pages") || rest.contains(&"resources");
    let delegated = match *request.call.method() {
        Method::GET if of_pages => READ,
        Method::POST => CREATE,
        _ if get => LIST,
        _ => WRITE,
    };
    request.bearer.needs(Rule { workload: Workload::OneNote, application: &[], delegated })
}

fn handle(request: &Request<'_>, owner: &Owner, rest: &[&str]) -> Result<Reply, GraphError> {
    match (request.call.method(), rest) {
        (&Method::GET, ["notebooks"]) => hierarchy::notebooks(request, owner),
        (&Method::POST, ["notebooks"]) => hierarchy::make_notebook(request, owner),
        (&Method::GET, ["notebooks", id]) => hierarchy::notebook(request, owner, id),
        (&Method::GET, ["notebooks", id, "sections"]) => hierarchy::sections(request, owner, Some(id)),
        (&Method::POST, ["notebooks", id, "sections"]) => hierarchy::make_section(request, owner, id),
        (&Method::GET, ["sections"]) => hierarchy::sections(request, owner, None),
        (&Method::GET, ["sections", id]) => hierarchy::section(request, owner, id),
        (&Method::GET, ["sections", id, "pages"]) => pages::list(request, owner, Some(id)),
        (&Method::POST, ["sections", id, "pages"]) => pages::create(request, owner, id),
        (&Method::GET, ["pages"]) => pages::list(request, owner, None),
        (&Method::GET, ["pages", id]) => pages::get(request, owner, id),
        (&Method::DELETE, ["pages", id]) => pages::delete(request, owner, id),
        (&Method::GET, ["pages", id, "content"]) => pages::content(request, owner, id),
        (&Method::PATCH, ["pages", id, "content"]) => patch::patch(request, owner, id),
        (&Method::GET, ["resources", id, "content" | "$value"]) => pages::resource(request, owner, id),
        (_, ["notebooks" | "sections" | "pages" | "resources", ..]) => Err(GraphError::method_not_allowed()),
        _ => Err(GraphError::unknown_segment(rest.last().copied().unwrap_or("onenote"))),
    }
}
