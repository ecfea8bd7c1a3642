//! What routes of tickets and of their settings name, and what their forms hold, for the walk along every route.

use super::access::Named;
use crate::support::Company;
use domain::{import::Target, workspace::access::Subject};

#[derive(Clone)]
pub(super) struct Tickets {
    pub(super) tickets: Named,
    /// Not the only one.
    queue: String,
    /// Of no queue.
    calendar: String,
    /// Not the last one.
    policy: String,
    canned: String,
    /// Everybody's.
    it: String,
    article: String,
    /// Without an article, and with that one.
    category: String,
    shelf: String,
    /// Not the only one.
    rule: String,
    /// Mail that is kept aside, and a sender who is blocked.
    mail: String,
    blocked: String,
    /// A mailbox that nobody reads.
    inbox: String,
    file_field: String,
    /// The number of another ticket, and something that the customer has written in the first.
    other: String,
    other_id: String,
    message: String,
}

impl Tickets {
    pub(super) async fn of(company: &Company<'_>, round: &str) -> Self {
        let (name, retired) = (format!("Ticket {round}"), format!("Retiredticket{round}."));
        company.ticket(&[("name", &retired)]).await;
        let changed = company.ticket(&[("name", &format!("Changed ticket {round}"))]).await.0;
        let [queue, calendar, policy, canned] = company.support_settings(round).await;
        let (record, message) = asked(company, &name, "").await;
        let other = company.ticket(&[("name", &format!("Other ticket {round}"))]).await;
        let mail = Box::pin(company.support_mail_aside(round)).await.to_string();
        let blocked = Box::pin(company.blocked_sender(round)).await.to_string();
        let rule = company.routing_rule(&format!("Routing {round}"), &[("words", "nothing")]).await.to_string();
        let (article, category, shelf) = company.help(round).await;
        Self {
            rule,
            article,
            category,
            shelf,
            it: company.ticket_macro(&format!("Macro {round}")).await.to_string(),
            mail,
            blocked,
            inbox: company.inbox(round).await.to_string(),
            other_id: other.to_string(),
            other: company.ticket_now(other).await.number,
            message,
            tickets: Named {
                record,
                import: company
                    .import(Target::Tickets, &format!("Subject,Email\nImported ticket {round},a@b.example\n"))
                    .await
                    .to_string(),
                archival: company.archival(Target::Tickets, &retired).await.to_string(),
                view: company.view(Target::Tickets, &name).await.to_string(),
                change: company.bulk_change(Target::Tickets, changed, "kind", "task").await.to_string(),
            },
            queue: queue.to_string(),
            calendar: calendar.to_string(),
            policy: policy.to_string(),
            canned: canned.to_string(),
            file_field: company.file_field(Target::Tickets, round).await.to_string(),
        }
    }

    /// The same, where the ticket is this member's.
    pub(super) async fn owned(&self, company: &Company<'_>, assignee: &str, name: &str) -> Self {
        let (record, message) = asked(company, &format!("Ticket {name}"), assignee).await;
        let other = company.ticket(&[("name", &format!("Other ticket {name}")), ("assignee", assignee)]).await;
        let (other, other_id) = (company.ticket_now(other).await.number, other.to_string());
        Self { other_id, tickets: Named { record, ..self.tickets.clone() }, message, other, ..self.clone() }
    }

    pub(super) fn misplaced(&self, tickets: &Named) -> Self {
        Self {
            tickets: tickets.clone(),
            queue: self.calendar.clone(),
            calendar: self.queue.clone(),
            policy: self.canned.clone(),
            rule: self.canned.clone(),
            it: self.canned.clone(),
            article: self.category.clone(),
            category: self.article.clone(),
            mail: self.blocked.clone(),
            inbox: self.queue.clone(),
            blocked: self.mail.clone(),
            canned: self.policy.clone(),
            ..self.clone()
        }
    }

    /// The id that such a route names, where it is one of these.
    pub(super) fn id(&self, path: &str) -> Option<&str> {
        match path {
            p if p.contains("/settings/queues/{id}") => Some(&self.queue),
            p if p.contains("/support-calendars/{id}") => Some(&self.calendar),
            p if p.contains("/settings/sla/{id}") => Some(&self.policy),
            p if p.contains("/canned-replies/{id}") => Some(&self.canned),
            p if p.contains("/articles/{id}") => Some(&self.article),
            p if p.contains("/help/categories/{id}") => Some(&self.category),
            p if p.contains("/support/help/{id}") => Some(&self.article),
            p if p.contains("/settings/macros/{id}") => Some(&self.it),
            p if p.contains("/settings/routing/{id}") => Some(&self.rule),
            p if p.contains("/support/mail/{id}") => Some(&self.mail),
            p if p.contains("/settings/mailboxes/{id}") => Some(&self.inbox),
            p if p.contains("/blocked-senders/{id}") => Some(&self.blocked),
            _ => None,
        }
    }

    /// What its form would hold, where it is one of these.
    pub(super) fn fields(&self, path: &str, round: &str) -> Option<Vec<(&'static str, String)>> {
        let named = format!("{} {round}", path.len());
        let once = || ("_once", uuid::Uuid::new_v4().to_string());
        let version = || ("_version", "1".to_owned());
        Some(match path {
            p if p.contains("/tickets/{id}/field-files") => vec![("field", self.file_field.clone())],
            p if p.ends_with("/tickets/new") || p.ends_with("/tickets/{id}/edit") => {
                vec![("name", format!("Matter {named}")), ("requester", "ada@lamps.example".into()), version(), once()]
            }
            p if p.ends_with("/tickets/{id}/messages") => {
                vec![("text", format!("Words {named}")), ("kind", "note".into()), once()]
            }
            p if p.ends_with("/tickets/{id}/links/removal") => {
                vec![("other", self.other_id.clone()), ("ticket", self.other.clone()), once()]
            }
            p if p.ends_with("/tickets/imports/{id}/mapping") => {
                vec![("column", "name".into()), ("column", "requester".into())]
            }
            p if p.contains("/tickets/{id}/snooze") => vec![("until", "hours".into())],
            p if p.ends_with("/tickets/{id}/checklist") => vec![("points", format!("Point {named}")), once()],
            p if p.contains("/support/checklist/{id}") => vec![("done", "true".into())],
            p if p.ends_with("/tickets/{id}/time") || p.contains("/time/entries/{id}") => {
                vec![("spent", "20 min".into()), version(), once()]
            }
            p if p.ends_with("/tickets/{id}/parts") => vec![("name", format!("Part {named}")), once()],
            p if p.ends_with("/tickets/{id}/macro") => vec![("macro", self.it.clone()), once()],
            p if p.contains("/tickets/macro") => {
                vec![("macro", self.it.clone()), ("ids", self.tickets.record.clone())]
            }
            p if p.ends_with("/settings/portal") => {
                vec![("open", "true".into()), ("company", "none".into()), ("_version", "1".into())]
            }
            p if p.ends_with("/help/{id}/state") => vec![("to", "archive".into())],
            p if p.contains("/support/help/categories") => {
                vec![("name", format!("Category {named}")), ("to", "up".into()), once()]
            }
            p if p.contains("/support/help") => vec![
                ("title", format!("Article {named}")),
                ("category", self.shelf.clone()),
                ("audience", "public".into()),
                ("body", format!("Words {named}")),
                ("number", "1".into()),
                // It was published.
                ("_version", "2".into()),
                once(),
            ],
            p if p.ends_with("/settings/macros/new") || p.ends_with("/settings/macros/{id}") => {
                vec![
                    ("name", format!("Macro {named}")),
                    ("shared", "true".into()),
                    ("priority", "high".into()),
                    version(),
                    once(),
                ]
            }
            p if p.ends_with("/tickets/{id}/links") || p.contains("/tickets/{id}/merge") => {
                vec![("ticket", self.other.clone()), once()]
            }
            p if p.ends_with("/tickets/{id}/split") => vec![("message", self.message.clone()), once()],
            p if p.ends_with("/tickets/{id}/draft") => vec![("text", format!("Words {named}"))],
            p if p.ends_with("/tickets/{id}/facts") => vec![("priority", "urgent".into())],
            p if p.ends_with("/tickets/changes") || p.ends_with("/tickets/changes/new") => vec![
                ("ids", self.tickets.record.clone()),
                ("versions", "1".into()),
                ("once", uuid::Uuid::new_v4().to_string()),
                ("field", "kind".into()),
                ("shown", "kind".into()),
                ("value", "incident".into()),
                ("look", "yes".into()),
            ],
            p if p.ends_with("/settings/queues/new") || p.ends_with("/settings/queues/{id}") => vec![
                ("name", format!("Queue {named}")),
                ("prefix", format!("Q{}X{round}", p.len())),
                ("calendar", self.calendar.clone()),
                version(),
                once(),
            ],
            p if p.ends_with("/mailboxes/{id}/pause") => vec![("paused", "true".into())],
            p if p.ends_with("/settings/mailboxes/new") || p.ends_with("/settings/mailboxes/{id}") => vec![
                ("address", format!("help-{}-{round}@acme.example", p.len())),
                ("queue", self.queue.clone()),
                ("host", "imap.acme.example".into()),
                ("security", "tls".into()),
                ("username", format!("help-{}", p.len())),
                ("password", "of tests".into()),
                ("after", "seen".into()),
                version(),
                once(),
            ],
            p if p.ends_with("/support-calendars/new") || p.ends_with("/support-calendars/{id}") => vec![
                ("name", format!("Hours {named}")),
                ("zone", "UTC".into()),
                ("mon", "9-17".into()),
                version(),
                once(),
            ],
            p if p.ends_with("/settings/sla/new") || p.ends_with("/settings/sla/{id}") => {
                vec![("name", format!("Promise {named}")), ("normal_first", "4".into()), version(), once()]
            }
            p if p.ends_with("/settings/routing/new") || p.ends_with("/settings/routing/{id}") => {
                vec![
                    ("name", format!("Rule {named}")),
                    ("words", "nothing".into()),
                    ("priority", "high".into()),
                    version(),
                    once(),
                ]
            }
            p if p.ends_with("/settings/routing/{id}/move") => vec![("to", "up".into())],
            p if p.ends_with("/settings/sla/{id}/move") => vec![("to", "down".into())],
            p if p.contains("/canned-replies/new") || p.ends_with("/canned-replies/{id}") => {
                vec![("name", format!("Reply {named}")), ("body", "Hello".into()), version(), once()]
            }
            _ => return None,
        })
    }
}

/// A ticket in which the customer has written, and what they wrote.
async fn asked(company: &Company<'_>, name: &str, assignee: &str) -> (String, String) {
    let fields = [("name", name), ("message", "It hums."), ("assignee", assignee)];
    let record = company.ticket(&fields).await.to_string();
    let message = format!("select id from ticket_messages where ticket_id = '{record}'");
    (record, company.read::<uuid::Uuid>(&message).await.to_string())
}

/// A task stands beside a ticket as beside anything.
#[test]
fn a_ticket_is_a_subject() {
    let id = uuid::Uuid::from_u128(4);
    assert_eq!(Subject::parse(&format!("ticket:{id}")), Some(Subject::Ticket(id.into())));
}
