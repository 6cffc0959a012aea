//! An Opportunity as people want to see it.

use serde::Deserialize;
use tieline_sdk::{Failure, Problem};

use crate::salesforce::Salesforce;
use crate::salesforce::soql::quoted;

/// What is shown and compared.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Opportunity {
    pub(crate) name: String,
    pub(crate) stage_name: String,
    #[serde(default)]
    pub(crate) amount: Option<f64>,
    #[serde(default)]
    pub(crate) close_date: Option<String>,
    #[serde(default)]
    pub(crate) next_step: Option<String>,
}

/// Reads one.
///
/// # Errors
/// When Salesforce cannot be asked, or `salesforce.no-opportunity`: there is none with this id, or the integration user
/// cannot see it.
pub(crate) fn read(salesforce: &Salesforce<'_>, id: &str) -> Result<Opportunity, Failure> {
    let soql = format!(
        "SELECT Name, StageName, Amount, CloseDate, NextStep FROM Opportunity WHERE Id = {}",
        quoted(id)
    );
    let mut found: Vec<Opportunity> = salesforce.query(&soql)?;
    found.pop().ok_or_else(|| {
        Failure::permanent(
            Problem::new(
                "salesforce.no-opportunity",
                format!("there is no Opportunity {id} that can be seen"),
            )
            .remedy("it was deleted, its id is wrong, or the integration user may not read it"),
        )
    })
}
