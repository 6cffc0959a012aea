//! Which transcript a change notification is about. Pure.

use tieline_sdk::path;

use crate::teams::source::{is_id, keyed_parts};

/// A transcript: whose meeting, which, and its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source<'a> {
    /// The organiser's object id: only through them can it be read.
    pub organizer: String,
    /// The meeting.
    pub meeting: &'a str,
    /// The transcript.
    pub transcript: &'a str,
}

impl<'a> Source<'a> {
    /// Reads the resource of a notification: `users('…')/onlineMeetings('…')/transcripts('…')`, or
    /// `communications/onlineMeetings('…')/transcripts('…')`, whose meeting says whose it is. None for anything else.
    pub fn parse(resource: &'a str) -> Option<Self> {
        let resource = resource.trim_start_matches('/');
        let (of_all, rest) = match resource.strip_prefix("communications/") {
            Some(rest) => (true, rest),
            None => (false, resource),
        };
        let parts = keyed_parts(rest)?;
        let named = |part: Option<&(&'a str, &'a str)>, name: &str| {
            part.filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, id)| *id)
        };
        let (user, parts) = match of_all {
            true => (None, parts.as_slice()),
            false => (Some(named(parts.first(), "users")?), parts.get(1..)?),
        };
        if parts.len() != 2 {
            return None;
        }
        let meeting = named(parts.first(), "onlineMeetings")?;
        let organizer = user.map_or_else(|| organizer_in(meeting), |user| Some(user.to_owned()))?;
        Some(Self { organizer, meeting, transcript: named(parts.get(1), "transcripts")? })
    }

    /// As a notification names it.
    pub fn resource(&self) -> String {
        let Self { organizer, meeting, transcript } = self;
        format!("users('{organizer}')/onlineMeetings('{meeting}')/transcripts('{transcript}')")
    }

    /// Where Graph has the meeting.
    pub fn meeting_path(&self) -> String {
        path(["users", &self.organizer, "onlineMeetings", self.meeting])
    }

    /// Where Graph has the transcript.
    pub fn path(&self) -> String {
        self.meeting_path() + &path(["transcripts", self.transcript])
    }
}

/// The organiser in a meeting's id, which is base64 of `1*<object id>*0**<thread id>`.
fn organizer_in(meeting: &str) -> Option<String> {
    let decoded = base64(meeting)?;
    let mut parts = decoded.split('*');
    let organizer = parts.nth(1)?;
    (organizer.len() == 36 && is_id(organizer)).then(|| organizer.to_owned())
}

/// The text behind base64, in either alphabet, with or without padding.
fn base64(encoded: &str) -> Option<String> {
    let (mut bits, mut count, mut bytes) = (0_u32, 0_u8, vec![]);
    for byte in encoded.trim_end_matches('=').bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OF_ADA: &str =
        "MSo1N2Y5ZGFjYy03MWJmLTQ3NDMtYjQxMy01M2EwMDAwMDAwMDEqMCoqMTk6bWVldGluZ194QHRocmVhZC52Mg==";

    #[test]
    fn both_forms_lead_to_the_transcript() {
        let organizer = "57f9dacc-71bf-4743-b413-53a000000001";
        let forms = [
            format!("users('{organizer}')/onlineMeetings('{OF_ADA}')/transcripts('MSMj')"),
            format!("communications/onlineMeetings('{OF_ADA}')/transcripts('MSMj')"),
            format!("/users/{organizer}/onlineMeetings/{OF_ADA}/transcripts/MSMj"),
        ];
        for form in &forms {
            let source = Source::parse(form).unwrap();
            assert_eq!((source.organizer.as_str(), source.transcript), (organizer, "MSMj"), "{form}");
            assert_eq!(Source::parse(&source.resource()), Some(source));
        }
    }

    #[test]
    fn other_resources_are_no_transcripts() {
        let others = [
            "",
            "users('u')/onlineMeetings('m')",
            "users('u')/onlineMeetings('m')/recordings('r')",
            "communications/onlineMeetings('bm90aGluZw==')/transcripts('t')",
            "communications/callRecords/1",
            "teams('t')/channels('c')/messages('m')",
        ];
        for resource in others {
            assert_eq!(Source::parse(resource), None, "{resource}");
        }
    }
}
