//! Veeva Vault.
//!
//! Vault REST API, "Authentication" and "Errors". A user name and a password begin a session, which ends 20 minutes after
//! its last use. A refusal is a 200 whose body says it. Who may not enter the vault that was asked for is let in to
//! another one, and no error says so.

use std::time::Duration;

use super::{
    BaseOf, Cure, Field, Flow, Meant, Need, Provider, Refusal, Revocation, Sample, Session, SignIn, When,
    Whom,
    answers::{Answers, Batch, Done, Ended, Pair, Verdict},
};

pub(crate) const VAULT: Provider = Provider {
    name: "vault",
    title: "Vault",
    flow: Flow::Session(Session {
        keep_alive: &["api", "v26.2", "keep-alive"],
        refused_for: Duration::from_secs(60 * 60),
    }),
    sign_in: SignIn::Url,
    token_path: &["api", "v26.2", "auth"],
    default_scope: false,
    base: BaseOf::SignIn {
        trusted: &[
            "https://*.veevavault.com",
            "https://*.vaultdev.com",
            "https://*.veevavault.cn",
            "https://*.vaultpvm.com",
        ],
    },
    revocation: Revocation::Delete(&["api", "v26.2", "session"]),
    lifetime: Duration::from_secs(20 * 60),
    people: None,
    fields: &[
        (Field::Name, Need::Optional),
        (Field::Url, Need::Always),
        (Field::Username, Need::Always),
        (Field::Password, Need::Always),
        (Field::ExpiresAt, Need::Optional),
    ],
    samples: &[Sample { permissions: &[], path: "/api/v26.2/objects/users/me" }],
    refusals: &[REFUSALS],
    meant: MEANT,
    answers: ANSWERS,
};

/// After an exception nobody knows how far it went.
const SAID: Done = Done::Words { done: &["SUCCESS", "WARNING"], doubt: &["EXCEPTION"] };

/// "Object Records": a list of records is answered with a list, and each answer says what became of its record.
const ANSWERS: Answers = Answers {
    reading_posts: &["query", "query/*", "keep-alive"],
    verdict: Some(Verdict { field: "responseStatus", done: SAID }),
    batches: &[Batch {
        path: "vobjects/*",
        asked: "",
        answered: "/data",
        empty: r#"{"responseStatus":"SUCCESS","data":[]}"#,
        pair: Pair::Place,
        verdict: Verdict { field: "responseStatus", done: SAID },
        after: None,
        quotes: false,
    }],
    idempotency: None,
    exhausted: &[],
    ended: Some(Ended { at: "/errors/0/type", says: &["INVALID_SESSION_ID"] }),
};

const REFUSALS: &[Refusal] = &[
    Refusal {
        when: When::Error(&["USERNAME_OR_PASSWORD_INCORRECT"]),
        code: "password-wrong",
        message: "Vault does not accept the user name with the password.",
        remedy: "Correct `username` and `password` and apply the connection. It is not tried again by itself for an hour: \
                 wrong passwords lock the user out.",
        ask: Whom::AppOwner,
        field: Some(Field::Password),
        cure: Cure::Credential,
    },
    Refusal {
        when: When::Error(&["USER_LOCKED_OUT"]),
        code: "user-locked-out",
        message: "The user is locked out: too many wrong passwords.",
        remedy: "Have a Vault administrator unlock the user, correct the password, and apply the connection.",
        ask: Whom::AppOwner,
        field: Some(Field::Username),
        cure: Cure::Credential,
    },
    Refusal {
        when: When::Error(&["PASSWORD_CHANGE_REQUIRED"]),
        code: "password-expired",
        message: "The password has expired and must be changed.",
        remedy: "Change it in Vault and apply the new one. Give integration users a security policy without expiry.",
        ask: Whom::AppOwner,
        field: Some(Field::Password),
        cure: Cure::Credential,
    },
    Refusal {
        when: When::Error(&["INACTIVE_USER"]),
        code: "user-inactive",
        message: "The user is no longer active in Vault.",
        remedy: "Have a Vault administrator activate the user, or apply another.",
        ask: Whom::AppOwner,
        field: Some(Field::Username),
        cure: Cure::SignIn,
    },
    Refusal {
        when: When::Error(&["USER_NOT_FOUND"]),
        code: "user-unknown",
        message: "Vault does not know the user.",
        remedy: "Correct `username`, which has the form name@domain.",
        ask: Whom::AppOwner,
        field: Some(Field::Username),
        cure: Cure::Credential,
    },
    Refusal {
        when: When::Error(&["NO_PASSWORD_PROVIDED", "PARAMETER_REQUIRED"]),
        code: "credentials-incomplete",
        message: "Vault got no user name or no password.",
        remedy: "Fill in `username` and `password`, and apply the connection again.",
        ask: Whom::Operator,
        field: Some(Field::Password),
        cure: Cure::Completion,
    },
    Refusal {
        when: When::Error(&["INSUFFICIENT_ACCESS", "OPERATION_NOT_ALLOWED"]),
        code: "api-not-allowed",
        message: "The user may not use the API of the vault.",
        remedy: "Give the user's permission set Application › API › Access API.",
        ask: Whom::AppOwner,
        field: None,
        cure: Cure::Assignment,
    },
    Refusal {
        when: When::Error(&["CONFIGURATION_MODE_ENABLED"]),
        code: "configuration-mode",
        message: "The vault is in configuration mode, in which only its administrators may enter.",
        remedy: "Wait until it is left; it is tried again by itself.",
        ask: Whom::AppOwner,
        field: None,
        cure: Cure::Policy,
    },
    Refusal {
        when: When::Error(&["MALFORMED_URL", "METHOD_NOT_SUPPORTED"]),
        code: "version-unknown",
        message: "What answers there knows no API v26.2.",
        remedy: "Check that `url` is the vault's own address, such as https://acme.veevavault.com.",
        ask: Whom::Operator,
        field: Some(Field::Url),
        cure: Cure::Setup,
    },
];

/// "Errors", those that say something of the connection.
const MEANT: &[Meant] = &[
    Meant {
        said: "INVALID_SESSION_ID",
        code: "session-refused",
        message: "Vault does not know the session that it has just begun.",
        remedy: "Test again; if it persists, check that `url` is the address of the vault itself.",
    },
    Meant {
        said: "INSUFFICIENT_ACCESS",
        code: "access-missing",
        message: "The user may not do this in the vault.",
        remedy: "Give the user's permission set what the message names.",
    },
    Meant {
        said: "INACTIVE_USER",
        code: "user-inactive",
        message: "The user is no longer active in Vault.",
        remedy: "Have a Vault administrator activate the user, or apply another.",
    },
];
