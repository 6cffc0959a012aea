//! A case of the Service Center.

use serde::Deserialize;
use tieline_sdk::{Failure, Problem};

use crate::vault::{Vault, objects, vql};

/// A case, as the vault tells it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Case {
    /// The record.
    pub(crate) id: String,
    /// What people call it: `C-0001`.
    #[serde(rename = "name__v")]
    pub(crate) number: String,
    /// What it is about.
    #[serde(default, rename = "title__v")]
    pub(crate) subject: Option<String>,
    /// `open__v`, as a list of one.
    #[serde(default, rename = "case_status__v")]
    pub(crate) status: Option<Vec<String>>,
}

impl Case {
    /// What it is about.
    pub(crate) fn subject(&self) -> &str {
        self.subject.as_deref().map(str::trim).unwrap_or_default()
    }

    /// What people call it, with what it is about.
    pub(crate) fn title(&self) -> String {
        format!("{} {}", self.number, self.subject()).trim_end().to_owned()
    }
}

/// The case with this id.
pub(crate) fn read(vault: &Vault<'_>, id: &str) -> Result<Case, Failure> {
    if !vql::is_id(id) {
        let problem = Problem::new("vault.invalid-input", format!("`{id}` is no id of a case"));
        return Err(Failure::permanent(
            problem.remedy("give the id of the case's record, like V0D000000000101"),
        ));
    }
    let query = format!(
        "SELECT id, name__v, title__v, case_status__v FROM {} WHERE id = {}",
        objects::CASE,
        vql::quoted(id)
    );
    let found: Vec<Case> = vault.query(&query)?;
    found.into_iter().next().ok_or_else(|| {
        let problem = Problem::new("vault.no-such-case", format!("the vault shows no case {id}"));
        Failure::permanent(problem.remedy("it may have been deleted, or kept from the integration user"))
    })
}
