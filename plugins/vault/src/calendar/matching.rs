//! Which events are about a case. Pure.

use super::event::Event;
use crate::words::names;

/// Why an event is taken to be about a case, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// It was scheduled for the case here.
    Scheduled,
    /// Its subject names the case's number.
    Subject,
    /// Its text does.
    Text,
}

/// Whether an event is about the case with this number, for which `known` events and `transactions` were created here.
pub fn about(event: &Event, number: &str, known: &[&str], transactions: &[&str]) -> Option<About> {
    let by_transaction = event.transaction_id.as_deref().is_some_and(|id| transactions.contains(&id));
    let says = |text: &Option<String>| text.as_deref().is_some_and(|text| names(text, number));
    if by_transaction || known.contains(&event.id.as_str()) {
        Some(About::Scheduled)
    } else if says(&event.subject) {
        Some(About::Subject)
    } else if says(&event.body_preview) {
        Some(About::Text)
    } else {
        None
    }
}

/// A subject that names the case: as it is if it does, else with the number before it.
pub fn subject(subject: &str, number: &str) -> String {
    let subject = subject.trim();
    if names(subject, number) {
        subject.to_owned()
    } else {
        format!("[{number}] {subject}").trim_end().to_owned()
    }
}

impl About {
    /// For programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Subject => "subject",
            Self::Text => "text",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(id: &str, subject: &str, text: &str, transaction: Option<&str>) -> Event {
        let json = serde_json::json!({ "id": id, "subject": subject, "bodyPreview": text, "transactionId": transaction });
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn an_event_is_about_a_case_by_what_is_known_of_it_or_by_its_words() {
        let cases = [
            (event("1", "Weekly", "", None), None),
            (event("known", "Weekly", "", None), Some(About::Scheduled)),
            (event("1", "Weekly", "", Some("t1")), Some(About::Scheduled)),
            (event("1", "Weekly", "", Some("t2")), None),
            (event("1", "[C-0001] Review", "", None), Some(About::Subject)),
            (event("1", "Review of c-0001", "C-0001", None), Some(About::Subject)),
            (event("1", "Review", "about C-0001.", None), Some(About::Text)),
            (event("1", "C-00012", "C-00011", None), None),
        ];
        for (event, expected) in cases {
            assert_eq!(about(&event, "C-0001", &["known"], &["t1"]), expected, "{event:?}");
        }
    }

    #[test]
    fn a_subject_names_its_case_once() {
        assert_eq!(subject("Review", "C-1"), "[C-1] Review");
        assert_eq!(subject("Review of C-1", "C-1"), "Review of C-1");
        assert_eq!(subject(" ", "C-1"), "[C-1]");
        assert_eq!(subject("C-12", "C-1"), "[C-1] C-12");
    }
}
