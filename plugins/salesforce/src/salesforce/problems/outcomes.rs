//! Salesforce's error codes: whether trying again may help, and what a person should do.

/// What a code means.
#[derive(Debug)]
pub(super) struct Outcome {
    /// `errorCode`
    pub(super) code: &'static str,
    /// It passes by itself, or once a person has acted at Salesforce. What does not is a dead letter at once, with the
    /// remedy, and can be replayed.
    pub(super) passes: bool,
    /// Empty: nothing is to be done.
    pub(super) remedy: &'static str,
}

const fn passes(code: &'static str, remedy: &'static str) -> Outcome {
    Outcome { code, passes: true, remedy }
}

const fn stays(code: &'static str, remedy: &'static str) -> Outcome {
    Outcome { code, passes: false, remedy }
}

/// What is not listed here fails again as it did, unless the status is 5xx.
pub(super) const OUTCOMES: &[Outcome] = &[
    // Limits. Salesforce names no time (there is no Retry-After, and no 429): the host leaves it alone for a while.
    passes(
        "REQUEST_LIMIT_EXCEEDED",
        "the organisation's API requests are used up; they come back over 24 hours, see Setup > Company Information",
    ),
    // Sessions and sign-ins.
    passes("INVALID_SESSION_ID", "the host signs in again by itself; if this persists, check the connection"),
    passes(
        "INVALID_AUTH_HEADER",
        "check what stands between this host and Salesforce: the session was not understood",
    ),
    passes(
        "LOGIN_MUST_USE_SECURITY_TOKEN",
        "Salesforce refuses this host's address: add it under Setup > Network Access, or relax the app's IP restriction",
    ),
    passes(
        "INVALID_LOGIN",
        "check the integration user under Setup > Users (locked, inactive) and its login history, then sign in again",
    ),
    // Rights of the integration user.
    passes("API_CURRENTLY_DISABLED", "wait until Salesforce enables the API of the organisation again"),
    passes(
        "API_DISABLED_FOR_ORG",
        "give the integration user the permission API Enabled, and check that the edition includes the API",
    ),
    passes("INSUFFICIENT_ACCESS", "give the integration user the right to this object"),
    passes("FORBIDDEN", "give the integration user the right to this object"),
    stays(
        "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
        "let the integration user see the record and its owner, then replay",
    ),
    stays("INSUFFICIENT_ACCESS_OR_READONLY", "let the integration user edit the record, then replay"),
    stays(
        "FUNCTIONALITY_NOT_ENABLED",
        "the organisation's edition lacks a feature that the configuration uses",
    ),
    stays("INVALID_FIELD_FOR_INSERT_UPDATE", "let the integration user write this field, then replay"),
    // Ids and records.
    stays(
        "MALFORMED_ID",
        "compare the ids in the configuration with those in Salesforce: 15 or 18 characters, whose case counts",
    ),
    stays(
        "INVALID_CROSS_REFERENCE_KEY",
        "the record or owner does not exist; compare the ids in the configuration",
    ),
    stays(
        "ENTITY_IS_DELETED",
        "the record was deleted: restore it from the recycle bin and replay, or remove its rules",
    ),
    stays(
        "NOT_FOUND",
        "compare ids, API names and the API version in the configuration with those in Salesforce",
    ),
    // Values.
    // Two writes with one external id at once: the second finds the first when it is tried again.
    passes(
        "DUPLICATE_VALUE",
        "another record has this unique value; if this persists, look for it and delete one",
    ),
    stays(
        "DUPLICATES_DETECTED",
        "a duplicate rule refuses the record: exempt the integration user, then replay",
    ),
    stays(
        "REQUIRED_FIELD_MISSING",
        "the organisation made a field mandatory that this connector does not fill: relax it, then replay",
    ),
    stays("INVALID_FIELD", "compare the API names of fields in the configuration with those in Salesforce"),
    stays(
        "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        "a validation rule refuses this value: exempt the integration user, then replay",
    ),
    stays(
        "FIELD_INTEGRITY_EXCEPTION",
        "a value does not fit the record: compare the configuration with the field's rules",
    ),
    stays(
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        "the field takes certain values only: use one of them in the configuration, or add this one in Setup",
    ),
    stays("STRING_TOO_LONG", "shorten the configured text, then replay"),
    stays("MALFORMED_QUERY", "report it to the connector's vendor, with the configuration"),
    // Passing difficulties.
    passes("UNABLE_TO_LOCK_ROW", ""),
    passes("SERVER_UNAVAILABLE", ""),
    passes("UNKNOWN_EXCEPTION", ""),
];
