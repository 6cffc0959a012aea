//! Whether a connection can work, before anything is stored. Pure.

use tieline_types::{ConnectionName, Origin, Problem, tenant::Connection};

use crate::{
    Clouds,
    endpoint::is_own_environment,
    providers::{self, BaseOf, Field, Need, Provider, SignIn},
    refusal::pointer,
};

/// All that is wrong with a connection, each at its field; empty when it can be stored. Fields that the
/// provider does not use are wrong too: a value that nobody reads is a mistake that nobody sees.
pub(crate) fn problems<S>(
    name: &ConnectionName,
    connection: &Connection<S>,
    clouds: &Clouds,
) -> Vec<Problem> {
    let Some(provider) = providers::named(&connection.provider) else {
        let message = format!("There is no provider `{}`.", shown(&connection.provider));
        let remedy = format!("The providers are: {}.", providers::names());
        let problem = Problem::new("connection.provider-unknown", message).remedy(remedy);
        return vec![problem.at(format!("/connections/{name}/provider"))];
    };
    let mut problems: Vec<Problem> =
        Field::ALL.into_iter().filter_map(|field| presence(provider, name, connection, field)).collect();
    problems.extend(cloud(name, connection, clouds));
    problems.extend(directory(name, connection));
    problems.extend(login(provider, name, connection));
    problems.extend(environment(provider, name, connection, clouds));
    problems.extend(url(provider, name, connection));
    problems
}

fn presence<S>(
    provider: &Provider,
    name: &ConnectionName,
    connection: &Connection<S>,
    field: Field,
) -> Option<Problem> {
    let given = given(connection, field);
    let need = provider.fields.iter().find(|(known, _)| *known == field).map(|(_, need)| *need);
    let (provider, field_name) = (provider.name, field.name());
    let (code, message) = match need {
        None if given => {
            ("connection.field-unused", format!("A `{provider}` connection has no `{field_name}`."))
        }
        Some(Need::Always) if !given => {
            ("connection.field-missing", format!("A `{provider}` connection needs `{field_name}`."))
        }
        // Where either will do, one sentence is enough.
        Some(Need::Or(other)) if !given && !self::given(connection, other) && comes_before(field, other) => (
            "connection.field-missing",
            format!("A `{provider}` connection needs `{field_name}`, or `{}`.", other.name()),
        ),
        Some(Need::Or(Field::ClientSecret)) if given && self::given(connection, Field::ClientSecret) => (
            "connection.field-unused",
            format!("A `{provider}` connection has either a `client_secret` or a `{field_name}`."),
        ),
        _ => return None,
    };
    Some(Problem::new(code, message).at(pointer(name, field)))
}

fn comes_before(field: Field, other: Field) -> bool {
    let place = |wanted| Field::ALL.iter().position(|field| *field == wanted);
    place(field) < place(other)
}

fn given<S>(connection: &Connection<S>, field: Field) -> bool {
    let text = |value: &Option<String>| value.as_ref().is_some_and(|text| !text.trim().is_empty());
    match field {
        Field::Name => connection.name.is_some(),
        Field::Cloud => connection.cloud.is_some(),
        Field::DirectoryId => text(&connection.directory_id),
        Field::ObjectId => connection.object_id.is_some(),
        Field::LoginUrl => connection.login_url.is_some(),
        Field::EnvironmentUrl => connection.environment_url.is_some(),
        Field::Url => connection.url.is_some(),
        Field::ClientId => text(&connection.client_id),
        Field::ClientSecret => connection.client_secret.is_some(),
        Field::Certificate => connection.certificate.is_some(),
        Field::RefreshToken => connection.refresh_token.is_some(),
        Field::Username => connection.username.is_some(),
        Field::Password => connection.password.is_some(),
        Field::ExpiresAt => connection.expires_at.is_some(),
        Field::Licensing => connection.licensing.is_some(),
    }
}

fn cloud<S>(name: &ConnectionName, connection: &Connection<S>, clouds: &Clouds) -> Option<Problem> {
    let cloud = connection.cloud.as_ref().filter(|cloud| clouds.get(cloud).is_none())?;
    let known = clouds.names().collect::<Vec<_>>().join(", ");
    let problem = Problem::new("connection.cloud-unknown", format!("There is no cloud `{}`.", shown(cloud)))
        .remedy(format!("The clouds are: {known}; `[clouds.…]` in tieline.toml adds others."));
    Some(problem.at(pointer(name, Field::Cloud)))
}

/// The directory id becomes part of the token endpoint's path: a GUID or a verified domain, and none of the
/// names that stand for “whichever directory the person has”, since an app signs in to one.
fn directory<S>(name: &ConnectionName, connection: &Connection<S>) -> Option<Problem> {
    let id = connection.directory_id.as_deref().filter(|id| !id.trim().is_empty())?;
    let shared = ["common", "organizations", "consumers"].contains(&id.to_ascii_lowercase().as_str());
    let plain = id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
    if plain && !shared && id.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let problem =
        Problem::new("connection.directory-invalid", format!("`{}` is not one directory.", shown(id)))
            .remedy("Give the directory (tenant) id: a GUID, or a verified domain such as contoso.com.");
    Some(problem.at(pointer(name, Field::DirectoryId)))
}

fn login<S>(provider: &Provider, name: &ConnectionName, connection: &Connection<S>) -> Option<Problem> {
    let SignIn::LoginUrl { shared } = &provider.sign_in else { return None };
    let url = connection.login_url.as_ref()?;
    let at = |problem: Problem| Some(problem.at(pointer(name, Field::LoginUrl)));
    let Ok(origin) = url.as_str().parse::<Origin>() else {
        let message = "`login_url` is not an origin such as https://acme.my.salesforce.com.";
        return at(Problem::new("connection.login-url-invalid", message)
            .remedy("Give scheme and host only: no path, no user name."));
    };
    if connection.refresh_token.is_none() && shared.contains(&origin.host()) {
        let message = format!("{} offers no client credentials at {origin}.", provider.title);
        return at(Problem::new(format!("{}.my-domain-needed", provider.name), message)
            .remedy("Give the org's own address: https://<My Domain>.my.salesforce.com."));
    }
    None
}

fn environment<S>(
    provider: &Provider,
    name: &ConnectionName,
    connection: &Connection<S>,
    clouds: &Clouds,
) -> Option<Problem> {
    let BaseOf::Environment { trusted } = provider.base else { return None };
    let url = connection.environment_url.as_ref()?;
    let cloud = clouds.get(connection.cloud.as_deref().unwrap_or(Clouds::DEFAULT))?;
    let problem = is_own_environment(url, trusted, cloud).err()?;
    Some(problem.at(pointer(name, Field::EnvironmentUrl)))
}

fn url<S>(provider: &Provider, name: &ConnectionName, connection: &Connection<S>) -> Option<Problem> {
    let SignIn::Url = provider.sign_in else { return None };
    connection.url.as_ref()?.as_str().parse::<Origin>().err()?;
    let message = "`url` is not an origin such as https://acme.veevavault.com.";
    let problem = Problem::new("connection.url-invalid", message);
    Some(problem.remedy("Give scheme and host only: no path, no user name.").at(pointer(name, Field::Url)))
}

fn shown(text: &str) -> String {
    text.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// Codes and fields of what is wrong with a connection, written as in a tenant document. Secrets are
    /// plain texts here.
    fn wrong(json: &str) -> Vec<(String, String)> {
        let connection: Connection<String> = serde_json::from_str(json).unwrap();
        let clouds = Clouds::new(BTreeMap::new()).unwrap();
        let found = problems(&"main".parse().unwrap(), &connection, &clouds);
        found.into_iter().map(|problem| (problem.code, problem.field.unwrap())).collect()
    }

    fn expect(json: &str, expected: &[(&str, &str)]) {
        let expected: Vec<(String, String)> = expected
            .iter()
            .map(|(code, field)| ((*code).to_owned(), format!("/connections/main/{field}")))
            .collect();
        assert_eq!(wrong(json), expected, "{json}");
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        expect(r#"{"provider":"sales-force"}"#, &[("connection.provider-unknown", "provider")]);
        expect(
            r#"{"provider":"microsoft","cloud":"mars","directory_id":"d","client_id":"c","client_secret":"s"}"#,
            &[("connection.cloud-unknown", "cloud")],
        );
    }

    #[test]
    fn says_every_field_that_is_missing_or_unused() {
        expect(
            r#"{"provider":"microsoft","login_url":"https://a.b","client_id":" "}"#,
            &[
                ("connection.field-missing", "directory_id"),
                ("connection.field-unused", "login_url"),
                ("connection.field-missing", "client_id"),
                ("connection.field-missing", "client_secret"),
            ],
        );
        expect(
            r#"{"provider":"salesforce","directory_id":"d"}"#,
            &[
                ("connection.field-unused", "directory_id"),
                ("connection.field-missing", "login_url"),
                ("connection.field-missing", "client_id"),
                ("connection.field-missing", "client_secret"),
            ],
        );
    }

    #[test]
    fn takes_a_certificate_in_place_of_a_secret_and_not_beside_it() {
        let with =
            |more: &str| format!(r#"{{"provider":"microsoft","directory_id":"d","client_id":"c"{more}}}"#);
        expect(
            &with(r#","certificate":"pem","object_id":"o","licensing":"a","expires_at":"2027-01-31""#),
            &[],
        );
        expect(&with(""), &[("connection.field-missing", "client_secret")]);
        expect(
            &with(r#","certificate":"pem","client_secret":"s""#),
            &[("connection.field-unused", "certificate")],
        );
        expect(
            r#"{"provider":"salesforce","login_url":"https://a.b","client_id":"c","certificate":"pem","client_secret":"s"}"#,
            &[("connection.field-unused", "certificate")],
        );
    }

    #[test]
    fn refuses_directories_that_are_none_or_not_one() {
        for bad in ["common", "Organizations", "a/b", "..", "a b", "a?b", "%2e"] {
            let json = format!(
                r#"{{"provider":"microsoft","directory_id":"{bad}","client_id":"c","client_secret":"s"}}"#
            );
            expect(&json, &[("connection.directory-invalid", "directory_id")]);
        }
        for good in ["contoso.com", "8eaef023-2b34-4da1-9baa-8bc8c9d6a490"] {
            let json = format!(
                r#"{{"provider":"microsoft","directory_id":"{good}","client_id":"c","client_secret":"s"}}"#
            );
            expect(&json, &[]);
        }
    }

    #[test]
    fn an_environment_has_an_address_and_a_credential() {
        let with =
            |more: &str| format!(r#"{{"provider":"dynamics","directory_id":"d","client_id":"c"{more}}}"#);
        expect(
            &with(""),
            &[("connection.field-missing", "environment_url"), ("connection.field-missing", "client_secret")],
        );
        let at = |url: &str| with(&format!(r#","environment_url":"{url}","client_secret":"s""#));
        expect(&at("https://acme.crm.dynamics.com"), &[]);
        for bad in
            ["https://acme.crm.dynamics.com/api/data", "https://u:p@acme.crm.dynamics.com", "ftp://a.b"]
        {
            expect(&at(bad), &[("connection.environment-url-invalid", "environment_url")]);
        }
        expect(
            &at("https://graph.microsoft.com"),
            &[("connection.environment-untrusted", "environment_url")],
        );
        expect(
            &at(r#"https://a.crm.dynamics.com","refresh_token":"r","licensing":"a"#),
            &[("connection.field-unused", "refresh_token"), ("connection.field-unused", "licensing")],
        );
        expect(
            r#"{"provider":"microsoft","directory_id":"d","client_id":"c","client_secret":"s","environment_url":"https://a.b"}"#,
            &[("connection.field-unused", "environment_url")],
        );
    }

    #[test]
    fn a_vault_has_an_address_a_user_and_a_password() {
        let missing = |field| ("connection.field-missing", field);
        expect(r#"{"provider":"vault"}"#, &[missing("url"), missing("username"), missing("password")]);
        let at = |url: &str| format!(r#"{{"provider":"vault","url":"{url}","username":"u","password":"p"}}"#);
        expect(&at("https://acme.veevavault.com"), &[]);
        for bad in ["https://acme.veevavault.com/api", "https://u:p@acme.veevavault.com", "ftp://a.b"] {
            expect(&at(bad), &[("connection.url-invalid", "url")]);
        }
        let more = at(r#"https://acme.veevavault.com","client_id":"c"#);
        expect(&more, &[("connection.field-unused", "client_id")]);
    }

    #[test]
    fn refuses_sign_in_addresses_that_cannot_work() {
        for bad in ["https://a.b/path", "https://u:p@a.b", "ftp://a.b", "https://a.b?x"] {
            let json = format!(
                r#"{{"provider":"salesforce","login_url":"{bad}","client_id":"c","client_secret":"s"}}"#
            );
            expect(&json, &[("connection.login-url-invalid", "login_url")]);
        }
        expect(
            r#"{"provider":"salesforce","login_url":"https://login.salesforce.com","client_id":"c","client_secret":"s"}"#,
            &[("salesforce.my-domain-needed", "login_url")],
        );
        expect(
            r#"{"provider":"salesforce","login_url":"https://login.salesforce.com","client_id":"c","refresh_token":"r"}"#,
            &[],
        );
    }
}
