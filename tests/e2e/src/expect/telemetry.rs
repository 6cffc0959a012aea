//! What operators see: traces at a collector, and counts.

use serde_json::Value;

use super::items;
use crate::{json::matches, scene::Scene};

/// Spans at the collector: { chain = [{ name, attributes = {…} }, …], links = ["run", "hook"], count = { hook = 1 },
/// lacks = […] }. In a `chain` each is a child of the one before; `links` says that one of this name links to one of that
/// name, in another trace; none holds any text of `lacks`.
pub(super) async fn traces(scene: &Scene, wanted: &Value) -> Result<(), String> {
    let said = scene.control("GET", "/otlp/spans", &Value::Null).await?;
    let spans = items(&said)?;
    let shown = || format!("among {said}");
    if let Some(chain) = wanted["chain"].as_array() {
        let roots = spans.iter().filter(|span| span["parent"] == "");
        if !roots.into_iter().any(|root| follows(spans, root, chain)) {
            return Err(format!("no chain {wanted}\n  {}", shown()));
        }
    }
    if let Some([from, to]) = wanted["links"].as_array().map(Vec::as_slice) {
        let leads = |span: &&Value| {
            let links = span["links"].as_array().into_iter().flatten();
            let mut others = links.filter(|link| link["trace"] != span["trace"]);
            others.any(|link| spans.iter().any(|other| other["name"] == *to && other["span"] == link["span"]))
        };
        if !spans.iter().filter(|span| span["name"] == *from).any(|span| leads(&span)) {
            return Err(format!("no {from} links to a {to}\n  {}", shown()));
        }
    }
    for (name, count) in wanted["count"].as_object().into_iter().flatten() {
        let found = spans.iter().filter(|span| span["name"] == name.as_str()).count();
        if count.as_u64() != Some(found as u64) {
            return Err(format!("{found} spans `{name}`\n  {}", shown()));
        }
    }
    let text = said.to_string();
    let forbidden = wanted["lacks"].as_array().into_iter().flatten().filter_map(Value::as_str);
    match forbidden.into_iter().find(|word| text.contains(word)) {
        Some(_) => Err("a span tells what it should not".into()),
        None => Ok(()),
    }
}

/// Whether a span is the first of a chain, and a child of it the next.
fn follows(spans: &[Value], span: &Value, chain: &[Value]) -> bool {
    let Some((first, rest)) = chain.split_first() else { return true };
    let child = |other: &&Value| other["parent"] == span["span"] && other["trace"] == span["trace"];
    matches(span, first)
        && (rest.is_empty() || spans.iter().filter(child).any(|child| follows(spans, child, rest)))
}

/// What is counted: { has = ["tieline_runs_total{connector=\"x\"", …], lacks = […] }; what `has` names has happened at
/// least once.
pub(super) async fn metrics(scene: &Scene, wanted: &Value) -> Result<(), String> {
    let url = format!("{}/metrics", scene.host.as_ref().ok_or("no host runs")?.url);
    let answer = scene.client.get(url).bearer_auth(scene.token()).send().await;
    let answer = answer.and_then(reqwest::Response::error_for_status).map_err(|error| error.to_string())?;
    let text = answer.text().await.map_err(|error| error.to_string())?;
    let counted = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).is_some_and(|count| count > 0.0)
    };
    let words =
        |list: &str| wanted[list].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let (has, lacks): (Vec<&str>, Vec<&str>) = (words("has"), words("lacks"));
    if let Some(missing) = has.iter().find(|name| !counted(name)) {
        return Err(format!("{missing} is not counted:\n{text}"));
    }
    match lacks.iter().find(|word| text.contains(**word)) {
        Some(word) => Err(format!("{word} is shown")),
        None => Ok(()),
    }
}
