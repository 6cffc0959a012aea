//! Signing in to the host with a browser: with one's directory, or with a token.
//!
//! Of a browser that is away nothing is kept here. It carries one secret in a cookie; what the sign-in service is told
//! (state, nonce, the challenge of the verifier) follows from that and leads nowhere without it. So nobody who is not
//! signed in makes the host write or remember anything, and a way back counts in the browser that went.

use std::{net::IpAddr, time::Duration};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use tieline_identity::{Callback, ConnectionError, Entrance, Visit, Visitor, is_ours};
use tieline_types::{Digest, Problem, Secret};
use url::Url;

use crate::{
    Access, AccessError, Mapping, NewSession, Refused, random,
    sessions::{Person, Subject},
};

/// How long a browser may stay away. A code lives for ten minutes.
const LASTS: Duration = Duration::from_secs(15 * 60);
/// Where a browser goes that named no other place.
const HOME: &str = "/";

/// A browser that is sent away.
pub struct Away {
    /// A page of the sign-in service.
    pub to: Url,
    /// What tells its cookie from those of other sign-ins of the same browser.
    pub cookie: String,
    /// What its cookie says.
    pub secret: Secret,
    /// How long the cookie lasts.
    pub lasts: Duration,
}

/// A browser that came back.
#[derive(Debug)]
pub struct Arrived {
    /// Its session.
    pub session: NewSession,
    /// Where it goes on: a path of this host.
    pub return_to: String,
}

/// What follows from the secret of a browser that is away.
struct Trip {
    state: Secret,
    nonce: Secret,
    verifier: Secret,
}

impl Trip {
    fn of(secret: &Secret, return_to: &str) -> Self {
        Self {
            // With the place where it goes: that of another sign-in is none of this one.
            state: random::follows(secret, "state", return_to),
            nonce: random::follows(secret, "nonce", ""),
            verifier: random::follows(secret, "verifier", ""),
        }
    }

    fn visit<'a>(&'a self, callback: &'a Url) -> Visit<'a> {
        Visit { callback, state: self.state.expose(), nonce: &self.nonce, verifier: &self.verifier }
    }
}

impl Access {
    /// The path to which the sign-in service sends browsers back: a redirect URI of the app registration.
    pub const CALLBACK: &str = "/auth/sign-in/callback";

    /// Sends a browser away to sign in; `return_to` is where it wants to go on, a path of this host.
    ///
    /// # Errors
    /// [`SignInError::Refused`] with what to show.
    pub fn depart(&self, return_to: Option<&str>) -> Result<Away, SignInError> {
        let (entrance, _) = self.entrance()?;
        let return_to = return_to.unwrap_or(HOME);
        is_ours(return_to).map_err(SignInError::Refused)?;
        let secret = random::text()?;
        let trip = Trip::of(&secret, return_to);
        let callback = self.callback();
        let to = entrance.page(&trip.visit(&callback)).ok_or_else(|| SignInError::Refused(no_entrance()))?;
        let secret = Secret::new(format!("{}.{}", secret.expose(), BASE64_URL_SAFE_NO_PAD.encode(return_to)));
        Ok(Away { to, cookie: cookie(trip.state.expose()), secret, lasts: LASTS })
    }

    /// Which cookie a browser must bring with this state.
    pub fn cookie_of(back: &Callback) -> Option<String> {
        back.state.as_deref().filter(|state| random::is_text(state)).map(cookie)
    }

    /// Takes a browser back. `carried` is what its cookie says, `before` the session that it had.
    ///
    /// # Errors
    /// [`SignInError`].
    pub async fn arrive(
        &self,
        back: &Callback,
        carried: Option<&Secret>,
        before: Option<&Secret>,
        from: Option<IpAddr>,
    ) -> Result<Arrived, SignInError> {
        let (entrance, mapping) = self.entrance()?;
        let state = back.state.as_deref().unwrap_or_default();
        let carried = carried.and_then(|carried| unpacked(carried.expose()));
        let (secret, return_to) = carried.ok_or_else(|| SignInError::Refused(other_browser()))?;
        let trip = Trip::of(&secret, &return_to);
        if !Self::same(&trip.state, state) {
            return Err(SignInError::Refused(other_browser()));
        }
        // A browser may carry whatever somebody put into it.
        is_ours(&return_to).map_err(SignInError::Refused)?;
        // What comes next asks the sign-in service, with the secret of the app.
        self.patient_with(from)?;
        let callback = self.callback();
        let visitor = match entrance.arrived(back, &trip.visit(&callback)).await {
            Ok(visitor) => visitor,
            Err(ConnectionError::Unusable(problem)) => {
                self.failed(from);
                return Err(SignInError::Refused(problem));
            }
            Err(error) => return Err(SignInError::Unavailable(error)),
        };
        let person = person(entrance, mapping, visitor).map_err(SignInError::Refused)?;
        let session = self.begin(Subject::Person(person), before).await?;
        let session = session.ok_or_else(|| SignInError::Refused(not_let_in(mapping)))?;
        Ok(Arrived { session, return_to })
    }

    /// Begins a session for whoever holds a token. It ends with the token.
    ///
    /// # Errors
    /// [`Refused`] as for a request with the token, and when the store does not take the session.
    pub async fn sign_in_with(
        &self,
        token: &Secret,
        before: Option<&Secret>,
        from: Option<IpAddr>,
    ) -> Result<NewSession, SignInError> {
        self.of_token(token.expose(), from).await?;
        let digest = Digest::of(token.expose().as_bytes());
        let session = self.begin(Subject::Token { digest }, before).await?;
        session.ok_or(SignInError::NotLetIn(Refused::Unknown))
    }

    fn entrance(&self) -> Result<&(Entrance, Mapping), SignInError> {
        self.entrance.as_ref().ok_or_else(|| SignInError::Refused(no_entrance()))
    }

    fn callback(&self) -> Url {
        let mut url = self.public_url.clone();
        let path = format!("{}{}", url.path().trim_end_matches('/'), Self::CALLBACK);
        url.set_path(&path);
        url
    }
}

/// Why somebody is not signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// With what to show.
    #[error("{0}")]
    Refused(Problem),
    /// The credential lets nobody in.
    #[error(transparent)]
    NotLetIn(#[from] Refused),
    /// The sign-in service does not answer.
    #[error("asking the sign-in service failed")]
    Unavailable(#[source] ConnectionError),
    /// No session can be made.
    #[error(transparent)]
    Session(#[from] AccessError),
}

fn person(entrance: &Entrance, mapping: &Mapping, visitor: Visitor) -> Result<Person, Problem> {
    if visitor.too_many_groups && mapping.looks_at_groups() {
        let message = "You are in more groups than your directory can name when you sign in.";
        let remedy = "Have the app registration name only groups that are assigned to the application, or use app roles \
                      in [[sign_in.roles]].";
        return Err(Problem::new("sign-in.too-many-groups", message).remedy(remedy));
    }
    let (groups, app_roles) = mapping.meant(visitor.groups, visitor.app_roles);
    Ok(Person {
        entrance: entrance.name(),
        directory: visitor.directory_id,
        oid: visitor.object_id,
        user_name: visitor.user_name,
        name: visitor.display_name,
        groups,
        app_roles,
    })
}

/// The secret and the place that a browser carries.
fn unpacked(carried: &str) -> Option<(Secret, String)> {
    let (secret, place) = carried.split_once('.').filter(|(secret, _)| random::is_text(secret))?;
    let place = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(place).ok()?).ok()?;
    Some((Secret::new(secret), place))
}

/// The name of the cookie that belongs to a state; several sign-ins of one browser do not meet.
fn cookie(state: &str) -> String {
    Digest::of(state.as_bytes()).hex()[..16].to_owned()
}

fn no_entrance() -> Problem {
    Problem::new("sign-in.not-set-up", "People do not sign in to this host with their directory.")
        .remedy("An operator sets up [sign_in] in tieline.toml; until then sign in with a token.")
}

fn not_let_in(mapping: &Mapping) -> Problem {
    let what = if mapping.looks_at_groups() { "a group or an app role" } else { "an app role" };
    let message = "Your directory knows you, and nothing that you are there lets you in here.";
    let remedy =
        format!("Ask an operator for {what} that [[sign_in.roles]] of the host names, and sign in again.");
    Problem::new("sign-in.no-role", message).remedy(remedy)
}

fn other_browser() -> Problem {
    Problem::new("sign-in.other-browser", "This answer belongs to no sign-in that this browser began.")
        .remedy("Begin again, and finish in the same browser within fifteen minutes. Cookies of this host must be allowed.")
}
