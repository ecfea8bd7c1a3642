//! Asks whoever sent a form whether it was them.

use super::{Delivery, Letter, TRIES, give_up, not_needed, pause, send};
use crate::{
    Context, Failure, Run,
    seal::{Seal, purpose},
};
use domain::{CaptureId, Email, TenantId, jobs::SendFormConfirmation, paths};
use std::time::Duration;
use store::crm::leads::forms;
use uuid::Uuid;

/// The part of the link that says what is confirmed, and that nobody else can make.
pub fn token(seal: &Seal, tenant: TenantId, capture: CaptureId) -> String {
    seal.sign(purpose::FORM_CONFIRMATION, &[&tenant.0.as_bytes()[..], capture.0.as_bytes()].concat())
}

pub fn read(seal: &Seal, token: &str) -> Option<(TenantId, CaptureId)> {
    let content = seal.read(purpose::FORM_CONFIRMATION, token)?;
    let (tenant, capture) = content.split_at_checked(16)?;
    Some((TenantId(Uuid::from_slice(tenant).ok()?), CaptureId(Uuid::from_slice(capture).ok()?)))
}

impl Run for SendFormConfirmation {
    const TRIES: i32 = TRIES;

    fn pause(tries: i32) -> Duration {
        pause(tries)
    }

    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let (mut tx, workspace) = cx.db.begin_job(self.tenant, "send_form_confirmation").await?;
        if forms::settled(&mut tx, self.capture).await? {
            drop(tx);
            return Ok(not_needed(cx, self.tenant, self.id, "It was confirmed, or is too late.").await?);
        }
        let (_, email, form) = forms::waiting(&mut tx, self.capture).await?;
        tx.commit().await?;
        let Ok(to) = Email::parse(&email) else { return Err(Failure::Fail("the address is none".into())) };
        let url = cx.url(&paths::public_form_confirmation(token(&cx.seal, self.tenant, self.capture)));
        // The name is what somebody typed into a public form: it stands in no mail to an address that may be another's.
        let mail = views::mail::form_confirmation(&workspace, &form.fields.title, &url);
        let letter =
            Letter { id: self.id, to, name: String::new(), mail, delivery: Delivery::AtLeastOnce, unsubscribe: None };
        send(cx, self.tenant, "send_form_confirmation", letter).await
    }

    async fn given_up(self, cx: &Context) -> Result<(), store::Error> {
        give_up(cx, self.tenant, self.id).await
    }
}
