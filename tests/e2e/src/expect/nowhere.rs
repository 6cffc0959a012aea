//! Secrets that must stand nowhere: in no file of the host, no answer, no error, no log, no backup.

use std::{collections::BTreeMap, fs, path::Path};

use reqwest::Method;
use serde_json::Value;

use super::items;
use crate::scene::Scene;

/// A name that nothing has, so that errors are looked at, too.
const NOBODY: &str = "nobody";
/// The most requests that are made of one path.
const MOST: usize = 60;

/// Nothing that the host writes or answers holds any of these texts: `["…"]`, or `{ texts = ["…"], but_in = ["getTape"] }` where
/// it is an operation's purpose to show them to whoever may ask.
pub(super) async fn expect(scene: &Scene, value: &Value) -> Result<(), String> {
    let of = |list: &Value| -> Vec<String> {
        list.as_array().into_iter().flatten().filter_map(|text| text.as_str().map(str::to_owned)).collect()
    };
    let (texts, but_in) =
        if value.is_array() { (of(value), Vec::new()) } else { (of(&value["texts"]), of(&value["but_in"])) };
    if texts.is_empty() {
        return Err("`nowhere` takes texts".into());
    }
    let mut places = Vec::new();
    // The log is one of them.
    files(scene.home.path(), &mut places)?;
    answers(scene, &but_in, &mut places).await?;
    for command in ["keys list", "connections --tenant acme", "hooks list --tenant acme"] {
        let words: Vec<_> = command.split(' ').collect();
        places.push((format!("tieline {command}"), scene.cli(&words)?.to_string().into_bytes()));
    }
    backup(scene, &mut places).await?;
    for (place, content) in &places {
        for text in &texts {
            if content.windows(text.len()).any(|window| window == text.as_bytes()) {
                return Err(format!("a secret stands in {place}"));
            }
        }
    }
    Ok(())
}

type Places = Vec<(String, Vec<u8>)>;

fn files(folder: &Path, into: &mut Places) -> Result<(), String> {
    for entry in fs::read_dir(folder).map_err(|error| error.to_string())? {
        let path = entry.map_err(|error| error.to_string())?.path();
        if path.is_dir() {
            files(&path, into)?;
        } else if let Ok(content) = fs::read(&path) {
            into.push((path.display().to_string(), content));
        }
    }
    Ok(())
}

/// Every answer to a GET that the host's own description of its API names: with the names that there are, and with one that
/// nothing has. A new route is looked at without anybody thinking of it here.
async fn answers(scene: &Scene, but_in: &[String], into: &mut Places) -> Result<(), String> {
    let (_, description) = scene.raw(Method::GET, "/api/openapi.json").await?;
    let document: Value = serde_json::from_slice(&description).unwrap_or_default();
    into.push(("GET /api/openapi.json".into(), description));
    let known = known(scene).await?;
    let mut paths: Vec<String> = ["/healthz", "/readyz", "/metrics"].map(String::from).to_vec();
    for (path, operations) in document["paths"].as_object().into_iter().flatten() {
        let shows = |name: &String| operations["get"]["operationId"] == **name;
        if !operations["get"].is_null() && !but_in.iter().any(shows) {
            paths.extend(filled(path, &known));
        }
    }
    if paths.len() < 20 {
        return Err(format!("the host describes {} paths only", paths.len()));
    }
    for path in paths {
        let (status, content) = scene.raw(Method::GET, &path).await?;
        into.push((format!("GET {path}: {status}"), content));
    }
    Ok(())
}

/// What names in paths may stand for.
async fn known(scene: &Scene) -> Result<BTreeMap<String, Vec<String>>, String> {
    let mut known = BTreeMap::from([("tenant".to_owned(), vec!["acme".to_owned()])]);
    for (name, path, field) in [
        ("connection", "connections", "name"),
        ("installation", "installations", "id"),
        ("digest", "installations", "package"),
        ("subscription", "subscriptions", "key"),
        ("hook", "hooks", "key"),
        ("event", "events", "id"),
        ("id", "events", "id"),
    ] {
        let list = scene.api(&format!("/tenants/acme/{path}")).await?;
        let names = items(&list)?.iter().filter_map(|item| item[field].as_str().map(str::to_owned));
        known.insert(name.to_owned(), names.collect());
    }
    Ok(known)
}

/// A path with each of its names filled in, in all ways.
fn filled(path: &str, known: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    let mut all = vec![String::new()];
    for part in path.split_inclusive('/') {
        let (name, slash) = part.strip_suffix('/').map_or((part, ""), |name| (name, "/"));
        let name = name.strip_prefix('{').and_then(|name| name.strip_suffix('}'));
        let values = match name {
            None => vec![part.to_owned()],
            Some(name) => {
                let values = known.get(name).into_iter().flatten().map(String::as_str);
                values.chain([NOBODY]).map(|value| format!("{value}{slash}")).collect()
            }
        };
        all =
            all.iter().flat_map(|begun| values.iter().map(move |value| format!("{begun}{value}"))).collect();
        all.truncate(MOST);
    }
    all
}

/// What is in a backup, thing by thing. Sealed secrets may be: they stand there as they do in the store.
async fn backup(scene: &Scene, into: &mut Places) -> Result<(), String> {
    let (status, content) = scene.raw(Method::POST, "/api/v1/backup").await?;
    if status != 200 {
        return Err(format!("a backup was answered with {status}"));
    }
    let content = zstd::decode_all(&content[..]).map_err(|error| error.to_string())?;
    into.push(("the backup".into(), content));
    Ok(())
}
