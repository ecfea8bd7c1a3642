//! Queries of the kinds of documents.

use crate::{Error, Result, TenantTx, Version, db::strange};
use domain::{
    DocumentKindId, Errors,
    access::Sight,
    hr::documents::kinds::{self, Fields, Kind},
    list::CAP,
};

/// The kinds of a workspace, by name; `archived`: those that are not offered any more.
pub async fn list(tx: &mut TenantTx, archived: bool) -> Result<Vec<Kind>> {
    read(tx, archived, 0).await
}

/// As [`list`], each with how many documents are of it; counted no further than lists are.
pub async fn counted(tx: &mut TenantTx, archived: bool) -> Result<Vec<Kind>> {
    read(tx, archived, CAP + 1).await
}

async fn read(tx: &mut TenantTx, archived: bool, counts: i64) -> Result<Vec<Kind>> {
    let rows = sqlx::query!(
        r#"select k.id, k.version, k.name, k.class, k.employee_sees, k.expires, k.required, k.remind_days,
             (select count(*) from (
                select from documents d where d.kind_id = k.id and d.archived_at is null limit $2) c) as "documents!"
           from document_kinds k where (k.archived_at is not null) = $1 order by lower(k.name), k.id limit 200"#,
        archived,
        counts
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            let class = kinds::class(&r.class).ok_or_else(|| strange("class", &r.class))?;
            let (name, remind_days) = (r.name, r.remind_days);
            let (employee_sees, expires, required) = (r.employee_sees, r.expires, r.required);
            let fields = Fields { name, class, employee_sees, expires, required, remind_days };
            Ok(Kind { id: DocumentKindId(r.id), version: r.version, fields, documents: r.documents })
        })
        .collect()
}

/// One kind, archived or not.
pub async fn find(tx: &mut TenantTx, id: DocumentKindId) -> Result<Kind> {
    let both = [list(tx, false).await?, list(tx, true).await?].concat();
    both.into_iter().find(|k| k.id == id).ok_or(Error::NotFound)
}

/// The kind, if somebody who sees these classes may make documents of it.
pub(super) async fn open_to(tx: &mut TenantTx, kind: DocumentKindId, hand: Sight) -> Result<()> {
    let all = list(tx, false).await?;
    match all.iter().any(|k| k.id == kind && hand.sees(k.fields.class)) {
        true => Ok(()),
        false => Err(Error::refused("kind", "There is no such kind any more. Choose another one.")),
    }
}

/// What of these fields other kinds stand against.
pub async fn check(tx: &mut TenantTx, own: DocumentKindId, f: &Fields) -> Result<Errors> {
    let taken = list(tx, false).await?;
    let same = |k: &Kind| k.id != own && k.fields.name.to_lowercase() == f.name.to_lowercase();
    let mut errors = Errors::default();
    if taken.iter().any(same) {
        let (field, words) = Error::told("document_kinds_name_key");
        errors.add(field, words);
    }
    Ok(errors)
}

pub async fn add(tx: &mut TenantTx, id: DocumentKindId, f: &Fields) -> Result<DocumentKindId> {
    let added = sqlx::query!(
        "insert into document_kinds (tenant_id, id, name, class, employee_sees, expires, required, remind_days, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        f.name,
        kinds::class_key(f.class),
        f.employee_sees,
        f.expires,
        f.required,
        &f.remind_days,
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    if added.rows_affected() == 0 && find(tx, id).await?.fields != *f {
        return Err(Error::Sent);
    }
    Ok(id)
}

/// Those that a company begins with, as far as there is none of the name.
pub async fn add_usual(tx: &mut TenantTx) -> Result<usize> {
    let known = list(tx, false).await?;
    let mut added = 0;
    for fields in kinds::usual() {
        if known.iter().any(|k| k.fields.name.to_lowercase() == fields.name.to_lowercase()) {
            continue;
        }
        let id = tx.id();
        add(tx, id, &fields).await?;
        added += 1;
    }
    Ok(added)
}

/// Changes all fields; documents of it are told of by its new days.
pub async fn change(tx: &mut TenantTx, id: DocumentKindId, version: Version, f: &Fields) -> Result<()> {
    let before = find(tx, id).await?;
    let done = sqlx::query!(
        "update document_kinds set version = version + 1, updated_at = $3, name = $4, class = $5, employee_sees = $6,
           expires = $7, required = $8, remind_days = $9
         where id = $1 and version = $2",
        id.0,
        version,
        tx.now(),
        f.name,
        kinds::class_key(f.class),
        f.employee_sees,
        f.expires,
        f.required,
        &f.remind_days,
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Error::Stale);
    }
    if before.fields.remind_days != f.remind_days {
        // As `next_reminder` of the domain says of each.
        sqlx::query!(
            "update documents d set remind_on = (
               select min(day) from (
                 select d.expires_on - days as day from unnest($2::int[]) days union all select d.expires_on + 1
               ) days where day >= $3
             ) where d.kind_id = $1 and d.state = 'current' and d.archived_at is null and d.expires_on is not null",
            id.0,
            &f.remind_days,
            tx.today().0,
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

/// Takes it out of what is offered; its documents stay. Gives its name.
pub async fn archive(tx: &mut TenantTx, id: DocumentKindId) -> Result<String> {
    let now = tx.now();
    let name = sqlx::query_scalar!(
        "update document_kinds set archived_at = $2, updated_at = $2, version = version + 1
         where id = $1 and archived_at is null returning name",
        id.0,
        now
    );
    name.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)
}

pub async fn restore(tx: &mut TenantTx, id: DocumentKindId) -> Result<String> {
    let now = tx.now();
    let name = sqlx::query_scalar!(
        "update document_kinds set archived_at = null, updated_at = $2, version = version + 1
         where id = $1 and archived_at is not null returning name",
        id.0,
        now
    );
    name.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)
}
