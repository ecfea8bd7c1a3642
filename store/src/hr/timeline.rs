//! What stands beside an employee's record and belongs on its timeline: job and pay by their days, time off, documents,
//! equipment, checklists. One statement, each part narrowed by the right and the class that open it where it is kept.

use super::documents;
use crate::{
    Result, TenantTx,
    db::strange,
    reach::{self, Kind},
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    AssetId, Currency, Day, EmployeeId, LeaveRequestId, Money,
    access::{AssetsRead, ChecklistsRead, LeaveKind, LeaveRead, Sight},
    hr::{
        leave::Unit,
        timeline::{Told, What},
    },
    list::Mark,
};
use rust_decimal::Decimal;
use sqlx::{FromRow, Postgres, QueryBuilder};
use uuid::Uuid;

#[derive(FromRow)]
struct Row {
    person: String,
    what: String,
    id: Uuid,
    at: DateTime<Utc>,
    /// What it is called, and what else is told of it.
    name: Option<String>,
    more: Option<String>,
    from_on: Option<NaiveDate>,
    to_on: Option<NaiveDate>,
    amount: Option<i64>,
    asset: Option<Uuid>,
    open: bool,
    by: Option<String>,
}

/// Their name, and the newest of it before `before`, at most `most`. `sight` is what the reader's classes open of this record;
/// `part` one of [`PARTS`](domain::hr::timeline::PARTS), or nothing for all of them.
pub async fn of(
    tx: &mut TenantTx,
    employee: EmployeeId,
    sight: Sight,
    part: &str,
    before: Option<&Mark>,
    most: i64,
) -> Result<(String, Vec<Told>)> {
    let (today, zone) = (tx.today().0, tx.zone().name().to_owned());
    let mut q = QueryBuilder::<Postgres>::new("with whose as (select ");
    q.push_bind(employee.0).push("::uuid as id, ").push_bind(today).push("::date as today, ").push_bind(zone);
    q.push("::text as zone) select p.first_name || ' ' || p.last_name as person, t.* from (");
    let asks = |of: &str| part.is_empty() || part == of;
    // Each part begins with what joins it to those before.
    q.push(NOTHING);
    if asks("job") {
        // A plan, and why, are for whoever may change the record: those stand on its own tab.
        q.push(JOBS);
        if sight.pay {
            q.push(PAY);
        }
    }
    if asks("leave") {
        let read = tx.scope::<LeaveRead>();
        for part in [LEAVE, CANCELLED] {
            q.push(part);
            reach::narrow(&mut q, Kind::Documents, read);
        }
        // Which kinds of leave they have is of a class of its own.
        q.push(CORRECTED);
        reach::narrow(&mut q, Kind::Documents, tx.scope::<LeaveKind>());
        reach::narrow(&mut q, Kind::Documents, read);
    }
    if asks("documents") {
        q.push(DOCUMENTS);
        documents::narrow_to(tx.rights(), &mut q);
    }
    if asks("assets") {
        let people = |scope| reach::reaches(Kind::Documents, scope);
        let assets = tx.scope::<AssetsRead>();
        for part in [GIVEN, RETURNED] {
            q.push(part.0).push(reach::reaches(Kind::Assets, assets));
            q.push(part.1).push(people(assets));
        }
    }
    if asks("checklists") {
        q.push(CHECKLISTS);
        reach::narrow(&mut q, Kind::Checklists, tx.scope::<ChecklistsRead>());
    }
    q.push(") t join employees p on p.id = ").push_bind(employee.0);
    if let Some(mark) = before.filter(|m| DateTime::parse_from_rfc3339(&m.value).is_ok()) {
        q.push(" where (t.at, t.id) < (")
            .push_bind(mark.value.clone())
            .push("::timestamptz, ")
            .push_bind(mark.id)
            .push(")");
    }
    q.push(" order by t.at desc, t.id desc limit ").push_bind(most);
    let rows: Vec<Row> = q.build_query_as().fetch_all(tx.conn()).await?;
    tx.reads_pay(rows.iter().any(|r| r.what == "pay").then_some(employee.0));
    let name = rows.first().map(|r| r.person.clone()).unwrap_or_default();
    Ok((name, rows.into_iter().map(Row::told).collect::<Result<_>>()?))
}

/// Who cancelled a request that does not stand any more, and when; of a job it is nobody.
pub async fn cancelled(tx: &mut TenantTx, id: LeaveRequestId) -> Result<Option<(Option<String>, DateTime<Utc>)>> {
    let found = sqlx::query!(
        r#"select a.at, m.name as "name?"
           from (select at, actor, tenant_id from audit_events
                 where record_id = $1 and record = 'leave_requests' and changes -> 'state' ->> 1 = 'cancelled'
                 order by id desc limit 1) a
           left join members m on m.tenant_id = a.tenant_id and a.actor = 'member:' || m.id"#,
        id.0
    );
    Ok(found.fetch_optional(tx.conn()).await?.map(|r| (r.name, r.at)))
}

/// The columns of [`Row`], in their order and kinds, with no row.
const NOTHING: &str = "select null::text as what, null::uuid as id, null::timestamptz as at, null::text as name, null::text as more, \
    null::date as from_on, null::date as to_on, null::bigint as amount, null::uuid as asset, true as open, null::text as by where false";
const JOBS: &str = " union all select 'job', e.id, (e.from_date::timestamp at time zone w.zone), e.job_title, \
    concat_ws(' · ', e.department, e.location), e.from_date, null, null, null, true, null \
    from employee_jobs e, whose w where e.employee_id = w.id and e.from_date <= w.today and not e.refused";
const PAY: &str = " union all select 'pay', e.id, (e.from_date::timestamp at time zone w.zone), null, e.salary_currency, e.from_date, \
    null, e.salary_minor, null, true, null from employee_pay e, whose w where e.employee_id = w.id and e.from_date <= w.today";
/// Of which kind it is, and why, is of the class health: the request itself tells it to whoever may know.
const LEAVE: &str = " union all select 'leave', e.id, e.created_at, null, e.state, e.from_on, e.to_on, null, null, true, null \
    from leave_requests e, whose w where e.employee_id = w.id";
/// That it was asked for stands before that it was taken back, though both be of one moment.
const CANCELLED: &str = " union all select 'cancelled', e.id, a.at + interval '1 second', null, null, e.from_on, e.to_on, null, null, true, m.name \
    from leave_requests e \
    join lateral (select a.at, a.actor from audit_events a where a.record_id = e.id and a.record = 'leave_requests' \
      and a.changes -> 'state' ->> 1 = 'cancelled' order by a.id desc limit 1) a on true \
    left join members m on m.tenant_id = e.tenant_id and a.actor = 'member:' || m.id, whose w \
    where e.employee_id = w.id and e.state = 'cancelled'";
const CORRECTED: &str = " union all select e.kind, e.id, e.created_at, k.name, k.unit, e.on_day, null, (e.amount * 10000)::bigint, null, true, m.name \
    from leave_ledger e join leave_types k on k.tenant_id = e.tenant_id and k.id = e.type_id \
    left join members m on m.tenant_id = e.tenant_id and m.id = e.by_member, whose w \
    where e.employee_id = w.id and e.kind in ('adjustment', 'encashment')";
const DOCUMENTS: &str = " union all select 'document', e.id, e.created_at, e.title, e.state, e.expires_on, null, null, null, true, null \
    from documents e, whose w where e.employee_id = w.id and e.archived_at is null";
/// What somebody has given back may be with somebody else now, whose it is to see: `open` says whether its page is.
const GIVEN: (&str, &str) = (
    " union all select 'given', e.id, (e.from_on::timestamp at time zone w.zone), o.name, o.tag, e.from_on, null, null, o.id, o.open, null \
     from asset_loans e join (select e.id, e.tenant_id, e.name, e.tag, ",
    " as open from assets e) o on o.tenant_id = e.tenant_id and o.id = e.asset_id, whose w where e.employee_id = w.id and ",
);
const RETURNED: (&str, &str) = (
    " union all select 'returned', e.id, (e.returned_on::timestamp at time zone w.zone) + interval '1 second', o.name, o.tag, e.returned_on, \
     null, null, o.id, o.open, null from asset_loans e join (select e.id, e.tenant_id, e.name, e.tag, ",
    " as open from assets e) o on o.tenant_id = e.tenant_id and o.id = e.asset_id, whose w \
     where e.employee_id = w.id and e.returned_on is not null and ",
);
const CHECKLISTS: &str = " union all select 'checklist', e.id, e.created_at, e.name, \
    case when e.cancelled_at is not null then 'cancelled' when e.finished_at is not null then 'finished' else 'running' end, \
    e.anchor_on, null, null, null, true, null from checklists e, whose w where e.employee_id = w.id";

impl Row {
    fn told(self) -> Result<Told> {
        let name = self.name.unwrap_or_default();
        let more = self.more.filter(|m| !m.is_empty());
        let (from, to) = (self.from_on.map(Day), self.to_on.map(Day));
        let asset = || self.asset.map(AssetId).ok_or_else(|| strange("equipment", &self.id.to_string()));
        let what = match &*self.what {
            "job" => What::Job { title: Some(name).filter(|n| !n.is_empty()), place: more },
            "pay" => {
                let code = |c: String| Currency::from_code(&c).ok_or_else(|| strange("currency", &c));
                let currency = more.map(code).transpose()?;
                What::Pay(self.amount.zip(currency).map(|(minor, currency)| Money::new(minor, currency)))
            }
            "leave" => {
                let (from, to) = from.zip(to).ok_or_else(|| strange("days of leave", &self.id.to_string()))?;
                What::Leave { from, to, state: more.unwrap_or_default() }
            }
            "cancelled" => {
                let (from, to) = from.zip(to).ok_or_else(|| strange("days of leave", &self.id.to_string()))?;
                What::Cancelled { from, to }
            }
            kind @ ("adjustment" | "encashment") => {
                let unit = more.as_deref().and_then(Unit::parse).unwrap_or_default();
                let amount = Decimal::new(self.amount.unwrap_or_default(), 4).normalize();
                What::Corrected { kind: name, unit, amount, paid: kind == "encashment" }
            }
            "document" => What::Document { title: name, state: more.unwrap_or_default(), expires: from },
            "given" => What::Given { name, tag: more.unwrap_or_default(), asset: asset()? },
            "returned" => What::Returned { name, tag: more.unwrap_or_default(), asset: asset()? },
            "checklist" => What::Checklist { name, state: more.unwrap_or_default() },
            other => return Err(strange("line of a timeline", other)),
        };
        Ok(Told { id: self.id, at: self.at, what, by: self.by, open: self.open })
    }
}
