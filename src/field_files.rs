//! Files of custom fields: brought to a record, or to many by their names, and taken away, the same for every noun that has
//! such fields.

use crate::{
    notes::Beside,
    web::{Allowed, Confirmed, Incoming, Query, Record, Result, Screen, Toast, noun},
};
use axum::http::StatusCode;
use domain::{
    CustomFieldId,
    access::Permission,
    custom_fields::{Kind, Values},
    text::Words,
};
use serde::Deserialize;
use store::{
    TenantTx,
    custom_fields::{self, files},
    files::New,
    records,
};
use views::custom_fields::files::{Files, Many, Placed};

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

/// Files that are brought at once.
const AT_ONCE: usize = 20;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct ForMany {
    field: Option<CustomFieldId>,
    /// Whether a file that is there already gives way.
    replace: bool,
}

pub async fn show_many<N: Filed>(who: Allowed<N::Write>, screen: Screen, Query(asked): Query<ForMany>) -> Result {
    many::<N>(&who, &screen, asked, vec![], (StatusCode::OK, None)).await
}

async fn many<N: Filed>(
    who: &Allowed<N::Write>,
    screen: &Screen,
    asked: ForMany,
    done: Vec<Placed>,
    (status, wrong): (StatusCode, Option<String>),
) -> Result {
    let mut tx = who.begin().await?;
    let sight = tx.sight();
    let mut fields = custom_fields::list(&mut tx, N::TARGET).await?;
    fields.retain(|f| f.kind == Kind::File && sight.sees(f.class));
    let view = Many {
        slug: who.slug().clone(),
        csrf: screen.csrf().to_owned(),
        words: N::WORDS,
        pages: noun::pages::<N, _>(who),
        fields,
        field: asked.field,
        replace: asked.replace,
        done,
        wrong,
        most: AT_ONCE,
        megabytes: who.app().config().file_bytes / (1024 * 1024),
    };
    Ok(screen.show_as(status, who, &view))
}

/// Brings each file to the record that its name says. One that finds none, or is refused, holds up no other.
pub async fn bring_many<N: Filed>(who: Allowed<N::Write>, screen: Screen, incoming: Incoming) -> Result {
    let kept = incoming.keep_many(&who, AT_ONCE).await?;
    let asked: ForMany = kept.read();
    let Some(field) = asked.field else {
        return many::<N>(&who, &screen, asked, vec![], (kept.status, Some("Choose the field.".into()))).await;
    };
    let mut done = vec![];
    for file in kept.file.iter().chain(&kept.more) {
        let mut tx = who.begin().await?;
        let told: Placed = match place::<N>(&mut tx, field, file, asked.replace).await? {
            Ok((id, name)) => {
                tx.commit().await?;
                Placed { file: file.name.clone(), at: Ok((noun::pages::<N, _>(&who).record(id), name)) }
            }
            Err(why) => Placed { file: file.name.clone(), at: Err(why) },
        };
        done.push(told);
    }
    let wrong = match (&kept.wrong, done.is_empty()) {
        (Some(wrong), _) => Some(wrong.clone()),
        (None, true) => Some("Choose the files.".to_owned()),
        (None, false) => None,
    };
    let status = if wrong.is_some() { kept.status } else { StatusCode::OK };
    many::<N>(&who, &screen, asked, done, (status, wrong)).await
}

/// The record that a file's name begins with, and its name; or why the file is kept nowhere.
async fn place<N: Filed>(
    tx: &mut TenantTx,
    field: CustomFieldId,
    file: &New,
    replace: bool,
) -> store::Result<std::result::Result<(N::Id, String), String>> {
    let Words { one, .. } = N::WORDS;
    let whole = file.name.rsplit_once('.').map_or(file.name.as_str(), |(stem, _)| stem);
    let first = whole.split(['_', ' ']).next().unwrap_or_default();
    let mut subject = records::resolve(tx, whole).await?;
    if subject.is_none() && first != whole {
        subject = records::resolve(tx, first).await?;
    }
    let found = subject.map(|s| (s, N::Id::from(s.id()))).filter(|(s, id)| N::subject(*id) == *s);
    let Some((subject, id)) = found else {
        return Ok(Err(format!("No {one} is called “{first}”, or several are.")));
    };
    let fields = match files::hold(tx, subject).await {
        Err(store::Error::NotFound) => return Ok(Err(format!("You may not change this {one}."))),
        held => held?,
    };
    let Some(field) = fields.into_iter().find(|f| f.id == field) else {
        return Ok(Err("You may not fill in this field.".into()));
    };
    let record = N::find(tx, id).await?;
    let name = N::name(&record);
    if !replace && N::values(record).get(&field).is_some() {
        return Ok(Err(format!("{name} has a file there already.")));
    }
    files::put(tx, subject, field.id, Some(file)).await?;
    Ok(Ok((id, name)))
}
