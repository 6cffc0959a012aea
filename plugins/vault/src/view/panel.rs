//! The view of a case for a person: its channel, its notes and meetings, what they may do, and why not.

use serde_json::{Value, json};
use tieline_sdk::{ActionState, Actor, Problem, RecordRef, View, time};

use crate::asked::{Asked, Visitor, is_a_case};
use crate::calendar::meeting;
use crate::channel::create;
use crate::channel::state::Shown;
use crate::mode::{Mode, Product, setting};
use crate::notes::{self, standard};
use crate::people::sign_in::{self, SignIn};
use crate::settings::Config;
use crate::vault::Vault;

/// What somebody is asked for who is not signed in to Microsoft.
const LOG_IN: &str = "Log in to Microsoft to work this case with Teams, OneNote, calendars and mail.";

/// Actions at a case, in the order in which they are offered: what each needs, and what it is called.
const ACTIONS: [(&str, Product, &str); 11] = [
    ("list-notes", Product::None, "List notes"),
    ("add-note", Product::OneNote, "Add a note"),
    ("append-note", Product::OneNote, "Append to a note"),
    ("read-note", Product::OneNote, "Read a note"),
    ("schedule-meeting", Product::Any, "Schedule an online meeting"),
    ("collect-meeting-artifacts", Product::Any, "Note what came of meetings"),
    ("list-events", Product::Any, "Show my calendar"),
    ("create-event", Product::Any, "Add to my calendar"),
    ("list-mail", Product::Any, "Find mail about this case"),
    ("draft-mail", Product::Any, "Draft a mail about this case"),
    ("log-mail", Product::Any, "Note a mail on the timeline"),
];

/// What the panel shows.
pub(crate) fn view(config: &Config, record: &RecordRef, actor: &Actor) -> Result<View, Problem> {
    is_a_case(&record.kind)?;
    let visitor = match sign_in::of(actor)? {
        SignIn::Needed(problem) => return Ok(signed_out(config, &problem)),
        SignIn::Done(me) => Visitor::known(config, actor, &me)?,
    };
    let mode = setting::read(&visitor.vault())?.mode;
    let working = visitor.person.as_representative();
    let admin = visitor.person.as_business_admin();
    if let (Err(problem), Err(_)) = (&working, &admin) {
        return Err(problem.clone());
    }
    let asked = visitor.before(Some(&record.id), mode)?;
    let channel = create::shown(config, &asked.case.id)?;
    let view = View::new(asked.title(), &content(&asked, &channel, working.as_ref())?);
    let refused = |need: Product| working.clone().err().or_else(|| needed(mode, need));
    let view = offer_channel(view, &channel, refused(Product::Teams));
    let view = ACTIONS.iter().fold(view, |view, (action, need, label)| {
        view.offer(*action, *label, ActionState::unless(refused(*need)))
    });
    Ok(view.offer(
        "set-integration",
        "Change the Microsoft integration of the vault",
        ActionState::unless(admin.err()),
    ))
}

/// Why the vault does not have what an action needs.
fn needed(mode: Mode, need: Product) -> Option<Problem> {
    match need {
        Product::OneNote if !mode.onenote() => Some(standard::refusal(mode)),
        need => mode.need(need).err(),
    }
}

/// The button of the channel: Create Channel, Creating Channel, Check Again.
fn offer_channel(view: View, channel: &Shown, refused: Option<Problem>) -> View {
    let already =
        || Problem::new("vault.channel-exists", "the case has its channel").remedy("open it by its link");
    let state = |own: ActionState| refused.clone().map_or(own, ActionState::Refused);
    match channel {
        Shown::Nothing | Shown::Failed(_) => {
            view.offer("create-channel", "Create Channel", state(ActionState::Available))
        }
        Shown::Creating(since) => {
            view.offer("create-channel", "Creating Channel", state(ActionState::pending(*since)))
        }
        Shown::Late(since) => view
            .offer("create-channel", "Creating Channel", state(ActionState::pending(*since)))
            .offer("check-channel", "Check Again", state(ActionState::Available)),
        Shown::Ready(_) => view
            .offer("create-channel", "Create Channel", state(ActionState::Refused(already())))
            .offer("check-channel", "Check Again", state(ActionState::Available)),
    }
}

fn content(asked: &Asked<'_>, channel: &Shown, working: Result<&(), &Problem>) -> Result<Value, Problem> {
    let notes = match (working, notes::all(asked)) {
        (Err(_), _) => json!([]),
        (_, Ok(notes)) => json!(notes),
        // A notebook that cannot be read hides neither channel nor meetings.
        (_, Err(failure)) => {
            json!({ "problem": failure.problem().message, "remedy": failure.problem().remedy })
        }
    };
    let meetings = meeting::of_case(&asked.case.id)?.into_iter().map(|meeting| {
        json!({ "subject": meeting.subject, "start": time::iso(meeting.start), "join": meeting.join })
    });
    Ok(json!({
        "case": {
            "id": asked.case.id, "number": asked.case.number, "title": asked.case.subject(),
            "status": asked.case.status, "link": asked.link(),
        },
        "microsoft_integration": asked.mode.label(),
        "channel": create::words(channel),
        "notes_kept_in": if asked.mode.onenote() { "MS OneNote" } else { "Case Note" },
        "notes": notes,
        "meetings": meetings.collect::<Vec<_>>(),
        "you": {
            "name": asked.person.name,
            "representative": asked.person.is_representative(),
            "business_admin": asked.person.is_business_admin(),
        },
    }))
}

/// Nothing of the case is shown to somebody who did not sign in.
fn signed_out(config: &Config, problem: &Problem) -> View {
    let vault = Vault { version: &config.api_version };
    let integration = setting::read(&vault).map(|setting| setting.mode.label()).ok();
    let content = json!({
        "sign_in": { "needed": true, "says": LOG_IN, "why": problem.message, "remedy": problem.remedy, "code": problem.code },
        "microsoft_integration": integration,
    });
    let view = View::new("Log in to Microsoft", &content);
    let state = || ActionState::Refused(problem.clone());
    let view = view.offer("create-channel", "Create Channel", state());
    ACTIONS.iter().fold(view, |view, (action, _, label)| view.offer(*action, *label, state()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::state::Channel;

    fn offered(shown: &Shown, refused: Option<Problem>) -> Vec<(String, String, &'static str)> {
        let view = offer_channel(View::new("", &()), shown, refused);
        let word = |state: &ActionState| match state {
            ActionState::Available => "available",
            ActionState::Pending(_) => "pending",
            ActionState::Refused(_) => "refused",
        };
        view.actions.iter().map(|one| (one.action.clone(), one.label.clone(), word(&one.state))).collect()
    }

    #[test]
    fn the_button_says_how_far_the_channel_is() {
        let channel = Channel { id: "c".into(), name: "n".into(), link: "l".into(), at: 1, by: "Ada".into() };
        let [create, check] = ["create-channel", "check-channel"].map(str::to_owned);
        let row = |action: &String, label: &str, state| (action.clone(), label.to_owned(), state);
        let failed = Shown::Failed(Problem::new("a.b", "No."));
        for (shown, buttons) in [
            (Shown::Nothing, vec![row(&create, "Create Channel", "available")]),
            (failed, vec![row(&create, "Create Channel", "available")]),
            (Shown::Creating(1), vec![row(&create, "Creating Channel", "pending")]),
            (
                Shown::Late(1),
                vec![row(&create, "Creating Channel", "pending"), row(&check, "Check Again", "available")],
            ),
            (
                Shown::Ready(channel),
                vec![row(&create, "Create Channel", "refused"), row(&check, "Check Again", "available")],
            ),
        ] {
            assert_eq!(offered(&shown, None), buttons);
            let refused = offered(&shown, Some(Problem::new("vault.not-a-representative", "No.")));
            assert!(refused.iter().all(|(_, _, state)| *state == "refused"), "{shown:?}");
        }
    }
}
