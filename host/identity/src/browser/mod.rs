//! Flows that need a browser: signing in with authorization code and PKCE, and admin consent.
//!
//! A link is given out, a browser follows it and is sent to the sign-in service, and comes back. Each time it is
//! known again by an unguessable handle, of which the store has the digest only; the way back also needs the cookie
//! that the way out set, so that nobody can be brought into somebody else's sign-in.

mod consent;
mod entrance;
mod id_token;
mod pending;
mod return_to;
mod sign_in;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use http::{HeaderMap, StatusCode};
use oauth2::{PkceCodeChallenge, PkceCodeVerifier};
use serde_json::json;
use tieline_egress::Answer;
use tieline_store::Batch;
use tieline_types::{ConnectionKey, Digest, Problem, Secret, Timestamp, api::PersonSummary};
use url::Url;

pub use entrance::{Entrance, EntranceApp, Visit, Visitor};
pub use pending::Errand;
pub use return_to::checked as is_ours;

use crate::{
    ActorRef, ConnectionError, Connections,
    providers::{People, Provider},
    refusal::{self, Refused},
    sign_in::Applied,
};
use pending::{AWAY, Away, Handle, LINK, Link};
use sign_in::Asking;

/// Where a browser goes, and the cookie that it takes along.
pub struct Departure {
    /// A page of the sign-in service.
    pub to: Url,
    /// The cookie's name.
    pub cookie: String,
    /// The cookie's value.
    pub secret: Secret,
    /// How long the cookie lasts.
    pub lasts: std::time::Duration,
}

/// What a browser brings back: parameters of the sign-in service, none of them to be trusted.
#[derive(Debug, Clone, Default)]
pub struct Callback {
    /// What it was sent away with.
    pub state: Option<String>,
    /// An authorization code.
    pub code: Option<Secret>,
    /// Why there is none.
    pub error: Option<String>,
    /// The same for people.
    pub error_description: Option<String>,
}

/// How a flow ended.
#[derive(Debug)]
pub struct Arrival {
    /// What for; none when the browser came with nothing that we know.
    pub errand: Option<Errand>,
    /// Where it goes back to.
    pub return_to: Option<String>,
    /// The cookie that is of no more use.
    pub cookie: Option<String>,
    /// What came of it.
    pub outcome: Result<Outcome, Problem>,
}

/// What came of a flow.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Somebody is signed in.
    SignedIn(Box<PersonSummary>),
    /// The app has these application permissions in its directory.
    Consented(Vec<String>),
}

impl Connections {
    /// A handle for a link at which a browser can start, and until when. Where it is for one person `only`, nobody else signs
    /// in by it.
    ///
    /// # Errors
    /// [`ConnectionError::Invalid`] when the place to return to is none of ours or nobody can sign in to such a
    /// connection; [`ConnectionError::Unknown`] when there is none.
    pub async fn link(
        &self,
        key: &ConnectionKey,
        errand: Errand,
        only: Option<ActorRef>,
        return_to: Option<String>,
    ) -> Result<(String, Timestamp), ConnectionError> {
        if let Some(path) = &return_to {
            return_to::checked(path).map_err(|problem| ConnectionError::Invalid(vec![problem]))?;
        }
        let applied = self.sign_in.applied(key).await?;
        people(&applied).map_err(|problem| ConnectionError::Invalid(vec![problem]))?;
        let handle = Handle::new(key)?;
        let remember = self.sign_in.remember(&handle, &Link { errand, return_to, only }, LINK).await?;
        // Not for a connection that is removed meanwhile.
        let batch = Batch::new().expect(crate::records::place(key), Some(applied.revision)).ops([remember]);
        self.sign_in.store.commit(batch).await?;
        Ok((handle.to_string(), self.sign_in.clock.now().after(LINK)))
    }

    /// Sends a browser away that follows a link; `callback` is where it will come back.
    ///
    /// # Errors
    /// [`ConnectionError::Unusable`] with the problem to show.
    pub async fn follow(&self, link: &str, callback: &Url) -> Result<Departure, ConnectionError> {
        let lost = || ConnectionError::Unusable(link_unknown());
        let followed: Handle = link.parse().map_err(|()| lost())?;
        let found = self.sign_in.recall::<Link>(&followed).await?;
        let (link, _) = found.ok_or_else(lost)?;
        let applied = self.sign_in.applied(&followed.key).await?;
        let people = people(&applied).map_err(ConnectionError::Unusable)?;

        let state = Handle::new(&followed.key)?;
        let (nonce, secret) = (pending::random()?, pending::random()?);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let to = match link.errand {
            Errand::Consent => consent::page(&applied, people, callback, &state.to_string()),
            errand => {
                let asking = Asking {
                    callback,
                    state: &state.to_string(),
                    nonce: &nonce,
                    challenge,
                    scopes: sign_in::scopes(&applied, people),
                    choose: errand == Errand::Service,
                };
                sign_in::page(&applied, people, asking)
            }
        };
        let away = Away {
            link,
            browser: Digest::of(secret.expose().as_bytes()),
            nonce: nonce.expose().to_owned(),
            verifier: PkceCodeVerifier::secret(&verifier).clone(),
            followed: followed.digest(),
        };
        let remember = self.sign_in.remember(&state, &away, AWAY).await?;
        let batch =
            Batch::new().expect(crate::records::place(&followed.key), Some(applied.revision)).ops([remember]);
        self.sign_in.store.commit(batch).await?;
        let to = to.ok_or_else(|| crate::sign_in::malformed(applied.provider))?;
        Ok(Departure { to, cookie: state.cookie(), secret, lasts: AWAY })
    }

    /// Takes a browser back. `cookie` gives the value of a cookie that it carries. What it was away for is over
    /// then, whatever came of it: a state is good once, and a code too.
    ///
    /// # Errors
    /// When the store or the sign-in service fails; refusals are in the answer.
    pub async fn returned(
        &self,
        back: &Callback,
        cookie: impl Fn(&str) -> Option<Secret> + Send + Sync,
        callback: &Url,
    ) -> Result<Arrival, ConnectionError> {
        let stranger =
            |problem| Arrival { errand: None, return_to: None, cookie: None, outcome: Err(problem) };
        let Some(state) = back.state.as_deref().and_then(|state| state.parse::<Handle>().ok()) else {
            return Ok(stranger(state_unknown()));
        };
        let Some((away, revision)) = self.sign_in.recall::<Away>(&state).await? else {
            return Ok(stranger(state_unknown()));
        };
        // Whose browser is looked at before the state is used up: a stranger with a stolen state ends nothing.
        let carried = cookie(&state.cookie()).map(|secret| Digest::of(secret.expose().as_bytes()));
        let same =
            |carried: Digest| verify_slices_are_equal(carried.as_bytes(), away.browser.as_bytes()).is_ok();
        if !carried.is_some_and(same) {
            return Ok(stranger(other_browser()));
        }
        let used = Batch::new().expect(state.place(), Some(revision)).delete(state.place());
        match self.sign_in.store.commit(used).await {
            Ok(_) => {}
            Err(tieline_store::CommitError::Conflict { .. }) => return Ok(stranger(state_unknown())),
            Err(error) => return Err(error.into()),
        }
        let outcome = match away.link.errand {
            Errand::Consent => self.consented(&state.key, back).await,
            _ => self.signed_in(&state.key, &away, back, callback).await,
        };
        let outcome = match outcome {
            Err(ConnectionError::Unusable(problem)) => Err(problem),
            Err(ConnectionError::Unknown(_)) => Err(link_unknown()),
            outcome => Ok(outcome?),
        };
        Ok(Arrival {
            errand: Some(away.link.errand),
            return_to: away.link.return_to,
            cookie: Some(state.cookie()),
            outcome,
        })
    }
}

/// How people sign in to a connection.
fn people(applied: &Applied) -> Result<&'static People, Problem> {
    applied.provider.people.as_ref().ok_or_else(|| {
        let title = applied.provider.title;
        Problem::new("connection.nobody-signs-in", format!("People do not sign in to {title} here."))
            .remedy("Sign-in pages are for connections with provider `microsoft`.")
    })
}

/// What the sign-in service means by sending a browser back with an error.
fn turned_away(applied: &Applied, key: &ConnectionKey, error: &str, description: &str) -> ConnectionError {
    let cut = |text: &str| text.chars().take(2_000).collect::<String>();
    let body = json!({ "error": cut(error), "error_description": cut(description) }).to_string().into();
    let answer = Answer {
        status: StatusCode::BAD_REQUEST,
        headers: HeaderMap::new(),
        body,
        redirects: Default::default(),
    };
    let provider: &Provider = applied.provider;
    if error == "access_denied" && !description.contains("AADSTS") {
        let problem = Problem::new("sign-in.declined", "The sign-in was cancelled.");
        return ConnectionError::Unusable(problem.remedy("Begin again when you want to sign in."));
    }
    match refusal::read(provider, &key.connection, &answer, &[], false) {
        Refused::Problem(problem) => ConnectionError::Unusable(problem),
        Refused::Wait(_) | Refused::Passing => ConnectionError::Unusable(
            Problem::new("sign-in.try-again", format!("{} has a difficulty of its own.", provider.title))
                .remedy("Try again in a few minutes."),
        ),
    }
}

fn link_unknown() -> Problem {
    Problem::new("sign-in.link-unknown", "This link is not known, was used already, or is too old.")
        .remedy("Ask for a new one.")
}

fn state_unknown() -> Problem {
    Problem::new("sign-in.state-unknown", "This answer belongs to no sign-in that is under way.")
        .remedy("Begin again; a sign-in has to be finished within fifteen minutes.")
}

fn other_browser() -> Problem {
    Problem::new("sign-in.other-browser", "This answer belongs to a sign-in that another browser began.")
        .remedy("Begin again, and finish in the same browser. Cookies of this host must be allowed.")
}
