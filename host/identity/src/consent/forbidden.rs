//! What Graph means by 403. Its workloads refuse in words of their own: the directory, Teams, Exchange, meetings.

use serde::Deserialize;
use tieline_types::Problem;

/// What Graph said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Said {
    /// `Authorization_RequestDenied`
    pub code: String,
    /// In Graph's words.
    pub message: String,
}

/// Why Graph refused, as far as its words tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// A permission is missing from the token, or is not honoured yet.
    Permission,
    /// Likewise, or a policy of the workload keeps the app out: only a look at the token tells.
    PermissionOrPolicy,
    /// Permissions have nothing to do with it.
    Policy,
    /// It does not say.
    Unsaid,
}

/// One way to refuse.
struct Row {
    /// Graph's code, without regard to case; empty for any.
    code: &'static str,
    /// Words of the message, in lower case; empty for any.
    words: &'static str,
    cause: Cause,
    /// Ours: after `graph.`.
    name: &'static str,
    message: &'static str,
    remedy: &'static str,
}

/// The first that fits.
const ROWS: &[Row] = &[
    Row {
        code: "",
        words: "no application access policy found",
        cause: Cause::Policy,
        name: "application-access-policy-missing",
        message: "No application access policy lets the app act for this user's meetings.",
        remedy: "Have a Teams Administrator create one (New-CsApplicationAccessPolicy) and grant it to the user \
                 (Grant-CsApplicationAccessPolicy); it takes effect within 30 minutes.",
    },
    Row {
        code: "",
        words: "aadsts50105",
        cause: Cause::Policy,
        name: "user-not-assigned",
        message: "The app requires assignment, and the user is not assigned to it.",
        remedy: "Have a Cloud Application Administrator assign the user under Enterprise applications › Users and groups.",
    },
    Row {
        code: "",
        words: "not assigned",
        cause: Cause::Policy,
        name: "user-not-assigned",
        message: "The user is not assigned to what the call needs.",
        remedy: "Have a Cloud Application Administrator assign the user under Enterprise applications › Users and groups.",
    },
    Row {
        code: "",
        words: "missing role permissions",
        cause: Cause::Permission,
        name: "request-denied",
        message: "Graph finds the app role in the token and refuses the call all the same.",
        remedy: "Check that the app may reach this team or chat at all; a resource-specific restriction may apply.",
    },
    Row {
        code: "",
        words: "missing scope permissions",
        cause: Cause::Permission,
        name: "request-denied",
        message: "Graph finds the scope in the token and refuses the call all the same.",
        remedy: "Check that the signed-in user may do this in Teams.",
    },
    Row {
        code: "authorization_requestdenied",
        words: "",
        cause: Cause::Permission,
        name: "request-denied",
        message: "The token has the permission, and the directory refuses this call all the same.",
        remedy: "The object may be protected: changing administrators or role-assignable groups needs a directory role too.",
    },
    Row {
        code: "erroraccessdenied",
        words: "",
        cause: Cause::PermissionOrPolicy,
        name: "mailbox-access-denied",
        message: "The token has the permission, and Exchange keeps the app out of this mailbox.",
        remedy: "Have an Exchange Administrator add the mailbox to the app's access policy or RBAC scope.",
    },
    Row {
        code: "accessdenied",
        words: "",
        cause: Cause::PermissionOrPolicy,
        name: "file-access-denied",
        message: "The token has the permission, and SharePoint refuses this file or site.",
        remedy: "Check the sharing settings of the site, and that the app or user may open it.",
    },
];

impl Said {
    /// Reads `{"error": {"code", "message"}}`; what is something else says nothing.
    pub fn read(body: &[u8]) -> Self {
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct Body {
            error: Said,
            errors: Vec<Listed>,
            error_code: String,
            error_message: String,
        }
        #[derive(Deserialize)]
        struct Listed {
            #[serde(rename = "type")]
            code: String,
            message: String,
        }
        let body: Body = serde_json::from_slice(body).unwrap_or_default();
        match body.errors.into_iter().next() {
            Some(Listed { code, message }) if body.error.code.is_empty() => Self { code, message },
            None if !body.error_code.is_empty() => {
                Self { code: body.error_code, message: body.error_message }
            }
            _ => body.error,
        }
    }

    fn row(&self) -> Option<&'static Row> {
        let message = self.message.to_lowercase();
        ROWS.iter().find(|row| {
            (row.code.is_empty() || row.code.eq_ignore_ascii_case(&self.code)) && message.contains(row.words)
        })
    }

    /// Why it refused.
    pub(crate) fn cause(&self) -> Cause {
        self.row().map_or(Cause::Unsaid, |row| row.cause)
    }

    /// The permissions of which Teams says that one is needed.
    pub(crate) fn asked_for(&self) -> Vec<String> {
        let Some((_, rest)) = self.message.split_once("requires one of '") else { return Vec::new() };
        let names = rest.split('\'').next().unwrap_or_default().split(',').map(str::trim);
        names.filter(|name| !name.is_empty() && name.len() <= 120).map(str::to_owned).take(20).collect()
    }

    /// What the refusal means when no permission is missing.
    pub(crate) fn problem(&self) -> Problem {
        let quoted: String = self.message.chars().take(300).collect();
        match self.row() {
            Some(row) => {
                Problem::new(format!("graph.{}", row.name), format!("{} Graph says: “{quoted}”", row.message))
                    .remedy(row.remedy)
            }
            None => Problem::new("graph.forbidden", format!("Graph refuses the call: {} “{quoted}”", self.code))
                .remedy(
                    "The permission is there. Check whether a policy of the workload keeps the app or the user out.",
                ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_workload_is_understood() {
        for (code, message, cause, name) in [
            (
                "Authorization_RequestDenied",
                "Insufficient privileges to complete the operation.",
                Cause::Permission,
                "request-denied",
            ),
            (
                "Forbidden",
                "Missing role permissions on the request. API requires one of 'A.Read, B.Read'. Roles on the request ''.",
                Cause::Permission,
                "request-denied",
            ),
            (
                "Forbidden",
                "Missing scope permissions on the request. API requires one of 'A.Read'. Scopes on the request 'User.Read'.",
                Cause::Permission,
                "request-denied",
            ),
            (
                "ErrorAccessDenied",
                "Access is denied. Check credentials and try again.",
                Cause::PermissionOrPolicy,
                "mailbox-access-denied",
            ),
            ("accessDenied", "Access denied", Cause::PermissionOrPolicy, "file-access-denied"),
            (
                "Forbidden",
                "No application access policy found for this app",
                Cause::Policy,
                "application-access-policy-missing",
            ),
            (
                "Forbidden",
                "AADSTS50105: Your administrator has configured the application to block users.",
                Cause::Policy,
                "user-not-assigned",
            ),
            ("Forbidden", "Forbidden", Cause::Unsaid, "forbidden"),
            ("", "", Cause::Unsaid, "forbidden"),
        ] {
            let said = Said { code: code.into(), message: message.into() };
            assert_eq!(said.cause(), cause, "{message}");
            let problem = said.problem();
            assert_eq!(problem.code, format!("graph.{name}"), "{message}");
            assert!(problem.remedy.is_some());
        }
    }

    #[test]
    fn the_words_of_teams_name_what_is_needed() {
        let message = "Missing role permissions on the request. API requires one of 'ChannelMessage.Read.All, \
                       Group.Read.All'. Roles on the request 'User.Read.All'.";
        let said = Said { code: "Forbidden".into(), message: message.into() };
        assert_eq!(said.asked_for(), ["ChannelMessage.Read.All", "Group.Read.All"]);
        assert!(Said::read(b"<html>").asked_for().is_empty());
    }

    #[test]
    fn both_spellings_of_a_body_are_read_and_nonsense_says_nothing() {
        let body = br#"{"error":{"code":"Forbidden","message":"m","innerError":{"date":"x"}}}"#;
        assert_eq!(Said::read(body).code, "Forbidden");
        for nonsense in ["", "[]", "{}", r#"{"error":"x"}"#, r#"{"error":{"code":5}}"#] {
            assert_eq!(Said::read(nonsense.as_bytes()), Said::default(), "{nonsense}");
        }
    }
}
