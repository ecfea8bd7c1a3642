//! Settings of support: queues, routing, calendars, what is promised, canned replies.

mod calendars;
mod canned;
mod inboxes;
mod policies;
mod queues;
mod routing;

use crate::web::{Allowed, Result, Routes, Screen, Toast};
use axum::http::StatusCode;
use domain::{Errors, access::TicketsSettings, ids::Id};
use store::TenantTx;
use views::support::settings::Frame;

pub fn routes(r: Routes) -> Routes {
    let r = queues::routes(r);
    let r = inboxes::routes(r);
    let r = calendars::routes(r);
    let r = policies::routes(r);
    let r = routing::routes(r);
    canned::routes(r)
}

type Setter = Allowed<TicketsSettings>;

/// Told where somebody else was faster.
const STALE: &str = "Somebody else has changed this meanwhile. Save again to have it as it is here.";

/// Told where a form comes again and says something else.
const SENT: &str = "This form was sent before, with other answers. Send it again to add these as well.";

fn frame(who: &Setter, screen: &Screen, errors: Errors) -> Frame {
    Frame { slug: who.slug().clone(), rights: who.actor.rights, csrf: screen.csrf().to_owned(), errors }
}

pub(super) fn status(errors: &Errors) -> StatusCode {
    match errors.is_empty() {
        true => StatusCode::OK,
        false if sent(errors) => StatusCode::CONFLICT,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// Whether the form came before with other answers: sent once more it is meant, and needs an id of its own.
pub(super) fn sent(errors: &Errors) -> bool {
    errors.of("") == Some(SENT)
}

/// The id that was drawn with a form.
pub(super) fn drawn<I: Id>(once: &str, tx: &TenantTx) -> I {
    once.parse::<uuid::Uuid>().map_or_else(|_| tx.id(), I::from)
}

/// Commits what came of a form, or gives what is wrong with it.
pub(crate) async fn settle(tx: TenantTx, done: store::Result<()>) -> Result<Option<Errors>> {
    let done = match done {
        Ok(()) => tx.commit().await,
        Err(e) => {
            drop(tx);
            Err(e)
        }
    };
    match done {
        Ok(()) => Ok(None),
        Err(store::Error::Refused(errors)) => Ok(Some(errors)),
        Err(store::Error::Stale) => Ok(Some(Errors::one("", STALE))),
        Err(store::Error::Sent) => Ok(Some(Errors::one("", SENT))),
        Err(e) => Err(e.into()),
    }
}

/// On to `path` with what came of a button; what was refused is told there.
pub(crate) async fn pressed(
    screen: &Screen,
    path: String,
    tx: TenantTx,
    done: store::Result<String>,
    words: &str,
) -> Result {
    match done {
        Ok(name) => {
            tx.commit().await?;
            screen.done(path, Toast::good(format!("{name} {words}"))).await
        }
        Err(store::Error::Refused(errors)) => {
            let words = errors.iter().map(|(_, words)| words).collect::<Vec<_>>().join(" ");
            screen.done(path, Toast::bad(words)).await
        }
        Err(e) => Err(e.into()),
    }
}
