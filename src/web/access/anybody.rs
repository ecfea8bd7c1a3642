//! What somebody whom nobody knows may open: a workspace by its public address, to do there what is open to all.

use super::Public;
use crate::web::error::Error;
use domain::{Slug, TenantId, workspace::Workspace};
use store::TenantTx;

impl Public {
    /// Opens the workspace of a public address, to do there what its form lets anybody do. A suspended one is closed.
    pub async fn begin(&self, slug: &Slug, name: &'static str) -> Result<(TenantTx, Workspace), Error> {
        Ok(self.app.0.db.begin_public(slug.as_str(), name).await?)
    }

    /// As [`begin`](Self::begin), for whoever holds a sealed address of it.
    pub async fn begin_sealed(&self, tenant: TenantId, name: &'static str) -> Result<(TenantTx, Workspace), Error> {
        Ok(self.app.0.db.begin_job(tenant, name).await?)
    }
}
