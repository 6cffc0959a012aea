//! What a table's own definition says of its settings: which fields can be shown, which can be told. Pure.

use tieline_sdk::Problem;

use crate::dataverse::metadata::{Attribute, Table};

/// A context card shows so many fields of a view.
const FIRST: usize = 5;
/// So many attributes are suggested.
const SUGGESTED: usize = 10;

/// The fields of a context card: those that can be shown, and those of the view's first five that cannot, with the
/// reason.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CardFields {
    /// Logical names, in the order of the view.
    pub shown: Vec<String>,
    /// Name and reason.
    pub skipped: Vec<(String, &'static str)>,
}

/// The first five fields of a view, less those that cannot be shown: nothing moves up in their place.
pub fn card_fields(table: &Table, columns: &[String]) -> CardFields {
    let mut fields = CardFields::default();
    for column in columns.iter().take(FIRST) {
        match unshowable(table, column) {
            None => fields.shown.push(column.clone()),
            Some(reason) => fields.skipped.push((column.clone(), reason)),
        }
    }
    fields
}

fn unshowable(table: &Table, column: &str) -> Option<&'static str> {
    if column.contains('.') {
        return Some("it belongs to another table");
    }
    let Some(attribute) = table.attributes.get(column) else { return Some("the table has no such field") };
    match attribute.kind() {
        "PartyList" => Some("lists of parties are not supported"),
        "Image" => Some("images are not supported"),
        "File" => Some("files are not supported"),
        "CalendarRules" | "ManagedProperty" | "EntityName" | "Virtual" => Some("its type is not supported"),
        _ => None,
    }
}

/// Why the changes of an attribute cannot be told; none if they can.
pub fn untellable(attribute: &Attribute) -> Option<&'static str> {
    match attribute.kind() {
        "PartyList" => Some("lists of parties (PartyList) are not supported"),
        "Image" => Some("images (Image) are not supported"),
        "Integer" => Some("whole numbers (Integer) are not supported"),
        "File" => Some("files (File) are not supported"),
        // Counters and keys that change with every update, or never.
        "BigInt" | "CalendarRules" | "ManagedProperty" | "EntityName" | "Virtual" | "Uniqueidentifier" => {
            Some("its type is not supported")
        }
        _ => None,
    }
}

/// Why updates of no attribute of a table can be told; none if they can.
pub fn untold_table(table: &Table) -> Option<Problem> {
    let name = &table.name;
    if table.is_virtual {
        let message = format!("{name} is a virtual table, whose updates Dataverse does not tell");
        let remedy = "turn notifications of this record type off";
        return Some(Problem::new("dynamics.virtual-table", message).remedy(remedy));
    }
    if !table.tells_updates {
        let message = format!("{name} has no message filter for Update, so its updates are not told");
        let remedy = "turn notifications of this record type off";
        return Some(Problem::new("dynamics.no-update-message", message).remedy(remedy));
    }
    None
}

/// Those of the selected attributes that can be told, and what is wrong with the others.
pub fn told<'a>(table: &Table, selected: &[&'a str]) -> (Vec<&'a str>, Vec<Problem>) {
    if let Some(problem) = untold_table(table).filter(|_| !selected.is_empty()) {
        return (vec![], vec![problem]);
    }
    let (mut good, mut bad) = (vec![], vec![]);
    for name in selected {
        let reason = match table.attributes.get(*name) {
            Some(attribute) => untellable(attribute),
            None => Some("the table has no such attribute"),
        };
        match reason {
            None => good.push(*name),
            Some(reason) => bad.push(
                Problem::new(
                    "dynamics.attribute-not-told",
                    format!("changes of {name} of {} cannot be told: {reason}", table.name),
                )
                .remedy("select another attribute")
                .at(format!("/record_types/{}/notify/attributes", table.name)),
            ),
        }
    }
    (good, bad)
}

/// Attributes that are worth telling, the most telling first.
pub fn suggested(table: &Table) -> Vec<(&str, &Attribute)> {
    let rank = |name: &str, attribute: &Attribute| match attribute.kind() {
        "State" => 0,
        "Status" => 1,
        "Picklist" if name.contains("priority") || name.contains("severity") => 2,
        "Owner" => 3,
        "Picklist" | "MultiSelectPicklist" => 4,
        "Customer" => 5,
        "DateTime" if !name.starts_with("created") && !name.starts_with("modified") => 6,
        "Money" => 7,
        "Boolean" => 8,
        _ => 9,
    };
    let mut ranked: Vec<_> = table
        .attributes
        .iter()
        .filter(|(_, attribute)| untellable(attribute).is_none())
        .map(|(name, attribute)| (rank(name, attribute), name.as_str(), attribute))
        .filter(|(rank, ..)| *rank < 9)
        .collect();
    ranked.sort_by_key(|(rank, name, _)| (*rank, *name));
    ranked.into_iter().take(SUGGESTED).map(|(_, name, attribute)| (name, attribute)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        serde_json::from_str(
            r#"{"name":"incident","set":"incidents","id":"incidentid","title":"title","label":"Case",
                "is_virtual":false,"tells_updates":true,"is_activity":false,"tracks_changes":true,
                "attributes":{
                  "title":{"kind":"String","label":"Title"},
                  "prioritycode":{"kind":"Picklist","label":"Priority"},
                  "statecode":{"kind":"State","label":"Status"},
                  "statuscode":{"kind":"Status","label":"Status Reason"},
                  "ownerid":{"kind":"Owner","label":"Owner"},
                  "entityimage":{"kind":"Image","label":"Image"},
                  "attachment":{"kind":"File","label":"Attachment"},
                  "to":{"kind":"PartyList","label":"To"},
                  "onholdtime":{"kind":"Integer","label":"On Hold Time"},
                  "versionnumber":{"kind":"BigInt","label":"Version"}}}"#,
        )
        .unwrap()
    }

    fn names(columns: &[&str]) -> Vec<String> {
        columns.iter().map(|column| (*column).to_owned()).collect()
    }

    #[test]
    fn an_unsupported_field_leaves_four_and_is_reported() {
        let columns = names(&["title", "entityimage", "prioritycode", "statecode", "ownerid", "statuscode"]);
        let fields = card_fields(&table(), &columns);
        assert_eq!(fields.shown, ["title", "prioritycode", "statecode", "ownerid"]);
        assert_eq!(fields.skipped, [("entityimage".to_owned(), "images are not supported")]);
    }

    #[test]
    fn whole_numbers_can_be_shown_but_not_told_and_other_tables_fields_neither() {
        let fields = card_fields(&table(), &names(&["onholdtime", "a_contact.fullname", "gone"]));
        assert_eq!(fields.shown, ["onholdtime"]);
        assert_eq!(fields.skipped.len(), 2);
    }

    #[test]
    fn the_four_types_of_the_documentation_are_refused() {
        let selected = ["to", "entityimage", "onholdtime", "attachment", "prioritycode", "nothing"];
        let (good, bad) = told(&table(), &selected);
        assert_eq!(good, ["prioritycode"]);
        let said = bad.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>().join("\n");
        for word in ["PartyList", "Image", "Integer", "File", "no such attribute"] {
            assert!(said.contains(word), "{said}");
        }
    }

    #[test]
    fn virtual_tables_and_those_without_an_update_message_are_refused_whole() {
        for (change, code) in [
            (r#""is_virtual":true"#, "dynamics.virtual-table"),
            (r#""tells_updates":false"#, "dynamics.no-update-message"),
        ] {
            let (key, _) = change.split_once(':').unwrap();
            let mut json = serde_json::to_value(table()).unwrap();
            json[key.trim_matches('"')] = serde_json::Value::Bool(change.ends_with("true"));
            let table: Table = serde_json::from_value(json).unwrap();
            let (good, bad) = told(&table, &["prioritycode"]);
            assert_eq!((good.len(), bad[0].code.as_str()), (0, code));
            assert!(told(&table, &[]).1.is_empty(), "nothing was selected");
        }
    }

    #[test]
    fn status_and_priority_are_suggested_first_and_nothing_that_cannot_be_told() {
        let table = table();
        let names: Vec<_> = suggested(&table).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["statecode", "statuscode", "prioritycode", "ownerid"]);
    }
}
