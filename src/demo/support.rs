//! What the demo company's support has beside its tickets: rules by which they go somewhere, and what those who asked thought.

use super::{Done, History, words};
use chrono::{DateTime, Duration, Utc};
use domain::{QueueId, RoutingRuleId, TicketId, support::routing::Draft};
use store::{
    Db, Desk, TenantTx,
    support::{ratings, routing},
};

pub async fn route(tx: &mut TenantTx, billing: QueueId) -> Done {
    let invoices = Draft {
        name: "Invoices".into(),
        words: "invoice, faktura, rechnung, facture, credit note".into(),
        to_queue: billing.to_string(),
        ..Draft::default()
    };
    let german = Draft {
        name: "Mail in German".into(),
        channel: "mail".into(),
        language: "german".into(),
        priority: "high".into(),
        ..Draft::default()
    };
    for rule in [invoices, german] {
        let id = tx.id::<RoutingRuleId>();
        let fields = rule.read(&[]).map_err(|e| format!("{e:?}"))?;
        routing::add(tx, id, &fields).await.map_err(words)?;
    }
    Ok(())
}

/// What some who were asked have answered, and what they said; 0: nothing.
const RATED: [(u8, &str); 8] = [
    (5, "Quick, and he knew our building."),
    (4, ""),
    (5, ""),
    (0, ""),
    (3, "It took two mails until it was clear what you needed."),
    (5, "Thank you, Yara!"),
    (2, "The lamp came, but a day after we had opened."),
    (4, ""),
];

/// Whoever had a ticket that is solved was asked an hour later, and has answered perhaps.
pub async fn rate(
    db: &Db,
    history: &History,
    agent: Desk,
    ticket: TicketId,
    (subject, at): (&str, DateTime<Utc>),
    latest: DateTime<Utc>,
) -> Done {
    let asked = (at + Duration::minutes(60)).min(latest);
    history.go_to(asked);
    let mut tx = db.begin(agent).await.map_err(words)?;
    let due = ratings::ask(&mut tx, ticket).await.map_err(words)?.is_some();
    tx.commit().await.map_err(words)?;
    let (score, said) = RATED[subject.bytes().map(usize::from).sum::<usize>() % RATED.len()];
    let at = asked + Duration::minutes(95);
    if !due || score == 0 || at > latest {
        return Ok(());
    }
    history.go_to(at);
    let mut tx = db.begin(agent).await.map_err(words)?;
    ratings::answer(&mut tx, ticket, score, Some(said).filter(|s| !s.is_empty())).await.map_err(words)?;
    tx.commit().await.map_err(words)
}
