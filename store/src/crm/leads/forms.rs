//! Queries of public forms. What they bring in is in [`captures`].

mod captures;

pub use captures::{Came, confirm, count_drops, dropped, of_form, of_lead, settled, sweep, take, waiting};

use crate::{Error, Result, TenantTx, Version};
use domain::{
    Errors, LeadFormId, MemberId,
    crm::leads::forms::{Fields, Form, Look},
};

/// How many forms a workspace has at most.
const MOST: usize = 200;

/// The forms of a workspace by name; archived ones last.
pub async fn list(tx: &mut TenantTx) -> Result<Vec<Form>> {
    some(tx, None, None).await
}

pub async fn find(tx: &mut TenantTx, id: LeadFormId) -> Result<Form> {
    some(tx, Some(id), None).await?.pop().ok_or(Error::NotFound)
}

/// The form of a public address, if it is open.
pub async fn open(tx: &mut TenantTx, key: &str) -> Result<Form> {
    some(tx, None, Some(key)).await?.pop().filter(|f| !f.archived).ok_or(Error::NotFound)
}

async fn some(tx: &mut TenantTx, id: Option<LeadFormId>, key: Option<&str>) -> Result<Vec<Form>> {
    let rows = sqlx::query!(
        r#"select id, version, name, key, title, intro, button, thanks, accent, look, asked, required, consent, consent_required,
             confirms, source, campaign, owner_id, origins, round, archived_at is not null as "archived!"
           from lead_forms where ($1::uuid is null or id = $1) and ($2::text is null or key = $2)
           order by archived_at is not null, lower(name), id limit 200"#,
        id.map(|id| id.0),
        key
    )
    .fetch_all(tx.conn())
    .await?;
    let form = rows.into_iter().map(|r| Form {
        id: LeadFormId(r.id),
        version: r.version,
        archived: r.archived,
        round: r.round,
        fields: Fields {
            name: r.name,
            key: r.key,
            title: r.title,
            intro: r.intro,
            button: r.button,
            thanks: r.thanks,
            accent: r.accent,
            look: r.look.as_deref().and_then(Look::parse),
            asked: r.asked,
            required: r.required,
            consent: r.consent,
            consent_required: r.consent_required,
            confirms: r.confirms,
            source: r.source,
            campaign: r.campaign,
            owner: r.owner_id.map(MemberId),
            origins: r.origins,
        },
    });
    Ok(form.collect())
}

/// What of these fields other records stand against.
pub async fn check(tx: &mut TenantTx, own: LeadFormId, f: &Fields) -> Result<Errors> {
    let found = sqlx::query!(
        r#"select exists (select from lead_forms where key = $2 and id <> $1) as "taken!",
                  exists (select from members where id = $3 and deactivated_at is null) as "member!""#,
        own.0,
        f.key,
        f.owner.map(|o| o.0)
    )
    .fetch_one(tx.conn())
    .await?;
    let mut errors = Errors::default();
    if found.taken {
        let (field, words) = Error::told("lead_forms_key_key");
        errors.add(field, words);
    }
    if f.owner.is_some() && !found.member {
        errors.add("owner", "They are no member any more. Choose somebody else.");
    }
    Ok(errors)
}

pub async fn add(tx: &mut TenantTx, id: LeadFormId, f: &Fields) -> Result<LeadFormId> {
    check(tx, id, f).await?.or(()).map_err(Error::Refused)?;
    if list(tx).await?.len() >= MOST {
        return Err(Error::refused("name", format!("There are {MOST} forms already. Change one of them.")));
    }
    let added = sqlx::query!(
        "insert into lead_forms (tenant_id, id, name, key, title, intro, button, thanks, accent, asked, required, consent,
           consent_required, confirms, source, campaign, owner_id, origins, created_at, updated_at, look)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $19, $20)
         on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        f.name,
        f.key,
        f.title,
        f.intro,
        f.button,
        f.thanks,
        f.accent,
        &f.asked,
        &f.required,
        f.consent,
        f.consent_required,
        f.confirms,
        f.source,
        f.campaign,
        f.owner.map(|o| o.0),
        &f.origins,
        tx.now(),
        f.look.map(Look::key),
    )
    .execute(tx.conn())
    .await?;
    if added.rows_affected() == 0 && find(tx, id).await?.fields != *f {
        return Err(Error::Sent);
    }
    Ok(id)
}

pub async fn change(tx: &mut TenantTx, id: LeadFormId, version: Version, f: &Fields) -> Result<()> {
    let now = find(tx, id).await?;
    // Who has left stays with the form until somebody chooses another.
    let owner = f.owner.filter(|o| now.fields.owner != Some(*o));
    check(tx, id, &Fields { owner, ..f.clone() }).await?.or(()).map_err(Error::Refused)?;
    let done = sqlx::query!(
        "update lead_forms set version = version + 1, updated_at = $3, name = $4, key = $5, title = $6, intro = $7, button = $8,
           thanks = $9, accent = $10, asked = $11, required = $12, consent = $13, consent_required = $14, confirms = $15,
           source = $16, campaign = $17, owner_id = $18, origins = $19, look = $20
         where id = $1 and version = $2",
        id.0,
        version,
        tx.now(),
        f.name,
        f.key,
        f.title,
        f.intro,
        f.button,
        f.thanks,
        f.accent,
        &f.asked,
        &f.required,
        f.consent,
        f.consent_required,
        f.confirms,
        f.source,
        f.campaign,
        f.owner.map(|o| o.0),
        &f.origins,
        f.look.map(Look::key),
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 { Err(Error::Stale) } else { Ok(()) }
}

/// Makes a new key; the one before opens nothing any more.
pub async fn renew_key(tx: &mut TenantTx, id: LeadFormId) -> Result<()> {
    let done = sqlx::query!("update lead_forms set round = round + 1, updated_at = $2 where id = $1", id.0, tx.now());
    if done.execute(tx.conn()).await?.rows_affected() == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// Closes a form, or opens it again. Gives its name.
pub async fn set_archived(tx: &mut TenantTx, id: LeadFormId, archived: bool) -> Result<String> {
    let (now, at) = (tx.now(), archived.then(|| tx.now()));
    let name = sqlx::query_scalar!(
        "update lead_forms set archived_at = $2, updated_at = $3, version = version + 1
         where id = $1 and (archived_at is null) = ($2::timestamptz is not null) returning name",
        id.0,
        at,
        now
    );
    name.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)
}
