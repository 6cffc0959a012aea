//! The tables of the organisation and their columns, as far as something is simulated of them.
//!
//! Names, types and navigation properties are those of the table reference (Dataverse and Dynamics 365
//! Customer Service); the tables whose names begin with `new_` are a customer's own, and invented.

mod business;
mod chats;
mod columns;
mod system;

use std::borrow::Cow;
use std::sync::LazyLock;

pub(super) use columns::{COMMON, OWNED};

/// A table.
#[derive(Debug)]
pub(super) struct Table {
    /// Logical name.
    pub(super) name: &'static str,
    /// Schema name.
    pub(super) schema: &'static str,
    /// Name of the entity set.
    pub(super) set: &'static str,
    /// For people, one and several.
    pub(super) labels: [&'static str; 2],
    /// Object type code.
    pub(super) code: u32,
    /// The primary id.
    pub(super) id: &'static str,
    /// The primary name; empty where there is none.
    pub(super) title: &'static str,
    /// What the names of its privileges end in: `prvRead…`.
    pub(super) privilege: &'static str,
    pub(super) owner: Ownership,
    pub(super) traits: Traits,
    pub(super) columns: &'static [Column],
    /// Alternate keys: a name and its columns.
    pub(super) keys: &'static [(&'static str, &'static [&'static str])],
}

/// Who owns the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ownership {
    User,
    Organization,
    None,
}

/// What else is true of a table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Traits {
    /// Its changes can be tracked.
    pub(super) tracked: bool,
    /// Its rows are elsewhere.
    pub(super) is_virtual: bool,
    pub(super) is_activity: bool,
    /// Something can be registered for its Update message.
    pub(super) updates: bool,
    pub(super) is_custom: bool,
}

pub(super) const USUAL: Traits =
    Traits { tracked: true, is_virtual: false, is_activity: false, updates: true, is_custom: false };

/// A column.
#[derive(Debug)]
pub(super) struct Column {
    /// Logical name.
    pub(super) name: &'static str,
    /// For people.
    pub(super) label: &'static str,
    pub(super) kind: Kind,
    /// Whether a client may set it.
    pub(super) writable: bool,
}

/// The type of a column.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// The primary id.
    Id,
    Guid,
    Text(usize),
    Memo(usize),
    Whole,
    Big,
    Decimal,
    Money,
    /// With the labels of false and true.
    Bool([&'static str; 2]),
    Date,
    Choice(&'static [Choice]),
    State(&'static [Choice]),
    /// Each option with the state that it belongs to.
    Status(&'static [(i32, Choice)]),
    /// Several options at once.
    Choices(&'static [Choice]),
    /// Tables, each with its navigation property.
    Lookup(&'static [(&'static str, &'static str)]),
    Customer,
    Owner,
    /// What an activity is about.
    Regarding,
    Parties,
    Image,
    File,
    /// The logical name of a table.
    EntityName,
    /// A text that can be written and is never shown.
    Hidden,
}

/// A value and its label.
pub(super) type Choice = (i32, &'static str);

/// What an activity can be about.
const REGARDING: [&str; 5] = ["account", "contact", "incident", "knowledgearticle", "new_shipment"];

static ALL: LazyLock<Vec<&'static Table>> =
    LazyLock::new(|| business::TABLES.iter().chain(chats::TABLES).chain(system::TABLES).collect());

/// All tables.
pub(super) fn all() -> impl Iterator<Item = &'static Table> {
    ALL.iter().copied()
}

/// The table with this logical name.
pub(super) fn named(name: &str) -> Option<&'static Table> {
    all().find(|table| table.name == name)
}

/// The table with this entity set.
pub(super) fn of_set(set: &str) -> Option<&'static Table> {
    all().find(|table| table.set == set)
}

impl Table {
    /// Its own columns, and those that every table has.
    pub(super) fn all_columns(&self) -> impl Iterator<Item = &'static Column> {
        let owned: &[Column] = if self.owner == Ownership::User { &OWNED } else { &[] };
        self.columns.iter().chain(owned).chain(&COMMON)
    }

    pub(super) fn column(&self, name: &str) -> Option<&'static Column> {
        self.all_columns().find(|column| column.name == name)
    }

    /// The column that a property of the Web API stands for: `prioritycode`, or `_customerid_value`.
    pub(super) fn property(&self, name: &str) -> Option<&'static Column> {
        match name.strip_prefix('_').and_then(|name| name.strip_suffix("_value")) {
            Some(lookup) => self.column(lookup).filter(|column| column.is_lookup()),
            None => self.column(name).filter(|column| !column.is_lookup() && column.is_shown()),
        }
    }

    /// The look-up column behind a navigation property, and the table it leads to; `None` for the owner's,
    /// which leads to two.
    pub(super) fn navigation(&self, nav: &str) -> Option<(&'static Column, Option<&'static str>)> {
        self.all_columns().find_map(|column| {
            if matches!(column.kind, Kind::Owner) && nav == column.name {
                return Some((column, None));
            }
            let target = column.targets(self).into_iter().find(|target| {
                // Those of an activity go by the name that all activities have in common, too.
                target.nav == nav
                    || matches!(column.kind, Kind::Regarding)
                        && nav.strip_prefix("regardingobjectid_") == Some(target.table)
            })?;
            Some((column, Some(target.table)))
        })
    }
}

/// Where a look-up can lead.
pub(super) struct Target {
    pub(super) table: &'static str,
    pub(super) nav: Cow<'static, str>,
}

impl Column {
    pub(super) fn is_lookup(&self) -> bool {
        matches!(self.kind, Kind::Lookup(_) | Kind::Customer | Kind::Owner | Kind::Regarding)
    }

    /// Whether rows show it. Parties are rows of their own.
    pub(super) fn is_shown(&self) -> bool {
        !matches!(self.kind, Kind::Parties | Kind::Hidden)
    }

    /// As a property of the Web API.
    pub(super) fn property(&self) -> Cow<'static, str> {
        if self.is_lookup() { format!("_{}_value", self.name).into() } else { self.name.into() }
    }

    pub(super) fn targets(&self, of: &Table) -> Vec<Target> {
        let to = |table, nav| Target { table, nav };
        match self.kind {
            Kind::Lookup(targets) => targets.iter().map(|(table, nav)| to(table, (*nav).into())).collect(),
            Kind::Customer => {
                ["account", "contact"].map(|table| to(table, format!("{}_{table}", self.name).into())).into()
            }
            Kind::Owner => ["systemuser", "team"].map(|table| to(table, self.name.into())).into(),
            Kind::Regarding => {
                REGARDING.map(|table| to(table, format!("{}_{table}_{}", self.name, of.name).into())).into()
            }
            _ => Vec::new(),
        }
    }

    /// The label of an option.
    pub(super) fn option(&self, value: i64) -> Option<&'static str> {
        self.options().into_iter().find(|(known, _)| i64::from(*known) == value).map(|(_, label)| label)
    }

    /// All options of a choice.
    pub(super) fn options(&self) -> Vec<Choice> {
        match self.kind {
            Kind::Choice(options) | Kind::State(options) | Kind::Choices(options) => options.to_vec(),
            Kind::Status(options) => options.iter().map(|(_, option)| *option).collect(),
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_and_columns_have_one_name_each() {
        let mut names: Vec<_> = all().flat_map(|table| [table.name, table.set]).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all().count() * 2);
        for table in all() {
            let mut columns: Vec<_> = table.all_columns().map(|column| column.name).collect();
            columns.sort_unstable();
            let count = columns.len();
            columns.dedup();
            assert_eq!(columns.len(), count, "{}", table.name);
            assert!(table.title.is_empty() || table.column(table.title).is_some(), "{}", table.name);
            assert!(table.columns.iter().any(|column| column.name == table.id), "{}", table.name);
        }
    }

    #[test]
    fn every_lookup_leads_to_a_table() {
        for table in all() {
            for target in table.all_columns().flat_map(|column| column.targets(table)) {
                assert!(named(target.table).is_some(), "{}: {}", table.name, target.nav);
            }
        }
    }

    #[test]
    fn an_activity_goes_by_two_navigation_properties() {
        let chat = named("chat").unwrap();
        for nav in ["regardingobjectid_incident_chat", "regardingobjectid_incident"] {
            let (column, target) = chat.navigation(nav).unwrap();
            assert_eq!((column.name, target), ("regardingobjectid", Some("incident")));
        }
        assert!(chat.navigation("regardingobjectid_Incident").is_none());
    }
}
