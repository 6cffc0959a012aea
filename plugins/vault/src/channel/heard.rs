//! What Graph's answers say of a channel that is being made. Pure.
//!
//! <https://learn.microsoft.com/graph/api/channel-post>, <https://learn.microsoft.com/graph/api/resources/teamsasyncoperation>

use serde::Deserialize;
use tieline_sdk::{CallError, Failure, Problem, Response, graph};

/// What asking Graph to make a channel came to.
#[derive(Debug)]
pub enum Heard {
    /// It was made.
    Made(Named),
    /// It is being made; this path says how far it is.
    Operation(String),
    /// There is a channel of this name.
    NameTaken,
    /// It may have been made: look.
    InDoubt(Problem),
    /// It will not be.
    Refused(Problem),
    /// Not now.
    Later(Failure),
}

/// How far an operation is.
#[derive(Debug, PartialEq, Eq)]
pub enum Progress {
    /// Not there yet.
    Underway,
    /// The channel is there, with this id if Graph says it.
    Done(Option<String>),
    /// It failed.
    Failed(String),
    /// Graph does not know it any more.
    Forgotten,
}

/// A channel, as Graph tells it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Named {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub display_name: String,
    /// What it says of itself.
    pub description: Option<String>,
    /// Opens it in Teams.
    pub web_url: Option<String>,
}

/// What an answer to `POST /teams/{id}/channels` says.
pub fn of(answer: Result<Response, CallError>) -> Heard {
    let response = match answer {
        Ok(response) => response,
        Err(error @ (CallError::InDoubt(_) | CallError::TooLarge(_))) => {
            return Heard::InDoubt(error.problem());
        }
        Err(error) => {
            return match Failure::from(error) {
                Failure::Permanent(problem) => Heard::Refused(problem),
                later => Heard::Later(later),
            };
        }
    };
    let problem = || graph::error(&response);
    match response.status {
        200 | 201 => match response.json::<Named>() {
            Ok(named) if !named.id.is_empty() => Heard::Made(named),
            // It is there, and did not say what it is.
            _ => Heard::InDoubt(Problem::new(
                "vault.channel-unnamed",
                "Graph made the channel and did not say which",
            )),
        },
        202 => match response.header("location").map(str::trim).and_then(operation) {
            Some(path) => Heard::Operation(path),
            None => Heard::InDoubt(Problem::new(
                "vault.channel-unnamed",
                "Graph makes the channel and does not say where",
            )),
        },
        408 | 500 | 502 | 504 => Heard::InDoubt(problem()),
        400 | 409 if says_taken(&problem()) => Heard::NameTaken,
        409 | 423 | 425 | 429 | 503 | 401 => Heard::Later(response.failure(problem())),
        403 => Heard::Refused(problem().remedy(
            "you must be in the team, and its owners must let members create channels; ask one of them",
        )),
        404 => {
            Heard::Refused(problem().remedy("ask the operator to compare `team_id` with the team in Teams"))
        }
        _ => Heard::Refused(problem()),
    }
}

fn says_taken(problem: &Problem) -> bool {
    let code = problem.code.as_str();
    let said = problem.message.to_lowercase();
    code.contains("name-already-exists")
        || said.contains("name already exists")
        || said.contains("existing channel")
}

/// The path of an operation, from its `Location`: `/teams('…')/operations('…')`, whole or not. None if it is none.
fn operation(location: &str) -> Option<String> {
    let at = location.find("/teams")?;
    let path = &location[at..];
    path.contains("/operations").then(|| path.to_owned())
}

/// What an answer to asking for an operation says.
pub fn progress(response: &Response) -> Result<Progress, Failure> {
    #[derive(Deserialize, Default)]
    #[serde(rename_all = "camelCase", default)]
    struct Operation {
        status: String,
        target_resource_id: Option<String>,
        error: Option<Error>,
    }
    #[derive(Deserialize, Default)]
    #[serde(default)]
    struct Error {
        message: String,
    }
    if response.status == 404 {
        return Ok(Progress::Forgotten);
    }
    if !response.is_success() {
        return Err(response.failure(graph::error(response)));
    }
    let operation: Operation = response.json()?;
    Ok(match operation.status.as_str() {
        "succeeded" => Progress::Done(operation.target_resource_id.filter(|id| !id.is_empty())),
        "failed" | "invalid" => Progress::Failed(operation.error.unwrap_or_default().message),
        _ => Progress::Underway,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_sdk::{Denial, Header};

    fn response(status: u16, location: Option<&str>, body: &str) -> Response {
        let headers = location.map(|value| Header { name: "Location".into(), value: value.into() });
        Response { status, headers: headers.into_iter().collect(), body: body.into() }
    }

    fn word(heard: &Heard) -> &'static str {
        match heard {
            Heard::Made(_) => "made",
            Heard::Operation(_) => "operation",
            Heard::NameTaken => "taken",
            Heard::InDoubt(_) => "in doubt",
            Heard::Refused(_) => "refused",
            Heard::Later(_) => "later",
        }
    }

    #[test]
    fn each_answer_leads_to_one_channel_or_says_why_there_is_none() {
        let location = Some("/teams('t')/operations('o')");
        let taken = r#"{"error":{"code":"NameAlreadyExists","message":"Channel name already existed, please use other name."}}"#;
        for (status, location, body, heard) in [
            (201, None, r#"{"id":"19:c@thread.tacv2","displayName":"C-1","webUrl":"https://t"}"#, "made"),
            (201, None, "", "in doubt"),
            (202, location, "", "operation"),
            (202, None, "", "in doubt"),
            (504, None, r#"{"error":{"code":"GatewayTimeout","message":"x"}}"#, "in doubt"),
            (502, None, "<html>", "in doubt"),
            (400, None, taken, "taken"),
            (409, None, taken, "taken"),
            (400, None, r#"{"error":{"code":"BadRequest","message":"Invalid name"}}"#, "refused"),
            (403, None, r#"{"error":{"code":"Forbidden","message":"No."}}"#, "refused"),
            (404, None, r#"{"error":{"code":"NotFound","message":"No team."}}"#, "refused"),
            (429, None, "{}", "later"),
            (503, None, "{}", "later"),
        ] {
            let said = of(Ok(response(status, location, body)));
            assert_eq!(word(&said), heard, "{status} {body}");
        }
    }

    #[test]
    fn no_answer_is_in_doubt_only_if_it_may_have_been_sent() {
        let denied = Denial { asked: "x".into(), allow_with: None };
        for (error, heard) in [
            (CallError::InDoubt("reset".into()), "in doubt"),
            (CallError::TooLarge(1), "in doubt"),
            (CallError::Unreachable("refused".into()), "later"),
            (CallError::Throttled(1_000), "later"),
            (CallError::ConnectionUnusable(Problem::new("connection.not-signed-in", "x")), "later"),
            (CallError::Denied(denied), "refused"),
        ] {
            assert_eq!(word(&of(Err(error))), heard);
        }
    }

    #[test]
    fn an_operation_is_followed_by_its_path() {
        for (location, path) in [
            ("/teams('t')/operations('o')", Some("/teams('t')/operations('o')")),
            (
                "https://graph.microsoft.com/v1.0/teams('t')/operations('o')",
                Some("/teams('t')/operations('o')"),
            ),
            ("https://evil.example/x", None),
            ("/teams('t')", None),
        ] {
            assert_eq!(operation(location).as_deref(), path, "{location}");
        }
    }

    #[test]
    fn an_operation_says_how_far_it_is() {
        let of = |status, body: &str| progress(&response(status, None, body)).unwrap();
        assert_eq!(of(200, r#"{"status":"notStarted"}"#), Progress::Underway);
        assert_eq!(of(200, r#"{"status":"inProgress"}"#), Progress::Underway);
        assert_eq!(
            of(200, r#"{"status":"succeeded","targetResourceId":"19:c"}"#),
            Progress::Done(Some("19:c".into()))
        );
        assert_eq!(of(200, r#"{"status":"succeeded"}"#), Progress::Done(None));
        assert_eq!(
            of(200, r#"{"status":"failed","error":{"message":"No."}}"#),
            Progress::Failed("No.".into())
        );
        assert_eq!(of(404, "{}"), Progress::Forgotten);
        assert!(progress(&response(503, None, "{}")).is_err());
    }
}
