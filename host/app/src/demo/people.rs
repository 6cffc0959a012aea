//! People in front of a browser: one of them signs in, the simulated sign-in page asks for nothing.

use reqwest::{
    Client, Url,
    header::{COOKIE, LOCATION, SET_COOKIE},
};

use super::sim::{Control, Manifest, Person};
use crate::{Exit, Failure};

/// More redirects than any sign-in has.
const REDIRECTS: usize = 10;

/// Why nobody is signed in.
#[derive(Debug, thiserror::Error)]
enum SignInError {
    #[error("reading the simulators' certificate failed")]
    Certificate(#[source] std::io::Error),
    #[error("following a link to sign in failed")]
    Follow(#[source] reqwest::Error),
    #[error("a link to sign in leads nowhere")]
    Lost,
}

impl From<SignInError> for Failure {
    fn from(error: SignInError) -> Self {
        Self::new(Exit::Failed, error)
    }
}

/// Signs a person in: they follow the link, and the simulated Entra knows who sits there.
pub(crate) async fn sign_in(
    control: &Control,
    sim: &Manifest,
    person: &Person,
    link: &str,
) -> Result<(), Failure> {
    control.sits_there(&person.id).await?;
    Ok(follow(&browser(sim)?, link).await?)
}

fn browser(sim: &Manifest) -> Result<Client, SignInError> {
    let pem = std::fs::read(&sim.ca).map_err(SignInError::Certificate)?;
    let certificate = reqwest::Certificate::from_pem(&pem).map_err(SignInError::Follow)?;
    let builder = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    builder.tls_certs_only([certificate]).build().map_err(SignInError::Follow)
}

/// From the host to Entra and back, with the cookies that the host set on the way out.
async fn follow(browser: &Client, link: &str) -> Result<(), SignInError> {
    let mut url: Url = link.parse().map_err(|_| SignInError::Lost)?;
    let mut cookies: Vec<String> = Vec::new();
    for _ in 0..REDIRECTS {
        let request = browser.get(url.clone()).header(COOKIE, cookies.join("; "));
        let answer = request.send().await.map_err(SignInError::Follow)?;
        let set = answer.headers().get_all(SET_COOKIE).iter().filter_map(|field| field.to_str().ok());
        cookies.extend(set.filter_map(|field| Some(field.split(';').next()?.to_owned())));
        if !answer.status().is_redirection() {
            return answer.error_for_status().map(drop).map_err(SignInError::Follow);
        }
        let to = answer.headers().get(LOCATION).and_then(|to| to.to_str().ok()).ok_or(SignInError::Lost)?;
        url = url.join(to).map_err(|_| SignInError::Lost)?;
    }
    Err(SignInError::Lost)
}
