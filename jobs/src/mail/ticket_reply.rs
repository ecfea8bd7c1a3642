//! What was answered in a ticket, to whoever has asked: as a part of the conversation that their mail program shows.

use super::{Delivery, Enclosed, Letter, TRIES, Thread, give_up, not_needed, pause, send_on};
use crate::{Context, Failure, Run, inbound::reply_mark};
use domain::{
    Email, Slug, TenantId,
    inbound::{reply_address, signed_address},
    jobs::SendTicketReply,
    support::mail::subject,
    workspace::Workspace,
};
use std::time::Duration;
use store::support::messages::{self, Outgoing};
use views::mail::{Mail, Notice};

/// Bytes of the files that one mail carries: many servers take no more.
const FILES: i64 = 15 * 1024 * 1024;

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
        let (files, left) = enclosed(cx, self.tenant, &reply).await?;
        let mut mail = written(&workspace, &reply, left);
        mail.reply_to = answers_to(cx, self.tenant, &workspace.slug, &reply);
        let name = reply.name.unwrap_or_default();
        let letter = Letter { id: self.id, to, name, mail, delivery: Delivery::AtLeastOnce, unsubscribe: None };
        let thread = Thread { answers: reply.answers, refs: reply.refs, personal: !reply.automatic, files };
        send_on(cx, self.tenant, "send_ticket_reply", letter, thread).await
    }

    async fn given_up(self, cx: &Context) -> Result<(), store::Error> {
        give_up(cx, self.tenant, self.id).await
    }
}

/// Where answers go: signed where that is possible, so that they come to this ticket whatever else a mail program leaves out.
fn answers_to(cx: &Context, tenant: TenantId, slug: &Slug, reply: &Outgoing) -> Option<Email> {
    let mark = reply_mark(&cx.seal, tenant, reply.ticket);
    let inbox = reply.inbox.as_ref();
    let signed = inbox.filter(|(_, plus)| *plus).and_then(|(address, _)| signed_address(address, reply.ticket, &mark));
    let domain = || cx.inbound_domain.as_deref().map(|d| reply_address(slug, reply.ticket, &mark, d));
    let address = signed.or_else(domain).or_else(|| inbox.map(|(address, _)| address.clone()));
    address.and_then(|a| Email::parse(&a).ok())
}

/// Files of a reply, and the names of those that are too large for a mail.
async fn enclosed(cx: &Context, tenant: TenantId, reply: &Outgoing) -> Result<(Vec<Enclosed>, Vec<String>), Failure> {
    let (mut files, mut left, mut size) = (vec![], vec![], 0);
    for file in &reply.files {
        if size + file.size > FILES {
            left.push(file.name.clone());
            continue;
        }
        size += file.size;
        let body = cx.storage.read(tenant, file.id).await.map_err(|e| Failure::Retry(e.to_string()))?;
        files.push(Enclosed { name: file.name.clone(), media_type: file.media_type.clone(), body: body.to_vec() });
    }
    Ok((files, left))
}

fn written(workspace: &Workspace, reply: &Outgoing, left: Vec<String>) -> Mail {
    let mut paragraphs: Vec<String> =
        reply.text.split("\n\n").map(str::trim).filter(|p| !p.is_empty()).map(str::to_owned).collect();
    paragraphs.extend(left.iter().map(|name| format!("The file {name} is too large for a mail. Ask us for it.")));
    let number = &reply.number;
    let notice = Notice {
        // Mail programs keep a conversation together by its subject. Where it began here, the number leads an answer back.
        subject: match &reply.began {
            Some(began) => format!("Re: {}", subject(began)),
            None => format!("[{number}] {}", reply.subject),
        },
        title: reply.subject.clone(),
        hello: "",
        paragraphs,
        facts: vec![],
        button: None,
        why: match &reply.agent {
            Some(agent) => format!("{agent} of {} answers what you asked ({number}).", workspace.name),
            None => format!("{} has your message as {number}.", workspace.name),
        },
        unsubscribe_url: None,
    };
    views::mail::notice(workspace, &notice)
}
