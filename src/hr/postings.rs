//! Jobs to fill: the list, one job, the form, approval, publishing, and what belongs to a job.

use crate::{
    support::settings::{pressed, settle},
    web::{
        Allowed, Confirmed, Noun, Query, Record, Result, Routes, Screen, Toast, file, form::Nothing, noun,
        query::Strictly, selection::unclear,
    },
    workspace::activity::{self, moment},
};
use axum::http::StatusCode;
use domain::{
    Conventions, Errors, PostingId,
    access::{Permission, PostingsApprove, PostingsExport, PostingsPay, PostingsRead, PostingsWrite, Scope},
    audit::Action,
    draft::Field,
    hr::postings::{
        Approval, COLUMNS, Draft, FIELDS, Fields, Filter, PAY, Posting, State, TypedQuestions, TypedStages, WORDS,
        read_questions, read_stages, read_team,
    },
    list::grouped,
    paths,
    text::Words,
};
use serde::Deserialize;
use store::{
    TenantTx, Version, audit, exports,
    hr::{careers, employees, postings},
    reach::{self, Kind},
    workspace::{members, roles},
};
use views::{
    form::Entry,
    hr::postings::{Edit, Index, May, Questions, Show, Stages},
};

pub fn routes(r: Routes) -> Routes {
    type N = Postings;
    r.get(paths::POSTINGS, list)
        .get(paths::POSTING_NEW, noun::new::<N>)
        .post(paths::POSTING_NEW, noun::add::<N>)
        .get(paths::POSTING_EXPORT, export)
        .get(paths::POSTING, show)
        .get(paths::POSTING_EDIT, noun::edit::<N>)
        .post(paths::POSTING_EDIT, noun::change::<N>)
        .post(paths::POSTING_APPROVAL, ask)
        .post(paths::POSTING_DECISION, decide)
        .post(paths::POSTING_STATE, shift)
        .post(paths::POSTING_COPIES, copy)
        .post(paths::POSTING_TEAM, set_team)
        .get(paths::POSTING_QUESTIONS, questions)
        .post(paths::POSTING_QUESTIONS, set_questions)
        .get(paths::POSTING_STAGES, stages)
        .post(paths::POSTING_STAGES, set_stages)
}

type Reader = Allowed<PostingsRead>;
type Writer = Allowed<PostingsWrite>;

async fn list(who: Reader, screen: Screen, Query(filter): Query<Filter>) -> Result {
    let mut tx = who.begin().await?;
    let page = postings::list(&mut tx, &filter).await?;
    let (departments, locations) = screen.for_page(postings::places(&mut tx)).await?;
    let may = |key| who.actor.may(key);
    let may = May {
        write: may(PostingsWrite::KEY),
        decide: may(PostingsApprove::KEY),
        pay: may(PostingsPay::KEY),
        export: may(PostingsExport::KEY),
        all: tx.scope::<PostingsRead>() == Some(Scope::All),
    };
    Ok(screen.show(&who, &Index { slug: who.slug().clone(), filter, page, departments, locations, may }))
}

async fn show(who: Reader, screen: Screen, Record(id): Record<PostingId>) -> Result {
    page(&who, &screen, id, Errors::default()).await
}

/// Columns of which the history says nothing to whoever may not know.
const HIDDEN: [&str; 9] = [
    "salary_from",
    "salary_to",
    "salary_currency",
    "salary_per",
    "salary_shown",
    "search_text",
    "handle",
    "asked_by",
    "decided_by",
];

async fn page<P: Permission>(who: &Allowed<P>, screen: &Screen, id: PostingId, errors: Errors) -> Result {
    let mut tx = who.begin().await?;
    let posting = postings::find(&mut tx, id).await?;
    let write = who.actor.may(PostingsWrite::KEY)
        && !reach::within::<PostingsWrite>(&mut tx, Kind::Postings, &[id.0]).await?.is_empty();
    let decide = who.actor.may(PostingsApprove::KEY);
    let asks = decide && posting.approval == Approval::Asked && posting.asked_by.as_ref() == Some(&who.actor.name);
    let own = asks && !roles::alone_with(&mut tx, &[PostingsApprove::KEY]).await?;
    let site = careers::settings(&mut tx).await?.open;
    let public = (site && posting.state == State::Published && !posting.internal && !posting.over(tx.today()))
        .then(|| format!("{}{}", who.app().config().public_url, paths::careers_job(who.slug(), &posting.handle)));
    let view = Show {
        slug: who.slug().clone(),
        csrf: screen.csrf().to_owned(),
        team: postings::team(&mut tx, id).await?,
        questions: postings::questions(&mut tx, id).await?,
        stages: postings::stages(&mut tx, id).await?,
        members: if write { members::choices(&mut tx).await? } else { vec![] },
        history: activity::history(&mut tx, id.0, FIELDS, &HIDDEN).await?,
        moment: moment(who),
        today: tx.today(),
        may: May { write, decide, ..May::default() },
        own,
        public,
        site,
        posting,
        errors,
    };
    let status = if view.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(screen.show_as(status, who, &view))
}

async fn ask(who: Writer, screen: Screen, Record(id): Record<PostingId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    let done = postings::ask(&mut tx, id).await;
    pressed(&screen, paths::posting(who.slug(), id), tx, done, "waits for approval.").await
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Wanted {
    to: String,
    decision: String,
}

async fn decide(
    who: Allowed<PostingsApprove>,
    screen: Screen,
    Record(id): Record<PostingId>,
    Confirmed(wanted): Confirmed<Wanted>,
) -> Result {
    let mut errors = Errors::default();
    let words = errors.line("decision", &wanted.decision, 500);
    if !errors.is_empty() {
        return page(&who, &screen, id, errors).await;
    }
    let yes = wanted.to == "approve";
    let mut tx = who.begin().await?;
    match postings::decide(&mut tx, id, yes, words.as_deref()).await {
        Ok(title) => {
            tx.commit().await?;
            let what = if yes { "approved" } else { "declined" };
            screen.done(paths::posting(who.slug(), id), Toast::good(format!("{title} is {what}."))).await
        }
        Err(store::Error::Refused(errors)) => {
            drop(tx);
            page(&who, &screen, id, errors).await
        }
        Err(e) => Err(e.into()),
    }
}

async fn shift(
    who: Writer,
    screen: Screen,
    Record(id): Record<PostingId>,
    Confirmed(wanted): Confirmed<Wanted>,
) -> Result {
    let mut tx = who.begin().await?;
    let (done, words) = match State::parse(&wanted.to) {
        Some(to) => (postings::shift(&mut tx, id, to).await, format!("is {} now.", to.label().to_lowercase())),
        None => (Err(store::Error::NotFound), String::new()),
    };
    pressed(&screen, paths::posting(who.slug(), id), tx, done, &words).await
}

async fn copy(who: Writer, screen: Screen, Record(id): Record<PostingId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    let new = tx.id();
    let new = postings::copy(&mut tx, id, new).await?;
    tx.commit().await?;
    screen
        .done(paths::posting(who.slug(), new), Toast::good("This is the copy, a draft that nobody has approved."))
        .await
}

/// Members and what they are, row by row.
#[derive(Deserialize, Default)]
#[serde(default)]
struct TypedTeam {
    member: Vec<String>,
    role: Vec<String>,
    #[serde(rename = "_version")]
    version: Version,
}

async fn set_team(
    who: Writer,
    screen: Screen,
    Record(id): Record<PostingId>,
    Confirmed(typed): Confirmed<TypedTeam>,
) -> Result {
    let version = typed.version;
    let rows: Vec<(String, String)> = typed.member.into_iter().zip(typed.role).take(100).collect();
    let mut tx = who.begin().await?;
    let done = match read_team(&rows) {
        Ok(team) => postings::set_team(&mut tx, id, version, &team).await,
        Err(errors) => Err(store::Error::Refused(errors)),
    };
    match settle(tx, done).await? {
        Some(errors) => page(&who, &screen, id, errors).await,
        None => screen.done(paths::posting(who.slug(), id), Toast::good("The team is saved.")).await,
    }
}

/// The job, for whoever may change it.
async fn held(who: &Writer, id: PostingId) -> Result<(TenantTx, Posting)> {
    let mut tx = who.begin().await?;
    reach::hold::<PostingsWrite>(&mut tx, Kind::Postings, id.0).await?;
    let posting = postings::find(&mut tx, id).await?;
    Ok((tx, posting))
}

async fn questions(who: Writer, screen: Screen, Record(id): Record<PostingId>) -> Result {
    let (mut tx, posting) = held(&who, id).await?;
    let typed = TypedQuestions::of(&postings::questions(&mut tx, id).await?);
    Ok(asked(&who, &screen, posting, typed, Errors::default()))
}

fn asked(
    who: &Writer,
    screen: &Screen,
    posting: Posting,
    typed: TypedQuestions,
    errors: Errors,
) -> axum::response::Response {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (slug, csrf) = (who.slug().clone(), screen.csrf().to_owned());
    screen.show_as(status, who, &Questions { slug, csrf, posting, typed, errors })
}

async fn set_questions(
    who: Writer,
    screen: Screen,
    Record(id): Record<PostingId>,
    Confirmed(typed): Confirmed<TypedQuestions>,
) -> Result {
    let (mut tx, posting) = held(&who, id).await?;
    let done = match read_questions(&typed) {
        Ok(questions) => postings::set_questions(&mut tx, id, typed.version, &questions).await,
        Err(errors) => Err(store::Error::Refused(errors)),
    };
    match settle(tx, done).await? {
        Some(errors) => Ok(asked(&who, &screen, posting, typed, errors)),
        None => screen.done(paths::posting(who.slug(), id), Toast::good("The questions are saved.")).await,
    }
}

async fn stages(who: Writer, screen: Screen, Record(id): Record<PostingId>) -> Result {
    let (mut tx, posting) = held(&who, id).await?;
    let typed = TypedStages::of(&postings::stages(&mut tx, id).await?);
    Ok(staged(&who, &screen, posting, typed, Errors::default()))
}

fn staged(
    who: &Writer,
    screen: &Screen,
    posting: Posting,
    typed: TypedStages,
    errors: Errors,
) -> axum::response::Response {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (slug, csrf) = (who.slug().clone(), screen.csrf().to_owned());
    screen.show_as(status, who, &Stages { slug, csrf, posting, typed, errors })
}

async fn set_stages(
    who: Writer,
    screen: Screen,
    Record(id): Record<PostingId>,
    Confirmed(typed): Confirmed<TypedStages>,
) -> Result {
    let (mut tx, posting) = held(&who, id).await?;
    let done = match read_stages(&typed) {
        Ok(stages) => postings::set_stages(&mut tx, id, typed.version, &stages).await,
        Err(errors) => Err(store::Error::Refused(errors)),
    };
    match settle(tx, done).await? {
        Some(errors) => Ok(staged(&who, &screen, posting, typed, errors)),
        None => screen.done(paths::posting(who.slug(), id), Toast::good("The stages are saved.")).await,
    }
}

/// Rows that one file holds: it is made as a whole.
const MOST: i64 = 20_000;

async fn export(who: Allowed<PostingsExport>, screen: Screen, Strictly(filter): Strictly<Filter>) -> Result {
    if !filter.is_clear() {
        return Err(unclear());
    }
    let mut tx = who.begin().await?;
    let count = postings::count(&mut tx, &filter, MOST).await?;
    if count > MOST {
        let words = format!("These are more than {} jobs. Narrow the list, and export the parts.", grouped(MOST));
        let back = views::list::url(&paths::postings(who.slug()), &filter.from_top());
        return screen.done(back, Toast::bad(words)).await;
    }
    let pay = who.actor.may(PostingsPay::KEY);
    let columns: Vec<_> = COLUMNS.into_iter().filter(|(key, _)| pay || !PAY.contains(key)).collect();
    let (mut rows, mut after) = (vec![], None);
    loop {
        let (page, next) = postings::export(&mut tx, &filter, after.as_ref(), exports::PAGE).await?;
        rows.extend(page.iter().map(|p| columns.iter().map(|(key, _)| p.cell(key).into_owned()).collect::<Vec<_>>()));
        after = next;
        if after.is_none() {
            break;
        }
    }
    let question = serde_json::to_value(&filter).unwrap_or_default();
    let noted = serde_json::json!({ "question": [null, question], "rows": [null, rows.len()] });
    audit::note(&mut tx, "postings", who.actor.tenant.0, Action::Exported, &noted).await?;
    tx.commit().await?;
    file::csv("jobs.csv", columns.iter().map(|(_, label)| (*label).to_owned()).collect(), rows).await
}

/// Jobs, to the handlers of all nouns.
pub struct Postings;

impl Noun for Postings {
    type Id = PostingId;
    type Record = Posting;
    type Draft = Draft;
    type Fields = Fields;
    type Edit = Edit;
    type Read = PostingsRead;
    type Write = PostingsWrite;

    const WORDS: Words = WORDS;
    const KIND: Kind = Kind::Postings;
    const LIST: &'static str = paths::POSTINGS;
    const FIELDS: &'static [Field] = FIELDS;

    fn read(draft: &Draft, conventions: &Conventions) -> (Fields, Errors) {
        draft.read(conventions)
    }

    fn called(fields: &Fields) -> String {
        fields.title.clone()
    }

    fn name(posting: &Posting) -> String {
        posting.title.clone()
    }

    fn version(posting: &Posting) -> Version {
        posting.version
    }

    fn draft(posting: &Posting) -> Draft {
        posting.draft()
    }

    async fn find(tx: &mut TenantTx, id: PostingId) -> store::Result<Posting> {
        postings::find(tx, id).await
    }

    async fn add(tx: &mut TenantTx, id: PostingId, fields: &Fields) -> store::Result<PostingId> {
        postings::add(tx, id, fields).await
    }

    async fn change(tx: &mut TenantTx, id: PostingId, version: Version, fields: &Fields) -> store::Result<()> {
        postings::change(tx, id, version, fields).await
    }

    async fn edit(who: &Writer, tx: &mut TenantTx, entry: Entry<Draft>) -> Result<Edit> {
        let (departments, locations) =
            (employees::places(tx, "department").await?, employees::places(tx, "location").await?);
        let (currency, pay) = (who.workspace.currency.code().to_owned(), who.actor.may(PostingsPay::KEY));
        Ok(Edit { entry, departments, locations, currency, pay })
    }
}
