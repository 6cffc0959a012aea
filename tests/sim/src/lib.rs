//! Simulators of the services that Tieline talks to: Entra ID, Microsoft Graph, Salesforce, Dataverse, Veeva Vault, a
//! contact centre, somebody's webhook and a mail server.
//!
//! A simulator is a library and a tiny binary; its faults are scripted, and what it received is
//! readable. [`start`] binds loopback ports and seeds one tenant; the [`Manifest`] says where
//! everything is; [`World`] posts messages, scripts faults and shows what arrived, and so does
//! the control API for programs elsewhere.
//!
//! The simulators are strict where the vendors are strict: tokens are real RS256 JWTs with the
//! roles that were consented, subscriptions are validated while the request is open, Salesforce
//! checks ids, fields and lengths. They know nothing of Tieline.
//!
//! Facts come from the vendors' documentation, named where they are used; the code says so where
//! a behaviour is a guess.

mod call;
mod clock;
mod collector;
mod contact_center;
mod control;
mod dataverse;
mod entra;
mod faults;
mod graph;
mod ids;
mod inbox;
mod listen;
mod manifest;
mod options;
mod percent;
mod record;
mod salesforce;
mod seed;
mod serve;
mod smtp;
mod start;
mod tls;
mod upstream;
mod vault;
mod world;

pub use contact_center::{BadScene, Begun, ChatShown, Delivered, PartyShown, Proof, SaidShown, Webhook};
pub use dataverse::{BadChange, BadHook, Depth, HookAttempt, NewHook, Protection, UserState};
pub use entra::{Administrator, AppChange, ConsentChange, KeyError, Keyboard, UnknownCode, UnknownUser};
pub use faults::{BadFault, Effect, Fault, FaultState, Held, Match};
pub use graph::{
    Attempt, BadCall, BadChat, BadEvent, BadMeeting, BadNotification, BadPost, CallView, ChangedMessage,
    ChannelAnswer, ChannelScript, ChatView, EndpointState, Generated, Item, LifecycleEvent, MadeChannel,
    NewAttendance, NewCall, NewChat, NewMail, NewMessage, NewTranscript, OneNoteRules, Planted, Posted, Sent,
    Share, ShareKind, ShareRole, SubscriptionView, Tamper, Throttle, ThrottleState, Transcribed,
};
pub use manifest::{
    ContactCenterTenant, DataverseTenant, Manifest, Named, Person, SalesforceTenant, Tenant, VaultTenant,
};
pub use options::{Delivery, Options, Ports};
pub use record::{Outcome, Received, ReceivedFilter};
pub use salesforce::{Outbound, OutboundAttempt, RecordObserver};
pub use smtp::{BadMailFault, Mail, MailFault, Moment};
pub use start::{Sim, StartError, start};
pub use tls::TlsError;
pub use upstream::Upstream;
pub use vault::{BadRecord, VaultLimits, VaultUserState};
pub use world::World;
