//! Adding and changing leads.

use super::{LEADS, find};
use crate::{Error, Result, TenantTx, Version, custom_fields, events, reach, workspace::keepers};
use domain::{
    Email, Errors, LeadId,
    access::{LeadsBulk, LeadsRead, LeadsWrite, Permission, Sight},
    crm::leads::{FIELDS, Fields, Status},
    custom_fields::Values,
    draft::FieldClass,
    events::Event,
    import::Target,
};
use uuid::Uuid;

/// Two who are worked on are not one person. No rule of the database: a file may bring in both, and they are merged.
const TAKEN: &str = "Another open lead has this email.";

/// What of these fields other records stand against, told all at once. `own` is the lead's, old or new.
pub async fn check(tx: &mut TenantTx, own: LeadId, f: &Fields) -> Result<Errors> {
    let found = sqlx::query!(
        r#"select exists (select from leads l join members m on m.tenant_id = l.tenant_id and m.id = l.owner_id
                               where l.id = $1 and lower(m.email) = lower($2)) as "kept!",
                  exists (select from leads where id = $1 and status = 'converted') as "converted!""#,
        own.0,
        f.owner.as_ref().map(|e| e.as_str()),
    )
    .fetch_one(tx.conn())
    .await?;
    let mut errors = Errors::default();
    if taken(tx, own, f.email.as_ref()).await? {
        errors.add("email", TAKEN);
    }
    match keepers::id::<LeadsRead>(tx, "owner", f.owner.as_ref().filter(|_| !found.kept), None).await {
        Err(Error::Refused(wrong)) => errors.merge(wrong),
        done => drop(done?),
    }
    if let Some(words) = misplaced(f.status, found.converted) {
        errors.add("status", words);
    }
    errors.merge(custom_fields::check(tx, Target::Leads, own.0, &f.custom.said).await?);
    Ok(errors)
}

/// Whether another lead that somebody works on has this email.
async fn taken(tx: &mut TenantTx, own: LeadId, email: Option<&Email>) -> Result<bool> {
    let Some(email) = email else { return Ok(false) };
    let taken = sqlx::query_scalar!(
        r#"select exists (select from leads where email_key = lower($2) and id <> $1 and archived_at is null
                            and status not in ('disqualified', 'converted'))
                  and not exists (select from leads where id = $1 and (archived_at is not null or email_key = lower($2))) as "taken!""#,
        own.0,
        email.as_str(),
    );
    Ok(taken.fetch_one(tx.conn()).await?)
}

/// What is converted, and back, is not said in a form.
fn misplaced(wanted: Status, converted: bool) -> Option<&'static str> {
    match (wanted == Status::Converted, converted) {
        (true, false) => Some("A lead is converted on its own page, where its customer is made."),
        (false, true) => Some("This lead is converted. Undo that first."),
        _ => None,
    }
}

async fn refuse(tx: &mut TenantTx, own: LeadId, f: &Fields, converted: bool) -> Result<()> {
    if let Some(words) = misplaced(f.status, converted) {
        return Err(Error::refused("status", words));
    }
    if taken(tx, own, f.email.as_ref()).await? {
        return Err(Error::refused("email", TAKEN));
    }
    Ok(())
}

/// Adds a lead under the given id, which was drawn with the form: a form sent twice adds once, and is told apart from one
/// that says something else the second time.
pub async fn add(tx: &mut TenantTx, id: LeadId, f: &Fields) -> Result<LeadId> {
    let owner = keepers::id::<LeadsRead>(tx, "owner", f.owner.as_ref(), None).await?;
    refuse(tx, id, f, false).await?;
    let custom = custom_fields::delta(tx, Target::Leads, &f.custom.said, &Values::default(), Sight::ALL).await?;
    let added = sqlx::query!(
        "insert into leads (tenant_id, id, name, email, phone, company, job_title, website, size, country, source, campaign,
           utm_source, utm_medium, utm_campaign, utm_term, utm_content, owner_id, status, reason, custom, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $22)
         on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        f.name,
        f.email.as_ref().map(|e| e.as_str()),
        f.phone,
        f.company,
        f.job_title,
        f.website,
        f.size,
        f.country.map(String::from),
        f.source,
        f.campaign,
        f.utm_source,
        f.utm_medium,
        f.utm_campaign,
        f.utm_term,
        f.utm_content,
        owner,
        f.status.key(),
        f.reason,
        custom.first(FieldClass::Directory),
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    if reach::within::<LeadsWrite>(tx, LEADS, &[id.0]).await?.is_empty() {
        return Err(Error::refused("owner", "You may add your own leads only. Choose yourself as the owner."));
    }
    if added.rows_affected() > 0 {
        events::emit(tx, Event::LeadAdded { lead: id }).await?;
    } else {
        let (now, mut said) = (find(tx, id).await?, custom.set);
        custom_fields::name_people(tx, [&mut said]).await?;
        if !now.is(f) || said.answered() != now.custom.answered() {
            return Err(Error::Sent);
        }
    }
    Ok(id)
}

/// Changes all fields.
pub async fn change(tx: &mut TenantTx, id: LeadId, version: Version, f: &Fields) -> Result<()> {
    reach::hold::<LeadsWrite>(tx, LEADS, id.0).await?;
    let before = find(tx, id).await?;
    let owner = keepers::id::<LeadsRead>(
        tx,
        "owner",
        f.owner.as_ref(),
        before.owner.as_ref().map(|o| (o.id, o.email.as_str())),
    )
    .await?;
    refuse(tx, id, f, before.standing == Status::Converted).await?;
    let custom = custom_fields::delta(tx, Target::Leads, &f.custom.said, &before.custom, Sight::ALL).await?;
    let done = sqlx::query!(
        "update leads set version = version + 1, updated_at = $3, name = $4, email = $5, phone = $6, company = $7, job_title = $8,
           website = $9, size = $10, country = $11, source = $12, campaign = $13, utm_source = $14, utm_medium = $15,
           utm_campaign = $16, utm_term = $17, utm_content = $18, owner_id = $19, status = $20, reason = $21,
           custom = nullif((coalesce(custom, '{}') || $22) - $23::text[], '{}')
         where id = $1 and version = $2",
        id.0,
        version,
        tx.now(),
        f.name,
        f.email.as_ref().map(|e| e.as_str()),
        f.phone,
        f.company,
        f.job_title,
        f.website,
        f.size,
        f.country.map(String::from),
        f.source,
        f.campaign,
        f.utm_source,
        f.utm_medium,
        f.utm_campaign,
        f.utm_term,
        f.utm_content,
        owner,
        f.status.key(),
        f.reason,
        custom.put(FieldClass::Directory),
        &custom.unset[0],
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Error::Stale);
    }
    let after = match find(tx, id).await {
        Ok(after) => after,
        // Given to somebody else, out of one's own sight.
        Err(Error::NotFound) => {
            return events::emit(tx, Event::LeadChanged { lead: id, fields: vec!["owner".into()] }).await;
        }
        Err(e) => return Err(e),
    };
    let fields = FIELDS.iter().map(|f| f.key);
    let mut fields: Vec<String> = fields.filter(|f| before.cell(f) != after.cell(f)).map(str::to_owned).collect();
    fields.extend(before.custom.differing(&after.custom));
    if !fields.is_empty() {
        events::emit(tx, Event::LeadChanged { lead: id, fields }).await?;
    }
    Ok(())
}

/// Archives those of `ids` that `P` reaches and that are not archived yet. Gives how many, and the batch by which it can
/// be undone.
pub async fn archive<P: Permission>(tx: &mut TenantTx, ids: &[LeadId]) -> Result<(usize, String)> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let ids = reach::within::<P>(tx, LEADS, &ids).await?;
    let rows = sqlx::query!(
        r#"update leads set archived_at = $2, updated_at = $2, version = version + 1
           where id = any($1) and archived_at is null returning id, pg_current_xact_id()::text as "batch!""#,
        &ids,
        tx.now()
    )
    .fetch_all(tx.conn())
    .await?;
    let batch = rows.first().map(|r| r.batch.clone()).unwrap_or_default();
    let leads: Vec<_> = rows.into_iter().map(|r| LeadId(r.id)).collect();
    let count = leads.len();
    for leads in leads.chunks(events::MOST) {
        events::emit(tx, Event::LeadsArchived { leads: leads.to_vec() }).await?;
    }
    Ok((count, batch))
}

/// Takes those of `ids` that `P` reaches out of the archive again.
pub async fn restore<P: Permission>(tx: &mut TenantTx, ids: &[LeadId]) -> Result<usize> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let ids = reach::within::<P>(tx, LEADS, &ids).await?;
    let rows = sqlx::query!(
        "update leads set archived_at = null, updated_at = $2, version = version + 1
         where id = any($1) and archived_at is not null and merged_into is null returning id",
        &ids,
        tx.now()
    )
    .fetch_all(tx.conn())
    .await?;
    let leads: Vec<_> = rows.into_iter().map(|r| LeadId(r.id)).collect();
    let count = leads.len();
    for leads in leads.chunks(events::MOST) {
        events::emit(tx, Event::LeadsRestored { leads: leads.to_vec() }).await?;
    }
    Ok(count)
}

/// Undoes an archiving by its batch.
pub async fn restore_batch(tx: &mut TenantTx, batch: &str) -> Result<usize> {
    let ids = crate::activity::archived_in(tx, "leads", batch).await?;
    restore::<LeadsBulk>(tx, &ids.into_iter().map(LeadId).collect::<Vec<_>>()).await
}
