//! A mail: what it says and to whom.

use std::time::SystemTime;

use lettre::{
    Address, Message,
    message::{
        Mailbox,
        header::{ContentType, HeaderName, HeaderValue},
    },
};

use super::MailError;

/// A mail of plain text.
#[derive(Debug, Clone)]
pub struct Mail {
    /// `Tieline <tieline@example.com>`
    pub from: String,
    /// Addresses.
    pub to: Vec<String>,
    /// One line.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The part of the message id before the `@`: the same in every attempt.
    pub id: String,
    /// When it was written.
    pub at: SystemTime,
}

impl Mail {
    /// Whether mail can be sent to this address.
    pub fn is_address(text: &str) -> bool {
        text.parse::<Address>().is_ok()
    }

    /// Whether mail can be from this one: an address, or a name with one.
    pub fn is_sender(text: &str) -> bool {
        text.parse::<Mailbox>().is_ok()
    }
}

pub(super) fn composed(mail: &Mail) -> Result<Message, MailError> {
    let invalid = |reason: String| MailError::Invalid { reason };
    let from: Mailbox = mail.from.parse().map_err(|_| invalid(format!("`{}` is no sender", mail.from)))?;
    let id = format!("<{}@{}>", mail.id, from.email.domain());
    let mut message = Message::builder().from(from).subject(&mail.subject).message_id(Some(id)).date(mail.at);
    for to in &mail.to {
        let address: Address = to.parse().map_err(|_| invalid(format!("`{to}` is no address")))?;
        message = message.to(Mailbox::new(None, address));
    }
    // RFC 3834: nobody's out-of-office answers it.
    let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
    let message = message
        .raw_header(HeaderValue::new(automatic, "auto-generated".into()))
        .header(ContentType::TEXT_PLAIN);
    message.body(mail.text.clone()).map_err(|error| invalid(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_and_no_more() {
        assert!(Mail::is_address("ops@acme.example"));
        for wrong in [
            "",
            "ops",
            "Ops <ops@acme.example>",
            "a@b.example, c@d.example",
            "a@b.example\r\nBcc: x@y.example",
        ] {
            assert!(!Mail::is_address(wrong), "{wrong:?}");
        }
        assert!(Mail::is_sender("Tieline <tieline@acme.example>") && !Mail::is_sender("Tieline"));
    }
}
