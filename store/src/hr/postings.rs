//! Queries of jobs to fill. Every read passes through the reach of the reader, and through [`columns`], which leaves out what
//! is paid for whoever may not know.

mod parts;

pub use parts::{questions, set_questions, set_stages, set_team, stages, team};

use crate::{
    Error, Result, TenantTx, Version, Who,
    db::{day, strange},
    exports,
    list::{self, Key, Plan, Shape, row},
    notifications,
    reach::{self, Kind},
    workspace::roles,
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    Currency, PostingId,
    access::{Permission, PostingsApprove, PostingsExport, PostingsPay, PostingsRead, PostingsWrite, Scope},
    hr::postings::{
        Approval, Employment, Fields, Filter, Order, Per, Posting, Salary, State, TeamRole, USUAL, Workplace, handle,
    },
    list::{Mark, Slice, Sort},
    notifications::{Kind as Notices, Notice},
    paths::{self, Pages},
};
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

const SEEN: Kind = Kind::PostingsSeen;

/// Without the description, which lists do not show.
const COLUMNS: [&str; 2] = [
    "e.id, e.version, e.title, e.handle, e.department, e.location, e.workplace, e.employment, e.headcount, e.closes_on, e.internal, \
     e.state, e.approval, e.published_at, e.ended_at, e.created_at, e.salary_shown, \
     case when e.salary_shown and e.state = 'published' then e.salary_from end as salary_from, \
     case when e.salary_shown and e.state = 'published' then e.salary_to end as salary_to, \
     case when e.salary_shown and e.state = 'published' then e.salary_currency end as salary_currency, \
     case when e.salary_shown and e.state = 'published' then e.salary_per end as salary_per",
    "e.id, e.version, e.title, e.handle, e.department, e.location, e.workplace, e.employment, e.headcount, e.closes_on, e.internal, \
     e.state, e.approval, e.published_at, e.ended_at, e.created_at, e.salary_shown, e.salary_from, e.salary_to, e.salary_currency, \
     e.salary_per",
];

fn columns(tx: &TenantTx) -> &'static str {
    COLUMNS[usize::from(tx.scope::<PostingsPay>().is_some())]
}

fn shape(tx: &TenantTx) -> Shape {
    Shape { from: "postings e", columns: columns(tx), joined: "1 as one", joins: "", counted: "lower(e.title)" }
}

fn key(sort: Sort<Order>) -> Key {
    let (sql, cast) = match sort.key {
        Order::Title => ("lower(e.title)", "text"),
        Order::Created => ("e.created_at", "timestamptz"),
    };
    Key { sql, cast, descending: sort.descending }
}

/// One page of what the reader may see.
pub async fn list(tx: &mut TenantTx, filter: &Filter) -> Result<Slice<Posting>> {
    let (shape, scope) = (shape(tx), tx.scope::<PostingsRead>());
    let conditions = move |q: &mut QueryBuilder<Postgres>| narrow(q, filter, scope);
    let page =
        list::page::<Row>(tx.conn(), &shape, &conditions, &key(filter.order()), &filter.cursor(), Plan::Fresh).await?;
    let rows = page.rows.into_iter().map(Row::posting).collect::<Result<_>>()?;
    Ok(Slice { rows, previous: page.previous, next: page.next, total: page.total, near: page.near })
}

fn narrow(q: &mut QueryBuilder<Postgres>, filter: &Filter, scope: Option<Scope>) {
    reach::narrow(q, SEEN, scope);
    if let Some(state) = filter.state() {
        q.push(" and e.state = ").push_bind(state.key());
    }
    if let Some(approval) = filter.approval() {
        q.push(" and e.approval = ").push_bind(approval.key());
    }
    for (column, asked) in [("department", &filter.department), ("location", &filter.location)] {
        if !asked.is_empty() {
            q.push(" and lower(e.").push(column).push(") = lower(").push_bind(asked.clone()).push(")");
        }
    }
    for word in filter.q.split_whitespace().take(8) {
        let pattern =
            format!("%{}%", word.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
        q.push(" and e.search_text like ").push_bind(pattern);
    }
}

/// How many the filter finds for a file, counted no further than one past `most`.
pub async fn count(tx: &mut TenantTx, filter: &Filter, most: i64) -> Result<i64> {
    let (shape, scope) = (shape(tx), reach::lower::<PostingsExport, PostingsRead>(tx.rights()));
    exports::count(tx, &shape, &|q| narrow(q, filter, scope), most).await
}

/// Those of the question behind `after`, in its order, for a file; and where the next ones begin.
pub async fn export(
    tx: &mut TenantTx,
    filter: &Filter,
    after: Option<&Mark>,
    most: i64,
) -> Result<(Vec<Posting>, Option<Mark>)> {
    let (shape, key) = (shape(tx), key(filter.order()));
    let scope = reach::lower::<PostingsExport, PostingsRead>(tx.rights());
    let conditions = |q: &mut QueryBuilder<Postgres>| narrow(q, filter, scope);
    let (rows, next) = exports::page::<Row>(tx, &shape, &conditions, &key, after, most).await?;
    Ok((rows.into_iter().map(Row::posting).collect::<Result<_>>()?, next))
}

/// Departments and locations of what the reader may see, for choosing one.
pub async fn places(tx: &mut TenantTx) -> Result<(Vec<String>, Vec<String>)> {
    let mut q = QueryBuilder::new("select distinct e.department, e.location from postings e where true");
    reach::narrow(&mut q, SEEN, tx.scope::<PostingsRead>());
    q.push(" limit 500");
    let rows: Vec<(Option<String>, Option<String>)> = q.build_query_as().fetch_all(tx.conn()).await?;
    let (mut departments, mut locations): (Vec<_>, Vec<_>) =
        (rows.iter().filter_map(|r| r.0.clone()).collect(), rows.iter().filter_map(|r| r.1.clone()).collect());
    for list in [&mut departments, &mut locations] {
        list.sort_unstable();
        list.dedup();
    }
    Ok((departments, locations))
}

/// One of them, if the reader may see it, with all that is said about it.
pub async fn find(tx: &mut TenantTx, id: PostingId) -> Result<Posting> {
    let mut q = QueryBuilder::new("select 1 as one, ");
    q.push(columns(tx)).push(" from postings e where e.id = ").push_bind(id.0);
    reach::narrow(&mut q, SEEN, tx.scope::<PostingsRead>());
    let row: Option<Row> = q.build_query_as().fetch_optional(tx.conn()).await?;
    let posting = row.ok_or(Error::NotFound)?.posting()?;
    let more = sqlx::query!(
        r#"select p.reason, p.description, p.asked_at, p.decided_at, p.decision, a.name as "asked_by?", d.name as "decided_by?"
           from postings p left join members a on a.tenant_id = p.tenant_id and a.id = p.asked_by
           left join members d on d.tenant_id = p.tenant_id and d.id = p.decided_by where p.id = $1"#,
        id.0
    );
    let r = more.fetch_one(tx.conn()).await?;
    Ok(Posting {
        reason: r.reason,
        description: r.description,
        asked_by: r.asked_by,
        asked_at: r.asked_at,
        decided_by: r.decided_by,
        decided_at: r.decided_at,
        decision: r.decision,
        ..posting
    })
}

/// The one who acts, if it is a member.
fn me(tx: &TenantTx) -> Option<Uuid> {
    match tx.who() {
        Who::Member(me) => Some(me.0),
        _ => None,
    }
}

/// Adds it under the given id, with the usual stages; whoever asks for it hires for it. A form sent twice adds once.
pub async fn add(tx: &mut TenantTx, id: PostingId, f: &Fields) -> Result<PostingId> {
    let sees = tx.scope::<PostingsPay>().is_some();
    let salary = f.salary.filter(|_| sees);
    let me = me(tx);
    let added = sqlx::query!(
        "insert into postings (tenant_id, id, title, handle, department, location, workplace, employment, headcount, reason,
           description, salary_from, salary_to, salary_currency, salary_per, salary_shown, closes_on, internal, created_by,
           created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $20)
         on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        f.title,
        handle(&f.title, id),
        f.department,
        f.location,
        f.workplace.key(),
        f.employment.key(),
        f.headcount,
        f.reason,
        f.description,
        salary.and_then(|s| s.from),
        salary.and_then(|s| s.to),
        salary.map(|s| s.currency.code()),
        salary.map(|s| s.per.key()),
        salary.is_some_and(|s| s.shown),
        f.closes_on.map(|d| d.0),
        f.internal,
        me,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    if added.rows_affected() == 0 {
        return if find(tx, id).await?.is(f, sees) { Ok(id) } else { Err(Error::Sent) };
    }
    let usual: Vec<_> = USUAL
        .iter()
        .map(|(name, kind)| domain::hr::postings::Stage { id: None, name: (*name).to_owned(), kind: *kind })
        .collect();
    parts::write_stages(tx, id, &usual).await?;
    if let Some(me) = me {
        parts::write_team(tx, id, &[(me.into(), TeamRole::HiringManager)]).await?;
    }
    Ok(id)
}

/// Changes all fields that the reader may change. More people than were approved are another question to whoever approves.
pub async fn change(tx: &mut TenantTx, id: PostingId, version: Version, f: &Fields) -> Result<()> {
    reach::hold::<PostingsWrite>(tx, Kind::Postings, id.0).await?;
    let before = find(tx, id).await?;
    let sees = tx.scope::<PostingsPay>().is_some();
    let published = !matches!(before.state, State::Draft | State::Closed);
    if published && f.headcount > before.headcount {
        return Err(Error::refused("headcount", "So many were approved. Copy the job to ask for more."));
    }
    let again = before.approved() && f.headcount > before.headcount;
    let done = sqlx::query!(
        "update postings set version = version + 1, updated_at = $3, title = $4, department = $5, location = $6, workplace = $7,
           employment = $8, headcount = $9, reason = $10, description = $11, closes_on = $12, internal = $13,
           salary_from = case when $14 then $15 else salary_from end,
           salary_to = case when $14 then $16 else salary_to end,
           salary_currency = case when $14 then $17 else salary_currency end,
           salary_per = case when $14 then $18 else salary_per end,
           salary_shown = case when $14 then $19 else salary_shown end,
           approval = case when $20 then 'none' else approval end
         where id = $1 and version = $2",
        id.0,
        version,
        tx.now(),
        f.title,
        f.department,
        f.location,
        f.workplace.key(),
        f.employment.key(),
        f.headcount,
        f.reason,
        f.description,
        f.closes_on.map(|d| d.0),
        f.internal,
        sees,
        f.salary.and_then(|s| s.from),
        f.salary.and_then(|s| s.to),
        f.salary.map(|s| s.currency.code()),
        f.salary.map(|s| s.per.key()),
        f.salary.is_some_and(|s| s.shown),
        again
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 { Err(Error::Stale) } else { Ok(()) }
}

/// Holds the row, and gives it as it is.
async fn hold(tx: &mut TenantTx, id: PostingId) -> Result<Posting> {
    sqlx::query!("select 1 as one from postings where id = $1 for update", id.0).fetch_optional(tx.conn()).await?;
    find(tx, id).await
}

fn notice(posting: &Posting, kind: Notices, title: String, body: Option<String>, turn: DateTime<Utc>) -> Notice {
    let path = Pages::within(paths::POSTINGS).record(posting.id);
    Notice { kind, title, body, path, key: format!("{}/{}", posting.id, turn.timestamp_micros()) }
}

/// Asks whoever approves jobs. Gives its title.
pub async fn ask(tx: &mut TenantTx, id: PostingId) -> Result<String> {
    reach::hold::<PostingsWrite>(tx, Kind::Postings, id.0).await?;
    let posting = hold(tx, id).await?;
    match (posting.state, posting.approval) {
        (State::Draft | State::Closed, Approval::None | Approval::Declined) => {}
        (_, Approval::Asked) => return Err(Error::refused("", "It waits for approval already.")),
        _ => return Err(Error::refused("", "It is approved already.")),
    }
    let now = tx.now();
    sqlx::query!(
        "update postings set approval = 'asked', asked_by = $2, asked_at = $3, decided_by = null, decided_at = null, decision = null,
           version = version + 1, updated_at = $3 where id = $1",
        id.0,
        me(tx),
        now
    )
    .execute(tx.conn())
    .await?;
    let deciders = roles::keepers(tx, &[PostingsApprove::KEY]).await?;
    let seats = if posting.headcount == 1 { "One person".to_owned() } else { format!("{} people", posting.headcount) };
    let told = notice(&posting, Notices::ApprovalAsked, format!("Approve a job: {}", posting.title), Some(seats), now);
    notifications::notify(tx, &deciders, &told).await?;
    Ok(posting.title)
}

/// Says yes or no. Nobody does of what they have asked for themselves, unless nobody else may. Gives its title.
pub async fn decide(tx: &mut TenantTx, id: PostingId, yes: bool, words: Option<&str>) -> Result<String> {
    let posting = hold(tx, id).await?;
    if posting.approval != Approval::Asked {
        return Err(Error::refused("", "It does not wait for an answer any more."));
    }
    let (me, now) = (me(tx), tx.now());
    let asker = sqlx::query_scalar!("select asked_by from postings where id = $1", id.0).fetch_one(tx.conn()).await?;
    if asker == me && !roles::alone_with(tx, &[PostingsApprove::KEY]).await? {
        return Err(Error::refused("", "You have asked for it yourself: somebody else decides."));
    }
    if !yes && words.is_none() {
        return Err(Error::refused("decision", "Say why not."));
    }
    let approval = if yes { Approval::Approved } else { Approval::Declined };
    sqlx::query!(
        "update postings set approval = $2, decided_by = $3, decided_at = $4, decision = $5, version = version + 1, updated_at = $4
         where id = $1",
        id.0,
        approval.key(),
        me,
        now,
        words
    )
    .execute(tx.conn())
    .await?;
    if let Some(asker) = asker {
        let what = if yes { "approved" } else { "declined" };
        let title = format!("Your job {} was {what}", posting.title);
        let told = notice(&posting, Notices::ApprovalAnswered, title, words.map(str::to_owned), now);
        notifications::notify(tx, &[asker.into()], &told).await?;
    }
    Ok(posting.title)
}

/// Publishes it, puts it on hold, closes or fills it. Gives its title.
pub async fn shift(tx: &mut TenantTx, id: PostingId, to: State) -> Result<String> {
    reach::hold::<PostingsWrite>(tx, Kind::Postings, id.0).await?;
    let posting = hold(tx, id).await?;
    let today = tx.today();
    posting.state.step(to, posting.approved(), posting.over(today)).map_err(|why| Error::refused("", why))?;
    put(tx, id, to).await?;
    Ok(posting.title)
}

async fn put(tx: &mut TenantTx, id: PostingId, to: State) -> Result<()> {
    let ends = matches!(to, State::Closed | State::Filled);
    sqlx::query!(
        "update postings set state = $2, version = version + 1, updated_at = $3,
           published_at = case when $2 = 'published' then coalesce(published_at, $3) else published_at end,
           ended_at = case when $4 then $3 end
         where id = $1",
        id.0,
        to.key(),
        tx.now(),
        ends
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Closes what is published and whose last day is over, where the workspace is; at most so many at once. Gives how many.
pub async fn close_due(tx: &mut TenantTx, most: i64) -> Result<usize> {
    let today = tx.today().0;
    let due = sqlx::query_scalar!(
        "select id from postings where state = 'published' and closes_on < $1 order by closes_on, id limit $2 for update",
        today,
        most
    );
    let due = due.fetch_all(tx.conn()).await?;
    for id in &due {
        put(tx, PostingId(*id), State::Closed).await?;
    }
    Ok(due.len())
}

/// The same job once more, as a draft that nobody has approved, with its questions, stages and team.
pub async fn copy(tx: &mut TenantTx, id: PostingId, new: PostingId) -> Result<PostingId> {
    reach::hold::<PostingsWrite>(tx, Kind::Postings, id.0).await?;
    let from = find(tx, id).await?;
    let title = format!("{} (copy)", from.title.chars().take(112).collect::<String>());
    sqlx::query!(
        "insert into postings (tenant_id, id, title, handle, department, location, workplace, employment, headcount, reason,
           description, salary_from, salary_to, salary_currency, salary_per, salary_shown, internal, created_by, created_at, updated_at)
         select tenant_id, $2, $3, $4, department, location, workplace, employment, headcount, reason,
           description, salary_from, salary_to, salary_currency, salary_per, salary_shown, internal, $5, $6, $6
         from postings where id = $1",
        id.0,
        new.0,
        title,
        handle(&title, new),
        me(tx),
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    parts::copy(tx, id, new).await?;
    Ok(new)
}

row! {
    struct Row {
        one: i32,
        id: Uuid,
        version: i32,
        title: String,
        handle: String,
        department: Option<String>,
        location: Option<String>,
        workplace: String,
        employment: String,
        headcount: i32,
        closes_on: Option<NaiveDate>,
        internal: bool,
        state: String,
        approval: String,
        published_at: Option<DateTime<Utc>>,
        ended_at: Option<DateTime<Utc>>,
        created_at: DateTime<Utc>,
        salary_shown: bool,
        salary_from: Option<i64>,
        salary_to: Option<i64>,
        salary_currency: Option<String>,
        salary_per: Option<String>,
    }
}

impl Row {
    fn posting(self) -> Result<Posting> {
        debug_assert_eq!(self.one, 1);
        let salary = read_salary(
            (self.salary_from, self.salary_to),
            self.salary_currency.as_deref().zip(self.salary_per.as_deref()),
            self.salary_shown,
        )?;
        Ok(Posting {
            id: PostingId(self.id),
            version: self.version,
            title: self.title,
            handle: self.handle,
            department: self.department,
            location: self.location,
            workplace: workplace(&self.workplace)?,
            employment: employment(&self.employment)?,
            headcount: self.headcount,
            reason: None,
            description: String::new(),
            salary,
            closes_on: day(self.closes_on),
            internal: self.internal,
            state: State::parse(&self.state).ok_or_else(|| strange("state", &self.state))?,
            approval: Approval::parse(&self.approval).ok_or_else(|| strange("approval", &self.approval))?,
            asked_by: None,
            asked_at: None,
            decided_by: None,
            decided_at: None,
            decision: None,
            published_at: self.published_at,
            ended_at: self.ended_at,
            created_at: self.created_at,
        })
    }
}

pub(super) fn workplace(key: &str) -> Result<Workplace> {
    Workplace::parse(key).ok_or_else(|| strange("workplace", key))
}

pub(super) fn employment(key: &str) -> Result<Employment> {
    Employment::parse(key).ok_or_else(|| strange("employment", key))
}

/// What is paid, where a row says so: amounts, currency and for what, and whether everybody sees it.
pub(super) fn read_salary(
    (from, to): (Option<i64>, Option<i64>),
    of: Option<(&str, &str)>,
    shown: bool,
) -> Result<Option<Salary>> {
    let Some((currency, per)) = of else { return Ok(None) };
    let currency = Currency::from_code(currency).ok_or_else(|| strange("currency", currency))?;
    let per = Per::parse(per).ok_or_else(|| strange("per", per))?;
    Ok(Some(Salary { from, to, currency, per, shown }))
}
