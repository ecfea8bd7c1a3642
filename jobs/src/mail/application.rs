//! Mail to whoever applies: that it has come in, or that they had applied before; and that it was turned down.

use super::{Delivery, Letter, TRIES, give_up, not_needed, pause, send};
use crate::{
    Context, Failure, Run,
    seal::{Seal, purpose},
};
use domain::{
    ApplicationId, Email, TenantId,
    jobs::{SendApplication, SendRejection},
    paths,
};
use std::time::Duration;
use store::hr::candidates::{applications, arrivals};
use uuid::Uuid;

/// What the link carries: whoever has it sees how this application stands.
pub fn token(seal: &Seal, tenant: TenantId, application: ApplicationId) -> String {
    seal.sign(purpose::APPLICATION_STATUS, &[&tenant.0.as_bytes()[..], application.0.as_bytes()].concat())
}

pub fn read(seal: &Seal, token: &str) -> Option<(TenantId, ApplicationId)> {
    let content = seal.read(purpose::APPLICATION_STATUS, token)?;
    let (tenant, application) = content.split_at_checked(16)?;
    Some((TenantId(Uuid::from_slice(tenant).ok()?), ApplicationId(Uuid::from_slice(application).ok()?)))
}

impl Run for SendApplication {
    const TRIES: i32 = TRIES;

    fn pause(tries: i32) -> Duration {
        pause(tries)
    }

    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let (mut tx, workspace) = cx.db.begin_job(self.tenant, "send_application").await?;
        let Some((email, _, title)) = arrivals::addressee(&mut tx, self.application).await? else {
            drop(tx);
            return Ok(not_needed(cx, self.tenant, self.id, "The application is gone.").await?);
        };
        tx.commit().await?;
        let to = Email::parse(&email).map_err(|e| Failure::Fail(e.to_owned()))?;
        let url = cx.url(&paths::application_status(token(&cx.seal, self.tenant, self.application)));
        // The name is what somebody typed into a public form: it stands in no mail to an address that may be another's.
        let mail = views::mail::application(&workspace, &title, &url, self.again);
        let letter =
            Letter { id: self.id, to, name: String::new(), mail, delivery: Delivery::AtLeastOnce, unsubscribe: None };
        send(cx, self.tenant, "send_application", letter).await
    }

    async fn given_up(self, cx: &Context) -> Result<(), store::Error> {
        give_up(cx, self.tenant, self.id).await
    }
}

impl Run for SendRejection {
    const TRIES: i32 = TRIES;

    fn pause(tries: i32) -> Duration {
        pause(tries)
    }

    /// Looks once more: whoever has thought better of it has taken the time away.
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let (mut tx, workspace) = cx.db.begin_job(self.tenant, "send_rejection").await?;
        let Some((email, name, title)) = applications::mailing(&mut tx, self.application, self.at).await? else {
            drop(tx);
            return Ok(not_needed(cx, self.tenant, self.id, "It is turned down no more.").await?);
        };
        tx.commit().await?;
        let to = Email::parse(&email).map_err(|e| Failure::Fail(e.to_owned()))?;
        let url = cx.url(&paths::application_status(token(&cx.seal, self.tenant, self.application)));
        let mail = views::mail::rejection(&workspace, &name, &title, &url);
        let letter = Letter { id: self.id, to, name, mail, delivery: Delivery::AtLeastOnce, unsubscribe: None };
        send(cx, self.tenant, "send_rejection", letter).await
    }

    async fn given_up(self, cx: &Context) -> Result<(), store::Error> {
        give_up(cx, self.tenant, self.id).await
    }
}
