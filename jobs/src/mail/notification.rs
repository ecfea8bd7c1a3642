//! Mails a member what they were told of in the last minutes, at most once.

use super::{Delivery, Letter, TRIES, Unsubscribe, give_up, pause, send};
use crate::{Context, Failure, Run};
use domain::{Email, jobs::SendNotifications, mail::List, notifications::Notification, paths};
use std::time::Duration;
use store::{mails, notifications};

impl Run for SendNotifications {
    const TRIES: i32 = TRIES;

    fn pause(tries: i32) -> Duration {
        pause(tries)
    }

    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let (mut tx, workspace) = cx.db.begin_job(self.tenant, "send_notifications").await?;
        let bundle = notifications::take_mail(&mut tx, self.member, self.id).await?;
        if bundle.is_none() {
            mails::drop_queued(&mut tx, self.id, "All of it was read meanwhile.").await?;
        }
        tx.commit().await?;
        let Some(bundle) = bundle else { return Ok(()) };
        let base = cx.url(&paths::home(&workspace.slug));
        let unsubscribe = Unsubscribe::Member(self.member, List::Notifications);
        let way_out = unsubscribe.url(cx, self.tenant);
        let answers = |n: &Notification| crate::leave::answers(cx, &workspace, n);
        let mail =
            views::mail::notices_to_answer(&workspace, &bundle.name, &bundle.notices, &base, Some(&way_out), &answers);
        let to = Email::parse(&bundle.email).map_err(|e| Failure::Fail(e.to_owned()))?;
        let letter = Letter {
            id: self.id,
            to,
            name: bundle.name,
            mail,
            delivery: Delivery::AtMostOnce,
            unsubscribe: Some(unsubscribe),
        };
        send(cx, self.tenant, "send_notifications", letter).await
    }

    async fn given_up(self, cx: &Context) -> Result<(), store::Error> {
        give_up(cx, self.tenant, self.id).await
    }
}
