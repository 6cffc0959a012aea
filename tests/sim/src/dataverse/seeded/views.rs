//! Views, with the columns that context cards are made of.

use serde_json::json;

use super::super::schema;
use super::Seed;
use crate::ids;

/// A view: table, name, query type (0 public, 4 quick find) and columns.
const VIEWS: [(&str, &str, i32, &[&str]); 8] = [
    (
        "incident",
        "Case introduction message",
        0,
        &["title", "ticketnumber", "prioritycode", "statuscode", "customerid", "createdon"],
    ),
    ("incident", "Active Cases", 0, &["title", "ticketnumber", "prioritycode", "caseorigincode", "ownerid"]),
    ("incident", "Quick Find Active Cases", 4, &["title", "ticketnumber", "customerid", "ownerid"]),
    (
        "account",
        "Quick Find Active Accounts",
        4,
        // The image is one that a context card does not support.
        &["name", "entityimage", "accountnumber", "primarycontactid", "address1_city", "telephone1"],
    ),
    (
        "contact",
        "Quick Find Active Contacts",
        4,
        &["fullname", "parentcustomerid", "emailaddress1", "telephone1"],
    ),
    (
        "knowledgearticle",
        "Quick Find Active Articles",
        4,
        &["title", "articlepublicnumber", "statuscode", "ownerid"],
    ),
    (
        "email",
        "Quick Find Email Messages",
        4,
        &["subject", "to", "regardingobjectid", "statuscode", "senton"],
    ),
    (
        "new_shipment",
        "Quick Find Active Shipments",
        4,
        &["new_name", "new_trackingnumber", "new_stage", "new_parcels"],
    ),
];

pub(super) fn fill(seed: &mut Seed) {
    for (table, name, kind, columns) in VIEWS {
        let Some(table) = schema::named(table) else { continue };
        let cells: String =
            columns.iter().map(|name| format!("<cell name=\"{name}\" width=\"150\" />")).collect();
        let attributes: String =
            columns.iter().map(|name| format!("<attribute name=\"{name}\" />")).collect();
        let layout = format!(
            "<grid name=\"resultset\" object=\"{}\" jump=\"{}\" select=\"1\" icon=\"1\" preview=\"1\"><row \
             name=\"result\" id=\"{}\">{cells}</row></grid>",
            table.code, table.title, table.id
        );
        let fetch = format!(
            "<fetch version=\"1.0\" mapping=\"logical\"><entity name=\"{}\">{attributes}</entity></fetch>",
            table.name
        );
        let fields = json!({
            "name": name, "returnedtypecode": table.name, "querytype": kind, "layoutxml": layout, "fetchxml": fetch,
            "isdefault": kind == 4 || name == "Active Cases", "isquickfindquery": kind == 4, "statecode": 0,
        });
        seed.plain("savedquery", &ids::guid_of(&format!("dataverse/view/{}/{name}", table.name)), fields);
    }
}
