//! Queries of letters: templates that are filled from a record.

use crate::{Error, Result, TenantTx, Version, custom_fields};
use domain::{
    DocumentKindId, Errors, LetterId,
    hr::letters::{Fields, Letter, not_there, too_open, unknown},
    import::Target,
};

/// The templates of a workspace, by name.
pub async fn list(tx: &mut TenantTx) -> Result<Vec<Letter>> {
    some(tx, None).await
}

/// All that a page shows, or this one.
async fn some(tx: &mut TenantTx, only: Option<LetterId>) -> Result<Vec<Letter>> {
    let rows = sqlx::query!(
        r#"select l.id, l.version, l.name, l.kind_id, l.body, k.name as "kind!" from letters l
           join document_kinds k on k.tenant_id = l.tenant_id and k.id = l.kind_id
           where l.archived_at is null and ($1::uuid is null or l.id = $1) order by lower(l.name), l.id limit 200"#,
        only.map(|id| id.0)
    )
    .fetch_all(tx.conn())
    .await?;
    let letter = |id, version, kind_name, fields| Letter { id: LetterId(id), version, kind_name, fields };
    Ok(rows
        .into_iter()
        .map(|r| {
            let fields = Fields { name: r.name, kind: DocumentKindId(r.kind_id), body: r.body };
            letter(r.id, r.version, r.kind, fields)
        })
        .collect())
}

pub async fn find(tx: &mut TenantTx, id: LetterId) -> Result<Letter> {
    some(tx, Some(id)).await?.pop().ok_or(Error::NotFound)
}

/// What of these fields other records stand against.
pub async fn check(tx: &mut TenantTx, own: LetterId, f: &Fields) -> Result<Errors> {
    let mut errors = Errors::default();
    let same = |l: &Letter| l.id != own && l.fields.name.to_lowercase() == f.name.to_lowercase();
    if list(tx).await?.iter().any(same) {
        let (field, words) = Error::told("letters_name_key");
        errors.add(field, words);
    }
    let own = custom_fields::list(tx, Target::Employees).await?;
    if let Some(place) = unknown(&f.body, &own) {
        errors.add("body", not_there(place));
    }
    match super::documents::kinds::list(tx, false).await?.iter().find(|k| k.id == f.kind) {
        None => errors.add("kind", "There is no such kind any more. Choose another one."),
        Some(kind) => {
            let open = too_open(kind.fields.class, &f.body, &own);
            if !open.is_empty() {
                let words = format!(
                    "Documents of this kind are seen by more people than: {}. Choose a kind that fewer see, or leave it out.",
                    open.join(", ")
                );
                errors.add("kind", words);
            }
        }
    }
    Ok(errors)
}

pub async fn add(tx: &mut TenantTx, id: LetterId, f: &Fields) -> Result<LetterId> {
    check(tx, id, f).await?.or(()).map_err(Error::Refused)?;
    let added = sqlx::query!(
        "insert into letters (tenant_id, id, name, kind_id, body, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $6) on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        f.name,
        f.kind.0,
        f.body,
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    if added.rows_affected() == 0 && find(tx, id).await?.fields != *f {
        return Err(Error::Sent);
    }
    Ok(id)
}

pub async fn change(tx: &mut TenantTx, id: LetterId, version: Version, f: &Fields) -> Result<()> {
    find(tx, id).await?;
    check(tx, id, f).await?.or(()).map_err(Error::Refused)?;
    let done = sqlx::query!(
        "update letters set version = version + 1, updated_at = $3, name = $4, kind_id = $5, body = $6
         where id = $1 and version = $2",
        id.0,
        version,
        tx.now(),
        f.name,
        f.kind.0,
        f.body,
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 { Err(Error::Stale) } else { Ok(()) }
}

/// Out of what is offered, or back. Gives its name.
pub async fn set_archived(tx: &mut TenantTx, id: LetterId, archived: bool) -> Result<String> {
    let (now, at) = (tx.now(), archived.then(|| tx.now()));
    let name = sqlx::query_scalar!(
        "update letters set archived_at = $2, updated_at = $3, version = version + 1
         where id = $1 and (archived_at is null) = ($2::timestamptz is not null) returning name",
        id.0,
        at,
        now
    );
    name.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)
}
