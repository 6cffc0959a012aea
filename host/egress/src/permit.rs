//! Who may be called. Pure policy.

use std::sync::Arc;

use http::Method;
use tieline_types::{Origin, Rights, origin::Scheme};
use url::Url;

use crate::Denial;

/// Proof that somebody asked whether a call may go to an origin; [`crate::Egress::send`] takes no request
/// without one, so a call that forgot to ask does not compile. It holds for one origin, and, when it stems
/// from a grant, for one method. Each hop of a redirect needs a permit of its own.
#[derive(Debug, Clone)]
pub struct Permit {
    origin: Origin,
    method: Option<Method>,
    redirects: Follow,
}

/// Which redirects may be followed.
#[derive(Debug, Clone)]
enum Follow {
    None,
    /// To other origins that the grant includes.
    Away(Arc<Rights>),
    /// To those, and within the credential's own origin.
    Granted(Arc<Rights>),
}

impl Permit {
    /// A permit for a call without a credential, by the rights of an installation. Redirects are followed
    /// within the same rights.
    ///
    /// # Errors
    /// When manifest and grant do not both include the origin with this method.
    pub fn granted(rights: &Arc<Rights>, url: &Url, method: &Method) -> Result<Self, Denial> {
        let origin = Origin::of(url).map_err(|invalid| Denial::new(invalid.to_string()))?;
        if rights.http(&origin, method.as_str()) {
            let redirects = Follow::Granted(Arc::clone(rights));
            return Ok(Self { origin, method: Some(method.clone()), redirects });
        }
        let denial = Denial::new(format!("{method} {origin}, which manifest and grant do not both include"));
        let other_method = OFTEN_USED.iter().any(|other| rights.http(&origin, other));
        Err(if other_method {
            // The grant names origins only; methods are the manifest's.
            denial.allow_with(format!("methods = [\"{method}\"] (of the origin in connector.toml)"))
        } else {
            denial.allow_with(format!("http = [\"{origin}\"]"))
        })
    }

    /// A permit for a call with the credential of a connection or a cloud: it goes to that connection's own
    /// origin and nowhere else, whatever address a guest or an upstream made up. No redirect is followed.
    ///
    /// # Errors
    /// When the URL leads elsewhere.
    pub fn origin(origin: &Origin, url: &Url) -> Result<Self, Denial> {
        let permit = Self { origin: origin.clone(), method: None, redirects: Follow::None };
        if permit.leads_to(url) {
            return Ok(permit);
        }
        let asked = Origin::of(url).map_or_else(|invalid| invalid.to_string(), |asked| asked.to_string());
        Err(Denial::new(format!("{asked} with a credential that belongs to {origin}")))
    }

    /// With redirects: within the credential's own origin, and without the credential to whatever else the
    /// rights of an installation include.
    #[must_use]
    pub fn redirected_within(self, rights: &Arc<Rights>) -> Self {
        Self { redirects: Follow::Granted(Arc::clone(rights)), ..self }
    }

    /// With redirects that leave the credential's origin, and it behind. Within that origin none is followed,
    /// since more is asked there than whose it is: Graph's paths need permissions.
    #[must_use]
    pub fn redirected_away(self, rights: &Arc<Rights>) -> Self {
        Self { redirects: Follow::Away(Arc::clone(rights)), ..self }
    }

    /// The permit for a hop of a redirect; none where redirects are not followed, and stand as the answer.
    ///
    /// # Errors
    /// When the rights do not include it, or it would leave TLS behind.
    pub(crate) fn hop(&self, method: &Method, url: &Url) -> Option<Result<Self, Denial>> {
        let (rights, home) = match &self.redirects {
            Follow::None => return None,
            Follow::Away(rights) => (rights, false),
            Follow::Granted(rights) => (rights, true),
        };
        if self.method.is_none() && self.leads_to(url) {
            return home.then(|| Ok(self.clone()));
        }
        if self.origin.scheme() == Scheme::Https && url.scheme() == "http" {
            let asked = format!("a redirect from {} to an address without TLS", self.origin);
            return Some(Err(Denial::new(asked)));
        }
        Some(Self::granted(rights, url, method))
    }

    /// Where it leads.
    pub(crate) fn target(&self) -> &Origin {
        &self.origin
    }

    /// Whether it covers this call.
    pub(crate) fn covers(&self, method: &Method, url: &Url) -> bool {
        self.method.as_ref().is_none_or(|own| own == method) && self.leads_to(url)
    }

    /// As `Origin::of(url) == Ok(self.origin)`, without building one: this is asked for every call.
    fn leads_to(&self, url: &Url) -> bool {
        let scheme = match self.origin.scheme() {
            Scheme::Https => "https",
            Scheme::Http => "http",
        };
        url.scheme() == scheme
            && url.host_str().is_some_and(|host| host.trim_end_matches('.') == self.origin.host())
            && url.port_or_known_default() == Some(self.origin.port())
            && url.username().is_empty()
            && url.password().is_none()
    }
}

const OFTEN_USED: [&str; 6] = ["GET", "POST", "PATCH", "PUT", "DELETE", "HEAD"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::permit_law;
    use proptest::prelude::*;
    use tieline_types::{Grant, Manifest};

    fn rights() -> Arc<Rights> {
        let manifest = Manifest::parse(
            r#"
            [connector]
            id = "t"
            version = "1.0.0"
            name = "T"
            vendor = "T"
            licence = "MIT"
            description = "T"
            minimum_host = "0.1.0"
            [[http_origins]]
            origin = "https://*.example.com"
            methods = ["GET"]
            reason = "reads"
            "#,
        )
        .unwrap();
        let grant: Grant = toml::from_str(r#"http = ["https://api.example.com"]"#).unwrap();
        Arc::new(Rights::of(&manifest, &grant))
    }

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[test]
    fn refuses_what_is_not_granted_and_names_the_line_that_would() {
        for (method, address, line) in [
            (Method::GET, "https://other.example.com/x?y", Some(r#"http = ["https://other.example.com"]"#)),
            (Method::GET, "http://api.example.com", Some(r#"http = ["http://api.example.com"]"#)),
            (Method::GET, "https://api.example.com:8443", Some(r#"http = ["https://api.example.com:8443"]"#)),
            (
                Method::POST,
                "https://api.example.com/",
                Some(r#"methods = ["POST"] (of the origin in connector.toml)"#),
            ),
            (Method::GET, "https://u:p@api.example.com/", None),
            (Method::GET, "ftp://api.example.com/", None),
        ] {
            let denial = Permit::granted(&rights(), &url(address), &method).unwrap_err();
            assert_eq!(denial.allow_with.as_deref(), line, "{address}");
        }
        assert!(Permit::granted(&rights(), &url("https://api.example.com/x"), &Method::GET).is_ok());
    }

    #[test]
    fn a_permit_covers_neither_another_origin_nor_another_method() {
        let permit = Permit::granted(&rights(), &url("https://api.example.com/a"), &Method::GET).unwrap();
        assert!(!permit.covers(&Method::POST, &url("https://api.example.com/a")));
        assert!(!permit.covers(&Method::GET, &url("https://api.example.com.evil.org/a")));
        assert!(permit.covers(&Method::GET, &url("https://api.example.com/b")));
    }

    #[test]
    fn a_credential_goes_to_its_own_origin_only() {
        let own: Origin = "https://acme.my.salesforce.com".parse().unwrap();
        for elsewhere in [
            "https://evil.org/",
            "http://acme.my.salesforce.com/",
            "https://acme.my.salesforce.com:444/",
            "https://acme.my.salesforce.com@evil.org/",
            "https://user@acme.my.salesforce.com/",
            "https://acme.my.salesforce.com.evil.org/",
        ] {
            let denial = Permit::origin(&own, &url(elsewhere)).unwrap_err();
            assert_eq!(denial.allow_with, None, "{elsewhere}");
        }
        assert!(Permit::origin(&own, &url("https://ACME.my.salesforce.com:443/services/data")).is_ok());
    }

    #[test]
    fn a_hop_needs_the_same_rights_as_a_call() {
        let rights = rights();
        let own: Origin = "https://acme.my.salesforce.com".parse().unwrap();
        let home = url("https://acme.my.salesforce.com/a");
        let permit = Permit::origin(&own, &home).unwrap();
        let granted = url("https://api.example.com/x");
        assert!(permit.hop(&Method::GET, &home).is_none(), "by itself a credential is led nowhere");

        let within = permit.clone().redirected_within(&rights);
        assert_eq!(within.hop(&Method::POST, &home).unwrap().unwrap().method, None);
        let left = within.hop(&Method::GET, &granted).unwrap().unwrap();
        let denial = left.hop(&Method::GET, &home).unwrap().unwrap_err();
        assert_eq!(denial.allow_with.as_deref(), Some(r#"http = ["https://acme.my.salesforce.com"]"#));
        let denial = within.hop(&Method::POST, &granted).unwrap().unwrap_err();
        assert_eq!(
            denial.allow_with.as_deref(),
            Some(r#"methods = ["POST"] (of the origin in connector.toml)"#)
        );

        let away = permit.redirected_away(&rights);
        assert!(away.hop(&Method::GET, &home).is_none());
        assert!(away.hop(&Method::GET, &granted).unwrap().is_ok());
        assert!(away.hop(&Method::GET, &url("https://evil.org/")).unwrap().is_err());
    }

    #[test]
    fn no_hop_leaves_tls_behind() {
        let manifest = r#"
            [connector]
            id = "t"
            version = "1.0.0"
            name = "T"
            vendor = "T"
            licence = "MIT"
            description = "T"
            minimum_host = "0.1.0"
            [[http_origins]]
            origin = "https://a.example"
            methods = ["GET"]
            reason = "reads"
            [[http_origins]]
            origin = "http://a.example"
            methods = ["GET"]
            reason = "reads"
            "#;
        let grant: Grant = toml::from_str(r#"http = ["https://a.example", "http://a.example"]"#).unwrap();
        let rights = Arc::new(Rights::of(&Manifest::parse(manifest).unwrap(), &grant));
        let permit = Permit::granted(&rights, &url("https://a.example/"), &Method::GET).unwrap();
        let denial = permit.hop(&Method::GET, &url("http://a.example/")).unwrap().unwrap_err();
        assert_eq!(denial.allow_with, None, "no line can allow it");
        let plain = Permit::granted(&rights, &url("http://a.example/"), &Method::GET).unwrap();
        assert!(plain.hop(&Method::GET, &url("https://a.example/")).unwrap().is_ok());
    }

    proptest! {
        #[test]
        fn a_permitted_address_is_the_granted_one(
            any in "\\PC{0,60}",
            likely in "(https?|HTTPS|ftp)://(u:p@|evil@)?(api|API|a%70i|evil)\\.example\\.com(\\.|\\.evil\\.org|%2eevil\\.org)?(:443|:444)?[/\\\\?#@]?[a-z.@/]{0,8}",
        ) {
            permit_law::holds(&any);
            permit_law::holds(&likely);
        }

        #[test]
        fn a_hop_is_never_allowed_where_a_call_is_not(
            method in "GET|POST", text in "https?://(u@)?(api|other)\\.example\\.(com|org)(:444)?/",
        ) {
            let (rights, method, url) = (rights(), method.parse::<Method>().unwrap(), url(&text));
            let own: Origin = "https://own.example".parse().unwrap();
            let permit = Permit::origin(&own, &"https://own.example/".parse().unwrap()).unwrap();
            let hop = permit.redirected_within(&rights).hop(&method, &url).unwrap();
            prop_assert_eq!(hop.is_ok(), Permit::granted(&rights, &url, &method).is_ok());
        }

        #[test]
        fn a_permit_leads_where_its_origin_says(
            text in "https?://(u@|u:p@)?[abAB]\\.(example\\.com|[0-9]\\.1|x)\\.?(:443|:80|:1)?/[a-z]?",
            other in "https?://[ab]\\.(example\\.com|x)(:443|:80|:1)?/",
        ) {
            let (Ok(url), Ok(origin)) = (Url::parse(&text), Origin::of(&Url::parse(&other).unwrap())) else {
                return Ok(());
            };
            let same = Origin::of(&url).is_ok_and(|asked| asked == origin);
            prop_assert_eq!(Permit::origin(&origin, &url).is_ok(), same);
        }
    }
}
