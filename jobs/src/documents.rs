//! What documents have done for them while nobody looks: last days are told of, and what never became a file goes.

use crate::{
    Context, Failure, Run,
    announce::documents::{page, to_employee},
    storage::Fault,
};
use chrono::Duration;
use domain::{
    TenantId,
    hr::documents::{Document, Reminder, reminder},
    jobs::RemindOfDocuments,
    notifications::{Kind, Notice},
};
use store::{TenantTx, files, hr::documents::reminders, notifications};

/// Documents told of by one job; whatever is left has the next tick.
const MOST: i64 = 300;

impl Run for RemindOfDocuments {
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let (mut tx, _) = cx.db.begin_job(self.tenant, "remind_of_documents").await?;
        for document in reminders::due(&mut tx, MOST).await? {
            tell(&mut tx, &document).await?;
            // In the same transaction: told once, however often this runs.
            reminders::told(&mut tx, document.id).await?;
        }
        Ok(tx.commit().await?)
    }
}

async fn tell(tx: &mut TenantTx, d: &Document) -> Result<(), store::Error> {
    let today = tx.today();
    let Some(reminder) = reminder(d.state, d.expires, today) else { return Ok(()) };
    // One of a day: the key says which.
    let key = format!("{}/{today}", d.id);
    let (kind, title) = match reminder {
        Reminder::Due => (Kind::DocumentAsked, format!("Due today: {}", d.title)),
        Reminder::Expires(0) => (Kind::DocumentExpires, format!("Runs out today: {}", d.title)),
        Reminder::Expires(1) => (Kind::DocumentExpires, format!("Runs out tomorrow: {}", d.title)),
        Reminder::Expires(days) => (Kind::DocumentExpires, format!("Runs out in {days} days: {}", d.title)),
        Reminder::Expired => (Kind::DocumentExpires, format!("Has run out: {}", d.title)),
    };
    let notice = Notice { kind, title, body: None, path: page(d), key };
    let hidden = !d.state.open() && reminders::employee_sees(tx, &[d.kind.0]).await?.is_empty();
    if !hidden {
        to_employee(tx, d, notice.clone()).await?;
    }
    if kind == Kind::DocumentExpires {
        let own = store::workspace::members::of_employee(tx, d.employee).await?;
        let mut keepers = reminders::keepers(tx, d.class).await?;
        keepers.retain(|k| Some(*k) != own);
        let title = format!("{} ({})", notice.title, d.employee_name);
        notifications::notify(tx, &keepers, &Notice { title, ..notice }).await?;
    }
    Ok(())
}

/// Removes from the storage what began to come more than a day ago and never became a file. A storage that is away has
/// it removed tomorrow.
pub(crate) async fn sweep(cx: &Context, tenant: TenantId) -> Result<(), Failure> {
    let (mut tx, _) = cx.db.begin_job(tenant, "sweep_workspace").await?;
    let before = tx.now() - Duration::days(1);
    let lost = files::lost(&mut tx, before, 1_000).await?;
    drop(tx);
    for file in lost {
        match cx.storage.remove(tenant, file).await {
            Ok(()) => {
                let (mut tx, _) = cx.db.begin_job(tenant, "sweep_workspace").await?;
                files::forget(&mut tx, file).await?;
                tx.commit().await?;
            }
            Err(Fault::Lost) => {}
            Err(Fault::Unavailable(why)) => {
                tracing::warn!(%tenant, why, "what is left of uploads stays in the storage for now");
                return Ok(());
            }
        }
    }
    Ok(())
}
