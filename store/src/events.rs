//! Domain events, written in the transaction of the change; the worker tells the listeners.

use crate::{Result, TenantTx, queue};
use domain::{events::Event, jobs::Announce};

pub async fn emit(tx: &mut TenantTx, event: Event) -> Result<()> {
    let job = Announce { tenant: tx.tenant(), id: tx.id::<domain::MailId>().0, event };
    queue::push(tx, &job).await
}
