//! What a test needs to know about running simulators: addresses and the seeded tenant.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Addresses of the simulators and what is in them. The binary prints it with `--json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// Entra over http.
    pub entra: String,
    /// Entra over TLS.
    pub entra_tls: String,
    /// Graph over http, without the version.
    pub graph: String,
    /// Graph over TLS.
    pub graph_tls: String,
    /// Salesforce over http.
    pub salesforce: String,
    /// Salesforce over TLS.
    pub salesforce_tls: String,
    /// Dataverse over http.
    pub dataverse: String,
    /// Dataverse over TLS.
    pub dataverse_tls: String,
    /// Vault over http.
    pub vault: String,
    /// Vault over TLS.
    pub vault_tls: String,
    /// The contact centre over http.
    pub contact_center: String,
    /// The contact centre over TLS.
    pub contact_center_tls: String,
    /// Somebody's webhook over http.
    pub inbox: String,
    /// Somebody's webhook over TLS.
    pub inbox_tls: String,
    /// The mail server, `address:port`, with STARTTLS.
    pub smtp: String,
    /// The mail server with TLS from the first byte.
    pub smtp_tls: String,
    /// Who may sign in at the mail server.
    pub smtp_username: String,
    /// Their password.
    pub smtp_password: String,
    /// The control API.
    pub control: String,
    /// File with the certificate of the authority behind the TLS listeners.
    pub ca: String,
    /// The seeded tenant.
    pub tenant: Tenant,
}

/// One organisation: its directory, its team, its Salesforce.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Tenant {
    /// The Entra directory.
    pub directory_id: String,
    /// The app registered there.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// The team.
    pub team_id: String,
    /// Its name.
    pub team_name: String,
    /// The channel that the demo watches.
    pub channel_id: String,
    /// Its name.
    pub channel_name: String,
    /// Every channel of the team.
    pub channel_ids: Vec<String>,
    /// A group chat.
    pub chat_id: String,
    /// The user who posts unless another is named.
    pub user_id: String,
    /// Their name.
    pub user_name: String,
    /// Their address, which a Salesforce user has too.
    pub user_email: String,
    /// Everyone in the directory. The last one has no Salesforce user.
    pub users: Vec<Person>,
    /// The opportunity that the demo writes to.
    pub opportunity_id: String,
    /// Its name.
    pub opportunity_name: String,
    /// Every opportunity.
    pub opportunities: Vec<Named>,
    /// The Salesforce organisation.
    pub salesforce: SalesforceTenant,
    /// The Dataverse environment.
    pub dataverse: DataverseTenant,
    /// The Vault.
    pub vault: VaultTenant,
    /// The contact centre.
    pub contact_center: ContactCenterTenant,
}

/// The contact centre of a tenant.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ContactCenterTenant {
    /// The API user of the integration.
    pub client_id: String,
    /// Its key.
    pub client_secret: String,
    /// The scenario entry of customers.
    pub app_id: String,
}

/// The Dataverse side of a tenant. The app registration of the tenant is its application user.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DataverseTenant {
    /// The organisation.
    pub organization_id: String,
    /// The application user.
    pub application_user_id: String,
    /// Every person among the users, in the order of the directory's. The last of those is no user here.
    pub users: Vec<Person>,
    /// A team that owns a case, with the third and the fourth user as its members.
    pub team: Named,
    /// Every account.
    pub accounts: Vec<Named>,
    /// Every contact.
    pub contacts: Vec<Named>,
    /// The case that the demo is about. The first user owns it.
    pub case_id: String,
    /// Its title.
    pub case_title: String,
    /// Every case. The team owns the third.
    pub cases: Vec<Named>,
}

/// The Vault side of a tenant.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct VaultTenant {
    /// The vault.
    pub vault_id: u64,
    /// The integration user's login name.
    pub username: String,
    /// Its password.
    pub password: String,
    /// The integration user.
    pub user_id: String,
    /// Every person among the users, in the order of the directory's. The last of those is no user here.
    pub users: Vec<Person>,
    /// The case that the demo is about. The first user owns it.
    pub case_id: String,
    /// Its title.
    pub case_title: String,
    /// Every case. Nobody owns the third.
    pub cases: Vec<Named>,
    /// The one record of the Console Application Settings.
    pub settings_id: String,
}

/// The Salesforce side of a tenant.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SalesforceTenant {
    /// Consumer key of the app.
    pub client_id: String,
    /// Consumer secret of the app.
    pub client_secret: String,
    /// A refresh token of the integration user.
    pub refresh_token: String,
    /// The organisation, of 18 characters.
    pub organization_id: String,
    /// A Lead that nobody has converted.
    pub lead_id: String,
    /// The integration user's login name.
    pub username: String,
    /// The integration user.
    pub user_id: String,
    /// Every Salesforce user.
    pub users: Vec<Person>,
}

/// Somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Entra object id, or Salesforce user id.
    pub id: String,
    /// Full name.
    pub name: String,
    /// Mail address.
    pub email: String,
}

/// Something with a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// The table for people.
impl fmt::Display for Manifest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenant = &self.tenant;
        let salesforce = &tenant.salesforce;
        let centre = &tenant.contact_center;
        let rows: [(&str, &[(&str, &str)]); 9] = [
            (
                "Entra ID",
                &[
                    ("address", &self.entra),
                    ("with TLS", &self.entra_tls),
                    ("directory", &tenant.directory_id),
                    ("client id", &tenant.client_id),
                    ("client secret", &tenant.client_secret),
                ],
            ),
            (
                "Microsoft Graph",
                &[
                    ("address", &self.graph),
                    ("with TLS", &self.graph_tls),
                    ("team", &tenant.team_name),
                    ("team id", &tenant.team_id),
                    ("channel", &tenant.channel_name),
                    ("channel id", &tenant.channel_id),
                    ("group chat", &tenant.chat_id),
                    ("user", &tenant.user_email),
                ],
            ),
            (
                "Salesforce",
                &[
                    ("address", &self.salesforce),
                    ("with TLS", &self.salesforce_tls),
                    ("client id", &salesforce.client_id),
                    ("client secret", &salesforce.client_secret),
                    ("refresh token", &salesforce.refresh_token),
                    ("opportunity", &tenant.opportunity_name),
                    ("opportunity id", &tenant.opportunity_id),
                ],
            ),
            (
                "Dataverse",
                &[
                    ("address", &self.dataverse),
                    ("with TLS", &self.dataverse_tls),
                    ("case", &tenant.dataverse.case_title),
                    ("case id", &tenant.dataverse.case_id),
                ],
            ),
            (
                "Vault",
                &[
                    ("address", &self.vault),
                    ("with TLS", &self.vault_tls),
                    ("user name", &tenant.vault.username),
                    ("password", &tenant.vault.password),
                    ("case", &tenant.vault.case_title),
                    ("case id", &tenant.vault.case_id),
                ],
            ),
            (
                "Contact centre",
                &[
                    ("address", &self.contact_center),
                    ("with TLS", &self.contact_center_tls),
                    ("API user", &centre.client_id),
                    ("its key", &centre.client_secret),
                    ("app id", &centre.app_id),
                ],
            ),
            ("Webhook", &[("address", &self.inbox), ("with TLS", &self.inbox_tls)]),
            (
                "Mail",
                &[
                    ("address", &self.smtp),
                    ("with TLS", &self.smtp_tls),
                    ("user name", &self.smtp_username),
                    ("password", &self.smtp_password),
                ],
            ),
            ("Control", &[("address", &self.control), ("CA file", &self.ca)]),
        ];
        for (title, lines) in rows {
            writeln!(f, "{title}")?;
            for (name, value) in lines {
                writeln!(f, "  {name:<15} {value}")?;
            }
        }
        Ok(())
    }
}
