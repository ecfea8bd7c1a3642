//! Mail, to the mailbox and to servers of all manners.

use crate::{
    rig::Rig,
    smtp::{Manner, Server, headers},
};
use domain::{
    InvitationId, MailId, TenantId,
    jobs::{Job, SendInvitation, SendVerification},
};
use jobs::{drain, seal::purpose};
use store::{
    identity::{self, Purpose},
    mails,
};

impl Rig {
    /// The message of the only mail that waits.
    async fn asked_mail(&self) -> MailId {
        let waiting = self.waiting().await;
        let mail = waiting.iter().find(|w| w.name == SendVerification::NAME).expect("a mail was asked for");
        mail.key.parse().expect("its key is its id")
    }

    async fn mail(&self, tenant: TenantId, id: MailId) -> mails::Mail {
        let mut tx = self.inside(tenant).await;
        mails::find(&mut tx, id).await.expect("a row for the mail")
    }

    fn by_smtp(mut self, port: u16) -> Self {
        self.config.smtp_url = Some(format!("smtp://127.0.0.1:{port}"));
        self
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_up_brings_a_mail_whose_link_proves_the_address() {
    let rig = Rig::new().await;
    let (tenant, account) = rig.sign_up("acme").await;
    let (cx, id) = (rig.product(), rig.asked_mail().await);
    assert_eq!(drain(&cx).await.expect("a drain"), 2, "the event and the mail");
    let mailbox = cx.mailbox().expect("without a server there is a mailbox");
    let messages = mailbox.list().await.expect("it can be read");
    let [message] = &messages[..] else { panic!("one mail, not {messages:?}") };
    assert_eq!(mailbox.find(id).await.expect("it can be read").as_ref(), Some(message));
    assert_eq!(
        (message.to.as_str(), message.subject.as_str()),
        ("ann@acme.example", "Confirm your email address for acme & Sons")
    );
    assert_eq!(message.message_id, format!("<{id}@people.example.com>"));
    assert!(message.html.contains("acme &amp; Sons"));

    let token = message.link().and_then(|l| l.strip_prefix("https://people.example.com/verify/")).expect("a link");
    let link = cx.seal.open(purpose::VERIFICATION, token).expect("a token of ours");
    let mut tx = rig.db.identity().await.expect("a transaction");
    let owner = identity::link_owner(&mut tx, link.into(), Purpose::Verification).await.expect("a look");
    assert_eq!(owner, Some(account));
    identity::verify(&mut tx, account).await.expect("it is proved");
    tx.commit().await.expect("it is kept");

    let row = rig.mail(tenant, id).await;
    assert_eq!((row.state.as_str(), row.tries, row.template.as_str()), ("sent", 1, "send_verification"));
    // Once more for somebody who needs none: nothing goes out.
    rig.push(&SendVerification { tenant, id: rig.db.id(), account }).await;
    drain(&cx).await.expect("a drain");
    assert_eq!(mailbox.list().await.expect("it can be read").len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reset_mail_has_a_link_for_one_hour() {
    let rig = Rig::new().await;
    rig.sign_up("acme").await;
    let cx = rig.product();
    drain(&cx).await.expect("a drain");
    let mut tx = rig.db.identity().await.expect("a transaction");
    identity::ask_reset(&mut tx, "ANN@acme.example").await.expect("it is asked for");
    identity::ask_reset(&mut tx, "nobody@acme.example").await.expect("the same answer");
    tx.commit().await.expect("it is kept");
    assert_eq!(drain(&cx).await.expect("a drain"), 1);
    let message =
        cx.mailbox().expect("a mailbox").newest_to("ann@acme.example").await.expect("it can be read").expect("a mail");
    assert_eq!(message.subject, "Choose a new password");
    let token =
        message.link().and_then(|l| l.strip_prefix("https://people.example.com/password-reset/")).expect("a link");
    assert!(cx.seal.open(purpose::PASSWORD_RESET, token).is_some());
    assert!(cx.seal.open(purpose::VERIFICATION, token).is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invitation_that_was_taken_back_is_not_sent() {
    let rig = Rig::new().await;
    let tenant = rig.workspace("acme").await;
    rig.trial.admin("update members set verified = true").await.expect("the owner is who they say");
    let invitation: InvitationId = rig.db.id();
    let insert = format!(
        "insert into invitations (tenant_id, id, email, role, invited_by, created_at, expires_at)
         select tenant_id, '{invitation}', 'bob@acme.example', 'manager', id, now(), now() + interval '7 days' from members"
    );
    rig.trial.admin(&insert).await.expect("an invitation");
    let cx = rig.product();
    rig.push(&SendInvitation { tenant, id: rig.db.id(), invitation }).await;
    drain(&cx).await.expect("a drain");
    let message = cx.mailbox().expect("a mailbox").newest_to("bob@acme.example").await.expect("read").expect("a mail");
    assert_eq!(message.subject, "Ann Other invites you to acme & Sons");
    assert!(message.text.contains("Your role there: Manager."), "{}", message.text);
    let token = message.link().and_then(|l| l.strip_prefix("https://people.example.com/invitations/")).expect("a link");
    assert_eq!(cx.seal.open(purpose::INVITATION, token), Some(invitation.0));

    rig.trial.admin("update invitations set revoked_at = now()").await.expect("it is taken back");
    rig.push(&SendInvitation { tenant, id: rig.db.id(), invitation }).await;
    assert_eq!(drain(&cx).await.expect("a drain"), 1);
    assert_eq!(cx.mailbox().expect("a mailbox").list().await.expect("read").len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn smtp_gone_mail_waits() {
    let server = Server::start(0, Manner::Accept).await;
    let port = server.port;
    drop(server);
    let rig = Rig::new().await.by_smtp(port);
    let (tenant, _) = rig.sign_up("acme").await;
    let (cx, id) = (rig.product(), rig.asked_mail().await);
    drain(&cx).await.expect("a drain");
    let row = rig.mail(tenant, id).await;
    assert_eq!((row.state.as_str(), row.tries), ("queued", 1), "{row:?}");
    let waiting = rig.waiting().await;
    assert!(waiting.len() == 1 && waiting[0].run_at.is_some(), "{waiting:?}");
    // It comes back, busy at first.
    let server = Server::start(port, Manner::Busy).await;
    drain(&cx).await.expect("a drain");
    let row = rig.mail(tenant, id).await;
    assert_eq!((row.state.as_str(), row.tries), ("queued", 2));
    assert!(row.last_answer.as_deref().is_some_and(|a| a.contains("come back later")), "{row:?}");
    server.become_one_who(Manner::Accept);
    drain(&cx).await.expect("a drain");
    let row = rig.mail(tenant, id).await;
    assert_eq!((row.state.as_str(), row.tries, row.last_answer.as_deref()), ("sent", 3, Some("250 kept")));
    assert!(rig.waiting().await.is_empty());
    assert_eq!(server.messages().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mail_keeps_its_message_id() {
    let server = Server::start(0, Manner::HangUp).await;
    let rig = Rig::new().await.by_smtp(server.port);
    let (tenant, _) = rig.sign_up("acme").await;
    let (cx, id) = (rig.product(), rig.asked_mail().await);
    drain(&cx).await.expect("a drain");
    assert_eq!(rig.mail(tenant, id).await.state, "unclear", "it may have arrived");
    server.become_one_who(Manner::Accept);
    drain(&cx).await.expect("a drain");
    assert_eq!(rig.mail(tenant, id).await.state, "sent");
    let messages = server.messages();
    assert_eq!(messages.len(), 2);
    for message in &messages {
        assert_eq!(headers(message, "Message-ID"), [format!("<{id}@people.example.com>")]);
        assert_eq!(headers(message, "Auto-Submitted"), ["auto-generated"]);
        assert_eq!(headers(message, "To"), ["\"Ann Other\" <ann@acme.example>"]);
        assert!(
            message.contains("multipart/alternative")
                && message.contains("text/plain")
                && message.contains("text/html")
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_does_not_exist_is_tried_once() {
    let server = Server::start(0, Manner::NoSuchUser).await;
    let rig = Rig::new().await.by_smtp(server.port);
    let (tenant, _) = rig.sign_up("acme").await;
    let (cx, id) = (rig.product(), rig.asked_mail().await);
    drain(&cx).await.expect("a drain");
    let row = rig.mail(tenant, id).await;
    assert_eq!((row.state.as_str(), row.tries), ("bounced", 1));
    assert!(row.last_answer.as_deref().is_some_and(|a| a.contains("no such user")), "{row:?}");
    assert_eq!(rig.state_of(tenant, &id.to_string()).await, "done");
    assert!(rig.waiting().await.is_empty());
}

/// A workspace may be called anything; a header has one line.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_name_adds_a_header() {
    let server = Server::start(0, Manner::Accept).await;
    let rig = Rig::new().await.by_smtp(server.port);
    rig.sign_up("acme").await;
    let name = "E'Evil\\r\\nBcc: all@example.com\\r\\n\\r\\nbody'";
    rig.trial
        .admin(&format!("update tenants set name = {name}; update accounts set name = {name}"))
        .await
        .expect("done");
    drain(&rig.product()).await.expect("a drain");
    let messages = server.messages();
    assert_eq!(messages.len(), 1);
    assert!(headers(&messages[0], "Bcc").is_empty(), "{}", messages[0]);
    assert_eq!(headers(&messages[0], "Subject").len(), 1);
}
