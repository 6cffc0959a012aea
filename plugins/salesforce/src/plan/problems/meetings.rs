//! Meetings.

use super::{Found, OWNERS, pointer};
use crate::config::Meetings;
use crate::teams::source::is_id;

pub(super) fn all(settings: &Meetings, found: &mut Found<'_>) {
    for (index, organizer) in settings.organizers.iter().enumerate() {
        if !is_id(organizer) {
            let remedy = "write the object id of the organiser, as Entra shows it";
            found.add(&format!("/meetings/organizers/{index}"), "this is no id of a person", remedy);
        }
    }
    let phrases = [
        ("assignments", &settings.assignments),
        ("promises", &settings.promises),
        ("requests", &settings.requests),
    ];
    for (name, phrases) in phrases {
        found.phrases(&format!("/meetings/{name}"), phrases);
    }
    if phrases.iter().all(|(_, phrases)| phrases.is_empty()) {
        found.add(
            "/meetings",
            "nothing that is said would be an action item",
            "give some phrases, or leave them out",
        );
    }
    for (index, record) in settings.records.iter().enumerate() {
        let at = format!("/meetings/records/{index}");
        if record.subject.is_empty() {
            let remedy = "give words or phrases of the subject";
            found.add(&format!("{at}/subject"), "no meeting has this subject", remedy);
        }
        found.phrases(&format!("{at}/subject"), &record.subject);
        found.id(&format!("{at}/record_id"), &record.record_id, &["006", "001"]);
    }
    for (speaker, owner) in &settings.speakers {
        found.id(&format!("/meetings/speakers/{}", pointer(speaker)), owner, OWNERS);
    }
}
