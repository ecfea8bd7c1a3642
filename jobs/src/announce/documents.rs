//! Whom of documents and policies is told when something happens to one. Nobody's class is opened by it: of a document
//! that they may not see nobody is told.

use domain::{
    events::Event,
    hr::documents::Document,
    jobs::Announce,
    notifications::{Kind, Notice},
    paths::{self, Pages},
};
use store::{
    Error, TenantTx,
    hr::{documents::reminders, policies},
    notifications,
};

pub(super) async fn tell(tx: &mut TenantTx, announced: &Announce) -> Result<(), Error> {
    let key = announced.id.to_string();
    match &announced.event {
        Event::DocumentAsked { document } => {
            let Some(d) = reminders::told_of(tx, *document).await? else { return Ok(()) };
            let by = d.due.map(|due| format!(" by {}", due.short())).unwrap_or_default();
            let title = format!("Please bring{by}: {}", d.title);
            to_employee(
                tx,
                &d,
                Notice { kind: Kind::DocumentAsked, title, body: d.message.clone(), path: page(&d), key },
            )
            .await
        }
        Event::DocumentBrought { document } => {
            let Some(d) = reminders::told_of(tx, *document).await? else { return Ok(()) };
            let keepers = reminders::keepers(tx, d.class).await?;
            let to: Vec<_> = match d.asked_by.filter(|by| keepers.contains(by)) {
                Some(by) => vec![by],
                None => keepers,
            };
            let title = format!("{} has brought: {}", d.employee_name, d.title);
            let body = Some("It waits for your approval.".to_owned());
            notifications::notify(tx, &to, &Notice { kind: Kind::DocumentBrought, title, body, path: page(&d), key })
                .await
        }
        Event::DocumentAnswered { document, approved } => {
            let Some(d) = reminders::told_of(tx, *document).await? else { return Ok(()) };
            let title = match approved {
                true => format!("Approved: {}", d.title),
                false => format!("Another one is needed: {}", d.title),
            };
            let body = d.reason.clone().filter(|_| !approved);
            to_employee(tx, &d, Notice { kind: Kind::DocumentAnswered, title, body, path: page(&d), key }).await
        }
        Event::PolicyPublished { policy, number } => {
            let Ok(standing) = policies::find(tx, *policy).await else { return Ok(()) };
            // A newer one is told of by its own event.
            if standing.policy.published != Some(*number) {
                return Ok(());
            }
            let to = policies::waiting(tx, *policy).await?;
            notifications::notify(tx, &to, &to_read(&standing.policy, key)).await
        }
        _ => Ok(()),
    }
}

/// That a policy is to be read and confirmed.
pub fn to_read(policy: &domain::hr::policies::Policy, key: String) -> Notice {
    let by = policy.fields.due.map(|due| format!(" by {}", due.short())).unwrap_or_default();
    Notice {
        kind: Kind::PolicyToRead,
        title: format!("Please read and confirm{by}: {}", policy.fields.title),
        body: None,
        path: Pages::within(paths::POLICIES).record(policy.id),
        key,
    }
}

pub(crate) fn page(d: &Document) -> String {
    Pages::within(paths::DOCUMENTS).record(d.id)
}

pub(crate) async fn to_employee(tx: &mut TenantTx, d: &Document, notice: Notice) -> Result<(), Error> {
    let member = store::workspace::members::of_employee(tx, d.employee).await?;
    notifications::notify(tx, member.as_slice(), &notice).await
}
