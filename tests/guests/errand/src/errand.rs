//! What both versions of this guest do.

use serde::Deserialize;
use serde_json::json;
use tieline_sdk::{
    ActionState, Failure, Identity, Problem, Response, View, events, graph, http, log, storage,
};

/// The configuration of an installation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// What it subscribes to: `/teams/{id}/channels/{id}/messages`.
    pub resource: String,
    /// Its calls, in order.
    pub calls: Vec<Call>,
    /// Where it fails; without it, nowhere.
    #[serde(default)]
    pub fail: Option<Fail>,
    /// Whether its log says what it was answered.
    #[serde(default)]
    pub quiet: bool,
    /// An action makes no call: it emits an event, whose handling makes them.
    #[serde(default)]
    pub later: bool,
    /// An answer with this text is a failure, whatever its status.
    #[serde(default)]
    pub refused_when: Option<String>,
}

/// A call.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// `POST`
    pub method: String,
    /// `/services/data/v61.0/sobjects/Task`
    pub path: String,
    /// JSON, with `{attempt}` for the number of the attempt.
    #[serde(default)]
    pub body: Option<String>,
    /// The guest's own name for the effect.
    #[serde(default)]
    pub effect_key: Option<String>,
    /// Through Graph in place of the connection.
    #[serde(default)]
    pub graph: bool,
    /// Through which connection.
    #[serde(default = "salesforce")]
    pub connection: String,
    /// Whose authority it uses.
    #[serde(default, rename = "as")]
    pub identity: Who,
}

fn salesforce() -> String {
    "salesforce".into()
}

/// Whose authority a call uses.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Who {
    /// The connection's own.
    #[default]
    App,
    /// The service user's.
    Service,
    /// That of the person behind the run.
    Actor,
}

impl From<Who> for Identity {
    fn from(who: Who) -> Self {
        match who {
            Who::App => Self::App,
            Who::Service => Self::Service,
            Who::Actor => Self::Actor,
        }
    }
}

/// How and when it fails.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fail {
    /// After so many calls.
    pub after: usize,
    /// In which way.
    pub how: How,
    /// In so many attempts; later ones go on.
    pub attempts: u32,
}

/// A way to fail.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// Says "try again".
    Retry,
    /// Says "never again".
    Permanent,
    /// Executes `unreachable`.
    Trap,
}

/// Handles an event.
pub(crate) fn run(config: &Config, attempt: u32, in_doubt: bool) -> Result<(), Failure> {
    log::info("attempt", [("in_doubt", if in_doubt { "yes" } else { "no" })]);
    let runs: u64 = storage::get_json("runs")?.unwrap_or(0);
    let mut answers = Vec::new();
    for (number, call) in config.calls.iter().enumerate() {
        fail(config, number, attempt)?;
        let answer = send(call, attempt)?;
        let refused = config.refused_when.as_ref().is_some_and(|text| text_of(&answer).contains(text));
        if !answer.is_success() || refused {
            let problem = Problem::new("errand.refused", format!("call {number}: {}", answer.status));
            return Err(match answer.retry_after() {
                Some(after) => Failure::retry_after(problem, after),
                None => Failure::retry(problem),
            });
        }
        answers.push(text_of(&answer));
    }
    fail(config, config.calls.len(), attempt)?;
    if !config.quiet {
        log::info("answers", [("answers", answers.join(" ").as_str())]);
    }
    storage::put_json("runs", &(runs + 1), None)
}

/// Makes the calls for a person.
pub(crate) fn act(config: &Config) -> Result<serde_json::Value, Problem> {
    let mut answers = Vec::new();
    if config.later {
        let event = events::NewEvent {
            type_: "errand".into(),
            body: "{}".into(),
            ordering_key: None,
            dedupe_key: None,
        };
        events::emit(&event).map_err(|refusal| Problem::new("errand.refused", format!("{refusal:?}")))?;
        return Ok(serde_json::json!({}));
    }
    for call in &config.calls {
        let answer = send(call, 1).map_err(|error| error.problem())?;
        if !answer.is_success() {
            return Err(Problem::new("errand.refused", format!("{}", answer.status)));
        }
        answers.push(text_of(&answer));
    }
    Ok(serde_json::json!({ "answers": answers }))
}

/// Makes the calls to show something: what each was answered, or why not.
pub(crate) fn view(config: &Config) -> View {
    let answer = |call: &Call| match send(call, 1) {
        Ok(answer) => json!({ "Call": call.method, "Answer": answer.status.to_string() }),
        Err(error) => json!({ "Call": call.method, "Answer": error.problem().message }),
    };
    let answers: Vec<_> = config.calls.iter().map(answer).collect();
    View::new("The errand", &json!({ "Calls": answers })).offer("run", "Run it", ActionState::Available)
}

fn send(call: &Call, attempt: u32) -> Result<Response, tieline_sdk::CallError> {
    if call.graph {
        let mut request =
            graph::Request::new(&call.method, call.path.as_str()).identity(call.identity.into());
        if let Some(body) = &call.body {
            let body: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
            request = request.json(&body)?;
        }
        return request.send();
    }
    let mut request = http::Request::new(&call.method, call.path.as_str())
        .connection(call.connection.as_str())
        .identity(call.identity.into());
    if let Some(body) = &call.body {
        let body = body.replace("{attempt}", &attempt.to_string());
        request = request.header("Content-Type", "application/json").body(body.into_bytes());
    }
    if let Some(key) = &call.effect_key {
        request = request.effect_key(key.as_str());
    }
    request.send()
}

fn text_of(answer: &Response) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}

fn fail(config: &Config, number: usize, attempt: u32) -> Result<(), Failure> {
    let Some(fail) = config.fail.as_ref().filter(|fail| fail.after == number && attempt <= fail.attempts)
    else {
        return Ok(());
    };
    match fail.how {
        How::Retry => Err(Failure::retry(Problem::new("errand.retry", "not now"))),
        How::Permanent => Err(Failure::permanent(Problem::new("errand.permanent", "never"))),
        How::Trap => std::process::abort(),
    }
}
