//! Saved views of the lists: kept, changed, deleted, and which one a list opens with.

use crate::{
    activities::Activities,
    crm::{contacts::Contacts, customers::Customers, deals::Deals, leads::Leads},
    hr::employees::Employees,
    support::tickets::Tickets,
    tasks::Tasks,
    web::{
        Allowed, App, Confirmed, Error, FormPage, Record, Result, Routes, Screen, Sheet, Toast, Valid,
        form::{Late, Nothing},
        listed::Viewed,
        noun::pages,
        query,
    },
};
use axum::extract::{FromRequestParts, RawQuery};
use domain::{
    Errors, ViewId,
    access::{Permission, Sight, ViewsShare},
    custom_fields::{CustomField, PREFIX},
    paths,
    saved_views::{Draft, EVERYTHING, Fields, LONGEST, SavedView, opening, preference},
};
use serde::Deserialize;
use std::marker::PhantomData;
use store::{TenantTx, saved_views, workspace::members};
use views::saved_views::{Edit, Saved, address};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::EMPLOYEE_VIEW_NEW, new::<Employees>)
        .post(paths::EMPLOYEE_VIEW_NEW, add::<Employees>)
        .get(paths::EMPLOYEE_VIEW, edit::<Employees>)
        .post(paths::EMPLOYEE_VIEW, change::<Employees>)
        .post(paths::EMPLOYEE_VIEW_QUESTION, ask::<Employees>)
        .post(paths::EMPLOYEE_VIEW_OPENING, open::<Employees>)
        .post(paths::EMPLOYEE_VIEW_REMOVAL, remove::<Employees>)
        .post(paths::EMPLOYEE_VIEW_RESTORAL, restore::<Employees>)
        .get(paths::CUSTOMER_VIEW_NEW, new::<Customers>)
        .post(paths::CUSTOMER_VIEW_NEW, add::<Customers>)
        .get(paths::CUSTOMER_VIEW, edit::<Customers>)
        .post(paths::CUSTOMER_VIEW, change::<Customers>)
        .post(paths::CUSTOMER_VIEW_QUESTION, ask::<Customers>)
        .post(paths::CUSTOMER_VIEW_OPENING, open::<Customers>)
        .post(paths::CUSTOMER_VIEW_REMOVAL, remove::<Customers>)
        .post(paths::CUSTOMER_VIEW_RESTORAL, restore::<Customers>)
        .get(paths::CONTACT_VIEW_NEW, new::<Contacts>)
        .post(paths::CONTACT_VIEW_NEW, add::<Contacts>)
        .get(paths::CONTACT_VIEW, edit::<Contacts>)
        .post(paths::CONTACT_VIEW, change::<Contacts>)
        .post(paths::CONTACT_VIEW_QUESTION, ask::<Contacts>)
        .post(paths::CONTACT_VIEW_OPENING, open::<Contacts>)
        .post(paths::CONTACT_VIEW_REMOVAL, remove::<Contacts>)
        .post(paths::CONTACT_VIEW_RESTORAL, restore::<Contacts>)
        .get(paths::DEAL_VIEW_NEW, new::<Deals>)
        .post(paths::DEAL_VIEW_NEW, add::<Deals>)
        .get(paths::DEAL_VIEW, edit::<Deals>)
        .post(paths::DEAL_VIEW, change::<Deals>)
        .post(paths::DEAL_VIEW_QUESTION, ask::<Deals>)
        .post(paths::DEAL_VIEW_OPENING, open::<Deals>)
        .post(paths::DEAL_VIEW_REMOVAL, remove::<Deals>)
        .post(paths::DEAL_VIEW_RESTORAL, restore::<Deals>)
        .get(paths::LEAD_VIEW_NEW, new::<Leads>)
        .post(paths::LEAD_VIEW_NEW, add::<Leads>)
        .get(paths::LEAD_VIEW, edit::<Leads>)
        .post(paths::LEAD_VIEW, change::<Leads>)
        .post(paths::LEAD_VIEW_QUESTION, ask::<Leads>)
        .post(paths::LEAD_VIEW_OPENING, open::<Leads>)
        .post(paths::LEAD_VIEW_REMOVAL, remove::<Leads>)
        .post(paths::LEAD_VIEW_RESTORAL, restore::<Leads>)
        .get(paths::TICKET_VIEW_NEW, new::<Tickets>)
        .post(paths::TICKET_VIEW_NEW, add::<Tickets>)
        .get(paths::TICKET_VIEW, edit::<Tickets>)
        .post(paths::TICKET_VIEW, change::<Tickets>)
        .post(paths::TICKET_VIEW_QUESTION, ask::<Tickets>)
        .post(paths::TICKET_VIEW_OPENING, open::<Tickets>)
        .post(paths::TICKET_VIEW_REMOVAL, remove::<Tickets>)
        .post(paths::TICKET_VIEW_RESTORAL, restore::<Tickets>)
        .get(paths::TASK_VIEW_NEW, new::<Tasks>)
        .post(paths::TASK_VIEW_NEW, add::<Tasks>)
        .get(paths::TASK_VIEW, edit::<Tasks>)
        .post(paths::TASK_VIEW, change::<Tasks>)
        .post(paths::TASK_VIEW_QUESTION, ask::<Tasks>)
        .post(paths::TASK_VIEW_OPENING, open::<Tasks>)
        .post(paths::TASK_VIEW_REMOVAL, remove::<Tasks>)
        .post(paths::TASK_VIEW_RESTORAL, restore::<Tasks>)
        .get(paths::ACTIVITY_VIEW_NEW, new::<Activities>)
        .post(paths::ACTIVITY_VIEW_NEW, add::<Activities>)
        .get(paths::ACTIVITY_VIEW, edit::<Activities>)
        .post(paths::ACTIVITY_VIEW, change::<Activities>)
        .post(paths::ACTIVITY_VIEW_QUESTION, ask::<Activities>)
        .post(paths::ACTIVITY_VIEW_OPENING, open::<Activities>)
        .post(paths::ACTIVITY_VIEW_REMOVAL, remove::<Activities>)
        .post(paths::ACTIVITY_VIEW_RESTORAL, restore::<Activities>)
}

/// What stands around a list: its views, and the fields that the workspace has added. A part of it asks for them only
/// where it shows something of them.
pub async fn around<N: Viewed, P: Permission>(
    who: &Allowed<P>,
    screen: &Screen,
    tx: &mut TenantTx,
    (named, shows_custom): (&str, bool),
) -> Result<(Saved, Vec<CustomField>)> {
    let open: Option<ViewId> = named.parse().ok();
    let (views, fields) = match screen.htmx() && open.is_none() && !shows_custom {
        true => (vec![], vec![]),
        false => saved_views::around(tx, N::VIEWS).await?,
    };
    let sight = tx.sight();
    let views = views
        .into_iter()
        .map(|v| SavedView { question: open_to::<N>(&v.question, &fields, sight), ..v })
        .collect::<Vec<_>>();
    let own = who.preferences.get(preference(N::VIEWS)).and_then(|v| v.as_str());
    let opening = match own {
        Some(EVERYTHING) => None,
        own => opening(&views, own).map(|v| v.id),
    };
    let saved = Saved {
        pages: pages::<N, _>(who),
        csrf: screen.csrf().to_owned(),
        views,
        open,
        opening,
        me: who.actor.member,
        may_share: who.actor.may(ViewsShare::KEY),
    };
    Ok((saved, fields))
}

/// A view's question without what it asks of fields that are closed to its reader: their columns, their order, and what
/// they are to be.
fn open_to<N: Viewed>(question: &str, fields: &[CustomField], sight: Sight) -> String {
    let own = |key: &str| N::FIELDS.iter().find(|f| f.key == key).is_none_or(|f| sight.sees(f.class));
    let added = |key: &str| fields.iter().any(|f| f.name == key && sight.sees(f.class));
    let mut pairs: Vec<(String, String)> = serde_html_form::from_str(question).unwrap_or_default();
    let is_open = |key: &str| if key.starts_with(PREFIX) { added(key) } else { own(key) };
    pairs.retain(|(name, value)| match name.as_str() {
        "columns" => is_open(value),
        "sort" => is_open(value.trim_start_matches('-')),
        name => is_open(name.strip_suffix("-from").or(name.strip_suffix("-to")).unwrap_or(name)),
    });
    serde_html_form::to_string(&pairs).unwrap_or_default()
}

/// Where the list opens with a view: its address.
pub fn opens_with(screen: &Screen, saved: &Saved) -> Option<String> {
    let view = saved.views.iter().find(|v| Some(v.id) == saved.opening).filter(|_| !screen.htmx())?;
    Some(address(&saved.pages, view))
}

/// A question as a view keeps it: in the words of the list, without where somebody was in it.
fn question<N: Viewed>(asked: &str) -> String {
    let filter: N::Question = query::read(asked);
    let written = serde_html_form::to_string(&filter).unwrap_or_default();
    let mut pairs: Vec<(String, String)> = serde_html_form::from_str(&written).unwrap_or_default();
    pairs.retain(|(name, _)| !matches!(name.as_str(), "view" | "after" | "before"));
    serde_html_form::to_string(&pairs).unwrap_or_default()
}

/// The form of a view, new or known.
struct ViewForm<N>(PhantomData<N>);

impl<N: Viewed> FormPage for ViewForm<N>
where
    Allowed<N::Read>: FromRequestParts<App, Rejection = Error>,
{
    type Guard = Allowed<N::Read>;
    type Draft = Draft;
    type Fields = Fields;

    fn parse(who: &Self::Guard, draft: &Draft) -> Result<Fields, Errors> {
        draft.parse(who.actor.may(ViewsShare::KEY))
    }

    async fn page(who: &Self::Guard, sheet: Sheet<Draft>) -> Result {
        let stale = sheet.late == Some(Late::Stale);
        let mut sheet = sheet.told_if_sent();
        let editing = match sheet.id {
            Some(id) => {
                let mut tx = who.begin().await?;
                let view = saved_views::find_to_change(&mut tx, N::VIEWS, ViewId(id)).await?;
                let version = if stale { view.version } else { sheet.version };
                Some((view, version))
            }
            None => None,
        };
        sheet.draft.question = question::<N>(&sheet.draft.question);
        let view = Edit {
            words: N::WORDS,
            pages: pages::<N, _>(who),
            csrf: sheet.screen.csrf().to_owned(),
            once: sheet.once.to_string(),
            editing,
            stale,
            draft: sheet.draft,
            errors: sheet.errors,
            may_share: who.actor.may(ViewsShare::KEY),
        };
        Ok(sheet.screen.show_as(sheet.status, who, &view))
    }
}

async fn new<N: Viewed>(who: Allowed<N::Read>, screen: Screen, RawQuery(asked): RawQuery) -> Result {
    let sheet = Sheet::blank(screen, who.app());
    let draft = Draft { question: asked.unwrap_or_default(), ..Draft::default() };
    ViewForm::<N>::page(&who, Sheet { draft, ..sheet }).await
}

async fn add<N: Viewed>(who: Allowed<N::Read>, screen: Screen, form: Valid<ViewForm<N>>) -> Result {
    let fields = Fields { question: question::<N>(&form.fields.question), ..form.fields.clone() };
    let mut tx = who.begin().await?;
    let id = ViewId(form.once);
    let added = saved_views::add(&mut tx, N::VIEWS, id, &fields).await;
    form.settle(tx, added).await?;
    let mut tx = who.begin().await?;
    let view = saved_views::find(&mut tx, N::VIEWS, id).await?;
    done::<N>(&who, &screen, &view, format!("“{}” is kept. It stands above the list.", view.name)).await
}

async fn edit<N: Viewed>(who: Allowed<N::Read>, screen: Screen, Record(id): Record<ViewId>) -> Result {
    let mut tx = who.begin().await?;
    let view = saved_views::find_to_change(&mut tx, N::VIEWS, id).await?;
    drop(tx);
    let sheet = Sheet::filled(screen, who.app(), id.0, view.version, Draft::of(&view));
    ViewForm::<N>::page(&who, sheet).await
}

async fn change<N: Viewed>(
    who: Allowed<N::Read>,
    screen: Screen,
    Record(id): Record<ViewId>,
    form: Valid<ViewForm<N>>,
) -> Result {
    let mut tx = who.begin().await?;
    let changed = saved_views::change(&mut tx, N::VIEWS, id, form.version, &form.fields).await;
    form.settle(tx, changed).await?;
    let mut tx = who.begin().await?;
    let view = saved_views::find(&mut tx, N::VIEWS, id).await?;
    done::<N>(&who, &screen, &view, "Changes saved.".into()).await
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    question: String,
}

async fn ask<N: Viewed>(
    who: Allowed<N::Read>,
    screen: Screen,
    Record(id): Record<ViewId>,
    Confirmed(asked): Confirmed<Asked>,
) -> Result {
    let mut tx = who.begin().await?;
    let question = question::<N>(&asked.question);
    if question.len() > LONGEST {
        return Err(Error::Bad("This asks for more than a view can keep. Take some of it away.".into()));
    }
    let view = saved_views::ask(&mut tx, N::VIEWS, id, &question).await?;
    tx.commit().await?;
    let undo = [("question", view.question.clone())];
    let toast = Toast::good(format!("“{}” is changed.", view.name)).undo(pages::<N, _>(&who).view_question(id), &undo);
    screen.done(address(&pages::<N, _>(&who), &SavedView { question, ..view }), toast).await
}

#[derive(Deserialize)]
struct With {
    /// `this`, `nothing` of one's own, or `everything` although everybody's view is another.
    #[serde(default)]
    with: String,
}

async fn open<N: Viewed>(
    who: Allowed<N::Read>,
    screen: Screen,
    Record(id): Record<ViewId>,
    Confirmed(chosen): Confirmed<With>,
) -> Result {
    let mut tx = who.begin().await?;
    let view = saved_views::find(&mut tx, N::VIEWS, id).await?;
    let (own, words) = match chosen.with.as_str() {
        "everything" => (EVERYTHING.into(), format!("The list opens with all {} for you.", N::WORDS.many)),
        "nothing" => (serde_json::Value::Null, format!("The list opens without “{}” for you.", view.name)),
        _ => (id.to_string().into(), format!("The list opens with “{}” for you.", view.name)),
    };
    members::prefer(&mut tx, who.actor.member, &preference(N::VIEWS), own).await?;
    tx.commit().await?;
    done::<N>(&who, &screen, &view, words).await
}

async fn remove<N: Viewed>(
    who: Allowed<N::Read>,
    screen: Screen,
    Record(id): Record<ViewId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let view = saved_views::remove(&mut tx, N::VIEWS, id).await?;
    tx.commit().await?;
    let pages = pages::<N, _>(&who);
    let toast = Toast::good(format!("“{}” is deleted.", view.name)).undo(pages.view_restoral(id), &[]);
    screen.done(format!("{}?view={EVERYTHING}", pages.list()), toast).await
}

async fn restore<N: Viewed>(
    who: Allowed<N::Read>,
    screen: Screen,
    Record(id): Record<ViewId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let restored = saved_views::restore(&mut tx, N::VIEWS, id).await;
    let view = match restored {
        Ok(view) => view,
        Err(store::Error::Refused(errors)) => {
            let words: Vec<_> = errors.iter().map(|(_, words)| words).collect();
            return screen.done(pages::<N, _>(&who).list(), Toast::bad(words.join(" "))).await;
        }
        Err(e) => return Err(e.into()),
    };
    tx.commit().await?;
    done::<N>(&who, &screen, &view, format!("“{}” is back.", view.name)).await
}

async fn done<N: Viewed>(who: &Allowed<N::Read>, screen: &Screen, view: &SavedView, words: String) -> Result {
    screen.done(address(&pages::<N, _>(who), view), Toast::good(words)).await
}
