//! What a test may do to the mail server.

use serde::{Deserialize, Serialize};

use super::mail::Mail;
use crate::world::World;

/// A step of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Moment {
    /// Before the greeting.
    Connect,
    /// The client says who it is.
    Ehlo,
    /// The client wants TLS.
    Starttls,
    /// The client signs in.
    Auth,
    /// The sender.
    Mail,
    /// A recipient.
    Rcpt,
    /// After the content.
    Data,
}

/// What goes wrong, and how often.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailFault {
    /// At which step.
    pub at: Moment,
    /// Answers so, with a code in front: `451 4.3.0 Try later`. Absent: the connection is closed without a word.
    #[serde(default)]
    pub say: Option<String>,
    /// At [`Moment::Data`]: the mail is taken all the same.
    #[serde(default)]
    pub taken: bool,
    /// How often; for ever when absent.
    #[serde(default)]
    pub times: Option<u64>,
}

/// A fault makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no answer of a mail server: it begins with a code of three digits, 400 to 599")]
pub struct BadMailFault(String);

impl MailFault {
    fn check(&self) -> Result<(), BadMailFault> {
        let Some(say) = &self.say else { return Ok(()) };
        let code = say.get(..3).and_then(|code| code.parse::<u16>().ok());
        match code {
            Some(400..=599) => Ok(()),
            _ => Err(BadMailFault(say.clone())),
        }
    }
}

impl World {
    /// The mails that were taken, oldest first.
    pub fn mails(&self) -> Vec<Mail> {
        self.smtp.mails.lock().clone()
    }

    /// Forgets them.
    pub fn clear_mails(&self) {
        self.smtp.mails.lock().clear();
    }

    /// Scripts what goes wrong; one fault for each step, the newest.
    pub fn add_mail_fault(&self, fault: MailFault) -> Result<(), BadMailFault> {
        fault.check()?;
        let mut script = self.smtp.script.lock();
        script.faults.retain(|other| other.at != fault.at);
        script.faults.push(fault);
        Ok(())
    }

    /// Nothing goes wrong any more.
    pub fn clear_mail_faults(&self) {
        self.smtp.script.lock().faults.clear();
    }

    /// Whether the server offers STARTTLS, as it does at first.
    pub fn offer_starttls(&self, offered: bool) {
        self.smtp.script.lock().starttls = offered;
    }
}
