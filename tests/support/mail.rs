//! Mail that comes in, brought to a company's door as a mail service brings it.

use super::{Company, Page};
use axum::http::Method;
use domain::{
    BlockedSenderId, InboundId, TicketId,
    inbound::{Line, Mail, drop_address, queue_address, reply_address},
};
use store::inbound;

/// A raw message: its head, an empty line, and its text.
pub fn raw(from: &str, to: &str, id: &str, more: &str, text: &str) -> String {
    format!(
        "From: {from}\r\nTo: {to}\r\nMessage-ID: <{id}>\r\nDate: Mon, 2 Mar 2026 08:00:00 +0000\r\n{more}\r\n{text}\r\n"
    )
}

impl Company<'_> {
    /// The path to which a mail service posts.
    pub fn mail_door(&self) -> String {
        let secret = jobs::inbound::url_secret(&self.app.jobs().seal, self.tenant, 1);
        domain::paths::inbound_mail(secret)
    }

    /// The secret address for copies.
    pub fn drop_address(&self) -> String {
        let slug = domain::Slug::parse(&self.slug).expect("a slug");
        drop_address(&slug, &jobs::inbound::drop_tag(&self.app.jobs().seal, self.tenant, 1), "in.people.test")
    }

    /// The address of the queue with this prefix.
    pub async fn queue_address(&self, prefix: &str) -> String {
        let all = store::support::queues::all(&mut self.begin().await).await.expect("queues");
        let queue = all.iter().find(|q| q.prefix == prefix).expect("a queue");
        let tag = jobs::inbound::queue_tag(&self.app.jobs().seal, self.tenant, queue.id, queue.mail_round);
        queue_address(&domain::Slug::parse(&self.slug).expect("a slug"), prefix, &tag, "in.people.test")
    }

    /// The address for answers to a ticket.
    pub fn reply_address(&self, ticket: TicketId) -> String {
        let mark = jobs::inbound::reply_mark(&self.app.jobs().seal, self.tenant, ticket);
        reply_address(&domain::Slug::parse(&self.slug).expect("a slug"), ticket, &mark, "in.people.test")
    }

    /// A message to support that is kept aside.
    pub async fn support_mail_aside(&self, round: &str) -> InboundId {
        let to = self.queue_address("SUP").await;
        let head = "Subject: Cheap lamps\r\nX-Spam-Flag: YES\r\n";
        self.mailed(raw(&format!("spam{round}@shop.example"), &to, &format!("spam{round}@x.example"), head, "Buy"))
            .await
            .id
    }

    /// Somebody whose mail makes no tickets.
    pub async fn blocked_sender(&self, round: &str) -> BlockedSenderId {
        let mail = self.support_mail_aside(&format!("blocked{round}")).await;
        let mut tx = self.begin().await;
        let email = store::support::mail::block(&mut tx, mail).await.expect("they are blocked");
        tx.commit().await.expect("it is kept");
        let all = store::support::mail::blocked(&mut self.begin().await).await.expect("a list");
        all.into_iter().find(|b| b.email == email).expect("they are there").id
    }

    pub async fn post_mail(&self, raw: impl Into<Vec<u8>>) -> Page {
        let headers = [("content-type", "message/rfc822")];
        self.app.browser().request(Method::POST, &self.mail_door(), &headers, raw.into()).await
    }

    /// Brings a message and has it looked at. Gives it as whoever sees all of it has it.
    pub async fn mailed(&self, raw: impl Into<Vec<u8>>) -> Mail {
        let page = self.post_mail(raw).await;
        assert_eq!(page.status, 202, "{page}");
        self.app.run_jobs().await;
        let said: serde_json::Value = serde_json::from_str(&page.text).expect("an answer in JSON");
        self.mail_now(said["id"].as_str().and_then(|id| id.parse().ok()).expect("an id")).await
    }

    /// What came in, the newest first, as the owner has it.
    pub async fn mails(&self) -> Vec<Line> {
        inbound::list(&mut self.begin().await, None, None, 100).await.expect("a list")
    }

    pub async fn mail_now(&self, id: InboundId) -> Mail {
        inbound::show(&mut self.begin().await, id).await.expect("a message")
    }

    /// A message of the owner's to two whom nobody knows: it waits for somebody to look.
    pub async fn mail_aside(&self, round: &str) -> InboundId {
        let owner = self.member(domain::access::Role::Owner).await.email;
        let to = format!("first{round}@strangers.example, second{round}@strangers.example");
        self.mailed(raw(&owner, &to, &format!("aside{round}@x.example"), "Subject: Hello\r\n", "Hello")).await.id
    }
}
