//! One field of many records changed at once, for every noun with a list: asked, looked at before it is done, done at
//! once or by a job, and taken back.

use crate::web::{
    Allowed, Confirmed, Error, Listed, Record, Result, Screen, Selection, Toast, form::Nothing, listed::question,
    noun::pages, selection::were,
};
use crate::workspace::activity;
use axum::http::StatusCode;
use domain::{
    BulkId, Errors,
    access::Permission,
    bulk::{AT_ONCE, Ask, Bulk, Draft, State},
    import::Target,
    paths,
};
use serde::Deserialize;
use serde_json::Value as Json;
use store::{
    TenantTx,
    bulk::{self, Preview, Whom},
    hr::employees,
    workspace::members,
};
use uuid::Uuid;
use views::bulk as view;

/// Records that a preview and a page show.
const SHOWN: usize = 20;

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct Asking {
    ids: Vec<Uuid>,
    versions: Vec<i32>,
    all: String,
    back: String,
    once: Option<BulkId>,
    field: String,
    value: String,
    empty: String,
    from: String,
    /// A place that is not there yet, and is to be made.
    new_place: String,
    /// The field whose value is asked for.
    shown: String,
    /// Not empty: all is filled in, and is to be looked at.
    look: String,
}

impl Asking {
    fn draft(&self) -> Draft {
        // What was typed for another field is none of this one's.
        let (value, empty) = match self.field == self.shown || self.shown.is_empty() {
            true => (self.value.clone(), self.empty.clone()),
            false => Default::default(),
        };
        Draft { field: self.field.clone(), value, empty, from: self.from.clone() }
    }

    /// The list's question, if all that it finds are meant.
    fn question<N: Listed>(&self, list: &str) -> Result<Option<Json>> {
        let selection = Selection::<N::Id>::all_of(self.all.clone());
        selection.all::<N::Filter>(list)?.map(question::<N>).transpose()
    }

    fn whom(&self) -> view::Whom {
        view::Whom { ids: self.ids.clone(), all: self.all.clone(), back: self.back.clone() }
    }

    async fn resolve<N: Listed>(&self, tx: &mut TenantTx, draft: &Draft) -> store::Result<bulk::Asked> {
        let asked = bulk::resolve(tx, N::TARGET, draft).await?;
        bulk::known_place(tx, &asked, &self.new_place).await?;
        Ok(asked)
    }
}

/// Asks which field, and what it is to be; then what would come of that.
pub async fn ask<N: Listed>(who: Allowed<N::Bulk>, screen: Screen, Confirmed(asking): Confirmed<Asking>) -> Result {
    let mut tx = who.begin().await?;
    let pages = pages::<N, _>(&who);
    let question = asking.question::<N>(&pages.list())?;
    let draft = asking.draft();
    if asking.look.is_empty() || asking.field != asking.shown {
        return form::<N, _>(&who, &screen, &mut tx, (asking.whom(), draft, Errors::default()), StatusCode::OK).await;
    }
    let asked = match asking.resolve::<N>(&mut tx, &draft).await {
        Err(store::Error::Refused(errors)) => {
            let asked = (asking.whom(), draft, errors);
            return form::<N, _>(&who, &screen, &mut tx, asked, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
        asked => asked?,
    };
    let ids = match &question {
        Some(question) => bulk::matching(&mut tx, N::TARGET, question).await?,
        None => asking.ids.clone(),
    };
    let Preview { outcome, first, looked_at } = bulk::preview(&mut tx, &asked, &ids, SHOWN).await?;
    // So few are meant as they are now; of more the question is asked again.
    let (whom, versions) = match question.is_some() && looked_at.len() > AT_ONCE {
        true => (asking.whom(), vec![]),
        false => {
            let (ids, versions) = looked_at.into_iter().unzip();
            (view::Whom { ids, all: String::new(), back: asking.back.clone() }, versions)
        }
    };
    let once: BulkId = tx.id();
    Ok(screen.show(
        &who,
        &view::Preview {
            words: N::WORDS,
            pages,
            csrf: screen.csrf().to_owned(),
            once,
            whom,
            versions,
            draft,
            new_place: asking.new_place,
            label: asked.wanted.field.label,
            new: asked.wanted.words,
            from: asked.wanted.from,
            outcome,
            first,
        },
    ))
}

/// The form, empty or filled, with what its field offers to choose from.
async fn form<N: Listed, P: Permission>(
    who: &Allowed<P>,
    screen: &Screen,
    tx: &mut TenantTx,
    (whom, draft, errors): (view::Whom, Draft, Errors),
    status: StatusCode,
) -> Result {
    let fields = bulk::fields(tx, N::TARGET).await?;
    let chosen = fields.iter().position(|f| f.key == draft.field);
    let offered = match chosen.map(|at| &fields[at].ask) {
        Some(Ask::Department) => same(employees::departments(tx).await?),
        Some(Ask::Location) => same(employees::locations(tx).await?),
        Some(Ask::Tag) => same(store::tags::names(tx).await?),
        Some(Ask::Member) => {
            let members = members::choices(tx).await?;
            members.into_iter().map(|m| (m.email.clone(), format!("{} ({})", m.name, m.email))).collect()
        }
        _ => vec![],
    };
    let view = view::Form {
        words: N::WORDS,
        pages: pages::<N, _>(who),
        csrf: screen.csrf().to_owned(),
        whom,
        fields,
        chosen,
        draft,
        errors,
        offered,
        today: tx.today(),
        currency: who.workspace.currency.code().to_owned(),
        people: (N::TARGET == Target::Employees).then(|| paths::employee_options(who.slug())),
    };
    Ok(screen.show_as(status, who, &view))
}

fn same(names: Vec<String>) -> Vec<(String, String)> {
    names.into_iter().map(|name| (name.clone(), name)).collect()
}

/// Does it: a few at once, many by a job.
pub async fn make<N: Listed>(who: Allowed<N::Bulk>, screen: Screen, Confirmed(asking): Confirmed<Asking>) -> Result {
    let mut tx = who.begin().await?;
    let pages = pages::<N, _>(&who);
    let question = asking.question::<N>(&pages.list())?;
    if question.is_none() && asking.ids.len() != asking.versions.len() {
        return Err(crate::web::selection::unclear());
    }
    let draft = asking.draft();
    let asked = match asking.resolve::<N>(&mut tx, &draft).await {
        // True a moment ago: somebody has taken the field or the manager away meanwhile.
        Err(store::Error::Refused(errors)) => {
            let asked = (asking.whom(), draft, errors);
            return form::<N, _>(&who, &screen, &mut tx, asked, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
        asked => asked?,
    };
    let id = asking.once.unwrap_or_else(|| tx.id());
    let back = crate::web::selection::back(&asking.back, pages.list());
    let (whom, by) = match question {
        Some(question) => (Whom::All(question), who.actor.member),
        None => (Whom::These(asking.ids, asking.versions), who.actor.member),
    };
    let new = bulk::start(&mut tx, id, by, &asked, &draft, &whom, &back).await?;
    match whom {
        Whom::These(ids, versions) if ids.len() <= AT_ONCE => {
            if !new {
                // Sent twice: the first notice, with its undo, must be the one that is read.
                return Ok(screen.go(back));
            }
            let ids: Vec<_> = ids.into_iter().zip(versions.into_iter().map(Some)).collect();
            let outcome = bulk::change(&mut tx, id, &asked, &ids).await?;
            bulk::finish(&mut tx, id, &outcome).await?;
            tx.commit().await?;
            let done = format!("{} changed.", were(outcome.changed, N::WORDS));
            let toast = match outcome.left_out() {
                0 => Toast::good(done),
                n => Toast::good(format!("{done} {n} could not be.")),
            };
            let toast = match outcome.changed {
                0 => toast,
                _ => toast.undo(pages.change_reversal(id), &[]),
            };
            screen.done(back, toast.link("Details", pages.change(id))).await
        }
        _ => {
            if new {
                bulk::hand_over(&mut tx, id).await?;
            }
            tx.commit().await?;
            Ok(screen.go(pages.change(id)))
        }
    }
}

/// Those of whoever asks.
pub async fn list<N: Listed>(who: Allowed<N::Bulk>, screen: Screen) -> Result {
    let mut tx = who.begin().await?;
    let changes = bulk::list(&mut tx, N::TARGET, who.actor.member).await?;
    let (pages, now) = (pages::<N, _>(&who), tx.now());
    Ok(screen.show(&who, &view::Index { words: N::WORDS, pages, changes, now }))
}

/// How far it is, and what came of it.
pub async fn show<N: Listed>(who: Allowed<N::Bulk>, screen: Screen, Record(id): Record<BulkId>) -> Result {
    let mut tx = who.begin().await?;
    let change = bulk::find(&mut tx, N::TARGET, id, who.actor.member).await?;
    let pages = pages::<N, _>(&who);
    if screen.wants(view::PROGRESS) && !change.state.moves() {
        // The page that waited is over.
        return Ok(screen.go(pages.change(id)));
    }
    let steps = match change.state.moves() {
        true => vec![],
        false => bulk::steps(&mut tx, &change, SHOWN as i64).await?,
    };
    let csrf = screen.csrf().to_owned();
    Ok(screen.show(&who, &view::Show { words: N::WORDS, pages, csrf, change, steps, moment: activity::moment(&who) }))
}

/// Gives all of them back what they had, but for those that somebody has changed since.
pub async fn undo<N: Listed>(
    who: Allowed<N::Bulk>,
    screen: Screen,
    Record(id): Record<BulkId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let pages = pages::<N, _>(&who);
    let Some(change) = bulk::begin_undo(&mut tx, N::TARGET, id, who.actor.member).await? else {
        return Ok(screen.go(pages.change(id)));
    };
    if change.outcome.changed > AT_ONCE {
        bulk::hand_over(&mut tx, id).await?;
        tx.commit().await?;
        return Ok(screen.go(pages.change(id)));
    }
    let (given_back, left_alone) = undone(&mut tx, &change).await?;
    tx.commit().await?;
    let toast = Toast::good(format!("{} given back what they had.", were(given_back, N::WORDS)));
    match left_alone {
        0 => screen.done(change.back, toast).await,
        // They are named there.
        _ => screen.done(pages.change(id), toast).await,
    }
}

async fn undone(tx: &mut TenantTx, change: &Bulk) -> Result<(usize, usize), Error> {
    debug_assert_eq!(change.state, State::Undoing);
    let ids: Vec<Uuid> = bulk::records(tx, change).await?.into_iter().map(|(id, _)| id).collect();
    let (given_back, left_alone) = bulk::undo(tx, change, &ids).await?;
    bulk::finish_undo(tx, change.id, given_back, left_alone).await?;
    Ok((given_back, left_alone))
}
