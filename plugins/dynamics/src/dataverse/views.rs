//! The columns of a view.

use serde::Deserialize;
use tieline_sdk::{Failure, storage};

use super::ids::quoted;
use super::tables::remember;
use super::{Dataverse, List};
use crate::settings::ViewChoice;

const REMEMBERED: u64 = 3_600_000;
/// `querytype` of quick find views.
const QUICK_FIND: u32 = 4;

#[derive(Deserialize)]
struct View {
    #[serde(default)]
    layoutxml: Option<String>,
}

impl Dataverse<'_> {
    /// The columns of a view of a table in their order; none if there is no such view.
    pub(crate) fn columns(&self, table: &str, view: ViewChoice<'_>) -> Result<Option<Vec<String>>, Failure> {
        let (key, which) = match view {
            ViewChoice::Named(name) => {
                (format!("view/{table}/{}", quoted(name)), format!("name%20eq%20{}", quoted(name)))
            }
            ViewChoice::QuickFind => (
                format!("view/{table}"),
                format!("querytype%20eq%20{QUICK_FIND}%20and%20isdefault%20eq%20true"),
            ),
        };
        if let Some(columns) = storage::get_json(&key)? {
            return Ok(Some(columns));
        }
        let views: List<View> = self.get(&format!(
            "savedqueries?$select=name,layoutxml&$filter=returnedtypecode%20eq%20{}%20and%20{which}",
            quoted(table)
        ))?;
        let Some(view) = views.value.into_iter().next() else { return Ok(None) };
        let columns = columns(&view.layoutxml.unwrap_or_default());
        remember(&key, &columns, REMEMBERED)?;
        Ok(Some(columns))
    }
}

/// The names of the visible cells of a layout, in their order. Pure.
pub fn columns(layout: &str) -> Vec<String> {
    let mut columns = vec![];
    for cell in layout.split("<cell").skip(1) {
        let Some((attributes, _)) = cell.split_once('>') else { continue };
        let hidden = attribute(attributes, "ishidden").is_some_and(|hidden| matches!(hidden, "1" | "true"));
        if let Some(name) = attribute(attributes, "name").filter(|name| !hidden && !name.is_empty()) {
            columns.push(name.to_owned());
        }
    }
    columns
}

/// The value of an XML attribute in either kind of quotes.
fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = attributes;
    loop {
        let (key, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, tail) = after[1..].split_once(quote)?;
        if key.trim() == name {
            return Some(value);
        }
        rest = tail;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layout_gives_its_visible_columns_in_order() {
        let layout = r#"<grid name="resultset" object="112" jump="title" select="1" icon="1" preview="1">
            <row name="result" id="incidentid"><cell name="title" width="300" />
            <cell width='100' name='ticketnumber'/><cell ishidden="1" name="secret" width="1"></cell>
            <cell name="a_contact.fullname" width="150" disableSorting="1" /></row></grid>"#;
        assert_eq!(columns(layout), ["title", "ticketnumber", "a_contact.fullname"]);
        assert!(columns("").is_empty() && columns("<cell name=\"x").is_empty());
    }
}
