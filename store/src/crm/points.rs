//! How customers and contacts are reached. Whose page it is has been held by then, or is held here for a change; the first
//! address of a kind is a column of the record itself, and the database keeps the two alike.

use crate::{Error, Result, TenantTx, Version, db::strange, reach, records};
use chrono::{DateTime, Utc};
use domain::{
    PointId,
    crm::points::{Against, Fields, Kind, Point},
    workspace::access::Subject,
};
use uuid::Uuid;

/// So many stand beside one record.
pub const MOST: i64 = 50;

/// The addresses of a record that the reader sees, the first of each kind first.
pub async fn of(tx: &mut TenantTx, record: Uuid) -> Result<Vec<Point>> {
    let rows = sqlx::query_as!(
        Row,
        "select id, version, kind, label, value, is_first, opted_out_at, opted_out_because, invalid_at, invalid_because,
           contact_id, customer_id
         from contact_points where record_id = $1
         order by case kind when 'email' then 0 when 'phone' then 1 else 2 end, is_first desc, created_at, id limit $2",
        record,
        MOST
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(|r| Ok(r.told()?.0)).collect()
}

/// One address, of a record that the reader may change.
pub async fn find(tx: &mut TenantTx, id: PointId) -> Result<(Point, Subject)> {
    let row = sqlx::query_as!(
        Row,
        "select id, version, kind, label, value, is_first, opted_out_at, opted_out_because, invalid_at, invalid_because,
           contact_id, customer_id
         from contact_points where id = $1",
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    let (point, subject) = row.ok_or(Error::NotFound)?.told()?;
    if !records::may_change(tx, subject).await? {
        return Err(Error::NotFound);
    }
    Ok((point, subject))
}

/// Adds an address. The first email and phone become the record's own.
pub async fn add(tx: &mut TenantTx, id: PointId, subject: Subject, f: &Fields) -> Result<()> {
    hold(tx, subject).await?;
    let many = sqlx::query_scalar!(
        r#"select count(*) as "many!" from contact_points where record_id = $1 and id <> $2"#,
        subject.id(),
        id.0
    );
    if many.fetch_one(tx.conn()).await? >= MOST {
        return Err(Error::refused("value", format!("There are {MOST} already. Remove one first.")));
    }
    let (opted, invalid) = (f.opted_out.is_some(), f.invalid.is_some());
    let added = sqlx::query!(
        "insert into contact_points (tenant_id, id, contact_id, customer_id, kind, label, value, opted_out_at, opted_out_because,
           invalid_at, invalid_because, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, case when $8 then $12::timestamptz end, $9,
           case when $10 then $12::timestamptz end, $11, $12, $12)
         on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        subject.contact(),
        subject.customer(),
        f.kind.key(),
        f.label,
        f.value,
        opted,
        f.opted_out.clone().flatten(),
        invalid,
        f.invalid.clone().flatten(),
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    if added.rows_affected() == 0 {
        let same = sqlx::query_scalar!(
            r#"select exists (select from contact_points where id = $1 and record_id = $2 and kind = $3 and value = $4) as "same!""#,
            id.0,
            subject.id(),
            f.kind.key(),
            f.value
        );
        return if same.fetch_one(tx.conn()).await? { Ok(()) } else { Err(Error::Sent) };
    }
    if f.kind != Kind::Address && !opted && !invalid {
        let none = sqlx::query_scalar!(
            r#"select not exists (select from contact_points where record_id = $1 and kind = $2 and is_first) as "none!""#,
            subject.id(),
            f.kind.key()
        );
        if none.fetch_one(tx.conn()).await? {
            put(tx, subject, f.kind, Some(&f.value)).await?;
        }
    }
    Ok(())
}

/// Changes an address. What stands against one stands against it, and not against another that takes its place.
pub async fn change(tx: &mut TenantTx, id: PointId, version: Version, f: &Fields) -> Result<Subject> {
    let (before, subject) = find(tx, id).await?;
    if before.kind != f.kind {
        return Err(Error::refused("kind", "An address stays of its kind. Add another one."));
    }
    let done = sqlx::query!(
        "update contact_points set version = version + 1, updated_at = $3, label = $4, value = $5,
           opted_out_at = case when $6 then coalesce(opted_out_at, $3) end, opted_out_because = $7,
           invalid_at = case when $8 then coalesce(invalid_at, $3) end, invalid_because = $9
         where id = $1 and version = $2",
        id.0,
        version,
        tx.now(),
        f.label,
        f.value,
        f.opted_out.is_some(),
        f.opted_out.clone().flatten(),
        f.invalid.is_some(),
        f.invalid.clone().flatten()
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Error::Stale);
    }
    if before.first && before.kind != Kind::Address && before.value != f.value {
        put(tx, subject, f.kind, Some(&f.value)).await?;
    }
    Ok(subject)
}

/// Makes it the one that lists show.
pub async fn promote(tx: &mut TenantTx, id: PointId) -> Result<(Point, Subject)> {
    let (point, subject) = find(tx, id).await?;
    if point.kind == Kind::Address {
        sqlx::query!(
            "update contact_points set is_first = false, updated_at = $3, version = version + 1
             where record_id = $1 and kind = 'address' and is_first and id <> $2",
            subject.id(),
            id.0,
            tx.now()
        )
        .execute(tx.conn())
        .await?;
        sqlx::query!(
            "update contact_points set is_first = true, updated_at = $2, version = version + 1 where id = $1 and not is_first",
            id.0,
            tx.now()
        )
        .execute(tx.conn())
        .await?;
    } else {
        put(tx, subject, point.kind, Some(&point.value)).await?;
    }
    Ok((point, subject))
}

/// Takes it away; in the place of a first one comes the oldest that is left and good.
pub async fn remove(tx: &mut TenantTx, id: PointId) -> Result<(Point, Subject)> {
    let (point, subject) = find(tx, id).await?;
    if point.first && point.kind != Kind::Address {
        let next = sqlx::query_scalar!(
            "select value from contact_points where record_id = $1 and kind = $2 and id <> $3 and opted_out_at is null
               and invalid_at is null order by created_at, id limit 1",
            subject.id(),
            point.kind.key(),
            id.0
        )
        .fetch_optional(tx.conn())
        .await?;
        put(tx, subject, point.kind, next.as_deref()).await?;
    }
    sqlx::query!("delete from contact_points where id = $1", id.0).execute(tx.conn()).await?;
    Ok((point, subject))
}

/// Marks an address as one that takes no mail, wherever it stands. Gives whose it is.
pub async fn came_back(tx: &mut TenantTx, email: &str, answer: &str) -> Result<Vec<Subject>> {
    let because: String = format!("Mail came back: {answer}").chars().take(200).collect();
    let rows = sqlx::query!(
        "with marked as (
           update contact_points set version = version + 1, updated_at = $3, invalid_at = $3, invalid_because = $2
           where kind = 'email' and normal = lower(btrim($1)) and invalid_at is null returning id
         )
         select contact_id, customer_id from contact_points where kind = 'email' and normal = lower(btrim($1)) limit 50",
        email,
        because.trim(),
        tx.now()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().filter_map(|r| Subject::of(None, r.customer_id, r.contact_id, None, None, None)).collect())
}

/// After a form has put other addresses in their place: what was first and of which nothing is said goes.
pub(crate) async fn replaced(tx: &mut TenantTx, record: Uuid, was: (Option<&str>, Option<&str>)) -> Result<()> {
    if was == (None, None) {
        return Ok(());
    }
    sqlx::query!(
        "delete from contact_points where record_id = $1 and not is_first and label is null and opted_out_at is null
           and invalid_at is null and ((kind = 'email' and lower(value) = lower($2)) or (kind = 'phone' and lower(value) = lower($3)))",
        record,
        was.0,
        was.1
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn hold(tx: &mut TenantTx, subject: Subject) -> Result<()> {
    match records::may_change(tx, subject).await? {
        true => Ok(()),
        false => Err(Error::NotFound),
    }
}

/// Writes the record's own column; its points follow by a trigger.
async fn put(tx: &mut TenantTx, subject: Subject, kind: Kind, value: Option<&str>) -> Result<()> {
    let column = match kind {
        Kind::Email => ", email = ",
        Kind::Phone => ", phone = ",
        Kind::Address => return Err(strange("column of a record for", kind.key())),
    };
    let mut q = sqlx::QueryBuilder::new("update ");
    q.push(reach::kind(subject).table()).push(" set version = version + 1, updated_at = ").push_bind(tx.now());
    q.push(column);
    q.push_bind(value.map(str::to_owned)).push(" where id = ").push_bind(subject.id());
    q.build().execute(tx.conn()).await?;
    Ok(())
}

struct Row {
    id: Uuid,
    version: i32,
    kind: String,
    label: Option<String>,
    value: String,
    is_first: bool,
    opted_out_at: Option<DateTime<Utc>>,
    opted_out_because: Option<String>,
    invalid_at: Option<DateTime<Utc>>,
    invalid_because: Option<String>,
    contact_id: Option<Uuid>,
    customer_id: Option<Uuid>,
}

impl Row {
    fn told(self) -> Result<(Point, Subject)> {
        let against = |since: Option<DateTime<Utc>>, because| since.map(|since| Against { since, because });
        let subject = Subject::of(None, self.customer_id, self.contact_id, None, None, None);
        let point = Point {
            id: PointId(self.id),
            version: self.version,
            kind: Kind::parse(&self.kind).ok_or_else(|| strange("kind", &self.kind))?,
            label: self.label,
            value: self.value,
            first: self.is_first,
            opted_out: against(self.opted_out_at, self.opted_out_because),
            invalid: against(self.invalid_at, self.invalid_because),
        };
        Ok((point, subject.ok_or_else(|| strange("address", "of nobody"))?))
    }
}
