//! Help articles in the workspace: reading them, writing them, and their categories.

use super::settings::{drawn, pressed, sent, settle, status};
use crate::{
    web::{Allowed, Confirmed, Query, Record, Result, Routes, Screen, Toast, form::Nothing},
    workspace::activity::moment,
};
use axum::http::StatusCode;
use domain::{
    Errors, HelpArticleId, HelpCategoryId,
    access::{HelpWrite, Permission, TicketsRead},
    paths,
    support::help::{Article, Audience, Draft, Filter, Shown},
};
use serde::Deserialize;
use store::support::{
    help::{self, Move},
    portal,
};
use views::support::help::{Categories, Edit, Index, Show};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::HELP, list)
        .get(paths::HELP_NEW, new)
        .post(paths::HELP_NEW, add)
        .get(paths::HELP_CATEGORIES, categories)
        .post(paths::HELP_CATEGORIES, add_category)
        .post(paths::HELP_CATEGORY, rename_category)
        .post(paths::HELP_CATEGORY_MOVE, move_category)
        .post(paths::HELP_CATEGORY_REMOVAL, remove_category)
        .get(paths::HELP_ARTICLE, show)
        .get(paths::HELP_EDIT, edit)
        .post(paths::HELP_EDIT, change)
        .post(paths::HELP_STATE, shift)
        .post(paths::HELP_VERSIONS, restore)
}

/// What its readers see, as whoever does not write sees an article.
fn as_published(s: Shown) -> Article {
    Article {
        id: s.id,
        version: 0,
        category: s.category,
        audience: s.audience,
        title: s.title,
        body: s.body,
        number: 1,
        published: Some(1),
        published_at: Some(s.at),
        archived: false,
        updated_at: s.at,
        helped: 0,
        failed: 0,
    }
}

async fn list(who: Allowed<TicketsRead>, screen: Screen, Query(filter): Query<Filter>) -> Result {
    let may_write = who.actor.may(HelpWrite::KEY);
    let mut tx = who.begin().await?;
    let (articles, near) = match may_write {
        true => help::list(&mut tx, &filter).await?,
        false => {
            let (shown, near) = help::shown(&mut tx, Audience::Internal, &filter.q).await?;
            (shown.into_iter().map(as_published).collect(), near)
        }
    };
    let categories = help::categories(&mut tx).await?;
    let public = portal::settings(&mut tx).await?.open.then(|| paths::public_help(who.slug()));
    let (slug, moment) = (who.slug().clone(), moment(&who));
    Ok(screen.show(&who, &Index { slug, filter, articles, near, categories, may_write, moment, public }))
}

async fn show(who: Allowed<TicketsRead>, screen: Screen, Record(id): Record<HelpArticleId>) -> Result {
    let may_write = who.actor.may(HelpWrite::KEY);
    let mut tx = who.begin().await?;
    let article = match may_write {
        true => help::find(&mut tx, id).await?,
        false => as_published(help::read(&mut tx, Audience::Internal, id).await?),
    };
    let versions = if may_write { help::versions(&mut tx, id).await? } else { vec![] };
    let category = help::categories(&mut tx).await?.into_iter().find(|c| c.id == article.category);
    let reads = article.published.is_some() && !article.archived && article.audience != Audience::Internal;
    let open = reads && portal::settings(&mut tx).await?.open;
    let view = Show {
        slug: who.slug().clone(),
        csrf: screen.csrf().to_owned(),
        category: category.map(|c| c.name).unwrap_or_default(),
        versions,
        may_write,
        public: open.then(|| paths::public_help_article(who.slug(), id)),
        moment: moment(&who),
        article,
    };
    Ok(screen.show(&who, &view))
}

type Writer = Allowed<HelpWrite>;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    #[serde(flatten)]
    draft: Draft,
    #[serde(rename = "_once")]
    once: String,
    #[serde(rename = "_version")]
    version: String,
}

async fn form(
    who: &Writer,
    screen: &Screen,
    editing: Option<(HelpArticleId, i32)>,
    typed: Typed,
    errors: Errors,
) -> Result {
    let once =
        if typed.once.is_empty() || sent(&errors) { who.app().id::<HelpArticleId>().to_string() } else { typed.once };
    let categories = help::categories(&mut who.begin().await?).await?;
    let status = status(&errors);
    let (slug, csrf) = (who.slug().clone(), screen.csrf().to_owned());
    Ok(screen.show_as(status, who, &Edit { slug, csrf, once, editing, draft: typed.draft, errors, categories }))
}

async fn new(who: Writer, screen: Screen) -> Result {
    form(&who, &screen, None, Typed::default(), Errors::default()).await
}

async fn add(who: Writer, screen: Screen, Confirmed(typed): Confirmed<Typed>) -> Result {
    let mut tx = who.begin().await?;
    let id = drawn::<HelpArticleId>(&typed.once, &tx);
    let done = match typed.draft.read() {
        Ok(fields) => help::add(&mut tx, id, &fields).await,
        Err(errors) => Err(store::Error::Refused(errors)),
    };
    match settle(tx, done).await? {
        Some(errors) => form(&who, &screen, None, typed, errors).await,
        None => screen.done(paths::help_article(who.slug(), id), Toast::good("The draft is there.")).await,
    }
}

async fn edit(who: Writer, screen: Screen, Record(id): Record<HelpArticleId>) -> Result {
    let article = help::find(&mut who.begin().await?, id).await?;
    let typed = Typed { draft: article.draft(), ..Typed::default() };
    form(&who, &screen, Some((id, article.version)), typed, Errors::default()).await
}

async fn change(
    who: Writer,
    screen: Screen,
    Record(id): Record<HelpArticleId>,
    Confirmed(typed): Confirmed<Typed>,
) -> Result {
    let mut tx = who.begin().await?;
    let now = help::find(&mut tx, id).await?;
    let version = typed.version.parse().unwrap_or_default();
    let done = match typed.draft.read() {
        Ok(fields) => help::change(&mut tx, id, version, &fields).await,
        Err(errors) => Err(store::Error::Refused(errors)),
    };
    match settle(tx, done).await? {
        Some(errors) => form(&who, &screen, Some((id, now.version)), typed, errors).await,
        None => {
            let words = match now.published {
                Some(_) => "Changes saved. Readers see them once they are published.",
                None => "Changes saved.",
            };
            screen.done(paths::help_article(who.slug(), id), Toast::good(words)).await
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Wanted {
    to: String,
    number: i32,
    name: String,
    #[serde(rename = "_once")]
    once: String,
}

async fn shift(
    who: Writer,
    screen: Screen,
    Record(id): Record<HelpArticleId>,
    Confirmed(wanted): Confirmed<Wanted>,
) -> Result {
    let (to, words) = match wanted.to.as_str() {
        "publish" => (Move::Publish, "is published."),
        "withdraw" => (Move::Withdraw, "is a draft again."),
        "archive" => (Move::Archive, "is in the archive."),
        _ => (Move::Restore, "is back."),
    };
    let mut tx = who.begin().await?;
    let done = help::shift(&mut tx, id, to).await;
    pressed(&screen, paths::help_article(who.slug(), id), tx, done, words).await
}

async fn restore(
    who: Writer,
    screen: Screen,
    Record(id): Record<HelpArticleId>,
    Confirmed(wanted): Confirmed<Wanted>,
) -> Result {
    let mut tx = who.begin().await?;
    let done = help::restore(&mut tx, id, wanted.number).await;
    let words = format!("says what version {} said.", wanted.number);
    pressed(&screen, paths::help_article(who.slug(), id), tx, done, &words).await
}

async fn page(who: &Writer, screen: &Screen, problem: Option<String>) -> Result {
    let mut tx = who.begin().await?;
    let categories = help::categories(&mut tx).await?;
    let status = if problem.is_none() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (slug, csrf, once) = (who.slug().clone(), screen.csrf().to_owned(), tx.id());
    Ok(screen.show_as(status, who, &Categories { slug, csrf, once, categories, problem }))
}

async fn categories(who: Writer, screen: Screen) -> Result {
    page(&who, &screen, None).await
}

/// The name as typed, or what is wrong with it.
fn named(wanted: &Wanted) -> Result<String, String> {
    let mut e = Errors::default();
    let name = e.required("name", &wanted.name, 80);
    match e.of("name") {
        Some(wrong) => Err(wrong.to_owned()),
        None => Ok(name),
    }
}

async fn named_or_told(
    who: &Writer,
    screen: &Screen,
    wanted: &Wanted,
    tx: store::TenantTx,
    done: store::Result<()>,
    words: &str,
) -> Result {
    match settle(tx, done).await? {
        Some(errors) => {
            let problem = errors.iter().map(|(_, words)| words).collect::<Vec<_>>().join(" ");
            page(who, screen, Some(problem)).await
        }
        None => {
            let toast = Toast::good(format!("{} {words}", wanted.name));
            screen.done(paths::help_categories(who.slug()), toast).await
        }
    }
}

async fn add_category(who: Writer, screen: Screen, Confirmed(wanted): Confirmed<Wanted>) -> Result {
    let name = match named(&wanted) {
        Ok(name) => name,
        Err(wrong) => return page(&who, &screen, Some(wrong)).await,
    };
    let mut tx = who.begin().await?;
    let id = drawn::<HelpCategoryId>(&wanted.once, &tx);
    let done = help::add_category(&mut tx, id, &name).await;
    named_or_told(&who, &screen, &wanted, tx, done, "is there.").await
}

async fn rename_category(
    who: Writer,
    screen: Screen,
    Record(id): Record<HelpCategoryId>,
    Confirmed(wanted): Confirmed<Wanted>,
) -> Result {
    let name = match named(&wanted) {
        Ok(name) => name,
        Err(wrong) => return page(&who, &screen, Some(wrong)).await,
    };
    let mut tx = who.begin().await?;
    let done = help::rename_category(&mut tx, id, &name).await;
    named_or_told(&who, &screen, &wanted, tx, done, "is its name now.").await
}

async fn move_category(
    who: Writer,
    screen: Screen,
    Record(id): Record<HelpCategoryId>,
    Confirmed(wanted): Confirmed<Wanted>,
) -> Result {
    let mut tx = who.begin().await?;
    let done = help::move_category(&mut tx, id, wanted.to == "up").await;
    pressed(&screen, paths::help_categories(who.slug()), tx, done, "was moved.").await
}

async fn remove_category(
    who: Writer,
    screen: Screen,
    Record(id): Record<HelpCategoryId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let done = help::remove_category(&mut tx, id).await;
    pressed(&screen, paths::help_categories(who.slug()), tx, done, "was removed.").await
}
