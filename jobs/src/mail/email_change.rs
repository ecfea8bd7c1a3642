//! Another address for an account: the new one is asked, and the old one is told.

use super::{Delivery, Letter, TRIES, give_up, pause, send};
use crate::{Context, Failure, Run, seal::purpose};
use domain::{
    Email, LinkId,
    jobs::{SendEmailChange, SendEmailChanged},
    paths,
};
use std::time::Duration;
use store::{accounts, identity};

impl Run for SendEmailChange {
    const TRIES: i32 = TRIES;

    fn pause(tries: i32) -> Duration {
        pause(tries)
    }

    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let mut tx = cx.db.identity().await?;
        // Asked for again, or too late: nobody waits for this one.
        if accounts::asked_email(&mut tx, LinkId(self.id.0)).await?.is_none() {
            return Ok(());
        }
        let account = identity::account(&mut tx, self.account).await?;
        drop(tx);
        let (tx, workspace) = cx.db.begin_mail(self.tenant, "send_email_change").await?;
        tx.commit().await?;
        let url = cx.url(&paths::email_change(cx.seal.seal(purpose::EMAIL_CHANGE, self.id.0)));
        let to = Email::parse(&self.email).map_err(|e| Failure::Fail(e.to_owned()))?;
        let mail = views::mail::email_change(&workspace, &account.name, &self.email, &url);
        send(
            cx,
            self.tenant,
            "send_email_change",
            Letter { id: self.id, to, name: account.name, mail, delivery: Delivery::AtLeastOnce, unsubscribe: None },
        )
        .await
    }

    async fn given_up(self, cx: &Context) -> Result<(), store::Error> {
        give_up(cx, self.tenant, self.id).await
    }
}

impl Run for SendEmailChanged {
    const TRIES: i32 = TRIES;

    fn pause(tries: i32) -> Duration {
        pause(tries)
    }

    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let mut tx = cx.db.identity().await?;
        let account = identity::account(&mut tx, self.account).await?;
        drop(tx);
        let (tx, workspace) = cx.db.begin_mail(self.tenant, "send_email_changed").await?;
        tx.commit().await?;
        let to = Email::parse(&self.old).map_err(|e| Failure::Fail(e.to_owned()))?;
        let mail = views::mail::email_changed(&workspace, &account.name, &self.new);
        send(
            cx,
            self.tenant,
            "send_email_changed",
            Letter { id: self.id, to, name: account.name, mail, delivery: Delivery::AtLeastOnce, unsubscribe: None },
        )
        .await
    }

    async fn given_up(self, cx: &Context) -> Result<(), store::Error> {
        give_up(cx, self.tenant, self.id).await
    }
}
