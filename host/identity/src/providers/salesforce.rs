//! Salesforce.
//!
//! help.salesforce.com, "OAuth 2.0 Client Credentials Flow" and "OAuth 2.0 Refresh Token Flow". Tokens are
//! opaque and their answers have no `expires_in`: a session ends after the org's time-out without a call, two
//! hours by default, so a 401 is what really ends one. With rotation switched on, a refresh kills the old
//! refresh token.

use std::time::Duration;

use super::{
    BaseOf, Cure, Field, Flow, Need, Provider, Refusal, Revocation, Sample, SignIn, When, Whom,
    answers::{Answers, Batch, Done, Exhausted, Pair, Verdict},
};

pub(crate) const SALESFORCE: Provider = Provider {
    name: "salesforce",
    title: "Salesforce",
    flow: Flow::OAuth,
    sign_in: SignIn::LoginUrl { shared: &["login.salesforce.com", "test.salesforce.com"] },
    token_path: &["services", "oauth2", "token"],
    default_scope: false,
    base: BaseOf::Answer {
        trusted: &[
            "https://*.salesforce.com",
            "https://*.force.com",
            "https://*.cloudforce.com",
            "https://*.salesforce.mil",
            "https://*.sfcrmproducts.cn",
        ],
    },
    revocation: Revocation::Form(&["services", "oauth2", "revoke"]),
    lifetime: Duration::from_secs(2 * 60 * 60),
    people: None,
    fields: &[
        (Field::Name, Need::Optional),
        (Field::LoginUrl, Need::Always),
        (Field::ClientId, Need::Always),
        (Field::ClientSecret, Need::Or(Field::RefreshToken)),
        (Field::RefreshToken, Need::Optional),
        (Field::ExpiresAt, Need::Optional),
    ],
    samples: &[Sample { permissions: &[], path: "/services/data/v61.0/limits" }],
    refusals: &[REFUSALS],
    meant: &[],
    answers: ANSWERS,
};

/// REST API Developer Guide, "Composite" and "sObject Collections": both are answered with 200 whatever became of
/// their parts. Of a composite call with `allOrNone` the parts that were rolled back say so themselves.
const ANSWERS: Answers = Answers {
    reading_posts: &["parameterizedSearch"],
    verdict: None,
    batches: &[
        Batch {
            path: "composite",
            asked: "/compositeRequest",
            answered: "/compositeResponse",
            empty: r#"{"compositeResponse":[]}"#,
            pair: Pair::Name("referenceId"),
            verdict: Verdict { field: "httpStatusCode", done: Done::Status },
            after: None,
            quotes: true,
        },
        collection("composite/sobjects"),
        collection("composite/sobjects/*/*"),
    ],
    idempotency: None,
    ended: None,
    exhausted: &[
        Exhausted {
            status: 403,
            code: "REQUEST_LIMIT_EXCEEDED",
            words: "totalrequests",
            pause: Duration::from_secs(15 * 60),
            name: "requests-exhausted",
            message: "The organisation's API requests of the last 24 hours are used up.",
            remedy: "Events wait, and are tried every 15 minutes; `tieline check` tries at once. Find what else uses the \
                     API (Setup › System Overview), or buy more requests.",
        },
        Exhausted {
            status: 403,
            code: "REQUEST_LIMIT_EXCEEDED",
            words: "",
            pause: Duration::from_secs(20),
            name: "requests-concurrent",
            message: "Too many long requests of the organisation run at once.",
            remedy: "Events wait some seconds. If it persists, find what keeps the API busy.",
        },
    ],
};

const fn collection(path: &'static str) -> Batch {
    Batch {
        path,
        asked: "/records",
        answered: "",
        empty: "[]",
        pair: Pair::Place,
        verdict: Verdict { field: "success", done: Done::True },
        after: None,
        quotes: false,
    }
}

/// Salesforce has no numbers: what an `invalid_grant` means is said by its description alone.
const REFUSALS: &[Refusal] = &[
    Refusal {
        when: When::New("invalid_client_id"),
        code: "app-spreading",
        message: "Salesforce does not know the client id yet: a new app is still propagating.",
        remedy: "Wait: it takes 2 to 10 minutes, and is tried again by itself. Check the consumer key after that.",
        ask: Whom::AppOwner,
        field: Some(Field::ClientId),
        cure: Cure::Setup,
    },
    Refusal {
        when: When::Error(&["invalid_client_id"]),
        code: "client-id-unknown",
        message: "Salesforce does not know the client id.",
        remedy: "Check the consumer key of the External Client App; a new app is known after 2 to 10 minutes.",
        ask: Whom::AppOwner,
        field: Some(Field::ClientId),
        cure: Cure::Credential,
    },
    Refusal {
        when: When::Error(&["invalid_client"]),
        code: "client-secret-invalid",
        message: "The client secret is not the app's.",
        remedy: "Copy the consumer secret of the External Client App again and apply it.",
        ask: Whom::AppOwner,
        field: Some(Field::ClientSecret),
        cure: Cure::Credential,
    },
    Refusal {
        when: When::Says("invalid_grant", "no client credentials user"),
        code: "run-as-user-missing",
        message: "The app has no user to run as.",
        remedy: "Set “Run As” in the app's client credentials flow policy, with a user who may use the API.",
        ask: Whom::AppOwner,
        field: None,
        cure: Cure::Setup,
    },
    Refusal {
        when: When::Says("invalid_grant", "ip restricted"),
        code: "ip-restricted",
        message: "The org does not accept calls from this host's address.",
        remedy: "Add the address to the trusted ranges, or relax the app's IP restriction.",
        ask: Whom::PolicyAdmin,
        field: None,
        cure: Cure::Policy,
    },
    // Codes of the old SOAP login, in case that something between repeats them.
    Refusal {
        when: When::Says("invalid_grant", "login_must_use_security_token"),
        code: "ip-restricted",
        message: "The org does not accept a sign-in from this host's address.",
        remedy: "Add the address under Setup › Network Access, or relax the app's IP restriction.",
        ask: Whom::PolicyAdmin,
        field: None,
        cure: Cure::Policy,
    },
    Refusal {
        when: When::Says("invalid_grant", "invalid_login"),
        code: "login-invalid",
        message: "Salesforce does not let this user sign in: locked out, inactive, or from an unknown address.",
        remedy: "Check the user and its login history in Setup, and this host's address under Network Access.",
        ask: Whom::AppOwner,
        field: None,
        cure: Cure::SignIn,
    },
    Refusal {
        when: When::Error(&["INVALID_LOGIN"]),
        code: "login-invalid",
        message: "Salesforce does not let this user sign in: locked out, inactive, or from an unknown address.",
        remedy: "Check the user and its login history in Setup, and this host's address under Network Access.",
        ask: Whom::AppOwner,
        field: None,
        cure: Cure::SignIn,
    },
    Refusal {
        when: When::Says("invalid_grant", "hasn't approved"),
        code: "not-approved",
        message: "The user has not approved the app.",
        remedy: "Pre-authorise the app for the user's profile or permission set, or have the user sign in once.",
        ask: Whom::AppOwner,
        field: None,
        cure: Cure::Consent,
    },
    Refusal {
        when: When::Says("invalid_grant", "inactive user"),
        code: "user-inactive",
        message: "The user behind the connection is no longer active.",
        remedy: "Activate the user, or sign in as another and apply the new refresh token.",
        ask: Whom::AppOwner,
        field: None,
        cure: Cure::SignIn,
    },
    Refusal {
        when: When::Says("invalid_grant", "expired"),
        code: "sign-in-expired",
        message: "The refresh token has expired, was revoked, or was used before.",
        remedy: "Sign in again and apply the new refresh token.",
        ask: Whom::Person,
        field: Some(Field::RefreshToken),
        cure: Cure::SignIn,
    },
    Refusal {
        when: When::Error(&["invalid_grant"]),
        code: "sign-in-refused",
        message: "Salesforce does not accept the sign-in.",
        remedy: "Check the app's policies and the user's login history in Setup, then sign in again.",
        ask: Whom::AppOwner,
        field: None,
        cure: Cure::SignIn,
    },
    Refusal {
        when: When::Error(&["unsupported_grant_type"]),
        code: "flow-disabled",
        message: "This sign-in address does not offer this flow.",
        remedy: "Client credentials need the org's own My Domain address, and the flow enabled in the app.",
        ask: Whom::AppOwner,
        field: Some(Field::LoginUrl),
        cure: Cure::Setup,
    },
    Refusal {
        when: When::Error(&["invalid_app_access"]),
        code: "app-not-allowed",
        message: "The user may not use the app.",
        remedy: "Pre-authorise the app for the user's profile or permission set.",
        ask: Whom::AppOwner,
        field: None,
        cure: Cure::Assignment,
    },
];
