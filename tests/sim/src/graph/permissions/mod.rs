//! Which permission an operation needs, and how Graph refuses without it.

mod people;
mod table;

use super::errors::GraphError;

pub(super) use table::{Operation, Rule, Workload};

/// What a token was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::graph) enum Grants {
    /// App roles, of a token without a user.
    Application(Vec<String>),
    /// Scopes, of a token for a user.
    Delegated { user_id: String, scopes: Vec<String> },
}

impl Grants {
    /// All operations that these grants permit, as a set of bits.
    pub(in crate::graph) fn operations(&self) -> u32 {
        let permitted = |operation: &Operation| self.meet(operation.rule());
        Operation::ALL.iter().filter(|operation| permitted(operation)).fold(0, |set, o| set | o.bit())
    }

    /// Whether one of these is what a rule wants.
    pub(in crate::graph) fn meet(&self, rule: Rule) -> bool {
        let (wanted, held) = match self {
            Grants::Application(roles) => (rule.application, roles),
            Grants::Delegated { scopes, .. } => (rule.delegated, scopes),
        };
        held.iter().any(|held| wanted.contains(&held.as_str()))
    }

    /// The refusal of an operation, as the workload behind it words it.
    pub(in crate::graph) fn refusal(&self, operation: Operation) -> GraphError {
        self.refused(operation.rule())
    }

    /// The refusal of what a rule is for.
    pub(in crate::graph) fn refused(&self, rule: Rule) -> GraphError {
        match (rule.workload, self) {
            (Workload::Directory, _) => GraphError::new(
                http::StatusCode::FORBIDDEN,
                "Authorization_RequestDenied",
                "Insufficient privileges to complete the operation.",
            ),
            (Workload::Exchange, _) => GraphError::new(
                http::StatusCode::FORBIDDEN,
                "ErrorAccessDenied",
                "Access is denied. Check credentials and try again.",
            ),
            // With a user and without the scope; and, since April 2025, without a user at all.
            (Workload::OneNote, Grants::Delegated { .. }) => GraphError::new(
                http::StatusCode::FORBIDDEN,
                "40004",
                "The request does not contain the required scopes.",
            ),
            (Workload::OneNote, Grants::Application(_)) => GraphError::new(
                http::StatusCode::UNAUTHORIZED,
                "40001",
                "The request does not contain a valid authentication token. App-only authentication is not supported.",
            ),
            (Workload::Teams, Grants::Application(roles)) => GraphError::forbidden(format!(
                "Missing role permissions on the request. API requires one of '{}'. Roles on the \
                 request '{}'. Resource specific consent grants on the request ''.",
                rule.application.join(", "),
                roles.join(", "),
            )),
            (Workload::Teams, Grants::Delegated { scopes, .. }) => GraphError::forbidden(format!(
                "Missing scope permissions on the request. API requires one of '{}'. Scopes on the \
                 request '{}'.",
                rule.delegated.join(", "),
                scopes.join(", "),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app(roles: &[&str]) -> Grants {
        Grants::Application(roles.iter().map(|role| (*role).to_owned()).collect())
    }

    #[test]
    fn nothing_is_permitted_without_a_role() {
        assert_eq!(app(&[]).operations(), 0);
        assert_eq!(app(&["ChannelMessage.Send"]).operations(), 0);
    }

    #[test]
    fn an_app_reads_but_does_not_post() {
        let operations = app(&["ChannelMessage.Read.All", "Group.ReadWrite.All"]).operations();
        assert_ne!(operations & Operation::ReadChannelMessages.bit(), 0);
        assert_eq!(operations & Operation::PostChannelMessage.bit(), 0);
    }

    #[test]
    fn each_workload_refuses_in_its_own_words() {
        let grants = app(&["User.Read.All", "Chat.Read.All"]);
        assert_eq!(grants.refusal(Operation::ReadGroups).code, "Authorization_RequestDenied");
        let teams = grants.refusal(Operation::PostChannelMessage);
        assert_eq!(teams.code, "Forbidden");
        assert_eq!(
            teams.message,
            "Missing role permissions on the request. API requires one of 'Teamwork.Migrate.All'. \
             Roles on the request 'User.Read.All, Chat.Read.All'. Resource specific consent grants \
             on the request ''."
        );
    }

    #[test]
    fn every_operation_has_its_own_bit() {
        let all = Operation::ALL.iter().fold(0, |set, operation| set | operation.bit());
        assert_eq!(all.count_ones(), 28);
    }
}
