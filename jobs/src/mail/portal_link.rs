//! The link by which a customer comes in to the portal: to the address that they typed, if anybody here has it.

use super::{Delivery, Letter, TRIES, give_up, pause, send};
use crate::{
    Context, Failure, Run,
    seal::{Seal, purpose},
};
use domain::{Email, MailId, TenantId, jobs::SendPortalLink, paths};
use std::time::Duration;
use store::support::portal;
use uuid::Uuid;

/// What the link carries: whoever has it comes in as the one who got it, once.
pub fn token(seal: &Seal, tenant: TenantId, link: MailId) -> String {
    seal.sign(purpose::PORTAL_LINK, &[&tenant.0.as_bytes()[..], link.0.as_bytes()].concat())
}

pub fn read(seal: &Seal, token: &str) -> Option<(TenantId, MailId)> {
    let content = seal.read(purpose::PORTAL_LINK, token)?;
    let (tenant, link) = content.split_at_checked(16)?;
    Some((TenantId(Uuid::from_slice(tenant).ok()?), MailId(Uuid::from_slice(link).ok()?)))
}

impl Run for SendPortalLink {
    const TRIES: i32 = TRIES;

    fn pause(tries: i32) -> Duration {
        pause(tries)
    }

    /// To an address that nobody has goes nothing, and nothing of it is kept.
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let (mut tx, workspace) = cx.db.begin_job(self.tenant, "send_portal_link").await?;
        let known = portal::link(&mut tx, self.id, &self.email).await?;
        tx.commit().await?;
        let Some(name) = known else { return Ok(()) };
        let to = Email::parse(&self.email).map_err(|e| Failure::Fail(e.to_owned()))?;
        let url = cx.url(&paths::portal_link(token(&cx.seal, self.tenant, self.id)));
        let mail = views::mail::portal_link(&workspace, &url);
        let letter = Letter { id: self.id, to, name, mail, delivery: Delivery::AtLeastOnce, unsubscribe: None };
        send(cx, self.tenant, "send_portal_link", letter).await
    }

    async fn given_up(self, cx: &Context) -> Result<(), store::Error> {
        give_up(cx, self.tenant, self.id).await
    }
}
