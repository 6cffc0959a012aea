//! What is no matter of delivery and ends all the same, for its calendar: API tokens, and the server's certificate; and what is kept
//! of tenants beside it.

use std::{error::Error, sync::Arc};

use futures::{FutureExt as _, future::BoxFuture};
use tieline_access::TokenEnd;
use tieline_delivery::{Endings, Ends, Forgets};
use tieline_store::Store;
use tieline_types::{Clock, TenantId, api::CalendarItem};

use super::listen::Certificates;

/// API tokens.
#[derive(Clone)]
pub(super) struct Tokens {
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Arc<dyn Clock>,
}

impl Endings for Tokens {
    fn endings(&self) -> BoxFuture<'_, Result<Vec<Ends>, Box<dyn Error + Send + Sync>>> {
        self.all().boxed()
    }
}

impl Forgets for Tokens {
    fn forget<'a>(&'a self, tenant: &'a TenantId) -> BoxFuture<'a, Result<(), Box<dyn Error + Send + Sync>>> {
        let forgotten = async move {
            let tokens = tieline_access::tenant_gone(&*self.store, tenant, self.clock.now()).await?;
            tracing::info!(%tenant, tokens, "API tokens lost their rights in a removed tenant");
            Ok(())
        };
        forgotten.boxed()
    }
}

impl Tokens {
    async fn all(&self) -> Result<Vec<Ends>, Box<dyn Error + Send + Sync>> {
        let ends = tieline_access::token_ends(&*self.store, self.clock.now()).await?;
        let told = |TokenEnd { id, name, tenant, created, expires }: TokenEnd| Ends {
            item: CalendarItem::ApiToken,
            tenant,
            key: format!("token.{id}"),
            what: format!("API token `{name}` ({id})"),
            name,
            begun: Some(created),
            ends: expires,
            remedy: format!(
                "`tieline tokens create` makes another; once nothing uses this one, `tieline tokens revoke {id}`."
            ),
        };
        Ok(ends.into_iter().map(told).collect())
    }
}

/// The server's certificate. A file with another is read by itself, so that the alert goes.
pub(super) struct Server(pub(super) Arc<Certificates>);

impl Endings for Server {
    fn endings(&self) -> BoxFuture<'_, Result<Vec<Ends>, Box<dyn Error + Send + Sync>>> {
        let told = |ends| {
            Ends {
            item: CalendarItem::ServerCertificate,
            tenant: None,
            key: "server.certificate".into(),
            name: "server".into(),
            begun: None,
            ends,
            what: "certificate with which the host itself speaks TLS".into(),
            remedy: "Renew it in the files that `[server.tls]` of tieline.toml names: they are read again by themselves.".into(),
        }
        };
        std::future::ready(Ok(self.0.ends().map(told).into_iter().collect())).boxed()
    }
}
