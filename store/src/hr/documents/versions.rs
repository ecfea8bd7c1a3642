//! The files that a document has had.

use super::me;
use crate::{Result, TenantTx, files};
use domain::{Day, DocumentId, FileId, hr::documents::State};

pub(super) async fn number(tx: &mut TenantTx, id: DocumentId, file: FileId) -> Result<()> {
    let by = me(tx).map(|m| m.0);
    sqlx::query!(
        "insert into document_versions (tenant_id, document_id, number, file_id, created_by, created_at)
         select $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5 from document_versions where document_id = $2",
        tx.tenant().0,
        id.0,
        file.0,
        by,
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Whether this very file stands there already, in this state.
pub(super) async fn came(
    tx: &mut TenantTx,
    id: DocumentId,
    state: State,
    expires: Option<Day>,
    file: &files::New,
) -> Result<bool> {
    let same = sqlx::query_scalar!(
        r#"select f.sha256 = $2 and f.name = $5 and d.state = $3 and ($4::date is null or d.expires_on is not distinct from $4) as "same!"
           from documents d join files f on f.tenant_id = d.tenant_id and f.id = d.file_id where d.id = $1"#,
        id.0,
        &file.sha256[..],
        state.key(),
        expires.map(|d| d.0),
        file.name
    );
    Ok(same.fetch_optional(tx.conn()).await?.unwrap_or(false))
}
