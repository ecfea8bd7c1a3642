//! Whom a step means, looked up: members who may be told something, and addresses for mail.

use crate::{Result, TenantTx};
use domain::{
    Email, MemberId,
    automation::{
        fields::{Facts, RecordKind},
        merge,
        people::Person,
    },
};
use sqlx::QueryBuilder;
use uuid::Uuid;

/// Whose record it is, and in whose name.
#[derive(Debug, Clone, Copy)]
pub struct About {
    pub record: Option<(RecordKind, Uuid)>,
    pub publisher: MemberId,
}

/// The active members of these addresses, by address in small letters.
pub async fn members_called(tx: &mut TenantTx, emails: &[String]) -> Result<Vec<(String, MemberId)>> {
    let rows = sqlx::query!(
        r#"select lower(email) as "email!", id from members where lower(email) = any($1) and deactivated_at is null"#,
        emails
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.email, MemberId(r.id))).collect())
}

/// The members that these are, in their order, each once; who is out or nobody is left out.
pub async fn members(tx: &mut TenantTx, people: &[Person], about: About) -> Result<Vec<MemberId>> {
    let emails: Vec<String> =
        people.iter().filter_map(|p| if let Person::Member(e) = p { Some(e.to_lowercase()) } else { None }).collect();
    let called = if emails.is_empty() { vec![] } else { members_called(tx, &emails).await? };
    let mut found = vec![];
    for person in people {
        let one = match (person, about.record) {
            (Person::Publisher, _) => Some(about.publisher),
            (Person::Member(email), _) => {
                let email = email.to_lowercase();
                called.iter().find(|(e, _)| *e == email).map(|(_, id)| *id)
            }
            (Person::Owner, Some((kind, id))) => owner(tx, kind, id, false).await?,
            (Person::Manager, Some((RecordKind::Employee, id))) => {
                let row = sqlx::query_scalar!(
                    "select m.id from employees e join members m on m.tenant_id = e.tenant_id and m.employee_id = e.manager_id
                     where e.id = $1 and m.deactivated_at is null",
                    id
                );
                row.fetch_optional(tx.conn()).await?.map(MemberId)
            }
            (Person::Manager, Some((kind, id))) => owner(tx, kind, id, true).await?,
            (Person::Record, Some((RecordKind::Employee, id))) => {
                let row =
                    sqlx::query_scalar!("select id from members where employee_id = $1 and deactivated_at is null", id);
                row.fetch_optional(tx.conn()).await?.map(MemberId)
            }
            _ => None,
        };
        found.extend(one.filter(|m| !found.contains(m)));
    }
    Ok(found)
}

/// The active member who has the record, or, of those with a record of their own, the one who manages them.
async fn owner(tx: &mut TenantTx, kind: RecordKind, id: Uuid, manager: bool) -> Result<Option<MemberId>> {
    let Some((column, _)) = kind.owner() else { return Ok(None) };
    let mut q = QueryBuilder::new("select m.id from ");
    q.push(kind.table()).push(" r join members o on o.tenant_id = r.tenant_id and o.id = r.").push(column);
    q.push(match manager {
        true => {
            " join employees e on e.tenant_id = o.tenant_id and e.id = o.employee_id
              join members m on m.tenant_id = e.tenant_id and m.employee_id = e.manager_id"
        }
        false => " join members m on m.tenant_id = o.tenant_id and m.id = o.id",
    });
    q.push(" where m.deactivated_at is null and r.id = ").push_bind(id);
    let found: Option<Uuid> = q.build_query_scalar().fetch_optional(tx.conn()).await?;
    Ok(found.map(MemberId))
}

/// The address that mail to this person goes to, with their name, and who they are if they are a member.
pub async fn address(
    tx: &mut TenantTx,
    person: &Person,
    about: About,
    facts: &Facts,
) -> Result<Option<(Email, String, Option<MemberId>)>> {
    let typed = match person {
        Person::Address(template) => Some((merge::fill(template, facts), String::new())),
        Person::Record => Some((facts.words("email"), facts.words("name"))),
        // A manager need not be a member to have an address.
        Person::Manager if facts.get("manager.email").is_some() => {
            Some((facts.words("manager.email"), facts.words("manager.name")))
        }
        _ => None,
    };
    if let Some((email, name)) = typed {
        return Ok(Email::parse(email.trim()).ok().map(|e| (e, name, None)));
    }
    let Some(member) = members(tx, std::slice::from_ref(person), about).await?.pop() else { return Ok(None) };
    let (name, email) = called(tx, member).await?;
    Ok(Email::parse(&email).ok().map(|e| (e, name, Some(member))))
}

/// What stands against writing to this address about a record of sales: somebody has opted out of it, nobody is reached
/// there, or whoever has it is not to be contacted at all.
pub async fn objection(tx: &mut TenantTx, email: &Email, about: About) -> Result<Option<&'static str>> {
    let sales = [RecordKind::Customer, RecordKind::Contact, RecordKind::Lead, RecordKind::Deal];
    if !about.record.is_some_and(|(kind, _)| sales.contains(&kind)) {
        return Ok(None);
    }
    let row = sqlx::query!(
        r#"select coalesce(bool_or(p.opted_out_at is not null), false) as "opted_out!",
             coalesce(bool_or(p.invalid_at is not null), false) as "invalid!",
             coalesce(bool_or(k.do_not_contact), false) as "silent!"
           from contact_points p
           left join contacts k on k.tenant_id = p.tenant_id and k.id = p.contact_id and k.archived_at is null
           where p.kind = 'email' and p.normal = lower(btrim($1))"#,
        email.as_str()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(match (row.silent, row.opted_out, row.invalid) {
        (true, ..) => Some("They are not to be contacted."),
        (_, true, _) => Some("They have opted out of mail to this address."),
        (.., true) => Some("Nobody is reached at this address."),
        _ => None,
    })
}

/// A member's name and address.
pub async fn called(tx: &mut TenantTx, member: MemberId) -> Result<(String, String)> {
    let row = sqlx::query!("select name, email from members where id = $1", member.0).fetch_one(tx.conn()).await?;
    Ok((row.name, row.email))
}

/// Members' names, in this order.
pub async fn names(tx: &mut TenantTx, members: &[MemberId]) -> Result<Vec<String>> {
    if members.is_empty() {
        return Ok(vec![]);
    }
    let ids: Vec<Uuid> = members.iter().map(|m| m.0).collect();
    let named = sqlx::query_scalar!(
        "select m.name from unnest($1::uuid[]) with ordinality as u (id, place) join members m on m.id = u.id order by u.place",
        &ids
    );
    Ok(named.fetch_all(tx.conn()).await?)
}

/// Records that are counted for somebody, to find who has the fewest: who has more has many.
const COUNTED: i64 = 10_000;

/// Of these members, who has the fewest of the open records that a workflow gives out.
pub async fn least_loaded(tx: &mut TenantTx, kind: RecordKind, among: &[MemberId]) -> Result<Option<MemberId>> {
    let Some((column, _)) = kind.owner() else { return Ok(None) };
    let open = match kind {
        RecordKind::Task => "r.done_at is null",
        RecordKind::Lead => "r.archived_at is null and r.status not in ('converted', 'disqualified')",
        RecordKind::Deal => "r.archived_at is null and r.state = 'open'",
        RecordKind::Ticket => "r.archived_at is null and r.is_open",
        RecordKind::Customer | RecordKind::Contact | RecordKind::Employee => "r.archived_at is null",
    };
    let ids: Vec<Uuid> = among.iter().map(|m| m.0).collect();
    let mut q = QueryBuilder::new("select u.id from unnest(");
    q.push_bind(ids).push("::uuid[]) with ordinality as u (id, place) order by (select count(*) from (select from ");
    q.push(kind.table()).push(" r where r.").push(column).push(" = u.id and ").push(open);
    q.push(" limit ").push_bind(COUNTED).push(") n), u.place limit 1");
    let found: Option<Uuid> = q.build_query_scalar().fetch_optional(tx.conn()).await?;
    Ok(found.map(MemberId))
}

/// Active members, by name, for forms to choose from: id, name, address.
pub async fn colleagues(tx: &mut TenantTx, most: i64) -> Result<Vec<(MemberId, String, String)>> {
    let rows = sqlx::query!(
        "select id, name, email from members where deactivated_at is null order by lower(name), id limit $1",
        most
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (MemberId(r.id), r.name, r.email)).collect())
}
