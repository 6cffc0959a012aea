//! Salesforce outbound messages: which organisation sent one, and its notifications one by one.
//!
//! Salesforce sends again what was not acknowledged, for a day, in other company and in any order. So each
//! notification becomes a message of its own, which can be recognised when it comes again.

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

/// The namespace of what is inside the envelope.
const OUTBOUND: &str = "http://soap.sforce.com/2005/09/outbound";

/// The most notifications of a message; Salesforce sends a hundred at most.
const MAX_NOTIFICATIONS: usize = 1_000;

/// A message, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Message {
    /// Who says to have sent it, as it is written there.
    pub(super) organization: String,
    /// In the order of the message; at least one.
    pub(super) notifications: Vec<Notification>,
}

/// One notification.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Notification {
    /// The same however often it is sent.
    pub(super) id: String,
    /// The message with this notification alone, and without the session that Salesforce may have put into it.
    pub(super) body: Vec<u8>,
}

/// It is no outbound message.
#[derive(Debug, thiserror::Error)]
pub(super) enum Malformed {
    #[error("it is not UTF-8")]
    Encoding(#[from] std::str::Utf8Error),
    #[error("it is not well-formed XML")]
    Xml(#[from] quick_xml::Error),
    #[error("it has a document type")]
    DocumentType,
    #[error("{0}")]
    Shape(&'static str),
}

/// The elements that count, by their local names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Element {
    Envelope,
    Body,
    Notifications,
    OrganizationId,
    SessionId,
    Notification,
    Id,
    Other,
}

use Element::{Body, Envelope, Id, Notifications, OrganizationId, SessionId};

const ORGANIZATION: &[Element] = &[Envelope, Body, Notifications, OrganizationId];
const SESSION: &[Element] = &[Envelope, Body, Notifications, SessionId];
const NOTIFICATION: &[Element] = &[Envelope, Body, Notifications, Element::Notification];
const ID: &[Element] = &[Envelope, Body, Notifications, Element::Notification, Id];

/// What was found so far, as places in the text.
#[derive(Default)]
struct Found {
    organization: Option<String>,
    /// What stands between the tags of the session.
    session: Option<(usize, usize)>,
    notifications: Vec<(String, usize, usize)>,
    /// Of the notification that is being read: where it begins, and its id.
    under_way: Option<(usize, Option<String>)>,
}

/// Takes a message apart.
pub(super) fn read(body: &[u8]) -> Result<Message, Malformed> {
    let text = std::str::from_utf8(body)?;
    let mut reader = Reader::from_str(text);
    let (mut path, mut found) = (Vec::new(), Found::default());
    loop {
        let begin = place(&reader);
        let event = reader.read_event()?;
        let end = place(&reader);
        match event {
            Event::Start(tag) => {
                path.push(element(&tag)?);
                found.started(&path, begin, end)?;
            }
            Event::Empty(tag) => {
                path.push(element(&tag)?);
                found.started(&path, begin, end)?;
                found.ended(&path, end, end)?;
                path.pop();
            }
            Event::End(_) => {
                found.ended(&path, begin, end)?;
                path.pop();
            }
            Event::Text(words) => found.said(&path, &words)?,
            Event::CData(words) => found.said(&path, &words)?,
            Event::GeneralRef(_) if path == ORGANIZATION || path == ID => {
                return Err(Malformed::Shape("an id of it is not written plainly"));
            }
            Event::DocType(_) => return Err(Malformed::DocumentType),
            Event::Eof if path.is_empty() => return found.message(text),
            Event::Eof => return Err(Malformed::Shape("it ends too soon")),
            _ => {}
        }
    }
}

fn place(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

fn element(tag: &BytesStart<'_>) -> Result<Element, Malformed> {
    Ok(match tag.local_name().as_ref() {
        "Envelope" => Envelope,
        "Body" => Body,
        "notifications" => {
            let mut attributes = tag.attributes();
            let mut attributes = attributes.with_checks(false).flatten();
            if !attributes.any(|attribute| &*attribute.value == OUTBOUND) {
                return Err(Malformed::Shape("its notifications are not of Salesforce's namespace"));
            }
            Notifications
        }
        "OrganizationId" => OrganizationId,
        "SessionId" => SessionId,
        "Notification" => Element::Notification,
        "Id" => Id,
        _ => Element::Other,
    })
}

impl Found {
    fn started(&mut self, path: &[Element], begin: usize, end: usize) -> Result<(), Malformed> {
        match path {
            NOTIFICATION => self.under_way = Some((begin, None)),
            SESSION if self.session.is_some() => return Err(Malformed::Shape("it has two sessions")),
            SESSION => self.session = Some((end, end)),
            ORGANIZATION if self.organization.is_some() => {
                return Err(Malformed::Shape("it names two organisations"));
            }
            ORGANIZATION => self.organization = Some(String::new()),
            ID => match &mut self.under_way {
                Some((_, id @ None)) => *id = Some(String::new()),
                _ => return Err(Malformed::Shape("a notification of it has two ids")),
            },
            _ => {}
        }
        Ok(())
    }

    fn said(&mut self, path: &[Element], words: &str) -> Result<(), Malformed> {
        let said = match path {
            ORGANIZATION => self.organization.as_mut(),
            ID => self.under_way.as_mut().and_then(|(_, id)| id.as_mut()),
            _ => None,
        };
        if let Some(said) = said {
            said.push_str(words.trim());
        }
        Ok(())
    }

    fn ended(&mut self, path: &[Element], begin: usize, end: usize) -> Result<(), Malformed> {
        match path {
            SESSION => self.session = self.session.map(|(from, _)| (from, begin)),
            NOTIFICATION => {
                let under_way = self.under_way.take();
                let (from, id) = under_way.ok_or(Malformed::Shape("a notification of it has no begin"))?;
                let id = id.filter(|id| !id.is_empty());
                let id = id.ok_or(Malformed::Shape("a notification of it has no id"))?;
                self.notifications.push((id, from, end));
                if self.notifications.len() > MAX_NOTIFICATIONS {
                    return Err(Malformed::Shape("it has too many notifications"));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn message(self, text: &str) -> Result<Message, Malformed> {
        let organization = self.organization.ok_or(Malformed::Shape("it names no organisation"))?;
        let first = self.notifications.first().map(|(_, from, _)| *from);
        let last = self.notifications.last().map(|(_, _, to)| *to);
        let (Some(first), Some(last)) = (first, last) else {
            return Err(Malformed::Shape("it has no notification"));
        };
        let (head, tail) = match self.session {
            Some((from, to)) if to <= first => ([&text[..from], &text[to..first]], [&text[last..], ""]),
            Some((from, to)) if from >= last => ([&text[..first], ""], [&text[last..from], &text[to..]]),
            Some(_) => return Err(Malformed::Shape("its session stands among its notifications")),
            None => ([&text[..first], ""], [&text[last..], ""]),
        };
        let alone = |(id, from, to): &(String, usize, usize)| Notification {
            id: id.clone(),
            body: [head[0], head[1], &text[*from..*to], tail[0], tail[1]].concat().into_bytes(),
        };
        Ok(Message { organization, notifications: self.notifications.iter().map(alone).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn envelope(session: &str, notifications: &str) -> String {
        format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <soapenv:Body>
  <notifications xmlns="http://soap.sforce.com/2005/09/outbound">
   <OrganizationId>00D000000000062EAA</OrganizationId>
   <ActionId>04k000000000001AAA</ActionId>
   {session}
   <EnterpriseUrl>https://acme.my.salesforce.com/services/Soap/c/61.0/00D000000000062</EnterpriseUrl>
   {notifications}
  </notifications>
 </soapenv:Body>
</soapenv:Envelope>"#
        )
    }

    fn notification(id: &str, name: &str) -> String {
        format!(
            r#"<Notification><Id>{id}</Id><sObject xsi:type="sf:Opportunity" xmlns:sf="urn:sobject.enterprise.soap.sforce.com"><sf:Id>006000000000001AAA</sf:Id><sf:Name>{name}</sf:Name></sObject></Notification>"#
        )
    }

    #[test]
    fn each_notification_becomes_a_message_of_its_own_without_the_session() {
        let two =
            notification("04l1", "A &amp; B") + "\n   " + &notification("04l2", "<![CDATA[<Id>x</Id>]]>");
        let text = envelope("<SessionId>00D!secret</SessionId>", &two);
        let message = read(text.as_bytes()).unwrap();
        assert_eq!(message.organization, "00D000000000062EAA");
        let ids: Vec<_> = message.notifications.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(ids, ["04l1", "04l2"]);
        for (one, inside) in message.notifications.iter().zip(["A &amp; B", "CDATA"]) {
            let body = std::str::from_utf8(&one.body).unwrap();
            assert!(!body.contains("secret") && body.contains("<SessionId></SessionId>"), "{body}");
            assert!(body.contains(inside) && body.contains("EnterpriseUrl"), "{body}");
            // It is a message again, and stays what it is.
            assert_eq!(
                read(&one.body).unwrap().notifications,
                [Notification { id: one.id.clone(), body: one.body.clone() }]
            );
        }
    }

    #[test]
    fn an_empty_session_and_another_prefix_are_well() {
        let text = envelope(r#"<SessionId xsi:nil="true"/>"#, &notification("04l1", "n"));
        assert_eq!(read(text.as_bytes()).unwrap().notifications[0].body, text.as_bytes());
        let prefixed = text
            .replace("<notifications xmlns=", "<o:notifications xmlns:o=")
            .replace("</notifications>", "</o:notifications>");
        assert_eq!(read(prefixed.as_bytes()).unwrap().notifications.len(), 1);
    }

    #[test]
    fn refuses_what_could_be_read_in_two_ways() {
        let good = envelope("", &notification("04l1", "n"));
        assert!(read(good.as_bytes()).is_ok());
        let organization = "<OrganizationId>00D000000000062EAA</OrganizationId>";
        for (from, to) in [
            (organization, ""),
            (organization, "<!--<OrganizationId>00D000000000062EAA</OrganizationId>-->"),
            (organization, &*format!("<x>{organization}</x>")),
            (organization, &*format!("{organization}{organization}")),
            (organization, "<OrganizationId>00D00&#48;000000062EAA</OrganizationId>"),
            ("<Id>04l1</Id>", ""),
            ("<Id>04l1</Id>", "<Id/>"),
            ("<Id>04l1</Id>", "<Id>04l1</Id><Id>04l2</Id>"),
            ("<Id>04l1</Id>", "<Id>&id;</Id>"),
            ("http://soap.sforce.com/2005/09/outbound", "urn:other"),
            ("<soapenv:Envelope", "<!DOCTYPE a [<!ENTITY b \"c\">]><soapenv:Envelope"),
            ("</soapenv:Envelope>", ""),
            ("</soapenv:Body>", "</soapenv:Other>"),
        ] {
            let text = good.replace(from, to);
            assert_ne!(text, good, "{from}");
            assert!(read(text.as_bytes()).is_err(), "{text}");
        }
        for text in ["", "{}", "<a/>", "\u{0}"] {
            assert!(read(text.as_bytes()).is_err(), "{text:?}");
        }
        assert!(read(&[0xff, 0xfe]).is_err());
        assert!(read(envelope("", "").as_bytes()).is_err());
        let many = notification("04l1", "n").repeat(MAX_NOTIFICATIONS + 1);
        assert!(read(envelope("", &many).as_bytes()).is_err());
        let among = notification("04l1", "n") + "<SessionId>s</SessionId>" + &notification("04l2", "n");
        assert!(read(envelope("", &among).as_bytes()).is_err());
    }

    proptest! {
        #[test]
        fn nothing_that_a_stranger_sends_does_more_than_be_refused(text in "[<>/&;!\\[\\]a-zI\" =]{0,200}") {
            let _ = read(text.as_bytes());
            let _ = read(envelope("", &text).as_bytes());
        }

        #[test]
        fn no_session_gets_through(session in "[A-Za-z0-9!._]{1,60}", ids in prop::collection::vec("04l[0-9]{3}", 1..5)) {
            let all: String = ids.iter().map(|id| notification(id, "n")).collect();
            for text in [envelope(&format!("<SessionId>~{session}~</SessionId>"), &all)] {
                let message = read(text.as_bytes()).unwrap();
                prop_assert_eq!(message.notifications.len(), ids.len());
                for one in message.notifications {
                    let body = String::from_utf8(one.body).unwrap();
                    let marked = format!("~{}~", session);
                    prop_assert!(!body.contains(&marked));
                    prop_assert_eq!(body.matches("<Notification>").count(), 1);
                }
            }
        }
    }
}
