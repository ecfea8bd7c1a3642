//! Files that belong to a record as a whole. Whoever sees the record opens them; whoever may change it brings and takes
//! them away.

use crate::{Error, Result, TenantTx, files, records};
use domain::{FileId, crm::points::Attached, hr::documents::File, workspace::access::Subject};
use uuid::Uuid;

/// So many belong to one record.
pub const MOST: i64 = 500;

/// The files of a record that the reader sees, the newest first.
pub async fn of(tx: &mut TenantTx, record: Uuid) -> Result<Vec<Attached>> {
    let rows = sqlx::query!(
        r#"select f.id, f.name, f.size, r.created_at, m.name as "by?" from record_files r
           join files f on f.tenant_id = r.tenant_id and f.id = r.file_id
           left join members m on m.tenant_id = f.tenant_id and m.id = f.created_by
           where r.record_id = $1 order by r.created_at desc, r.file_id desc limit $2"#,
        record,
        MOST
    )
    .fetch_all(tx.conn())
    .await?;
    let told = |id, name, size: i64, at, by| Attached { id: FileId(id), name, size: size.unsigned_abs(), at, by };
    Ok(rows.into_iter().map(|r| told(r.id, r.name, r.size, r.created_at, r.by)).collect())
}

/// Whether the reader may bring files here.
pub async fn hold(tx: &mut TenantTx, subject: Subject) -> Result<()> {
    match records::may_change(tx, subject).await? {
        true => Ok(()),
        false => Err(Error::NotFound),
    }
}

/// Keeps a file with a record.
pub async fn add(tx: &mut TenantTx, subject: Subject, file: &files::New) -> Result<()> {
    hold(tx, subject).await?;
    let many = sqlx::query_scalar!(
        r#"select count(*) as "many!" from (select from record_files where record_id = $1 limit $2) f"#,
        subject.id(),
        MOST
    );
    if many.fetch_one(tx.conn()).await? >= MOST {
        return Err(Error::refused("file", format!("There are {MOST} files already. Remove one first.")));
    }
    files::add(tx, file).await?;
    sqlx::query!(
        "insert into record_files (tenant_id, file_id, customer_id, contact_id, deal_id, lead_id, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        tx.tenant().0,
        file.id.0,
        subject.customer(),
        subject.contact(),
        subject.deal(),
        subject.lead(),
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes a file away from a record. Gives what it was called, if it was there.
pub async fn remove(tx: &mut TenantTx, subject: Subject, id: FileId) -> Result<Option<String>> {
    hold(tx, subject).await?;
    let name = sqlx::query_scalar!(
        "select f.name from files f join record_files r on r.tenant_id = f.tenant_id and r.file_id = f.id
         where f.id = $1 and r.record_id = $2",
        id.0,
        subject.id()
    );
    let name = name.fetch_optional(tx.conn()).await?;
    if name.is_some() {
        files::remove(tx, &[id.0]).await?;
    }
    Ok(name)
}

/// The file, if it belongs to a record that the reader sees.
pub(crate) async fn open(tx: &mut TenantTx, id: FileId) -> Result<File> {
    let r = sqlx::query!(
        "select r.customer_id, r.contact_id, r.deal_id, r.lead_id, f.name, f.media_type, f.size from record_files r
         join files f on f.tenant_id = r.tenant_id and f.id = r.file_id where r.file_id = $1",
        id.0
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(Error::NotFound)?;
    let subject = Subject::of(None, r.customer_id, r.contact_id, r.deal_id, r.lead_id, None).ok_or(Error::NotFound)?;
    match records::may_read(tx, subject).await? {
        true => Ok(File { id, name: r.name, media_type: r.media_type, size: r.size }),
        false => Err(Error::NotFound),
    }
}
