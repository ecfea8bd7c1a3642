//! Mail and its faults: once at most or once at least, servers that hang and refuse, what comes back, and how much goes
//! out at a time.

use crate::{
    rig::Rig,
    smtp::{Manner, Server, headers},
};
use chrono::{DateTime, Duration, Utc};
use domain::{
    AccountId, ImportId, MailId, TenantId,
    jobs::{SendImportReport, SendPasswordReset, SendVerification, TakeBack},
};
use jobs::{drain, mail::unsubscribe};
use std::sync::{Arc, Mutex};
use store::{Clock, mails};

impl Rig {
    /// The mail that tells Ann how an import ended: one that she can do without.
    pub(crate) async fn report(&self, tenant: TenantId) -> MailId {
        let (import, id): (ImportId, MailId) = (self.db.id(), self.db.id());
        let insert = format!(
            "insert into imports (tenant_id, id, target, state, file_name, source, mapping, created_by, created_at)
             select tenant_id, '{import}', 'employees', 'done', 'staff.csv', '{{}}', '{{}}', id, now() from members where tenant_id = '{tenant}'"
        );
        self.trial.admin(&insert).await.expect("an import");
        self.push(&SendImportReport { tenant, id, import }).await;
        id
    }

    pub(crate) async fn row(&self, tenant: TenantId, id: MailId) -> mails::Mail {
        let mut tx = self.inside(tenant).await;
        mails::find(&mut tx, id).await.expect("a row for the mail")
    }

    async fn stopped(&self, tenant: TenantId, email: &str) -> Option<mails::Stopped> {
        let mut tx = self.inside(tenant).await;
        mails::stopped(&mut tx, email).await.expect("an answer")
    }

    fn with_server(mut self, server: &Server, more: &str) -> Self {
        self.config.smtp_url = Some(format!("smtp://127.0.0.1:{}{more}", server.port));
        self.config.mail_patience = std::time::Duration::from_millis(400);
        self
    }
}

/// A workspace, a server of this manner, and nothing under way.
async fn scene(manner: Manner) -> (Rig, Server, TenantId, AccountId) {
    let server = Server::start(0, manner).await;
    let rig = Rig::new().await.with_server(&server, "");
    let (tenant, account) = rig.quiet("acme").await;
    (rig, server, tenant, account)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_tells_only_is_sent_at_most_once() {
    let (rig, server, tenant, _) = scene(Manner::HangUp).await;
    let id = rig.report(tenant).await;
    let cx = rig.product();
    drain(&cx).await.expect("a drain");
    let row = rig.row(tenant, id).await;
    assert_eq!((row.state.as_str(), row.tries), ("unclear", 1), "{row:?}");
    assert_eq!(rig.state_of(tenant, &id.to_string()).await, "done");
    server.become_one_who(Manner::Accept);
    drain(&cx).await.expect("a drain");
    assert_eq!((server.messages().len(), rig.waiting().await.len()), (1, 0), "not a second time");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_died_with_the_answer_leaves_what_tells_unclear_and_sends_again_what_is_waited_for() {
    let (rig, server, tenant, account) = scene(Manner::Accept).await;
    let (report, verification) = (rig.report(tenant).await, rig.db.id());
    rig.push(&SendVerification { tenant, id: verification, account }).await;
    // As the worker had left them: handed over, and no answer kept.
    for id in [report, verification] {
        let left = format!(
            "insert into mails (tenant_id, id, template, recipient, subject, state, tries, message_id, created_at)
             values ('{tenant}', '{id}', 'x', 'ann@acme.example', 'x', 'sending', 1, '<{id}@first.example>', now())"
        );
        rig.trial.admin(&left).await.expect("a row");
    }
    drain(&rig.product()).await.expect("a drain");
    let (report, verification) = (rig.row(tenant, report).await, rig.row(tenant, verification).await);
    assert_eq!((report.state.as_str(), report.tries), ("unclear", 1), "{report:?}");
    assert_eq!((verification.state.as_str(), verification.tries), ("sent", 2), "{verification:?}");
    let [message] = &server.messages()[..] else { panic!("one message") };
    assert_eq!(headers(message, "Message-ID"), [verification.message_id], "the first try's");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_hangs_holds_nobody_up_for_long() {
    // It takes the call and says nothing: the letter is not with it.
    let (rig, server, tenant, _) = scene(Manner::Mute).await;
    let id = rig.report(tenant).await;
    let cx = rig.product();
    drain(&cx).await.expect("a drain");
    let row = rig.row(tenant, id).await;
    assert_eq!((row.state.as_str(), row.tries), ("queued", 1), "{row:?}");
    // It takes the letter and says nothing: nobody knows.
    server.become_one_who(Manner::HangAtEnd);
    drain(&cx).await.expect("a drain");
    let row = rig.row(tenant, id).await;
    assert_eq!((row.state.as_str(), row.tries), ("unclear", 2), "{row:?}");
    assert!(rig.waiting().await.is_empty(), "it is not tried again");
    // The conversation that nobody waited for tells the next letter nothing.
    server.become_one_who(Manner::Accept);
    let next = rig.report(tenant).await;
    drain(&cx).await.expect("a drain");
    assert_eq!(rig.row(tenant, next).await.state, "sent");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_tls_is_demanded_nothing_goes_in_the_clear() {
    let server = Server::start(0, Manner::Accept).await;
    let rig = Rig::new().await.with_server(&server, "?tls=required");
    let tenant = rig.workspace("acme").await;
    let id = rig.report(tenant).await;
    drain(&rig.product()).await.expect("a drain");
    let row = rig.row(tenant, id).await;
    assert_eq!((row.state.as_str(), server.messages().len()), ("queued", 0), "{row:?}");
    assert!(server.commands().iter().all(|c| !c.starts_with("MAIL")), "{:?}", server.commands());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_is_gone_gets_no_more_but_what_is_asked_for() {
    let (rig, server, tenant, account) = scene(Manner::NoSuchUser).await;
    let first = rig.report(tenant).await;
    let cx = rig.product();
    drain(&cx).await.expect("a drain");
    assert_eq!(rig.row(tenant, first).await.state, "bounced");
    assert_eq!(rig.state_of(tenant, &first.to_string()).await, "done", "what became of it is known");
    let stopped = rig.stopped(tenant, "ANN@acme.example").await.expect("the address is stopped");
    assert_eq!(stopped.reason, mails::Reason::Bounce);
    assert!(stopped.answer.contains("no such user"), "{stopped:?}");

    server.become_one_who(Manner::Accept);
    let second = rig.report(tenant).await;
    drain(&cx).await.expect("a drain");
    let row = rig.row(tenant, second).await;
    assert_eq!((row.state.as_str(), row.tries), ("suppressed", 0), "{row:?}");
    assert!(row.last_answer.is_some_and(|a| a.contains("no such user")));
    // A password that was forgotten is another matter.
    let reset: MailId = rig.db.id();
    rig.push(&SendPasswordReset { tenant, id: reset, account }).await;
    drain(&cx).await.expect("a drain");
    assert_eq!((rig.row(tenant, reset).await.state.as_str(), server.messages().len()), ("sent", 1));
    // Another workspace has heard nothing of it.
    let other = rig.workspace("globex").await;
    assert_eq!(rig.stopped(other, "ann@acme.example").await, None);
    // Lifted, mail goes out again.
    let mut tx = rig.inside(tenant).await;
    assert_eq!(mails::lift(&mut tx, stopped.id).await.expect("it was stopped"), "ann@acme.example");
    tx.commit().await.expect("it is kept");
    let third = rig.report(tenant).await;
    drain(&cx).await.expect("a drain");
    assert_eq!(rig.row(tenant, third).await.state, "sent");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_of_what_is_said_stops_no_address() {
    let (rig, _server, tenant, _) = scene(Manner::Spam).await;
    let id = rig.report(tenant).await;
    drain(&rig.product()).await.expect("a drain");
    assert_eq!(rig.row(tenant, id).await.state, "failed");
    assert_eq!(rig.state_of(tenant, &id.to_string()).await, "dead");
    assert_eq!(rig.stopped(tenant, "ann@acme.example").await, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_back_later_is_noted_and_a_complaint_outweighs_a_bounce() {
    let (rig, _server, tenant, _) = scene(Manner::Accept).await;
    let id = rig.report(tenant).await;
    let cx = rig.product();
    drain(&cx).await.expect("a drain");
    // A full mailbox is no reason to stop.
    let back =
        |hard, complaint, answer: &str| TakeBack { tenant, mail: id, hard, complaint, answer: answer.to_owned() };
    rig.push(&back(false, false, "5.2.2 mailbox full")).await;
    drain(&cx).await.expect("a drain");
    let row = rig.row(tenant, id).await;
    assert_eq!((row.state.as_str(), row.last_answer.as_deref()), ("bounced", Some("5.2.2 mailbox full")));
    assert_eq!(rig.stopped(tenant, "ann@acme.example").await, None);
    rig.push(&back(false, true, "reported as abuse")).await;
    drain(&cx).await.expect("a drain");
    let stopped = rig.stopped(tenant, "ann@acme.example").await.expect("it is stopped");
    assert_eq!((stopped.reason, stopped.answer.as_str()), (mails::Reason::Complaint, "reported as abuse"));
}

/// A clock that is turned by hand.
struct Turned(Mutex<DateTime<Utc>>);

impl Clock for Turned {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().expect("nobody panics with it")
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_workspace_sends_so_much_at_a_time_and_the_rest_waits_its_turn() {
    let clock = Arc::new(Turned(Mutex::new("2026-03-02T10:20:00Z".parse().expect("a moment"))));
    let server = Server::start(0, Manner::Accept).await;
    let rig = Rig::at(clock.clone()).await.with_server(&server, "");
    let ((tenant, account), other) = (rig.quiet("acme").await, rig.workspace("globex").await);
    let limit = format!(
        "insert into mail_quotas (tenant_id, per_hour, hour, in_hour, in_day) values ('{tenant}', 2, '2026-03-02T09:00:00Z', 2, 2)"
    );
    rig.trial.admin(&limit).await.expect("a limit");
    let mut ids = vec![];
    for _ in 0..5 {
        ids.push(rig.report(tenant).await);
    }
    let others = rig.report(other).await;
    let cx = rig.product();
    drain(&cx).await.expect("a drain");
    assert_eq!(server.messages().len(), 3, "two of the one, and the other's");
    assert_eq!(rig.row(other, others).await.state, "sent");
    let late = rig.row(tenant, ids[4]).await;
    assert_eq!((late.state.as_str(), late.tries), ("queued", 0), "{late:?}");
    let mut tx = rig.inside(tenant).await;
    let log = mails::log(&mut tx, &mails::Asked::default(), 10).await.expect("the log").rows;
    let turn = |id: &MailId| log.iter().find(|m| m.id == *id).and_then(|m| m.not_before).expect("a turn");
    let turns: Vec<_> = ids.iter().map(|id| turn(id).format("%H:%M").to_string()).collect();
    assert_eq!(turns, ["10:20", "10:20", "11:00", "11:00", "12:00"]);
    drop(tx);
    let run = rig.run_of(tenant, &ids[4].to_string()).await.expect("it was tried");
    assert_eq!((run.state.as_str(), run.attempts), ("waiting", 0), "nothing has failed");
    // Looked at early, they still wait, and keep their turns.
    drain(&cx).await.expect("a drain");
    assert_eq!(server.messages().len(), 3);
    // An account's own mail does not wait.
    let reset: MailId = rig.db.id();
    rig.push(&SendPasswordReset { tenant, id: reset, account }).await;
    drain(&cx).await.expect("a drain");
    assert_eq!(rig.row(tenant, reset).await.state, "sent");
    for (hour, sent) in [(1, 6), (2, 7)] {
        *clock.0.lock().expect("nobody panics with it") += Duration::hours(1);
        drain(&cx).await.expect("a drain");
        assert_eq!(server.messages().len(), sent, "after {hour} hours");
    }
    assert!(rig.waiting().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mail_one_may_do_without_says_how_and_shows_whose_it_is() {
    let (rig, server, tenant, account) = scene(Manner::Accept).await;
    let logo = format!(
        "insert into pictures (tenant_id, id, digest, media_type, body, created_at) values ('{tenant}', '{tenant}', 'd', 'image/png', 'not quite a picture', now());
         update tenants set logo = 'd' where id = '{tenant}'"
    );
    rig.trial.admin(&logo).await.expect("a logo");
    rig.report(tenant).await;
    let cx = rig.product();
    drain(&cx).await.expect("a drain");
    let [message] = &server.messages()[..] else { panic!("one message") };
    let [address] = &headers(message, "List-Unsubscribe")[..] else { panic!("one header in {message}") };
    assert_eq!(headers(message, "List-Unsubscribe-Post"), ["List-Unsubscribe=One-Click"]);
    let token = address
        .strip_prefix("<https://people.example.com/unsubscribe/")
        .and_then(|t| t.strip_suffix('>'))
        .unwrap_or_else(|| panic!("{address} is no address of ours"));
    let (of, who) = unsubscribe::read(&cx.seal, token).expect("a token of ours");
    assert!(of == tenant && matches!(who, unsubscribe::Unsubscribe::Member(_, domain::mail::List::Imports)), "{who:?}");
    // Whose news it is, encoded as lettre likes.
    let [from] = &headers(message, "From")[..] else { panic!("one sender in {message}") };
    assert!(from.ends_with(" <no-reply@people.example.com>") && !from.contains("People360"), "{from}");
    assert!(message.contains("multipart/related") && message.contains("Content-ID: <logo>"), "{message}");
    // The text says it as well; long lines are folded on the way.
    let text = message.replace("=\n", "");
    assert!(text.contains("Unsubscribe:") && text.contains("cid:logo"), "{text}");
    // What an account needs has neither.
    rig.push(&SendPasswordReset { tenant, id: rig.db.id(), account }).await;
    drain(&cx).await.expect("a drain");
    assert!(headers(&server.messages()[1], "List-Unsubscribe").is_empty());
}
