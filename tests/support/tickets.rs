//! Tickets of a company, made by the product's own functions.

use super::Company;
use domain::{
    CannedReplyId, DateOrder, HelpArticleId, HelpCategoryId, MacroId, MessageId, QueueId, RoutingRuleId, SlaPolicyId,
    SupportCalendarId, TicketId,
    support::{
        calendars, canned, help, macros, policies, portal, queues, routing,
        tickets::{Draft, Status, Ticket},
    },
};
use store::support::{messages, tickets};

impl Company<'_> {
    /// A ticket with these fields.
    pub async fn ticket(&self, fields: &[(&str, &str)]) -> TicketId {
        let mut tx = self.begin().await;
        let mut draft = Draft { name: "A lamp hums".into(), requester: "ada@lamps.example".into(), ..Draft::default() };
        fields.iter().for_each(|(name, value)| draft.set(name, (*value).to_owned()));
        let fields = draft.parse(&Default::default()).unwrap_or_else(|e| panic!("{draft:?}: {e:?}"));
        let id = tx.id();
        Box::pin(tickets::add(&mut tx, id, &fields)).await.unwrap_or_else(|e| panic!("{draft:?}: {e:?}"));
        tx.commit().await.expect("it is kept");
        self.app.run_jobs().await;
        id
    }

    /// Gives a ticket this status, as the owner on its page.
    pub async fn put_ticket(&self, ticket: TicketId, status: &str) {
        let mut owner = self.owner().await;
        let path = self.at(&format!("/support/tickets/{ticket}"));
        owner.get(&path).await;
        owner.post(&format!("{path}/facts"), &[("status", status)]).await;
        self.app.run_jobs().await;
    }

    /// A queue, a calendar that no queue goes by, a policy that is not the last one, and a canned reply.
    pub async fn support_settings(&self, round: &str) -> [uuid::Uuid; 4] {
        let mut tx = self.begin().await;
        let free = calendars::Draft {
            name: format!("Calendar {round}"),
            zone: "UTC".into(),
            mon: "9-17".into(),
            ..Default::default()
        };
        let (name, hours) = free.read(DateOrder::Dmy).expect("a calendar");
        let calendar = tx.id::<SupportCalendarId>();
        store::support::calendars::add(&mut tx, calendar, &name, &hours).await.expect("it is kept");
        let used = store::support::calendars::all(&mut tx).await.expect("calendars");
        let used = used.iter().find(|c| c.name == "Working hours").expect("that of the beginning").id;
        let prefix = format!("P{}", round.to_uppercase());
        let draft =
            queues::Draft { name: format!("Queue {round}"), prefix, calendar: used.to_string(), ..Default::default() };
        let queue = tx.id::<QueueId>();
        let fields = draft.read(&[]).expect("a queue");
        store::support::queues::add(&mut tx, queue, &fields).await.expect("it is kept");
        let draft = policies::Draft { name: format!("Policy {round}"), urgent_first: "1".into(), ..Default::default() };
        let policy = tx.id::<SlaPolicyId>();
        store::support::policies::add(&mut tx, policy, &draft.read().expect("a policy")).await.expect("it is kept");
        let (fields, _) = canned::Draft { name: format!("Canned {round}"), body: "Hello".into() }.read();
        let canned = tx.id::<CannedReplyId>();
        store::support::canned::add(&mut tx, canned, &fields).await.expect("it is kept");
        tx.commit().await.expect("it is kept");
        [queue.0, calendar.0, policy.0, canned.0]
    }

    /// A rule of routing; without anything else it makes tickets urgent.
    pub async fn routing_rule(&self, name: &str, fields: &[(&str, &str)]) -> RoutingRuleId {
        let mut draft = routing::Draft { name: name.into(), ..Default::default() };
        fields.iter().for_each(|(field, value)| draft.set(field, (*value).to_owned()));
        if draft.to_queue.is_empty() && draft.priority.is_empty() {
            draft.priority = "urgent".into();
        }
        let mut tx = self.begin().await;
        let id = tx.id::<RoutingRuleId>();
        store::support::routing::add(&mut tx, id, &draft.read(&[]).expect("a rule")).await.expect("it is kept");
        tx.commit().await.expect("it is kept");
        id
    }

    /// An article that is published, a category without any, and its own.
    pub async fn help(&self, round: &str) -> (String, String, String) {
        // A workspace has so many categories at most: those of rounds before go.
        let tenant = self.tenant;
        let gone = format!(
            "delete from help_articles where tenant_id = '{tenant}'; delete from help_categories where tenant_id = '{tenant}'"
        );
        self.app.trial.admin(&gone).await.expect("they go");
        let mut tx = self.begin().await;
        let (shelf, empty) = (tx.id::<HelpCategoryId>(), tx.id::<HelpCategoryId>());
        for (id, name) in [(shelf, "Shelf"), (empty, "Empty")] {
            store::support::help::add_category(&mut tx, id, &format!("{name} {round}")).await.expect("it is kept");
        }
        let draft = help::Draft {
            title: format!("Help {round}"),
            category: shelf.to_string(),
            audience: "public".into(),
            body: "Words".into(),
            ..Default::default()
        };
        let id = tx.id::<HelpArticleId>();
        store::support::help::add(&mut tx, id, &draft.read().expect("an article")).await.expect("it is kept");
        store::support::help::shift(&mut tx, id, store::support::help::Move::Publish).await.expect("it is published");
        tx.commit().await.expect("it is kept");
        (id.to_string(), empty.to_string(), shelf.to_string())
    }

    /// Opens help and portal to customers, with these settings.
    pub async fn portal(&self, fields: &[(&str, &str)]) {
        let mut draft = portal::Draft { open: "true".into(), company: "none".into(), ..Default::default() };
        fields.iter().for_each(|(field, value)| draft.set(field, (*value).to_owned()));
        let mut tx = self.begin().await;
        let version = store::support::portal::settings(&mut tx).await.expect("settings").version;
        let settings = draft.read(&[]).expect("settings");
        store::support::portal::change(&mut tx, version, &settings).await.expect("it is kept");
        tx.commit().await.expect("it is kept");
    }

    /// A macro of everybody's, that makes tickets less urgent and says so in a note.
    pub async fn ticket_macro(&self, name: &str) -> MacroId {
        let draft = macros::Draft {
            name: name.into(),
            shared: "true".into(),
            kind: "note".into(),
            body: format!("By {name}"),
            priority: "low".into(),
            ..Default::default()
        };
        let mut tx = self.begin().await;
        let id = tx.id::<MacroId>();
        store::support::macros::add(&mut tx, id, &draft.read().0).await.expect("it is kept");
        tx.commit().await.expect("it is kept");
        id
    }

    /// A mailbox that is left alone: its server is nowhere.
    pub async fn inbox(&self, round: &str) -> domain::InboxId {
        let mut tx = self.begin().await;
        let queue = store::support::queues::all(&mut tx).await.expect("queues")[0].id;
        // A walk along every route makes more of them than there may be.
        let before = store::support::inboxes::all(&mut tx).await.expect("mailboxes");
        if before.len() > 30 {
            for old in before {
                store::support::inboxes::remove(&mut tx, old.id).await.expect("it goes");
            }
        }
        let draft = domain::support::inboxes::Draft {
            address: format!("box-{round}@acme.example"),
            queue: queue.to_string(),
            host: "imap.acme.example".into(),
            security: "tls".into(),
            username: format!("box-{round}"),
            after: "seen".into(),
            ..Default::default()
        };
        let id = tx.id();
        store::support::inboxes::add(&mut tx, id, &draft.read().expect("a mailbox"), b"sealed")
            .await
            .expect("it is kept");
        tx.commit().await.expect("it is kept");
        id
    }

    /// The link of the question how somebody found our help with this ticket, which is solved for it.
    pub async fn asked_rating(&self, ticket: TicketId) -> String {
        self.app.trial.admin("update support_queues set surveys = true").await.expect("queues ask");
        let mut tx = self.begin().await;
        tickets::put(&mut tx, ticket, tickets::Put::Status(Status::Solved)).await.expect("it is solved");
        store::support::ratings::ask(&mut tx, ticket).await.expect("it is asked").expect("somebody is");
        tx.commit().await.expect("it is kept");
        self.app.run_jobs().await;
        let token = jobs::mail::ticket_rating::token(&self.app.jobs().seal, self.tenant, ticket);
        domain::paths::ticket_rating(token)
    }

    pub async fn ticket_now(&self, ticket: TicketId) -> Ticket {
        tickets::find(&mut self.begin().await, ticket).await.expect("a ticket")
    }

    /// The customer answers; gives the ticket that this is in.
    pub async fn customer_writes(&self, ticket: TicketId, text: &str, automatic: bool) -> TicketId {
        let email = domain::Email::parse("ada@lamps.example").expect("an address");
        let mut tx = self.begin().await;
        let id = tx.id::<MessageId>();
        let channel = routing::Channel::Mail;
        let came = messages::Inbound { id, ticket, name: Some("Ada"), email: &email, text, automatic, channel };
        let there = messages::receive(&mut tx, &came).await.expect("it comes in");
        tx.commit().await.expect("it is kept");
        self.app.run_jobs().await;
        there
    }
}
