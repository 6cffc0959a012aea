//! Views in a few lines.

use serde::Serialize;

use crate::{ActionState, Offered, Problem, Timestamp, View};

impl View {
    /// A view without actions. `content` is shown field by field, lists of objects as tables; what has no JSON is
    /// shown as nothing.
    pub fn new(title: impl Into<String>, content: &impl Serialize) -> Self {
        let content = serde_json::to_string(content).unwrap_or_else(|_| "null".to_owned());
        Self { title: title.into(), content, actions: Vec::new() }
    }

    /// The same view with one more action, in whatever state.
    #[must_use]
    pub fn offer(mut self, action: impl Into<String>, label: impl Into<String>, state: ActionState) -> Self {
        self.actions.push(Offered { action: action.into(), label: label.into(), state });
        self
    }
}

impl ActionState {
    /// Available, or refused with why.
    pub fn unless(refused: Option<Problem>) -> Self {
        refused.map_or(Self::Available, Self::Refused)
    }

    /// Under way since then.
    pub fn pending(since: Timestamp) -> Self {
        Self::Pending(since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offers_what_it_can_and_says_why_not() {
        let view = View::new("Case", &serde_json::json!({"Status": "open"}))
            .offer("connect", "Connect", ActionState::unless(None))
            .offer("join", "Join", ActionState::unless(Some(Problem::new("a.b", "no"))));
        assert_eq!(view.content, r#"{"Status":"open"}"#);
        assert_eq!(view.actions[0].state, ActionState::Available);
        assert!(matches!(&view.actions[1].state, ActionState::Refused(problem) if problem.code == "a.b"));
    }
}
