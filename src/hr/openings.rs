//! Open jobs for colleagues, those for them alone among them: read, and applied for as the employee that one is.

use super::careers::apply::{Again, KnownAs, page_of, read_all, stamp_of};
use crate::web::{Allowed, Error, Incoming, Record, Result, Routes, Screen, Toast};
use domain::{
    PostingId,
    access::HomeRead,
    hr::{
        candidates::{CV_BYTES, Source},
        careers::{Opening, Site},
        postings::Question,
    },
    paths,
};
use store::{
    TenantTx,
    hr::{
        candidates::arrivals::{self, Arrival},
        careers, postings,
    },
};
use views::hr::careers::{OpeningPage, Openings};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::OPENINGS, list)
        .get(paths::OPENING, show)
        .get(paths::OPENING_APPLY, form)
        .post(paths::OPENING_APPLY, take)
}

type Colleague = Allowed<HomeRead>;

async fn list(who: Colleague, screen: Screen) -> Result {
    let mut tx = who.begin().await?;
    let site = careers::for_colleagues(&mut tx).await?;
    let openings = site.open(tx.today()).cloned().collect();
    Ok(screen.show(&who, &Openings { slug: who.slug().clone(), openings }))
}

/// One that is open, with what stands around it.
async fn found(tx: &mut TenantTx, id: PostingId) -> Result<(Site, Opening), Error> {
    let site = careers::for_colleagues(tx).await?;
    let opening = site.open(tx.today()).find(|o| o.id == id).cloned().ok_or(Error::NotFound)?;
    Ok((site, opening))
}

async fn show(who: Colleague, screen: Screen, Record(id): Record<PostingId>) -> Result {
    let mut tx = who.begin().await?;
    let (_, opening) = found(&mut tx, id).await?;
    let applied = match who.actor.employee {
        Some(me) => arrivals::has_applied(&mut tx, id, me).await?,
        None => false,
    };
    let linked = who.actor.employee.is_some();
    Ok(screen.show(&who, &OpeningPage { slug: who.slug().clone(), opening, applied, linked }))
}

/// Which of them, what it asks, and the words that hold for it.
async fn asked(tx: &mut TenantTx, id: PostingId) -> Result<(Site, Opening, Vec<Question>), Error> {
    let (site, opening) = found(tx, id).await?;
    let questions = postings::questions(tx, id).await?;
    Ok((site, opening, questions))
}

fn known(who: &Colleague, id: PostingId) -> KnownAs {
    KnownAs {
        slug: who.slug().clone(),
        company: who.workspace.name.clone(),
        name: who.actor.name.clone(),
        email: who.email.clone(),
        action: paths::opening_apply(who.slug(), id),
    }
}

async fn form(who: Colleague, screen: Screen, Record(id): Record<PostingId>) -> Result {
    let (site, opening, questions) = asked(&mut who.begin().await?, id).await?;
    let again = Again::default();
    let view = page_of(who.app(), screen.csrf(), who.workspace.id, &site, (opening, questions), again, known(&who, id));
    Ok(screen.show(&who, &view))
}

async fn take(who: Colleague, screen: Screen, Record(id): Record<PostingId>, incoming: Incoming) -> Result {
    let (site, opening, questions) = asked(&mut who.begin().await?, id).await?;
    let kept = incoming.at_most(CV_BYTES).keep(&who).await?;
    let own = [("name", who.actor.name.as_str()), ("email", who.email.as_str())];
    let stamp = stamp_of(who.app(), &kept, &opening.handle);
    let mut read = read_all(who.app(), who.workspace.id, (&kept, &questions), &own, false).await;
    let Some(employee) = who.actor.employee else {
        return screen.done(paths::opening(who.slug(), id), Toast::bad("You have no employee record here.")).await;
    };
    if stamp.is_none() {
        read.wrong.insert(String::new(), "The page has been open for too long. Send it again.".into());
    }
    let (Some(sent), Some(stamp), true) = (&read.sent, stamp, read.wrong.is_empty()) else {
        let status = read.status;
        let view = page_of(
            who.app(),
            screen.csrf(),
            who.workspace.id,
            &site,
            (opening, questions),
            read.again(stamp),
            known(&who, id),
        );
        return Ok(screen.show_as(status, &who, &view));
    };
    let (notice, days) = site.promise(opening.location.as_deref());
    let arrival = Arrival {
        id: stamp.once,
        posting: id,
        title: &opening.title,
        sent,
        cv: read.cv.as_ref(),
        files: &read.files,
        notice,
        days,
        source: Source::Internal,
        employee: Some(employee),
        mails: true,
    };
    let mut tx = who.begin().await?;
    arrivals::take(&mut tx, &arrival).await?;
    tx.commit().await?;
    screen.done(paths::opening(who.slug(), id), Toast::good("You have applied. A mail is on its way to you.")).await
}
