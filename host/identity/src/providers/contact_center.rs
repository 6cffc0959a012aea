//! A contact centre.
//!
//! Bright Pattern's API tutorials, "Configuration API": OAuth 2.0 client credentials at `/configapi/v2/oauth/token`, where
//! the client id is the name of an API user and the secret is its generated key. The token is good at the same address.
//! What the sign-in service refuses with is not published: these are the words of RFC 6749.

use std::time::Duration;

use super::{
    BaseOf, Cure, Field, Flow, Meant, Need, Provider, Refusal, Revocation, Sample, SignIn, When, Whom,
    answers::Answers,
};

pub(crate) const CONTACT_CENTER: Provider = Provider {
    name: "contact-center",
    title: "The contact centre",
    sign_in: SignIn::LoginUrl { shared: &[] },
    token_path: &["configapi", "v2", "oauth", "token"],
    flow: Flow::OAuth,
    default_scope: false,
    base: BaseOf::SignIn { trusted: &["https://*.brightpattern.com"] },
    revocation: Revocation::Nowhere(
        "Access tokens end by themselves within minutes; generate another key for the API user to keep the old one out.",
    ),
    lifetime: Duration::from_secs(10 * 60), // never needed: every answer says `expires_in`
    people: None,
    fields: &[
        (Field::Name, Need::Optional),
        (Field::LoginUrl, Need::Always),
        (Field::ClientId, Need::Always),
        (Field::ClientSecret, Need::Always),
        (Field::ExpiresAt, Need::Optional),
    ],
    samples: &[Sample { permissions: &[], path: "/agentapi/v1/integration" }],
    refusals: &[REFUSALS],
    meant: MEANT,
    answers: ANSWERS,
};

/// What is told to it carries ids by which it knows repetitions, and it knows a request again by its key.
const ANSWERS: Answers = Answers {
    reading_posts: &[],
    verdict: None,
    batches: &[],
    idempotency: Some("idempotency-key"),
    exhausted: &[],
    ended: None,
};

const REFUSALS: &[Refusal] = &[
    Refusal {
        when: When::Error(&["invalid_client"]),
        code: "client-secret-invalid",
        message: "The contact centre does not know the API user, or its key is another.",
        remedy: "Generate a key for the API user in its Contact Center Administrator, and apply it.",
        ask: Whom::AppOwner,
        field: Some(Field::ClientSecret),
        cure: Cure::Credential,
    },
    Refusal {
        when: When::Error(&["unauthorized_client", "access_denied"]),
        code: "api-user-forbidden",
        message: "The API user may not use the interface.",
        remedy: "Give it a role with the privilege to use the API.",
        ask: Whom::AppOwner,
        field: Some(Field::ClientId),
        cure: Cure::Assignment,
    },
    Refusal {
        when: When::Error(&["unsupported_grant_type", "invalid_grant"]),
        code: "flow-disabled",
        message: "The contact centre offers no client credentials at this address.",
        remedy: "Check that `login_url` is the contact centre's own address.",
        ask: Whom::Operator,
        field: Some(Field::LoginUrl),
        cure: Cure::Setup,
    },
];

/// The codes of "Error Body" that say something of the connection.
const MEANT: &[Meant] = &[
    Meant {
        said: "1000",
        code: "tenant-unknown",
        message: "The address is no contact centre's.",
        remedy: "Check `login_url`: it is what people see in the address bar of the Contact Center Administrator.",
    },
    Meant {
        said: "5001",
        code: "no-server",
        message: "No server of the contact centre is there to answer.",
        remedy: "Test again in a moment; it is not this host's.",
    },
];
