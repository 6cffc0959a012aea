//! Changing pages ("Update page"): each command names an element, and says what to do there.

use std::ops::Range;

use http::StatusCode;
use serde::Deserialize;

use super::store::Page;
use super::{Owner, content, errors, pages};
use crate::call::{self, Reply};
use crate::clock;
use crate::graph::Request;
use crate::graph::errors::GraphError;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Command {
    target: String,
    action: String,
    #[serde(default)]
    position: Option<String>,
    #[serde(default)]
    content: String,
}

pub(super) fn patch(request: &Request<'_>, owner: &Owner, id: &str) -> Result<Reply, GraphError> {
    let (text, parts) = pages::sent(request, "Commands")?;
    let commands: Vec<Command> = serde_json::from_str(&text)
        .map_err(|error| errors::bad_patch(format!("The commands cannot be read: {error}.")))?;
    if commands.is_empty() {
        return Err(errors::bad_patch("There are no commands."));
    }
    let mut kept = request.world.graph.notes.0.lock();
    let mut page = kept.page(owner, id)?.clone();
    let added: String = commands.iter().map(|command| command.content.as_str()).collect();
    pages::counted(&added, page.images)?;
    for command in commands {
        apply(&mut page, command)?;
    }
    page.html = pages::with_resources(request, &mut kept, owner, page.html, parts)?;
    page.images = content::images(&page.html);
    page.modified_ms = clock::now_ms();
    if let Some(there) = kept.pages.iter_mut().find(|there| there.id == id) {
        *there = page;
    }
    Ok(call::empty(StatusCode::NO_CONTENT))
}

fn apply(page: &mut Page, command: Command) -> Result<(), GraphError> {
    let Command { target, action, position, content: new } = command;
    let unknown =
        || errors::bad_patch(format!("The action '{action}' cannot be done to the target '{target}'."));
    if target == "title" {
        if action != "replace" {
            return Err(unknown());
        }
        page.title = content::text(&new);
        return Ok(());
    }
    if !new.trim_start().starts_with('<') {
        return Err(errors::bad_patch_content("The content is not HTML."));
    }
    let before = position.as_deref() == Some("before");
    if target == "body" {
        match (action.as_str(), before) {
            ("append", false) => page.html.push_str(&new),
            ("append", true) | ("prepend", _) => page.html.insert_str(0, &new),
            _ => return Err(unknown()),
        }
        return Ok(());
    }
    let whole = find(page, &target)
        .ok_or_else(|| errors::bad_patch(format!("The target '{target}' was not found on the page.")))?;
    let start =
        content::tags(&page.html[whole.clone()]).next().map_or(whole.end, |tag| whole.start + tag.end);
    let end = page.html[whole.clone()].rfind("</").map_or(whole.end, |at| whole.start + at);
    match (action.as_str(), before) {
        ("replace", _) => page.html.replace_range(whole, &new),
        ("insert", true) => page.html.insert_str(whole.start, &new),
        ("insert", false) => page.html.insert_str(whole.end, &new),
        ("append", false) => page.html.insert_str(end, &new),
        ("append", true) | ("prepend", _) => page.html.insert_str(start, &new),
        _ => return Err(unknown()),
    }
    Ok(())
}

/// The element with this `data-id`, or this id that OneNote gave it.
fn find(page: &Page, target: &str) -> Option<Range<usize>> {
    let start = match target.strip_prefix('#').filter(|rest| !rest.starts_with("p:")) {
        Some(id) => content::tags(&page.html)
            .find(|tag| content::attribute(&page.html[tag.clone()], "data-id") == Some(id)),
        None => {
            let id = target.trim_start_matches('#');
            let named = |(number, _): &(usize, Range<usize>)| pages::generated(page, *number) == id;
            content::tags(&page.html).enumerate().find(named).map(|(_, tag)| tag)
        }
    };
    Some(content::element(&page.html, start?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(target: &str, action: &str, position: Option<&str>) -> Result<String, &'static str> {
        let mut page = Page {
            id: "1-a!1-00000000-0000-0000-0000-000000000000".into(),
            owner: String::new(),
            section: String::new(),
            title: "T".into(),
            created: String::new(),
            modified_ms: 0,
            html: "<p data-id=\"a\">x</p><p>y</p>".into(),
            images: 0,
            hidden: 0,
        };
        let command = Command {
            target: target.into(),
            action: action.into(),
            position: position.map(str::to_owned),
            content: "<b>n</b>".into(),
        };
        apply(&mut page, command).map_err(|error| error.code)?;
        Ok(format!("{} {}", page.title, page.html))
    }

    #[test]
    fn commands_find_their_targets() {
        let is = |html: &str| Ok(format!("T {html}"));
        assert_eq!(after("body", "append", None), is("<p data-id=\"a\">x</p><p>y</p><b>n</b>"));
        assert_eq!(after("body", "prepend", None), is("<b>n</b><p data-id=\"a\">x</p><p>y</p>"));
        assert_eq!(after("#a", "append", None), is("<p data-id=\"a\">x<b>n</b></p><p>y</p>"));
        assert_eq!(after("#a", "insert", Some("after")), is("<p data-id=\"a\">x</p><b>n</b><p>y</p>"));
        assert_eq!(after("#a", "insert", Some("before")), is("<b>n</b><p data-id=\"a\">x</p><p>y</p>"));
        let second = "p:{00000000-0000-0000-0000-000000000000}{1}";
        assert_eq!(after(second, "replace", None), is("<p data-id=\"a\">x</p><b>n</b>"));
        assert_eq!(after("title", "replace", None), Ok("n <p data-id=\"a\">x</p><p>y</p>".into()));
        assert_eq!(after("#b", "append", None), Err("20109"));
        assert_eq!(after("title", "append", None), Err("20109"));
        assert_eq!(after("body", "replace", None), Err("20109"));
    }
}
