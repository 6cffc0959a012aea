//! Can whoever reads messages read every watched place?

use tieline_sdk::{CallError, Response, Stage, graph};

use super::{Ill, stage};
use crate::config::{Config, Reader};
use crate::teams::place::Place;

/// Reads one message of each, which needs the permission that the subscription needs.
pub(super) fn stages(config: &Config) -> Vec<Stage> {
    let places = config.places();
    let reader = config.read_as.identity();
    let ask = |place: &Place<'_>| graph::get(place.messages()).query("$top", "1").identity(reader);
    let answers = graph::batched(places.iter().map(ask));
    let staged = places.iter().zip(answers).map(|(place, answer)| {
        stage(&format!("read {}", place.resource()), readable(config.read_as, *place, answer))
    });
    staged.collect()
}

fn readable(reader: Reader, place: Place<'_>, answer: Result<Response, CallError>) -> Result<(), Ill> {
    let response = match answer {
        Ok(response) if response.status == 200 => return Ok(()),
        Ok(response) => response,
        // The host knows more of consent and sign-ins than can be said here.
        Err(error) => return Err(Ill::Failed(error.problem())),
    };
    let problem = graph::error(&response);
    Err(Ill::Failed(match response.status {
        404 if reader == Reader::App => {
            problem.remedy("compare the ids in the configuration with those in Teams")
        }
        403 | 404 => problem.remedy(needed(reader, place)),
        _ => problem,
    }))
}

/// What reading a place needs, in full.
fn needed(reader: Reader, place: Place<'_>) -> String {
    let (permission, whereto) = match (reader, place) {
        (Reader::App, Place::Channel { .. }) => ("the application permission ChannelMessage.Read.All", ""),
        (Reader::App, Place::Chat { .. }) => ("the application permission Chat.Read.All", ""),
        (Reader::Service, Place::Channel { .. }) => (
            "the delegated permission ChannelMessage.Read.All",
            ", and the service user as a member of the team",
        ),
        (Reader::Service, Place::Chat { .. }) => {
            ("the delegated permission Chat.Read", ", and the service user as a member of the chat")
        }
    };
    format!("this needs {permission} with admin consent, which can take two hours to be effective{whereto}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remedy(reader: Reader, place: Place<'_>, status: u16) -> String {
        let body = br#"{"error":{"code":"Forbidden","message":"No."}}"#.to_vec();
        match readable(reader, place, Ok(Response { status, headers: vec![], body })) {
            Err(Ill::Failed(problem)) => problem.remedy.unwrap_or_default(),
            _ => String::new(),
        }
    }

    #[test]
    fn what_is_missing_is_said_for_each_reader_and_place() {
        let chat = Place::Chat { chat: "19:x@thread.v2" };
        let channel = Place::Channel { team: "t", channel: "19:c@thread.tacv2" };
        let cases = [
            (Reader::App, channel, 403, "application permission ChannelMessage.Read.All"),
            (Reader::App, chat, 403, "application permission Chat.Read.All"),
            (Reader::App, chat, 404, "compare the ids"),
            (Reader::Service, channel, 403, "a member of the team"),
            (Reader::Service, chat, 404, "a member of the chat"),
            (Reader::Service, chat, 200, ""),
        ];
        for (reader, place, status, said) in cases {
            assert!(remedy(reader, place, status).contains(said), "{reader:?} {place:?} {status}");
        }
    }
}
