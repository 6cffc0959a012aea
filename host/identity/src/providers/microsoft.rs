//! Microsoft Entra ID and Microsoft Graph.
//!
//! learn.microsoft.com, "Microsoft identity platform and the OAuth 2.0 client credentials flow" and "Microsoft
//! Entra authentication and authorization error codes". An app-only token is issued even when nothing was
//! consented to: missing consent shows as a 403 of Graph, not here.

use std::time::Duration;

use super::{
    BaseOf, DIRECTORY, Field, Need, People, Provider, Refusal, SignIn, When,
    answers::{Answers, Batch, Done, Pair, Verdict},
};

pub(crate) const MICROSOFT: Provider = Provider {
    name: "microsoft",
    title: "Microsoft Entra ID",
    sign_in: SignIn::Cloud,
    token_path: &[DIRECTORY, "oauth2", "v2.0", "token"],
    default_scope: true,
    base: BaseOf::CloudGraph,
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
    refusals: REFUSALS,
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
        pair: Pair::Name("id"),
        verdict: Verdict { field: "status", done: Done::Status },
        after: Some("dependsOn"),
        quotes: false,
    }],
    idempotency: None,
};

/// Microsoft says to branch on `error` and that numbers may change, so each number only makes an answer more
/// exact that its `error` gives too, at the end.
const REFUSALS: &[Refusal] = &[
    Refusal {
        when: When::Number(&[7000222]),
        code: "client-secret-expired",
        message: "The client secret has expired.",
        remedy: "Create a new client secret for the app registration in the Entra admin centre and apply it.",
        field: Some(Field::ClientSecret),
    },
    Refusal {
        when: When::Number(&[7000215, 7000218]),
        code: "client-secret-invalid",
        message: "The client secret is not one of the app registration's.",
        remedy: "Apply the secret's value, not its id; if it is lost, create a new one in the Entra admin centre.",
        field: Some(Field::ClientSecret),
    },
    Refusal {
        when: When::Number(&[700027, 7000229]),
        code: "certificate-unknown",
        message: "The certificate is not one of the app registration's.",
        remedy: "Upload the certificate under Certificates & secrets in the Entra admin centre, or apply the one that is there.",
        field: Some(Field::Certificate),
    },
    Refusal {
        when: When::Number(&[700024]),
        code: "assertion-time",
        message: "What the certificate signed is not valid at Entra's time.",
        remedy: "Set this machine's clock right.",
        field: None,
    },
    Refusal {
        when: When::Number(&[90002, 900023]),
        code: "directory-not-found",
        message: "There is no such directory in this cloud.",
        remedy: "Check the directory (tenant) id, and that the connection names the right cloud.",
        field: Some(Field::DirectoryId),
    },
    Refusal {
        when: When::Number(&[700016]),
        code: "application-not-found",
        message: "The directory has no application with this client id.",
        remedy: "Check client id and directory id; an app of another directory must first be consented to here.",
        field: Some(Field::ClientId),
    },
    Refusal {
        when: When::Number(&[65001, 65004, 90094]),
        code: "consent-required",
        message: "Nobody has consented to the permissions of the app in this directory.",
        remedy: "Have a Privileged Role Administrator or Global Administrator grant admin consent.",
        field: None,
    },
    Refusal {
        when: When::Number(&[50105, 501051]),
        code: "assignment-required",
        message: "The app requires assignment, and the user or app is not assigned to it.",
        remedy: "Assign it under Enterprise applications › Users and groups, or switch off “Assignment required”.",
        field: None,
    },
    Refusal {
        when: When::Number(&[70000, 70008, 700082, 50173, 54005]),
        code: "sign-in-expired",
        message: "The sign-in has expired or was revoked.",
        remedy: "Sign in again.",
        field: None,
    },
    Refusal {
        when: When::Number(&[50076, 50079, 53003]),
        code: "conditional-access",
        message: "A Conditional Access policy asks for more than the host can give.",
        remedy: "Exempt the account or the app from the policy, or sign in again and satisfy it.",
        field: None,
    },
    Refusal {
        when: When::Number(&[500011]),
        code: "resource-not-found",
        message: "The directory does not know the resource that the token is for.",
        remedy: "Check that the connection names the right cloud, and that the directory has a Graph service principal.",
        field: Some(Field::Cloud),
    },
    Refusal {
        when: When::Error("invalid_client"),
        code: "client-secret-invalid",
        message: "The app's credential was not accepted.",
        remedy: "Create a new client secret for the app registration in the Entra admin centre and apply it.",
        field: Some(Field::ClientSecret),
    },
    Refusal {
        when: When::Error("invalid_tenant"),
        code: "directory-not-found",
        message: "There is no such directory in this cloud.",
        remedy: "Check the directory (tenant) id, and that the connection names the right cloud.",
        field: Some(Field::DirectoryId),
    },
    Refusal {
        when: When::Error("unauthorized_client"),
        code: "application-not-found",
        message: "The app may not sign in like this in this directory.",
        remedy: "Check client id and directory id, and that the app registration is enabled.",
        field: Some(Field::ClientId),
    },
    Refusal {
        when: When::Error("invalid_scope"),
        code: "scope-invalid",
        message: "The scope was not accepted.",
        remedy: "Check the `graph` address of the cloud: the scope is made of it.",
        field: Some(Field::Cloud),
    },
    Refusal {
        when: When::Error("interaction_required"),
        code: "conditional-access",
        message: "Entra asks for a person to sign in.",
        remedy: "Sign in again.",
        field: None,
    },
    Refusal {
        when: When::Error("invalid_grant"),
        code: "sign-in-expired",
        message: "The sign-in is no longer accepted.",
        remedy: "Sign in again.",
        field: None,
    },
];
