//! `add-note` and `append-note`: as the person who asks, and once: what is written carries a mark that follows from the asking,
//! and is looked for before it is written again.

use serde_json::{Value, json};
use tieline_sdk::{CallError, Failure, Identity, Problem, Response, clock, graph, path, time};

use super::html::{self, Page};
use super::images::{Image, taken};
use super::multipart::{Body, First, body};
use super::onenote::pages::{self, Page as Listed};
use super::onenote::{place, problems};
use super::{scheme, standard};
use crate::asked::{Asked, Input};
use crate::settings::Unknown;
use crate::words::code;

/// So many full sections of a case, and something is wrong.
const SECTIONS: usize = 50;
const DAY: u64 = 24 * 3_600_000;

/// `add-note`: a page of its own.
pub(crate) fn add(asked: &Asked<'_>, input: &Input, key: &str) -> Result<Value, Problem> {
    on(asked)?;
    let images = taken(&input.images, 0)?;
    let text = said(input, &images)?;
    let note = input.title.as_deref().map(str::trim).filter(|title| !title.is_empty()).unwrap_or("Note");
    let (now, case) = (clock::now(), &asked.case);
    let title = scheme::page(asked.config, &case.number, case.subject(), note, now / DAY);
    let title = title.map_err(|Unknown(word)| {
        Problem::new("vault.invalid-config", format!("`{word}` stands for nothing here")).at("/notes/page")
    })?;
    let mark = mark(asked, key);
    let shows: Vec<_> = images.iter().map(|image| image.shows.as_str()).collect();
    let (created, link, name) = (time::iso(now), asked.link(), asked.title());
    let page = html::page(&Page {
        title: &title,
        created: &created,
        author: &asked.person.name,
        text,
        images: &shows,
        mark: &mark,
        case_link: &link,
        case: &name,
    });
    let page = body(First { name: "Presentation", content_type: "text/html", text: &page }, &images);
    let written = write(asked, &title, &mark, &page)?;
    Ok(json!({ "page_id": written.id, "title": title, "link": written.link() }))
}

/// Writes the page into the last section of the case, or, where that is full, into the next.
fn write(asked: &Asked<'_>, title: &str, mark: &str, page: &Body) -> Result<Listed, Problem> {
    let (root, names) = (pages::root(asked), pages::names(asked)?);
    let notebook = place::notebook_made(&root, &names.notebook)?;
    let sections = place::sections(&root, &notebook.id, &names)?;
    let mut section = match sections.last() {
        Some(last) => match written(asked, &root, &last.id, title, mark)? {
            Some(before) => return Ok(before),
            None => last.clone(),
        },
        None => place::section_made(&root, &notebook.id, &names, 1)?,
    };
    for _ in 0..SECTIONS {
        match posted(&root, &section.id, mark, page) {
            Ok(response) if response.is_success() => return Ok(response.json()?),
            Ok(response) if response.status == 507 => {
                section = place::section_made(&root, &notebook.id, &names, section.nth + 1)?;
            }
            Ok(response) if !matches!(response.status, 408 | 500 | 502 | 504) => {
                return Err(problems::failure(&response).into());
            }
            Err(error) if !matches!(error, CallError::InDoubt(_)) => return Err(Failure::from(error).into()),
            // It may stand there all the same.
            _ => {
                let before = written(asked, &root, &section.id, title, mark)?;
                return before.ok_or_else(in_doubt);
            }
        }
    }
    Err(Problem::new("vault.section-full", format!("{SECTIONS} sections of this case are full")))
}

fn posted(root: &str, section: &str, mark: &str, page: &Body) -> Result<Response, CallError> {
    graph::post(format!("{root}/sections/{}/pages", tieline_sdk::encode(section)))
        .identity(Identity::Actor)
        .body(&page.content_type, page.bytes.clone())
        .effect_key(format!("{section}/{mark}"))
        .send()
}

/// The page with this mark, if an earlier asking wrote it.
fn written(
    asked: &Asked<'_>,
    root: &str,
    section: &str,
    title: &str,
    mark: &str,
) -> Result<Option<Listed>, Failure> {
    for page in pages::of_section(root, section)?.into_iter().filter(|page| page.title == title) {
        if html::is_marked(&pages::content(asked, &page.id)?, mark) {
            return Ok(Some(page));
        }
    }
    Ok(None)
}

/// `append-note`: at the end of a page.
pub(crate) fn append(asked: &Asked<'_>, input: &Input, key: &str) -> Result<Value, Problem> {
    on(asked)?;
    let page = pages::named(asked, input.page_id.as_deref())?;
    let content = pages::content(asked, &page.id)?;
    let mark = mark(asked, key);
    let done = json!({ "page_id": page.id, "title": page.title, "link": page.link() });
    if html::is_marked(&content, &mark) {
        return Ok(done);
    }
    let images = taken(&input.images, content.matches("<img").count())?;
    let text = said(input, &images)?;
    let shows: Vec<_> = images.iter().map(|image| image.shows.as_str()).collect();
    let when = time::iso(clock::now());
    let block = html::block(&asked.person.name, Some(&when), text, &shows, &mark);
    let commands = json!([{ "target": "body", "action": "append", "content": block }]).to_string();
    let Body { content_type, bytes } =
        body(First { name: "Commands", content_type: "application/json", text: &commands }, &images);
    let at = format!("{}{}", pages::root(asked), path(["pages", &page.id, "content"]));
    let request = graph::patch(at).identity(Identity::Actor).body(&content_type, bytes);
    match request.effect_key(format!("{}/{mark}", page.id)).send() {
        Ok(response) if response.is_success() => Ok(done),
        Ok(response) if !matches!(response.status, 408 | 500 | 502 | 504) => {
            Err(problems::failure(&response).into())
        }
        Err(error) if !matches!(error, CallError::InDoubt(_)) => Err(Failure::from(error).into()),
        _ if html::is_marked(&pages::content(asked, &page.id)?, &mark) => Ok(done),
        _ => Err(in_doubt()),
    }
}

/// Notes are written where they are kept.
fn on(asked: &Asked<'_>) -> Result<(), Problem> {
    if asked.mode.onenote() { Ok(()) } else { Err(standard::refusal(asked.mode)) }
}

fn said<'a>(input: &'a Input, images: &[Image]) -> Result<&'a str, Problem> {
    let text = input.text.as_deref().unwrap_or_default();
    if text.trim().is_empty() && images.is_empty() {
        return Err(Problem::new("vault.invalid-input", "the note is empty").remedy("give text or images"));
    }
    Ok(text)
}

/// What is written by one asking is known by this: the same key is the same asking.
fn mark(asked: &Asked<'_>, key: &str) -> String {
    format!("tieline-{}", code(&[asked.config.vault_dns(), &asked.case.id, &asked.actor.object_id, key]))
}

fn in_doubt() -> Problem {
    Problem::new(
        "vault.note-in-doubt",
        "OneNote did not say whether it wrote the note, and does not show it yet",
    )
    .remedy("ask again with the same idempotency key in a moment: it is written once")
}
