//! Members of the workspace: finding them, their roles, who they are as employees, and letting them in and out.

use super::{
    keepers,
    roles::{self, within_own},
};
use crate::{Error, Result, TenantTx, Version, Who, hr::employees, queue};
use domain::{
    EmployeeId, MemberId,
    access::{MembersWrite, Office, Permission, Resource, Right, Rights, Role, Scope},
    jobs::RerouteLeave,
    workspace::members::{Account, Found, Member, Named, Question, State},
};
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

/// Members on a page.
pub const PAGE: usize = 50;

const COLUMNS: &str = "m.id, m.version, m.name, m.email, m.role, m.role_id, r.name, m.verified, m.joined_at, m.deactivated_at, m.photo, \
    m.employee_id, e.number, e.first_name || ' ' || e.last_name";

const JOINS: &str = " left join roles r on r.tenant_id = m.tenant_id and r.id = m.role_id \
    left join employees e on e.tenant_id = m.tenant_id and e.id = m.employee_id";

type Row = (
    Uuid,
    Version,
    String,
    String,
    String,
    Option<Uuid>,
    Option<String>,
    bool,
    chrono::DateTime<chrono::Utc>,
    Option<chrono::DateTime<chrono::Utc>>,
    Option<String>,
    Option<Uuid>,
    Option<String>,
    Option<String>,
);

fn member(row: Row) -> Result<Member> {
    let (
        id,
        version,
        name,
        email,
        key,
        role_id,
        role_name,
        verified,
        joined_at,
        left_at,
        photo,
        employee,
        number,
        called,
    ) = row;
    let role = roles::read(&key, role_id)?;
    Ok(Member {
        id: MemberId(id),
        version,
        name,
        email,
        role,
        role_name: role_name.unwrap_or_else(|| role.label().to_owned()),
        verified,
        joined_at,
        deactivated_at: left_at,
        photo,
        employee: employee.map(EmployeeId).zip(number.zip(called)).map(|(id, (number, name))| (id, number, name)),
    })
}

/// One page of members by name, and how many there are, counted no further than a thousand and one.
pub async fn list(tx: &mut TenantTx, question: &Question) -> Result<Found> {
    let mut q = QueryBuilder::<Postgres>::new("with found as (select m.* from members m where ");
    narrow(&mut q, question);
    q.push(") select (select count(*) from (select 1 from found limit 1001) c), ").push(COLUMNS);
    q.push(" from (select * from found f where true");
    if let Some((name, id)) = &question.after() {
        q.push(" and (lower(f.name), f.id) > (").push_bind(name.clone()).push(", ").push_bind(*id).push(")");
    }
    q.push(format!(" order by lower(f.name), f.id limit {}) m", PAGE + 1)).push(JOINS);
    q.push(" order by lower(m.name), m.id");
    let rows: Vec<Counted> = q.build_query_as().persistent(false).fetch_all(tx.conn()).await?;
    let counted = rows.first().map_or(0, |r| r.0);
    let more = rows.len() > PAGE;
    let members: Vec<Member> = rows.into_iter().take(PAGE).map(|r| member(r.1)).collect::<Result<_>>()?;
    let next = members.last().filter(|_| more).map(|m| format!("{}:{}", m.id, m.name.to_lowercase()));
    Ok(Found { members, counted, next })
}

struct Counted(i64, Row);

impl<'r> sqlx::FromRow<'r, sqlx::postgres::PgRow> for Counted {
    fn from_row(row: &'r sqlx::postgres::PgRow) -> sqlx::Result<Self> {
        use sqlx::Row as _;
        let get = (
            row.try_get(1)?,
            row.try_get(2)?,
            row.try_get(3)?,
            row.try_get(4)?,
            row.try_get(5)?,
            row.try_get(6)?,
            row.try_get(7)?,
            row.try_get(8)?,
            row.try_get(9)?,
            row.try_get(10)?,
            row.try_get(11)?,
            row.try_get(12)?,
            row.try_get(13)?,
            row.try_get(14)?,
        );
        Ok(Self(row.try_get(0)?, get))
    }
}

fn narrow(q: &mut QueryBuilder<Postgres>, question: &Question) {
    match question.state() {
        State::Active => q.push("m.deactivated_at is null"),
        State::Deactivated => q.push("m.deactivated_at is not null"),
    };
    if let Some(role) = Role::parse(&question.role) {
        q.push(" and m.role = ")
            .push_bind(role.key())
            .push(" and m.role_id is not distinct from ")
            .push_bind(role.id());
    }
    for word in question.q.split_whitespace().take(8) {
        let pattern =
            format!("%{}%", word.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
        q.push(" and lower(m.name || ' ' || m.email) like ").push_bind(pattern);
    }
}

/// Everyone who may enter by name and role, for choosing one; at most a thousand.
pub async fn choices(tx: &mut TenantTx) -> Result<Vec<Named>> {
    Ok(keepers::everyone(tx).await?.into_iter().map(|(named, _)| named).collect())
}

/// The member that these words mean, if one alone: an address, a name, or both as suggestions write them.
pub async fn meant(tx: &mut TenantTx, words: &str) -> Result<Option<MemberId>> {
    let words = words.trim();
    let words = words.rsplit_once(" · ").map_or(words, |(_, email)| email.trim());
    let found = sqlx::query_scalar!(
        "select id from members where deactivated_at is null and (lower(email) = lower($1) or lower(name) = lower($1)) limit 2",
        words
    );
    Ok(match found.fetch_all(tx.conn()).await?[..] {
        [id] => Some(MemberId(id)),
        _ => None,
    })
}

/// The owner who joined first.
pub async fn first_owner(tx: &mut TenantTx) -> Result<MemberId> {
    let id = sqlx::query_scalar!(
        "select id from members where role = 'owner' and deactivated_at is null order by joined_at, id limit 1"
    );
    Ok(MemberId(id.fetch_one(tx.conn()).await?))
}

/// Those whose it is.
pub async fn owners(tx: &mut TenantTx) -> Result<Vec<MemberId>> {
    let ids = sqlx::query_scalar!("select id from members where role = 'owner' and deactivated_at is null limit 100");
    Ok(ids.fetch_all(tx.conn()).await?.into_iter().map(MemberId).collect())
}

/// How many may enter.
pub async fn count(tx: &mut TenantTx) -> Result<i64> {
    let counted = sqlx::query_scalar!(r#"select count(*) as "n!" from members where deactivated_at is null"#);
    Ok(counted.fetch_one(tx.conn()).await?)
}

/// One member, out or in.
pub async fn find(tx: &mut TenantTx, id: MemberId) -> Result<Member> {
    let mut q = QueryBuilder::<Postgres>::new("select ");
    q.push(COLUMNS).push(" from members m").push(JOINS).push(" where m.id = ").push_bind(id.0);
    let row: Option<Row> = q.build_query_as::<OwnRow>().fetch_optional(tx.conn()).await?.map(|r| r.0);
    member(row.ok_or(Error::NotFound)?)
}

struct OwnRow(Row);

impl<'r> sqlx::FromRow<'r, sqlx::postgres::PgRow> for OwnRow {
    fn from_row(row: &'r sqlx::postgres::PgRow) -> sqlx::Result<Self> {
        Row::from_row(row).map(Self)
    }
}

/// What a member holds on to: customers that they own, and people who report to them.
pub async fn holdings(tx: &mut TenantTx, member: &Member) -> Result<(i64, i64)> {
    let r = sqlx::query!(
        r#"select (select count(*) from (select 1 from customers where owner_id = $1 and archived_at is null limit 1001) c) as "customers!",
             (select count(*) from (select 1 from employees where manager_id = $2 and archived_at is null limit 1001) e) as "reports!""#,
        member.id.0,
        member.employee.as_ref().map(|(id, _, _)| id.0)
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((r.customers, r.reports))
}

/// Gives a member another role, and says which employee they are. Nobody touches who may more than they, nor makes
/// somebody who would.
pub async fn change(
    tx: &mut TenantTx,
    id: MemberId,
    version: Version,
    office: &Office,
    employee: Option<&str>,
) -> Result<()> {
    // What it was is what it stays until this is through: the answer to who may hangs on both.
    sqlx::query!("select 1 as one from members where id = $1 for update", id.0).fetch_optional(tx.conn()).await?;
    // So does the role that they are given.
    sqlx::query!("select 1 as one from roles where id = $1 for share", office.role.id())
        .fetch_optional(tx.conn())
        .await?;
    let before = find(tx, id).await?;
    let held = roles::office(tx, before.role).await?;
    let office = &roles::office(tx, office.role).await?;
    let employee = match employee {
        None => None,
        Some(typed) => employees::by_words(tx, Some(typed), "employee").await?.map(|person| person.id.0),
    };
    let now = tx.now();
    let another = before.employee.as_ref().map(|(id, _, _)| id.0) != employee;
    let other = before.role != office.role || another;
    if other {
        within_own(tx, &held.rights)?;
        within_own(tx, &office.rights)?;
    }
    // Whose record is somebody's own, and who is in their team, hangs on the employee that they are: what both come to
    // is asked, whichever of the two is changed.
    if another && employee.is_some() {
        beyond_reach(tx, "employee", near(&office.rights))?;
    } else if employee.is_some() {
        beyond_reach(tx, "role", gained(&held.rights, &office.rights))?;
    }
    if another
        && before.employee.is_some()
        && tx.who() == Who::Member(id)
        && !roles::alone_with(tx, &[MembersWrite::KEY]).await?
    {
        return Err(Error::refused("employee", "Which record is yours somebody else changes, once it is said."));
    }
    let done = sqlx::query!(
        "update members set version = version + 1, role = $3, role_id = $4, employee_id = $5,
           privileges_at = case when $6 then $7 else privileges_at end
         where id = $1 and version = $2",
        id.0,
        version,
        office.role.key(),
        office.role.id(),
        employee,
        other,
        now
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 { Err(Error::Stale) } else { Ok(()) }
}

/// Refuses to make somebody an employee through whom they would see or change what the one who says so may not: rights
/// over one's own and one's team's records then reach any record.
pub(super) fn beyond_reach(
    tx: &TenantTx,
    field: &'static str,
    rights: impl Iterator<Item = &'static Right>,
) -> Result<()> {
    let beyond: Vec<_> = rights.filter(|r| tx.rights().scope(r.key) < Some(Scope::All)).map(|r| r.label).collect();
    match beyond.is_empty() {
        true => Ok(()),
        false => Err(Error::refused(
            field,
            format!(
                "Through their employee’s record they would have rights that you do not have over everybody: {}.",
                beyond.join(", ")
            ),
        )),
    }
}

/// Those of them that reach further than before.
pub(super) fn gained(before: &Rights, after: &Rights) -> impl Iterator<Item = &'static Right> {
    near(after).filter(|r| after.scope(r.key) > before.scope(r.key))
}

/// The rights over one's own or one's team's records alone. What one owns as a member, tasks and customers, is the same
/// whichever employee one is.
fn near(rights: &Rights) -> impl Iterator<Item = &'static Right> {
    let owned = |right: &Right, scope| {
        scope == Some(Scope::Own) && matches!(right.resource, Resource::Tasks | Resource::Customers)
    };
    let some = |scope: Option<Scope>| scope.is_some_and(|s| s < Scope::All);
    rights
        .iter()
        .filter(move |(right, scope)| right.scoped && some(*scope) && !owned(right, *scope))
        .map(|(right, _)| right)
}

/// The member who is this employee, if one is.
pub async fn of_employee(tx: &mut TenantTx, employee: EmployeeId) -> Result<Option<MemberId>> {
    let id =
        sqlx::query_scalar!("select id from members where employee_id = $1 and deactivated_at is null", employee.0);
    Ok(id.fetch_optional(tx.conn()).await?.map(MemberId))
}

/// The same, with an invitation to the address of their record that nobody has answered yet, and a member who has that
/// address.
pub async fn account_of(tx: &mut TenantTx, employee: EmployeeId) -> Result<Account> {
    let now = tx.now();
    let r = sqlx::query!(
        r#"select (select m.id from members m where m.employee_id = e.id and m.deactivated_at is null) as member,
             o.id as "other?", o.name as "name?", o.employee_id as "is?",
             (select max(i.expires_at) from invitations i
              where lower(i.email) = lower(e.email) and i.accepted_at is null and i.revoked_at is null and i.expires_at > $2) as invited
           from employees e
           left join members o on o.tenant_id = e.tenant_id and lower(o.email) = lower(e.email) and o.deactivated_at is null
           where e.id = $1 limit 1"#,
        employee.0,
        now
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(r) = r else { return Ok(Account::None) };
    Ok(match (r.member, r.other.zip(r.name), r.invited) {
        (Some(member), ..) => Account::Member(MemberId(member)),
        (None, Some((other, name)), _) if r.is.is_none() => Account::Unlinked(MemberId(other), name),
        (None, Some((other, name)), _) => Account::Another(MemberId(other), name),
        (None, None, Some(until)) => Account::Invited(until),
        (None, None, None) => Account::None,
    })
}

/// Says that a member is this employee, by the rules of [`change`]; of a member who is one already, their own page says it.
pub async fn link(tx: &mut TenantTx, id: MemberId, number: &str) -> Result<Member> {
    let member = find(tx, id).await?;
    if member.employee.as_ref().is_some_and(|(_, other, _)| other != number) {
        return Err(Error::refused(
            "",
            format!("{} is another employee already: open the member to change that.", member.name),
        ));
    }
    let office = roles::office(tx, member.role).await?;
    change(tx, id, member.version, &office, Some(number)).await?;
    Ok(member)
}

/// Lets a member in no more, from their next request on. What they own stays theirs.
pub async fn deactivate(tx: &mut TenantTx, id: MemberId) -> Result<Member> {
    let before = find(tx, id).await?;
    if tx.who() == Who::Member(id) {
        return Err(Error::refused("", "You cannot deactivate yourself. Ask another owner or admin."));
    }
    let held = roles::office(tx, before.role).await?;
    within_own(tx, &held.rights)?;
    let (now, by) = (
        tx.now(),
        match tx.who() {
            Who::Member(by) => Some(by.0),
            _ => None,
        },
    );
    sqlx::query!(
        "update members set version = version + 1, deactivated_at = $2, deactivated_by = $3 where id = $1 and deactivated_at is null",
        id.0,
        now,
        by
    )
    .execute(tx.conn())
    .await?;
    // What waits for their answer is asked of somebody else.
    let asked = sqlx::query_scalar!(
        r#"select exists (select from leave_steps where member_id = $1 and state = 'open') as "asked!""#,
        id.0
    );
    if asked.fetch_one(tx.conn()).await? {
        let (tenant, at) = (tx.tenant(), tx.now());
        queue::push(tx, &RerouteLeave { tenant, at }).await?;
    }
    Ok(before)
}

/// Lets a member in again, as what they were.
pub async fn reactivate(tx: &mut TenantTx, id: MemberId) -> Result<Member> {
    let before = find(tx, id).await?;
    let held = roles::office(tx, before.role).await?;
    within_own(tx, &held.rights)?;
    let now = tx.now();
    sqlx::query!(
        "update members set version = version + 1, deactivated_at = null, deactivated_by = null, privileges_at = $2
         where id = $1 and deactivated_at is not null",
        id.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(before)
}

/// Says which employee a member is, where exactly one that is nobody's has their address. Whoever may write an address
/// into a record could have somebody be anybody: what their role then opens of that record, whoever invited them and
/// whoever wrote the address must have over everybody. Otherwise it is left to somebody who has.
pub async fn link_by_email(tx: &mut TenantTx, id: MemberId) -> Result<bool> {
    let member = find(tx, id).await?;
    let inviter = sqlx::query_scalar!(
        "select invited_by from invitations where lower(email) = lower($1) and accepted_at is not null
         order by accepted_at desc limit 1",
        member.email
    );
    let inviter = inviter.fetch_optional(tx.conn()).await?.map(MemberId);
    let writer = sqlx::query_scalar!(
        "select a.actor from employees e join audit_events a on a.tenant_id = e.tenant_id and a.record_id = e.id
         where lower(e.email) = lower($1) and e.archived_at is null and a.record = 'employees' and a.changes ? 'email'
         order by a.id desc limit 1",
        member.email
    );
    let writer = writer.fetch_optional(tx.conn()).await?;
    let writer = writer.as_deref().and_then(|w| w.strip_prefix("member:")?.parse().ok()).map(MemberId);
    let office = roles::office(tx, member.role).await?;
    for by in inviter.into_iter().chain(writer) {
        match roles::actor(tx, by).await {
            Ok(by) if near(&office.rights).all(|r| by.rights.scope(r.key) == Some(Scope::All)) => {}
            Ok(_) | Err(Error::NotFound) => return Ok(false),
            Err(e) => return Err(e),
        }
    }
    let linked = sqlx::query!(
        "update members m set employee_id = e.id
         from (select id, lower(email) as email from employees where archived_at is null) e
         where m.id = $1 and m.employee_id is null and m.verified and e.email = lower(m.email)
           and not exists (select from members o where o.employee_id = e.id)",
        id.0
    )
    .execute(tx.conn())
    .await?;
    Ok(linked.rows_affected() > 0)
}

/// Whether the member wants what this preference is about; without a word of theirs they do.
pub async fn wants(tx: &mut TenantTx, member: MemberId, key: &str) -> Result<bool> {
    let wants = sqlx::query_scalar!(
        r#"select coalesce(preferences -> $2, 'true') <> 'false' as "wants!" from members where id = $1"#,
        member.0,
        key
    );
    wants.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)
}

/// Keeps several choices of the member's, the others as they are.
pub async fn prefer_all(tx: &mut TenantTx, member: MemberId, chosen: serde_json::Value) -> Result<()> {
    sqlx::query!("update members set preferences = preferences || $2 where id = $1", member.0, chosen)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Keeps a choice of the member's, such as the columns of a list.
pub async fn prefer(tx: &mut TenantTx, member: MemberId, key: &str, value: serde_json::Value) -> Result<()> {
    sqlx::query!(
        "update members set preferences = jsonb_set(preferences, array[$2], $3) where id = $1",
        member.0,
        key,
        value
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
