//! Mail about a case, in the mailbox of the person who asks and in those that are shared with them: found, drafted, and noted
//! on the timeline. What is sent, people send themselves.

pub mod message;

use serde_json::{Value, json};
use tieline_sdk::{CallError, Failure, Identity, Problem, clock, graph, html::escaped, path};

use crate::asked::{Asked, Input};
use crate::calendar::matching;
use crate::people::is_address;
use crate::timeline::{self, Entry};
use crate::words::code;
use message::{FIELDS, Message};

/// Messages of a mailbox that are looked at.
const MOST: &str = "50";

/// `list-mail`: of the mailbox that is named, or of the person's own and those of the settings.
pub(crate) fn list(asked: &Asked<'_>, input: &Input) -> Result<Value, Problem> {
    let mut mailboxes: Vec<Option<&str>> = vec![];
    match mailbox(input)? {
        Some(one) => mailboxes.push(Some(one)),
        None => {
            mailboxes.push(None);
            mailboxes.extend(asked.config.shared_mailboxes.iter().map(|shared| Some(shared.as_str())));
        }
    }
    let searches = mailboxes.iter().map(|mailbox| search(*mailbox, &asked.case.number));
    let answers = graph::send_all(searches);
    let (mut mail, mut unread) = (vec![], vec![]);
    for (mailbox, answer) in mailboxes.into_iter().zip(answers) {
        match found(answer) {
            Ok(messages) => {
                let about = messages.into_iter().filter(|message| message.is_about(&asked.case.number));
                mail.extend(about.map(|message| message.json(mailbox)));
            }
            // One mailbox that is not shared with this person keeps no other from being looked at.
            Err(problem) => {
                unread.push(json!({ "mailbox": mailbox, "why": problem.message, "remedy": problem.remedy }))
            }
        }
    }
    mail.sort_by(|one, other| other["received"].as_str().cmp(&one["received"].as_str()));
    Ok(json!({ "mail": mail, "not_looked_at": unread }))
}

/// `log-mail`: a message is noted on the timeline, once.
pub(crate) fn log(asked: &Asked<'_>, input: &Input) -> Result<Value, Problem> {
    let id = input.message_id.as_deref().filter(|id| !id.is_empty());
    let id = id.ok_or_else(|| {
        Problem::new("vault.invalid-input", "say which message").remedy("give an id that list-mail names")
    })?;
    let at = path(root(mailbox(input)?).into_iter().chain(["messages", id]));
    let response = graph::get(at).select(&FIELDS).identity(Identity::Actor).send().map_err(Failure::from)?;
    if !response.is_success() {
        return Err(explained(graph::error(&response)));
    }
    let message: Message = response.json()?;
    let case = &asked.case.id;
    let entry = Entry {
        case: case.clone(),
        kind: "mail".to_owned(),
        title: message.title(),
        link: message.web_link.clone(),
        at: message.received().unwrap_or_else(clock::now),
        id: format!("tieline/{case}/mail/{}", code(&[message.name()])),
    };
    let title = entry.title.clone();
    timeline::tell(vec![entry], false)?;
    Ok(json!({ "told": title }))
}

/// `draft-mail`: a draft about the case, for the person to send.
pub(crate) fn draft(asked: &Asked<'_>, input: &Input) -> Result<Value, Problem> {
    let subject = input.subject.as_deref().unwrap_or_else(|| asked.case.subject());
    let lines = input.body.as_deref().unwrap_or_default().lines();
    let html: String = lines.map(|line| format!("<p>{}</p>", escaped(line))).collect();
    let mut recipients = vec![];
    for address in &input.recipients {
        if !is_address(address) {
            let problem = Problem::new("vault.invalid-input", format!("`{address}` is no address"));
            return Err(problem.remedy("write it like ada@contoso.com"));
        }
        recipients.push(json!({ "emailAddress": { "address": address } }));
    }
    let draft = json!({
        "subject": matching::subject(subject, &asked.case.number),
        "body": { "contentType": "html", "content": html },
        "toRecipients": recipients,
    });
    let at = path(root(mailbox(input)?).into_iter().chain(["messages"]));
    let request = graph::post(at).identity(Identity::Actor).json(&draft).map_err(Failure::from)?;
    let response = request.effect_key("draft").send().map_err(Failure::from)?;
    if !response.is_success() {
        return Err(explained(graph::error(&response)));
    }
    Ok(response.json::<Message>()?.json(input.mailbox.as_deref()))
}

fn search(mailbox: Option<&str>, number: &str) -> graph::Request {
    graph::get(path(root(mailbox).into_iter().chain(["messages"])))
        .query("$search", &format!("\"{}\"", number.replace(['"', '\\'], " ")))
        .query("$top", MOST)
        .select(&FIELDS)
        .identity(Identity::Actor)
}

fn found(answer: Result<tieline_sdk::Response, CallError>) -> Result<Vec<Message>, Problem> {
    #[derive(serde::Deserialize)]
    struct List {
        value: Vec<Message>,
    }
    let response = answer.map_err(Failure::from)?;
    if !response.is_success() {
        return Err(explained(graph::error(&response)));
    }
    Ok(response.json::<List>()?.value)
}

fn root(mailbox: Option<&str>) -> Vec<&str> {
    mailbox.map_or_else(|| vec!["me"], |mailbox| vec!["users", mailbox])
}

fn mailbox(input: &Input) -> Result<Option<&str>, Problem> {
    match input.mailbox.as_deref() {
        Some(mailbox) if !is_address(mailbox) => {
            let problem = Problem::new("vault.invalid-input", format!("`{mailbox}` is no mailbox"));
            Err(problem.remedy("write its address, like support@contoso.com"))
        }
        mailbox => Ok(mailbox),
    }
}

/// Exchange says nothing but "denied" of a mailbox that is not shared.
fn explained(problem: Problem) -> Problem {
    match problem.code.as_str() {
        "graph.error-access-denied" => Problem::new("vault.mailbox-denied", problem.message)
            .remedy("ask an Exchange administrator for full access to the shared mailbox"),
        "graph.error-item-not-found" => {
            Problem::new("vault.no-such-message", problem.message).remedy("list the mail of the case")
        }
        _ => problem,
    }
}
