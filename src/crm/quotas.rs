//! The grid of quotas: looking, setting, copying the period before.

use crate::web::{Allowed, Confirmed, Error, Query, Result, Routes, Screen, Toast};
use axum::http::StatusCode;
use domain::{
    Day, MemberId,
    access::{Permission, QuotasRead, QuotasWrite},
    crm::forecast::{
        fiscal::{Fiscal, Period, Span},
        quotas::{Cell, Grid as Typed, Question, Quota},
    },
    paths,
};
use serde::Deserialize;
use store::crm::forecast::{self, quotas};
use views::{crm::forecast::quotas::Grid, list};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::QUOTAS, show).post(paths::QUOTAS, set).post(paths::QUOTA_COPIES, copy)
}

async fn show(who: Allowed<QuotasRead>, screen: Screen, Query(asked): Query<Question>) -> Result {
    grid(&who, &screen, asked, vec![], false).await
}

/// The grid, with what was typed in place of what is set.
async fn grid<P: Permission>(
    who: &Allowed<P>,
    screen: &Screen,
    asked: Question,
    typed: Vec<Cell>,
    stale: bool,
) -> Result {
    let mut tx = who.begin().await?;
    let fiscal = forecast::fiscal(&mut tx).await?;
    let (span, base) = (asked.span(), who.workspace.currency);
    let on = asked.on.parse().ok().map_or(tx.today(), Day);
    let year = fiscal.period(Span::Year, on);
    let periods = year.parts(span);
    let all = quotas::grid(&mut tx, &year, span, asked.add.parse().ok(), base).await?;
    let may_write = who.actor.may(QuotasWrite::KEY);
    let people = if may_write { quotas::people(&mut tx).await? } else { vec![] };
    let others = people.into_iter().filter(|(id, _)| !all.iter().any(|(known, ..)| known == id)).collect();
    let row = |(member, name, set): quotas::Of| {
        let cells = periods.iter().map(|p| cell(member, p, &set, &typed)).collect();
        (member, name, cells)
    };
    let status = match stale {
        true => StatusCode::CONFLICT,
        false if typed.iter().any(|c| c.error.is_some()) => StatusCode::UNPROCESSABLE_ENTITY,
        false => StatusCode::OK,
    };
    let view = Grid {
        slug: who.slug().clone(),
        csrf: screen.csrf().to_owned(),
        base,
        rows: all.into_iter().map(row).collect(),
        asked: Question { on: year.from.to_string(), ..asked },
        year,
        periods: periods.clone(),
        others,
        may_write,
        stale,
    };
    Ok(screen.show_as(status, who, &view))
}

fn cell(member: MemberId, p: &Period, set: &[Quota], typed: &[Cell]) -> Cell {
    if let Some(typed) = typed.iter().find(|c| c.member == member && c.from == p.from) {
        return typed.clone();
    }
    let quota = set.iter().find(|q| q.from == p.from);
    Cell {
        member,
        from: p.from,
        version: quota.map_or(0, |q| q.version),
        typed: quota.map(|q| q.amount.decimal().to_string()).unwrap_or_default(),
        error: None,
    }
}

async fn set(who: Allowed<QuotasWrite>, screen: Screen, Confirmed(typed): Confirmed<Typed>) -> Result {
    let base = who.workspace.currency;
    let (mut cells, sets) = typed.read(base);
    let Some(sets) = sets else { return grid(&who, &screen, typed.question(), cells, false).await };
    let mut tx = who.begin().await?;
    let fiscal = forecast::fiscal(&mut tx).await?;
    match quotas::set(&mut tx, fiscal, typed.question().span(), base, &sets).await? {
        quotas::Done::Stale(theirs) => {
            drop(tx);
            for (member, from, amount, version) in theirs {
                if let Some(cell) = cells.iter_mut().find(|c| c.member == member && c.from == from) {
                    cell.version = version;
                    cell.error = Some(match amount {
                        Some(amount) => format!("{amount} by now."),
                        None => "Taken away by now.".into(),
                    });
                }
            }
            grid(&who, &screen, typed.question(), cells, true).await
        }
        quotas::Done::Set(n) => {
            tx.commit().await?;
            let words = match n {
                0 => "Nothing was different.".into(),
                1 => "One quota is set.".into(),
                n => format!("{n} quotas are set."),
            };
            screen.done(list::url(&paths::quotas(who.slug()), &typed.question()), Toast::good(words)).await
        }
    }
}

/// Into which period.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Copy {
    span: String,
    to: String,
}

async fn copy(who: Allowed<QuotasWrite>, screen: Screen, Confirmed(typed): Confirmed<Copy>) -> Result {
    let mut tx = who.begin().await?;
    let fiscal: Fiscal = forecast::fiscal(&mut tx).await?;
    let asked = Question { span: typed.span, on: typed.to, add: String::new() };
    let on = asked.on.parse().map(Day).map_err(|_| Error::Bad("Choose a period to copy into.".into()))?;
    let to = fiscal.period(asked.span(), on);
    let n = quotas::copy(&mut tx, &to, who.workspace.currency).await?;
    tx.commit().await?;
    let words = match n {
        0 => format!("There was nothing to copy from {}.", to.previous().name()),
        1 => format!("One quota of {} holds in {}, too.", to.previous().name(), to.name()),
        n => format!("{n} quotas of {} hold in {}, too.", to.previous().name(), to.name()),
    };
    screen.done(list::url(&paths::quotas(who.slug()), &asked), Toast::good(words)).await
}
