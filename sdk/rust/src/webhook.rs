//! Hooks that other systems call: planned in a line, and their calls read.

use serde::de::DeserializeOwned;

use crate::{Failure, HookCall, Plan, Problem, Verification, Webhook};

impl Webhook {
    /// Callers send the hook's secret in this header field; of `Authorization`, behind `Bearer`.
    pub fn by_header(key: impl Into<String>, name: impl Into<String>) -> Self {
        Self { key: key.into(), verification: Verification::Header(name.into()) }
    }

    /// Callers send the hook's secret in this query parameter: Dataverse's webhook key is `code`.
    pub fn by_query(key: impl Into<String>, name: impl Into<String>) -> Self {
        Self { key: key.into(), verification: Verification::Query(name.into()) }
    }

    /// Callers sign the body with HMAC-SHA256 under the hook's secret, in this header field.
    pub fn signed(key: impl Into<String>, header: impl Into<String>) -> Self {
        Self { key: key.into(), verification: Verification::HmacSha256(header.into()) }
    }

    /// Salesforce sends outbound messages from the organisation with this id, of 15 or 18 characters. Each of their
    /// notifications becomes an event of its own.
    pub fn outbound_messages(key: impl Into<String>, organization: impl Into<String>) -> Self {
        Self { key: key.into(), verification: Verification::SoapOrganization(organization.into()) }
    }
}

impl Plan {
    /// The same plan with one more hook for another system to call.
    #[must_use]
    pub fn webhook(mut self, webhook: Webhook) -> Self {
        self.webhooks.push(webhook);
        self
    }
}

impl HookCall {
    /// The first header field with this name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
        found.map(|header| header.value.as_str())
    }

    /// The body as text.
    ///
    /// # Errors
    /// Permanent, with code `webhook.unexpected-body`, where it is none.
    pub fn text(&self) -> Result<&str, Failure> {
        std::str::from_utf8(&self.body).map_err(|error| self.unexpected(&error))
    }

    /// The body, decoded from JSON.
    ///
    /// # Errors
    /// Permanent, with code `webhook.unexpected-body`: the same body will never decode.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        serde_json::from_slice(&self.body).map_err(|error| self.unexpected(&error))
    }

    fn unexpected(&self, error: &dyn std::error::Error) -> Failure {
        let message = format!("a call of the webhook {} does not decode: {error}", self.key);
        Failure::permanent(Problem::new("webhook.unexpected-body", message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Header;

    #[test]
    fn a_call_is_read_or_refused_for_good() {
        let header = Header { name: "x-ms-dynamics-entity-name".into(), value: "incident".into() };
        let call = |body: &[u8]| HookCall {
            key: "changes".into(),
            method: "POST".into(),
            query: String::new(),
            headers: vec![header.clone()],
            body: body.to_vec(),
        };
        assert_eq!(call(b"").header("X-MS-Dynamics-Entity-Name"), Some("incident"));
        assert_eq!(call(b"[1]").json::<Vec<u32>>(), Ok(vec![1]));
        for failed in [call(b"{").json::<Vec<u32>>().map(drop), call(&[0xff]).text().map(drop)] {
            assert!(
                matches!(failed, Err(Failure::Permanent(problem)) if problem.code == "webhook.unexpected-body")
            );
        }
    }
}
