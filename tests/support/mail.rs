//! Mail that comes in, brought to a company's door as a mail service brings it.

use super::{Company, Page};
use axum::http::Method;
use domain::{
    InboundId,
    inbound::{Line, Mail, drop_address},
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
