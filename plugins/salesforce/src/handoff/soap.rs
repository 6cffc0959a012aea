//! Reads a Salesforce outbound message. Pure.
//!
//! <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_om_outboundmessaging_understanding.htm>
//!
//! Strangers may send anything: what is not plain XML is refused, document types above all.

/// An outbound message: up to a hundred notifications of one organisation.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Outbound {
    /// Of 15 or 18 characters.
    pub organization_id: String,
    /// What changed.
    pub notices: Vec<Notice>,
}

/// One record that changed. Whatever fields it came with are as they were when it was sent, and may be old.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Notice {
    /// Names the notification: the same when Salesforce sends it again.
    pub id: String,
    /// `Opportunity`
    pub object: String,
    /// The record.
    pub record: String,
}

/// Why a body is no outbound message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// It is not UTF-8, or no XML that this reads.
    Xml,
    /// It is XML of another kind.
    Other,
}

impl Unreadable {
    /// For people.
    pub fn message(self) -> &'static str {
        match self {
            Self::Xml => "the body is not plain XML",
            Self::Other => "the body is no outbound message of Salesforce",
        }
    }
}

/// Elements are this deep at most: Envelope, Body, notifications, Notification, sObject, field, and what a field holds.
const DEEPEST: usize = 16;

/// Reads a body.
///
/// # Errors
/// When it is no outbound message.
pub fn read(body: &[u8]) -> Result<Outbound, Unreadable> {
    let text = std::str::from_utf8(body).map_err(|_| Unreadable::Xml)?;
    let mut found = Found::default();
    let mut open: Vec<&str> = vec![];
    let mut rest = text.trim_start_matches('\u{feff}');
    while let Some(at) = rest.find('<') {
        found.text(&open, &decoded(&rest[..at])?);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix("<?") {
            rest = after.split_once("?>").ok_or(Unreadable::Xml)?.1;
        } else if let Some(after) = rest.strip_prefix("<!--") {
            rest = after.split_once("-->").ok_or(Unreadable::Xml)?.1;
        } else if let Some(after) = rest.strip_prefix("<![CDATA[") {
            let (plain, after) = after.split_once("]]>").ok_or(Unreadable::Xml)?;
            found.text(&open, plain);
            rest = after;
        } else if let Some(after) = rest.strip_prefix("</") {
            let (name, after) = after.split_once('>').ok_or(Unreadable::Xml)?;
            if open.pop() != Some(local(name.trim_end())) {
                return Err(Unreadable::Xml);
            }
            rest = after;
        } else {
            let (tag, after) = tag(&rest[1..]).ok_or(Unreadable::Xml)?;
            open.push(local(tag.name));
            if open.len() > DEEPEST {
                return Err(Unreadable::Xml);
            }
            found.begins(&open, &tag)?;
            if tag.closed {
                open.pop();
            }
            rest = after;
        }
    }
    if !open.is_empty() || !rest.trim().is_empty() {
        return Err(Unreadable::Xml);
    }
    found.whole()
}

struct Tag<'a> {
    name: &'a str,
    attributes: &'a str,
    closed: bool,
}

/// What stands between `<` and the `>` outside quotes, and what follows.
fn tag(rest: &str) -> Option<(Tag<'_>, &str)> {
    let mut quote = None;
    let end = rest.char_indices().find_map(|(at, c)| match (quote, c) {
        (None, '>') => Some(at),
        (None, '"' | '\'') => {
            quote = Some(c);
            None
        }
        (Some(open), c) if c == open => {
            quote = None;
            None
        }
        _ => None,
    })?;
    let (inner, closed) = match rest[..end].strip_suffix('/') {
        Some(inner) => (inner, true),
        None => (&rest[..end], false),
    };
    let name_end = inner.find(char::is_whitespace).unwrap_or(inner.len());
    let (name, attributes) = inner.split_at(name_end);
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
    // `<!DOCTYPE` among others is no name.
    (!name.is_empty() && name.chars().all(plain))
        .then_some((Tag { name, attributes, closed }, &rest[end + 1..]))
}

/// A name without its prefix: organisations choose prefixes.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// `sf:Opportunity` in `xsi:type="sf:Opportunity"`.
fn type_of<'a>(tag: &Tag<'a>) -> Option<&'a str> {
    let (_, after) = tag.attributes.split_once("xsi:type=")?;
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    after[1..].split(quote).next().map(local)
}

/// The five entities of XML, and characters by number.
fn decoded(text: &str) -> Result<String, Unreadable> {
    let mut parts = text.split('&');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, after) = part.split_once(';').ok_or(Unreadable::Xml)?;
        out.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            _ => {
                let number = name.strip_prefix('#').ok_or(Unreadable::Xml)?;
                let code = match number.strip_prefix('x') {
                    Some(hex) => u32::from_str_radix(hex, 16),
                    None => number.parse(),
                };
                code.ok().and_then(char::from_u32).ok_or(Unreadable::Xml)?
            }
        });
        out.push_str(after);
    }
    Ok(out)
}

/// What was found so far.
#[derive(Default)]
struct Found {
    organization_id: String,
    notices: Vec<Notice>,
}

/// Where an outbound message has what it tells.
const NOTIFICATIONS: [&str; 3] = ["Envelope", "Body", "notifications"];

impl Found {
    fn begins(&mut self, open: &[&str], tag: &Tag<'_>) -> Result<(), Unreadable> {
        match open.strip_prefix(&NOTIFICATIONS) {
            Some(["Notification"]) => {
                self.notices.push(Notice { id: String::new(), object: String::new(), record: String::new() });
            }
            Some(["Notification", "sObject"]) => {
                let object = type_of(tag).ok_or(Unreadable::Other)?.to_owned();
                self.notices.last_mut().ok_or(Unreadable::Other)?.object = object;
            }
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, open: &[&str], text: &str) {
        let Some(place) = open.strip_prefix(&NOTIFICATIONS) else { return };
        let into = match (place, self.notices.last_mut()) {
            (["OrganizationId"], _) => &mut self.organization_id,
            (["Notification", "Id"], Some(notice)) => &mut notice.id,
            (["Notification", "sObject", "Id"], Some(notice)) => &mut notice.record,
            _ => return,
        };
        into.push_str(text.trim());
    }

    fn whole(self) -> Result<Outbound, Unreadable> {
        let Self { organization_id, notices } = self;
        let empty =
            |notice: &Notice| notice.id.is_empty() || notice.object.is_empty() || notice.record.is_empty();
        match organization_id.is_empty() || notices.is_empty() || notices.iter().any(empty) {
            true => Err(Unreadable::Other),
            false => Ok(Outbound { organization_id, notices }),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&body);
        }

        #[test]
        fn any_mixture_of_its_pieces_is_read_or_refused(
            body in r#"(<soapenv:Envelope>|<Envelope>|</Envelope>|<Body>|</Body>|<notifications>|<Notification>|<sObject xsi:type="sf:Lead">|<Id>|</Id>|<!--|-->|<!\[CDATA\[|\]\]>|&amp;|&|<!DOCTYPE|x|<|>){0,30}"#
        ) {
            let _ = read(body.as_bytes());
        }
    }

    #[test]
    fn what_strangers_send_is_refused() {
        let cases = [
            ("", Unreadable::Other),
            ("{}", Unreadable::Xml),
            ("<a>", Unreadable::Xml),
            ("<a></b>", Unreadable::Xml),
            ("<a/>", Unreadable::Other),
            ("<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", Unreadable::Xml),
            ("<a>&x;</a>", Unreadable::Xml),
            ("<a>&#x110000;</a>", Unreadable::Xml),
        ];
        for (body, wrong) in cases {
            assert_eq!(read(body.as_bytes()), Err(wrong), "{body}");
        }
        assert_eq!(read(b"\xff\xfe"), Err(Unreadable::Xml));
        assert_eq!(read("<a>".repeat(100).as_bytes()), Err(Unreadable::Xml));
    }
}
