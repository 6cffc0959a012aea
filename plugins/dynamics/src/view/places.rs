//! The chats and channels of a record, each with what a person may do with it. `list-chats` answers it, the view shows it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use tieline_sdk::{CallError, Failure, Problem, Response, graph, path};

use crate::asked::Asked;
use crate::connect::link::Link;
use crate::connect::{attach, join, link};
use crate::disconnect::facts::AtRecord;
use crate::disconnect::rights;
use crate::teams::chat::{self, Named};
use crate::teams::members;
use tieline_sdk::time::iso;

/// So many of the newest are shown: each takes some calls.
const MOST: usize = 30;

/// What is connected to a record.
pub(crate) struct Places {
    /// In the order in which they were connected.
    pub(crate) shown: Vec<Shown>,
    /// Ids that only the upstream's mapping names: Dynamics 365 connected them itself.
    pub(crate) elsewhere: Vec<String>,
    /// So many older ones are not shown.
    pub(crate) older: usize,
}

/// A chat or channel and what a person may do with it.
pub(crate) struct Shown {
    link: Link,
    named: Result<Named, Problem>,
    who: Option<String>,
    member: Option<bool>,
    pub(crate) join: Result<(), Problem>,
    pub(crate) disconnect: Result<&'static str, Problem>,
    directory: String,
}

/// Finds out.
pub(crate) fn of(asked: &Asked<'_>, rights: AtRecord) -> Result<Places, Failure> {
    let dataverse = asked.dataverse();
    let mut links = link::of_record(&asked.table.name, &asked.id)?;
    let all: BTreeSet<String> = links.iter().map(|link| link.place.id().to_owned()).collect();
    let older = links.len().saturating_sub(MOST);
    links.drain(..older);
    let mut names_of = BTreeMap::new();
    let names = graph::batched(links.iter().map(|link| chat::asked(&link.place)));
    let chats = links.iter().filter_map(|link| link.place.chat());
    let mut members =
        graph::batched(chats.map(|chat| graph::get(path(["chats", chat, "members"])))).into_iter();
    let mut shown = vec![];
    for (link, named) in links.into_iter().zip(names) {
        let facts = rights.with(asked, &link);
        let answer = link.place.chat().and_then(|_| members.next());
        let member = answer.and_then(|answer| is_member(answer, &asked.actor.object_id));
        let join = match member {
            Some(true) => Err(Problem::new("dynamics.member-already", "you are in this chat")),
            _ => join::allowed(asked, &link.place),
        };
        let name = || dataverse.person(&link.connected_by).ok().map(|person| person.name);
        let who = names_of.entry(link.connected_by.clone()).or_insert_with(name).clone();
        shown.push(Shown {
            named: chat::named(named),
            disconnect: rights::right(facts).map(rights::Right::words).ok_or_else(|| rights::refusal(facts)),
            directory: asked.actor.directory_id.clone(),
            link,
            who,
            member,
            join,
        });
    }
    let rows = attach::rows(&dataverse, &asked.id)?.into_iter().map(|row| row.place);
    let elsewhere = rows.filter(|id| !all.contains(id)).collect();
    Ok(Places { shown, elsewhere, older })
}

fn is_member(answer: Result<Response, CallError>, person: &str) -> Option<bool> {
    #[derive(serde::Deserialize)]
    struct List {
        value: Vec<Member>,
    }
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Member {
        #[serde(default)]
        user_id: Option<String>,
    }
    let response = answer.ok().filter(Response::is_success)?;
    let list: List = response.json().ok()?;
    let ids: Vec<_> = list.value.into_iter().filter_map(|member| member.user_id).collect();
    Some(members::holds(&ids, person))
}

impl Shown {
    /// What people call it.
    pub(crate) fn name(&self) -> String {
        self.named.as_ref().map_or_else(|_| "a chat that Teams does not show".to_owned(), Named::name)
    }

    /// As JSON. Who is not in a chat sees its name and its link, as everybody at the record does; never its words.
    pub(crate) fn json(&self) -> Value {
        let open = self.named.as_ref().ok().and_then(|named| named.web_url.clone());
        json!({
            "kind": self.link.place.kind(),
            "id": self.link.place.id(),
            "name": self.name(),
            "problem": self.named.as_ref().err().map(told),
            "open_chat": open.unwrap_or_else(|| self.link.place.link(&self.directory)),
            "connected_by": { "id": self.link.connected_by, "name": self.who },
            "connected_at": iso(self.link.connected_at),
            "member": self.member,
            "join": self.join.as_ref().map_or_else(told, |()| json!({ "allowed": true })),
            "disconnect": self.disconnect.as_ref().map_or_else(told, |why| json!({ "allowed": true, "because": why })),
        })
    }
}

fn told(problem: &Problem) -> Value {
    json!({ "allowed": false, "code": problem.code, "why": problem.message, "remedy": problem.remedy })
}
