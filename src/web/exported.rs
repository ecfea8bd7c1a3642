//! The lists of nouns as files: what is asked, what is left out, and the columns in their order are the same for all of them.

use crate::web::{
    Allowed, Listed, Result, Screen,
    file::{self, Format},
    listed,
    noun::pages,
    query::Strictly,
    selection::unclear,
};
use domain::{access::Sight, cell::Cell, custom_fields::Kind, list::Mark};
use std::borrow::Cow;
use store::TenantTx;

/// A noun whose list can be taken away as a file: the columns that are shown, in the fields' own words.
pub trait Exported: Listed {
    /// What comes before the columns that somebody has chosen: the name, in as many columns as a file that comes in has it.
    const FIRST: &'static [&'static str] = &["name"];

    /// A field as text, and as what it is.
    fn cell<'r>(record: &'r Self::Record, field: &str) -> Cow<'r, str>;
    fn typed<'r>(record: &'r Self::Record, field: &str, kind: Option<Kind>) -> Cell<'r>;

    /// A column without which the cells of this one say too little.
    fn with(_column: &str, _: Format) -> Option<&'static str> {
        None
    }

    /// The columns that a question asks for in place of the reader's own.
    fn asked(filter: &Self::Filter) -> &[String];
    /// The same question from the top of the list.
    fn from_top(filter: &Self::Filter) -> Self::Filter;

    /// How many the file has, counted no further than one past what it may hold.
    fn many(tx: &mut TenantTx, filter: &Self::Filter) -> impl Future<Output = store::Result<i64>> + Send;
    /// Those of the question behind `after`, and where the next ones begin.
    fn page(
        tx: &mut TenantTx,
        filter: &Self::Filter,
        after: Option<&Mark>,
    ) -> impl Future<Output = store::Result<(Vec<Self::Record>, Option<Mark>)>> + Send;
}

pub async fn csv<N: Exported>(
    who: Allowed<N::Export>,
    screen: Screen,
    Strictly(filter): Strictly<N::Filter>,
) -> Result {
    written::<N>(who, screen, filter, Format::Csv).await
}

pub async fn workbook<N: Exported>(
    who: Allowed<N::Export>,
    screen: Screen,
    Strictly(filter): Strictly<N::Filter>,
) -> Result {
    written::<N>(who, screen, filter, Format::Workbook).await
}

async fn written<N: Exported>(who: Allowed<N::Export>, screen: Screen, filter: N::Filter, format: Format) -> Result {
    if !N::is_clear(&filter) {
        return Err(unclear());
    }
    let mut tx = who.begin().await?;
    let count = N::many(&mut tx, &filter).await?;
    let added = N::custom(&mut tx).await?;
    let shown = listed::columns::<N, _>(&who, N::asked(&filter));
    let all = views::custom_fields::columns(N::COLUMNS, &added, Sight::ALL);
    // By what a file that comes in calls them.
    let called = |key: &str, label: &str| N::FIELDS.iter().find(|f| f.key == key).map_or(label, |f| f.label).to_owned();
    let first = N::FIRST.iter().map(|key| (*key, called(key, key)));
    let chosen = all.iter().filter(|(key, ..)| shown.iter().any(|s| s == key)).flat_map(|(key, label, _)| {
        let with = N::with(key, format).map(|with| (with, called(with, with)));
        [Some((*key, called(key, label))), with].into_iter().flatten()
    });
    let columns = listed::file_columns(first.chain(chosen), &added);
    let back = views::list::url(&pages::<N, _>(&who).list(), &N::from_top(&filter));
    let list = file::List { target: N::TARGET, back, columns, cell: N::cell, typed: N::typed };
    file::list(who, &screen, list, format, filter, tx, count, page_of::<N>).await
}

async fn page_of<N: Exported>(
    asked: file::Asked<N::Export, N::Filter>,
    after: Option<Mark>,
) -> Result<(Vec<N::Record>, Option<Mark>)> {
    let mut tx = asked.0.begin().await?;
    Ok(N::page(&mut tx, &asked.1, after.as_ref()).await?)
}
