//! How columns are written down, and those that every table has.

use super::{Choice, Column, Kind};

const fn column(name: &'static str, label: &'static str, kind: Kind) -> Column {
    Column { name, label, kind, writable: true }
}

/// A column that only the organisation itself sets.
pub(super) const fn fixed(name: &'static str, label: &'static str, kind: Kind) -> Column {
    Column { name, label, kind, writable: false }
}

/// The primary id. A client may choose it.
pub(super) const fn id(name: &'static str, label: &'static str) -> Column {
    column(name, label, Kind::Id)
}

pub(super) const fn guid(name: &'static str, label: &'static str) -> Column {
    column(name, label, Kind::Guid)
}

pub(super) const fn text(name: &'static str, label: &'static str, length: usize) -> Column {
    column(name, label, Kind::Text(length))
}

pub(super) const fn memo(name: &'static str, label: &'static str) -> Column {
    column(name, label, Kind::Memo(100_000))
}

pub(super) const fn date(name: &'static str, label: &'static str) -> Column {
    column(name, label, Kind::Date)
}

pub(super) const fn yes(name: &'static str, label: &'static str) -> Column {
    column(name, label, Kind::Bool(["No", "Yes"]))
}

pub(super) const fn choice(name: &'static str, label: &'static str, options: &'static [Choice]) -> Column {
    column(name, label, Kind::Choice(options))
}

pub(super) const fn kind(name: &'static str, label: &'static str, kind: Kind) -> Column {
    column(name, label, kind)
}

pub(super) const fn lookup(
    name: &'static str,
    label: &'static str,
    targets: &'static [(&'static str, &'static str)],
) -> Column {
    column(name, label, Kind::Lookup(targets))
}

pub(super) const fn state(options: &'static [Choice]) -> Column {
    column("statecode", "Status", Kind::State(options))
}

pub(super) const fn status(options: &'static [(i32, Choice)]) -> Column {
    column("statuscode", "Status Reason", Kind::Status(options))
}

/// Active and inactive, as most tables have them.
pub(super) const ACTIVE: &[Choice] = &[(0, "Active"), (1, "Inactive")];
/// Their reasons.
pub(super) const ACTIVE_REASONS: &[(i32, Choice)] = &[(0, (1, "Active")), (1, (2, "Inactive"))];

/// What every table has.
pub(crate) const COMMON: [Column; 7] = [
    fixed("createdon", "Created On", Kind::Date),
    fixed("createdby", "Created By", Kind::Lookup(&[("systemuser", "createdby")])),
    fixed("createdonbehalfby", "Created By (Delegate)", Kind::Lookup(&[("systemuser", "createdonbehalfby")])),
    fixed("modifiedon", "Modified On", Kind::Date),
    fixed("modifiedby", "Modified By", Kind::Lookup(&[("systemuser", "modifiedby")])),
    fixed(
        "modifiedonbehalfby",
        "Modified By (Delegate)",
        Kind::Lookup(&[("systemuser", "modifiedonbehalfby")]),
    ),
    fixed("versionnumber", "Version Number", Kind::Big),
];

/// What a table has whose rows belong to users and teams.
pub(crate) const OWNED: [Column; 4] = [
    column("ownerid", "Owner", Kind::Owner),
    fixed(
        "owningbusinessunit",
        "Owning Business Unit",
        Kind::Lookup(&[("businessunit", "owningbusinessunit")]),
    ),
    fixed("owninguser", "Owning User", Kind::Lookup(&[("systemuser", "owninguser")])),
    fixed("owningteam", "Owning Team", Kind::Lookup(&[("team", "owningteam")])),
];
