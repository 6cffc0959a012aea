//! Questions about alerts, what ends when, and who is told.

use reqwest::Method;
use tieline_types::{
    Alert, ReceiverName, TenantId,
    api::{CalendarEntry, ReceiverSummary, ReceiverTest},
};

use super::{Client, ClientError};

impl Client {
    /// Of all tenants and the host itself, without one.
    pub(crate) async fn alerts(&self, tenant: Option<&TenantId>) -> Result<Vec<Alert>, ClientError> {
        self.list("listing alerts", &of(tenant, &["alerts"])).await
    }

    pub(crate) async fn calendar(&self, tenant: &TenantId) -> Result<Vec<CalendarEntry>, ClientError> {
        self.list("reading the calendar", &of(Some(tenant), &["calendar"])).await
    }

    pub(crate) async fn receivers(
        &self,
        tenant: Option<&TenantId>,
    ) -> Result<Vec<ReceiverSummary>, ClientError> {
        self.list("listing alert receivers", &of(tenant, &["alert-receivers"])).await
    }

    pub(crate) async fn test_receiver(
        &self,
        tenant: Option<&TenantId>,
        name: &ReceiverName,
    ) -> Result<ReceiverTest, ClientError> {
        let path = of(tenant, &["alert-receivers", name.as_str(), "test"]);
        self.answer("testing the receiver", self.request(Method::POST, &path)).await
    }
}

/// Where something of a tenant, or of the host, stands.
fn of<'a>(tenant: Option<&'a TenantId>, rest: &[&'a str]) -> Vec<&'a str> {
    let tenant = tenant.map(|tenant| ["tenants", tenant.as_str()]);
    tenant.into_iter().flatten().chain(rest.iter().copied()).collect()
}
