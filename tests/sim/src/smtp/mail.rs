//! A mail that was taken, read as a mail program would.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::Serialize;

/// A mail that was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mail {
    /// The sender of the envelope.
    pub from: String,
    /// The recipients of the envelope.
    pub to: Vec<String>,
    /// Who had signed in.
    pub user: Option<String>,
    /// Whether it came over TLS.
    pub tls: bool,
    /// The subject, decoded.
    pub subject: String,
    /// All headers as they were sent, names in lower case, unfolded.
    pub headers: BTreeMap<String, String>,
    /// The text, decoded.
    pub text: String,
}

/// Who sent it to whom.
#[derive(Clone, Debug, Default)]
pub(super) struct Envelope {
    pub(super) from: String,
    pub(super) to: Vec<String>,
}

impl Mail {
    pub(super) fn read(envelope: Envelope, user: Option<String>, tls: bool, content: &str) -> Self {
        let (head, body) = content.split_once("\r\n\r\n").unwrap_or((content, ""));
        let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let lines = head.lines().filter_map(|line| line.split_once(':'));
        let headers: BTreeMap<_, _> =
            lines.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())).collect();
        let encoding = headers.get("content-transfer-encoding").map(String::as_str).unwrap_or_default();
        let bytes = match encoding.to_ascii_lowercase().as_str() {
            "quoted-printable" => quoted(&body.replace("=\r\n", ""), false),
            "base64" => BASE64_STANDARD.decode(body.replace("\r\n", "")).unwrap_or_default(),
            _ => body.as_bytes().to_vec(),
        };
        let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
        let subject = headers.get("subject").map(|subject| words(subject)).unwrap_or_default();
        let Envelope { from, to } = envelope;
        Self { from, to, user, tls, subject, headers, text }
    }
}

/// RFC 2047: `=?utf-8?b?…?=`; white space between two of them is no part of the text.
fn words(text: &str) -> String {
    let mut decoded = Vec::new();
    let mut was_encoded = false;
    for word in text.split(' ') {
        let parts: Vec<_> = word.trim_start_matches("=?").trim_end_matches("?=").split('?').collect();
        let bytes = match (word.starts_with("=?"), parts.as_slice()) {
            (true, [_, "b" | "B", content]) => BASE64_STANDARD.decode(content).ok(),
            (true, [_, "q" | "Q", content]) => Some(quoted(content, true)),
            _ => None,
        };
        let is_encoded = bytes.is_some();
        let joined = was_encoded && is_encoded;
        if !decoded.is_empty() && !joined {
            decoded.push(b' ');
        }
        decoded.extend(bytes.unwrap_or_else(|| word.as_bytes().to_vec()));
        was_encoded = is_encoded;
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

fn quoted(text: &str, in_header: bool) -> Vec<u8> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        match byte {
            b'=' => {
                let hex: String = bytes.by_ref().take(2).map(char::from).collect();
                decoded.extend(u8::from_str_radix(&hex, 16).ok());
            }
            b'_' if in_header => decoded.push(b' '),
            byte => decoded.push(byte),
        }
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_mail_programs_write() {
        let content = "From: a@b.example\r\nSubject: =?utf-8?b?RWluZSBX?=\r\n =?utf-8?q?arnung_=E2=80=93?= ok\r\n\
                       Content-Transfer-Encoding: quoted-printable\r\n\r\nIt ends =E2=80=93 soo=\r\nn.\r\n";
        let mail = Mail::read(Envelope::default(), None, true, content);
        assert_eq!((mail.subject.as_str(), mail.text.as_str()), ("Eine Warnung – ok", "It ends – soon.\n"));
        let plain = Mail::read(Envelope::default(), None, false, "Subject: A b\r\n\r\nc\r\n");
        assert_eq!((plain.subject.as_str(), plain.text.as_str()), ("A b", "c\n"));
    }
}
