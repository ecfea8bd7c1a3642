//! The demo company's contacts: who is what at its customers and in their deals, and what stands against some addresses.

use super::{Done, History, words};
use chrono::Duration;
use domain::{
    ContactId, Conventions, Email, PointId,
    crm::{contacts::Draft, points},
    workspace::access::Subject,
};
use serde::Deserialize;
use store::{
    Db, Desk,
    crm::{contacts, customers, deals, links},
    followers,
};

#[derive(Deserialize)]
struct Row {
    first_name: String,
    last_name: String,
    job_title: String,
    customer: String,
    role: String,
    email: String,
    phone: String,
    language: String,
    owner: String,
    /// The name of a deal, and what they are in it.
    deal: String,
    in_deal: String,
}

/// Brings them in, each in its owner's name.
pub async fn bring(db: &Db, history: &History, owner: Desk, team: &[(Email, Desk)]) -> Done {
    let rows: Vec<Row> = csv::Reader::from_reader(include_str!("contacts.csv").as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .map_err(words)?;
    let mut known = vec![];
    for row in rows {
        history.go_on(Duration::minutes(7));
        let desk = team.iter().find(|(email, _)| email.as_str() == row.owner).map_or(owner, |(_, desk)| *desk);
        let called = |e: &dyn std::fmt::Display| format!("{} {}: {e}", row.first_name, row.last_name);
        let draft = Draft {
            first_name: row.first_name.clone(),
            last_name: row.last_name.clone(),
            job_title: row.job_title.clone(),
            customer: row.customer.clone(),
            email: row.email.clone(),
            phone: row.phone.clone(),
            language: row.language.clone(),
            owner: row.owner.clone(),
            ..Draft::default()
        };
        let fields = draft.parse(&Conventions::default()).map_err(|e| called(&format!("{e:?}")))?;
        let mut tx = db.begin(desk).await.map_err(words)?;
        let id = tx.id::<ContactId>();
        contacts::add(&mut tx, id, &fields).await.map_err(|e| called(&e))?;
        if let Some((firm, _)) = customers::named(&mut tx, &row.customer).await.map_err(words)? {
            links::join(&mut tx, firm, id, Some(&row.role), false).await.map_err(|e| called(&e))?;
        }
        tx.commit().await.map_err(words)?;
        if !row.deal.is_empty() {
            let mut tx = db.begin(owner).await.map_err(words)?;
            let asked = domain::crm::deals::Filter { q: row.deal.clone(), status: "all".into(), ..Default::default() };
            let found = deals::list(&mut tx, &asked).await.map_err(words)?;
            if let Some(deal) = found.rows.iter().find(|d| d.name == row.deal) {
                links::involve(&mut tx, deal.id, id, Some(&row.in_deal)).await.map_err(|e| called(&e))?;
            }
            tx.commit().await.map_err(words)?;
        }
        known.push((id, row));
    }
    beside(db, owner, &known).await
}

/// A second address here, one that bounced there, somebody who wants to be left alone; and how customers are.
async fn beside(db: &Db, owner: Desk, known: &[(ContactId, Row)]) -> Done {
    let mut tx = db.begin(owner).await.map_err(words)?;
    for (n, (id, row)) in known.iter().enumerate().filter(|(n, _)| n % 4 == 1) {
        let old = n % 8 == 1;
        let draft = points::Draft {
            kind: "email".into(),
            label: if old { "Home" } else { "Assistant" }.into(),
            value: format!("{}.{n}@mail.example", if old { "private" } else { "office" }),
            invalid: if old { "true".into() } else { String::new() },
            invalid_because: if old { "Bounced".into() } else { String::new() },
            ..points::Draft::default()
        };
        let (fields, _) = draft.read();
        let point = tx.id::<PointId>();
        let done = store::crm::points::add(&mut tx, point, Subject::Contact(*id), &fields).await;
        done.map_err(|e| format!("{}: {e}", row.last_name))?;
    }
    for (name, lifecycle, health, why) in [
        ("Meridian Hotels Group", "advocate", "good", ""),
        ("Atelier Bellecour", "customer", "good", ""),
        ("Rheinwerk Düsseldorf", "customer", "at_risk", "Two deliveries came late"),
        ("Librairies du Sud", "customer", "poor", "No answer since the spare parts went missing"),
        ("Harbour & Field Hotels", "opportunity", "", ""),
        ("Skåne Regionen", "qualified", "", ""),
        ("Brauerei Hofstetter", "customer", "good", ""),
    ] {
        let Some((id, _)) = customers::named(&mut tx, name).await.map_err(words)? else { continue };
        let now = customers::find(&mut tx, id).await.map_err(words)?;
        let (lifecycle, health) = (lifecycle.to_owned(), health.to_owned());
        let draft = domain::crm::customers::Draft { lifecycle, health, health_because: why.into(), ..now.draft() };
        let currency = now.revenue.map_or(domain::Currency::USD, |r| r.currency);
        let fields = draft.parse(&Conventions { currency, ..Conventions::default() });
        let fields = fields.map_err(|e| format!("{name}: {e:?}"))?;
        customers::change(&mut tx, id, now.version, &fields).await.map_err(|e| format!("{name}: {e}"))?;
        followers::follow(&mut tx, Subject::Customer(id), true).await.map_err(words)?;
    }
    tx.commit().await.map_err(words)
}
