//! Queries of calls and meetings. Every read passes through [`narrow_seen`], which leaves out those that the reader may not
//! see, and names the record of one, and who takes part in it, to nobody who may not see those.

mod attendees;
mod change;

pub use change::{Conclusion, add, change, check, close, concerned, conclude, reopen};

use crate::{
    Error, Result, TenantTx, Who,
    db::strange,
    exports,
    list::{self, Key, Plan, Shape, row},
    reach::{self, Kind, TAKES_PART},
    records, search,
};
use chrono::{DateTime, Days, NaiveTime, Utc};
use chrono_tz::Tz;
use domain::{
    ActivityId, Day, MemberId,
    access::{ActivitiesExport, ActivitiesRead, ActivitiesWrite, ContactsRead, EmployeesWrite, Scope},
    activities::{
        Activity, Attendee, Attending, Direction, Filter, Kind as What, Order, Outcome, State, When, working_day,
    },
    day::instant,
    list::{Mark, Slice, Sort},
    reminders::Remind,
    tasks::Person,
    workspace::access::Subject,
};
use serde::Deserialize;
use sqlx::{Postgres, QueryBuilder};
use std::sync::LazyLock;
use uuid::Uuid;

const COLUMNS: &str = "e.id, e.version, e.kind, e.subject, e.starts_at, e.ends_at, e.place, e.direction, e.outcome, e.state, e.notes, \
    e.owner_id, e.created_by, e.employee_id, e.customer_id, e.contact_id, e.deal_id, e.lead_id, e.remind_before, e.remind_at, \
    e.closed_at, e.created_at, e.updated_at, e.tenant_id";

const JOINED: &str = "a.name as owner_name, c.name as creator_name, at.people as people, s.name as employee_name, \
    s.number as employee_number, k.name as customer_name, v.name as contact_name, g.name as deal_name, h.name as lead_name";

/// By what the reader sees of records.
static JOINS: LazyLock<records::Kept> = LazyLock::new(records::Kept::default);

fn joins(sight: records::Sight) -> String {
    format!(
        " left join members a on a.tenant_id = p.tenant_id and a.id = p.owner_id \
          left join members c on c.tenant_id = p.tenant_id and c.id = p.created_by \
          left join lateral (select jsonb_agg(jsonb_build_object('member', t.member_id, 'contact', t.contact_id, \
              'name', coalesce(m.name, o.name), 'email', coalesce(m.email, o.email)) order by t.id) as people \
            from activity_attendees t \
            left join members m on m.tenant_id = t.tenant_id and m.id = t.member_id \
            left join lateral (select e.name, e.email from contacts e \
              where e.tenant_id = t.tenant_id and e.id = t.contact_id and {}) o on true \
            where t.tenant_id = p.tenant_id and t.activity_id = p.id) at on true{}",
        records::sees_contacts(sight),
        records::joins(sight)
    )
}

fn shape(tx: &TenantTx) -> Shape {
    let joins = JOINS.of(records::sight(tx), joins);
    Shape { from: "activities e", columns: COLUMNS, joined: JOINED, joins, counted: "e.starts_at" }
}

fn key(sort: Sort<Order>) -> Key {
    let (sql, cast) = match sort.key {
        Order::Start => ("e.starts_at", "timestamptz"),
        Order::Subject => ("lower(e.subject)", "text"),
    };
    Key { sql, cast, descending: sort.descending }
}

/// ` and …` for those that this scope reaches. What is said about a person is for who takes part, and for whoever may change
/// that record and is not it.
fn narrow_seen(q: &mut QueryBuilder<Postgres>, scope: Option<Scope>, of_people: Option<Scope>) {
    reach::narrow(q, Kind::ActivitiesSeen, scope);
    q.push(" and (e.employee_id is null or ").push(TAKES_PART);
    q.push(match of_people {
        None | Some(Scope::Own) => ")",
        Some(Scope::Team) => {
            " or e.employee_id in (select house.team()) and e.employee_id is distinct from house.me())"
        }
        Some(Scope::All) => " or e.employee_id is distinct from house.me())",
    });
}

fn seen(q: &mut QueryBuilder<Postgres>, tx: &TenantTx) {
    narrow_seen(q, tx.scope::<ActivitiesRead>(), tx.scope::<EmployeesWrite>());
}

/// One page of those that the reader may see.
pub async fn list(tx: &mut TenantTx, filter: &Filter) -> Result<Slice<Activity>> {
    let hits = search::hits(tx, "activity", &filter.q).await?;
    let plan = if matches!(hits, search::Hits::These(_)) { Plan::Found } else { Plan::Fresh };
    let asked = Asked::of(tx, tx.scope::<ActivitiesRead>());
    let conditions = |q: &mut QueryBuilder<Postgres>| narrow(q, filter, &hits, &asked);
    let (shape, zone) = (shape(tx), tx.told_in());
    let page = list::page::<Row>(tx.conn(), &shape, &conditions, &key(filter.order()), &filter.cursor(), plan).await?;
    let rows = page.rows.into_iter().map(|r| r.activity(zone)).collect::<Result<_>>()?;
    Ok(Slice { rows, previous: page.previous, next: page.next, total: page.total, near: page.near })
}

/// How many a file of this question would have, counted no further than one past `most`.
pub async fn count(tx: &mut TenantTx, filter: &Filter, most: i64) -> Result<i64> {
    let hits = search::hits(tx, "activity", &filter.q).await?;
    let asked = Asked::of(tx, reach::lower::<ActivitiesExport, ActivitiesRead>(tx.rights()));
    let shape = shape(tx);
    exports::count(tx, &shape, &|q| narrow(q, filter, &hits, &asked), most).await
}

/// Those of the question behind `after`, in its order, for a file; and where the next ones begin.
pub async fn export(
    tx: &mut TenantTx,
    filter: &Filter,
    after: Option<&Mark>,
    most: i64,
) -> Result<(Vec<Activity>, Option<Mark>)> {
    let hits = search::hits(tx, "activity", &filter.q).await?;
    let asked = Asked::of(tx, reach::lower::<ActivitiesExport, ActivitiesRead>(tx.rights()));
    let (shape, zone) = (shape(tx), tx.told_in());
    let conditions = |q: &mut QueryBuilder<Postgres>| narrow(q, filter, &hits, &asked);
    let (rows, next) = exports::page::<Row>(tx, &shape, &conditions, &key(filter.order()), after, most).await?;
    Ok((rows.into_iter().map(|r| r.activity(zone)).collect::<Result<_>>()?, next))
}

/// Who asks, when and where.
struct Asked {
    scope: Option<Scope>,
    of_people: Option<Scope>,
    now: DateTime<Utc>,
    today: DateTime<Utc>,
    tomorrow: DateTime<Utc>,
    next_week: DateTime<Utc>,
}

impl Asked {
    fn of(tx: &TenantTx, scope: Option<Scope>) -> Self {
        let (now, zone) = (tx.now(), tx.told_in());
        let today = now.with_timezone(&zone).date_naive();
        let begin = |days| instant(zone, today.checked_add_days(Days::new(days)).unwrap_or(today), NaiveTime::MIN);
        let of_people = tx.scope::<EmployeesWrite>();
        Self { scope, of_people, now, today: begin(0), tomorrow: begin(1), next_week: begin(7) }
    }
}

fn narrow(q: &mut QueryBuilder<Postgres>, filter: &Filter, hits: &search::Hits, asked: &Asked) {
    narrow_seen(q, asked.scope, asked.of_people);
    if !filter.everybodys() {
        q.push(" and (e.owner_id = house.me_member() or e.id in (select t.activity_id from activity_attendees t where t.member_id = house.me_member()))");
    }
    if let Some(kind) = filter.kind() {
        q.push(" and e.kind = ").push_bind(kind.key());
    }
    if let Some(state) = filter.state() {
        q.push(" and e.state = ").push_bind(state.key());
    }
    if let Some(outcome) = filter.outcome() {
        q.push(" and e.outcome = ").push_bind(outcome.key());
    }
    if let Some(owner) = filter.owner() {
        q.push(" and e.owner_id = ").push_bind(owner.0);
    }
    match filter.when() {
        None => {}
        Some(When::Overdue) => {
            q.push(" and e.state = 'planned' and e.ends_at < ").push_bind(asked.now);
        }
        Some(When::Today) => {
            q.push(" and e.starts_at >= ").push_bind(asked.today).push(" and e.starts_at < ").push_bind(asked.tomorrow);
        }
        Some(When::Week) => {
            q.push(" and e.starts_at >= ").push_bind(asked.today);
            q.push(" and e.starts_at < ").push_bind(asked.next_week);
        }
        Some(When::Past) => {
            q.push(" and e.starts_at < ").push_bind(asked.now);
        }
    }
    if let Some(subject) = filter.about() {
        beside(q, subject);
    }
    hits.narrow(q);
}

/// Those that stand beside a record: about it; of a contact, also those in which they take part; of a company, also those
/// about its people and its deals.
fn beside(q: &mut QueryBuilder<Postgres>, subject: Subject) {
    match subject {
        Subject::Contact(id) => {
            q.push(" and e.id in (select r.id from activities r where r.record_id = ").push_bind(id.0);
            q.push(" union all select t.activity_id from activity_attendees t where t.contact_id = ").push_bind(id.0);
            q.push(")");
        }
        Subject::Customer(id) => {
            q.push(" and e.record_id in (select ").push_bind(id.0).push("::uuid");
            q.push(" union all select d.id from deals d where d.customer_id = ").push_bind(id.0);
            q.push(" union all select l.contact_id from customer_contacts l where l.customer_id = ")
                .push_bind(id.0)
                .push(")");
        }
        _ => {
            q.push(" and e.record_id = ").push_bind(subject.id());
        }
    }
}

/// One of them, if the reader may see it.
pub async fn find(tx: &mut TenantTx, id: ActivityId) -> Result<Activity> {
    let shape = shape(tx);
    let mut q = QueryBuilder::new("select ");
    q.push(shape.joined).push(", p.* from (select ").push(COLUMNS).push(" from activities e where e.id = ");
    q.push_bind(id.0);
    seen(&mut q, tx);
    q.push(") p").push(shape.joins);
    let row: Option<Row> = q.build_query_as().fetch_optional(tx.conn()).await?;
    row.ok_or(Error::NotFound)?.activity(tx.told_in())
}

/// What is planned beside a record, the next first, at most `most`.
pub async fn planned(tx: &mut TenantTx, subject: Subject, most: i64) -> Result<Vec<Activity>> {
    some(tx, "e.starts_at, e.id", most, |q| {
        q.push(" and e.state = 'planned'");
        beside(q, subject);
    })
    .await
}

/// What was beside a record, the latest first, before `before`, at most `most`. What is planned is not yet.
pub async fn held(tx: &mut TenantTx, subject: Subject, before: Option<&Mark>, most: i64) -> Result<Vec<Activity>> {
    let mark = before.and_then(|m| Some((m.value.parse::<DateTime<Utc>>().ok()?, m.id)));
    some(tx, "e.starts_at desc, e.id desc", most, |q| {
        q.push(" and e.state <> 'planned'");
        beside(q, subject);
        if let Some((at, id)) = mark {
            q.push(" and (e.starts_at, e.id) < (").push_bind(at).push(", ").push_bind(id).push(")");
        }
    })
    .await
}

/// Whose a calendar shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// In which this member takes part.
    Of(MemberId),
    /// All that the reader may see.
    Everybody,
}

/// Those that lie, wholly or in part, between two moments, in their order, at most `most`; none that were called off.
pub async fn between(
    tx: &mut TenantTx,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    whose: Whose,
    most: i64,
) -> Result<Vec<Activity>> {
    some(tx, "e.starts_at, e.id", most, |q| {
        q.push(" and e.state <> 'cancelled' and e.starts_at < ").push_bind(to);
        // None lasts longer than a day.
        q.push(" and e.starts_at > ").push_bind(from - chrono::Duration::days(1));
        q.push(" and (e.ends_at > ").push_bind(from).push(" or e.starts_at >= ").push_bind(from).push(")");
        of(q, whose);
    })
    .await
}

/// Those that are over and of which nobody has said how they went, the latest first.
pub async fn unsaid(tx: &mut TenantTx, whose: Whose, before: DateTime<Utc>, most: i64) -> Result<Vec<Activity>> {
    some(tx, "e.starts_at desc, e.id desc", most, |q| {
        q.push(" and e.state = 'planned' and e.ends_at <= ").push_bind(before);
        of(q, whose);
    })
    .await
}

fn of(q: &mut QueryBuilder<Postgres>, whose: Whose) {
    if let Whose::Of(member) = whose {
        q.push(" and (e.owner_id = ").push_bind(member.0);
        q.push(" or e.id in (select t.activity_id from activity_attendees t where t.member_id = ");
        q.push_bind(member.0).push("))");
    }
}

async fn some(
    tx: &mut TenantTx,
    order: &'static str,
    most: i64,
    conditions: impl FnOnce(&mut QueryBuilder<Postgres>) + Send,
) -> Result<Vec<Activity>> {
    if tx.scope::<ActivitiesRead>().is_none() {
        return Ok(vec![]);
    }
    let shape = shape(tx);
    let mut q = QueryBuilder::new("select ");
    q.push(shape.joined).push(", p.* from (select ").push(COLUMNS).push(" from activities e where true");
    seen(&mut q, tx);
    conditions(&mut q);
    q.push(" order by ").push(order).push(" limit ").push_bind(most);
    q.push(") p").push(shape.joins).push(" order by ").push(order.replace("e.", "p."));
    // Each of those who ask has words of its own, always the same: planning them takes longer than asking.
    let rows: Vec<Row> = q.build_query_as().fetch_all(tx.conn()).await?;
    let zone = tx.told_in();
    rows.into_iter().map(|r| r.activity(zone)).collect()
}

/// Those of `ids` that the reader sees and may change.
async fn within(tx: &mut TenantTx, ids: &[ActivityId]) -> Result<Vec<Uuid>> {
    let scope = tx.scope::<ActivitiesWrite>();
    if scope.is_none() || ids.is_empty() {
        return Ok(vec![]);
    }
    let mut q = QueryBuilder::new("select e.id from activities e where e.id = any(");
    q.push_bind(ids.iter().map(|id| id.0).collect::<Vec<_>>()).push(")");
    reach::narrow(&mut q, Kind::Activities, scope);
    seen(&mut q, tx);
    Ok(q.build_query_scalar().fetch_all(tx.conn()).await?)
}

/// Whether the reader may change it.
pub async fn may_change(tx: &mut TenantTx, id: ActivityId) -> Result<bool> {
    Ok(!within(tx, &[id]).await?.is_empty())
}

/// The next working day after today, and whether anything about the record is planned or to be done.
pub async fn next_day(tx: &mut TenantTx, subject: Subject) -> Result<(Day, bool)> {
    let today = Day(tx.now().with_timezone(&tx.told_in()).date_naive());
    let r = sqlx::query!(
        r#"select working_days, exists (select from tasks where record_id = $1 and done_at is null)
             or exists (select from activities where record_id = $1 and state = 'planned') as "open!" from tenants"#,
        subject.id()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((working_day(today, 1, &r.working_days), r.open))
}

fn me(tx: &TenantTx) -> Option<MemberId> {
    match tx.who() {
        Who::Member(me) => Some(me),
        _ => None,
    }
}

/// Colleagues and contacts whose words fit, as a field suggests them.
pub async fn people(tx: &mut TenantTx, question: &str) -> Result<Vec<String>> {
    let question = question.trim().to_lowercase();
    if question.is_empty() {
        return Ok(vec![]);
    }
    let mut found = sqlx::query_scalar!(
        r#"select name || ' (' || email || ')' as "words!" from members where deactivated_at is null
             and (position($1 in lower(name)) > 0 or position($1 in lower(email)) > 0) order by lower(name), id limit 6"#,
        question
    )
    .fetch_all(tx.conn())
    .await?;
    if tx.scope::<ContactsRead>().is_some() {
        found.extend(crate::crm::contacts::options(tx, &question).await?);
    }
    Ok(found)
}

/// Where these members are, each who has a zone of their own.
pub async fn zones(tx: &mut TenantTx, members: &[MemberId]) -> Result<Vec<(MemberId, Tz)>> {
    let ids: Vec<Uuid> = members.iter().map(|m| m.0).collect();
    let rows = sqlx::query!(r#"select member_id as "member_id!", zone as "zone!" from house.member_zones($1)"#, &ids)
        .fetch_all(tx.conn())
        .await?;
    Ok(rows.into_iter().filter_map(|r| Some((MemberId(r.member_id), r.zone.parse().ok()?))).collect())
}

row! {
    struct Row {
        owner_name: Option<String>,
        creator_name: Option<String>,
        people: Option<serde_json::Value>,
        employee_name: Option<String>,
        employee_number: Option<String>,
        customer_name: Option<String>,
        contact_name: Option<String>,
        deal_name: Option<String>,
        lead_name: Option<String>,
        id: Uuid,
        version: i32,
        kind: String,
        subject: String,
        starts_at: DateTime<Utc>,
        ends_at: DateTime<Utc>,
        place: Option<String>,
        direction: Option<String>,
        outcome: Option<String>,
        state: String,
        notes: Option<String>,
        owner_id: Uuid,
        created_by: Option<Uuid>,
        employee_id: Option<Uuid>,
        customer_id: Option<Uuid>,
        contact_id: Option<Uuid>,
        deal_id: Option<Uuid>,
        lead_id: Option<Uuid>,
        remind_before: Option<i32>,
        remind_at: Option<DateTime<Utc>>,
        closed_at: Option<DateTime<Utc>>,
        created_at: DateTime<Utc>,
        updated_at: DateTime<Utc>,
    }
}

#[derive(Deserialize)]
struct Taking {
    member: Option<Uuid>,
    contact: Option<Uuid>,
    name: Option<String>,
    email: Option<String>,
}

impl Row {
    fn activity(self, zone: Tz) -> Result<Activity> {
        let subject =
            Subject::of(self.employee_id, self.customer_id, self.contact_id, self.deal_id, self.lead_id, None);
        let names = [self.employee_name, self.customer_name, self.contact_name, self.deal_name, self.lead_name];
        let about = records::named(subject, self.employee_number, names);
        let people: Vec<Taking> = match self.people {
            Some(people) => serde_json::from_value(people).map_err(|e| strange("attendees", &e.to_string()))?,
            None => vec![],
        };
        let attendee = |t: Taking| {
            let who = t.member.map(|m| Attending::Member(m.into())).or(t.contact.map(|c| Attending::Contact(c.into())));
            who.map(|who| Attendee { who, name: t.name, email: t.email })
        };
        let person =
            |id: Option<Uuid>, name: Option<String>| id.zip(name).map(|(id, name)| Person { id: id.into(), name });
        Ok(Activity {
            id: self.id.into(),
            version: self.version,
            kind: What::parse(&self.kind).ok_or_else(|| strange("kind", &self.kind))?,
            subject: self.subject,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            place: self.place,
            direction: self.direction.as_deref().and_then(Direction::parse),
            outcome: self.outcome.as_deref().and_then(Outcome::parse),
            state: State::parse(&self.state).ok_or_else(|| strange("state", &self.state))?,
            notes: self.notes,
            owner: Person { id: self.owner_id.into(), name: self.owner_name.unwrap_or_default() },
            created_by: person(self.created_by, self.creator_name),
            about_hidden: subject.is_some() && about.is_none(),
            about,
            attendees: people.into_iter().filter_map(attendee).collect(),
            remind: Remind::of(self.remind_before, self.remind_at, zone),
            closed_at: self.closed_at,
            created_at: self.created_at,
            updated_at: self.updated_at,
            zone,
        })
    }
}
