//! Help articles for everybody, and for customers who are signed in. Nothing here says who reads.

use super::{Place, customer::unlisted, frame};
use crate::web::{Confirmed, Public, Query, Record, Result, Routes, Screen, throttle::Limit};
use domain::{
    HelpArticleId, paths,
    support::help::{Audience, Filter},
};
use serde::Deserialize;
use store::support::help;
use views::support::portal::{Article, Help};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::PUBLIC_HELP, list).get(paths::PUBLIC_HELP_ARTICLE, show).post(paths::PUBLIC_HELP_ANSWER, answer)
}

fn reader(place: &Place) -> Audience {
    if place.visitor.is_some() { Audience::Customers } else { Audience::Public }
}

async fn list(_: Public, screen: Screen, place: Place, Query(filter): Query<Filter>) -> Result {
    let mut tx = place.begin().await?;
    let (articles, near) = help::shown(&mut tx, reader(&place), &filter.q).await?;
    let categories = help::categories(&mut tx).await?;
    let searched = !filter.q.trim().is_empty();
    let page = screen.show_public(&Help { frame: frame(&place, &screen), q: filter.q, articles, near, categories });
    // A search is no page of anybody's index.
    Ok(if searched { unlisted(page) } else { page })
}

/// A reader's mark at this article: of their visitor's cookie, and another one at each, so that it tells nothing else.
fn mark(place: &Place, screen: &Screen, id: HelpArticleId) -> String {
    let who = screen.csrf().split('.').next().unwrap_or_default();
    place.app().seal().mark("help_answer", format!("{who}\n{id}").as_bytes())
}

async fn show(_: Public, screen: Screen, place: Place, Record(id): Record<HelpArticleId>) -> Result {
    let mut tx = place.begin().await?;
    let article = help::read(&mut tx, reader(&place), id).await?;
    let category = help::categories(&mut tx).await?.into_iter().find(|c| c.id == article.category);
    let answered = help::answered(&mut tx, id, &mark(&place, &screen, id)).await?;
    let public = article.audience == Audience::Public;
    let category = category.map(|c| c.name).unwrap_or_default();
    let page = screen.show_public(&Article { frame: frame(&place, &screen), article, category, answered });
    Ok(if public { page } else { unlisted(page) })
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Answer {
    helped: String,
}

async fn answer(
    _: Public,
    screen: Screen,
    place: Place,
    Record(id): Record<HelpArticleId>,
    Confirmed(answer): Confirmed<Answer>,
) -> Result {
    place.app().throttle().count(Limit::HELP, place.address()).await?;
    let mut tx = place.begin().await?;
    help::read(&mut tx, reader(&place), id).await?;
    help::answer(&mut tx, id, &mark(&place, &screen, id), answer.helped == "yes").await?;
    tx.commit().await?;
    Ok(screen.go(paths::public_help_article(place.slug(), id)))
}
