//! Where a connection signs in, and where its tokens are good. Pure.

use tieline_types::{Origin, OriginPattern, Problem, config::Cloud, origin::Scheme, tenant::Connection};
use url::Url;

use crate::{
    Clouds,
    providers::{BaseOf, DIRECTORY, Provider, SignIn},
};

/// Where to ask for a token.
#[derive(Debug)]
pub(crate) struct Endpoint {
    /// The token endpoint.
    pub(crate) url: Url,
    /// Its origin; the client's secret goes there and nowhere else.
    pub(crate) origin: Origin,
    /// The scope to ask for with client credentials.
    pub(crate) scope: Option<String>,
    root: Url,
    directory: String,
    /// Whether it is where the operator's cloud or the provider itself says.
    own: bool,
    base: Base,
}

#[derive(Debug)]
enum Base {
    Known(Url),
    InAnswer { trusted: &'static [&'static str] },
}

impl Endpoint {
    /// The endpoint of a connection that was validated when it was stored. Since then the operator may have
    /// removed its cloud: then a problem.
    pub(crate) fn of<S>(
        provider: &Provider,
        connection: &Connection<S>,
        clouds: &Clouds,
    ) -> Result<Self, Problem> {
        let name = connection.cloud.as_deref().unwrap_or(Clouds::DEFAULT);
        let cloud = || {
            clouds.get(name).ok_or_else(|| {
                Problem::new("connection.cloud-unknown", format!("There is no cloud `{name}`."))
                    .remedy("Add it to tieline.toml, or apply the connection with another one.")
            })
        };
        let incomplete = || {
            Problem::new("connection.incomplete", "The connection lacks what its provider needs.")
                .remedy("Apply it again.")
        };
        let root = match provider.sign_in {
            SignIn::Cloud => cloud()?.login.clone(),
            SignIn::LoginUrl { .. } => connection.login_url.clone().ok_or_else(incomplete)?,
            SignIn::Url => connection.url.clone().ok_or_else(incomplete)?,
        };
        let origin = Origin::of(&root).map_err(|_| incomplete())?;
        let directory = connection.directory_id.clone().unwrap_or_default();
        let url = below(&root, &directory, provider.token_path).ok_or_else(incomplete)?;

        let (own, base) = match provider.base {
            BaseOf::CloudGraph => (true, Base::Known(cloud()?.graph.clone())),
            BaseOf::Environment { trusted } => {
                let url = connection.environment_url.clone().ok_or_else(incomplete)?;
                (is_own_environment(&url, trusted, cloud()?)?, Base::Known(url))
            }
            BaseOf::Answer { trusted } => (is_one_of(trusted, &origin), Base::InAnswer { trusted }),
            BaseOf::SignIn { trusted } => (is_one_of(trusted, &origin), Base::Known(root.clone())),
        };
        let scope = match &base {
            Base::Known(base) if provider.default_scope => {
                Some(format!("{}/.default", Origin::of(base).map_err(|_| incomplete())?))
            }
            _ => None,
        };
        Ok(Self { url, origin, scope, root, directory, own, base })
    }

    /// Another page of the sign-in service.
    pub(crate) fn page(&self, path: &[&str]) -> Option<Url> {
        below(&self.root, &self.directory, path)
    }

    /// Whether it is where the operator's cloud or the provider itself says.
    pub(crate) fn is_own(&self) -> bool {
        self.own
    }

    /// Where tokens are good, as far as that is known before the first.
    pub(crate) fn known_base(&self) -> Option<&Url> {
        match &self.base {
            Base::Known(base) => Some(base),
            Base::InAnswer { .. } => None,
        }
    }

    /// Where a token is good, given what its answer said. An answer cannot name any place it likes: a
    /// credential is sent there.
    pub(crate) fn base(&self, instance_url: Option<&str>) -> Result<(Url, Origin), Problem> {
        let untrusted = |said: &str| {
            let said: String = said.chars().take(120).collect();
            Problem::new(
                "connection.instance-untrusted",
                format!("The sign-in service names an instance that is not the provider's: `{said}`."),
            )
            .remedy("Check that `login_url` is the provider's own; no credential was sent to the instance.")
        };
        let (url, trusted) = match &self.base {
            Base::Known(url) => (url.clone(), true),
            Base::InAnswer { trusted } => {
                let said = instance_url.unwrap_or_default();
                let url = Url::parse(said).map_err(|_| untrusted(said))?;
                let origin = Origin::of(&url).map_err(|_| untrusted(said))?;
                let ours = origin == self.origin || is_one_of(trusted, &origin);
                (url, ours)
            }
        };
        if !trusted {
            return Err(untrusted(instance_url.unwrap_or_default()));
        }
        let origin = Origin::of(&url).map_err(|_| untrusted(url.as_str()))?;
        Ok((url, origin))
    }
}

/// Whether an environment is one of the provider's own. In a simulated cloud it may be another; anywhere else a
/// connection that names it would get tokens for whatever it likes, and those for Graph go past the judgement of its
/// calls.
///
/// # Errors
/// When a connection may not name it.
pub(crate) fn is_own_environment(url: &Url, trusted: &[&str], cloud: &Cloud) -> Result<bool, Problem> {
    let example =
        "Give the environment's origin, such as https://acme.crm.dynamics.com: no path, no user name.";
    let Ok(origin) = url.as_str().parse::<Origin>() else {
        let message = "`environment_url` is not an origin.";
        return Err(Problem::new("connection.environment-url-invalid", message).remedy(example));
    };
    let of_cloud = [&cloud.login, &cloud.graph].map(|url| Origin::of(url).ok());
    match is_one_of(trusted, &origin) {
        true => Ok(true),
        false if cloud.simulated && !of_cloud.contains(&Some(origin)) => Ok(false),
        false => {
            let message = "`environment_url` is no address of the provider's environments.";
            Err(Problem::new("connection.environment-untrusted", message).remedy(example))
        }
    }
}

fn below(root: &Url, directory: &str, path: &[&str]) -> Option<Url> {
    let mut url = root.clone();
    let path = path.iter().map(|part| if *part == DIRECTORY { directory } else { part });
    url.path_segments_mut().ok()?.pop_if_empty().extend(path);
    Some(url)
}

/// Whether an origin is one of the provider's own.
fn is_one_of(patterns: &[&str], origin: &Origin) -> bool {
    let matches =
        |pattern: &&str| pattern.parse::<OriginPattern>().is_ok_and(|pattern| pattern.matches(origin));
    origin.scheme() == Scheme::Https && patterns.iter().any(matches)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers;
    use std::collections::BTreeMap;

    fn endpoint(json: &str) -> Endpoint {
        let connection: Connection<String> = serde_json::from_str(json).unwrap();
        let clouds = Clouds::new(BTreeMap::new()).unwrap();
        Endpoint::of(providers::named(&connection.provider).unwrap(), &connection, &clouds).unwrap()
    }

    fn salesforce(login: &str) -> Endpoint {
        endpoint(&format!(r#"{{"provider":"salesforce","login_url":"{login}"}}"#))
    }

    #[test]
    fn refuses_an_instance_that_is_not_the_providers() {
        let endpoint = salesforce("https://acme.my.salesforce.com");
        for forged in [
            None,
            Some(""),
            Some("acme.my.salesforce.com"),
            Some("https://evil.org"),
            Some("https://salesforce.com.evil.org"),
            Some("https://acme.my.salesforce.com@evil.org"),
            Some("http://acme.my.salesforce.com"),
            Some("https://acme.my.salesforce.com:8443"),
            Some("https://169.254.169.254"),
        ] {
            let problem = endpoint.base(forged).unwrap_err();
            assert_eq!(problem.code, "connection.instance-untrusted", "{forged:?}");
        }
    }

    #[test]
    fn takes_the_providers_instances_and_the_sign_in_origin_itself() {
        let endpoint = salesforce("https://login.salesforce.com");
        let (base, origin) = endpoint.base(Some("https://acme.my.salesforce.com")).unwrap();
        assert_eq!(base.as_str(), "https://acme.my.salesforce.com/");
        assert_eq!(origin.to_string(), "https://acme.my.salesforce.com");
        assert!(salesforce("http://127.0.0.1:19003").base(Some("http://127.0.0.1:19003")).is_ok());
        assert!(salesforce("http://127.0.0.1:19003").base(Some("http://127.0.0.1:19004")).is_err());
    }

    #[test]
    fn every_pattern_of_a_provider_is_one() {
        for provider in ["microsoft", "salesforce", "dynamics", "vault", "contact-center"] {
            let base = &providers::named(provider).unwrap().base;
            if let BaseOf::Answer { trusted } | BaseOf::Environment { trusted } | BaseOf::SignIn { trusted } =
                base
            {
                for pattern in *trusted {
                    assert!(pattern.parse::<OriginPattern>().is_ok(), "{pattern}");
                }
            }
        }
    }

    #[test]
    fn a_dataverse_token_is_for_its_environment_and_goes_nowhere_else() {
        let acme = endpoint(
            r#"{"provider":"dynamics","directory_id":"contoso.com","environment_url":"https://acme.crm4.dynamics.com"}"#,
        );
        assert_eq!(acme.url.as_str(), "https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token");
        assert_eq!(acme.scope.as_deref(), Some("https://acme.crm4.dynamics.com/.default"));
        let (base, _) = acme.base(Some("https://evil.org")).unwrap();
        assert_eq!(base.as_str(), "https://acme.crm4.dynamics.com/");
        assert!(acme.is_own());
    }

    #[test]
    fn a_session_is_for_the_vault_itself() {
        let acme = endpoint(r#"{"provider":"vault","url":"https://acme.veevavault.com"}"#);
        assert_eq!(acme.url.as_str(), "https://acme.veevavault.com/api/v26.2/auth");
        let (base, origin) = acme.base(None).unwrap();
        assert_eq!((base.as_str(), origin), ("https://acme.veevavault.com/", acme.origin.clone()));
        assert!(acme.is_own());
        assert!(!endpoint(r#"{"provider":"vault","url":"https://veevavault.com.evil.org"}"#).is_own());
    }

    #[test]
    fn a_contact_centre_s_token_is_good_where_it_came_from_and_nowhere_else() {
        let at = |url: &str| endpoint(&format!(r#"{{"provider":"contact-center","login_url":"{url}"}}"#));
        let acme = at("https://acme.brightpattern.com");
        assert_eq!(acme.url.as_str(), "https://acme.brightpattern.com/configapi/v2/oauth/token");
        assert_eq!((acme.scope.as_deref(), acme.is_own()), (None, true));
        let (base, _) = acme.base(Some("https://evil.org")).unwrap();
        assert_eq!(base.as_str(), "https://acme.brightpattern.com/");
        assert!(!at("https://chat.acme.example").is_own());
    }

    #[test]
    fn an_environment_is_never_graph_nor_anything_else_that_has_tokens() {
        let BaseOf::Environment { trusted } = providers::named("dynamics").unwrap().base else { panic!() };
        let at = |address: &str| address.parse::<Url>().unwrap();
        let real = Cloud::at(at("https://login.microsoftonline.com"), at("https://graph.microsoft.com"));
        let sim = Cloud { simulated: true, ..Cloud::at(at("http://127.0.0.1:1"), at("http://127.0.0.1:2")) };
        let judged = |url: &str, cloud: &Cloud| {
            is_own_environment(&at(url), trusted, cloud).map_err(|problem| problem.code)
        };
        let refused = |code: &str| Err(format!("connection.environment-{code}"));
        for (url, in_real, in_sim) in [
            ("https://acme.crm4.dynamics.com", Ok(true), Ok(true)),
            ("https://graph.microsoft.com", refused("untrusted"), Ok(false)),
            ("https://management.azure.com", refused("untrusted"), Ok(false)),
            ("http://acme.crm4.dynamics.com", refused("untrusted"), Ok(false)),
            ("https://dynamics.com.evil.org", refused("untrusted"), Ok(false)),
            ("http://127.0.0.1:2", refused("untrusted"), refused("untrusted")),
            ("http://127.0.0.1:1", refused("untrusted"), refused("untrusted")),
            ("http://127.0.0.1:3", refused("untrusted"), Ok(false)),
            ("https://acme.crm4.dynamics.com/api", refused("url-invalid"), refused("url-invalid")),
        ] {
            assert_eq!((judged(url, &real), judged(url, &sim)), (in_real, in_sim), "{url}");
        }
    }

    #[test]
    fn knows_the_addresses_of_a_microsoft_connection() {
        let endpoint =
            endpoint(r#"{"provider":"microsoft","cloud":"us-gov-l4","directory_id":"contoso.com"}"#);
        assert_eq!(endpoint.url.as_str(), "https://login.microsoftonline.us/contoso.com/oauth2/v2.0/token");
        assert_eq!(endpoint.scope.as_deref(), Some("https://graph.microsoft.us/.default"));
        let (base, _) = endpoint.base(Some("https://evil.org")).unwrap();
        assert_eq!(base.as_str(), "https://graph.microsoft.us/");
    }
}
