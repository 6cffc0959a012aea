//! `call` and `transfer`: which number of an entry is dialled. Dialling it is the contact centre's.

use serde::Deserialize;
use serde_json::{Value, json};
use tieline_sdk::{Problem, graph, path};

use super::entry::{SELECT, User};
use crate::settings::{Config, PhoneType};
use crate::teams::message::is_id;

/// What is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    user_id: String,
    #[serde(default)]
    phone: Option<PhoneType>,
}

/// The first number in the order of the settings, or the one of the type that was chosen.
pub(crate) fn number(config: &Config, input: &Input) -> Result<Value, Problem> {
    if !is_id(&input.user_id) {
        return Err(Problem::new(
            "contact-center.invalid-input",
            "name the entry by its id in the directory",
        ));
    }
    let request = graph::get(path(["users", &input.user_id])).select(&SELECT);
    let response = request.send().map_err(|error| error.problem())?;
    if response.status == 404 {
        return Err(Problem::new("contact-center.no-such-entry", "the directory has nobody with this id"));
    }
    if !response.is_success() {
        return Err(response.failure(graph::error(&response)).into());
    }
    let user: User = response.json()?;
    let phones = user.phones(&config.directory);
    let chosen = |kind: &PhoneType| phones.iter().position(|phone| phone.kind == *kind);
    let place = match &input.phone {
        Some(kind) => chosen(kind),
        None => (!phones.is_empty()).then_some(0),
    };
    let name = user.display_name.as_deref().unwrap_or("this entry");
    let Some(place) = place else {
        let kinds: Vec<_> = config.directory.phones.iter().map(|kind| kind.name()).collect();
        let message = match &input.phone {
            Some(kind) => format!("{name} has no {} number", kind.name()),
            None => format!("{name} has no number of the types {}", kinds.join(", ")),
        };
        let problem = Problem::new("contact-center.no-number", message);
        return Err(problem.remedy("add one in Entra ID, or another type to `directory.phones`"));
    };
    let others: Vec<_> = phones.iter().enumerate().filter(|(at, _)| *at != place).map(|(_, p)| p).collect();
    Ok(json!({
        "name": user.display_name, "number": phones[place].number, "type": phones[place].kind, "others": others,
    }))
}
