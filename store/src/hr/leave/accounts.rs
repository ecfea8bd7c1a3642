//! The ledger: what is written into it, and what it comes to.

use super::{TypeRow, facts, requests};
use crate::{Error, Result, TenantTx, Who};
use chrono::NaiveDate;
use domain::{
    Day, EmployeeId, LeavePolicyId, LeaveRequestId, LeaveTypeId,
    hr::leave::{
        accrual,
        forms::AdjustmentFields,
        ledger::{self, Account, Entry, Kind, Line},
        requests::DayCost,
        spoken::{Spoken, spoken as spoken_of},
    },
};
use rust_decimal::Decimal;
use uuid::Uuid;

/// Days ahead of which a line can be written by hand.
const AHEAD: i64 = 366;

/// People that one transaction of the accrual looks at.
pub const BATCH: i64 = 200;

/// Settles the ledgers that are to be looked at by now, behind the last one, some at a time, and gives the last of them.
/// They are held, so that nobody else writes there meanwhile; who is held by somebody else has the next turn.
pub async fn settle_due(
    tx: &mut TenantTx,
    after: (EmployeeId, LeaveTypeId),
    most: i64,
) -> Result<Option<(EmployeeId, LeaveTypeId)>> {
    // Somewhere it is tomorrow already; each has a day of their own, and before it has come nothing is looked at.
    let tomorrow = tx.now().with_timezone(&chrono_tz::Pacific::Kiritimati).date_naive();
    let rows = sqlx::query!(
        r#"select employee_id, type_id, next_on as "next_on!" from leave_accounts
           where next_on <= $1 and (employee_id, type_id) > ($2, $3)
           order by employee_id, type_id limit $4 for update skip locked"#,
        tomorrow,
        after.0.0,
        after.1.0,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    let last = rows.last().map(|r| (EmployeeId(r.employee_id), LeaveTypeId(r.type_id)));
    let (people, usual): (Vec<Uuid>, _) = (rows.iter().map(|r| r.employee_id).collect(), tx.today());
    let days = facts::today(tx, &people).await?;
    let come = rows.iter().filter(|r| r.next_on <= days.get(&r.employee_id).copied().unwrap_or(usual).0);
    let due: Vec<_> = come.map(|r| (EmployeeId(r.employee_id), LeaveTypeId(r.type_id))).collect();
    settle(tx, &due).await?;
    Ok(last)
}

/// A day that has come wherever somebody is.
pub(super) fn soon(tx: &TenantTx) -> NaiveDate {
    tx.today().plus(-2).unwrap_or(tx.today()).0
}

/// Has ledgers looked at soon: because a policy, or something about a person, is different now.
pub async fn look_again(tx: &mut TenantTx, people: Option<&[EmployeeId]>, kind: Option<LeaveTypeId>) -> Result<()> {
    let soon = soon(tx);
    sqlx::query!(
        "update leave_accounts set next_on = $3
         where ($1::uuid[] is null or employee_id = any($1)) and ($2::uuid is null or type_id = $2)",
        super::ids(people) as _,
        kind.map(|k| k.0),
        soon
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Nobody else writes to this ledger until this transaction ends.
pub(super) async fn hold(tx: &mut TenantTx, employee: EmployeeId, kind: LeaveTypeId) -> Result<()> {
    let (tenant, soon) = (tx.tenant().0, soon(tx));
    sqlx::query!(
        "insert into leave_accounts (tenant_id, employee_id, type_id, next_on) values ($1, $2, $3, $4)
         on conflict (tenant_id, employee_id, type_id) do update set next_on = leave_accounts.next_on",
        tenant,
        employee.0,
        kind.0,
        soon
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes what is due of these ledgers by the day that it is where each person is, and notes when to look again. Run once
/// more it writes nothing (DOMAIN: Leave: accrual is idempotent).
pub async fn settle(tx: &mut TenantTx, all: &[(EmployeeId, LeaveTypeId)]) -> Result<()> {
    let mut people: Vec<Uuid> = all.iter().map(|(e, _)| e.0).collect();
    people.dedup();
    if people.is_empty() {
        return Ok(());
    }
    let usual = tx.today();
    let days = facts::today(tx, &people).await?;
    let facts = facts::of(tx, &people).await?;
    let ledgers = facts::ledgers(tx, &people).await?;
    let (mut written, mut next) = (vec![], vec![]);
    for (employee, kind) in all {
        let of = (employee.0, kind.0);
        let today = days.get(&employee.0).copied().unwrap_or(usual);
        let entries = ledgers.get(&of).map_or(&[][..], Vec::as_slice);
        let mut id = || tx.id::<LeavePolicyId>().0;
        let settled = accrual::settle(facts.get(&of).map_or(&[][..], Vec::as_slice), entries, today, &mut id);
        for (n, entry) in settled.entries.iter().enumerate() {
            let same = |e: &&Entry| (e.policy, e.period) == (entry.policy, entry.period) && e.earned.is_some();
            let turn = entries.iter().chain(&settled.entries[..n]).filter(same).count();
            written.push(New {
                turn: i32::try_from(turn).unwrap_or(i32::MAX),
                ..New::of(*employee, *kind, entry.clone())
            });
        }
        next.push(settled.next.map(|d| d.0));
    }
    write(tx, &written).await?;
    let (kinds, employees): (Vec<Uuid>, Vec<Uuid>) = all.iter().map(|(e, k)| (k.0, e.0)).unzip();
    sqlx::query!(
        "update leave_accounts a set next_on = u.next
         from unnest($1::uuid[], $2::uuid[], $3::date[]) as u (employee, kind, next)
         where a.employee_id = u.employee and a.type_id = u.kind and a.next_on is distinct from u.next",
        &employees,
        &kinds,
        &next as &[Option<NaiveDate>]
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A line that is about to be written.
pub(super) struct New {
    pub employee: EmployeeId,
    pub kind: LeaveTypeId,
    pub entry: Entry,
    pub turn: i32,
    pub request: Option<LeaveRequestId>,
    pub reason: Option<String>,
}

impl New {
    pub fn of(employee: EmployeeId, kind: LeaveTypeId, entry: Entry) -> Self {
        Self { employee, kind, entry, turn: 0, request: None, reason: None }
    }
}

/// Adds lines, many by one statement. They are never changed.
pub(super) async fn write(tx: &mut TenantTx, new: &[New]) -> Result<()> {
    if new.is_empty() {
        return Ok(());
    }
    let by = match tx.who() {
        Who::Member(me) => Some(me.0),
        _ => None,
    };
    let (tenant, now) = (tx.tenant().0, tx.now());
    let column = |of: fn(&New) -> Uuid| -> Vec<Uuid> { new.iter().map(of).collect() };
    let maybe = |of: fn(&New) -> Option<Uuid>| -> Vec<Option<Uuid>> { new.iter().map(of).collect() };
    let date =
        |of: fn(&New) -> Option<Day>| -> Vec<Option<NaiveDate>> { new.iter().map(|n| of(n).map(|d| d.0)).collect() };
    let days: Vec<NaiveDate> = new.iter().map(|n| n.entry.on.0).collect();
    let kinds: Vec<String> = new.iter().map(|n| n.entry.kind.key().to_owned()).collect();
    let amounts: Vec<Decimal> = new.iter().map(|n| n.entry.amount).collect();
    let earned: Vec<Option<Decimal>> = new.iter().map(|n| n.entry.earned).collect();
    let turns: Vec<i32> = new.iter().map(|n| n.turn).collect();
    let reasons: Vec<Option<String>> = new.iter().map(|n| n.reason.clone()).collect();
    // What a policy gives, and what is over, is nobody's doing, whoever had the ledger looked at.
    let done = |n: &New| n.request.is_some() || n.reason.is_some();
    let bys: Vec<Option<Uuid>> = new.iter().map(|n| by.filter(|_| done(n))).collect();
    sqlx::query!(
        "insert into leave_ledger (tenant_id, id, employee_id, type_id, on_day, kind, amount, expires_on, of_id, policy_id, period,
           earned, turn, request_id, reason, by_member, created_at)
         select $1, u.* , $17 from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::date[], $6::text[], $7::numeric[], $8::date[],
           $9::uuid[], $10::uuid[], $11::date[], $12::numeric[], $13::int[], $14::uuid[], $15::text[], $16::uuid[]) as u",
        tenant,
        &column(|n| n.entry.id),
        &column(|n| n.employee.0),
        &column(|n| n.kind.0),
        &days,
        &kinds,
        &amounts,
        &date(|n| n.entry.expires) as &[Option<NaiveDate>],
        &maybe(|n| n.entry.of) as &[Option<Uuid>],
        &maybe(|n| n.entry.policy) as &[Option<Uuid>],
        &date(|n| n.entry.period) as &[Option<NaiveDate>],
        &earned as &[Option<Decimal>],
        &turns,
        &maybe(|n| n.request.map(|r| r.0)) as &[Option<Uuid>],
        &reasons as &[Option<String>],
        &bys as &[Option<Uuid>],
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Corrects a balance, or pays some of it out, with the reason.
pub async fn adjust(tx: &mut TenantTx, id: Uuid, employee: EmployeeId, f: &AdjustmentFields) -> Result<()> {
    let kind = super::find_type(tx, f.kind).await.map_err(|_| Error::refused("kind", "Choose a kind of leave."))?;
    if !kind.limited {
        return Err(Error::refused(
            "kind",
            format!("There is no limit to {}: what is taken is only counted.", kind.name),
        ));
    }
    hold(tx, employee, f.kind).await?;
    // The same form, sent twice.
    if let Some(amount) =
        sqlx::query_scalar!("select amount from leave_ledger where id = $1", id).fetch_optional(tx.conn()).await?
    {
        return if amount == f.amount { Ok(()) } else { Err(Error::Sent) };
    }
    if let Some(words) = out_of_time(tx, employee, f.on).await? {
        return Err(Error::refused("on", words));
    }
    settle(tx, &[(employee, f.kind)]).await?;
    if f.what == Kind::Encashment {
        let (_, entries) = facts::one(tx, employee, f.kind).await?;
        // What has gone since, or is promised, is not there to be paid for: booked leave, and what waits for an answer.
        let since = entries.iter().map(|e| e.on).filter(|on| *on > f.on).chain([f.on]);
        let least = since.map(|on| ledger::balance(&entries, on)).min().unwrap_or_default();
        let none = LeaveRequestId(Uuid::nil());
        let asked: Decimal = requests::reserved(tx, employee, f.kind, none).await?.iter().map(|d| d.amount).sum();
        let free = least - asked;
        if free + f.amount < Decimal::ZERO {
            let words = match free == ledger::balance(&entries, f.on) {
                true => format!("There are {} on that day.", kind.unit.words(free)),
                false => {
                    format!("There are {} beside what is booked, asked for, or gone since.", kind.unit.words(free))
                }
            };
            return Err(Error::refused("amount", words));
        }
    }
    let entry = Entry { expires: f.expires, ..Entry::new(id, f.on, f.what, f.amount) };
    write(tx, &[New { reason: Some(f.reason.clone()), ..New::of(employee, f.kind, entry) }]).await?;
    look_again(tx, Some(&[employee]), Some(f.kind)).await
}

/// Why a line of this day would mean nothing: it is of before they came, or so far ahead that the year was mistyped.
async fn out_of_time(tx: &mut TenantTx, employee: EmployeeId, on: Day) -> Result<Option<String>> {
    let start = sqlx::query_scalar!("select start_date from employees where id = $1", employee.0);
    let start = start.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)?;
    if let Some(start) = start.filter(|start| on.0 < *start) {
        return Ok(Some(format!("The first day of employment is {}.", Day(start).short())));
    }
    let last = tx.today().plus(AHEAD).filter(|last| on > *last);
    Ok(last.map(|last| format!("This is more than a year ahead: at most {}.", last.short())))
}

/// What somebody has of each kind as of a day, with the lines behind it: of a day to come with what will be due by then.
/// What is due already is written first.
pub async fn of_employee(tx: &mut TenantTx, employee: EmployeeId, on: Day) -> Result<Vec<Account>> {
    let facts = facts::of(tx, &[employee.0]).await?;
    let today = facts::today(tx, &[employee.0]).await?.remove(&employee.0).unwrap_or(tx.today());
    let rows = sqlx::query!(
        r#"select t.id, t.version, t.name, t.unit, t.paid, t.colour, t.needs_reason, t.limited, t.steps, t.patience,
             t.archived_at is not null as "archived!",
             (select p.name from leave_enrolments n join leave_policies p on p.tenant_id = n.tenant_id and p.id = n.policy_id
              where n.employee_id = $1 and n.type_id = t.id and n.from_on <= $2 and (n.until_on is null or n.until_on >= $2) limit 1) as policy,
             array(select d.day from leave_requests r join leave_request_days d on d.tenant_id = r.tenant_id and d.request_id = r.id
                   where r.employee_id = $1 and r.type_id = t.id and r.state = 'requested' order by d.day, d.request_id) as "asked!: Vec<NaiveDate>",
             array(select d.amount from leave_requests r join leave_request_days d on d.tenant_id = r.tenant_id and d.request_id = r.id
                   where r.employee_id = $1 and r.type_id = t.id and r.state = 'requested' order by d.day, d.request_id) as "amounts!: Vec<Decimal>"
           from leave_types t order by not t.limited, lower(t.name), t.id"#,
        employee.0,
        on.0
    )
    .fetch_all(tx.conn())
    .await?;
    let mut lines = lines(tx, employee).await?;
    let mut accounts = vec![];
    for r in rows {
        let mine: Vec<Line> = lines.extract_if(.., |(kind, _)| *kind == r.id).map(|(_, line)| line).collect();
        let (policy, limited, archived) = (r.policy, r.limited, r.archived);
        let reserved =
            r.asked.iter().zip(&r.amounts).map(|(day, amount)| DayCost { day: Day(*day), amount: *amount, minutes: 0 });
        let reserved: Vec<DayCost> = reserved.collect();
        if mine.is_empty() && (archived || (limited && policy.is_none() && reserved.is_empty())) {
            continue;
        }
        let mut entries: Vec<Entry> = mine.iter().map(|l| l.entry.clone()).collect();
        let mut all = mine;
        // With what is due today, and of a day to come with what will be given and over by then, which nobody has written yet.
        let facts = facts.get(&(employee.0, r.id)).map_or(&[][..], Vec::as_slice);
        let mut id = || tx.id::<LeavePolicyId>().0;
        let mut spoken = Spoken::default();
        for until in [Some(today), Some(on).filter(|on| *on > today)].into_iter().flatten() {
            for entry in accrual::settle(facts, &entries, until, &mut id).entries {
                entries.push(entry.clone());
                all.push(Line { entry, reason: None, by: None, request: None });
            }
            // What is given later hangs on what waits: so it is worked out with that.
            if until == today {
                spoken = spoken_of(facts, &entries, &reserved, on);
            }
        }
        let expiring = accrual::over_next(facts, &entries, on, &mut id);
        let row = TypeRow {
            id: r.id,
            version: r.version,
            name: r.name,
            unit: r.unit,
            paid: r.paid,
            colour: r.colour,
            needs_reason: r.needs_reason,
            limited,
            steps: r.steps,
            patience: r.patience,
            archived,
        };
        accounts.push(Account {
            kind: row.kind(),
            policy,
            balance: ledger::balance(&entries, on),
            spoken,
            expiring,
            lines: ledger::with_sums(all, on),
        });
    }
    Ok(accounts)
}

/// What is written, the oldest first, without what is due and is not written yet.
pub async fn written(tx: &mut TenantTx, employee: EmployeeId, kind: LeaveTypeId) -> Result<Vec<Entry>> {
    let (_, mut entries) = facts::one(tx, employee, kind).await?;
    entries.sort_by_key(|e| (e.on, e.kind, e.amount));
    Ok(entries)
}

async fn lines(tx: &mut TenantTx, employee: EmployeeId) -> Result<Vec<(Uuid, Line)>> {
    let rows = sqlx::query!(
        r#"select l.type_id, l.id, l.on_day, l.kind, l.amount, l.expires_on, l.of_id, l.policy_id, l.period, l.earned, l.request_id,
             l.reason, m.name as "by?"
           from leave_ledger l left join members m on m.tenant_id = l.tenant_id and m.id = l.by_member
           where l.employee_id = $1"#,
        employee.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|r| {
            let entry = Entry {
                id: r.id,
                on: Day(r.on_day),
                kind: Kind::parse(&r.kind)?,
                amount: r.amount,
                expires: r.expires_on.map(Day),
                of: r.of_id,
                policy: r.policy_id,
                period: r.period.map(Day),
                earned: r.earned,
            };
            Some((r.type_id, Line { entry, reason: r.reason, by: r.by, request: r.request_id.map(LeaveRequestId) }))
        })
        .collect())
}
