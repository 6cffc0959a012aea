//! What a person may do with a record, as Salesforce itself judges it.
//!
//! <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_userrecordaccess.htm>

use serde::Deserialize;
use tieline_sdk::{Actor, Failure, Problem};

use crate::Config;
use crate::salesforce::Salesforce;
use crate::salesforce::soql::quoted;
use crate::tasks::owner::{self, Memory};

/// What somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Access {
    #[serde(rename = "HasReadAccess")]
    pub(super) read: bool,
    #[serde(rename = "HasEditAccess")]
    pub(super) edit: bool,
}

/// What this person may do with the record.
///
/// # Errors
/// When somebody cannot be asked, or nobody is there: an API client is no person, and not every person of the directory
/// has a Salesforce user.
pub(super) fn of(
    config: &Config,
    salesforce: &Salesforce<'_>,
    actor: &Actor,
    record: &str,
    memory: Memory,
) -> Result<Access, Failure> {
    if actor.directory_id.is_empty() {
        let problem = Problem::new("salesforce.person-needed", "nobody in particular asks for this")
            .remedy("name the person who does, as in `tieline act … --as priya@example.com`");
        return Err(Failure::permanent(problem));
    }
    let user = owner::user(config, salesforce, &actor.object_id, memory)?.ok_or_else(|| {
        let who = if actor.display_name.is_empty() { &actor.object_id } else { &actor.display_name };
        Failure::permanent(
            Problem::new("salesforce.no-user", format!("{who} is no active Salesforce user"))
                .remedy("give the user the same mail address in both systems, or add the person to `owners`"),
        )
    })?;
    let soql = format!(
        "SELECT RecordId, HasReadAccess, HasEditAccess FROM UserRecordAccess WHERE UserId = {} AND RecordId = {}",
        quoted(&user),
        quoted(record)
    );
    let found: Vec<Access> = salesforce.query(&soql)?;
    Ok(found.into_iter().next().unwrap_or(Access { read: false, edit: false }))
}

impl Access {
    /// Why the person may not change the record; none if they may.
    pub(super) fn refusal(self) -> Option<Problem> {
        (!self.edit).then(|| {
            Problem::new("salesforce.no-edit-access", "Salesforce does not let you edit this Opportunity")
                .remedy("ask its owner, or whoever shares records in Salesforce")
        })
    }
}
