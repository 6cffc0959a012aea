//! The objects. `user__sys` and `account__v` are Vault's own as far as they go. **The others are invented**: those of
//! Service Center are not public; only their labels are, and what the setting can be.

use super::schema::{Field, Naming, Object, Type};

/// The fields of every object.
pub(super) const SYSTEM: &[Field] = &[
    Field::new("id", "ID", Type::Id).read_only(),
    Field::new("name__v", "Name", Type::Text(128)),
    Field::new("status__v", "Status", Type::Picklist("default_status__v", &["active__v", "inactive__v"])),
    Field::new("created_date__v", "Created Date", Type::DateTime).read_only(),
    Field::new("created_by__v", "Created By", Type::Reference("user__sys")).read_only(),
    Field::new("modified_date__v", "Last Modified Date", Type::DateTime).read_only(),
    Field::new("modified_by__v", "Last Modified By", Type::Reference("user__sys")).read_only(),
    Field::new("global_id__sys", "Global ID", Type::Text(255)).read_only(),
];

const EXTERNAL_ID: Field = Field::new("external_id__v", "External ID", Type::Text(255)).unique();

/// All objects.
pub(super) const ALL: &[Object] = &[USER, ACCOUNT, CASE, CASE_NOTE, CASE_TIMELINE, SETTINGS];

pub(super) const USER: Object = Object {
    name: "user__sys",
    label: "User",
    plural: "Users",
    prefix: "",
    naming: Naming::Given,
    fields: &[
        Field::new("username__sys", "User Name", Type::Text(255)).required().unique(),
        Field::new("first_name__sys", "First Name", Type::Text(128)),
        Field::new("last_name__sys", "Last Name", Type::Text(128)).required(),
        Field::new("email__sys", "Email", Type::Text(255)).required(),
        Field::new("title__sys", "Title", Type::Text(128)),
        // The Entra object id here: what it holds is for the organisation to say.
        Field::new("federated_id__sys", "Federated ID", Type::Text(255)).unique(),
        Field::new("service_center_license__v", "Service Center License", Type::Bool),
        Field::new(
            "service_center_roles__v",
            "Service Center Roles",
            Type::Picklists("service_center_roles__v", &["business_admin__v", "representative__v"]),
        ),
    ],
};

const ACCOUNT: Object = Object {
    name: "account__v",
    label: "Account",
    plural: "Accounts",
    prefix: "V5C",
    naming: Naming::Given,
    fields: &[EXTERNAL_ID],
};

pub(super) const CASE: Object = Object {
    name: "case__v",
    label: "Case",
    plural: "Cases",
    prefix: "V0D",
    naming: Naming::Counted("C-"),
    fields: &[
        Field::new("title__v", "Title", Type::Text(255)).required(),
        Field::new("description__v", "Description", Type::LongText(32_000)),
        Field::new(
            "case_status__v",
            "Case Status",
            Type::Picklist("case_status__v", &["open__v", "pending__v", "closed__v"]),
        ),
        Field::new(
            "priority__v",
            "Priority",
            Type::Picklist("case_priority__v", &["low__v", "medium__v", "high__v"]),
        ),
        Field::new("account__v", "Account", Type::Reference("account__v")),
        Field::new("owner__v", "Owner", Type::Reference("user__sys")),
        EXTERNAL_ID,
    ],
};

const CASE_NOTE: Object = Object {
    name: "case_note__v",
    label: "Case Note",
    plural: "Case Notes",
    prefix: "V0E",
    naming: Naming::Counted("CN-"),
    fields: &[
        Field::new("case__v", "Case", Type::Reference("case__v")).required(),
        Field::new("title__v", "Title", Type::Text(255)),
        Field::new("note__v", "Note", Type::LongText(32_000)),
        Field::new("author__v", "Author", Type::Reference("user__sys")),
        EXTERNAL_ID,
    ],
};

const CASE_TIMELINE: Object = Object {
    name: "case_timeline__v",
    label: "Case Timeline",
    plural: "Case Timeline",
    prefix: "V0F",
    naming: Naming::Counted("CT-"),
    fields: &[
        Field::new("case__v", "Case", Type::Reference("case__v")).required(),
        Field::new("kind__v", "Kind", Type::Text(100)).required(),
        Field::new("title__v", "Title", Type::Text(255)).required(),
        Field::new("link__v", "Link", Type::Text(1_500)),
        Field::new("occurred__v", "Occurred", Type::DateTime),
        EXTERNAL_ID,
    ],
};

pub(super) const SETTINGS: Object = Object {
    name: "console_application_settings__v",
    label: "Console Application Settings",
    plural: "Console Application Settings",
    prefix: "V0G",
    naming: Naming::Given,
    fields: &[Field::new(
        "microsoft_integration__v",
        "Microsoft Integration",
        Type::Picklist(
            "microsoft_integration__v",
            &["none__v", "ms_teams__v", "ms_onenote__v", "ms_teams_and_onenote__v"],
        ),
    )
    .required()],
};
