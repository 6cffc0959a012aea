//! What an object is made of ("Vault Objects", "Object Field Types").

use super::errors::Failure;
use super::objects;

/// An object.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) plural: &'static str,
    /// The first three letters of its ids; users have numbers.
    pub(super) prefix: &'static str,
    pub(super) naming: Naming,
    pub(super) fields: &'static [Field],
}

/// Where the name of a record comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Naming {
    /// From whoever makes it; no two are alike.
    Given,
    /// From Vault: these letters, and the number of the record.
    Counted(&'static str),
}

impl Object {
    /// The object with this name.
    pub(super) fn named(name: &str) -> Result<&'static Self, Failure> {
        let found = objects::ALL.iter().find(|object| object.name == name);
        found.ok_or_else(|| Failure::new("INVALID_DATA", format!("The object [{name}] does not exist.")))
    }

    /// A field by name. Names know case.
    pub(super) fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().chain(objects::SYSTEM).find(|field| field.name == name)
    }

    /// Its own fields and those that every object has.
    pub(super) fn all_fields(&self) -> impl Iterator<Item = &'static Field> {
        objects::SYSTEM.iter().chain(self.fields)
    }
}

/// A field.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) of: Type,
    pub(super) editable: bool,
    /// Must be given at creation, and never be empty.
    pub(super) required: bool,
    pub(super) unique: bool,
}

/// The type of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Id,
    /// Text, with the greatest number of characters.
    Text(usize),
    /// Text of which VQL shows the first 250 characters.
    LongText(usize),
    Bool,
    DateTime,
    /// The name of the picklist, and its values.
    Picklist(&'static str, &'static [&'static str]),
    /// The same with several values.
    Picklists(&'static str, &'static [&'static str]),
    /// A record of this object.
    Reference(&'static str),
}

impl Field {
    pub(super) const fn new(name: &'static str, label: &'static str, of: Type) -> Self {
        Self { name, label, of, editable: true, required: false, unique: false }
    }

    pub(super) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    pub(super) const fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    pub(super) const fn read_only(mut self) -> Self {
        self.editable = false;
        self
    }

    /// The picklist of the field and its values.
    pub(super) fn picklist(&self) -> Option<(&'static str, &'static [&'static str])> {
        match self.of {
            Type::Picklist(name, values) | Type::Picklists(name, values) => Some((name, values)),
            _ => None,
        }
    }

    /// The greatest number of characters, where there is one.
    pub(super) fn length(&self) -> Option<usize> {
        match self.of {
            Type::Text(most) | Type::LongText(most) => Some(most),
            Type::Id => Some(20),
            _ => None,
        }
    }

    /// The name of its type in the metadata.
    pub(super) fn type_name(&self) -> &'static str {
        match self.of {
            Type::Id => "ID",
            Type::Text(_) => "String",
            Type::LongText(_) => "LongText",
            Type::Bool => "Boolean",
            Type::DateTime => "DateTime",
            Type::Picklist(..) | Type::Picklists(..) => "Picklist",
            Type::Reference(_) => "Object",
        }
    }
}
