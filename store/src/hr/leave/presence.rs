//! When people are there to work, for those who plan by it. Days alone: why somebody is not there, nobody is told here.

use super::{calendar, patterns, requests::span_of};
use crate::{Result, TenantTx};
use domain::{
    Day, MemberId,
    crm::forecast::capacity::Presence,
    hr::leave::pattern::{Holiday, Holidays, Week},
};
use std::collections::HashMap;
use uuid::Uuid;

/// When each of these members is there, within some days. Whoever is no employee works as the workspace does.
pub async fn of(tx: &mut TenantTx, members: &[MemberId], from: Day, to: Day) -> Result<HashMap<MemberId, Presence>> {
    if members.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<Uuid> = members.iter().map(|m| m.0).collect();
    let people = sqlx::query!(
        r#"select m.id as member, e.id as "employee?", lower(e.location) as location, least(e.end_date, (e.archived_at at time zone $2)::date) as last
           from members m left join employees e on e.tenant_id = m.tenant_id and e.id = m.employee_id where m.id = any($1)"#,
        &ids,
        tx.zone().name()
    )
    .fetch_all(tx.conn())
    .await?;
    let employees: Vec<Uuid> = people.iter().filter_map(|p| p.employee).collect();
    let mut weeks = patterns::of_employees(tx, &employees).await?;
    let usual = patterns::usual(tx).await?;
    let rows = sqlx::query!(
        "select employee_id, from_on, to_on, from_midday, to_midday, minutes from leave_requests
         where employee_id = any($1) and state in ('approved', 'cancelling') and to_on >= $2 and from_on <= $3",
        &employees,
        from.0,
        to.0
    )
    .fetch_all(tx.conn())
    .await?;
    let mut away: HashMap<Uuid, Vec<_>> = HashMap::new();
    for r in rows {
        let span = span_of(r.from_on, r.to_on, (r.from_midday, r.to_midday), r.minutes);
        away.entry(r.employee_id).or_default().push(span);
    }
    let off = calendar::days_off(tx, from, to).await?;
    let holidays = |place: &Option<String>| -> Holidays {
        let known = off.contains_key(place);
        let of = if known { off.get(place) } else { off.get(&None) };
        of.into_iter().flatten().map(|o| (o.day, Holiday { name: o.name.clone(), half: o.half })).collect()
    };
    let presence = people.into_iter().map(|p| {
        let week = p.employee.and_then(|id| weeks.remove(&id)).unwrap_or(Week { usual, from: vec![] });
        let away = p.employee.and_then(|id| away.remove(&id)).unwrap_or_default();
        (MemberId(p.member), Presence { week, holidays: holidays(&p.location), away, last: p.last.map(Day) })
    });
    Ok(presence.collect())
}
