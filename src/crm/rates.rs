//! Settings of exchange rates.

use crate::web::{Allowed, Confirmed, Query, Record, Result, Routes, Screen, Toast, form::Nothing};
use axum::http::StatusCode;
use domain::{
    Currency, Errors, ExchangeRateId,
    access::RatesWrite,
    crm::rates::{Draft, Lines},
    paths,
};
use serde::Deserialize;
use store::crm::rates;
use views::crm::rates::Index;

pub fn routes(r: Routes) -> Routes {
    r.get(paths::EXCHANGE_RATES, list)
        .post(paths::EXCHANGE_RATES, add)
        .post(paths::EXCHANGE_RATE_LINES, add_many)
        .post(paths::EXCHANGE_RATE_REMOVAL, remove)
}

type Setter = Allowed<RatesWrite>;

/// Which currency's history is shown.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    currency: String,
}

/// What was typed and refused.
#[derive(Default)]
struct Typed {
    draft: Draft,
    errors: Errors,
    lines: Lines,
    wrong: Vec<(usize, String)>,
}

async fn list(who: Setter, screen: Screen, Query(asked): Query<Asked>) -> Result {
    index(&who, &screen, Currency::from_code(&asked.currency), Typed::default()).await
}

async fn index(who: &Setter, screen: &Screen, of: Option<Currency>, typed: Typed) -> Result {
    let base = who.workspace.currency;
    let mut tx = who.begin().await?;
    let history = match of {
        Some(currency) => Some((currency, rates::of(&mut tx, base, currency).await?)),
        None => None,
    };
    let fine = typed.errors.is_empty() && typed.wrong.is_empty();
    let view = Index {
        slug: who.slug().clone(),
        rights: who.actor.rights,
        csrf: screen.csrf().to_owned(),
        base,
        newest: rates::newest(&mut tx, base).await?,
        history: history.filter(|(_, rates)| !rates.is_empty()),
        missing: rates::missing(&mut tx, base).await?,
        draft: typed.draft,
        errors: typed.errors,
        lines: typed.lines,
        wrong: typed.wrong,
    };
    let status = if fine { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(screen.show_as(status, who, &view))
}

async fn add(who: Setter, screen: Screen, Confirmed(draft): Confirmed<Draft>) -> Result {
    let mut tx = who.begin().await?;
    match draft.parse(&who.workspace.conventions(), tx.today()) {
        Err(errors) => {
            drop(tx);
            index(&who, &screen, None, Typed { draft, errors, ..Typed::default() }).await
        }
        Ok(told) => {
            rates::write(&mut tx, who.workspace.currency, &[told]).await?;
            tx.commit().await?;
            let code = told.currency.code();
            let there = format!("{}?currency={code}", paths::exchange_rates(who.slug()));
            screen.done(there, Toast::good(format!("{code} is worth {} from {} on.", told.rate, told.on.short()))).await
        }
    }
}

async fn add_many(who: Setter, screen: Screen, Confirmed(lines): Confirmed<Lines>) -> Result {
    let mut tx = who.begin().await?;
    match lines.parse(&who.workspace.conventions(), tx.today()) {
        Err(wrong) => {
            drop(tx);
            index(&who, &screen, None, Typed { lines, wrong, ..Typed::default() }).await
        }
        Ok(told) => {
            let new = rates::write(&mut tx, who.workspace.currency, &told).await?;
            tx.commit().await?;
            let words = match new {
                0 => "All of these were there already.".into(),
                1 => "One rate is new or different.".into(),
                n => format!("{n} rates are new or different."),
            };
            screen.done(paths::exchange_rates(who.slug()), Toast::good(words)).await
        }
    }
}

async fn remove(who: Setter, screen: Screen, Record(id): Record<ExchangeRateId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    let (currency, on) = rates::remove(&mut tx, id).await?;
    tx.commit().await?;
    let there = format!("{}?currency={currency}", paths::exchange_rates(who.slug()));
    screen.done(there, Toast::good(format!("The rate of {currency} from {} is gone.", on.short()))).await
}
