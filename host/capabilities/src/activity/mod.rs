//! The `activity` capability: the timeline beside a record, committed with the run.

use bytes::Bytes;
use tieline_store::{Key, MAX_KEY, Space};
use tieline_types::{InstallationKey, Timestamp, api::ActivityEntry, manifest::Capability};
use wasmtime::component::{HasData, Linker};

use crate::{
    bindings::{
        activity::{self as contract, Entry},
        types::Refusal,
    },
    run::{Run, of_installation},
};

/// Longest text of an entry, in bytes; titles, links, keys and references are shorter.
const TEXT_BYTES: usize = 8 << 10;
const NAME_BYTES: usize = 512;

struct Activity;

impl HasData for Activity {
    type Data<'a> = View<'a>;
}

/// What this capability sees of a run.
struct View<'a>(&'a mut Run);

/// Links `tieline:connector/activity`.
///
/// # Errors
/// When the name is linked already.
pub fn add_to_linker<T: AsMut<Run> + Send + 'static>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    contract::add_to_linker::<T, Activity>(linker, |state| View(state.as_mut()))
}

/// Where an installation's timeline stands.
pub fn space(installation: &InstallationKey) -> Key {
    of_installation(Space::Activity, installation)
}

impl contract::Host for View<'_> {
    fn add(&mut self, entry: Entry) -> wasmtime::Result<Result<(), Refusal>> {
        let record = &entry.record;
        let about = format_args!("{}/{}", record.kind, record.id);
        if let Some(told) = self.0.asked("activity.add", about, &entry, || Ok(()))? {
            return Ok(told);
        }
        let told = self.taken(entry);
        self.0.told(&told);
        Ok(told)
    }
}

impl View<'_> {
    fn taken(&mut self, entry: Entry) -> Result<(), Refusal> {
        self.0.may_write(Capability::Activity)?;
        valid(&entry)?;
        let run = &mut *self.0;
        // Without a key an entry stands by itself: the event and its place in the run name it, so that
        // another attempt of the same event writes the same entry.
        let key = entry.key.clone().unwrap_or_else(|| {
            let event = run.spec.event.as_ref().map(|event| event.id.to_string());
            format!("{}#{}", event.unwrap_or_default(), run.transaction.emitted())
        });
        let place = space(&run.spec.installation).part(&entry.record.kind).part(&entry.record.id).part(&key);
        if place.as_bytes().len() > MAX_KEY {
            return Err(Refusal::Invalid("record kind, id and key are too long together".into()));
        }
        let kept = ActivityEntry {
            installation: run.spec.installation.installation.clone(),
            record_kind: entry.record.kind,
            record_id: entry.record.id,
            at: Timestamp(entry.at),
            title: entry.title,
            text: entry.text,
            link: entry.link,
        };
        let bytes = serde_json::to_vec(&kept).expect("plain data always serialises");
        run.transaction.add_activity(place, Bytes::from(bytes));
        Ok(())
    }
}

fn valid(entry: &Entry) -> Result<(), Refusal> {
    let required = [&entry.record.kind, &entry.record.id, &entry.title];
    let optional = [entry.key.as_ref(), entry.link.as_ref()];
    let fits = |name: &&String| name.len() <= NAME_BYTES && !name.contains(char::is_control);
    if required.iter().any(|name| name.is_empty() || !fits(name)) {
        return Err(Refusal::Invalid(format!(
            "record kind, id and title are 1 to {NAME_BYTES} bytes of plain text"
        )));
    }
    if optional.iter().flatten().any(|name| !fits(name)) {
        return Err(Refusal::Invalid(format!("key and link are at most {NAME_BYTES} bytes of plain text")));
    }
    if entry.link.as_ref().is_some_and(|link| !link.starts_with("https://")) {
        return Err(Refusal::Invalid("a link starts with https://".into()));
    }
    if entry.text.as_ref().is_some_and(|text| text.len() > TEXT_BYTES) {
        return Err(Refusal::QuotaExceeded(format!("{TEXT_BYTES} bytes in an entry's text")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bindings::types::RecordRef;

    #[test]
    fn refuses_links_that_run_code_and_names_that_break_lines() {
        let good = Entry {
            record: RecordRef { kind: "Opportunity".into(), id: "006".into() },
            at: 0,
            title: "Task created".into(),
            text: None,
            link: Some("https://teams.microsoft.com/l/message/1".into()),
            key: None,
        };
        assert!(valid(&good).is_ok());
        assert!(valid(&Entry { link: Some("javascript:alert(1)".into()), ..good.clone() }).is_err());
        assert!(valid(&Entry { title: "a\nb".into(), ..good.clone() }).is_err());
        assert!(valid(&Entry { title: String::new(), ..good }).is_err());
    }
}
