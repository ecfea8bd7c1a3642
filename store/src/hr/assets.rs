//! Queries of equipment. Every read passes through the reach of the reader, and through [`COLUMNS`], which leaves out what
//! it is worth for whoever may not know.

use crate::{
    Error, Result, TenantTx, Version, Who,
    db::{day, strange},
    exports,
    list::{self, Key, Plan, Shape, row},
    notifications,
    reach::{self, Kind},
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    AssetId, AssetLoanId, Currency, Day, EmployeeId, Errors, MemberId, Money,
    access::{AssetsExport, AssetsRead, AssetsValue, Scope},
    hr::assets::{Asset, Condition, Fields, Filter, Handed, Holder, Loan, Order, Returned, Status},
    list::{Mark, Slice, Sort},
    notifications::{Kind as Notices, Notice},
    paths::{self, Pages},
};
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

const ASSETS: Kind = Kind::Assets;

const COLUMNS: [&str; 2] = [
    "e.id, e.version, e.name, e.kind, e.tag, e.serial, e.bought_on, e.condition, e.status, e.note, e.holder_id, \
     null::bigint as value_minor, null::text as value_currency, e.tenant_id",
    "e.id, e.version, e.name, e.kind, e.tag, e.serial, e.bought_on, e.condition, e.status, e.note, e.holder_id, \
     e.value_minor, e.value_currency, e.tenant_id",
];

fn shape(tx: &TenantTx) -> Shape {
    Shape {
        from: "assets e",
        columns: COLUMNS[usize::from(tx.scope::<AssetsValue>().is_some())],
        joined: "h.first_name || ' ' || h.last_name as holder_name, h.number as holder_number, l.from_on, l.confirmed_at",
        joins: " left join employees h on h.tenant_id = p.tenant_id and h.id = p.holder_id \
            left join asset_loans l on l.tenant_id = p.tenant_id and l.asset_id = p.id and l.returned_on is null",
        counted: "lower(e.tag)",
    }
}

fn key(sort: Sort<Order>) -> Key {
    let sql = match sort.key {
        Order::Tag => "lower(e.tag)",
        Order::Name => "lower(e.name)",
        Order::Kind => "lower(e.kind)",
    };
    Key { sql, cast: "text", descending: sort.descending }
}

/// One page of what the reader may see.
pub async fn list(tx: &mut TenantTx, filter: &Filter) -> Result<Slice<Asset>> {
    let (shape, scope) = (shape(tx), tx.scope::<AssetsRead>());
    let conditions = move |q: &mut QueryBuilder<Postgres>| narrow(q, filter, scope);
    let page =
        list::page::<Row>(tx.conn(), &shape, &conditions, &key(filter.order()), &filter.cursor(), Plan::Fresh).await?;
    let rows = page.rows.into_iter().map(Row::asset).collect::<Result<_>>()?;
    Ok(Slice { rows, previous: page.previous, next: page.next, total: page.total, near: page.near })
}

fn narrow(q: &mut QueryBuilder<Postgres>, filter: &Filter, scope: Option<Scope>) {
    reach::narrow(q, ASSETS, scope);
    match filter.status() {
        None => {}
        Some(Status::Assigned) => {
            q.push(" and e.holder_id is not null");
        }
        Some(status) => {
            q.push(" and e.holder_id is null and e.status = ").push_bind(status.key());
        }
    }
    if !filter.kind.is_empty() {
        q.push(" and lower(e.kind) = lower(").push_bind(filter.kind.clone()).push(")");
    }
    if let Some(holder) = filter.holder {
        q.push(" and e.holder_id = ").push_bind(holder.0);
    }
    for word in filter.q.split_whitespace().take(8) {
        let pattern =
            format!("%{}%", word.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
        q.push(" and (e.search_text like ").push_bind(pattern.clone());
        q.push(" or exists (select from employees s where s.tenant_id = e.tenant_id and s.id = e.holder_id");
        q.push(" and lower(s.first_name || ' ' || s.last_name) like ").push_bind(pattern).push("))");
    }
}

/// How many the filter finds for a file, counted no further than one past `most`.
pub async fn count(tx: &mut TenantTx, filter: &Filter, most: i64) -> Result<i64> {
    let (shape, scope) = (shape(tx), reach::lower::<AssetsExport, AssetsRead>(tx.rights()));
    exports::count(tx, &shape, &|q| narrow(q, filter, scope), most).await
}

/// Those of the question behind `after`, in its order, for a file; and where the next ones begin.
pub async fn export(
    tx: &mut TenantTx,
    filter: &Filter,
    after: Option<&Mark>,
    most: i64,
) -> Result<(Vec<Asset>, Option<Mark>)> {
    let (shape, key) = (shape(tx), key(filter.order()));
    let scope = reach::lower::<AssetsExport, AssetsRead>(tx.rights());
    let conditions = |q: &mut QueryBuilder<Postgres>| narrow(q, filter, scope);
    let (rows, next) = exports::page::<Row>(tx, &shape, &conditions, &key, after, most).await?;
    Ok((rows.into_iter().map(Row::asset).collect::<Result<_>>()?, next))
}

/// One of them, if the reader may see it.
pub async fn find(tx: &mut TenantTx, id: AssetId) -> Result<Asset> {
    let (shape, scope) = (shape(tx), tx.scope::<AssetsRead>());
    let mut q = QueryBuilder::new("select ");
    q.push(shape.joined).push(", p.* from (select ").push(shape.columns).push(" from assets e where e.id = ");
    q.push_bind(id.0);
    reach::narrow(&mut q, ASSETS, scope);
    q.push(") p").push(shape.joins);
    let row: Option<Row> = q.build_query_as().fetch_optional(tx.conn()).await?;
    row.ok_or(Error::NotFound)?.asset()
}

/// Who has it and who had it, the latest first.
pub async fn loans(tx: &mut TenantTx, id: AssetId) -> Result<Vec<Loan>> {
    let rows = sqlx::query!(
        r#"select l.id, l.employee_id, l.from_on, l.given_condition, l.note, l.confirmed_at, l.returned_on, l.returned_condition,
             l.returned_note, e.first_name || ' ' || e.last_name as "name!", e.number, g.name as "given_by?", r.name as "returned_by?"
           from asset_loans l join employees e on e.tenant_id = l.tenant_id and e.id = l.employee_id
           left join members g on g.tenant_id = l.tenant_id and g.id = l.given_by
           left join members r on r.tenant_id = l.tenant_id and r.id = l.returned_by
           where l.asset_id = $1 order by (l.returned_on is null) desc, l.from_on desc, l.id desc limit 100"#,
        id.0
    )
    .fetch_all(tx.conn())
    .await?;
    let condition = |key: &str| Condition::parse(key).ok_or_else(|| strange("condition", key));
    rows.into_iter()
        .map(|r| {
            let returned = match (r.returned_on, &r.returned_condition) {
                (Some(on), Some(key)) => {
                    Some(Returned { on: Day(on), condition: condition(key)?, by: r.returned_by, note: r.returned_note })
                }
                _ => None,
            };
            Ok(Loan {
                id: AssetLoanId(r.id),
                holder: Holder { id: EmployeeId(r.employee_id), name: r.name, number: r.number },
                from: Day(r.from_on),
                given: condition(&r.given_condition)?,
                given_by: r.given_by,
                note: r.note,
                confirmed_at: r.confirmed_at,
                returned,
            })
        })
        .collect()
}

/// The kinds that there are, for choosing one; of what the reader may see.
pub async fn kinds(tx: &mut TenantTx) -> Result<Vec<String>> {
    let mut q = QueryBuilder::new("select min(e.kind) from assets e where true");
    reach::narrow(&mut q, ASSETS, tx.scope::<AssetsRead>());
    q.push(" group by lower(e.kind) order by lower(e.kind) limit 100");
    Ok(q.build_query_scalar().fetch_all(tx.conn()).await?)
}

/// What of these fields other records stand against. `own` is its own, old or new.
pub async fn check(tx: &mut TenantTx, own: AssetId, f: &Fields) -> Result<Errors> {
    let taken = sqlx::query_scalar!(
        r#"select exists (select from assets where tag = $1 and id <> $2) as "taken!""#,
        f.tag,
        own.0
    );
    let mut errors = Errors::default();
    if taken.fetch_one(tx.conn()).await? {
        let (field, message) = Error::told("assets_tag_key");
        errors.add(field, message);
    }
    Ok(errors)
}

/// Adds it under the given id: a form sent twice adds once. The tag is the workspace's next when none is given.
pub async fn add(tx: &mut TenantTx, id: AssetId, f: &Fields) -> Result<AssetId> {
    let sees = tx.scope::<AssetsValue>().is_some();
    let tag = match &f.tag {
        Some(tag) => tag.clone(),
        None => next_tag(tx).await?,
    };
    let value = f.value.filter(|_| sees);
    let added = sqlx::query!(
        "insert into assets (tenant_id, id, name, kind, tag, serial, bought_on, value_minor, value_currency, condition, status, note,
           created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13) on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        f.name,
        f.kind,
        tag,
        f.serial,
        f.bought_on.map(|d| d.0),
        value.map(|v| v.minor),
        value.map(|v| v.currency.code()),
        f.condition.key(),
        f.status.key(),
        f.note,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    if added.rows_affected() == 0 && !find(tx, id).await?.is(f, sees) {
        return Err(Error::Sent);
    }
    Ok(id)
}

/// Changes all fields that the reader may change.
pub async fn change(tx: &mut TenantTx, id: AssetId, version: Version, f: &Fields) -> Result<()> {
    let before = find(tx, id).await?;
    let sees = tx.scope::<AssetsValue>().is_some();
    // Where it is cannot be said of what somebody has: taking it back says that.
    let status = if before.holder.is_some() { Status::InStock } else { f.status };
    let done = sqlx::query!(
        "update assets set version = version + 1, updated_at = $3, name = $4, kind = $5, tag = $6, serial = $7, bought_on = $8,
           condition = $9, status = $10, note = $11,
           value_minor = case when $12 then $13 else value_minor end,
           value_currency = case when $12 then $14 else value_currency end
         where id = $1 and version = $2",
        id.0,
        version,
        tx.now(),
        f.name,
        f.kind,
        f.tag.as_ref().unwrap_or(&before.tag),
        f.serial,
        f.bought_on.map(|d| d.0),
        f.condition.key(),
        status.key(),
        f.note,
        sees,
        f.value.map(|v| v.minor),
        f.value.map(|v| v.currency.code())
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 { Err(Error::Stale) } else { Ok(()) }
}

async fn next_tag(tx: &mut TenantTx) -> Result<String> {
    let tenant = tx.tenant().0;
    let number = sqlx::query_scalar!(
        r#"insert into counters (tenant_id, name, value)
           select $1, 'asset', coalesce(max(substring(tag from '^A-([0-9]{1,9})$')::bigint), 0) + 1 from assets
           on conflict (tenant_id, name) do update set value = greatest(counters.value + 1, excluded.value)
           returning value"#,
        tenant
    );
    let number = number.fetch_one(tx.conn()).await?;
    Ok(format!("A-{number:04}"))
}

fn me(tx: &TenantTx) -> Option<Uuid> {
    match tx.who() {
        Who::Member(me) => Some(me.0),
        _ => None,
    }
}

/// Hands it out to somebody, who is told and asked to say that they have it.
pub async fn hand_out(tx: &mut TenantTx, id: AssetId, employee: EmployeeId, h: &Handed) -> Result<String> {
    sqlx::query!("select 1 as one from assets where id = $1 for update", id.0).fetch_optional(tx.conn()).await?;
    let asset = find(tx, id).await?;
    if let Some(holder) = &asset.holder {
        return Err(Error::refused("employee", format!("{} has it. Take it back first.", holder.name)));
    }
    if matches!(asset.status, Status::Retired | Status::Lost) {
        let words =
            format!("It is {}. Say in its form that it is in stock first.", asset.status.label().to_lowercase());
        return Err(Error::refused("employee", words));
    }
    let who = sqlx::query!(
        r#"select e.first_name || ' ' || e.last_name as "name!", e.archived_at is not null or coalesce(e.end_date < $2, false) as "left!",
             (select max(l.returned_on) from asset_loans l where l.asset_id = $3) as back,
             (select m.id from members m where m.employee_id = e.id and m.deactivated_at is null) as member
           from employees e where e.id = $1"#,
        employee.0,
        h.day.0,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or_else(|| Error::refused("employee", "There is no such employee."))?;
    if who.left {
        return Err(Error::refused("employee", format!("{} is not here any more.", who.name)));
    }
    if who.back.is_some_and(|back| h.day.0 < back) {
        return Err(Error::refused("day", "Somebody else had it on this day."));
    }
    let (loan, by) = (tx.id::<AssetLoanId>(), me(tx));
    sqlx::query!(
        "insert into asset_loans (tenant_id, id, asset_id, employee_id, from_on, given_condition, given_by, note, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        tx.tenant().0,
        loan.0,
        id.0,
        employee.0,
        h.day.0,
        h.condition.key(),
        by,
        h.note,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update assets set holder_id = $2, condition = $3, status = 'in_stock', version = version + 1, updated_at = $4 where id = $1",
        id.0,
        employee.0,
        h.condition.key(),
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    if let Some(member) = who.member {
        let notice = Notice {
            kind: Notices::Assigned,
            title: format!("{} ({}) is yours to use", asset.name, asset.tag),
            body: Some("Say that you have it.".into()),
            path: Pages::within(paths::ASSETS).record(id),
            key: loan.to_string(),
        };
        notifications::notify(tx, &[MemberId(member)], &notice).await?;
    }
    Ok(who.name)
}

/// Takes it back. Gives who had it.
pub async fn take_back(tx: &mut TenantTx, id: AssetId, h: &Handed) -> Result<String> {
    sqlx::query!("select 1 as one from assets where id = $1 for update", id.0).fetch_optional(tx.conn()).await?;
    let asset = find(tx, id).await?;
    let holder = asset.holder.ok_or_else(|| Error::refused("", "Nobody has it any more."))?;
    if asset.since.is_some_and(|since| h.day < since) {
        return Err(Error::refused("day", "They did not have it yet on this day."));
    }
    sqlx::query!(
        "update asset_loans set returned_on = $2, returned_condition = $3, returned_by = $4, returned_note = $5
         where asset_id = $1 and returned_on is null",
        id.0,
        h.day.0,
        h.condition.key(),
        me(tx),
        h.note
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update assets set holder_id = null, condition = $2, status = $3, version = version + 1, updated_at = $4 where id = $1",
        id.0,
        h.condition.key(),
        h.then.key(),
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(holder.name)
}

/// The reader says that they have it.
pub async fn confirm(tx: &mut TenantTx, id: AssetId) -> Result<String> {
    let own = tx.employee().ok_or(Error::NotFound)?;
    let now = tx.now();
    let name = sqlx::query_scalar!(
        "update asset_loans l set confirmed_at = coalesce(l.confirmed_at, $3) from assets a
         where a.tenant_id = l.tenant_id and a.id = l.asset_id and a.id = $1 and l.employee_id = $2 and l.returned_on is null
         returning a.name",
        id.0,
        own.0,
        now
    );
    name.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)
}

/// What somebody has, of what the reader may see; for their record.
pub async fn held_by(tx: &mut TenantTx, employee: EmployeeId) -> Result<Vec<Asset>> {
    let (shape, scope) = (shape(tx), tx.scope::<AssetsRead>());
    let mut q = QueryBuilder::new("select ");
    q.push(shape.joined).push(", p.* from (select ").push(shape.columns).push(" from assets e where e.holder_id = ");
    q.push_bind(employee.0);
    reach::narrow(&mut q, ASSETS, scope);
    q.push(" order by lower(e.tag), e.id limit 20) p").push(shape.joins).push(" order by lower(p.tag), p.id");
    let rows: Vec<Row> = q.build_query_as().fetch_all(tx.conn()).await?;
    rows.into_iter().map(Row::asset).collect()
}

row! {
    struct Row {
        holder_name: Option<String>,
        holder_number: Option<String>,
        from_on: Option<NaiveDate>,
        confirmed_at: Option<DateTime<Utc>>,
        id: Uuid,
        version: i32,
        name: String,
        kind: String,
        tag: String,
        serial: Option<String>,
        bought_on: Option<NaiveDate>,
        condition: String,
        status: String,
        note: Option<String>,
        holder_id: Option<Uuid>,
        value_minor: Option<i64>,
        value_currency: Option<String>,
    }
}

impl Row {
    fn asset(self) -> Result<Asset> {
        let value = match (self.value_minor, self.value_currency) {
            (Some(minor), Some(code)) => {
                Some(Money::new(minor, Currency::from_code(&code).ok_or_else(|| strange("currency", &code))?))
            }
            _ => None,
        };
        let holder = self.holder_id.zip(self.holder_name.zip(self.holder_number));
        let status = Status::parse(&self.status).ok_or_else(|| strange("status", &self.status))?;
        Ok(Asset {
            id: AssetId(self.id),
            version: self.version,
            name: self.name,
            kind: self.kind,
            tag: self.tag,
            serial: self.serial,
            bought_on: day(self.bought_on),
            value,
            condition: Condition::parse(&self.condition).ok_or_else(|| strange("condition", &self.condition))?,
            status: if self.holder_id.is_some() { Status::Assigned } else { status },
            note: self.note,
            holder: holder.map(|(id, (name, number))| Holder { id: EmployeeId(id), name, number }),
            since: day(self.from_on),
            confirmed: self.confirmed_at.is_some(),
        })
    }
}
