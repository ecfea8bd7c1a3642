//! The transactions: inside one tenant, over accounts, over the outbox.

use super::{Clock, Desk, Who, new_id};
use crate::{Result, audit::Reads};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::{
    Day, EmployeeId, TenantId,
    access::{Permission, Rights, Scope, Sight},
    ids::Id,
};
use sqlx::{PgConnection, Postgres, Transaction};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// One transaction, inside one tenant. Dropped without [`commit`](Self::commit), it undoes itself.
pub struct TenantTx {
    pub(super) tx: Transaction<'static, Postgres>,
    pub(super) desk: Desk,
    pub(super) now: DateTime<Utc>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) statements: Arc<AtomicU64>,
    pub(crate) reads: Option<Reads>,
    /// Whether a run of a workflow does what is done here.
    pub(crate) in_run: bool,
}

impl TenantTx {
    pub(crate) fn conn(&mut self) -> &mut PgConnection {
        self.statements.fetch_add(1, Ordering::Relaxed);
        &mut self.tx
    }

    pub fn tenant(&self) -> TenantId {
        self.desk.tenant
    }

    pub fn who(&self) -> Who {
        self.desk.who
    }

    /// Which field classes are open of others than oneself; of a single record, the record tells.
    pub fn sight(&self) -> Sight {
        self.desk.rights.sight()
    }

    /// Whose pay is read in here is told to `reads`.
    #[must_use]
    pub fn telling(mut self, reads: Reads) -> Self {
        self.reads = Some(reads);
        self
    }

    /// The pay of these was read; one's own is no news.
    pub(crate) fn reads_pay(&self, employees: impl IntoIterator<Item = uuid::Uuid>) {
        if let Some(reads) = &self.reads {
            let own = self.desk.employee.map(|e| e.0);
            reads.add(employees.into_iter().filter(|id| Some(*id) != own));
        }
    }

    /// The zone in which days begin here.
    pub fn zone(&self) -> Tz {
        self.desk.zone
    }

    /// The zone in which the reader is told the time: their own, or the workspace's.
    pub fn told_in(&self) -> Tz {
        self.desk.told_in
    }

    pub fn rights(&self) -> &Rights {
        &self.desk.rights
    }

    /// How far this right reaches; `None`: not at all.
    pub fn scope<P: Permission>(&self) -> Option<Scope> {
        self.desk.rights.scope(P::KEY)
    }

    /// The reader's own employee record.
    pub fn employee(&self) -> Option<EmployeeId> {
        self.desk.employee
    }

    /// The moment at which this transaction began, the same for all that it writes.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Today, where the workspace is.
    pub fn today(&self) -> Day {
        Day(self.now.with_timezone(&self.desk.zone).date_naive())
    }

    /// A new time-ordered id.
    pub fn id<I: Id>(&self) -> I {
        I::from(new_id(self.clock.now()))
    }

    /// Names the reason that the audit trail gives for what follows in this transaction.
    pub async fn because(&mut self, cause: &str) -> Result<()> {
        sqlx::query("select set_config('app.cause', $1, true)").bind(cause).execute(self.conn()).await?;
        Ok(())
    }

    /// From here on reads with these eyes; gives the place that was left, to go back to. What is written is still told of
    /// whoever began. For work that reads for several people and must not take a connection for each.
    pub async fn sit(&mut self, desk: Desk) -> Result<Desk> {
        debug_assert_eq!(desk.tenant, self.desk.tenant);
        let member = match desk.who {
            Who::Member(member) => member.to_string(),
            _ => String::new(),
        };
        sqlx::query("select set_config('app.member', $1, true), set_config('app.employee', $2, true)")
            .bind(member)
            .bind(desk.employee.map(|e| e.to_string()).unwrap_or_default())
            .execute(self.conn())
            .await?;
        Ok(std::mem::replace(&mut self.desk, desk))
    }

    pub async fn commit(self) -> Result<()> {
        Ok(self.tx.commit().await?)
    }
}

/// One transaction over accounts, memberships and one-time links.
pub struct IdentityTx {
    pub(super) tx: Transaction<'static, Postgres>,
    pub(super) now: DateTime<Utc>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) statements: Arc<AtomicU64>,
}

impl IdentityTx {
    pub(crate) fn conn(&mut self) -> &mut PgConnection {
        self.statements.fetch_add(1, Ordering::Relaxed);
        &mut self.tx
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    pub fn id<I: Id>(&self) -> I {
        I::from(new_id(self.clock.now()))
    }

    pub async fn commit(self) -> Result<()> {
        Ok(self.tx.commit().await?)
    }
}

/// One transaction over the outbox of every tenant.
pub struct RelayTx {
    pub(super) tx: Transaction<'static, Postgres>,
    pub(super) now: DateTime<Utc>,
}

impl RelayTx {
    pub(crate) fn conn(&mut self) -> &mut PgConnection {
        &mut self.tx
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    pub async fn commit(self) -> Result<()> {
        Ok(self.tx.commit().await?)
    }
}
