//! The providers as data: one file each, read by code that knows none of them by name.

pub(crate) mod answers;
mod microsoft;
mod salesforce;

use std::time::Duration;

use answers::Answers;

/// How to sign in at a provider.
#[derive(Debug)]
pub(crate) struct Provider {
    /// As in `provider = "…"`, and the first part of its problem codes.
    pub(crate) name: &'static str,
    /// For people: who refused.
    pub(crate) title: &'static str,
    /// Where its sign-in service is.
    pub(crate) sign_in: SignIn,
    /// Path of the token endpoint; [`DIRECTORY`] stands for the directory id.
    pub(crate) token_path: &'static [&'static str],
    /// Whether the scope of client credentials is the base's own `/.default`.
    pub(crate) default_scope: bool,
    /// Where the token is good.
    pub(crate) base: BaseOf,
    /// How long a token is taken to be good when its answer does not say.
    pub(crate) lifetime: Duration,
    /// Which fields a connection has. Others are refused.
    pub(crate) fields: &'static [(Field, Need)],
    /// What its refusals mean; the first that fits.
    pub(crate) refusals: &'static [Refusal],
    /// What its answers mean.
    pub(crate) answers: Answers,
}

/// In [`Provider::token_path`]: the connection's directory id.
pub(crate) const DIRECTORY: &str = "{directory_id}";

/// Where the sign-in service is.
#[derive(Debug)]
pub(crate) enum SignIn {
    /// At the cloud's `login`.
    Cloud,
    /// At the connection's `login_url`. These hosts serve everybody's sign-in, but know no client
    /// credentials.
    LoginUrl {
        /// Hosts.
        shared: &'static [&'static str],
    },
}

/// Where a token is good.
#[derive(Debug)]
pub(crate) enum BaseOf {
    /// At the cloud's `graph`.
    CloudGraph,
    /// At the `instance_url` of the token answer, if that is the sign-in origin itself or one of these.
    Answer {
        /// Origin patterns.
        trusted: &'static [&'static str],
    },
}

/// A field of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    Cloud,
    DirectoryId,
    LoginUrl,
    ClientId,
    ClientSecret,
    RefreshToken,
}

impl Field {
    pub(crate) const ALL: [Self; 6] = [
        Self::Cloud,
        Self::DirectoryId,
        Self::LoginUrl,
        Self::ClientId,
        Self::ClientSecret,
        Self::RefreshToken,
    ];

    /// As in the tenant document.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Cloud => "cloud",
            Self::DirectoryId => "directory_id",
            Self::LoginUrl => "login_url",
            Self::ClientId => "client_id",
            Self::ClientSecret => "client_secret",
            Self::RefreshToken => "refresh_token",
        }
    }
}

/// Whether a field must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    Always,
    UnlessRefreshToken,
    Optional,
}

/// What a refusal of the token endpoint means.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// Which refusals.
    pub(crate) when: When,
    /// Problem code, after the provider's name: `client-secret-expired`.
    pub(crate) code: &'static str,
    /// One sentence.
    pub(crate) message: &'static str,
    /// What to do.
    pub(crate) remedy: &'static str,
    /// The field at fault.
    pub(crate) field: Option<Field>,
}

/// Which refusals a [`Refusal`] explains.
#[derive(Debug)]
pub(crate) enum When {
    /// With one of these numbers, in `error_codes` or as `AADSTS<number>` in the description.
    Number(&'static [u32]),
    /// With this `error`, and a description that contains these words (lower case).
    Says(&'static str, &'static str),
    /// With this `error`.
    Error(&'static str),
}

const ALL: [&Provider; 2] = [&microsoft::MICROSOFT, &salesforce::SALESFORCE];

/// The provider with this name.
pub(crate) fn named(name: &str) -> Option<&'static Provider> {
    ALL.into_iter().find(|provider| provider.name == name)
}

/// All names, for messages.
pub(crate) fn names() -> String {
    ALL.map(|provider| provider.name).join(", ")
}
