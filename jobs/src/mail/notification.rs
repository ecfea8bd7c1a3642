//! Mails a member what they were told of in the last minutes, at most once.

use super::{Letter, TRIES, pause, send_once};
use crate::{Context, Failure, Run};
use domain::{Email, jobs::SendNotifications, paths};
use std::time::Duration;
use store::notifications;

impl Run for SendNotifications {
    const TRIES: i32 = TRIES;

    fn pause(tries: i32) -> Duration {
        pause(tries)
    }

    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let (mut tx, workspace) = cx.db.begin_job(self.tenant, "send_notifications").await?;
        let bundle = notifications::take_mail(&mut tx, self.member, self.id).await?;
        tx.commit().await?;
        let Some(bundle) = bundle else { return Ok(()) };
        let base = cx.url(&paths::home(&workspace.slug));
        let mail = views::mail::notices(&workspace, &bundle.name, &bundle.notices, &base);
        let to = Email::parse(&bundle.email).map_err(|e| Failure::Fail(e.to_owned()))?;
        send_once(cx, self.tenant, "send_notifications", Letter { id: self.id, to, name: bundle.name, mail }).await
    }
}
