//! Workflows of the demo company: from the templates, as anybody would begin.

use super::{Done, History, words};
use chrono::Duration;
use domain::{WorkflowId, automation::templates};
use store::{Db, Desk, automation::workflows};

/// Published before what they listen to happens, so that the workers have something to do at first start.
const PUBLISHED: &[&str] = &[
    "welcome",
    "leaving",
    "won",
    "quiet",
    "key-account",
    "escalate",
    "probation",
    "warm-lead",
    "deal-won",
    "deal-overdue",
    "ticket-late",
];
/// Begun, and not published yet.
const DRAFT: &str = "contact-form";

pub(super) async fn publish(db: &Db, history: &History, owner: Desk) -> Done {
    for key in PUBLISHED.iter().chain([&DRAFT]) {
        history.go_on(Duration::minutes(7));
        let template = templates::find(key).ok_or("a template is missing")?;
        let mut tx = db.begin(owner).await.map_err(words)?;
        let (id, definition) = (tx.id::<WorkflowId>(), template.definition());
        let problems = jobs::automation::check(&mut tx, &definition).await.map_err(words)?;
        if !problems.is_empty() {
            return Err(format!("{key}: {problems:?}"));
        }
        workflows::add(&mut tx, id, (template.name, template.about), &definition, Some(key)).await.map_err(words)?;
        if *key != DRAFT {
            workflows::publish(&mut tx, id, 1).await.map_err(words)?;
        }
        tx.commit().await.map_err(words)?;
    }
    Ok(())
}

/// A customer has grown: whether it is a key account waits for somebody's answer.
pub(super) async fn grow(db: &Db, history: &History, owner: Desk, name: &str) -> Done {
    history.go_on(Duration::minutes(35));
    let mut tx = db.begin(owner).await.map_err(words)?;
    let filter = domain::crm::customers::Filter { q: name.into(), ..Default::default() };
    let found = store::crm::customers::list(&mut tx, &filter).await.map_err(words)?.rows;
    let customer = found.into_iter().find(|c| c.name == name).ok_or(format!("no customer is called {name}"))?;
    let mut draft = customer.draft();
    draft.size = "2400".into();
    let fields = draft.parse(&Default::default()).map_err(|e| format!("{name}: {e:?}"))?;
    store::crm::customers::change(&mut tx, customer.id, customer.version, &fields).await.map_err(words)?;
    tx.commit().await.map_err(words)
}
