//! The demo company's pipeline: deals over its customers, with the stages that they went through in the last weeks, brought
//! from what they sold with before; and what happened to some of them since.

use super::{Done, History, words};
use chrono::{DateTime, Duration, Utc};
use domain::{
    Conventions, Currency, Day, DealId, Email, MemberId, Money, ProductId, QuoteId,
    crm::{
        deals::{
            Draft, Filter,
            moves::{Move, Said},
        },
        pipelines::State,
        products,
        quotes::Line,
    },
};
use serde::Deserialize;
use store::{
    Db, Desk, Who,
    crm::{deals, pipelines, quotes},
};

#[derive(Deserialize)]
struct Row {
    name: String,
    customer: String,
    owner: String,
    amount: String,
    currency: String,
    source: String,
    competitors: String,
    /// `Qualified@40 Meeting@31`: the stage, and how many days ago it came there.
    way: String,
    closes_in: i64,
    next_step: String,
    in_days: Option<i64>,
    loss_reason: String,
    loss_note: String,
}

/// Brings them in, each in its owner's name; `now` is the moment at which the demo is looked at.
pub async fn bring(db: &Db, history: &History, owner: Desk, team: &[(Email, Desk)], now: DateTime<Utc>) -> Done {
    let rows: Vec<Row> = csv::Reader::from_reader(include_str!("deals.csv").as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .map_err(words)?;
    let today = now.date_naive();
    for row in rows {
        history.go_on(Duration::minutes(3));
        let desk = team.iter().find(|(email, _)| email.as_str() == row.owner).map_or(owner, |(_, desk)| *desk);
        let called = |e: &dyn std::fmt::Display| format!("{}: {e}", row.name);
        let way: Vec<(&str, i64)> = row
            .way
            .split(' ')
            .filter_map(|step| step.split_once('@').and_then(|(stage, ago)| Some((stage, ago.parse().ok()?))))
            .collect();
        let (first, ago) = *way.first().ok_or("a deal has a way")?;
        let draft = Draft {
            name: row.name.clone(),
            customer: row.customer.clone(),
            owner: row.owner.clone(),
            stage: first.into(),
            amount: row.amount.clone(),
            currency: row.currency.clone(),
            close_on: (today + Duration::days(row.closes_in)).to_string(),
            source: row.source.clone(),
            next_step: row.next_step.clone(),
            next_step_on: row.in_days.map(|days| (today + Duration::days(days)).to_string()).unwrap_or_default(),
            competitors: row.competitors.clone(),
            ..Draft::default()
        };
        let fields = draft.parse(&Conventions { currency: Currency::USD, ..Conventions::default() });
        let fields = fields.map_err(|e| called(&format!("{e:?}")))?;
        let mut tx = db.begin(desk).await.map_err(words)?;
        let at = |ago: i64| now - Duration::days(ago) - Duration::minutes(ago * 37 % 400);
        deals::at(&mut tx, at(ago)).await.map_err(words)?;
        let id = tx.id::<DealId>();
        deals::add(&mut tx, id, &fields).await.map_err(|e| called(&e))?;
        tx.commit().await.map_err(words)?;
        for (stage, ago) in way.into_iter().skip(1) {
            let mut tx = db.begin(desk).await.map_err(words)?;
            deals::at(&mut tx, at(ago)).await.map_err(words)?;
            let pipelines = pipelines::all(&mut tx).await.map_err(words)?;
            let to = domain::crm::pipelines::stage_named(&pipelines, stage, "").ok_or(stage)?;
            let (id, said) = (to.id, said(&row, to.state, Day(at(ago).date_naive())));
            step(&mut tx, &row.name, Move { stage: id, said }).await.map_err(|e| called(&e))?;
            tx.commit().await.map_err(words)?;
        }
    }
    share(db, history, owner).await?;
    offer(db, history, owner).await
}

fn said(row: &Row, state: State, day: Day) -> Said {
    let lost = |text: &str| Some(text.to_owned()).filter(|t| state == State::Lost && !t.is_empty());
    Said {
        close_on: (state != State::Open).then_some(day),
        loss_reason: lost(&row.loss_reason),
        loss_note: lost(&row.loss_note),
        ..Said::default()
    }
}

async fn step(tx: &mut store::TenantTx, name: &str, to: Move) -> store::Result<()> {
    let deal = find(tx, name).await?;
    deals::move_to(tx, deal.id, deal.version, &to).await
}

async fn find(tx: &mut store::TenantTx, name: &str) -> store::Result<domain::crm::deals::Deal> {
    let filter = Filter { q: name.to_owned(), status: "all".into(), ..Filter::default() };
    let found = deals::list(tx, &filter).await?.rows;
    found.into_iter().find(|d| d.name == name).ok_or(store::Error::NotFound)
}

/// What is sold, with prices of last year and of this one, by name, tax, and dollars.
const PRODUCTS: &[(&str, &str, i64, i64)] = &[
    ("Nord pendant", "NP-1", 240, 260),
    ("Desk lamp Fjell", "DL-4", 118, 124),
    ("Light plan, per floor", "LP", 900, 950),
    ("Mounting, per day", "MT", 640, 680),
];

/// Two quotes: one waits for its answer, one was accepted.
async fn offer(db: &Db, history: &History, owner: Desk) -> Done {
    history.go_on(Duration::minutes(13));
    let mut tx = db.begin(owner).await.map_err(words)?;
    let year = |years: i32| Day::new(tx.today().year() - years, 1, 1).ok_or("a year has a first day");
    let (last, this) = (year(1)?, year(0)?);
    let mut book = vec![];
    for (name, code, before, now) in PRODUCTS {
        let draft =
            products::Draft { name: (*name).into(), code: (*code).into(), tax: "25".into(), ..Default::default() };
        let (fields, _) = draft.read(&Conventions::default());
        let id = tx.id::<ProductId>();
        store::crm::products::add(&mut tx, id, &fields).await.map_err(words)?;
        for (dollars, from) in [(*before, last), (*now, this)] {
            let price = (Money::new(dollars * 100, Currency::USD), from, None);
            store::crm::products::add_price(&mut tx, id, price).await.map_err(words)?;
        }
        book.push((id, *name, Money::new(now * 100, Currency::USD)));
    }
    let of = |state: &str| Filter { status: state.into(), sort: "name".into(), ..Filter::default() };
    let open = deals::list(&mut tx, &of("")).await.map_err(words)?.rows;
    let won = deals::list(&mut tx, &of("won")).await.map_err(words)?.rows;
    let open = open.iter().find(|d| d.stage_name == "Proposal").ok_or("some deal is in Proposal")?;
    let won = won.first().ok_or("some deal is won")?;
    for (deal, quantities, accepted) in [(open.id, [24_u32, 0, 2, 3], false), (won.id, [0, 60, 1, 1], true)] {
        let lines: Vec<Line> = book
            .iter()
            .zip(quantities)
            .filter(|(_, n)| *n > 0)
            .map(|((id, name, price), n)| Line {
                product: Some(*id),
                name: (*name).into(),
                quantity: n.into(),
                unit: *price,
                discount: if n > 20 { 10.into() } else { 0.into() },
                tax: 25.into(),
            })
            .collect();
        quotes::set_deal_lines(&mut tx, deal, None, &lines, Some(Currency::USD)).await.map_err(words)?;
        let (id, expires) = (tx.id::<QuoteId>(), Day(tx.today().0 + Duration::days(60)));
        quotes::add(&mut tx, id, deal, Currency::USD, expires).await.map_err(words)?;
        quotes::publish(&mut tx, id).await.map_err(words)?;
        if accepted {
            let words_of_theirs = Some("Please deliver before the opening.");
            quotes::answer(&mut tx, id, true, ("Marta Okeke", words_of_theirs)).await.map_err(words)?;
        }
    }
    tx.commit().await.map_err(words)
}

/// Some of the largest are shared between those who look after them.
async fn share(db: &Db, history: &History, owner: Desk) -> Done {
    history.go_on(Duration::minutes(11));
    let mut tx = db.begin(owner).await.map_err(words)?;
    let filter = Filter { sort: "-amount".into(), ..Filter::default() };
    let largest = deals::list(&mut tx, &filter).await.map_err(words)?.rows;
    let Who::Member(maya) = owner.who else { return Err("an owner is a member".into()) };
    for deal in largest.iter().take(3) {
        let Some(theirs) = deal.owner.as_ref().map(|o| o.id).filter(|id| *id != maya) else { continue };
        let shares: [(MemberId, u32); 2] = [(theirs, 7_500), (maya, 2_500)];
        deals::set_splits(&mut tx, deal.id, &shares).await.map_err(words)?;
    }
    tx.commit().await.map_err(words)
}
