//! Invites somebody to a workspace.

use super::{Delivery, Letter, TRIES, give_up, not_needed, pause, send};
use crate::{Context, Failure, Run, seal::purpose};
use domain::{Email, jobs::SendInvitation, paths};
use std::time::Duration;
use store::identity;

impl Run for SendInvitation {
    const TRIES: i32 = TRIES;

    fn pause(tries: i32) -> Duration {
        pause(tries)
    }

    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let mut tx = cx.db.identity().await?;
        let open = match identity::invitation(&mut tx, self.invitation).await {
            Ok(open) => open,
            // Accepted, taken back or run out in the meantime: nobody waits for it.
            Err(store::Error::NotFound) => {
                drop(tx);
                let why = "It was accepted, taken back or had run out.";
                return Ok(not_needed(cx, self.tenant, self.id, why).await?);
            }
            Err(e) => return Err(e.into()),
        };
        tx.commit().await?;
        let url = cx.url(&paths::invitation(cx.seal.seal(purpose::INVITATION, open.id.0)));
        let mut mail = views::mail::invitation(&open.workspace, &open.invited_by, &open.role_name, &url);
        // A question about it is a question to them.
        mail.reply_to = Email::parse(&open.inviter_email).ok();
        send(
            cx,
            self.tenant,
            "send_invitation",
            Letter {
                id: self.id,
                to: open.email,
                name: String::new(),
                mail,
                delivery: Delivery::AtLeastOnce,
                unsubscribe: None,
            },
        )
        .await
    }

    async fn given_up(self, cx: &Context) -> Result<(), store::Error> {
        give_up(cx, self.tenant, self.id).await
    }
}
