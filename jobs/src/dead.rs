//! Whoever is responsible is told that a job is dead.

use domain::{
    TenantId,
    jobs::Queue,
    notifications::{Kind, Notice},
};
use store::{TenantTx, notifications, queue::Parcel, workspace::members};

/// A job that nobody will try again.
pub(crate) struct Dead<'a> {
    pub tenant: TenantId,
    pub queue: &'a str,
    pub name: &'a str,
    pub key: &'a str,
    pub attempts: i32,
    pub why: &'a str,
}

impl<'a> Dead<'a> {
    pub fn new(parcel: &'a Parcel, attempts: i32, why: &'a str) -> Self {
        let Parcel { tenant, queue, name, key, .. } = parcel;
        Self { tenant: *tenant, queue, name, key, attempts, why }
    }

    /// In the transaction that writes the job's end down, so that it is told once, and not told of a job that goes on.
    /// What fails in here, but for a database that is gone, keeps no dead job alive: it is logged, and that was that.
    pub async fn tell(&self, tx: &mut TenantTx) -> Result<(), store::Error> {
        let Self { tenant, queue, name, key, attempts, why } = self;
        tracing::error!(job = name, key, queue, %tenant, attempts, why, "job is dead");
        // Of mail that cannot be sent, no mail; its row tells.
        if *queue == Queue::Mail.key() {
            return Ok(());
        }
        let owners = members::owners(tx).await?;
        let notice = Notice {
            kind: Kind::JobDead,
            title: format!("Work in the background was given up: {}", name.replace('_', " ")),
            body: Some(format!("After {attempts} tries: {why}")),
            path: "/settings/audit".into(),
            key: format!("{name}/{key}"),
        };
        notifications::notify(tx, &owners, &notice).await
    }
}
