//! Queries of saved views. Everybody finds their own and those that are shared; what a view asks, its reader asks with
//! their own rights.

use crate::{Error, Result, TenantTx, Version, Who, custom_fields, db::strange};
use domain::{
    MemberId, ViewId,
    access::ViewsShare,
    custom_fields::CustomField,
    import::Target,
    saved_views::{Fields, MOST, SavedView},
};

/// What stands around a list: the views that the reader finds, shared ones first, each by its name; and the fields that
/// the workspace has added to the noun, in their order. One statement, for every page of a list asks it.
pub async fn around(tx: &mut TenantTx, noun: Target) -> Result<(Vec<SavedView>, Vec<CustomField>)> {
    let row = sqlx::query!(
        r#"select
             (select coalesce(jsonb_agg(to_jsonb(v) order by v.shared desc, lower(v.name), v.id), '[]')
              from (select v.id, v.version, v.name, v.question, v.owner_id, m.name as owner, v.shared, v.opens
                    from saved_views v left join members m on m.tenant_id = v.tenant_id and m.id = v.owner_id
                    where v.noun = $1 and v.removed_at is null and (v.shared or v.owner_id = $2) limit 500) v) as "views!",
             (select coalesce(jsonb_agg(to_jsonb(f) order by f.place, f.id), '[]')
              from (select id, version, noun, key, label, kind, class, options, help, required, place, false as archived
                    from custom_fields where noun = $1 and archived_at is null) f) as "fields!""#,
        noun.key(),
        me(tx)?.0
    )
    .fetch_one(tx.conn())
    .await?;
    let views: Vec<Row> = serde_json::from_value(row.views).map_err(|e| strange("views", &e.to_string()))?;
    Ok((views.into_iter().map(Row::view).collect(), custom_fields::from_json(row.fields)?))
}

/// One view of this list that the reader finds.
pub async fn find(tx: &mut TenantTx, noun: Target, id: ViewId) -> Result<SavedView> {
    let row = sqlx::query_as!(
        Row,
        r#"select v.id, v.version, v.name, v.question, v.owner_id, m.name as "owner?", v.shared, v.opens
           from saved_views v left join members m on m.tenant_id = v.tenant_id and m.id = v.owner_id
           where v.id = $3 and v.noun = $1 and v.removed_at is null and (v.shared or v.owner_id = $2)"#,
        noun.key(),
        me(tx)?.0,
        id.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(row.view())
}

/// As [`find`], for changing it: one's own, or a shared one for whoever may share.
pub async fn find_to_change(tx: &mut TenantTx, noun: Target, id: ViewId) -> Result<SavedView> {
    let view = find(tx, noun, id).await?;
    match view.may_be_changed(me(tx)?, tx.scope::<ViewsShare>().is_some()) {
        true => Ok(view),
        false => Err(Error::NotFound),
    }
}

/// Keeps a view under the given id, which was drawn with the form: sent twice, it is one.
pub async fn add(tx: &mut TenantTx, noun: Target, id: ViewId, f: &Fields) -> Result<()> {
    let (owner, now) = (me(tx)?, tx.now());
    let own = sqlx::query_scalar!(
        r#"select count(*) as "n!" from saved_views where noun = $1 and owner_id = $2 and removed_at is null and id <> $3"#,
        noun.key(),
        owner.0,
        id.0
    )
    .fetch_one(tx.conn())
    .await?;
    if own >= MOST {
        return Err(Error::refused(
            "",
            format!("You have {MOST} views of this list already. Delete one of them first."),
        ));
    }
    close_others(tx, noun, id, f).await?;
    let added = sqlx::query!(
        "insert into saved_views (tenant_id, id, noun, name, question, owner_id, shared, opens, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        noun.key(),
        f.name,
        f.question,
        owner.0,
        f.shared,
        f.opens,
        now
    )
    .execute(tx.conn())
    .await?;
    if added.rows_affected() == 0 {
        let made = find(tx, noun, id).await?;
        let same = made.name == f.name && made.question == f.question && made.shared == f.shared;
        return if same { Ok(()) } else { Err(Error::Sent) };
    }
    Ok(())
}

/// Changes its name and who finds it; what it asks stays.
pub async fn change(tx: &mut TenantTx, noun: Target, id: ViewId, version: Version, f: &Fields) -> Result<()> {
    find_to_change(tx, noun, id).await?;
    close_others(tx, noun, id, f).await?;
    let done = sqlx::query!(
        "update saved_views set version = version + 1, updated_at = $3, name = $4, shared = $5, opens = $6
         where id = $1 and version = $2",
        id.0,
        version,
        tx.now(),
        f.name,
        f.shared,
        f.opens
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 { Err(Error::Stale) } else { Ok(()) }
}

/// One view opens the list for everybody, so the one that did so far does no more.
async fn close_others(tx: &mut TenantTx, noun: Target, id: ViewId, f: &Fields) -> Result<()> {
    if f.opens {
        sqlx::query!(
            "update saved_views set opens = false, version = version + 1, updated_at = $3
             where noun = $1 and opens and id <> $2",
            noun.key(),
            id.0,
            tx.now()
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

/// Has it ask something else from now on.
pub async fn ask(tx: &mut TenantTx, noun: Target, id: ViewId, question: &str) -> Result<SavedView> {
    let view = find_to_change(tx, noun, id).await?;
    sqlx::query!(
        "update saved_views set version = version + 1, updated_at = $2, question = $3 where id = $1",
        id.0,
        tx.now(),
        question
    )
    .execute(tx.conn())
    .await?;
    Ok(view)
}

/// Deletes it, for as long as that can be taken back.
pub async fn remove(tx: &mut TenantTx, noun: Target, id: ViewId) -> Result<SavedView> {
    let view = find_to_change(tx, noun, id).await?;
    sqlx::query!(
        "update saved_views set version = version + 1, updated_at = $2, removed_at = $2 where id = $1",
        id.0,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(view)
}

/// Takes a deletion back. What it did for everybody it does no more if another one does by now.
pub async fn restore(tx: &mut TenantTx, noun: Target, id: ViewId) -> Result<SavedView> {
    let shares = tx.scope::<ViewsShare>().is_some();
    let done = sqlx::query!(
        "update saved_views v set version = version + 1, updated_at = $4, removed_at = null,
           opens = opens and not exists (select from saved_views o where o.noun = v.noun and o.opens and o.removed_at is null)
         where id = $1 and noun = $2 and removed_at is not null and (owner_id = $3 or shared) and (not shared or $5)",
        id.0,
        noun.key(),
        me(tx)?.0,
        tx.now(),
        shares
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 { Err(Error::NotFound) } else { find(tx, noun, id).await }
}

/// Forgets those whose deletion nobody will take back any more.
pub async fn sweep(tx: &mut TenantTx, before: chrono::DateTime<chrono::Utc>) -> Result<u64> {
    let gone = sqlx::query!("delete from saved_views where removed_at < $1", before).execute(tx.conn()).await?;
    Ok(gone.rows_affected())
}

fn me(tx: &TenantTx) -> Result<MemberId> {
    match tx.who() {
        Who::Member(member) => Ok(member),
        _ => Err(Error::NotFound),
    }
}

#[derive(serde::Deserialize)]
struct Row {
    id: uuid::Uuid,
    version: i32,
    name: String,
    question: String,
    owner_id: uuid::Uuid,
    owner: Option<String>,
    shared: bool,
    opens: bool,
}

impl Row {
    fn view(self) -> SavedView {
        SavedView {
            id: ViewId(self.id),
            version: self.version,
            name: self.name,
            question: self.question,
            owner: MemberId(self.owner_id),
            owner_name: self.owner,
            shared: self.shared,
            opens: self.opens,
        }
    }
}
