//! The providers as data: one file each, read by code that knows none of them by name.

pub(crate) mod answers;
mod contact_center;
mod dynamics;
mod entra;
mod microsoft;
mod salesforce;
mod vault;

use std::time::Duration;

use answers::Answers;

/// How to sign in at a provider.
#[derive(Debug)]
pub(crate) struct Provider {
    /// As in `provider = "…"`, and the first part of its problem codes.
    pub(crate) name: &'static str,
    /// For people: who refused.
    pub(crate) title: &'static str,
    /// How a token is got.
    pub(crate) flow: Flow,
    /// Where its sign-in service is.
    pub(crate) sign_in: SignIn,
    /// Path of the token endpoint; [`DIRECTORY`] stands for the directory id.
    pub(crate) token_path: &'static [&'static str],
    /// Whether the scope of client credentials is the base's own `/.default`.
    pub(crate) default_scope: bool,
    /// Where the token is good.
    pub(crate) base: BaseOf,
    /// How it is told that a token is over.
    pub(crate) revocation: Revocation,
    /// How long a token is taken to be good when its answer does not say.
    pub(crate) lifetime: Duration,
    /// How people sign in to it; none: nobody but the connection itself can.
    pub(crate) people: Option<People>,
    /// Which fields a connection has. Others are refused.
    pub(crate) fields: &'static [(Field, Need)],
    /// Calls that show that a token is good; the first for which it has a permission. The last needs none.
    pub(crate) samples: &'static [Sample],
    /// What the refusals of its sign-in mean, the nearest table first; the first that fits.
    pub(crate) refusals: &'static [&'static [Refusal]],
    /// What the codes of its own answers mean.
    pub(crate) meant: &'static [Meant],
    /// What its answers mean.
    pub(crate) answers: Answers,
}

/// In [`Provider::token_path`]: the connection's directory id.
pub(crate) const DIRECTORY: &str = "{directory_id}";

/// A call that changes nothing.
#[derive(Debug)]
pub(crate) struct Sample {
    /// One of these permissions allows it; none for a call that needs no permission.
    pub(crate) permissions: &'static [&'static str],
    /// From the base's root.
    pub(crate) path: &'static str,
}

/// How a token is got.
#[derive(Debug)]
pub(crate) enum Flow {
    /// OAuth 2.0: with the client's own credential, or with a refresh token.
    OAuth,
    /// With user name and password, for a session that ends when it is not used.
    Session(Session),
}

/// How a session is kept.
#[derive(Debug)]
pub(crate) struct Session {
    /// The path of what keeps one alive.
    pub(crate) keep_alive: &'static [&'static str],
    /// A login whose credential was refused is not repeated by itself for so long: each counts towards locking the user
    /// out.
    pub(crate) refused_for: Duration,
}

/// How a provider is told that a token is over.
#[derive(Debug)]
pub(crate) enum Revocation {
    /// RFC 7009: the token in a form, at this path of the sign-in service.
    Form(&'static [&'static str]),
    /// The session is deleted, at this path.
    Delete(&'static [&'static str]),
    /// It cannot be told. What to do there instead.
    Nowhere(&'static str),
}

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
    /// At the connection's `url`.
    Url,
}

/// Where a token is good.
#[derive(Debug)]
pub(crate) enum BaseOf {
    /// At the cloud's `graph`.
    CloudGraph,
    /// At the connection's `environment_url`, which must be one of these, but in a simulated cloud.
    Environment {
        /// Origin patterns.
        trusted: &'static [&'static str],
    },
    /// At the `instance_url` of the token answer, if that is the sign-in origin itself or one of these.
    Answer {
        /// Origin patterns.
        trusted: &'static [&'static str],
    },
    /// Where the sign-in service is. These are the provider's own; a connection may name another.
    SignIn {
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
    EnvironmentUrl,
    Url,
    ClientId,
    ClientSecret,
    Certificate,
    RefreshToken,
    Username,
    Password,
    ExpiresAt,
    Licensing,
}

impl Field {
    pub(crate) const ALL: [Self; 15] = [
        Self::Name,
        Self::Cloud,
        Self::DirectoryId,
        Self::ObjectId,
        Self::LoginUrl,
        Self::EnvironmentUrl,
        Self::Url,
        Self::ClientId,
        Self::ClientSecret,
        Self::Certificate,
        Self::RefreshToken,
        Self::Username,
        Self::Password,
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
            Self::EnvironmentUrl => "environment_url",
            Self::Url => "url",
            Self::ClientId => "client_id",
            Self::ClientSecret => "client_secret",
            Self::Certificate => "certificate",
            Self::RefreshToken => "refresh_token",
            Self::Username => "username",
            Self::Password => "password",
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

/// What a refusal of the sign-in service means.
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
    /// Who can do it.
    pub(crate) ask: Whom,
    /// The field at fault.
    pub(crate) field: Option<Field>,
    /// What kind of thing mends it.
    pub(crate) cure: Cure,
}

/// What an answer of the provider's own means that carries this code.
#[derive(Debug)]
pub(crate) struct Meant {
    /// The provider's code.
    pub(crate) said: &'static str,
    /// Problem code, after the provider's name.
    pub(crate) code: &'static str,
    /// One sentence.
    pub(crate) message: &'static str,
    /// What to do.
    pub(crate) remedy: &'static str,
}

/// Which refusals a [`Refusal`] explains.
#[derive(Debug)]
pub(crate) enum When {
    /// With one of these as `error` and one of these numbers, in `error_codes` or as `AADSTS<number>` in the
    /// description.
    Code(&'static [&'static str], &'static [u32]),
    /// With this `error`, and a description that contains these words (lower case).
    Says(&'static str, &'static str),
    /// With this `error`, of a connection that was applied just now.
    New(&'static str),
    /// With one of these as `error`.
    Error(&'static [&'static str]),
}

/// What kind of thing mends a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cure {
    /// The connection's ids or its secret must be corrected.
    Credential,
    /// Something of the connection must be filled in.
    Completion,
    /// An administrator, or the person, must consent.
    Consent,
    /// The person or the app must be assigned.
    Assignment,
    /// The sign-in is over: the person must sign in again.
    SignIn,
    /// The person must answer what the sign-in service asks.
    Person,
    /// A policy of the upstream must be changed.
    Policy,
    /// The app registration or the host must be set up otherwise.
    Setup,
}

/// Who can mend it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whom {
    /// Who applied the connection.
    Operator,
    /// Who owns the app at the provider.
    AppOwner,
    /// Who may consent to Graph application permissions. Application Administrators may not.
    ConsentAdmin,
    /// Who assigns people to applications.
    AppAdmin,
    /// Who owns the policies.
    PolicyAdmin,
    /// Who signed in.
    Person,
}

impl Whom {
    /// For people: `Ask …`.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Operator => "the operator of this host",
            Self::AppOwner => "the owner of the app at the provider",
            Self::ConsentAdmin => "a Privileged Role Administrator or a Global Administrator",
            Self::AppAdmin => "a Cloud Application Administrator",
            Self::PolicyAdmin => "the administrator of the directory's or org's sign-in policies",
            Self::Person => "the person or service user who signed in",
        }
    }
}

const ALL: [&Provider; 5] = [
    &microsoft::MICROSOFT,
    &salesforce::SALESFORCE,
    &dynamics::DYNAMICS,
    &vault::VAULT,
    &contact_center::CONTACT_CENTER,
];

impl Provider {
    /// Whether its calls go to Graph, where consent allows them.
    pub(crate) fn is_graph(&self) -> bool {
        matches!(self.base, BaseOf::CloudGraph)
    }

    /// What the refusals of its sign-in mean.
    pub(crate) fn refusals(&self) -> impl Iterator<Item = &'static Refusal> {
        self.refusals.iter().copied().flatten()
    }
}

/// The provider with this name.
pub(crate) fn named(name: &str) -> Option<&'static Provider> {
    ALL.into_iter().find(|provider| provider.name == name)
}

/// All names, for messages.
pub(crate) fn names() -> String {
    ALL.map(|provider| provider.name).join(", ")
}
