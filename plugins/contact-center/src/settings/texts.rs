//! What people read, and what they write to be understood.

use serde::Deserialize;

/// The system messages for conferencing Microsoft Teams users into a customer chat.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Texts {
    /// Behind the name of somebody who came.
    pub party_joined: String,
    /// Behind the name of somebody who went.
    pub party_left: String,
    /// What a Teams user is asked.
    pub invitation: String,
    /// The answer that accepts.
    pub positive_response: String,
    /// The answer that declines.
    pub negative_response: String,
    /// What a Teams user reads when the customer's session is over.
    pub session_ended: String,
    /// What a Teams user writes to leave, at any time.
    pub leave_command: String,
}

impl Default for Texts {
    fn default() -> Self {
        Self {
            party_joined: "joined the session".to_owned(),
            party_left: "left the session".to_owned(),
            invitation: "You are invited to customer chat session, would you like to accept (YES/NO)?"
                .to_owned(),
            positive_response: "YES".to_owned(),
            negative_response: "NO".to_owned(),
            session_ended: "Customer chat session ended".to_owned(),
            leave_command: "BYE".to_owned(),
        }
    }
}

/// What people are told where something cannot be passed on as it is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Notices {
    /// To a Teams user who sent a file or a picture.
    pub file_not_sent: String,
    /// To a Teams user, behind the name of somebody in the session who sent a file.
    pub file_not_shown: String,
    /// To the customer's session, when somebody there sent a file: behind the Teams user's name.
    pub file_not_received: String,
    /// Before the new words of a message that a Teams user edited.
    pub corrected: String,
    /// In place of a message that a Teams user deleted.
    pub removed: String,
    /// To a Teams user whose message the contact centre refused.
    pub not_passed_on: String,
}

impl Default for Notices {
    fn default() -> Self {
        Self {
            file_not_sent: "Sorry, files and pictures cannot be passed on to the customer. Please write it."
                .to_owned(),
            file_not_shown: "sent a file, which cannot be shown here".to_owned(),
            file_not_received: "cannot receive files here, sorry".to_owned(),
            corrected: "(corrected)".to_owned(),
            removed: "(removed a message)".to_owned(),
            not_passed_on: "Sorry, your last message could not be passed on.".to_owned(),
        }
    }
}
