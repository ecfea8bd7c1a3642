//! Calls and meetings: the list, one of them, the form, how it went, and each as a file for another calendar.

pub mod calendar;

use crate::{
    saved_views,
    web::{
        Allowed, Confirmed, Error, FormPage, Noun, Query, Record, Result, Routes, Screen, Selection, Sheet, Toast,
        Valid, file,
        listed::{Sought, Viewed},
        noun::{self, Form},
        query::Strictly,
        selection::{back, unclear, were},
    },
    workspace::activity::{self, moment},
};
use axum::{http::header, response::IntoResponse};
use chrono::Timelike;
use domain::{
    ActivityId, Conventions, Day, Errors,
    access::{ActivitiesExport, ActivitiesRead, ActivitiesWrite, Permission, TasksWrite},
    activities::{ALL, Activity, COLUMNS, Draft, FIELDS, Fields, Filter, Kind as What, LONGEST, Outcome, State, WORDS},
    audit::Action,
    draft::Field,
    import::Target,
    list::{Slice, grouped},
    paths,
    reminders::clock,
    text::Words,
    workspace::access::Subject,
};
use icalendar::{Calendar, Component, Event, EventLike, EventStatus};
use serde::Deserialize;
use store::{
    TenantTx, Version, activities, audit, exports,
    reach::{self, Kind},
    records,
    workspace::members,
};
use views::{
    activities::{Edit, Index, Next, OnRecord, Show},
    form::Entry,
};

pub fn routes(r: Routes) -> Routes {
    type N = Activities;
    let r = calendar::routes(r);
    r.get(paths::ACTIVITIES, list)
        .get(paths::ACTIVITY_NEW, new)
        .post(paths::ACTIVITY_NEW, add)
        .get(paths::ACTIVITY_OPTIONS, options)
        .get(paths::ACTIVITY_EXPORT, export)
        .post(paths::ACTIVITY_COMPLETIONS, finish_many)
        .post(paths::ACTIVITY_REOPENINGS, reopen_many)
        .post(paths::ACTIVITY_CANCELLATIONS, cancel_many)
        .get(paths::ACTIVITY, show)
        .get(paths::ACTIVITY_EDIT, noun::edit::<N>)
        .post(paths::ACTIVITY_EDIT, change)
        .post(paths::ACTIVITY_COMPLETION, conclude)
        .post(paths::ACTIVITY_REOPENING, reopen)
        .post(paths::ACTIVITY_CANCELLATION, cancel)
        .get(paths::ACTIVITY_ICS, ics)
}

async fn list(who: Allowed<ActivitiesRead>, screen: Screen, Query(filter): Query<Filter>) -> Result {
    let mut tx = who.begin().await?;
    let around = (filter.view.as_str(), false);
    let (saved, _) = saved_views::around::<Activities, _>(&who, &screen, &mut tx, around).await?;
    if let Some(view) = saved_views::opens_with(&screen, &saved).filter(|_| filter == Filter::default()) {
        return Ok(screen.go(view));
    }
    let page = activities::list(&mut tx, &filter).await?;
    let about = match filter.about() {
        Some(subject) => Some(records::words(&mut tx, subject).await?.unwrap_or_else(|| "a record".into())),
        None => None,
    };
    let members = match filter.everybodys() {
        true => screen.for_page(members::choices(&mut tx)).await?,
        false => vec![],
    };
    let view = Index {
        slug: who.slug().clone(),
        csrf: screen.csrf().to_owned(),
        filter,
        page,
        moment: moment(&who),
        about,
        members,
        may_write: who.actor.may(ActivitiesWrite::KEY),
        may_export: who.actor.may(ActivitiesExport::KEY),
        saved,
    };
    Ok(screen.show(&who, &view))
}

async fn show(who: Allowed<ActivitiesRead>, screen: Screen, Record(id): Record<ActivityId>) -> Result {
    let mut tx = who.begin().await?;
    let activity = activities::find(&mut tx, id).await?;
    let may_write = activities::may_change(&mut tx, id).await?;
    // Which record it was about before is told to nobody.
    let hidden = ["employee_id", "customer_id", "contact_id", "deal_id", "lead_id"];
    let history = activity::history(&mut tx, id.0, FIELDS, &hidden).await?;
    let subject = activity.about.as_ref().map(|a| (a.subject, a.name.clone()));
    let next = match subject.filter(|_| !activity.is_open()) {
        Some((subject, name)) => next_step(&who, &mut tx, subject, name).await?,
        None => None,
    };
    let (slug, csrf, moment) = (who.slug().clone(), screen.csrf().to_owned(), moment(&who));
    Ok(screen.show(&who, &Show { slug, csrf, activity, history, moment, may_write, next }))
}

/// What one could plan next with a record of customers, after something was done.
pub async fn next_step<P: Permission>(
    who: &Allowed<P>,
    tx: &mut TenantTx,
    subject: Subject,
    name: String,
) -> Result<Option<Next>> {
    let (may_activities, may_tasks) = (who.actor.may(ActivitiesWrite::KEY), who.actor.may(TasksWrite::KEY));
    if matches!(subject, Subject::Employee(_)) || !(may_activities || may_tasks) {
        return Ok(None);
    }
    let (day, open) = activities::next_day(tx, subject).await?;
    let nothing_open = matches!(subject, Subject::Deal(_)) && !open;
    let (slug, about) = (who.slug().clone(), subject.key());
    Ok(Some(Next { slug, about, name, day, may_activities, may_tasks, nothing_open }))
}

/// What a link to the form has filled in already.
async fn new(who: Allowed<ActivitiesWrite>, screen: Screen, Query(draft): Query<Draft>) -> Result {
    Form::<Activities>::page(&who, Sheet { draft, ..Sheet::blank(screen, who.app()) }).await
}

async fn add(who: Allowed<ActivitiesWrite>, screen: Screen, form: Valid<Form<Activities>>) -> Result {
    let mut tx = who.begin().await?;
    let added = activities::add(&mut tx, ActivityId(form.once), &form.fields).await;
    let id = form.settle(tx, added).await?;
    let did = if form.fields.state == State::Planned { "was added" } else { "was logged" };
    let toast = Toast::good(format!("“{}” {did}.", form.fields.subject));
    let page = paths::activity(who.slug(), id);
    // A record that it was logged from goes on being looked at.
    match form.draft.back.is_empty() {
        true => screen.done(page, toast).await,
        false => screen.done(back(&form.draft.back, page.clone()), toast.link("What comes next?", page)).await,
    }
}

/// Back to the list: who has given one away may not see it any more.
async fn change(
    who: Allowed<ActivitiesWrite>,
    screen: Screen,
    Record(id): Record<ActivityId>,
    form: Valid<Form<Activities>>,
) -> Result {
    let mut tx = who.begin().await?;
    let changed = activities::change(&mut tx, id, form.version, &form.fields).await;
    form.settle(tx, changed).await?;
    let mut tx = who.begin().await?;
    let there = !reach::within::<ActivitiesRead>(&mut tx, Kind::ActivitiesSeen, &[id.0]).await?.is_empty();
    let path = if there { paths::activity(who.slug(), id) } else { paths::activities(who.slug()) };
    screen.done(path, Toast::good("Changes saved.")).await
}

/// How it went.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Concluded {
    state: String,
    outcome: String,
    notes: String,
    back: String,
}

async fn conclude(
    who: Allowed<ActivitiesWrite>,
    screen: Screen,
    Record(id): Record<ActivityId>,
    Confirmed(said): Confirmed<Concluded>,
) -> Result {
    let mut errors = Errors::default();
    let notes = errors.text("notes", &said.notes, LONGEST);
    if let Some(wrong) = errors.of("notes") {
        return Err(Error::Bad(wrong.to_owned()));
    }
    let state = State::parse(&said.state).filter(|s| matches!(s, State::Done | State::NoShow)).unwrap_or(State::Done);
    let how = activities::Conclusion { state, outcome: Outcome::parse(&said.outcome), notes };
    let mut tx = who.begin().await?;
    let activity = activities::find(&mut tx, id).await?;
    activities::conclude(&mut tx, id, &how).await?;
    tx.commit().await?;
    let to = back(&said.back, paths::activity(who.slug(), id));
    let toast = Toast::good(format!("“{}” is done.", activity.subject));
    screen.done(to.clone(), toast.undo(paths::activity_reopening(who.slug(), id), &[("back", to)])).await
}

#[derive(Deserialize)]
struct From {
    #[serde(default)]
    back: String,
}

async fn cancel(
    who: Allowed<ActivitiesWrite>,
    screen: Screen,
    Record(id): Record<ActivityId>,
    Confirmed(from): Confirmed<From>,
) -> Result {
    let mut tx = who.begin().await?;
    let activity = held(&mut tx, id).await?;
    activities::close(&mut tx, &[id], State::Cancelled).await?;
    tx.commit().await?;
    let to = back(&from.back, paths::activity(who.slug(), id));
    let toast = Toast::good(format!("“{}” is cancelled. Whoever takes part is told.", activity.subject));
    screen.done(to.clone(), toast.undo(paths::activity_reopening(who.slug(), id), &[("back", to)])).await
}

async fn reopen(
    who: Allowed<ActivitiesWrite>,
    screen: Screen,
    Record(id): Record<ActivityId>,
    Confirmed(from): Confirmed<From>,
) -> Result {
    let mut tx = who.begin().await?;
    let activity = held(&mut tx, id).await?;
    activities::reopen(&mut tx, &[id]).await?;
    tx.commit().await?;
    let to = back(&from.back, paths::activity(who.slug(), id));
    screen.done(to, Toast::good(format!("“{}” is planned again.", activity.subject))).await
}

/// One that the reader may change.
async fn held(tx: &mut TenantTx, id: ActivityId) -> Result<Activity> {
    let activity = activities::find(tx, id).await?;
    match activities::may_change(tx, id).await? {
        true => Ok(activity),
        false => Err(Error::NotFound),
    }
}

async fn finish_many(
    who: Allowed<ActivitiesWrite>,
    screen: Screen,
    Confirmed(selected): Confirmed<Selection<ActivityId>>,
) -> Result {
    close_many(&who, &screen, &selected, State::Done, "done").await
}

async fn cancel_many(
    who: Allowed<ActivitiesWrite>,
    screen: Screen,
    Confirmed(selected): Confirmed<Selection<ActivityId>>,
) -> Result {
    close_many(&who, &screen, &selected, State::Cancelled, "cancelled").await
}

async fn close_many(
    who: &Allowed<ActivitiesWrite>,
    screen: &Screen,
    selected: &Selection<ActivityId>,
    state: State,
    words: &str,
) -> Result {
    let to = selected.back(paths::activities(who.slug()));
    let mut tx = who.begin().await?;
    let done = activities::close(&mut tx, &selected.ids, state).await?;
    tx.commit().await?;
    if done.is_empty() {
        // Sent twice, perhaps: the first notice, with its undo, must be the one that is read.
        return Ok(screen.go(to));
    }
    let mut undo: Vec<_> = done.iter().map(|id| ("ids", id.to_string())).collect();
    undo.push(("back", to.clone()));
    let told = were(done.len(), WORDS).replace("was", "is").replace("were", "are");
    let toast = Toast::good(format!("{told} {words}."));
    screen.done(to, toast.undo(paths::activity_reopenings(who.slug()), &undo)).await
}

async fn reopen_many(
    who: Allowed<ActivitiesWrite>,
    screen: Screen,
    Confirmed(selected): Confirmed<Selection<ActivityId>>,
) -> Result {
    let mut tx = who.begin().await?;
    let opened = activities::reopen(&mut tx, &selected.ids).await?;
    tx.commit().await?;
    let toast = Toast::good(format!("{} planned again.", were(opened.len(), WORDS)));
    screen.done(selected.back(paths::activities(who.slug())), toast).await
}

/// Rows that one file holds: it is made as a whole.
const MOST: i64 = 20_000;

async fn export(who: Allowed<ActivitiesExport>, screen: Screen, Strictly(filter): Strictly<Filter>) -> Result {
    if !filter.is_clear() {
        return Err(unclear());
    }
    let mut tx = who.begin().await?;
    let count = activities::count(&mut tx, &filter, MOST).await?;
    if count > MOST {
        let words = format!("These are more than {}. Narrow the list, and export the parts.", grouped(MOST));
        let back = views::list::url(&paths::activities(who.slug()), &filter.from_top());
        return screen.done(back, Toast::bad(words)).await;
    }
    let (mut rows, mut after) = (vec![], None);
    loop {
        let (page, next) = activities::export(&mut tx, &filter, after.as_ref(), exports::PAGE).await?;
        rows.extend(page.iter().map(|a| COLUMNS.iter().map(|(key, _)| a.cell(key).into_owned()).collect::<Vec<_>>()));
        after = next;
        if after.is_none() {
            break;
        }
    }
    let asked = serde_json::to_value(&filter).unwrap_or_default();
    let noted = serde_json::json!({ "question": [null, asked], "rows": [null, rows.len()] });
    audit::note(&mut tx, "activities", who.actor.tenant.0, Action::Exported, &noted).await?;
    tx.commit().await?;
    file::csv("activities.csv", COLUMNS.iter().map(|(_, label)| (*label).to_owned()).collect(), rows).await
}

/// One of them for another calendar (RFC 5545).
async fn ics(who: Allowed<ActivitiesRead>, Record(id): Record<ActivityId>) -> Result {
    let mut tx = who.begin().await?;
    let activity = activities::find(&mut tx, id).await?;
    let url = format!("{}{}", who.app().config().public_url, paths::activity(who.slug(), id));
    let calendar = Calendar::new().push(event(&activity, &url)).done();
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"invitation.ics\""),
    ];
    Ok((headers, calendar.to_string()).into_response())
}

/// As other calendars know it. Its version counts its changes, so that one which moves is the same one.
pub fn event(a: &Activity, url: &str) -> Event {
    let mut event = Event::new();
    event
        .uid(&a.id.to_string())
        .timestamp(a.updated_at)
        .sequence(a.version.unsigned_abs())
        .summary(&a.subject)
        .starts(a.starts_at)
        .ends(a.ends_at)
        .url(url)
        .status(if a.state == State::Cancelled { EventStatus::Cancelled } else { EventStatus::Confirmed });
    if let Some(place) = &a.place {
        event.location(place);
    }
    event.done()
}

/// What is planned beside a record, for its page.
pub async fn on_record<P: Permission>(
    tx: &mut TenantTx,
    who: &Allowed<P>,
    screen: &Screen,
    subject: Subject,
) -> Result<OnRecord> {
    Ok(OnRecord {
        slug: who.slug().clone(),
        csrf: screen.csrf().to_owned(),
        once: tx.id::<ActivityId>(),
        subject,
        planned: activities::planned(tx, subject, 4).await?,
        moment: moment(who),
        may_write: who.actor.may(ActivitiesWrite::KEY),
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    about: String,
    /// Who is to take part.
    attendee: String,
}

async fn options(who: Allowed<ActivitiesWrite>, screen: Screen, Query(asked): Query<Asked>) -> Result {
    let mut tx = who.begin().await?;
    if screen.wants("people") {
        let people = activities::people(&mut tx, &asked.attendee).await?;
        return Ok(screen.show(&who, &views::activities::People(people)));
    }
    let found = records::options(&mut tx, &asked.about, 6).await?;
    Ok(screen.show(&who, &views::tasks::Options(found)))
}

/// Calls and meetings, to the handlers of all nouns.
pub struct Activities;

impl Noun for Activities {
    type Id = ActivityId;
    type Record = Activity;
    type Draft = Draft;
    type Fields = Fields;
    type Edit = Edit;
    type Read = ActivitiesRead;
    type Write = ActivitiesWrite;

    const WORDS: Words = WORDS;
    const KIND: Kind = Kind::Activities;
    const LIST: &'static str = paths::ACTIVITIES;
    const FIELDS: &'static [Field] = FIELDS;

    fn read(draft: &Draft, conventions: &Conventions) -> (Fields, Errors) {
        draft.read(conventions)
    }

    fn called(fields: &Fields) -> String {
        fields.subject.clone()
    }

    fn name(activity: &Activity) -> String {
        activity.subject.clone()
    }

    fn version(activity: &Activity) -> Version {
        activity.version
    }

    fn draft(activity: &Activity) -> Draft {
        activity.draft()
    }

    async fn find(tx: &mut TenantTx, id: ActivityId) -> store::Result<Activity> {
        activities::find(tx, id).await
    }

    async fn check(tx: &mut TenantTx, own: ActivityId, fields: &Fields) -> store::Result<Errors> {
        activities::check(tx, own, fields).await
    }

    async fn add(tx: &mut TenantTx, id: ActivityId, fields: &Fields) -> store::Result<ActivityId> {
        activities::add(tx, id, fields).await
    }

    async fn change(tx: &mut TenantTx, id: ActivityId, version: Version, fields: &Fields) -> store::Result<()> {
        activities::change(tx, id, version, fields).await
    }

    async fn edit(who: &Allowed<ActivitiesWrite>, tx: &mut TenantTx, mut entry: Entry<Draft>) -> Result<Edit> {
        let me = who.actor.member;
        let own = entry.editing.as_ref().and_then(|e| e.id.parse::<ActivityId>().ok());
        if own.is_none() && entry.errors.is_empty() {
            suggest(&mut entry.draft, who);
        }
        if entry.draft.owner.is_empty() {
            entry.draft.owner = me.to_string();
        }
        // A link says which record by its id.
        if let Some(subject) = Subject::parse(&entry.draft.about) {
            entry.draft.about = records::words(tx, subject).await?.unwrap_or_default();
        }
        let about_hidden = match own {
            Some(id) => activities::find(tx, id).await?.about_hidden,
            None => false,
        };
        let members = members::choices(tx).await?;
        Ok(Edit { entry, members, me, about_hidden, zone: who.zone.name().replace('_', " ") })
    }
}

/// What most new ones are: at the next whole hour, with a reminder.
fn suggest<P: Permission>(draft: &mut Draft, who: &Allowed<P>) {
    let hour = who.app().now() + chrono::TimeDelta::hours(1);
    let local = hour.with_timezone(&who.zone).naive_local();
    let call = draft.kind == What::Call.key();
    let time = local.time().with_minute(0).unwrap_or_default();
    for (field, usual) in [
        (&mut draft.kind, What::Meeting.key().to_owned()),
        (&mut draft.day, Day(local.date()).to_string()),
        (&mut draft.time, clock(time)),
        (&mut draft.minutes, if call { "15" } else { "60" }.to_owned()),
        (&mut draft.remind, "15".to_owned()),
    ] {
        if field.is_empty() {
            *field = usual;
        }
    }
}

impl Viewed for Activities {
    type Question = Filter;

    const VIEWS: Target = Target::Activities;
}

impl Sought for Activities {
    const TITLE: &'static str = "Calls and meetings";

    async fn search(tx: &mut TenantTx, question: &str) -> store::Result<Slice<Activity>> {
        let all = || ALL.to_owned();
        activities::list(tx, &Filter { q: question.to_owned(), of: all(), state: all(), ..Filter::default() }).await
    }

    fn id(activity: &Activity) -> ActivityId {
        activity.id
    }

    fn details(a: &Activity) -> Vec<Option<String>> {
        let about = a.about.as_ref().map(|named| named.name.clone());
        vec![Some(a.kind.label().to_owned()), Some(a.owner.name.clone()), about]
    }
}
