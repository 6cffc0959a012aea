//! Whose calendar, and where Graph has it. Pure.

use tieline_sdk::{Problem, path};

use crate::people::{is_address, is_id};

/// A calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// Whose it is, by address or id; the person's own unless said.
    owner: Option<&'a str>,
    /// Which of theirs; their first unless said.
    calendar: Option<&'a str>,
}

impl<'a> Place<'a> {
    /// The calendar that an action's input names.
    ///
    /// # Errors
    /// `vault.invalid-input` when something of it is no id and no address.
    pub fn named(owner: Option<&'a str>, calendar: Option<&'a str>) -> Result<Self, Problem> {
        let invalid = |what: &str, text: &str, remedy: &str| {
            Problem::new("vault.invalid-input", format!("`{text}` is no {what}")).remedy(remedy.to_owned())
        };
        if let Some(text) = owner.filter(|text| !is_id(text) && !is_address(text)) {
            return Err(invalid("person or mailbox", text, "give an address, or an object id"));
        }
        if let Some(text) = calendar.filter(|text| text.is_empty() || text.len() > 400) {
            return Err(invalid("calendar", text, "give an id that list-calendars names"));
        }
        Ok(Self { owner, calendar })
    }

    /// Where its events are created.
    pub fn events(self) -> String {
        match (self.owner, self.calendar) {
            (None, None) => "/me/events".to_owned(),
            (Some(_), None) => self.of(&["calendar", "events"]),
            (_, Some(calendar)) => self.of(&["calendars", calendar, "events"]),
        }
    }

    /// Where what is in it between two times is listed, each time of a series by itself.
    pub fn view(self) -> String {
        match (self.owner, self.calendar) {
            (None, None) => "/me/calendarView".to_owned(),
            (Some(_), None) => self.of(&["calendar", "calendarView"]),
            (_, Some(calendar)) => self.of(&["calendars", calendar, "calendarView"]),
        }
    }

    /// One of its events.
    pub fn event(self, id: &str) -> String {
        self.of(&["events", id])
    }

    /// The owner's calendars.
    pub fn calendars(self) -> String {
        self.of(&["calendars"])
    }

    fn of(self, more: &[&str]) -> String {
        match self.owner {
            Some(owner) => path(["users", owner].into_iter().chain(more.iter().copied())),
            None => path(["me"].into_iter().chain(more.iter().copied())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_shared_and_delegated_calendars_have_their_paths() {
        let at = |owner, calendar| Place::named(owner, calendar).unwrap();
        let own = at(None, None);
        assert_eq!((own.events().as_str(), own.view().as_str()), ("/me/events", "/me/calendarView"));
        assert_eq!(own.event("A/B="), "/me/events/A%2FB%3D");
        assert_eq!(at(None, Some("AAM=")).view(), "/me/calendars/AAM%3D/calendarView");
        assert_eq!(at(Some("b@c.com"), None).events(), "/users/b@c.com/calendar/events");
        assert_eq!(at(Some("b@c.com"), Some("X")).view(), "/users/b@c.com/calendars/X/calendarView");
        assert_eq!(at(Some("b@c.com"), None).event("1"), "/users/b@c.com/events/1");
        for (owner, calendar) in [(Some("a/b"), None), (Some(""), None), (None, Some(""))] {
            assert!(Place::named(owner, calendar).is_err(), "{owner:?} {calendar:?}");
        }
    }
}
