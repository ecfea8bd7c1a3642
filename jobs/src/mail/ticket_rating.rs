//! Asks those who had a ticket how they found it, once, some time after it was solved.

use super::{Delivery, Letter, TRIES, Unsubscribe, give_up, id_of, not_needed, pause, send};
use crate::{Context, Failure, Run, Seal, seal::purpose};
use chrono::Duration as Span;
use domain::{
    Email, TenantId, TicketId,
    jobs::AskRating,
    paths,
    support::ratings::{AFTER_MINUTES, SCORES},
};
use std::time::Duration;
use store::{TenantTx, queue, support::ratings};
use uuid::Uuid;

/// What a link in such a mail carries: whoever has it answers for this ticket.
pub fn token(seal: &Seal, tenant: TenantId, ticket: TicketId) -> String {
    seal.sign(purpose::RATING, &[&tenant.0.as_bytes()[..], ticket.0.as_bytes()].concat())
}

pub fn read(seal: &Seal, token: &str) -> Option<(TenantId, TicketId)> {
    let content = seal.read(purpose::RATING, token)?;
    let (tenant, ticket) = content.split_at_checked(16)?;
    Some((TenantId(Uuid::from_slice(tenant).ok()?), TicketId(Uuid::from_slice(ticket).ok()?)))
}

/// Of these tickets, has those asked who are to be.
pub(crate) async fn plan(tx: &mut TenantTx, tickets: &[TicketId]) -> Result<(), store::Error> {
    let (tenant, at) = (tx.tenant(), tx.now() + Span::minutes(AFTER_MINUTES));
    for ticket in ratings::due(tx, tickets).await? {
        let job = AskRating { tenant, id: id_of(tenant, &format!("rating/{ticket}")), ticket };
        queue::push_at(tx, &job, at).await?;
    }
    Ok(())
}

impl Run for AskRating {
    const TRIES: i32 = TRIES;

    fn pause(tries: i32) -> Duration {
        pause(tries)
    }

    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let (mut tx, workspace) = cx.db.begin_job(self.tenant, "ask_rating").await?;
        let asked = ratings::ask(&mut tx, self.ticket).await?;
        tx.commit().await?;
        let Some(asked) = asked else {
            return Ok(not_needed(
                cx,
                self.tenant,
                self.id,
                "The ticket is open again, or its requester has answered.",
            )
            .await?);
        };
        let to = Email::parse(&asked.to).map_err(|e| Failure::Fail(e.to_owned()))?;
        let url = cx.url(&paths::ticket_rating(token(&cx.seal, self.tenant, self.ticket)));
        let scores = SCORES.map(|(score, words)| (words, format!("{url}?score={score}"))).to_vec();
        let unsubscribe = Unsubscribe::Address(self.id);
        let way_out = unsubscribe.url(cx, self.tenant);
        let mail = views::mail::rating(&workspace, (&asked.number, &asked.subject), &scores, &way_out);
        let name = asked.name.unwrap_or_default();
        let unsubscribe = Some(unsubscribe);
        let letter = Letter { id: self.id, to, name, mail, delivery: Delivery::AtMostOnce, unsubscribe };
        send(cx, self.tenant, "ask_rating", letter).await
    }

    async fn given_up(self, cx: &Context) -> Result<(), store::Error> {
        give_up(cx, self.tenant, self.id).await
    }
}
