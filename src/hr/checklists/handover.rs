//! Handing over what a leaver holds, and taking that back.

use super::{Refused, meant, page};
use crate::web::{Allowed, Confirmed, Record, Result, Screen, Toast};
use domain::{
    ChecklistId, HandoverId,
    access::ChecklistsHandover,
    hr::checklists::handover::{Held, told},
    paths,
};
use serde::Deserialize;
use store::hr::checklists::{self, handover};
use views::hr::checklists::Asked;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Given {
    to: String,
    kinds: Vec<String>,
}

pub async fn give(
    who: Allowed<ChecklistsHandover>,
    screen: Screen,
    Record(id): Record<ChecklistId>,
    Confirmed(given): Confirmed<Given>,
) -> Result {
    let kinds: Vec<Held> = given.kinds.iter().filter_map(|key| Held::parse(key)).collect();
    let mut tx = who.begin().await?;
    let done = async {
        checklists::find(&mut tx, id).await?;
        let to = meant(&mut tx, "to", &given.to).await?;
        handover::hand_over(&mut tx, id, to, &kinds).await
    };
    match done.await {
        Ok(made) => {
            tx.commit().await?;
            let toast = Toast::good(format!("{} now {}’s.", told(&made.moved), made.to));
            let back = paths::checklist_handover_reversal(who.slug(), id);
            let toast = match made.moved.is_empty() {
                true => toast,
                false => toast.undo(back, &[("handover", made.id.to_string())]),
            };
            screen.done(paths::checklist(who.slug(), id), toast).await
        }
        Err(store::Error::Refused(errors)) => {
            drop(tx);
            let asked = Asked { to: given.to, ..Asked::default() };
            page(&who, &screen, id, Refused { asked, errors, kinds: Some(kinds), ..Refused::default() }).await
        }
        Err(e) => Err(e.into()),
    }
}

#[derive(Deserialize)]
pub struct Which {
    handover: HandoverId,
}

pub async fn take_back(
    who: Allowed<ChecklistsHandover>,
    screen: Screen,
    Record(id): Record<ChecklistId>,
    Confirmed(which): Confirmed<Which>,
) -> Result {
    let mut tx = who.begin().await?;
    let there = paths::checklist(who.slug(), id);
    match handover::take_back(&mut tx, id, which.handover).await {
        Ok(back) => {
            tx.commit().await?;
            screen.done(there, Toast::good(format!("{} {}’s again.", told(&back.moved), back.to))).await
        }
        Err(store::Error::Refused(errors)) => {
            let why = errors.iter().map(|(_, why)| why).collect::<Vec<_>>().join(" ");
            screen.done(there, Toast::bad(why)).await
        }
        Err(e) => Err(e.into()),
    }
}
