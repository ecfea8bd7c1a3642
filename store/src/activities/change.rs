//! Calls and meetings planned, logged, changed and closed.

use super::{attendees, find, me, within};
use crate::{Error, Result, TenantTx, Version, events, reach, reach::Kind, records};
use domain::{
    ActivityId, Errors, MemberId,
    access::ActivitiesWrite,
    activities::{Activity, Fields, Outcome, State, end},
    day::instant,
    events::Event,
    reminders::Remind,
    workspace::access::Subject,
};
use uuid::Uuid;

/// What of these fields other records stand against, told all at once. `own` is the activity's, old or new.
pub async fn check(tx: &mut TenantTx, own: ActivityId, f: &Fields) -> Result<Errors> {
    let mut errors = Errors::default();
    if let Some(owner) = f.owner {
        let there = sqlx::query_scalar!(
            r#"select exists (select from members where id = $1 and deactivated_at is null)
                 or exists (select from activities where id = $2 and owner_id = $1) as "there!""#,
            owner.0,
            own.0
        );
        if !there.fetch_one(tx.conn()).await? {
            errors.add("owner", "This person is no member any more. Choose somebody else.");
        }
    }
    for wrong in
        [attendees::meant(tx, own, &f.attendees).await.map(drop), records::meant(tx, f.about.as_ref()).await.map(drop)]
    {
        match wrong {
            Err(Error::Refused(wrong)) => errors.merge(wrong),
            other => other?,
        }
    }
    Ok(errors)
}

/// Adds one under the given id, which was drawn with the form: a form sent twice adds once. One that is over already is
/// logged, and invites nobody.
pub async fn add(tx: &mut TenantTx, id: ActivityId, f: &Fields) -> Result<ActivityId> {
    if tx.scope::<ActivitiesWrite>().is_none() {
        return Err(Error::NotFound);
    }
    let me = me(tx);
    let owner = f.owner.or(me).ok_or_else(|| Error::refused("owner", "Say whose it is."))?;
    let about = f.about.clone();
    refuse(check(tx, id, &Fields { about: None, attendees: vec![], owner: Some(owner), ..f.clone() }).await?)?;
    let subject = records::meant(tx, about.as_ref()).await?;
    let taking = attendees::meant(tx, id, &f.attendees).await?;
    let (now, zone) = (tx.now(), tx.told_in());
    let starts = instant(zone, f.day.0, f.time);
    let added = sqlx::query!(
        "insert into activities (tenant_id, id, kind, subject, starts_at, ends_at, place, direction, outcome, state, notes, owner_id,
           created_by, employee_id, customer_id, contact_id, deal_id, lead_id, remind_before, remind_at, closed_at, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $22)
         on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        f.kind.key(),
        f.subject,
        starts,
        end(starts, f.minutes),
        f.place,
        f.direction.map(domain::activities::Direction::key),
        f.outcome.map(Outcome::key),
        f.state.key(),
        f.notes,
        owner.0,
        me.map(|m| m.0),
        subject.and_then(Subject::employee),
        subject.and_then(Subject::customer),
        subject.and_then(Subject::contact),
        subject.and_then(Subject::deal),
        subject.and_then(Subject::lead),
        f.remind.and_then(Remind::before),
        f.remind.and_then(|r| r.moment(zone)),
        (f.state != State::Planned).then_some(now),
        now
    )
    .execute(tx.conn())
    .await?;
    if added.rows_affected() == 0 {
        return if find(tx, id).await?.is(f) { Ok(id) } else { Err(Error::Sent) };
    }
    let (mut invited, _) = attendees::set(tx, id, &[], &taking).await?;
    if !invited.contains(&owner) {
        invited.push(owner);
    }
    if f.state != State::Planned || end(starts, f.minutes) < now {
        invited.clear();
    }
    events::emit(tx, Event::ActivityAdded { activity: id, invited }).await?;
    Ok(id)
}

/// Changes all fields. Whose it is stays, where nobody is said.
pub async fn change(tx: &mut TenantTx, id: ActivityId, version: Version, f: &Fields) -> Result<()> {
    reach::hold::<ActivitiesWrite>(tx, Kind::Activities, id.0).await?;
    let before = find(tx, id).await?;
    let owner = f.owner.unwrap_or(before.owner.id);
    refuse(check(tx, id, &Fields { about: None, attendees: vec![], owner: Some(owner), ..f.clone() }).await?)?;
    // What somebody may not see they cannot have taken away.
    let keeps = before.about_hidden && f.about.is_none();
    let subject = match (&f.about, &before.about) {
        (Some(about), Some(now)) if now.means(about) => Some(now.subject),
        (about, _) => records::meant(tx, about.as_ref()).await?,
    };
    let taking = attendees::meant(tx, id, &f.attendees).await?;
    let (now, zone) = (tx.now(), tx.told_in());
    let starts = instant(zone, f.day.0, f.time);
    let done = sqlx::query!(
        "update activities set version = version + 1, updated_at = $3, kind = $4, subject = $5, starts_at = $6, ends_at = $7, place = $8,
           direction = $9, outcome = $10, state = $11, notes = $12, owner_id = $13,
           employee_id = case when $14 then employee_id else $15 end, customer_id = case when $14 then customer_id else $16 end,
           contact_id = case when $14 then contact_id else $17 end, deal_id = case when $14 then deal_id else $18 end,
           lead_id = case when $14 then lead_id else $19 end, remind_before = $20, remind_at = $21,
           closed_at = case when $11 = 'planned' then null else coalesce(closed_at, $3) end
         where id = $1 and version = $2",
        id.0,
        version,
        now,
        f.kind.key(),
        f.subject,
        starts,
        end(starts, f.minutes),
        f.place,
        f.direction.map(domain::activities::Direction::key),
        f.outcome.map(Outcome::key),
        f.state.key(),
        f.notes,
        owner.0,
        keeps,
        subject.and_then(Subject::employee),
        subject.and_then(Subject::customer),
        subject.and_then(Subject::contact),
        subject.and_then(Subject::deal),
        subject.and_then(Subject::lead),
        f.remind.and_then(Remind::before),
        f.remind.and_then(|r| r.moment(zone))
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Error::Stale);
    }
    let (mut invited, others) = attendees::set(tx, id, &before.attendees, &taking).await?;
    let after = find(tx, id).await;
    let after = match after {
        // Given away, and seen no more.
        Err(Error::NotFound) => None,
        other => Some(other?),
    };
    let mut fields = after.as_ref().map_or_else(|| vec!["owner".to_owned()], |after| differences(&before, after));
    if others {
        fields.push("attendees".into());
    }
    if owner != before.owner.id {
        invited.push(owner);
    }
    if f.state != State::Planned || end(starts, f.minutes) < now {
        invited.clear();
    }
    if !fields.is_empty() {
        events::emit(tx, Event::ActivityChanged { activity: id, fields, invited }).await?;
    }
    if before.state != f.state {
        closed(tx, id, f.state).await?;
    }
    Ok(())
}

fn differences(before: &Activity, after: &Activity) -> Vec<String> {
    let subject = |a: &Activity| a.about.as_ref().map(|n| n.subject);
    [
        ("kind", before.kind != after.kind),
        ("subject", before.subject != after.subject),
        ("when", (before.starts_at, before.ends_at) != (after.starts_at, after.ends_at)),
        ("place", before.place != after.place),
        ("outcome", (before.direction, before.outcome) != (after.direction, after.outcome)),
        ("state", before.state != after.state),
        ("notes", before.notes != after.notes),
        ("owner", before.owner.id != after.owner.id),
        ("about", subject(before) != subject(after)),
        ("remind", before.remind != after.remind),
    ]
    .into_iter()
    .filter(|(_, differs)| *differs)
    .map(|(field, _)| field.to_owned())
    .collect()
}

/// How one went.
#[derive(Debug, Clone)]
pub struct Conclusion {
    pub state: State,
    pub outcome: Option<Outcome>,
    /// What it says from now on; nothing: what it said.
    pub notes: Option<String>,
}

/// Says how one went. One that was closed already gets another end.
pub async fn conclude(tx: &mut TenantTx, id: ActivityId, how: &Conclusion) -> Result<()> {
    if within(tx, &[id]).await?.is_empty() {
        return Err(Error::NotFound);
    }
    sqlx::query!(
        "update activities set state = $2, closed_at = coalesce(closed_at, $3), updated_at = $3, version = version + 1,
           outcome = case when kind = 'call' then coalesce($4, outcome) end, notes = coalesce($5, notes)
         where id = $1",
        id.0,
        how.state.key(),
        tx.now(),
        how.outcome.map(Outcome::key),
        how.notes
    )
    .execute(tx.conn())
    .await?;
    closed(tx, id, how.state).await
}

/// Closes those of `ids` that the reader may change and that are planned. Gives which.
pub async fn close(tx: &mut TenantTx, ids: &[ActivityId], state: State) -> Result<Vec<ActivityId>> {
    let ids = within(tx, ids).await?;
    let done = sqlx::query_scalar!(
        "update activities set state = $2, closed_at = $3, updated_at = $3, version = version + 1
         where id = any($1) and state = 'planned' returning id",
        &ids,
        state.key(),
        tx.now()
    )
    .fetch_all(tx.conn())
    .await?;
    told(tx, done, state).await
}

/// Plans those of `ids` again that the reader may change and that are closed. Gives which.
pub async fn reopen(tx: &mut TenantTx, ids: &[ActivityId]) -> Result<Vec<ActivityId>> {
    let ids = within(tx, ids).await?;
    let done = sqlx::query_scalar!(
        "update activities set state = 'planned', closed_at = null, updated_at = $2, version = version + 1
         where id = any($1) and state <> 'planned' returning id",
        &ids,
        tx.now()
    )
    .fetch_all(tx.conn())
    .await?;
    told(tx, done, State::Planned).await
}

async fn told(tx: &mut TenantTx, ids: Vec<Uuid>, state: State) -> Result<Vec<ActivityId>> {
    let ids: Vec<_> = ids.into_iter().map(ActivityId).collect();
    for id in &ids {
        closed(tx, *id, state).await?;
    }
    Ok(ids)
}

async fn closed(tx: &mut TenantTx, activity: ActivityId, state: State) -> Result<()> {
    let event = match state {
        State::Planned => Event::ActivityReopened { activity },
        state => Event::ActivityClosed { activity, state },
    };
    events::emit(tx, event).await
}

fn refuse(errors: Errors) -> Result<()> {
    errors.or(()).map_err(Error::Refused)
}

/// Members who are to know of it: who takes part, and whose it is.
pub fn concerned(activity: &Activity) -> Vec<MemberId> {
    let taking = activity.attendees.iter().filter_map(|a| match a.who {
        domain::activities::Attending::Member(member) => Some(member),
        domain::activities::Attending::Contact(_) => None,
    });
    let mut all: Vec<MemberId> = taking.chain([activity.owner.id]).collect();
    all.sort_unstable();
    all.dedup();
    all
}
