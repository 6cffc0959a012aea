//! Users, teams, roles, views, and what webhooks are registered with.

use super::columns::{choice, date, fixed, guid, id, kind, lookup, memo, state, text, yes};
use super::{Column, Kind, Ownership, Table, Traits, USUAL};

const SYSTEM: Traits = Traits { tracked: false, updates: false, ..USUAL };

const fn table(
    [name, schema, set]: [&'static str; 3],
    labels: [&'static str; 2],
    code: u32,
    [id, title, privilege]: [&'static str; 3],
    columns: &'static [Column],
) -> Table {
    let (owner, traits) = (Ownership::Organization, SYSTEM);
    Table { name, schema, set, labels, code, id, title, privilege, owner, traits, columns, keys: &[] }
}

pub(super) const TABLES: &[Table] = &[
    table(
        ["organization", "Organization", "organizations"],
        ["Organization", "Organizations"],
        1019,
        ["organizationid", "name", "Organization"],
        &[
            id("organizationid", "Organization"),
            text("name", "Organization Name", 160),
            kind("expirechangetrackingindays", "Days to Expire Change Tracking Deltas", Kind::Whole),
        ],
    ),
    table(
        ["businessunit", "BusinessUnit", "businessunits"],
        ["Business Unit", "Business Units"],
        10,
        ["businessunitid", "name", "BusinessUnit"],
        &[id("businessunitid", "Business Unit"), text("name", "Name", 160)],
    ),
    table(
        ["systemuser", "SystemUser", "systemusers"],
        ["User", "Users"],
        8,
        ["systemuserid", "fullname", "User"],
        &[
            id("systemuserid", "User"),
            text("fullname", "Full Name", 200),
            text("firstname", "First Name", 256),
            text("lastname", "Last Name", 256),
            text("title", "Title", 128),
            text("domainname", "User Name", 1024),
            text("internalemailaddress", "Primary Email", 100),
            guid("azureactivedirectoryobjectid", "Azure AD Object ID"),
            guid("applicationid", "Application ID"),
            yes("isdisabled", "Status"),
            yes("islicensed", "User Licensed"),
            choice(
                "accessmode",
                "Access Mode",
                &[(0, "Read-Write"), (1, "Administrative"), (2, "Read"), (4, "Non-interactive")],
            ),
            lookup("businessunitid", "Business Unit", &[("businessunit", "businessunitid")]),
        ],
    ),
    table(
        ["team", "Team", "teams"],
        ["Team", "Teams"],
        9,
        ["teamid", "name", "Team"],
        &[
            id("teamid", "Team"),
            text("name", "Team Name", 160),
            choice(
                "teamtype",
                "Team Type",
                &[(0, "Owner"), (1, "Access"), (2, "Security Group"), (3, "Office Group")],
            ),
            guid("azureactivedirectoryobjectid", "Object Id for a group"),
            yes("isdefault", "Is Default"),
            lookup("businessunitid", "Business Unit", &[("businessunit", "businessunitid")]),
            lookup("administratorid", "Administrator", &[("systemuser", "administratorid")]),
        ],
    ),
    table(
        ["teammembership", "TeamMembership", "teammemberships"],
        ["Team Membership", "Team Memberships"],
        23,
        ["teammembershipid", "", "Team"],
        &[id("teammembershipid", "Team Membership"), guid("teamid", "Team"), guid("systemuserid", "User")],
    ),
    table(
        ["role", "Role", "roles"],
        ["Security Role", "Security Roles"],
        1036,
        ["roleid", "name", "Role"],
        &[
            id("roleid", "Security Role"),
            text("name", "Name", 100),
            lookup("businessunitid", "Business Unit", &[("businessunit", "businessunitid")]),
        ],
    ),
    table(
        ["systemuserroles", "SystemUserRoles", "systemuserrolescollection"],
        ["System User Role", "System User Roles"],
        15,
        ["systemuserroleid", "", "Role"],
        &[id("systemuserroleid", "System User Role"), guid("systemuserid", "User"), guid("roleid", "Role")],
    ),
    table(
        ["teamroles", "TeamRoles", "teamrolescollection"],
        ["Team Role", "Team Roles"],
        40,
        ["teamroleid", "", "Role"],
        &[id("teamroleid", "Team Role"), guid("teamid", "Team"), guid("roleid", "Role")],
    ),
    table(
        ["privilege", "Privilege", "privileges"],
        ["Privilege", "Privileges"],
        1023,
        ["privilegeid", "name", "Privilege"],
        &[
            id("privilegeid", "Privilege"),
            text("name", "Name", 100),
            kind("accessright", "Right", Kind::Whole),
        ],
    ),
    table(
        ["savedquery", "SavedQuery", "savedqueries"],
        ["View", "Views"],
        1039,
        ["savedqueryid", "name", "Query"],
        &[
            id("savedqueryid", "View"),
            text("name", "Name", 200),
            memo("description", "Description"),
            kind("returnedtypecode", "Entity Name", Kind::EntityName),
            kind("querytype", "Query Type", Kind::Whole),
            memo("layoutxml", "Layout XML"),
            memo("fetchxml", "FetchXML"),
            yes("isdefault", "Default View"),
            yes("isquickfindquery", "Is Quick Find Query"),
            state(&[(0, "Active"), (1, "Inactive")]),
        ],
    ),
    table(
        ["sdkmessage", "SdkMessage", "sdkmessages"],
        ["Sdk Message", "Sdk Messages"],
        4606,
        ["sdkmessageid", "name", "SdkMessage"],
        &[id("sdkmessageid", "Sdk Message"), text("name", "Name", 256)],
    ),
    table(
        ["sdkmessagefilter", "SdkMessageFilter", "sdkmessagefilters"],
        ["Sdk Message Filter", "Sdk Message Filters"],
        4607,
        ["sdkmessagefilterid", "name", "SdkMessageFilter"],
        &[
            id("sdkmessagefilterid", "Sdk Message Filter"),
            text("name", "Name", 256),
            kind("primaryobjecttypecode", "Primary Object Type Code", Kind::EntityName),
            kind("secondaryobjecttypecode", "Secondary Object Type Code", Kind::EntityName),
            yes("iscustomprocessingstepallowed", "Custom Processing Step Allowed"),
            lookup("sdkmessageid", "Message", &[("sdkmessage", "sdkmessageid")]),
        ],
    ),
    table(
        ["serviceendpoint", "ServiceEndpoint", "serviceendpoints"],
        ["Service Endpoint", "Service Endpoints"],
        4618,
        ["serviceendpointid", "name", "ServiceEndpoint"],
        &[
            id("serviceendpointid", "Service Endpoint"),
            text("name", "Name", 160),
            choice(
                "contract",
                "Contract",
                &[(1, "OneWay"), (2, "Queue"), (7, "Event Hub"), (8, "Webhook"), (9, "Event Grid")],
            ),
            text("url", "Url", 1024),
            choice(
                "authtype",
                "Auth Type",
                &[(4, "Webhook Key"), (5, "Http Header"), (6, "Http Query String")],
            ),
            // Written and never shown.
            kind("authvalue", "Auth Value", Kind::Hidden),
            choice("messageformat", "Message format", &[(1, "Binary XML"), (2, "Json"), (3, "Text XML")]),
        ],
    ),
    table(
        ["sdkmessageprocessingstep", "SdkMessageProcessingStep", "sdkmessageprocessingsteps"],
        ["Sdk Message Processing Step", "Sdk Message Processing Steps"],
        4608,
        ["sdkmessageprocessingstepid", "name", "SdkMessageProcessingStep"],
        &[
            id("sdkmessageprocessingstepid", "Sdk Message Processing Step"),
            text("name", "Name", 256),
            text("filteringattributes", "Filtering Attributes", 100_000),
            choice("mode", "Execution Mode", &[(0, "Synchronous"), (1, "Asynchronous")]),
            choice(
                "stage",
                "Execution Stage",
                &[(10, "Pre-validation"), (20, "Pre-operation"), (40, "Post-operation")],
            ),
            kind("rank", "Execution Order", Kind::Whole),
            yes("asyncautodelete", "Asynchronous Automatic Delete"),
            choice("supporteddeployment", "Deployment", &[(0, "Server Only")]),
            lookup("sdkmessageid", "SDK Message", &[("sdkmessage", "sdkmessageid")]),
            lookup("sdkmessagefilterid", "SdkMessage Filter", &[("sdkmessagefilter", "sdkmessagefilterid")]),
            lookup("eventhandler", "Event Handler", &[("serviceendpoint", "eventhandler_serviceendpoint")]),
            state(&[(0, "Enabled"), (1, "Disabled")]),
        ],
    ),
    table(
        ["sdkmessageprocessingstepimage", "SdkMessageProcessingStepImage", "sdkmessageprocessingstepimages"],
        ["Sdk Message Processing Step Image", "Sdk Message Processing Step Images"],
        4615,
        ["sdkmessageprocessingstepimageid", "name", "SdkMessageProcessingStepImage"],
        &[
            id("sdkmessageprocessingstepimageid", "Sdk Message Processing Step Image"),
            text("name", "Name", 256),
            text("entityalias", "Entity Alias", 256),
            text("attributes", "Attributes", 100_000),
            text("messagepropertyname", "Message Property Name", 256),
            choice("imagetype", "Image Type", &[(0, "PreImage"), (1, "PostImage"), (2, "Both")]),
            lookup(
                "sdkmessageprocessingstepid",
                "SDK Message Processing Step",
                &[("sdkmessageprocessingstep", "sdkmessageprocessingstepid")],
            ),
        ],
    ),
    table(
        ["asyncoperation", "AsyncOperation", "asyncoperations"],
        ["System Job", "System Jobs"],
        4700,
        ["asyncoperationid", "name", "AsyncOperation"],
        &[
            id("asyncoperationid", "System Job"),
            text("name", "System Job Name", 256),
            text("messagename", "Message Name", 160),
            memo("message", "Message"),
            kind("errorcode", "Error Code", Kind::Whole),
            kind("primaryentitytype", "Primary Entity Type", Kind::EntityName),
            guid("regardingobject", "Regarding"),
            date("completedon", "Completed On"),
            choice(
                "statuscode",
                "Status Reason",
                &[(0, "Waiting For Resources"), (20, "In Progress"), (30, "Succeeded"), (31, "Failed")],
            ),
            fixed("statecode", "Status", Kind::Choice(&[(0, "Ready"), (2, "Locked"), (3, "Completed")])),
        ],
    ),
];
