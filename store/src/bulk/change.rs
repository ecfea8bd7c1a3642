//! Doing it: what each record has now, whether it may be changed, and the change, a thousand by a handful of statements.

use super::field::{Asked, Place, kind, known};
use crate::{
    Error, Result, TenantTx, events,
    hr::{employment, reporting},
    imports::CHUNK,
    reach, tags,
};
use domain::{
    BulkId, ContactId, CustomerId, Day, DealId, EmployeeId, LeadId, TicketId,
    access::{
        ContactsBulk, ContactsRead, ContactsWrite, CustomersBulk, CustomersRead, CustomersWrite, DealsBulk, DealsRead,
        DealsWrite, EmployeesBulk, EmployeesPay, EmployeesPayWrite, EmployeesPersonal, EmployeesPersonalWrite,
        EmployeesRead, EmployeesWrite, LeadsBulk, LeadsRead, LeadsWrite, Scope, TicketsBulk, TicketsRead, TicketsWrite,
    },
    bulk::{Field, Outcome, Step},
    draft::FieldClass,
    events::Event,
    import::Target,
    workspace::access::Subject,
};
use serde_json::{Value as Json, json};
use sqlx::QueryBuilder;
use std::collections::HashMap;
use uuid::Uuid;

/// What would come of a change.
#[derive(Debug, Clone, Default)]
pub struct Preview {
    pub outcome: Outcome,
    /// The first that would be changed.
    pub first: Vec<Step>,
    /// All that would be, with the versions that were looked at; those that are left out for a reason, too.
    pub looked_at: Vec<(Uuid, i32)>,
}

/// Looks what would become of each, and changes nothing.
pub async fn preview(tx: &mut TenantTx, asked: &Asked, ids: &[Uuid], most: usize) -> Result<Preview> {
    let mut preview = Preview::default();
    let mut first = vec![];
    for ids in ids.chunks(CHUNK) {
        let found = rows(tx, Look::of(asked), ids, Some(&asked.value), false).await?;
        preview.looked_at.extend(found.iter().map(|f| (f.id, f.version)));
        let (mut changing, outcome) = judge(tx, asked, found, &HashMap::new()).await?;
        preview.outcome.add(outcome);
        changing.truncate(most.saturating_sub(first.len()));
        first.extend(changing);
    }
    let known = known(tx, asked.target, asked.wanted.field.key).await?;
    let words = known.words(tx, first.iter().map(|f| &f.was).collect()).await?;
    preview.first =
        first.into_iter().map(|f| Step { id: f.id, was: Some(words(&f.was)), name: f.name, left: None }).collect();
    Ok(preview)
}

/// Changes those of `ids` that may be changed, and keeps what they had. `versions` are those that were looked at.
pub async fn change(tx: &mut TenantTx, id: BulkId, asked: &Asked, ids: &[(Uuid, Option<i32>)]) -> Result<Outcome> {
    let versions: HashMap<Uuid, i32> = ids.iter().filter_map(|(id, version)| Some((*id, (*version)?))).collect();
    let ids: Vec<Uuid> = ids.iter().map(|(id, _)| *id).collect();
    let found = rows(tx, Look::of(asked), &ids, Some(&asked.value), true).await?;
    let (changing, mut outcome) = judge(tx, asked, found, &versions).await?;
    let ids: Vec<Uuid> = changing.iter().map(|f| f.id).collect();
    outcome.changed = ids.len();
    if ids.is_empty() {
        return Ok(outcome);
    }
    if let (Place::Job(column), Some(from)) = (&asked.place, asked.wanted.from) {
        let kept = sqlx::query!(
            "insert into bulk_change_records (tenant_id, change_id, record_id, was, is_now, made, rows)
             select $1, $2, c.employee_id, c.was, $6, c.made, c.rows from house.change_jobs($3, $4, $5, $6) c",
            tx.tenant().0,
            id.0,
            &ids,
            from.0,
            *column,
            asked.value
        );
        kept.execute(tx.conn()).await?;
        employment::take_effect(tx, &people(&ids)).await?;
        // What is planned is told when it takes effect.
        if from <= tx.today() {
            tell(tx, asked.target, &ids, &asked.wanted.field).await?;
        }
        return Ok(outcome);
    }
    let was: Vec<&Json> = changing.iter().map(|f| &f.was).collect();
    sqlx::query!(
        "insert into bulk_change_records (tenant_id, change_id, record_id, was, is_now)
         select $1, $2, u.id, u.was, $5 from unnest($3::uuid[], $4::jsonb[]) as u (id, was)",
        tx.tenant().0,
        id.0,
        &ids,
        &was as &[&Json],
        asked.value
    )
    .execute(tx.conn())
    .await?;
    match &asked.place {
        Place::Tag(add, _) => {
            let name = &asked.wanted.words;
            let subjects: Vec<_> = ids.iter().map(|id| subject(asked.target, *id)).collect();
            match add {
                true => tags::add_many(tx, &subjects, name).await?,
                false => tags::remove_many(tx, &subjects, name).await?,
            };
        }
        place => {
            let mut q = QueryBuilder::new("update ");
            q.push(kind(asked.target).table())
                .push(" e set version = e.version + 1, updated_at = ")
                .push_bind(tx.now());
            match place {
                Place::Custom(column, key) => {
                    let put = if asked.value.is_null() { json!({}) } else { json!({ key: asked.value }) };
                    q.push(format!(", {column} = nullif((coalesce(e.{column}, '{{}}') - ")).push_bind(key.clone());
                    q.push(") || ").push_bind(put).push(", '{}')");
                }
                Place::Own(column) => own(&mut q, column, &asked.value),
                Place::Job(_) | Place::Tag(..) => return Err(Error::NotFound),
            }
            q.push(" where e.id = any(").push_bind(ids.clone()).push(")");
            q.build().execute(tx.conn()).await?;
            tell(tx, asked.target, &ids, &asked.wanted.field).await?;
        }
    }
    Ok(outcome)
}

/// A column of the noun's own, of its type.
fn own(q: &mut QueryBuilder<sqlx::Postgres>, column: &str, value: &Json) {
    let text = value.as_str().map(str::to_owned);
    q.push(format!(", {column} = "));
    match column {
        c if c.ends_with("_id") => q.push_bind(text.and_then(|id| id.parse::<Uuid>().ok())),
        c if c.ends_with("_on") => q.push_bind(text.and_then(|day| day.parse::<chrono::NaiveDate>().ok())),
        _ => q.push_bind(text),
    };
}

pub(super) fn people(ids: &[Uuid]) -> Vec<EmployeeId> {
    ids.iter().copied().map(EmployeeId).collect()
}

pub(super) fn subject(target: Target, id: Uuid) -> Subject {
    match target {
        Target::Customers => Subject::Customer(CustomerId(id)),
        Target::Contacts => Subject::Contact(ContactId(id)),
        Target::Deals => Subject::Deal(DealId(id)),
        Target::Leads => Subject::Lead(LeadId(id)),
        Target::Tickets => Subject::Ticket(TicketId(id)),
        _ => Subject::Employee(EmployeeId(id)),
    }
}

/// Told to whoever listens, many at a time.
pub(super) async fn tell(tx: &mut TenantTx, target: Target, ids: &[Uuid], field: &Field) -> Result<()> {
    let fields = vec![field.key.to_owned()];
    for ids in ids.chunks(events::MOST) {
        let event = match target {
            Target::Customers => Event::CustomersChanged {
                customers: ids.iter().copied().map(CustomerId).collect(),
                fields: fields.clone(),
            },
            Target::Contacts => Event::ContactsChanged {
                contacts: ids.iter().copied().map(ContactId).collect(),
                fields: fields.clone(),
            },
            Target::Deals => {
                Event::DealsChanged { deals: ids.iter().copied().map(DealId).collect(), fields: fields.clone() }
            }
            Target::Leads => {
                Event::LeadsChanged { leads: ids.iter().copied().map(LeadId).collect(), fields: fields.clone() }
            }
            Target::Tickets => {
                Event::TicketsChanged { tickets: ids.iter().copied().map(TicketId).collect(), fields: fields.clone() }
            }
            _ => Event::EmployeesChanged { employees: people(ids), fields: fields.clone() },
        };
        events::emit(tx, event).await?;
    }
    Ok(())
}

/// What is looked at of a record.
pub(super) struct Look<'a> {
    pub target: Target,
    pub place: &'a Place,
    pub class: FieldClass,
    pub from: Option<Day>,
}

impl<'a> Look<'a> {
    fn of(asked: &'a Asked) -> Self {
        Self { target: asked.target, place: &asked.place, class: asked.wanted.field.class, from: asked.wanted.from }
    }
}

/// A record as it is.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Found {
    pub id: Uuid,
    pub version: i32,
    pub name: String,
    pub archived: bool,
    /// The reader may change this field of it.
    pub writes: bool,
    /// On the day from which it is to hold.
    pub gone: bool,
    pub early: bool,
    pub was: Json,
    /// It has the value already.
    pub same: bool,
}

/// Those that the reader may change many of at once, in the order of their ids; `lock`: held until the end.
pub(super) async fn rows(
    tx: &mut TenantTx,
    look: Look<'_>,
    ids: &[Uuid],
    value: Option<&Json>,
    lock: bool,
) -> Result<Vec<Found>> {
    let kind = kind(look.target);
    let people =
        !matches!(look.target, Target::Customers | Target::Contacts | Target::Deals | Target::Leads | Target::Tickets);
    let name = if people { "concat_ws(' ', e.first_name, e.last_name)" } else { "e.name" };
    let (visible, mut writes) = match look.target {
        Target::Customers => {
            (reach::lower::<CustomersBulk, CustomersRead>(tx.rights()), vec![tx.scope::<CustomersWrite>()])
        }
        Target::Contacts => {
            (reach::lower::<ContactsBulk, ContactsRead>(tx.rights()), vec![tx.scope::<ContactsWrite>()])
        }
        Target::Deals => (reach::lower::<DealsBulk, DealsRead>(tx.rights()), vec![tx.scope::<DealsWrite>()]),
        Target::Leads => (reach::lower::<LeadsBulk, LeadsRead>(tx.rights()), vec![tx.scope::<LeadsWrite>()]),
        Target::Tickets => (reach::lower::<TicketsBulk, TicketsRead>(tx.rights()), vec![tx.scope::<TicketsWrite>()]),
        _ => (reach::lower::<EmployeesBulk, EmployeesRead>(tx.rights()), vec![tx.scope::<EmployeesWrite>()]),
    };
    match look.class {
        FieldClass::Directory | FieldClass::Terms => {}
        FieldClass::Personal => {
            writes.extend([tx.scope::<EmployeesPersonal>(), tx.scope::<EmployeesPersonalWrite>()]);
        }
        FieldClass::Pay => writes.extend([tx.scope::<EmployeesPay>(), tx.scope::<EmployeesPayWrite>()]),
        FieldClass::Health => writes.push(None),
    }
    let mut writes: Vec<_> = writes.into_iter().map(|s: Option<Scope>| reach::reaches(kind, s)).collect();
    let own = match look.class {
        FieldClass::Personal => {
            reach::not_oneself::<EmployeesPersonalWrite>(kind, tx.scope::<EmployeesPersonalWrite>())
        }
        FieldClass::Pay => reach::not_oneself::<EmployeesPayWrite>(kind, tx.scope::<EmployeesPayWrite>()),
        _ => false,
    };
    if own || reach::not_oneself::<EmployeesWrite>(kind, tx.scope::<EmployeesWrite>()) {
        writes.push("e.id is distinct from house.me()");
    }
    let writes = writes.join(" and ");
    let from = look.from.unwrap_or_else(|| tx.today()).0;
    let dated = matches!(look.place, Place::Job(_));
    let mut q = QueryBuilder::new("select *, ");
    match value {
        Some(value) => q.push("coalesce(was = ").push_bind(value.clone()).push(", false) as same"),
        None => q.push("false as same"),
    };
    q.push(" from (select e.id, e.version, ").push(name).push(" as name, e.archived_at is not null as archived, (");
    q.push(&writes).push(") as writes, ");
    if dated {
        q.push("coalesce(e.end_date < ").push_bind(from).push(", false) as gone, j.was is null as early, ");
    } else {
        q.push("false as gone, false as early, ");
    }
    match look.place {
        Place::Job(_) => q.push("coalesce(j.was, 'null') as was"),
        Place::Own(column) => q.push(format!("coalesce(to_jsonb(e.{column}), 'null') as was")),
        Place::Custom(column, key) => {
            // What is not open to the reader is not looked at.
            q.push("case when ").push(&writes).push(format!(" then coalesce(e.{column} -> ")).push_bind(key.clone());
            q.push(", 'null') else 'null' end as was")
        }
        Place::Tag(_, tag) => {
            q.push("to_jsonb(exists (select from record_tags r where r.tag_id = ").push_bind(tag.map(|t| t.0));
            q.push(" and r.record_id = e.id)) as was")
        }
    };
    q.push(" from ").push(kind.table()).push(" e");
    if let Place::Job(column) = look.place {
        q.push(" left join lateral (select to_jsonb(j) -> ").push_bind((*column).to_owned());
        q.push(" as was from employee_jobs j where j.employee_id = e.id and not j.refused and j.from_date <= ")
            .push_bind(from);
        q.push(" order by j.from_date desc limit 1) j on true");
    }
    q.push(" where e.id = any(").push_bind(ids.to_vec()).push(")");
    reach::narrow(&mut q, kind, visible);
    q.push(" order by e.id");
    if lock {
        q.push(" for no key update of e");
    }
    q.push(") found");
    let found: Vec<Found> = q.build_query_as().persistent(false).fetch_all(tx.conn()).await?;
    if look.class == FieldClass::Pay {
        tx.reads_pay(found.iter().filter(|f| f.writes && !f.was.is_null()).map(|f| f.id));
    }
    Ok(found)
}

pub(super) const ARCHIVED: &str = "in the archive";
pub(super) const NO_RIGHT: &str = "not yours to change";
pub(super) const CLOSED: &str = "won or lost on the day that it says";

/// Deals whose day of closing is no plan any more.
pub(super) async fn closed(tx: &mut TenantTx, place: &Place, deals: &[Uuid]) -> Result<Vec<Uuid>> {
    if !matches!(place, Place::Own("close_on")) {
        return Ok(vec![]);
    }
    let closed = sqlx::query_scalar!("select id from deals where id = any($1) and state <> 'open'", deals);
    Ok(closed.fetch_all(tx.conn()).await?)
}

/// Who is to be changed, and why the others are not.
async fn judge(
    tx: &mut TenantTx,
    asked: &Asked,
    found: Vec<Found>,
    versions: &HashMap<Uuid, i32>,
) -> Result<(Vec<Found>, Outcome)> {
    let mut outcome = Outcome::default();
    let mut changing = vec![];
    for f in found {
        let why = match () {
            () if f.archived => ARCHIVED,
            () if !f.writes => NO_RIGHT,
            () if f.gone => "had left by that day",
            () if f.early => "was not there yet on that day",
            () if f.same => {
                outcome.same += 1;
                continue;
            }
            () if versions.get(&f.id).is_some_and(|seen| *seen != f.version) => {
                "somebody has changed it since you looked"
            }
            () => {
                changing.push(f);
                continue;
            }
        };
        outcome.refuse(why, &f.name);
    }
    let manager = match asked.place {
        Place::Job("manager_id") => asked.value.as_str().and_then(|id| id.parse::<Uuid>().ok()),
        _ => None,
    };
    if let (Some(manager), Some(from), false) = (manager, asked.wanted.from, changing.is_empty()) {
        let ids: Vec<Uuid> = changing.iter().map(|f| f.id).collect();
        let wrong = unmanageable(tx, &ids, manager, from).await?;
        changing.retain(|f| match wrong.get(&f.id) {
            Some(why) => {
                outcome.refuse(why, &f.name);
                false
            }
            None => true,
        });
    }
    if asked.target == Target::Deals && !changing.is_empty() {
        let ids: Vec<Uuid> = changing.iter().map(|f| f.id).collect();
        let closed = closed(tx, &asked.place, &ids).await?;
        changing.retain(|f| {
            let open = !closed.contains(&f.id);
            if !open {
                outcome.refuse(CLOSED, &f.name);
            }
            open
        });
    }
    if let (Place::Tag(true, _), false) = (&asked.place, changing.is_empty()) {
        let ids: Vec<Uuid> = changing.iter().map(|f| f.id).collect();
        let full = tags::full(tx, &ids).await?;
        changing.retain(|f| {
            let full = full.contains(&f.id);
            if full {
                outcome.refuse("has as many tags as a record can have", &f.name);
            }
            !full
        });
    }
    outcome.changed = changing.len();
    Ok((changing, outcome))
}

/// Of these people, whom this manager may not be given, and why. All of them get the same one, so nobody's change makes
/// another one's circle: a circle goes through somebody above the manager, and nobody above is changed.
pub(super) async fn unmanageable(
    tx: &mut TenantTx,
    ids: &[Uuid],
    manager: Uuid,
    from: Day,
) -> Result<HashMap<Uuid, String>> {
    let above = employment::above(tx, manager, from).await?;
    let mut wrong: HashMap<Uuid, String> = HashMap::new();
    let circle = "they would report to themselves, in the end";
    wrong.extend(ids.iter().filter(|id| above.contains(id)).map(|id| (*id, circle.to_owned())));
    let rest: Vec<Uuid> = ids.iter().copied().filter(|id| !wrong.contains_key(id)).collect();
    wrong.extend(reporting::give_no_more(tx, &rest, manager).await?);
    Ok(wrong)
}
