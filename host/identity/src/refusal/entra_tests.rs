//! Every code that Entra ID is known to refuse with, in bodies as it sends them.

use http::HeaderMap;
use serde_json::json;

use super::*;

/// Code, status, `error`, and what must come of it: our code, the field, and what mends it.
type Row = (u32, u16, &'static str, &'static str, &'static str, Cure);

const ROWS: &[Row] = &[
    (7000215, 401, "invalid_client", "client-secret-invalid", "client_secret", Cure::Credential),
    (7000222, 401, "invalid_client", "client-secret-expired", "client_secret", Cure::Credential),
    (700027, 401, "invalid_client", "certificate-unknown", "certificate", Cure::Credential),
    (700024, 401, "invalid_client", "assertion-time", "", Cure::Setup),
    (7000218, 401, "invalid_client", "credentials-incomplete", "client_secret", Cure::Completion),
    (90002, 400, "invalid_tenant", "directory-not-found", "directory_id", Cure::Credential),
    (90002, 400, "invalid_request", "directory-not-found", "directory_id", Cure::Credential),
    (900023, 400, "invalid_request", "directory-invalid", "directory_id", Cure::Credential),
    (700016, 400, "unauthorized_client", "application-not-found", "client_id", Cure::Credential),
    (7000229, 401, "invalid_client", "application-not-found", "client_id", Cure::Credential),
    (65001, 400, "invalid_grant", "consent-required", "", Cure::Consent),
    (65004, 400, "consent_required", "consent-declined", "", Cure::Consent),
    (65004, 400, "access_denied", "consent-declined", "", Cure::Consent),
    (90094, 400, "access_denied", "admin-consent-required", "", Cure::Consent),
    (50105, 400, "invalid_grant", "user-not-assigned", "", Cure::Assignment),
    (50105, 400, "interaction_required", "user-not-assigned", "", Cure::Assignment),
    (501051, 400, "invalid_grant", "app-not-assigned", "", Cure::Assignment),
    (70000, 400, "invalid_grant", "sign-in-invalid", "", Cure::SignIn),
    (70008, 400, "invalid_grant", "sign-in-expired", "", Cure::SignIn),
    (700082, 400, "invalid_grant", "sign-in-expired", "", Cure::SignIn),
    (50173, 400, "invalid_grant", "sign-in-revoked", "", Cure::SignIn),
    (54005, 400, "invalid_grant", "sign-in-used-up", "", Cure::SignIn),
    (70011, 400, "invalid_scope", "scope-invalid", "cloud", Cure::Setup),
    (1002012, 400, "invalid_scope", "scope-invalid", "cloud", Cure::Setup),
    (50011, 400, "invalid_request", "redirect-uri-unknown", "", Cure::Setup),
    (50076, 400, "interaction_required", "mfa-required", "", Cure::Person),
    (50079, 400, "invalid_grant", "mfa-required", "", Cure::Person),
    (53003, 400, "interaction_required", "conditional-access", "", Cure::Policy),
    (53003, 400, "invalid_grant", "conditional-access", "", Cure::Policy),
    (500011, 400, "invalid_resource", "resource-not-found", "cloud", Cure::Setup),
    (900144, 400, "invalid_request", "credentials-incomplete", "", Cure::Completion),
];

const IDS: [&str; 3] = [
    "Trace ID: 5b7d52a4-7d3a-4d5e-8f3f-0d8c0b2e1a00",
    "Correlation ID: 9e2f6c1d-21b0-4c55-b1d5-6f6d0a3c7e10",
    "Timestamp: 2026-10-04 08:15:03Z",
];

/// As the token endpoint writes it: today in one line, before in four; and without the array of codes, as on the
/// way back from the sign-in page.
fn bodies(code: u32, error: &str) -> [String; 3] {
    let described = |between: &str| format!("AADSTS{code}: It is refused.{between}{}", IDS.join(between));
    let whole = |description: String| {
        json!({"error": error, "error_description": description, "error_codes": [code],
            "timestamp": "2026-10-04 08:15:03Z", "trace_id": &IDS[0][10..], "correlation_id": &IDS[1][16..],
            "error_uri": format!("https://login.microsoftonline.com/error?code={code}")})
        .to_string()
    };
    let described_only = json!({"error": error, "error_description": described(" ")}).to_string();
    [whole(described(" ")), whole(described("\r\n")), described_only]
}

fn problem(status: u16, body: &str) -> Problem {
    let status = StatusCode::from_u16(status).unwrap();
    let answer = Answer {
        status,
        headers: HeaderMap::new(),
        body: body.to_owned().into(),
        redirects: Default::default(),
    };
    match read(provider(), &"main".parse().unwrap(), &answer, &[], false) {
        Refused::Problem(problem) => problem,
        other => panic!("{other:?}"),
    }
}

fn provider() -> &'static Provider {
    providers::named("microsoft").unwrap()
}

#[test]
fn every_code_has_a_name_a_remedy_and_somebody_to_ask() {
    for (code, status, error, ours, field, mended_by) in ROWS {
        for body in bodies(*code, error) {
            let problem = problem(*status, &body);
            assert_eq!(problem.code, format!("microsoft.{ours}"), "{body}");
            assert!(problem.message.contains(&format!("(AADSTS{code})")), "{problem}");
            assert!(problem.remedy.as_ref().unwrap().contains(" Ask "), "{problem}");
            let at = (!field.is_empty()).then(|| format!("/connections/main/{field}"));
            assert_eq!(problem.field, at, "{body}");
            assert_eq!(cure(&problem.code), Some(*mended_by), "{code}");
        }
    }
}

#[test]
fn every_row_with_a_code_is_met() {
    for row in provider().refusals() {
        let When::Code(errors, codes) = row.when else { continue };
        for code in codes {
            let met = |(known, _, error, ours, ..): &&Row| {
                known == code && errors.contains(error) && *ours == row.code
            };
            assert!(ROWS.iter().any(|known| met(&known)), "{code} {}", row.code);
        }
    }
}

#[test]
fn the_error_decides_and_the_code_only_makes_it_more_exact() {
    for (error, ours) in [
        ("invalid_client", "client-credential-refused"),
        ("invalid_tenant", "directory-not-found"),
        ("unauthorized_client", "application-refused"),
        ("invalid_scope", "scope-invalid"),
        ("invalid_resource", "resource-not-found"),
        ("invalid_grant", "grant-refused"),
        ("consent_required", "consent-required"),
        ("access_denied", "sign-in-declined"),
        ("interaction_required", "interaction-required"),
        ("login_required", "interaction-required"),
        ("invalid_request", "sign-in-refused"),
        ("something_new", "sign-in-refused"),
    ] {
        for code in [7999999, 1] {
            let problem = problem(400, &bodies(code, error)[0]);
            assert_eq!(problem.code, format!("microsoft.{ours}"), "{error}");
            assert!(problem.message.contains(&format!("AADSTS{code}")), "{problem}");
        }
    }
    // A code that is known with another `error` does not change what this one says.
    assert_eq!(problem(400, &bodies(7000215, "invalid_scope")[0]).code, "microsoft.scope-invalid");
}
