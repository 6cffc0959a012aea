//! Everything that the simulators share, and the handle on it for code in the same process.
//!
//! The methods that a test uses are here and, for what belongs to one upstream alone, in that
//! upstream's `script.rs`. The control API offers the same.

use crate::entra::{self, Keys};
use crate::faults::{BadFault, Fault, FaultState, Faults, Held, Holds};
use crate::manifest::{
    ContactCenterTenant, DataverseTenant, Manifest, Named, Person, SalesforceTenant, Tenant,
};
use crate::options::Options;
use crate::record::{Received, ReceivedFilter, Record};
use crate::upstream::Upstream;
use crate::{contact_center, dataverse, graph, salesforce, seed, smtp, vault};

/// The state of all simulators.
#[derive(Debug)]
pub struct World {
    pub(crate) options: Options,
    pub(crate) record: Record,
    pub(crate) faults: Faults,
    pub(crate) holds: Holds,
    pub(crate) entra: entra::Directory,
    pub(crate) graph: graph::State,
    pub(crate) salesforce: salesforce::Org,
    pub(crate) dataverse: dataverse::Environment,
    pub(crate) vault: vault::Vault,
    pub(crate) contact_center: contact_center::Centre,
    pub(crate) smtp: smtp::Server,
    manifest: Manifest,
}

/// Where the listeners ended up.
#[derive(Debug, Default)]
pub(crate) struct Addresses {
    entra: [String; 2],
    graph: [String; 2],
    salesforce: [String; 2],
    dataverse: [String; 2],
    vault: [String; 2],
    contact_center: [String; 2],
    inbox: [String; 2],
    pub(crate) smtp: String,
    pub(crate) smtp_tls: String,
    pub(crate) control: String,
    pub(crate) ca: String,
}

impl Addresses {
    pub(crate) fn set(&mut self, upstream: Upstream, scheme: &str, authority: &str) {
        let pair = match upstream {
            Upstream::Entra => &mut self.entra,
            Upstream::Graph => &mut self.graph,
            Upstream::Salesforce => &mut self.salesforce,
            Upstream::Dataverse => &mut self.dataverse,
            Upstream::Vault => &mut self.vault,
            Upstream::ContactCenter => &mut self.contact_center,
            Upstream::Inbox => &mut self.inbox,
        };
        pair[usize::from(scheme == "https")] = format!("{scheme}://{authority}");
    }
}

impl World {
    pub(crate) fn new(options: Options, addresses: Addresses, keys: Keys, client: reqwest::Client) -> Self {
        let entra = entra::Directory::new(keys, &addresses.graph, &addresses.dataverse);
        let app = dataverse::App { client_id: &entra.client_id, service_principal: &entra.service_principal };
        let dataverse = dataverse::Environment::new(&app, client.clone());
        let contact_center = contact_center::Centre::new(client.clone());
        let graph = graph::State::new(&entra, options.channels, options.keep_messages, client);
        let salesforce = salesforce::Org::new(options.salesforce_daily_requests, options.keep_records);
        let vault = vault::Vault::new();
        let smtp = smtp::Server::new();
        let (smtp_username, smtp_password) = (smtp.username.clone(), smtp.password.clone());
        let manifest = manifest(addresses, &entra, &graph, &salesforce, &dataverse, &vault, &contact_center);
        let manifest = Manifest { smtp_username, smtp_password, ..manifest };
        Self {
            record: Record::new(options.record),
            faults: Faults::default(),
            holds: Holds::default(),
            options,
            entra,
            graph,
            salesforce,
            dataverse,
            vault,
            contact_center,
            smtp,
            manifest,
        }
    }

    /// Where everything is.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// What arrived, oldest first. Empty if recording is off.
    pub fn received(&self, filter: &ReceivedFilter) -> Vec<Received> {
        self.record.list(filter)
    }

    /// Forgets what arrived.
    pub fn clear_received(&self) {
        self.record.clear();
    }

    /// Adds a fault; the answer is its number.
    pub fn add_fault(&self, fault: Fault) -> Result<u64, BadFault> {
        self.faults.add(fault)
    }

    /// The faults and how often they struck.
    pub fn faults(&self) -> Vec<FaultState> {
        self.faults.list()
    }

    /// Removes all faults, and lets go of everything that is held.
    pub fn clear_faults(&self) {
        self.faults.clear();
        self.holds.clear();
    }

    /// The requests that are being held.
    pub fn holds(&self) -> Vec<Held> {
        self.holds.list()
    }

    /// Lets go of what is held under a name, and with `all` of everything that ever will be.
    /// The answer is how many went.
    pub fn release(&self, name: &str, all: bool) -> usize {
        self.holds.release(name, all)
    }
}

fn manifest(
    addresses: Addresses,
    entra: &entra::Directory,
    graph: &graph::State,
    salesforce: &salesforce::Org,
    dataverse: &dataverse::Environment,
    vault: &vault::Vault,
    contact_center: &contact_center::Centre,
) -> Manifest {
    let [entra_http, entra_tls] = addresses.entra;
    let [graph_http, graph_tls] = addresses.graph;
    let [salesforce_http, salesforce_tls] = addresses.salesforce;
    let [dataverse_http, dataverse_tls] = addresses.dataverse;
    let [vault_http, vault_tls] = addresses.vault;
    let [contact_center_http, contact_center_tls] = addresses.contact_center;
    let [inbox, inbox_tls] = addresses.inbox;
    let users: Vec<Person> = seed::USERS
        .iter()
        .map(|user| Person { id: user.object_id(), name: user.name(), email: user.email() })
        .collect();
    let poster = users[0].clone();
    let opportunities: Vec<Named> = salesforce.opportunities();
    let demo = opportunities[0].clone();
    Manifest {
        entra: entra_http,
        entra_tls,
        graph: graph_http,
        graph_tls,
        salesforce: salesforce_http,
        salesforce_tls,
        dataverse: dataverse_http,
        dataverse_tls,
        vault: vault_http,
        vault_tls,
        contact_center: contact_center_http,
        contact_center_tls,
        inbox,
        inbox_tls,
        smtp: addresses.smtp,
        smtp_tls: addresses.smtp_tls,
        smtp_username: String::new(),
        smtp_password: String::new(),
        control: addresses.control,
        ca: addresses.ca,
        tenant: Tenant {
            directory_id: entra.directory_id.clone(),
            client_id: entra.client_id.clone(),
            client_secret: entra.client_secret.clone(),
            team_id: graph.places.team_id.clone(),
            team_name: seed::TEAM.to_owned(),
            channel_id: seed::channel_id(seed::CHANNEL),
            channel_name: seed::CHANNEL.to_owned(),
            channel_ids: graph.places.channels.iter().map(|channel| channel.id.clone()).collect(),
            chat_id: graph.places.chat_id.clone(),
            user_id: poster.id,
            user_name: poster.name,
            user_email: poster.email,
            users,
            opportunity_id: demo.id,
            opportunity_name: demo.name,
            opportunities,
            salesforce: SalesforceTenant {
                client_id: salesforce.client_id.clone(),
                client_secret: salesforce.client_secret.clone(),
                refresh_token: salesforce.seed_refresh_token.clone(),
                organization_id: salesforce.organization_id().to_owned(),
                lead_id: salesforce.first_lead(),
                username: salesforce.username.clone(),
                user_id: salesforce.user_id.clone(),
                users: salesforce.people(),
            },
            dataverse: dataverse_tenant(dataverse),
            vault: vault.tenant(),
            contact_center: ContactCenterTenant {
                client_id: contact_center.client_id.clone(),
                client_secret: contact_center.client_secret.clone(),
                app_id: contact_center.app_id.clone(),
            },
        },
    }
}

fn dataverse_tenant(dataverse: &dataverse::Environment) -> DataverseTenant {
    let cases = dataverse.named("incident");
    DataverseTenant {
        organization_id: dataverse.organization_id.clone(),
        application_user_id: dataverse.application_user_id.clone(),
        users: dataverse.people(),
        team: dataverse.named("team")[0].clone(),
        accounts: dataverse.named("account"),
        contacts: dataverse.named("contact"),
        case_id: cases[0].id.clone(),
        case_title: cases[0].name.clone(),
        cases,
    }
}
