//! How a Task is recognised by a later attempt: by its external id where there is a field for it, else by the last
//! line of its description. Pure.

/// What a Task came of: the message, chat or sentence, and the rule that wanted it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark<'a> {
    /// Names the message, chat or sentence among all.
    pub origin: String,
    /// The rule's name.
    pub rule: &'a str,
}

impl Mark<'_> {
    /// The last line of the Task's description.
    pub fn line(&self) -> String {
        format!("[tieline {} {}]", self.origin, self.rule)
    }

    /// The external id of the Task: unique over origins and rules.
    pub fn external_id(&self) -> String {
        format!("{}:{}", self.origin, self.rule)
    }

    /// Names the write among those of a run.
    pub fn effect(&self) -> String {
        format!("task:{}:{}", self.origin, self.rule)
    }

    /// Whether a description ends with this mark; or with that of any rule. Line ends may have become those of Windows
    /// on the way.
    pub fn ends(&self, description: &str, any_rule: bool) -> bool {
        let last = description.trim_end().lines().next_back().unwrap_or_default();
        if any_rule { last.starts_with(&format!("[tieline {} ", self.origin)) } else { last == self.line() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_origin_or_rule_is_not_this_one() {
        let mark = Mark { origin: "19:c@thread.tacv2:16:17".into(), rule: "acme" };
        let post = Mark { origin: "19:c@thread.tacv2:16".into(), rule: "acme" };
        let description = format!("said\r\n\r\n{}\r\n", mark.line());
        assert!(mark.ends(&description, false) && mark.ends(&description, true));
        assert!(!Mark { rule: "acm", ..mark.clone() }.ends(&description, false));
        assert!(!post.ends(&description, true));
        assert!(!mark.ends(&format!("{description}edited"), true));
        assert!(!mark.ends("", true));
    }
}
