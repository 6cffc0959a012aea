//! Who somebody is: an identity set has a field for each kind, and one of them is filled.

use serde::Deserialize;

/// An identity set of communications.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Identity {
    user: Option<Named>,
    guest: Option<Named>,
    phone: Option<Named>,
    application: Option<Named>,
    device: Option<Named>,
    acs_user: Option<Named>,
    acs_application_instance: Option<Named>,
    application_instance: Option<Named>,
    on_premises: Option<Named>,
    encrypted: Option<Named>,
}

/// One of them.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Named {
    id: Option<String>,
    display_name: Option<String>,
    tenant_id: Option<String>,
}

/// What somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A user of a directory.
    User,
    /// Somebody without an account.
    Guest,
    /// A telephone.
    Phone,
    /// A user of Azure Communication Services.
    AcsUser,
    /// An app, a bot, a call queue.
    Application,
    /// A device.
    Device,
    /// A user of a server of one's own, or one whose name Graph does not tell.
    Other,
}

impl Kind {
    /// As rows have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Guest => "guest",
            Self::Phone => "phone",
            Self::AcsUser => "acs_user",
            Self::Application => "application",
            Self::Device => "device",
            Self::Other => "other",
        }
    }
}

impl Identity {
    fn first(&self) -> Option<(Kind, &Named)> {
        let all = [
            (Kind::User, &self.user),
            (Kind::Guest, &self.guest),
            (Kind::Phone, &self.phone),
            (Kind::AcsUser, &self.acs_user),
            (Kind::Application, &self.application),
            (Kind::Application, &self.application_instance),
            (Kind::Application, &self.acs_application_instance),
            (Kind::Device, &self.device),
            (Kind::Other, &self.on_premises),
            (Kind::Other, &self.encrypted),
        ];
        all.into_iter().find_map(|(kind, named)| Some((kind, named.as_ref()?)))
    }

    /// What they are.
    pub fn kind(&self) -> Option<Kind> {
        self.first().map(|(kind, _)| kind)
    }

    /// Their id: of a telephone, its number.
    pub fn id(&self) -> Option<&str> {
        self.first().and_then(|(_, named)| named.id.as_deref())
    }

    /// Their name.
    pub fn name(&self) -> Option<&str> {
        self.first().and_then(|(_, named)| named.display_name.as_deref())
    }

    /// The directory they are in.
    pub fn directory(&self) -> Option<&str> {
        self.first().and_then(|(_, named)| named.tenant_id.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whichever_field_is_filled_says_who_it_is() {
        let of = |json: &str| serde_json::from_str::<Identity>(json).unwrap();
        let user = of(r#"{"acsUser":null,"user":{"id":"u","displayName":"Ada","tenantId":"t"}}"#);
        assert_eq!(
            (user.kind(), user.id(), user.name(), user.directory()),
            (Some(Kind::User), Some("u"), Some("Ada"), Some("t"))
        );
        let phone = of(r#"{"phone":{"id":"+442079460101","displayName":null}}"#);
        assert_eq!(
            (phone.kind(), phone.id(), phone.name()),
            (Some(Kind::Phone), Some("+442079460101"), None)
        );
        assert_eq!(of(r#"{"somethingNew":{"id":"x"}}"#).kind(), None);
    }
}
