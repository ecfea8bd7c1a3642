//! The demo company's forecast: what other currencies are worth, what is expected of those who sell, what the owner thinks of
//! it, and what each Monday of the last weeks had to say.

use super::{Done, History, words};
use chrono::{DateTime, Duration, Utc};
use domain::{
    AdjustmentId, Conventions, Currency, Day, Email, MemberId, Money,
    crm::{
        deals::Filter,
        forecast::{
            adjustments::{About, Fields},
            fiscal::{Period, Span},
            quotas::Set,
        },
        rates,
    },
};
use store::{
    Db, Desk, Who,
    crm::{
        deals,
        forecast::{self, adjustments, quotas, snapshots},
        rates as book,
    },
};

/// Days ago, currency, rate.
const RATES: &[(i64, Currency, &str)] = &[
    (150, Currency::EUR, "1.0921"),
    (90, Currency::EUR, "1.1043"),
    (30, Currency::EUR, "1.0987"),
    (2, Currency::EUR, "1.1012"),
    (90, Currency::DKK, "0.1481"),
    (2, Currency::DKK, "0.1476"),
    (90, Currency::GBP, "1.2874"),
    (2, Currency::GBP, "1.2950"),
];

/// By the beginning of an address: dollars a quarter.
const QUOTAS: &[(&str, i64)] = &[("nadia", 60_000), ("priya", 220_000), ("callum", 90_000), ("isabelle", 150_000)];

/// Tells rates, sets quotas of three quarters, has some deals slip, and an adjustment be made.
pub async fn expect(db: &Db, history: &History, owner: Desk, team: &[(Email, Desk)], now: DateTime<Utc>) -> Done {
    history.go_on(Duration::minutes(7));
    let mut tx = db.begin(owner).await.map_err(words)?;
    let today = now.date_naive();
    let told = RATES.iter().map(|(ago, currency, rate)| {
        let on = Day(today - Duration::days(*ago));
        Ok(rates::Fields { currency: *currency, on, rate: rates::rate(rate)? })
    });
    let told: Vec<_> = told.collect::<Result<_, &str>>()?;
    book::write(&mut tx, Currency::USD, &told).await.map_err(words)?;
    let fiscal = forecast::fiscal(&mut tx).await.map_err(words)?;
    let this = fiscal.period(Span::Quarter, Day(today));
    let sells = |start: &str| {
        let desk = team.iter().find(|(email, _)| email.as_str().starts_with(start)).map(|(_, desk)| desk.who);
        if let Some(Who::Member(id)) = desk { Ok(id) } else { Err(format!("{start} is no member")) }
    };
    for period in [this.previous(), this, this.next()] {
        set(&mut tx, &period, &sells).await?;
    }
    let fields = Fields {
        member: sells("isabelle")?,
        about: About::Commit,
        amount: Money::new(-250_000, Currency::USD),
        reason: "Two buyers are new in their job; I would wait for their budget.".into(),
    };
    let id = tx.id::<AdjustmentId>();
    adjustments::add(&mut tx, id, &this, &fields).await.map_err(words)?;
    tx.commit().await.map_err(words)?;
    slip(db, owner, now).await
}

async fn set(tx: &mut store::TenantTx, period: &Period, sells: &impl Fn(&str) -> Result<MemberId, String>) -> Done {
    let fiscal = forecast::fiscal(tx).await.map_err(words)?;
    let one = |(start, dollars): &(&str, i64)| {
        let amount = Some(Money::new(dollars * 100, Currency::USD));
        Ok(Set { member: sells(start)?, from: period.from, version: 0, amount })
    };
    let sets: Vec<Set> = QUOTAS.iter().map(one).collect::<Result<_, String>>()?;
    quotas::set(tx, fiscal, Span::Quarter, Currency::USD, &sets).await.map_err(words)?;
    Ok(())
}

/// Some weeks ago deals that were to close soon were put off, and others came nearer.
async fn slip(db: &Db, owner: Desk, now: DateTime<Utc>) -> Done {
    let filter = Filter { sort: "close_on".into(), ..Filter::default() };
    let mut tx = db.begin(owner).await.map_err(words)?;
    let open = deals::list(&mut tx, &filter).await.map_err(words)?.rows;
    drop(tx);
    let month = now - Duration::days(30);
    let old = open.iter().filter(|d| d.close_on.is_some() && d.created_at < month);
    for (n, deal) in old.take(4).enumerate() {
        let Some(close) = deal.close_on else { continue };
        // By turns six weeks later than was thought, or sooner.
        let by = Duration::days(if n % 2 == 0 { 42 } else { -5 });
        let ago = Duration::days(9 + 7 * i64::try_from(n).unwrap_or(0));
        let mut tx = db.begin(owner).await.map_err(words)?;
        deals::at(&mut tx, now - ago).await.map_err(words)?;
        let mut draft = deal.draft();
        draft.close_on = (close.0 + by).to_string();
        let fields = draft.parse(&Conventions { currency: Currency::USD, ..Conventions::default() });
        let fields = fields.map_err(|e| format!("{e:?}"))?;
        let now = deals::find(&mut tx, deal.id).await.map_err(words)?;
        deals::change(&mut tx, deal.id, now.version, &fields).await.map_err(words)?;
        tx.commit().await.map_err(words)?;
    }
    Ok(())
}

/// Writes down what deals were on each Monday since there are any.
pub async fn look_back(db: &Db, owner: Desk) -> Done {
    let mut tx = db.begin(owner).await.map_err(words)?;
    snapshots::catch_up(&mut tx, Currency::USD).await.map_err(words)?;
    tx.commit().await.map_err(words)
}
