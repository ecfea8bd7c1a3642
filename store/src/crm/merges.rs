//! Merging two records into one, and undoing it. The one that goes stays in the archive for as long as the merge can be
//! undone, with what the other one had already; all else is moved by the catalogue of the database, so that a later table
//! counts by itself.

use crate::{
    Error, Result, TenantTx, Who,
    db::strange,
    events,
    reach::{self, Kind},
};
use domain::{
    ContactId, CustomerId, LeadId, MemberId, MergeId,
    access::{
        ContactsArchive, ContactsRead, ContactsWrite, CustomersArchive, CustomersRead, CustomersWrite, LeadsArchive,
        LeadsRead, LeadsWrite,
    },
    crm::duplicates::{KEPT, Merged, Noun, kept},
    draft::Field,
    events::Event,
};
use serde_json::{Map, Value};
use sqlx::QueryBuilder;
use uuid::Uuid;

/// Merges of a page.
const SHOWN: i64 = 50;

/// Columns of a record that a merge may take from the other one, by the field that a form knows them by. What belongs
/// together is taken together.
pub fn columns(noun: Noun) -> &'static [(&'static str, &'static [&'static str])] {
    match noun {
        Noun::Customers => &[
            ("name", &["name"]),
            ("domain", &["domain"]),
            ("industry", &["industry"]),
            ("size", &["size"]),
            ("country", &["country"]),
            ("city", &["city"]),
            ("owner", &["owner_id"]),
            ("parent", &["parent_id"]),
            ("status", &["status"]),
            ("lifecycle", &["lifecycle"]),
            ("health", &["health", "health_because"]),
            ("email", &["email"]),
            ("phone", &["phone"]),
            ("revenue", &["revenue_minor", "revenue_currency"]),
            ("custom", &["custom"]),
        ],
        Noun::Contacts => &[
            ("first_name", &["first_name"]),
            ("last_name", &["last_name"]),
            ("job_title", &["job_title"]),
            ("customer", &["customer_id"]),
            ("email", &["email"]),
            ("phone", &["phone"]),
            ("language", &["language"]),
            ("owner", &["owner_id"]),
            ("do_not_contact", &["do_not_contact"]),
            ("custom", &["custom"]),
        ],
        Noun::Leads => &[
            ("name", &["name"]),
            ("email", &["email"]),
            ("phone", &["phone"]),
            ("company", &["company"]),
            ("job_title", &["job_title"]),
            ("website", &["website"]),
            ("size", &["size"]),
            ("country", &["country"]),
            ("source", &["source"]),
            ("campaign", &["campaign"]),
            ("owner", &["owner_id"]),
            ("custom", &["custom"]),
        ],
    }
}

const fn table(noun: Noun) -> &'static str {
    match noun {
        Noun::Customers => "customers",
        Noun::Contacts => "contacts",
        Noun::Leads => "leads",
    }
}

/// Both are the reader's to change, and the one that goes to archive.
async fn hold(tx: &mut TenantTx, noun: Noun, survivor: Uuid, gone: Uuid) -> Result<()> {
    let both = [survivor, gone];
    let (kind, seen, changed, archived) = match noun {
        Noun::Customers => (
            Kind::Customers,
            reach::within::<CustomersRead>(tx, Kind::Customers, &both).await?,
            reach::within::<CustomersWrite>(tx, Kind::Customers, &both).await?,
            reach::within::<CustomersArchive>(tx, Kind::Customers, &[gone]).await?,
        ),
        Noun::Contacts => (
            Kind::Contacts,
            reach::within::<ContactsRead>(tx, Kind::Contacts, &both).await?,
            reach::within::<ContactsWrite>(tx, Kind::Contacts, &both).await?,
            reach::within::<ContactsArchive>(tx, Kind::Contacts, &[gone]).await?,
        ),
        Noun::Leads => (
            Kind::Leads,
            reach::within::<LeadsRead>(tx, Kind::Leads, &both).await?,
            reach::within::<LeadsWrite>(tx, Kind::Leads, &both).await?,
            reach::within::<LeadsArchive>(tx, Kind::Leads, &[gone]).await?,
        ),
    };
    if survivor == gone || seen.len() < 2 || changed.len() < 2 || archived.is_empty() {
        return Err(Error::NotFound);
    }
    // In one order, so that two who merge the same two do not wait for each other for ever.
    let mut q = QueryBuilder::new("select count(*) from (select from ");
    q.push(kind.table()).push(" where merged_into is null and id = any(").push_bind(both.to_vec());
    if noun == Noun::Leads {
        // What a lead became hangs on it, and is undone by itself.
        q.push(") and converted_at is null and id = any(").push_bind(both.to_vec());
    }
    q.push(") order by id for update) e");
    let there: i64 = q.build_query_scalar().fetch_one(tx.conn()).await?;
    if there == 2 { Ok(()) } else { Err(Error::NotFound) }
}

/// Whether the reader may merge these two.
pub async fn may(tx: &mut TenantTx, noun: Noun, survivor: Uuid, gone: Uuid) -> Result<()> {
    hold(tx, noun, survivor, gone).await
}

/// How much hangs on a record, by table, to be told before it moves.
pub async fn attached(tx: &mut TenantTx, noun: Noun, id: Uuid) -> Result<Vec<(String, i64)>> {
    let refs = sqlx::query!(
        r#"select of_table as "of_table!", of_column as "of_column!" from house.references_to(($1::text)::regclass)"#,
        table(noun)
    )
    .fetch_all(tx.conn())
    .await?;
    let mut q = QueryBuilder::new("select * from (values ");
    for (n, r) in refs.iter().enumerate() {
        // Both are names of the catalogue's own.
        q.push(if n == 0 { "" } else { ", " });
        q.push(format!(
            "('{}', (select count(*) from (select from {} t where t.{} = ",
            r.of_table, r.of_table, r.of_column
        ));
        q.push_bind(id).push(" limit 1001) x))");
    }
    q.push(") as v (of_table, many) where many > 0");
    let rows: Vec<(String, i64)> = q.build_query_as().persistent(false).fetch_all(tx.conn()).await?;
    Ok(rows)
}

async fn row(tx: &mut TenantTx, noun: Noun, id: Uuid) -> Result<Map<String, Value>> {
    let mut q = QueryBuilder::new("select to_jsonb(e) from ");
    q.push(table(noun)).push(" e where e.id = ").push_bind(id);
    match q.build_query_scalar::<Value>().fetch_optional(tx.conn()).await? {
        Some(Value::Object(row)) => Ok(row),
        _ => Err(Error::NotFound),
    }
}

/// Writes columns of a record from JSON, as the database itself reads it.
async fn write(tx: &mut TenantTx, noun: Noun, id: Uuid, columns: &Map<String, Value>) -> Result<()> {
    let table = table(noun);
    let mut q = QueryBuilder::new(format!("update {table} e set version = e.version + 1, updated_at = "));
    q.push_bind(tx.now());
    for column in columns.keys() {
        q.push(format!(", {column} = r.{column}"));
    }
    q.push(format!(" from jsonb_populate_record(null::{table}, ")).push_bind(Value::Object(columns.clone()));
    q.push(") r where e.id = ").push_bind(id);
    q.build().persistent(false).execute(tx.conn()).await?;
    Ok(())
}

/// Makes one of two: all that hangs on `gone` is the survivor's, which takes these fields from it; `gone` is archived.
pub async fn merge(
    tx: &mut TenantTx,
    id: MergeId,
    noun: Noun,
    (survivor, gone): (Uuid, Uuid),
    taken: &[String],
) -> Result<()> {
    let before_all = sqlx::query_scalar!(r#"select exists (select from merges where id = $1) as "there!""#, id.0);
    if before_all.fetch_one(tx.conn()).await? {
        // Sent twice is once.
        return Ok(());
    }
    hold(tx, noun, survivor, gone).await?;
    let (ours, theirs) = (row(tx, noun, survivor).await?, row(tx, noun, gone).await?);
    let name = |row: &Map<String, Value>| row.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    let (mut before, mut after) = (Map::new(), Map::new());
    for (field, columns) in columns(noun) {
        let take = taken.iter().any(|t| t == field);
        for column in *columns {
            let (mine, other) = (value(&ours, column), value(&theirs, column));
            let new = match *field {
                // What only the other one has is kept; what both have is the one that was chosen.
                "custom" => both(&mine, &other, take),
                _ if take => other,
                _ => continue,
            };
            // A company is not its own parent.
            let new =
                if *column == "parent_id" && new.as_str() == Some(&survivor.to_string()) { Value::Null } else { new };
            if new != mine {
                before.insert((*column).to_owned(), mine);
                after.insert((*column).to_owned(), new);
            }
        }
    }
    if noun == Noun::Customers
        && value(&ours, "parent_id").as_str() == Some(&gone.to_string())
        && !after.contains_key("parent_id")
    {
        before.insert("parent_id".into(), value(&ours, "parent_id"));
        after.insert("parent_id".into(), Value::Null);
    }
    let by = me(tx);
    sqlx::query!(
        "insert into merges (tenant_id, id, noun, survivor_id, gone_id, survivor_name, gone_name, before, after, gone_archived_at,
           merged_by, merged_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, ($10::text)::timestamptz, $11, $12)",
        tx.tenant().0,
        id.0,
        noun.key(),
        survivor,
        gone,
        name(&ours),
        name(&theirs),
        Value::Object(before),
        Value::Object(after.clone()),
        theirs.get("archived_at").and_then(Value::as_str),
        by,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    // Out of the way first: names and domains are taken by whoever is not archived.
    let mut q = QueryBuilder::new(format!("update {} set merged_into = ", table(noun)));
    q.push_bind(survivor).push(", archived_at = coalesce(archived_at, ").push_bind(tx.now());
    q.push("), updated_at = ").push_bind(tx.now()).push(", version = version + 1 where id = ").push_bind(gone);
    q.build().execute(tx.conn()).await?;
    heed(tx, survivor, gone).await?;
    sqlx::query!("update contact_points set is_first = false where record_id = $1 and is_first", gone)
        .execute(tx.conn())
        .await?;
    sqlx::query_scalar!(
        r#"select house.move_references($1, ($2::text)::regclass, $3, $4)"#,
        id.0,
        table(noun),
        gone,
        survivor
    )
    .fetch_one(tx.conn())
    .await?;
    if !after.is_empty() {
        write(tx, noun, survivor, &after).await?;
    }
    tell(tx, noun, (survivor, gone), after.keys().cloned().collect(), true).await
}

/// What stands against an address that both have stands against it from now on, whoever it was told of.
async fn heed(tx: &mut TenantTx, survivor: Uuid, gone: Uuid) -> Result<()> {
    sqlx::query!(
        "update contact_points s set version = s.version + 1, updated_at = $3,
           opted_out_at = coalesce(s.opted_out_at, g.opted_out_at),
           opted_out_because = case when s.opted_out_at is null then g.opted_out_because else s.opted_out_because end,
           invalid_at = coalesce(s.invalid_at, g.invalid_at),
           invalid_because = case when s.invalid_at is null then g.invalid_because else s.invalid_because end
         from contact_points g
         where g.tenant_id = s.tenant_id and g.record_id = $2 and s.record_id = $1 and g.kind = s.kind and lower(g.value) = lower(s.value)
           and ((s.opted_out_at is null and g.opted_out_at is not null) or (s.invalid_at is null and g.invalid_at is not null))",
        survivor,
        gone,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

fn value(row: &Map<String, Value>, column: &str) -> Value {
    row.get(column).cloned().unwrap_or(Value::Null)
}

/// Custom fields of both; where they differ, `theirs` or those of the survivor.
fn both(mine: &Value, other: &Value, theirs: bool) -> Value {
    let (first, second) = if theirs { (mine, other) } else { (other, mine) };
    let mut all = first.as_object().cloned().unwrap_or_default();
    all.extend(second.as_object().cloned().unwrap_or_default());
    if all.is_empty() { Value::Null } else { Value::Object(all) }
}

fn me(tx: &TenantTx) -> Option<Uuid> {
    match tx.who() {
        Who::Member(me) => Some(me.0),
        _ => None,
    }
}

async fn tell(
    tx: &mut TenantTx,
    noun: Noun,
    (survivor, gone): (Uuid, Uuid),
    fields: Vec<String>,
    away: bool,
) -> Result<()> {
    let (changed, moved) = match (noun, away) {
        (Noun::Customers, true) => (
            Event::CustomerChanged { customer: CustomerId(survivor), fields: fields.clone() },
            Event::CustomersArchived { customers: vec![CustomerId(gone)] },
        ),
        (Noun::Customers, false) => (
            Event::CustomerChanged { customer: CustomerId(survivor), fields: fields.clone() },
            Event::CustomersRestored { customers: vec![CustomerId(gone)] },
        ),
        (Noun::Contacts, true) => (
            Event::ContactChanged { contact: ContactId(survivor), fields: fields.clone() },
            Event::ContactsArchived { contacts: vec![ContactId(gone)] },
        ),
        (Noun::Contacts, false) => (
            Event::ContactChanged { contact: ContactId(survivor), fields: fields.clone() },
            Event::ContactsRestored { contacts: vec![ContactId(gone)] },
        ),
        (Noun::Leads, true) => (
            Event::LeadChanged { lead: LeadId(survivor), fields: fields.clone() },
            Event::LeadsArchived { leads: vec![LeadId(gone)] },
        ),
        (Noun::Leads, false) => (
            Event::LeadChanged { lead: LeadId(survivor), fields: fields.clone() },
            Event::LeadsRestored { leads: vec![LeadId(gone)] },
        ),
    };
    if !fields.is_empty() {
        events::emit(tx, changed).await?;
    }
    events::emit(tx, moved).await
}

/// Undoes a merge: what came from the other record goes back, as far as it is still where the merge put it; what was
/// changed of the survivor since stays. Gives what it could not do, in words.
pub async fn undo(tx: &mut TenantTx, noun: Noun, id: MergeId) -> Result<Merged> {
    let m = sqlx::query!(
        r#"select g.survivor_id, g.gone_id, g.before, g.after, g.gone_archived_at, g.merged_at,
             exists (select from merges o where o.noun = g.noun and o.gone_id = g.survivor_id and o.undone_at is null) as "onward!"
           from merges g where g.id = $1 and g.noun = $2 and g.undone_at is null for update"#,
        id.0,
        noun.key()
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(Error::NotFound)?;
    if tx.now() - m.merged_at >= KEPT {
        return Err(Error::NotFound);
    }
    let (survivor, gone) = (m.survivor_id, m.gone_id);
    let changed = match noun {
        Noun::Customers => reach::within::<CustomersWrite>(tx, Kind::Customers, &[survivor, gone]).await?,
        Noun::Contacts => reach::within::<ContactsWrite>(tx, Kind::Contacts, &[survivor, gone]).await?,
        Noun::Leads => reach::within::<LeadsWrite>(tx, Kind::Leads, &[survivor, gone]).await?,
    };
    if changed.len() < 2 {
        return Err(Error::NotFound);
    }
    // What it brought is a third one's by now, and would come back by half.
    if m.onward {
        return Err(Error::refused("", "The other one became a part of a third by now. Undo that first."));
    }
    let now = row(tx, noun, survivor).await?;
    let (Value::Object(before), Value::Object(after)) = (m.before, m.after) else {
        return Err(strange("fields", "of a merge"));
    };
    // Together, or not at all: an amount says nothing without its currency.
    let (mut back, mut stay) = (Map::new(), vec![]);
    for (field, columns) in columns(noun) {
        let taken: Vec<&str> = columns.iter().copied().filter(|c| after.contains_key(*c)).collect();
        if taken.is_empty() {
            continue;
        }
        if columns.iter().all(|c| !after.contains_key(*c) || value(&now, c) == value(&after, c)) {
            back.extend(taken.iter().map(|c| ((*c).to_owned(), value(&before, c))));
        } else {
            stay.push(label(noun, field));
        }
    }
    if !back.is_empty() {
        write(tx, noun, survivor, &back).await?;
    }
    let moved = sqlx::query!(
        r#"select back as "back!", changed as "changed!", refused as "refused!" from house.move_back($1, $2, $3)"#,
        id.0,
        gone,
        survivor
    )
    .fetch_one(tx.conn())
    .await?;
    if noun != Noun::Leads {
        first_again(tx, noun, gone).await?;
    }
    let archived = !restore(tx, noun, gone, m.gone_archived_at).await?;
    let kept = kept(moved.changed, moved.refused, &stay, archived);
    sqlx::query!("update merges set undone_at = $2, kept = $3 where id = $1", id.0, tx.now(), &kept)
        .execute(tx.conn())
        .await?;
    tell(tx, noun, (survivor, gone), back.keys().cloned().collect(), false).await?;
    find(tx, noun, id).await
}

/// The addresses that are columns of the one that comes back are its first again.
async fn first_again(tx: &mut TenantTx, noun: Noun, gone: Uuid) -> Result<()> {
    let mut q = QueryBuilder::new(format!(
        "update contact_points p set is_first = true from {} e where e.tenant_id = p.tenant_id and e.id = p.record_id
           and lower(p.value) = lower(case p.kind when 'email' then e.email when 'phone' then e.phone end) and e.id = ",
        table(noun)
    ));
    q.push_bind(gone);
    q.build().execute(tx.conn()).await?;
    Ok(())
}

/// Takes the other one out of the archive; whether nobody has taken its name meanwhile.
async fn restore(
    tx: &mut TenantTx,
    noun: Noun,
    gone: Uuid,
    archived_at: Option<chrono::DateTime<chrono::Utc>>,
) -> Result<bool> {
    let free = match noun {
        Noun::Contacts => true,
        Noun::Leads => {
            let free = sqlx::query_scalar!(
                r#"select not exists (select from leads o join leads g on g.tenant_id = o.tenant_id and g.id = $1
                     where o.id <> g.id and o.archived_at is null and o.email_key = g.email_key
                       and o.status in ('new', 'working', 'nurture', 'qualified')) as "free!""#,
                gone
            );
            free.fetch_one(tx.conn()).await?
        }
        Noun::Customers => {
            let free = sqlx::query_scalar!(
                r#"select not exists (select from customers o join customers g on g.tenant_id = o.tenant_id and g.id = $1
                     where o.id <> g.id and o.archived_at is null and (lower(o.name) = lower(g.name) or o.domain = g.domain)) as "free!""#,
                gone
            );
            free.fetch_one(tx.conn()).await?
        }
    };
    let archived_at = if free { archived_at } else { Some(tx.now()) };
    let mut q = QueryBuilder::new(format!("update {} set merged_into = null, archived_at = ", table(noun)));
    q.push_bind(archived_at).push(", updated_at = ").push_bind(tx.now());
    q.push(", version = version + 1 where id = ").push_bind(gone);
    q.build().execute(tx.conn()).await?;
    Ok(free)
}

fn label(noun: Noun, field: &str) -> String {
    let fields: &[Field] = match noun {
        Noun::Customers => domain::crm::customers::FIELDS,
        Noun::Contacts => domain::crm::contacts::FIELDS,
        Noun::Leads => domain::crm::leads::FIELDS,
    };
    fields.iter().find(|f| f.key == field).map_or_else(|| "Custom fields".to_owned(), |f| f.label.to_owned())
}

type Row = (
    Uuid,
    Uuid,
    Uuid,
    String,
    String,
    chrono::DateTime<chrono::Utc>,
    Option<Uuid>,
    Option<String>,
    bool,
    Option<Vec<String>>,
);

fn select(noun: Noun, condition: &str) -> QueryBuilder<sqlx::Postgres> {
    QueryBuilder::new(format!(
        "select g.id, g.survivor_id, g.gone_id, g.survivor_name, g.gone_name, g.merged_at, g.merged_by, m.name,
           g.undone_at is not null, g.kept
         from merges g left join members m on m.tenant_id = g.tenant_id and m.id = g.merged_by
         join {} e on e.tenant_id = g.tenant_id and e.id = g.survivor_id where g.noun = '{}' {condition}",
        table(noun),
        noun.key()
    ))
}

fn told(noun: Noun, row: Row) -> Merged {
    let (id, survivor, gone, survivor_name, gone_name, at, by, name, undone, kept) = row;
    Merged {
        id: MergeId(id),
        noun,
        survivor,
        gone,
        survivor_name,
        gone_name,
        at,
        by: by.map(MemberId).zip(name),
        undone,
        kept: kept.unwrap_or_default(),
    }
}

async fn find(tx: &mut TenantTx, noun: Noun, id: MergeId) -> Result<Merged> {
    let mut q = select(noun, " and g.id = ");
    q.push_bind(id.0);
    let row: Option<Row> = q.build_query_as().fetch_optional(tx.conn()).await?;
    row.map(|r| told(noun, r)).ok_or(Error::NotFound)
}

/// The merges that can still be undone or were lately, whose survivor the reader sees, newest first.
pub async fn lately(tx: &mut TenantTx, noun: Noun) -> Result<Vec<Merged>> {
    let (kind, scope) = match noun {
        Noun::Customers => (Kind::Customers, tx.scope::<CustomersRead>()),
        Noun::Contacts => (Kind::Contacts, tx.scope::<ContactsRead>()),
        Noun::Leads => (Kind::Leads, tx.scope::<LeadsRead>()),
    };
    let mut q = select(noun, "");
    reach::narrow(&mut q, kind, scope);
    q.push(" order by g.merged_at desc, g.id desc limit ").push_bind(SHOWN);
    let rows: Vec<Row> = q.build_query_as().fetch_all(tx.conn()).await?;
    Ok(rows.into_iter().map(|r| told(noun, r)).collect())
}

/// Forgets merges that can no longer be undone, and removes what they left: the record that went, with what the survivor
/// had already. Gives how many.
pub async fn sweep(tx: &mut TenantTx, most: i64) -> Result<usize> {
    let before = tx.now() - KEPT;
    let old = sqlx::query!(
        "select id, noun, gone_id, undone_at is not null as \"undone!\" from merges where merged_at <= $1 order by merged_at, id limit $2 for update",
        before,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    for m in &old {
        let noun = Noun::parse(&m.noun).ok_or_else(|| strange("noun", &m.noun))?;
        sqlx::query!("delete from merges where id = $1", m.id).execute(tx.conn()).await?;
        if !m.undone {
            let mut q =
                QueryBuilder::new(format!("delete from {} where merged_into is not null and id = ", table(noun)));
            q.push_bind(m.gone_id);
            q.build().execute(tx.conn()).await?;
        }
    }
    Ok(old.len())
}
