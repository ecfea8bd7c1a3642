//! Files of custom fields: brought to a record and taken away, the same for every noun that has such fields.

use crate::{
    notes::Beside,
    web::{Allowed, Confirmed, Incoming, Record, Result, Screen, Toast, noun},
};
use axum::http::StatusCode;
use domain::{CustomFieldId, access::Permission, custom_fields::Values};
use serde::Deserialize;
use store::{TenantTx, custom_fields::files};
use views::custom_fields::files::Files;

/// A noun whose records hold custom fields.
pub trait Filed: Beside {
    fn values(record: Self::Record) -> Values;
}

pub async fn show<N: Filed>(who: Allowed<N::Write>, screen: Screen, Record(id): Record<N::Id>) -> Result {
    let mut tx = who.begin().await?;
    page::<N, _>(&who, &screen, &mut tx, id, (StatusCode::OK, None)).await
}

async fn page<N: Filed, P: Permission>(
    who: &Allowed<P>,
    screen: &Screen,
    tx: &mut TenantTx,
    id: N::Id,
    (status, wrong): (StatusCode, Option<(CustomFieldId, String)>),
) -> Result {
    let fields = files::hold(tx, N::subject(id)).await?;
    let record = N::find(tx, id).await?;
    let view = Files {
        slug: who.slug().clone(),
        csrf: screen.csrf().to_owned(),
        words: N::WORDS,
        pages: noun::pages::<N, _>(who),
        id: id.to_string(),
        name: N::name(&record),
        fields,
        values: N::values(record),
        wrong,
        megabytes: who.app().config().file_bytes / (1024 * 1024),
    };
    Ok(screen.show_as(status, who, &view))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Chosen {
    field: Option<CustomFieldId>,
}

pub async fn bring<N: Filed>(
    who: Allowed<N::Write>,
    screen: Screen,
    Record(id): Record<N::Id>,
    incoming: Incoming,
) -> Result {
    // Nothing is taken in for a record that is not the reader's to change.
    files::hold(&mut who.begin().await?, N::subject(id)).await?;
    let kept = incoming.keep(&who).await?;
    let field = kept.read::<Chosen>().field.ok_or(crate::web::Error::NotFound)?;
    let mut tx = who.begin().await?;
    match kept.file() {
        Ok(file) => {
            let field = files::put(&mut tx, N::subject(id), field, Some(file)).await?;
            tx.commit().await?;
            let toast = Toast::good(format!("{}: “{}” is kept.", field.label, file.name));
            screen.done(noun::pages::<N, _>(&who).record(id), toast).await
        }
        Err(wrong) => page::<N, _>(&who, &screen, &mut tx, id, (kept.status, Some((field, wrong)))).await,
    }
}

pub async fn remove<N: Filed>(
    who: Allowed<N::Write>,
    screen: Screen,
    Record(id): Record<N::Id>,
    Confirmed(chosen): Confirmed<Chosen>,
) -> Result {
    let field = chosen.field.ok_or(crate::web::Error::NotFound)?;
    let mut tx = who.begin().await?;
    let field = files::put(&mut tx, N::subject(id), field, None).await?;
    tx.commit().await?;
    screen.done(noun::pages::<N, _>(&who).record(id), Toast::good(format!("{}: the file is gone.", field.label))).await
}
