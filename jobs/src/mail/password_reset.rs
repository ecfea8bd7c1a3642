//! The link with which a forgotten password is replaced.

use super::{Delivery, Letter, TRIES, give_up, pause, send};
use crate::{Context, Failure, Run, seal::purpose};
use domain::{Email, jobs::SendPasswordReset, paths};
use std::time::Duration;
use store::{
    identity::{self, Purpose},
    mails,
};

impl Run for SendPasswordReset {
    const TRIES: i32 = TRIES;

    fn pause(tries: i32) -> Duration {
        pause(tries)
    }

    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let mut tx = cx.db.identity().await?;
        let account = identity::account(&mut tx, self.account).await?;
        let link = mails::link(&mut tx, self.id, account.id, Purpose::PasswordReset).await?;
        if identity::link_owner(&mut tx, link, Purpose::PasswordReset).await?.is_none() {
            return Err(Failure::Fail("its link had run out before it could be sent".to_owned()));
        }
        tx.commit().await?;
        let (tx, workspace) = cx.db.begin_mail(self.tenant, "send_password_reset").await?;
        tx.commit().await?;
        let url = cx.url(&paths::password_reset_link(cx.seal.seal(purpose::PASSWORD_RESET, link.0)));
        let to = Email::parse(&account.email).map_err(|e| Failure::Fail(e.to_owned()))?;
        let mail = views::mail::password_reset(&workspace, &account.name, &url);
        send(
            cx,
            self.tenant,
            "send_password_reset",
            Letter { id: self.id, to, name: account.name, mail, delivery: Delivery::AtLeastOnce, unsubscribe: None },
        )
        .await
    }

    async fn given_up(self, cx: &Context) -> Result<(), store::Error> {
        give_up(cx, self.tenant, self.id).await
    }
}
