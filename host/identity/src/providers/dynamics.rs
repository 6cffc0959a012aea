//! Dynamics 365 and everything else on Dataverse.
//!
//! learn.microsoft.com, "Use OAuth authentication with Microsoft Dataverse" and "Web service error codes". The sign-in is
//! Entra's, for the environment's own address; what the app may do there is said by the security roles of its
//! application user, not by consent.

use std::time::Duration;

use super::{
    BaseOf, Cure, DIRECTORY, Field, Flow, Meant, Need, Provider, Refusal, Sample, SignIn, When, Whom,
    answers::Answers, entra,
};

pub(crate) const DYNAMICS: Provider = Provider {
    name: "dynamics",
    title: "Dataverse",
    flow: Flow::OAuth,
    sign_in: SignIn::Cloud,
    token_path: &[DIRECTORY, "oauth2", "v2.0", "token"],
    default_scope: true,
    base: BaseOf::Environment {
        trusted: &[
            "https://*.dynamics.com",
            "https://*.dynamics.us",
            "https://*.appsplatform.us",
            "https://*.microsoftdynamics.us",
            "https://*.dynamics.cn",
        ],
    },
    revocation: entra::REVOCATION,
    lifetime: Duration::from_secs(3599), // never needed: every answer says `expires_in`
    people: None,
    fields: &[
        (Field::Name, Need::Optional),
        (Field::Cloud, Need::Optional),
        (Field::DirectoryId, Need::Always),
        (Field::ObjectId, Need::Optional),
        (Field::EnvironmentUrl, Need::Always),
        (Field::ClientId, Need::Always),
        (Field::ClientSecret, Need::Or(Field::Certificate)),
        (Field::Certificate, Need::Or(Field::ClientSecret)),
        (Field::ExpiresAt, Need::Optional),
    ],
    samples: &[Sample { permissions: &[], path: "/api/data/v9.2/WhoAmI" }],
    refusals: &[REFUSALS, entra::REFUSALS],
    meant: MEANT,
    answers: ANSWERS,
};

/// "Execute batch operations using the Web API": a batch is `multipart/mixed`, in which the host reads no parts; it counts
/// as one call.
const ANSWERS: Answers = Answers {
    reading_posts: &[],
    verdict: None,
    batches: &[],
    idempotency: None,
    exhausted: &[],
    ended: None,
};

/// What Entra says of an environment, before what it says of everything.
const REFUSALS: &[Refusal] = &[
    Refusal {
        when: When::Code(&["invalid_resource"], &[500011, 500014]),
        code: "environment-unknown",
        message: "The directory does not know the environment.",
        remedy: "Check `environment_url` and the directory id: the environment must belong to that directory.",
        ask: Whom::Operator,
        field: Some(Field::EnvironmentUrl),
        cure: Cure::Setup,
    },
    Refusal {
        when: When::Code(&["invalid_scope"], &[70011]),
        code: "environment-unknown",
        message: "Entra ID does not take the environment's address for a resource.",
        remedy: "Check `environment_url`: https://<name>.crm<number>.dynamics.com, without a path.",
        ask: Whom::Operator,
        field: Some(Field::EnvironmentUrl),
        cure: Cure::Setup,
    },
];

/// "Web service error codes", those that say something of the connection.
const MEANT: &[Meant] = &[
    Meant {
        said: "0x80072560",
        code: "not-a-member",
        message: "The app has no user in the environment.",
        remedy: "Create an application user for the app in the Power Platform admin centre, with a security role.",
    },
    Meant {
        said: "0x80040225",
        code: "user-disabled",
        message: "The application user is disabled.",
        remedy: "Activate it in the Power Platform admin centre under Settings › Application users.",
    },
    Meant {
        said: "0x80040220",
        code: "privilege-missing",
        message: "The application user lacks a privilege.",
        remedy: "Give one of its security roles the privilege that the message names.",
    },
    Meant {
        said: "0x80048306",
        code: "record-forbidden",
        message: "The application user's privileges do not reach that record.",
        remedy: "Give its security role the privilege for the whole organisation, or share the record with it.",
    },
    Meant {
        said: "0x80042f09",
        code: "role-missing",
        message: "The application user has no security role.",
        remedy: "Assign it one in the Power Platform admin centre.",
    },
    Meant {
        said: "0x80072322",
        code: "request-limit",
        message: "The environment takes no more requests for a while.",
        remedy: "Test again after the time that it asks for; service protection allows 6,000 requests in 5 minutes.",
    },
    Meant {
        said: "0x80072321",
        code: "time-limit",
        message: "Requests to the environment took too much of its time.",
        remedy: "Test again after the time that it asks for; service protection allows 20 minutes in 5.",
    },
    Meant {
        said: "0x80072326",
        code: "concurrency-limit",
        message: "Too many requests to the environment are under way.",
        remedy: "Test again in a moment; service protection allows 52 at once.",
    },
];
