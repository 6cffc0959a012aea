//! The object types ("Object Reference for the Salesforce Platform"), each with the fields that a
//! connector may meet. `Teams_Message_Id__c` is what an administrator adds to make writing a Task
//! repeatable: an external id, and not unique, so that a connector that writes twice is found out.

use super::schema::{Field, Initial, Object, Type};

/// What every record has.
pub(super) static SYSTEM: &[Field] = &[
    Field::new("Id", "ID", Type::Id).read_only(),
    Field::new("IsDeleted", "Deleted", Type::Bool).read_only().initially(Initial::Bool(false)),
    Field::new("CreatedDate", "Created Date", Type::DateTime).read_only(),
    Field::new("CreatedById", "Created By", Type::Reference(&["User"])).read_only(),
    Field::new("LastModifiedDate", "Last Modified Date", Type::DateTime).read_only(),
    Field::new("LastModifiedById", "Last Modified By", Type::Reference(&["User"])).read_only(),
    Field::new("SystemModstamp", "System Modstamp", Type::DateTime).read_only(),
];

const OWNER: Field =
    Field::new("OwnerId", "Owner", Type::Reference(&["User"])).initially(Initial::CurrentUser);

pub(super) static TASK: Object = Object {
    name: "Task",
    label: "Task",
    plural: "Tasks",
    prefix: "00T",
    fields: &[
        Field::new("Subject", "Subject", Type::Text(255)),
        Field::new("Description", "Description", Type::Area(32_000)),
        Field::new("WhatId", "Related To", Type::Reference(&["Account", "Opportunity"])),
        Field::new("WhoId", "Name", Type::Reference(&["Contact", "Lead"])),
        Field::new("OwnerId", "Assigned To", Type::Reference(&["User"])).initially(Initial::CurrentUser),
        Field::new("ActivityDate", "Due Date Only", Type::Date),
        Field::new(
            "Status",
            "Status",
            Type::Picklist(&[
                "Not Started",
                "In Progress",
                "Completed",
                "Waiting on someone else",
                "Deferred",
            ]),
        )
        .initially(Initial::Text("Not Started")),
        Field::new("Priority", "Priority", Type::Picklist(&["High", "Normal", "Low"]))
            .initially(Initial::Text("Normal")),
        Field::new("Type", "Type", Type::Picklist(&["Call", "Email", "Meeting", "Other"])),
        Field::new(
            "TaskSubtype",
            "Task Subtype",
            Type::Restricted(&["Task", "Email", "ListEmail", "Cadence", "Call", "LinkedIn"]),
        )
        .initially(Initial::Text("Task")),
        Field::new("IsClosed", "Closed", Type::Bool).read_only(),
        Field::new("IsHighPriority", "High Priority", Type::Bool).read_only(),
        Field::new("IsReminderSet", "Reminder Set", Type::Bool).initially(Initial::Bool(false)),
        Field::new("ReminderDateTime", "Reminder Date/Time", Type::DateTime),
        Field::new("CallDurationInSeconds", "Call Duration", Type::Int),
        Field::new("CallType", "Call Type", Type::Picklist(&["Internal", "Inbound", "Outbound"])),
        Field::new("CallObject", "Call Object Identifier", Type::Text(255)),
        Field::new("Teams_Message_Id__c", "Teams Message Id", Type::Text(255)).external_id(),
    ],
};

pub(super) static OPPORTUNITY: Object = Object {
    name: "Opportunity",
    label: "Opportunity",
    plural: "Opportunities",
    prefix: "006",
    fields: &[
        Field::new("Name", "Name", Type::Text(120)).required(),
        Field::new("AccountId", "Account", Type::Reference(&["Account"])),
        Field::new(
            "StageName",
            "Stage",
            Type::Picklist(&[
                "Prospecting",
                "Qualification",
                "Needs Analysis",
                "Value Proposition",
                "Id. Decision Makers",
                "Perception Analysis",
                "Proposal/Price Quote",
                "Negotiation/Review",
                "Closed Won",
                "Closed Lost",
            ]),
        )
        .required(),
        Field::new("LastStageChangeDate", "Last Stage Change Date", Type::DateTime).read_only(),
        Field::new("CloseDate", "Close Date", Type::Date).required(),
        Field::new("Amount", "Amount", Type::Decimal),
        Field::new("Probability", "Probability (%)", Type::Decimal),
        Field::new(
            "Type",
            "Opportunity Type",
            Type::Picklist(&["Existing Customer - Upgrade", "New Customer"]),
        ),
        Field::new("LeadSource", "Lead Source", Type::Picklist(&["Web", "Partner", "Other"])),
        Field::new("NextStep", "Next Step", Type::Text(255)),
        Field::new("Description", "Description", Type::Area(32_000)),
        Field::new("IsClosed", "Closed", Type::Bool).read_only(),
        Field::new("IsWon", "Won", Type::Bool).read_only(),
        OWNER,
        Field::new("MainCompetitors__c", "Main Competitor(s)", Type::Text(100)),
    ],
};

pub(super) static ACCOUNT: Object = Object {
    name: "Account",
    label: "Account",
    plural: "Accounts",
    prefix: "001",
    fields: &[
        Field::new("Name", "Account Name", Type::Text(255)).required(),
        Field::new("Type", "Account Type", Type::Picklist(&["Prospect", "Customer", "Partner"])),
        Field::new("Industry", "Industry", Type::Picklist(&["Manufacturing", "Retail", "Other"])),
        Field::new("Phone", "Account Phone", Type::Phone),
        Field::new("Website", "Website", Type::Url),
        Field::new("BillingCity", "Billing City", Type::Text(40)),
        Field::new("BillingCountry", "Billing Country", Type::Text(80)),
        Field::new("Description", "Account Description", Type::Area(32_000)),
        OWNER,
    ],
};

/// Leads are converted by people: see the script.
pub(super) static LEAD: Object = Object {
    name: "Lead",
    label: "Lead",
    plural: "Leads",
    prefix: "00Q",
    fields: &[
        Field::new("FirstName", "First Name", Type::Text(40)),
        Field::new("LastName", "Last Name", Type::Text(80)).required(),
        Field::new("Name", "Full Name", Type::Text(121)).read_only(),
        Field::new("Company", "Company", Type::Text(255)).required(),
        Field::new("Email", "Email", Type::Email),
        Field::new(
            "Status",
            "Lead Status",
            Type::Picklist(&["Open - Not Contacted", "Working - Contacted", "Closed - Converted"]),
        )
        .initially(Initial::Text("Open - Not Contacted")),
        Field::new("IsConverted", "Converted", Type::Bool).read_only().initially(Initial::Bool(false)),
        Field::new("ConvertedDate", "Converted Date", Type::Date).read_only(),
        Field::new("ConvertedAccountId", "Converted Account", Type::Reference(&["Account"])).read_only(),
        Field::new("ConvertedOpportunityId", "Converted Opportunity", Type::Reference(&["Opportunity"]))
            .read_only(),
        OWNER,
    ],
};

/// "UserRecordAccess": nothing that anybody writes.
pub(super) static USER_RECORD_ACCESS: Object = Object {
    name: "UserRecordAccess",
    label: "User Record Access",
    plural: "User Record Access",
    prefix: "0RA",
    fields: &[
        Field::new("UserId", "User", Type::Reference(&["User"])).read_only(),
        Field::new("RecordId", "Record", Type::Text(18)).read_only(),
        Field::new("HasReadAccess", "Has Read Access", Type::Bool).read_only(),
        Field::new("HasEditAccess", "Has Edit Access", Type::Bool).read_only(),
    ],
};

/// Users are read here, not made.
pub(super) static USER: Object = Object {
    name: "User",
    label: "User",
    plural: "Users",
    prefix: "005",
    fields: &[
        Field::new("Username", "Username", Type::Text(80)).read_only(),
        Field::new("FirstName", "First Name", Type::Text(40)).read_only(),
        Field::new("LastName", "Last Name", Type::Text(80)).read_only(),
        Field::new("Name", "Full Name", Type::Text(121)).read_only(),
        Field::new("Alias", "Alias", Type::Text(8)).read_only(),
        Field::new("Email", "Email", Type::Email).read_only(),
        Field::new("FederationIdentifier", "SAML Federation ID", Type::Text(512)).read_only(),
        Field::new("Title", "Title", Type::Text(80)).read_only(),
        Field::new("Department", "Department", Type::Text(80)).read_only(),
        Field::new("Phone", "Phone", Type::Phone).read_only(),
        Field::new("IsActive", "Active", Type::Bool).read_only().initially(Initial::Bool(true)),
        Field::new("UserType", "User Type", Type::Picklist(&["Standard"])).read_only(),
    ],
};
