//! `set-integration`: a Business Admin of the vault chooses.

use serde_json::{Value, json};
use tieline_sdk::{Problem, log};

use super::{Change, Mode, setting};
use crate::asked::{Input, Visitor};
use crate::vault::objects;

/// Changes the setting, if the person may and was warned.
pub(crate) fn set(visitor: &Visitor<'_>, input: &Input) -> Result<Value, Problem> {
    visitor.person.as_business_admin()?;
    let wanted = input.mode.as_deref().unwrap_or_default();
    let to = Mode::named(wanted).ok_or_else(|| {
        let known: Vec<_> = Mode::ALL.iter().map(|mode| mode.name()).collect();
        Problem::new("vault.invalid-input", format!("`{wanted}` is no Microsoft integration"))
            .remedy(format!("choose one of {}", known.join(", ")))
    })?;
    let vault = visitor.vault();
    let is = setting::read(&vault)?;
    let change = Change { from: is.mode, to };
    change.confirmed(input.confirmed)?;
    if change.from != change.to {
        let fields = json!({ objects::INTEGRATION: [to.name()] });
        vault.update(objects::SETTINGS, &is.record, &fields, "integration".to_owned())?;
        log::info("the Microsoft integration was changed", [("from", change.from.name()), ("to", to.name())]);
    }
    Ok(json!({ "mode": to.name(), "was": change.from.name(), "warning": change.warning() }))
}
