//! The staged test of a connection: name, address and certificate of its provider's hosts, a token, what the token
//! permits, one call that changes nothing. The first stage that fails names the cause.

mod reach;
mod sample;
mod stages;
mod token;

use tieline_types::{
    ConnectionKey, Problem,
    api::{ConnectionTest, Verdict},
    manifest::PermissionKind,
};

use crate::{
    Access, ConnectionError, Connections,
    consent::{self, explain_missing},
    endpoint::Endpoint,
    providers::{self, Provider},
    records,
};
use stages::{Found, Stages};

/// A Graph permission that an installation needs.
pub type Needed = (PermissionKind, String);

impl Connections {
    /// Tests a connection, given what the tenant's installations need. The token is asked for anew, and used by
    /// everybody from then on; one that replaces a refresh token is durable before it is used.
    ///
    /// # Errors
    /// When there is no such connection, or the store fails. What fails otherwise is in the report.
    pub async fn test(
        &self,
        key: &ConnectionKey,
        needed: &[Needed],
    ) -> Result<ConnectionTest, ConnectionError> {
        let record = records::load(&*self.sign_in.store, key).await?;
        let connection = record.ok_or_else(|| ConnectionError::Unknown(key.clone()))?.connection;
        let mut stages = Stages::default();
        if let Some(provider) = providers::named(&connection.provider) {
            let endpoint = Endpoint::of(provider, &connection, &self.sign_in.clouds);
            self.walk(key, provider, endpoint.map_err(token::incomplete), needed, &mut stages).await?;
        } else {
            let message = format!("This host has no provider `{}`.", connection.provider);
            stages.run("dns", async { Err(Problem::new("connection.provider-unknown", message)) }).await;
        }
        let stages = stages.whole();
        Ok(ConnectionTest { connection: key.connection.clone(), provider: connection.provider, stages })
    }

    async fn walk(
        &self,
        key: &ConnectionKey,
        provider: &Provider,
        endpoint: Result<Endpoint, Problem>,
        needed: &[Needed],
        stages: &mut Stages,
    ) -> Result<(), ConnectionError> {
        let endpoint = match endpoint {
            Ok(endpoint) => endpoint,
            Err(problem) => {
                stages.run("token", async { Err(problem) }).await;
                return Ok(());
            }
        };
        let egress = &self.sign_in.egress;
        stages.run("dns", reach::names(egress, &endpoint)).await;
        stages.run("tls", reach::certificates(egress, &endpoint)).await;
        if stages.failed() {
            return Ok(());
        }
        let mut access = None;
        let asked = async {
            let (got, found) = token::ask(self, key, provider).await?;
            access = Some(got);
            Ok(found)
        };
        let broken = stages.run_or_break("token", asked).await;
        broken?;
        let Some(access) = access else { return Ok(()) };
        let spreading = self.spreads_until(key, needed).await?;
        stages.run("permissions", async { permitted(key, provider, &access, needed, spreading) }).await;
        if !stages.failed() {
            stages.run_or_break("call", sample::call(self, key, provider, &access, needed)).await?;
        }
        Ok(())
    }

    /// Until when a consent to what is needed may be spreading, for people.
    async fn spreads_until(
        &self,
        key: &ConnectionKey,
        needed: &[Needed],
    ) -> Result<Option<String>, ConnectionError> {
        let (consent, spread) = self.consent(key).await?;
        let names: Vec<String> = needed.iter().map(|(_, name)| name.clone()).collect();
        let until = consent.spreading(PermissionKind::Application, &names, self.sign_in.clock.now(), spread);
        Ok(until.map(|until| until.to_string()))
    }
}

/// Compares what is needed with what the token has.
fn permitted(
    key: &ConnectionKey,
    provider: &Provider,
    access: &Access,
    needed: &[Needed],
    spreading: Option<String>,
) -> Result<Found, Problem> {
    let Some(names) = access.claims.names() else {
        return Ok(Found::skipped(format!("Tokens of {} do not say what they permit.", provider.title)));
    };
    if !consent::applies(provider) {
        return Ok(Found::skipped(format!("{} knows no consent.", provider.title)));
    }
    let of_app = |(kind, _): &&Needed| *kind == PermissionKind::Application;
    let needed: Vec<&str> = needed.iter().filter(of_app).map(|(_, name)| name.as_str()).collect();
    let missing: Vec<&str> = needed.iter().copied().filter(|name| !names.contains(*name)).collect();
    if missing.is_empty() {
        let found = match needed.len() {
            0 => "No installation needs an application permission.".into(),
            count => format!("The token has all {count} application permissions that installations need."),
        };
        return Ok(Found::ok(found));
    }
    let problem = explain_missing(key, &missing);
    match spreading {
        Some(until) => Ok(Found {
            verdict: Verdict::Warning,
            found: Some(format!("Consent is spreading, until {until} at most.")),
            problem: Some(problem),
        }),
        None => Err(problem),
    }
}
