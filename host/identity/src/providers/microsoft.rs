//! Microsoft Entra ID and Microsoft Graph.
//!
//! learn.microsoft.com, "Microsoft identity platform and the OAuth 2.0 client credentials flow" and "Microsoft
//! Entra authentication and authorization error codes". An app-only token is issued even when nothing was
//! consented to: missing consent shows as a 403 of Graph, not here.

use std::time::Duration;

use super::{
    BaseOf, DIRECTORY, Field, Flow, Need, People, Provider, Sample, SignIn,
    answers::{Answers, Batch, Done, Pair, Verdict},
    entra::{self, REFUSALS},
};

pub(crate) const MICROSOFT: Provider = Provider {
    name: "microsoft",
    title: "Microsoft Entra ID",
    flow: Flow::OAuth,
    sign_in: SignIn::Cloud,
    token_path: &[DIRECTORY, "oauth2", "v2.0", "token"],
    default_scope: true,
    base: BaseOf::CloudGraph,
    revocation: entra::REVOCATION,
    lifetime: Duration::from_secs(3599), // never needed: every answer says `expires_in`
    people: Some(People {
        authorize: &[DIRECTORY, "oauth2", "v2.0", "authorize"],
        consent: &[DIRECTORY, "v2.0", "adminconsent"],
        discovery: &[DIRECTORY, "v2.0", ".well-known", "openid-configuration"],
        scopes: &["openid", "profile", "offline_access"],
        idle: Duration::from_secs(90 * 24 * 3_600),
    }),
    fields: &[
        (Field::Name, Need::Optional),
        (Field::Cloud, Need::Optional),
        (Field::DirectoryId, Need::Always),
        (Field::ObjectId, Need::Optional),
        (Field::ClientId, Need::Always),
        (Field::ClientSecret, Need::Or(Field::Certificate)),
        (Field::Certificate, Need::Or(Field::ClientSecret)),
        (Field::ExpiresAt, Need::Optional),
        (Field::Licensing, Need::Optional),
    ],
    samples: SAMPLES,
    refusals: &[REFUSALS],
    meant: &[],
    answers: ANSWERS,
};

/// Graph reference, "getPresencesByUserId" and "getByIds"; "Combine multiple HTTP requests using JSON batching":
/// a batch is answered with 200 whatever became of its parts.
const ANSWERS: Answers = Answers {
    reading_posts: &["getPresencesByUserId", "getByIds"],
    verdict: None,
    batches: &[Batch {
        path: "$batch",
        asked: "/requests",
        answered: "/responses",
        empty: r#"{"responses":[]}"#,
        pair: Pair::Name("id"),
        verdict: Verdict { field: "status", done: Done::Status },
        after: Some("dependsOn"),
        quotes: false,
    }],
    exhausted: &[],
    ended: None,
    idempotency: None,
};

/// An app may always list its own subscriptions.
const SAMPLES: &[Sample] = &[
    Sample {
        permissions: &["User.ReadBasic.All", "User.Read.All", "User.ReadWrite.All", "Directory.Read.All"],
        path: "/v1.0/users?$top=1&$select=id",
    },
    Sample {
        permissions: &["Team.ReadBasic.All", "Group.Read.All", "Group.ReadWrite.All"],
        path: "/v1.0/teams?$top=1&$select=id",
    },
    Sample { permissions: &[], path: "/v1.0/subscriptions" },
];
