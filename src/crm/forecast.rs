//! The forecast of a period: its numbers, the deals behind them, what changed and how right it was, and adjusting it.

use crate::web::{
    Allowed, Confirmed, Query, Record, Result, Routes, Screen, Toast,
    form::{Nothing, drawn},
};
use axum::http::StatusCode;
use domain::{
    AdjustmentId, Day, Errors, MemberId,
    access::{DealsRead, ForecastAdjust, Permission, QuotasRead, RatesWrite},
    crm::forecast::{
        Forecast, Line, NOBODY, Question,
        accuracy::Accuracy as Said,
        adjustments::Draft,
        capacity,
        fiscal::Fiscal,
        quotas::of_period,
        tree::{Node, tree},
        waterfall::{Snapshot, waterfall},
    },
    paths,
};
use serde::Deserialize;
use store::{
    TenantTx,
    crm::{
        forecast::{self, Ask, adjustments, quotas, snapshots},
        pipelines,
    },
    hr::leave::presence,
    reach,
};
use uuid::Uuid;
use views::{
    crm::forecast::{Around, Index, May, accuracy::Accuracy, changes::Changes, deals::Deals},
    list,
};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::FORECAST, show)
        .get(paths::FORECAST_DEALS, deals)
        .get(paths::FORECAST_CHANGES, changes)
        .get(paths::FORECAST_ACCURACY, accuracy)
        .post(paths::FORECAST_ADJUSTMENTS, adjust)
        .post(paths::FORECAST_WITHDRAWAL, withdraw)
}

async fn show(who: Allowed<DealsRead>, screen: Screen, Query(asked): Query<Question>) -> Result {
    index(&who, &screen, asked, Draft::default(), Errors::default()).await
}

async fn index<P: Permission>(
    who: &Allowed<P>,
    screen: &Screen,
    asked: Question,
    typed: Draft,
    errors: Errors,
) -> Result {
    let mut tx = who.begin().await?;
    let (around, ask, _) = around(who, &mut tx, asked).await?;
    let mut all = forecast::of(&mut tx, &ask).await?;
    expected(&mut tx, &ask, &mut all).await?;
    let adjustments = adjustments::of(&mut tx, &ask.period, ask.base).await?;
    let sums = adjustments::sums(&mut tx, &ask.period, ask.base, &adjustments).await?;
    for line in &mut all.lines {
        line.figures.adjusted = line.member.as_ref().and_then(|(id, _)| sums.get(id)).copied().unwrap_or_default();
    }
    fit(&mut tx, &ask, &mut all.lines).await?;
    let nodes = if around.asked.by_team() { Some(by_team(&mut tx, &all.lines).await?) } else { None };
    let people = if around.may.adjust { adjustments::people(&mut tx).await? } else { vec![] };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (csrf, once) = (screen.csrf().to_owned(), tx.id::<AdjustmentId>().to_string());
    let view = Index { around, csrf, once, forecast: all, nodes, adjustments, people, typed, errors };
    Ok(screen.show_as(status, who, &view))
}

/// What all pages of a forecast ask first.
async fn around<P: Permission>(who: &Allowed<P>, tx: &mut TenantTx, asked: Question) -> Result<(Around, Ask, Fiscal)> {
    let fiscal = forecast::fiscal(tx).await?;
    let ask = Ask::new(&asked, fiscal, tx, who.workspace.currency);
    let may = |key| who.actor.may(key);
    let around = Around {
        slug: who.slug().clone(),
        asked: Question { on: ask.period.from.to_string(), ..asked },
        period: ask.period,
        base: ask.base,
        pipelines: pipelines::all(tx).await?,
        may: May {
            quotas: may(QuotasRead::KEY),
            every_quota: tx.scope::<QuotasRead>() >= tx.scope::<DealsRead>(),
            adjust: may(ForecastAdjust::KEY),
            rates: may(RatesWrite::KEY),
        },
    };
    Ok((around, ask, fiscal))
}

/// What is expected of each; whoever has a quota and no deals has a line, too.
async fn expected(tx: &mut TenantTx, ask: &Ask, all: &mut Forecast) -> Result<()> {
    for (member, name, set) in quotas::within(tx, &ask.period, ask.base).await? {
        let Some(quota) = of_period(&ask.period, &set) else { continue };
        let whose = |l: &&mut Line| l.member.as_ref().is_some_and(|(id, _)| *id == member);
        match all.lines.iter_mut().find(whose) {
            Some(line) => line.figures.quota = Some(quota),
            None => {
                let mut line = Line { member: Some((member, name)), figures: Default::default(), days: None };
                line.figures.quota = Some(quota);
                all.lines.push(line);
            }
        }
    }
    forecast::sort(&mut all.lines);
    // Nobody is measured by what the reader does not see.
    let ids: Vec<Uuid> = all.lines.iter().filter_map(|l| Some(l.member.as_ref()?.0.0)).collect();
    let seen = reach::within::<QuotasRead>(tx, reach::Kind::Members, &ids).await?;
    for line in &mut all.lines {
        line.figures.unseen = line.member.as_ref().is_some_and(|(id, _)| !seen.contains(&id.0));
    }
    Ok(())
}

/// The weighted forecast by the days that each has to sell on, where the period is not over.
async fn fit(tx: &mut TenantTx, ask: &Ask, lines: &mut [Line]) -> Result<()> {
    let from = ask.period.from.max(tx.today());
    if from > ask.period.to {
        return Ok(());
    }
    let members: Vec<MemberId> = lines.iter().filter_map(|l| Some(l.member.as_ref()?.0)).collect();
    let there = presence::of(tx, &members, from, ask.period.to).await?;
    for line in lines {
        let weighted = line.figures.sums.weighted;
        let presence = line.member.as_ref().and_then(|(id, _)| there.get(id));
        line.days = presence.map(|p| capacity::days(from, ask.period.to, p));
        // Nobody's deals have nobody to sell them.
        line.figures.capacity = Some(line.days.map_or(0, |days| days.scale(weighted)));
    }
    Ok(())
}

async fn by_team(tx: &mut TenantTx, lines: &[Line]) -> Result<Vec<Node>> {
    let members: Vec<MemberId> = lines.iter().filter_map(|l| Some(l.member.as_ref()?.0)).collect();
    Ok(tree(lines, &forecast::people(tx, &members).await?))
}

async fn deals(who: Allowed<DealsRead>, screen: Screen, Query(asked): Query<Question>) -> Result {
    let mut tx = who.begin().await?;
    let (around, ask, _) = around(&who, &mut tx, asked).await?;
    let parts = forecast::behind(&mut tx, &ask, &around.asked).await?;
    let whose = match (around.asked.member.as_str(), around.asked.team.is_empty()) {
        (NOBODY, _) => Some("nobody".into()),
        ("", true) => None,
        ("", false) => Some("a team".into()),
        _ => parts.rows.first().and_then(|p| p.member.clone()),
    };
    Ok(screen.show(&who, &Deals { around, parts, whose }))
}

async fn changes(who: Allowed<DealsRead>, screen: Screen, Query(asked): Query<Question>) -> Result {
    let mut tx = who.begin().await?;
    let (around, ask, _) = around(&who, &mut tx, asked).await?;
    let all = snapshots::all(&mut tx, ask.base).await?;
    let named = |week: &str| week.parse().ok().and_then(|day| all.iter().find(|s| s.week == Day(day))).copied();
    let until = named(&around.asked.until);
    // Unless asked otherwise, since the period began; or since the first that there is.
    let usual = || all.iter().rev().find(|s| s.week >= snapshots::monday(ask.period.from)).or(all.first()).copied();
    let before = |s: &Snapshot| until.is_none_or(|until| s.week < until.week);
    let since = named(&around.asked.since).or_else(usual).filter(before);
    let groups = match since {
        Some(since) => snapshots::between(&mut tx, &ask, since.week, until.map(|u| u.week)).await?,
        None => vec![],
    };
    let waterfall = waterfall(&groups);
    Ok(screen.show(&who, &Changes { around, snapshots: all, since, until, waterfall }))
}

async fn accuracy(who: Allowed<DealsRead>, screen: Screen, Query(asked): Query<Question>) -> Result {
    let mut tx = who.begin().await?;
    let (around, ask, _) = around(&who, &mut tx, asked).await?;
    let weeks = snapshots::said(&mut tx, &ask).await?;
    let won = forecast::of(&mut tx, &ask).await?.total.won;
    let said = Said { weeks, won, over: ask.period.to < tx.today() };
    Ok(screen.show(&who, &Accuracy { around, said }))
}

/// An adjustment as it is typed, under the id that was drawn with the form.
#[derive(Deserialize)]
struct Typed {
    #[serde(default, rename = "_once")]
    once: String,
    #[serde(flatten)]
    draft: Draft,
}

async fn adjust(
    who: Allowed<ForecastAdjust>,
    screen: Screen,
    Confirmed(Typed { once, draft }): Confirmed<Typed>,
) -> Result {
    let asked = Question { span: draft.span.clone(), on: draft.on.clone(), ..Question::default() };
    let mut tx = who.begin().await?;
    let fiscal = forecast::fiscal(&mut tx).await?;
    let period = asked.period(fiscal, tx.today());
    let id = drawn(&once, &tx);
    let done = match draft.parse(&who.workspace.conventions()) {
        Ok(fields) => adjustments::add(&mut tx, id, &period, &fields).await,
        Err(errors) => Err(store::Error::Refused(errors)),
    };
    match done {
        Err(store::Error::Refused(errors)) => {
            drop(tx);
            index(&who, &screen, asked, draft, errors).await
        }
        done => {
            done?;
            tx.commit().await?;
            let there = list::url(&paths::forecast(who.slug()), &asked.at(&period));
            screen.done(there, Toast::good("The adjustment stands beside the forecast.")).await
        }
    }
}

async fn withdraw(
    who: Allowed<ForecastAdjust>,
    screen: Screen,
    Record(id): Record<AdjustmentId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let (span, on) = adjustments::withdraw(&mut tx, id).await?;
    tx.commit().await?;
    let asked = Question { span, on: on.to_string(), ..Question::default() };
    let there = list::url(&paths::forecast(who.slug()), &asked);
    screen.done(there, Toast::good("The adjustment is withdrawn; it stays to be read.")).await
}
