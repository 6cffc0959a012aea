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
    /// How people sign in to it; none: nobody but the connection itself can.
    pub(crate) people: Option<People>,
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

/// How people sign in to a provider, and how an administrator consents for all of them.
#[derive(Debug)]
pub(crate) struct People {
    /// The path of the page where somebody signs in.
    pub(crate) authorize: &'static [&'static str],
    /// The path of the page where an administrator consents.
    pub(crate) consent: &'static [&'static str],
    /// The path of the OpenID Connect discovery document.
    pub(crate) discovery: &'static [&'static str],
    /// Asked for beside the default scope: who it is, and a refresh token.
    pub(crate) scopes: &'static [&'static str],
    /// A sign-in that is not used for so long ends.
    pub(crate) idle: Duration,
}

/// A field of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    Name,
    Cloud,
    DirectoryId,
    ObjectId,
    LoginUrl,
    ClientId,
    ClientSecret,
    Certificate,
    RefreshToken,
    ExpiresAt,
    Licensing,
}

impl Field {
    pub(crate) const ALL: [Self; 11] = [
        Self::Name,
        Self::Cloud,
        Self::DirectoryId,
        Self::ObjectId,
        Self::LoginUrl,
        Self::ClientId,
        Self::ClientSecret,
        Self::Certificate,
        Self::RefreshToken,
        Self::ExpiresAt,
        Self::Licensing,
    ];

    /// As in the tenant document.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Cloud => "cloud",
            Self::DirectoryId => "directory_id",
            Self::ObjectId => "object_id",
            Self::LoginUrl => "login_url",
            Self::ClientId => "client_id",
            Self::ClientSecret => "client_secret",
            Self::Certificate => "certificate",
            Self::RefreshToken => "refresh_token",
            Self::ExpiresAt => "expires_at",
            Self::Licensing => "licensing",
        }
    }
}

/// Whether a field must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    Always,
    /// Unless the other one is there.
    Or(Field),
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
