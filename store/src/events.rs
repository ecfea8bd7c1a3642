//! Domain events, written in the transaction of the change; the worker tells the listeners.

use crate::{Result, TenantTx, queue};
use domain::{events::Event, jobs::Announce};

/// Records that one event names; of more there are several events, so that none outgrows its row.
pub(crate) const MOST: usize = 1_000;

pub async fn emit(tx: &mut TenantTx, event: Event) -> Result<()> {
    let job = told(tx, event);
    queue::push(tx, &job).await
}

/// Many by one statement.
pub(crate) async fn emit_many(tx: &mut TenantTx, events: Vec<Event>) -> Result<()> {
    let jobs: Vec<Announce> = events.into_iter().map(|event| told(tx, event)).collect();
    queue::push_many(tx, &jobs).await
}

fn told(tx: &TenantTx, event: Event) -> Announce {
    let by = match tx.who() {
        // A workflow works with its publisher's rights, not by their hand: they are told of it like everybody.
        crate::Who::Member(member) if !tx.in_run => Some(member),
        _ => None,
    };
    Announce { tenant: tx.tenant(), id: tx.id::<domain::MailId>().0, event, by }
}
