//! `suggest-participants`: who knows the record, or is called so; with licence, photo and presence.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use tieline_sdk::{Failure, Problem, graph};

use super::{licence, photo};
use crate::asked::{Asked, Input};
use crate::connect::link;
use crate::dataverse::record::Owner;

/// More would not be looked at.
const MOST: usize = 20;
const SELECT: [&str; 5] = ["id", "displayName", "mail", "jobTitle", "accountEnabled"];

/// Somebody and why they are suggested.
struct Candidate {
    id: String,
    why: &'static str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct User {
    id: String,
    #[serde(default)]
    display_name: Option<String>,
    #[serde(default)]
    mail: Option<String>,
    #[serde(default)]
    job_title: Option<String>,
    #[serde(default)]
    account_enabled: Option<bool>,
}

/// Suggests people. Those without a Teams licence are named apart, so that nobody wonders where they are.
pub(crate) fn suggest(asked: &Asked<'_>, input: &Input) -> Result<Value, Problem> {
    let search = input.search.as_deref().map(str::trim).filter(|search| !search.is_empty());
    let (candidates, users) = match search {
        Some(search) => called(search)?,
        None => {
            let candidates = around(asked)?;
            let users = users(&candidates)?;
            (candidates, users)
        }
    };
    let own = asked.actor.object_id.to_ascii_lowercase();
    let known = |candidate: &&Candidate| {
        candidate.id != own
            && users.get(&candidate.id).is_some_and(|user| user.account_enabled != Some(false))
    };
    let candidates: Vec<_> = candidates.iter().filter(known).take(MOST).collect();
    let ids: Vec<_> = candidates.iter().map(|candidate| candidate.id.clone()).collect();
    let licences = licence::of(&ids);
    let mut licensed = vec![];
    let mut without = vec![];
    for (id, licence) in licences {
        if licence? { licensed.push(id) } else { without.push(id) }
    }
    let presences = graph::presences(&licensed)?;
    let photos = photo::of(&licensed);
    let why: BTreeMap<_, _> =
        candidates.iter().map(|candidate| (candidate.id.as_str(), candidate.why)).collect();
    let shown = |id: &String| {
        let user = users.get(id);
        json!({
            "id": id,
            "name": user.and_then(|user| user.display_name.as_deref()),
            "mail": user.and_then(|user| user.mail.as_deref()),
            "job_title": user.and_then(|user| user.job_title.as_deref()),
            "why": why.get(id.as_str()),
            "presence": presences.get(id),
            "photo": photos.get(id),
        })
    };
    let without: Vec<_> = without
        .iter()
        .map(|id| {
            let name = users.get(id).and_then(|user| user.display_name.as_deref());
            json!({ "id": id, "name": name, "why_not": "no Teams licence" })
        })
        .collect();
    Ok(json!({ "suggested": licensed.iter().map(shown).collect::<Vec<_>>(), "without_teams": without }))
}

/// Those around the record: owner or owning team, who wrote it, who connected chats.
fn around(asked: &Asked<'_>) -> Result<Vec<Candidate>, Failure> {
    let dataverse = asked.dataverse();
    let Some(record) = dataverse.record(&asked.table, &asked.id, &[])? else { return Ok(vec![]) };
    let mut upstream: Vec<(String, &'static str)> = match record.owner() {
        Owner::Person(user) => vec![(user, "owns the record")],
        Owner::Team(team) => {
            let members = dataverse.team(&team, MOST)?;
            members.into_iter().map(|member| (member, "is in the team that owns the record")).collect()
        }
        Owner::Nobody => vec![],
    };
    upstream.extend(record.user("modifiedby").map(|user| (user, "changed the record last")));
    upstream.extend(record.user("createdby").map(|user| (user, "created the record")));
    let ids: Vec<_> = upstream.iter().map(|(id, _)| id.clone()).collect();
    let people = dataverse.people(&ids)?;
    let mut candidates: Vec<Candidate> = vec![];
    let mut add = |id: String, why: &'static str| {
        if !candidates.iter().any(|candidate| candidate.id == id) {
            candidates.push(Candidate { id, why });
        }
    };
    for (id, why) in &upstream {
        let person = people.iter().find(|person| person.id.eq_ignore_ascii_case(id));
        if let Some(object_id) = person.and_then(|person| person.object_id.clone()) {
            add(object_id, why);
        }
    }
    for link in link::of_record(&asked.table.name, &asked.id)? {
        add(link.connected_by, "connected a chat to the record");
    }
    Ok(candidates)
}

/// Everybody in the directory whose name has words that begin so.
fn called(search: &str) -> Result<(Vec<Candidate>, BTreeMap<String, User>), Failure> {
    #[derive(Deserialize)]
    struct List {
        value: Vec<User>,
    }
    let words = search.replace(['"', '\\'], " ");
    let list: List = graph::get("/users")
        .select(&SELECT)
        .query("$search", &format!("\"displayName:{}\"", words.trim()))
        .query("$top", "20")
        .header("ConsistencyLevel", "eventual")
        .fetch()?;
    let candidates =
        list.value.iter().map(|user| Candidate { id: user.id.to_ascii_lowercase(), why: "is called so" });
    Ok((candidates.collect(), by_id(list.value)))
}

fn users(candidates: &[Candidate]) -> Result<BTreeMap<String, User>, Failure> {
    let asked =
        |candidate: &Candidate| graph::get(tieline_sdk::path(["users", &candidate.id])).select(&SELECT);
    let mut found = vec![];
    for answer in graph::batched(candidates.iter().take(MOST).map(asked)) {
        let response = answer?;
        match response.status {
            200 => found.push(response.json()?),
            404 => {}
            _ => return Err(response.failure(graph::error(&response))),
        }
    }
    Ok(by_id(found))
}

fn by_id(users: Vec<User>) -> BTreeMap<String, User> {
    users.into_iter().map(|user| (user.id.to_ascii_lowercase(), user)).collect()
}
