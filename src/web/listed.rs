//! What the lists of all nouns do: columns to choose, rows to archive and to bring back, some or all that a question
//! finds.

use crate::{
    web::{
        Allowed, Confirmed, Error, Noun, Record, Result, Screen, Selection, Toast, file,
        noun::pages,
        query,
        selection::{self, back, were},
    },
    workspace::activity,
};
use axum::extract::RawQuery;
use domain::{
    ArchivalId,
    access::Permission,
    archival::State,
    custom_fields::{CustomField, PREFIX},
    import::Target,
    list::Slice,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use store::{TenantTx, Version, archivals, reach};
use views::{
    archivals::{Moving, Offer},
    list::May,
    workspace::search::{Group, Hit},
};

/// A noun whose list has columns to choose, and rows to tick and archive.
pub trait Listed: Noun {
    type Filter: Serialize + DeserializeOwned + Default + Send + Sync + 'static;
    type Archive: Permission;
    type Bulk: Permission;
    type Export: Permission;
    type Import: Permission;

    /// How archivings of whole questions know it.
    const TARGET: Target;
    /// Key, label, and whether it is shown unless chosen otherwise.
    const COLUMNS: &'static [(&'static str, &'static str, bool)];

    /// Whether all of the question is understood.
    fn is_clear(filter: &Self::Filter) -> bool;
    /// How many it finds, to the last one.
    fn count(tx: &mut TenantTx, filter: &Self::Filter) -> impl Future<Output = store::Result<i64>> + Send;
    /// Those that `P` reaches. Gives how many, and the batch by which it can be undone.
    fn archive<P: Permission>(
        tx: &mut TenantTx,
        ids: &[Self::Id],
    ) -> impl Future<Output = store::Result<(usize, String)>> + Send;
    fn restore<P: Permission>(tx: &mut TenantTx, ids: &[Self::Id])
    -> impl Future<Output = store::Result<usize>> + Send;
    fn restore_batch(tx: &mut TenantTx, batch: &str) -> impl Future<Output = store::Result<usize>> + Send;
}

/// A noun whose list is asked by a question that can be kept as a view.
pub trait Viewed: Noun {
    type Question: Serialize + DeserializeOwned + Default + Send + Sync;

    /// How kept views know it.
    const VIEWS: Target;
}

impl<N: Listed> Viewed for N {
    type Question = N::Filter;

    const VIEWS: Target = N::TARGET;
}

/// A noun among whose records the search over everything looks.
pub trait Sought: Noun {
    /// What stands above its hits.
    const TITLE: &'static str;
    /// Whether they are companies, whose marks have corners.
    const SQUARE: bool = false;

    /// What fits, and whether it is only close to the words.
    fn search(tx: &mut TenantTx, question: &str) -> impl Future<Output = store::Result<Slice<Self::Record>>> + Send;
    fn id(record: &Self::Record) -> Self::Id;
    /// What tells one from another of the same name.
    fn details(record: &Self::Record) -> Vec<Option<String>>;
}

/// What the question finds of a noun, at most `most`; nothing of one that the reader may not read.
pub async fn found<N: Sought, P: Permission>(
    who: &Allowed<P>,
    tx: &mut TenantTx,
    question: &str,
    most: usize,
) -> Result<Group> {
    let pages = pages::<N, _>(who);
    let (records, near) = match who.actor.may(N::Read::KEY) {
        true => {
            let found = N::search(tx, question).await?;
            (found.rows, found.near)
        }
        false => (vec![], false),
    };
    let hit = |record: &N::Record| Hit {
        name: N::name(record),
        detail: N::details(record).into_iter().flatten().collect::<Vec<_>>().join(" · "),
        href: pages.record(N::id(record)),
    };
    let hits = records.iter().take(most).map(hit).collect();
    Ok(Group {
        title: N::TITLE,
        square: N::SQUARE,
        near,
        hits,
        all: format!("{}?q={}", pages.list(), views::encode(question)),
    })
}

/// What the reader may do, so that no button leads nowhere.
pub fn may<N: Listed, P: Permission>(who: &Allowed<P>) -> May {
    May {
        write: who.actor.may(N::Write::KEY),
        archive: who.actor.may(N::Archive::KEY),
        bulk: who.actor.may(N::Bulk::KEY),
        export: who.actor.may(N::Export::KEY),
        export_part: who.actor.rights.scope(N::Export::KEY) < who.actor.rights.scope(N::Read::KEY),
        import: who.actor.may(N::Import::KEY),
    }
}

/// What the reader may do with this record.
pub async fn may_with<N: Listed, P: Permission>(who: &Allowed<P>, tx: &mut TenantTx, id: N::Id) -> Result<May> {
    let ids = [id.into()];
    let write = !reach::within::<N::Write>(tx, N::KIND, &ids).await?.is_empty();
    let archive = !reach::within::<N::Archive>(tx, N::KIND, &ids).await?.is_empty();
    Ok(May { write, archive, ..may::<N, _>(who) })
}

/// The columns that the address asks for, or those that the reader has chosen, or the noun's own.
pub fn columns<N: Listed, P: Permission>(who: &Allowed<P>, asked: &[String]) -> Vec<String> {
    let asked = Some(asked.to_vec()).filter(|asked| !asked.is_empty());
    chosen::<N>(asked.or_else(|| activity::preferred(&who.preferences, &preference::<N>())))
}

/// Those of the noun that are chosen, in its order, and behind them the workspace's own in theirs; which of these there
/// are, and are open to the reader, is known where they are shown.
fn chosen<N: Listed>(chosen: Option<Vec<String>>) -> Vec<String> {
    let own: Vec<String> = chosen.iter().flatten().filter(|c| c.starts_with(PREFIX)).take(100).cloned().collect();
    let mut columns = views::list::columns(N::COLUMNS, chosen);
    columns.extend(own);
    columns
}

/// Columns of a file, with the kinds of those that the workspace has added.
pub fn file_columns(columns: impl Iterator<Item = (&'static str, String)>, added: &[CustomField]) -> Vec<file::Column> {
    let kind = |key| added.iter().find(|f| f.name == key).map(|f| f.kind);
    columns.map(|(key, head)| file::Column { key, head, kind: kind(key) }).collect()
}

fn preference<N: Noun>() -> String {
    format!("{}.columns", N::WORDS.many)
}

/// The state of a record that somebody looked at when they pressed the button. A notice's undo has seen none.
#[derive(Deserialize)]
pub struct Seen {
    version: Option<Version>,
}

impl Seen {
    /// The name of the record, if it is still what was seen.
    fn still<N: Noun>(&self, record: &N::Record) -> Result<String> {
        match self.version.is_none_or(|seen| seen == N::version(record)) {
            true => Ok(N::name(record)),
            false => Err(Error::Stale),
        }
    }
}

pub async fn archive<N: Listed>(
    who: Allowed<N::Archive>,
    screen: Screen,
    Record(id): Record<N::Id>,
    Confirmed(seen): Confirmed<Seen>,
) -> Result {
    let mut tx = who.begin().await?;
    reach::hold::<N::Archive>(&mut tx, N::KIND, id.into()).await?;
    let name = seen.still::<N>(&N::find(&mut tx, id).await?)?;
    N::archive::<N::Archive>(&mut tx, &[id]).await?;
    tx.commit().await?;
    let pages = pages::<N, _>(&who);
    let toast = Toast::good(format!("{name} was archived.")).undo(pages.restoral(id), &[]);
    screen.done(pages.list(), toast).await
}

pub async fn restore<N: Listed>(
    who: Allowed<N::Archive>,
    screen: Screen,
    Record(id): Record<N::Id>,
    Confirmed(seen): Confirmed<Seen>,
) -> Result {
    let mut tx = who.begin().await?;
    reach::hold::<N::Archive>(&mut tx, N::KIND, id.into()).await?;
    let name = seen.still::<N>(&N::find(&mut tx, id).await?)?;
    N::restore::<N::Archive>(&mut tx, &[id]).await?;
    tx.commit().await?;
    screen.done(pages::<N, _>(&who).record(id), Toast::good(format!("{name} is back."))).await
}

/// Archives the ticked rows; or all that the list's question finds, which is a job's work.
pub async fn archive_many<N: Listed>(
    who: Allowed<N::Bulk>,
    screen: Screen,
    Confirmed(selected): Confirmed<Selection<N::Id>>,
) -> Result {
    let pages = pages::<N, _>(&who);
    let back = selected.back(pages.list());
    let mut tx = who.begin().await?;
    if let Some(filter) = selected.all::<N::Filter>(&pages.list())? {
        let (id, question) = (selected.archival.unwrap_or_else(|| tx.id()), question::<N>(filter)?);
        archivals::start(&mut tx, id, who.actor.member, N::TARGET, question, &back).await?;
        tx.commit().await?;
        return Ok(screen.go(pages.archivals_run(id)));
    }
    let (count, batch) = N::archive::<N::Bulk>(&mut tx, &selected.ids).await?;
    tx.commit().await?;
    if count == 0 {
        // Sent twice, perhaps: the first notice, with its undo, must be the one that is read.
        return Ok(screen.go(back));
    }
    let toast = Toast::good(format!("{} archived.", were(count, N::WORDS)));
    screen.done(back, toast.undo(pages.restorals(), &selected.undo(batch))).await
}

pub async fn restore_many<N: Listed>(
    who: Allowed<N::Bulk>,
    screen: Screen,
    Confirmed(selected): Confirmed<Selection<N::Id>>,
) -> Result {
    let pages = pages::<N, _>(&who);
    let mut tx = who.begin().await?;
    if let Some(id) = selected.archival {
        archivals::start_undo(&mut tx, N::TARGET, id, who.actor.member).await?;
        tx.commit().await?;
        return Ok(screen.go(pages.archivals_run(id)));
    }
    let count = match selected.batch.is_empty() {
        true => N::restore::<N::Bulk>(&mut tx, &selected.ids).await?,
        false => N::restore_batch(&mut tx, &selected.batch).await?,
    };
    tx.commit().await?;
    let toast = Toast::good(format!("{} restored.", were(count, N::WORDS)));
    screen.done(selected.back(pages.list()), toast).await
}

/// Offers to archive all that the list's question finds, and says how many that are.
pub async fn offer_all<N: Listed>(who: Allowed<N::Bulk>, screen: Screen, RawQuery(asked): RawQuery) -> Result {
    let asked = asked.unwrap_or_default();
    let filter = query::strictly::<N::Filter>(&asked).ok_or_else(selection::unclear)?;
    let mut tx = who.begin().await?;
    let count = N::count(&mut tx, &filter).await?;
    let pages = pages::<N, _>(&who);
    let question = format!("{}?{asked}", pages.list());
    let (csrf, once) = (screen.csrf().to_owned(), tx.id());
    Ok(screen.show(&who, &Offer { words: N::WORDS, pages, csrf, once, question, count }))
}

/// How far an archiving of a whole question is; when it is done, back to the list with what came of it.
pub async fn watch<N: Listed>(who: Allowed<N::Bulk>, screen: Screen, Record(id): Record<ArchivalId>) -> Result {
    let mut tx = who.begin().await?;
    let archival = archivals::find(&mut tx, N::TARGET, id).await?;
    let pages = pages::<N, _>(&who);
    let count = usize::try_from(archival.done).unwrap_or_default();
    let toast = match archival.state {
        State::Archiving | State::Restoring => {
            return Ok(screen.show(&who, &Moving { words: N::WORDS, pages, archival }));
        }
        State::Archived => {
            let toast = Toast::good(format!("{} archived.", were(count, N::WORDS)));
            if count == 0 { toast } else { toast.undo(pages.restorals(), &[("archival", id.to_string())]) }
        }
        State::Restored => Toast::good(format!("{} restored.", were(count, N::WORDS))),
        State::Failed => {
            let why = archival.failure.as_deref().unwrap_or("Something went wrong on our side; try again.");
            Toast::bad(format!("Nothing was changed. {why}"))
        }
    };
    screen.done(archival.back, toast).await
}

/// A question as it is kept, if all of it is understood.
pub fn question<N: Listed>(filter: N::Filter) -> Result<serde_json::Value> {
    if !N::is_clear(&filter) {
        return Err(selection::unclear());
    }
    serde_json::to_value(&filter).map_err(|e| Error::Internal(e.to_string()))
}

/// Keeps a choice of columns, of those that the list has. In a saved view they are the view's, and stand in the address
/// until it is saved.
pub async fn choose_columns<N: Listed>(
    who: Allowed<N::Read>,
    screen: Screen,
    Confirmed(chosen): Confirmed<activity::Columns>,
) -> Result {
    let columns = self::chosen::<N>(Some(chosen.columns));
    let to = back(&chosen.back, pages::<N, _>(&who).list());
    if let Some(to) = in_view(&to, &columns) {
        return Ok(screen.go(to));
    }
    let mut tx = who.begin().await?;
    store::workspace::members::prefer(&mut tx, who.actor.member, &preference::<N>(), columns.into()).await?;
    tx.commit().await?;
    Ok(screen.go(to))
}

/// The same list with these columns, where its address names a view.
fn in_view(list: &str, columns: &[String]) -> Option<String> {
    let (path, asked) = list.split_once('?')?;
    let mut pairs: Vec<(String, String)> = serde_html_form::from_str(asked).ok()?;
    pairs.iter().find(|(name, view)| name == "view" && view != domain::saved_views::EVERYTHING)?;
    pairs.retain(|(name, _)| name != "columns");
    pairs.extend(columns.iter().map(|c| ("columns".to_owned(), c.clone())));
    Some(format!("{path}?{}", serde_html_form::to_string(&pairs).ok()?))
}
