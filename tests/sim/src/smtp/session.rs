//! One conversation with the mail server: what it answers to each line. Pure. After RFC 5321, 3207 (STARTTLS) and 4954
//! (AUTH); as strict as a submission server that wants TLS before a password.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::mail::{Envelope, Mail};
use super::script::Moment;

/// What to do after a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// Say this.
    Say(String),
    /// Say this, and then begin TLS.
    StartTls,
    /// Read the content until a lonely full stop.
    Content,
    /// Say good-bye.
    Bye,
}

/// Who is talked to.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) tls: bool,
    offers_tls: bool,
    credentials: (String, String),
    greeted: bool,
    user: Option<String>,
    /// Part of a sign-in with `LOGIN`.
    login: Option<Vec<String>>,
    envelope: Option<Envelope>,
}

impl Session {
    pub(super) fn new(tls: bool, offers_tls: bool, credentials: (String, String)) -> Self {
        Self { tls, offers_tls, credentials, greeted: false, user: None, login: None, envelope: None }
    }

    /// TLS has begun: everything said before is forgotten.
    pub(super) fn encrypted(&mut self) {
        *self = Self::new(true, false, self.credentials.clone());
    }

    /// At which step a line is, as far as faults are scripted for it.
    pub(super) fn moment(&self, line: &str) -> Option<Moment> {
        if self.login.is_some() {
            return None;
        }
        match verb(line).as_str() {
            "EHLO" | "HELO" => Some(Moment::Ehlo),
            "STARTTLS" => Some(Moment::Starttls),
            "AUTH" => Some(Moment::Auth),
            "MAIL" => Some(Moment::Mail),
            "RCPT" => Some(Moment::Rcpt),
            _ => None,
        }
    }

    pub(super) fn on(&mut self, line: &str) -> Answer {
        if let Some(said) = self.login.take() {
            return self.login(said, line);
        }
        let rest = line.split_once(' ').map_or("", |(_, rest)| rest);
        match verb(line).as_str() {
            "EHLO" => self.ehlo(),
            "HELO" => {
                self.greeted = true;
                say("250 mail.sim")
            }
            "STARTTLS" if self.offers_tls && !self.tls => Answer::StartTls,
            "AUTH" if !self.tls => {
                say("538 5.7.11 Encryption required for requested authentication mechanism")
            }
            "AUTH" => self.auth(rest),
            "MAIL" if !self.greeted => say("503 5.5.1 Say EHLO first"),
            "MAIL" => match address(rest, "FROM:") {
                Some(from) => {
                    self.envelope = Some(Envelope { from, to: Vec::new() });
                    say("250 2.1.0 Ok")
                }
                None => say("501 5.1.7 Bad sender address syntax"),
            },
            "RCPT" => match (&mut self.envelope, address(rest, "TO:")) {
                (None, _) => say("503 5.5.1 Need MAIL command"),
                (Some(_), None) => say("501 5.1.3 Bad recipient address syntax"),
                (Some(envelope), Some(to)) => {
                    envelope.to.push(to);
                    say("250 2.1.5 Ok")
                }
            },
            "DATA" if self.envelope.as_ref().is_some_and(|envelope| !envelope.to.is_empty()) => {
                Answer::Content
            }
            "DATA" => say("503 5.5.1 No valid recipients"),
            "RSET" => {
                self.envelope = None;
                say("250 2.0.0 Ok")
            }
            "NOOP" => say("250 2.0.0 Ok"),
            "QUIT" => Answer::Bye,
            _ => say("502 5.5.2 Command not recognized"),
        }
    }

    /// The mail of which this is the content, dots unstuffed.
    pub(super) fn taken(&mut self, content: &str) -> Mail {
        Mail::read(self.envelope.take().unwrap_or_default(), self.user.clone(), self.tls, content)
    }

    fn ehlo(&mut self) -> Answer {
        self.greeted = true;
        let mut lines = vec!["mail.sim", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"];
        if self.offers_tls && !self.tls {
            lines.push("STARTTLS");
        }
        if self.tls {
            lines.push("AUTH PLAIN LOGIN");
        }
        let last = lines.len() - 1;
        let line = |(at, text): (usize, &&str)| format!("250{}{text}", if at == last { ' ' } else { '-' });
        Answer::Say(lines.iter().enumerate().map(line).collect::<Vec<_>>().join("\r\n"))
    }

    fn auth(&mut self, rest: &str) -> Answer {
        match rest.split_once(' ').unwrap_or((rest, "")) {
            ("PLAIN", given) => {
                let said = decoded(given);
                let parts: Vec<_> = said.split('\0').map(str::to_owned).collect();
                let [_, user, password] = parts.as_slice() else { return say("501 5.5.4 Bad syntax") };
                self.signed_in(user.clone(), password.clone())
            }
            ("LOGIN", "") => {
                self.login = Some(Vec::new());
                say("334 VXNlcm5hbWU6")
            }
            _ => say("504 5.5.4 Unrecognized authentication type"),
        }
    }

    fn login(&mut self, mut said: Vec<String>, line: &str) -> Answer {
        said.push(decoded(line));
        match said.as_slice() {
            [user, password] => self.signed_in(user.clone(), password.clone()),
            _ => {
                self.login = Some(said);
                say("334 UGFzc3dvcmQ6")
            }
        }
    }

    fn signed_in(&mut self, user: String, password: String) -> Answer {
        if (user.clone(), password) != self.credentials {
            return say("535 5.7.8 Authentication credentials invalid");
        }
        self.user = Some(user);
        say("235 2.7.0 Authentication successful")
    }
}

fn say(text: &str) -> Answer {
    Answer::Say(text.into())
}

fn verb(line: &str) -> String {
    line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase()
}

fn decoded(text: &str) -> String {
    let bytes = BASE64_STANDARD.decode(text.trim()).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The address in `FROM:<a@b.example> SIZE=1`.
fn address(rest: &str, name: &str) -> Option<String> {
    let given = rest.get(..name.len()).filter(|given| given.eq_ignore_ascii_case(name))?;
    let (address, _) = rest[given.len()..].trim_start().strip_prefix('<')?.split_once('>')?;
    address.contains('@').then(|| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(tls: bool) -> Session {
        Session::new(tls, true, ("ops".into(), "pass".into()))
    }

    fn said(answer: Answer) -> String {
        match answer {
            Answer::Say(text) => text,
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn takes_no_password_without_tls_and_no_wrong_one_at_all() {
        let mut plain = session(false);
        assert!(!said(plain.on("EHLO x")).contains("AUTH"));
        assert!(said(plain.on("AUTH PLAIN AG9wcwBwYXNz")).starts_with("538"));
        assert_eq!(plain.on("STARTTLS"), Answer::StartTls);
        plain.encrypted();
        assert!(said(plain.on("MAIL FROM:<a@b.example>")).starts_with("503"), "everything is forgotten");
        assert!(said(plain.on("EHLO x")).contains("AUTH PLAIN LOGIN"));
        assert!(said(plain.on("AUTH PLAIN AG9wcwB3cm9uZw==")).starts_with("535"));
        assert!(said(plain.on("AUTH PLAIN AG9wcwBwYXNz")).starts_with("235"));
        assert!(said(plain.on("AUTH LOGIN")).starts_with("334"));
        assert!(said(plain.on("b3Bz")).starts_with("334"));
        assert!(said(plain.on("cGFzcw==")).starts_with("235"));
    }

    #[test]
    fn goes_in_order() {
        let mut session = session(true);
        assert!(said(session.on("MAIL FROM:<a@b.example>")).starts_with("503"));
        session.on("EHLO x");
        assert!(said(session.on("RCPT TO:<c@d.example>")).starts_with("503"));
        assert!(said(session.on("MAIL FROM:nobody")).starts_with("501"));
        session.on("MAIL FROM:<a@b.example> BODY=8BITMIME");
        assert!(said(session.on("DATA")).starts_with("503"));
        session.on("RCPT TO:<c@d.example>");
        assert_eq!(session.on("DATA"), Answer::Content);
        let mail = session.taken("Subject: s\r\n\r\nt\r\n");
        assert_eq!(
            (mail.from.as_str(), mail.to.as_slice()),
            ("a@b.example", &["c@d.example".to_owned()][..])
        );
        assert!(said(session.on("FROB")).starts_with("502"));
    }
}
