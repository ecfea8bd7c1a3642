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
    AssetId, Currency, Day, EmployeeId, Money,
    access::{AssetsRead, ChecklistsRead, LeaveRead, Sight},
    hr::timeline::{Told, What},
    list::Mark,
};
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
}

/// Their name, and the newest of it before `before`, at most `most`. `sight` is what the reader's classes open of this record.
pub async fn of(
    tx: &mut TenantTx,
    employee: EmployeeId,
    sight: Sight,
    before: Option<&Mark>,
    most: i64,
) -> Result<(String, Vec<Told>)> {
    let (today, zone) = (tx.today().0, tx.zone().name().to_owned());
    let mut q = QueryBuilder::<Postgres>::new("with whose as (select ");
    q.push_bind(employee.0).push("::uuid as id, ").push_bind(today).push("::date as today, ").push_bind(zone);
    q.push("::text as zone) select p.first_name || ' ' || p.last_name as person, t.* from (");
    // A plan, and why, are for whoever may change the record: those stand on its own tab.
    q.push(JOBS);
    if sight.pay {
        q.push(" union all ").push(PAY);
    }
    q.push(" union all ").push(LEAVE);
    reach::narrow(&mut q, Kind::Documents, tx.scope::<LeaveRead>());
    q.push(" union all ").push(DOCUMENTS);
    documents::narrow_to(tx.rights(), &mut q);
    let people = |scope| reach::reaches(Kind::Documents, scope);
    let assets = tx.scope::<AssetsRead>();
    for part in [GIVEN, RETURNED] {
        q.push(" union all ").push(part.0).push(reach::reaches(Kind::Assets, assets));
        q.push(part.1).push(people(assets));
    }
    q.push(" union all ").push(CHECKLISTS);
    reach::narrow(&mut q, Kind::Checklists, tx.scope::<ChecklistsRead>());
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

/// Columns in the order of [`Row`].
const JOBS: &str = "select 'job' as what, e.id, (e.from_date::timestamp at time zone w.zone) as at, e.job_title as name, \
    concat_ws(' · ', e.department, e.location) as more, e.from_date as from_on, null::date as to_on, null::bigint as amount, null::uuid as asset, true as open \
    from employee_jobs e, whose w where e.employee_id = w.id and e.from_date <= w.today";
const PAY: &str = "select 'pay', e.id, (e.from_date::timestamp at time zone w.zone), null, e.salary_currency, e.from_date, null, \
    e.salary_minor, null, true from employee_pay e, whose w where e.employee_id = w.id and e.from_date <= w.today";
/// Of which kind it is, and why, is of the class health: the request itself tells it to whoever may know.
const LEAVE: &str = "select 'leave', e.id, e.created_at, null, e.state, e.from_on, e.to_on, null, null, true \
    from leave_requests e, whose w where e.employee_id = w.id";
const DOCUMENTS: &str = "select 'document', e.id, e.created_at, e.title, e.state, e.expires_on, null, null, null, true \
    from documents e, whose w where e.employee_id = w.id and e.archived_at is null";
/// What somebody has given back may be with somebody else now, whose it is to see: `open` says whether its page is.
const GIVEN: (&str, &str) = (
    "select 'given', e.id, (e.from_on::timestamp at time zone w.zone), o.name, o.tag, e.from_on, null, null, o.id, o.open \
     from asset_loans e join (select e.id, e.tenant_id, e.name, e.tag, ",
    " as open from assets e) o on o.tenant_id = e.tenant_id and o.id = e.asset_id, whose w where e.employee_id = w.id and ",
);
const RETURNED: (&str, &str) = (
    "select 'returned', e.id, (e.returned_on::timestamp at time zone w.zone) + interval '1 second', o.name, o.tag, e.returned_on, \
     null, null, o.id, o.open from asset_loans e join (select e.id, e.tenant_id, e.name, e.tag, ",
    " as open from assets e) o on o.tenant_id = e.tenant_id and o.id = e.asset_id, whose w \
     where e.employee_id = w.id and e.returned_on is not null and ",
);
const CHECKLISTS: &str = "select 'checklist', e.id, e.created_at, e.name, \
    case when e.cancelled_at is not null then 'cancelled' when e.finished_at is not null then 'finished' else 'running' end, \
    e.anchor_on, null, null, null, true from checklists e, whose w where e.employee_id = w.id";

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
            "document" => What::Document { title: name, state: more.unwrap_or_default(), expires: from },
            "given" => What::Given { name, tag: more.unwrap_or_default(), asset: asset()? },
            "returned" => What::Returned { name, tag: more.unwrap_or_default(), asset: asset()? },
            "checklist" => What::Checklist { name, state: more.unwrap_or_default() },
            other => return Err(strange("line of a timeline", other)),
        };
        Ok(Told { id: self.id, at: self.at, what, open: self.open })
    }
}
