//! What was answered in a ticket, to whoever has asked.

use super::{Delivery, Letter, TRIES, give_up, not_needed, pause, send};
use crate::{Context, Failure, Run};
use domain::{Email, jobs::SendTicketReply};
use std::time::Duration;
use store::support::messages;
use views::mail::Notice;

impl Run for SendTicketReply {
    const TRIES: i32 = TRIES;

    fn pause(tries: i32) -> Duration {
        pause(tries)
    }

    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let (mut tx, workspace) = cx.db.begin_job(self.tenant, "send_ticket_reply").await?;
        let reply = messages::outgoing(&mut tx, self.message).await?;
        drop(tx);
        let Some(reply) = reply else {
            return Ok(not_needed(cx, self.tenant, self.id, "The ticket is gone, or has no address.").await?);
        };
        let to = Email::parse(&reply.to).map_err(|e| Failure::Fail(e.to_owned()))?;
        let paragraphs = reply.text.split("\n\n").map(str::trim).filter(|p| !p.is_empty()).map(str::to_owned).collect();
        let notice = Notice {
            // The number in the subject leads an answer back to its ticket.
            subject: format!("[{}] {}", reply.number, reply.subject),
            title: reply.subject.clone(),
            hello: "",
            paragraphs,
            facts: vec![],
            button: None,
            why: format!("{} of {} answers what you asked ({}).", reply.agent, workspace.name, reply.number),
            unsubscribe_url: None,
        };
        let mail = views::mail::notice(&workspace, &notice);
        let name = reply.name.unwrap_or_default();
        let letter = Letter { id: self.id, to, name, mail, delivery: Delivery::AtLeastOnce, unsubscribe: None };
        send(cx, self.tenant, "send_ticket_reply", letter).await
    }

    async fn given_up(self, cx: &Context) -> Result<(), store::Error> {
        give_up(cx, self.tenant, self.id).await
    }
}
