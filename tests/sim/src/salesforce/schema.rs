//! What an object type is made of.

use super::errors::ApiError;
use super::objects;

/// The simulated object types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Account,
    Lead,
    Opportunity,
    Task,
    User,
    /// What each user may do with each record: made up when it is asked for.
    UserRecordAccess,
}

impl Kind {
    pub(super) const ALL: [Kind; 6] =
        [Kind::Account, Kind::Lead, Kind::Opportunity, Kind::Task, Kind::User, Kind::UserRecordAccess];

    /// The type with this name. Names know no case.
    pub(super) fn named(name: &str) -> Result<Self, ApiError> {
        let found = Self::ALL.into_iter().find(|kind| kind.object().name.eq_ignore_ascii_case(name));
        found.ok_or_else(ApiError::not_found)
    }

    pub(super) fn object(self) -> &'static Object {
        match self {
            Kind::Account => &objects::ACCOUNT,
            Kind::Lead => &objects::LEAD,
            Kind::Opportunity => &objects::OPPORTUNITY,
            Kind::Task => &objects::TASK,
            Kind::User => &objects::USER,
            Kind::UserRecordAccess => &objects::USER_RECORD_ACCESS,
        }
    }
}

/// An object type.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) plural: &'static str,
    /// The first three letters of its ids.
    pub(super) prefix: &'static str,
    pub(super) fields: &'static [Field],
}

impl Object {
    /// A field by name, whatever its case. Most clients get it right, so that is tried first.
    pub(super) fn field(&self, name: &str) -> Option<&'static Field> {
        let fields = || self.fields.iter().chain(objects::SYSTEM);
        fields()
            .find(|field| field.name == name)
            .or_else(|| fields().find(|field| field.name.eq_ignore_ascii_case(name)))
    }

    /// Its own fields and those that every type has.
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
    pub(super) createable: bool,
    pub(super) updateable: bool,
    /// Must be given at creation, and never be null.
    pub(super) required: bool,
    /// What it is if nothing is given.
    pub(super) initial: Initial,
    pub(super) external_id: bool,
}

/// The type of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Id,
    /// Text, with the greatest number of characters.
    Text(usize),
    /// Long text.
    Area(usize),
    Email,
    Phone,
    Url,
    Bool,
    Int,
    Decimal,
    Date,
    DateTime,
    /// The usual values, which may be added to.
    Picklist(&'static [&'static str]),
    /// The only values.
    Restricted(&'static [&'static str]),
    /// An id of one of these types.
    Reference(&'static [&'static str]),
}

/// What a field is if nothing is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Initial {
    Null,
    Text(&'static str),
    Bool(bool),
    /// The user who makes the record.
    CurrentUser,
}

impl Field {
    pub(super) const fn new(name: &'static str, label: &'static str, of: Type) -> Self {
        let initial = Initial::Null;
        Self {
            name,
            label,
            of,
            createable: true,
            updateable: true,
            required: false,
            initial,
            external_id: false,
        }
    }

    pub(super) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    pub(super) const fn read_only(mut self) -> Self {
        self.createable = false;
        self.updateable = false;
        self
    }

    pub(super) const fn initially(mut self, initial: Initial) -> Self {
        self.initial = initial;
        self
    }

    pub(super) const fn external_id(mut self) -> Self {
        self.external_id = true;
        self
    }

    /// The greatest number of characters, where there is one.
    pub(super) fn length(&self) -> Option<usize> {
        match self.of {
            Type::Id | Type::Reference(_) => Some(18),
            Type::Text(length) | Type::Area(length) => Some(length),
            Type::Email => Some(128),
            Type::Phone => Some(40),
            Type::Url | Type::Picklist(_) | Type::Restricted(_) => Some(255),
            Type::Bool | Type::Int | Type::Decimal | Type::Date | Type::DateTime => None,
        }
    }

    /// The name of its type in a describe.
    pub(super) fn type_name(&self) -> &'static str {
        match self.of {
            Type::Id => "id",
            Type::Text(_) => "string",
            Type::Area(_) => "textarea",
            Type::Email => "email",
            Type::Phone => "phone",
            Type::Url => "url",
            Type::Bool => "boolean",
            Type::Int => "int",
            Type::Decimal => "currency",
            Type::Date => "date",
            Type::DateTime => "datetime",
            Type::Picklist(_) | Type::Restricted(_) => "picklist",
            Type::Reference(_) => "reference",
        }
    }
}
