//! Time off: one's own balances and requests, who answers for one, and calendars that other programs read.

pub mod approvals;
pub mod calendar;
pub mod person;
pub mod requests;
pub mod settings;

use crate::web::{Allowed, Confirmed, Error, Public, Query, Result, Routes, Screen, Toast, access::Subscriber};
use axum::{
    http::{StatusCode, header},
    response::IntoResponse,
};
use chrono::NaiveTime;
use domain::{
    Day, Errors, FeedId,
    access::{LeaveApprove, LeaveRequest, LeaveSettings, Permission},
    hr::leave::{Unit, calendar::Absence, forms::DelegateDraft, requests::hours},
    paths,
};
use icalendar::{Calendar, Component, Event, EventLike, EventStatus};
use serde::Deserialize;
use store::{
    TenantTx,
    hr::leave::{
        accounts,
        feeds::{self, What},
        requests::{self as asked, Which},
        steps,
    },
    workspace::members,
};
use views::hr::leave::Mine;

pub fn routes(r: Routes) -> Routes {
    let r = r
        .get(paths::LEAVE, mine)
        .post(paths::LEAVE_DELEGATE, delegate)
        .post(paths::LEAVE_FEEDS, feeds)
        .get(paths::CALENDAR_FEED, feed);
    let r = requests::routes(r);
    let r = approvals::routes(r);
    let r = calendar::routes(r);
    let r = person::routes(r);
    settings::routes(r)
}

/// Requests on one's own page.
const MOST: i64 = 50;

/// As of which day balances are asked for.
#[derive(Deserialize, Default)]
#[serde(default)]
struct AsOf {
    on: String,
}

impl AsOf {
    /// The day that is asked for, or the nearest one that balances are told of; today, if it cannot be read.
    fn day(&self, today: Day) -> Day {
        let [first, last] = domain::hr::leave::told_between(today);
        Day::parse(&self.on, domain::DateOrder::Dmy).map_or(today, |day| day.clamp(first, last))
    }
}

/// How many requests wait for the reader; none, where none could.
async fn waiting<P: Permission>(who: &Allowed<P>, tx: &mut TenantTx) -> Result<Option<usize>> {
    let count = usize::try_from(asked::waiting(tx).await?).unwrap_or_default();
    Ok((count > 0 || who.actor.may(LeaveApprove::KEY)).then_some(count))
}

async fn mine(who: Allowed<LeaveRequest>, screen: Screen, Query(asked): Query<AsOf>) -> Result {
    page(&who, &screen, StatusCode::OK, &asked, None).await
}

async fn page(
    who: &Allowed<LeaveRequest>,
    screen: &Screen,
    status: StatusCode,
    as_of: &AsOf,
    refused: Option<(DelegateDraft, Errors)>,
) -> Result {
    let mut tx = who.begin().await?;
    let today = tx.today();
    let on = as_of.day(today);
    let (mut mine, mut requests) = (None, vec![]);
    if let Some(me) = who.actor.employee {
        mine = Some(accounts::of_employee(&mut tx, me, on).await?);
        requests = screen.for_page(asked::list(&mut tx, &Which::Of(me), MOST)).await?;
    }
    let waiting = screen.for_page(waiting(who, &mut tx)).await?;
    let delegate = screen.for_page(steps::delegate(&mut tx, who.actor.member)).await?;
    let mut colleagues = screen.for_page(members::choices(&mut tx)).await?;
    colleagues.retain(|m| m.id != who.actor.member);
    let own = screen.for_page(feeds::of_member(&mut tx, who.actor.member)).await?;
    let url = |feed| {
        let path = jobs::leave::feed_path(who.app().seal(), who.workspace.id, feed);
        format!("{}{path}", who.app().config().public_url)
    };
    let (draft, errors) = refused.unwrap_or_else(|| {
        let day = |d: Option<Day>| d.map(|d| d.to_string()).unwrap_or_default();
        let draft = delegate.as_ref().map(|d| DelegateDraft {
            to: d.member.to_string(),
            from: day(d.from),
            until: day(d.until),
        });
        (draft.unwrap_or_default(), Errors::default())
    });
    let view = Mine {
        slug: who.slug().clone(),
        csrf: screen.csrf().to_owned(),
        today,
        may_link: super::may_link(who),
        may_set: who.actor.may(LeaveSettings::KEY),
        on,
        accounts: mine,
        requests,
        waiting,
        delegate: delegate.map(|d| (d.member, d.name)),
        colleagues,
        draft,
        errors,
        feeds: own.into_iter().map(|(id, what)| (what.key(), url(id))).collect(),
    };
    Ok(screen.show_as(status, who, &view))
}

async fn delegate(who: Allowed<LeaveRequest>, screen: Screen, Confirmed(draft): Confirmed<DelegateDraft>) -> Result {
    let me = who.actor.member;
    let to = if draft.to.is_empty() { Ok(None) } else { draft.read(who.workspace.dates).map(Some) };
    let refused = |draft, errors| async {
        page(&who, &screen, StatusCode::UNPROCESSABLE_ENTITY, &AsOf::default(), Some((draft, errors))).await
    };
    let to = match to {
        Ok(to) => to,
        Err(errors) => return refused(draft, errors).await,
    };
    let mut tx = who.begin().await?;
    match steps::hand_over(&mut tx, me, to).await {
        Err(store::Error::Refused(errors)) => {
            drop(tx);
            return refused(draft, errors).await;
        }
        done => done?,
    }
    tx.commit().await?;
    let words = match to {
        Some(_) => "They answer for you while you are away.",
        None => "While you are away, the next one up is asked.",
    };
    screen.done(paths::leave(who.slug()), Toast::good(words)).await
}

#[derive(Deserialize)]
struct Feed {
    #[serde(default)]
    what: String,
    #[serde(default, rename = "do")]
    action: String,
}

async fn feeds(who: Allowed<LeaveRequest>, screen: Screen, Confirmed(form): Confirmed<Feed>) -> Result {
    let what = What::parse(&form.what)
        .filter(|w| *w != What::Activities)
        .ok_or(Error::Bad("Say which calendar it is.".into()))?;
    let mut tx = who.begin().await?;
    let words = match form.action.as_str() {
        "revoke" => {
            feeds::revoke(&mut tx, who.actor.member, what).await?;
            "The address is taken back: nobody reads it any more."
        }
        _ => {
            let id = tx.id::<FeedId>();
            feeds::make(&mut tx, id, who.actor.member, what).await?;
            "Add the address to your calendar program."
        }
    };
    tx.commit().await?;
    screen.done(paths::leave(who.slug()), Toast::good(words)).await
}

/// Days behind and ahead that a feed has.
const BEHIND: i64 = 90;
const AHEAD: i64 = 400;

/// The calendar itself (RFC 5545), as its owner may see it now.
async fn feed(public: Public, mut who: Subscriber) -> Result {
    if who.what == What::Activities {
        return crate::activities::calendar::feed(who, &public.app().config().public_url).await;
    }
    let today = who.tx.today();
    let (from, to) = (today.plus(-BEHIND).unwrap_or(today), today.plus(AHEAD).unwrap_or(today));
    let all = feeds::entries(&mut who.tx, who.what, from, to).await?;
    let name = match who.what {
        What::Own => format!("My time off, {}", who.workspace.name),
        What::Team | What::Activities => format!("My team’s time off, {}", who.workspace.name),
    };
    let mut calendar = Calendar::new().name(&name).done();
    for absence in &all {
        calendar.push(event(absence, who.what, who.tx.now()));
    }
    let headers =
        [(header::CONTENT_TYPE, "text/calendar; charset=utf-8"), (header::CACHE_CONTROL, "private, no-store")];
    Ok((headers, calendar.to_string()).into_response())
}

/// Leave as an event of whole days, or from or until midday wherever its reader is. Some hours have no time of the day: they
/// stand as words on it, and leave it free. Of colleagues no more than that they are away, whoever reads it: the address may get about.
fn event(absence: &Absence, what: What, now: chrono::DateTime<chrono::Utc>) -> Event {
    let summary = match (what, &absence.kind) {
        (What::Own, Some((kind, _))) => kind.clone(),
        (What::Own, None) => "Away".to_owned(),
        (What::Team | What::Activities, _) => format!("{}: away", absence.person.name),
    };
    let span = &absence.span;
    let part = match span.minutes {
        Some(minutes) => format!(", {}", Unit::Hours.words(hours(minutes))),
        None => String::new(),
    };
    let waiting = if absence.waiting { " (not approved yet)" } else { "" };
    // DTEND is the day behind the last one (RFC 5545 §3.6.1).
    let end = span.to.plus(1).unwrap_or(span.to);
    let mut event = Event::new();
    event.uid(&absence.request.to_string()).timestamp(now).summary(&format!("{summary}{part}{waiting}"));
    if span.from_midday || span.to_midday {
        let midday = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
        let at = |day: Day, half: bool| day.0.and_time(if half { midday } else { NaiveTime::MIN });
        event.starts(at(span.from, span.from_midday));
        event.ends(if span.to_midday { at(span.to, true) } else { at(end, false) });
    } else {
        event.starts(span.from.0).ends(end.0);
    }
    if absence.waiting {
        event.status(EventStatus::Tentative);
    }
    event.add_property("TRANSP", if span.minutes.is_some() { "TRANSPARENT" } else { "OPAQUE" });
    event.done()
}
