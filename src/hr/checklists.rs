//! Checklists: the list, one person's, its items, and templates.

mod handover;

use crate::{
    web::{
        Allowed, Confirmed, FormPage, Query, Record, Result, Routes, Screen, Sheet, Toast, Valid,
        form::{Late, Nothing},
    },
    workspace::activity::moment,
};
use axum::http::StatusCode;
use domain::{
    ChecklistId, ChecklistItemId, ChecklistTemplateId, Day, Errors, MemberId,
    access::{ChecklistsHandover, ChecklistsRead, ChecklistsRun, ChecklistsSetUp, ChecklistsWrite, Permission, Scope},
    automation::MOST_OFFERED,
    hr::{
        checklists::{Added, Draft, Fields, Filter, Kind, REASON, handover::Held},
        employees::Employee,
    },
    paths,
    workspace::access::Subject,
};
use maud::Markup;
use serde::Deserialize;
use store::{
    TenantTx,
    automation::people,
    hr::{
        checklists::{self, running, templates},
        employees,
    },
    records,
    workspace::members,
};
use views::hr::checklists::{Asked, Edit, Index, May, Show, Start, Templates, Typed};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::CHECKLISTS, list)
        .get(paths::CHECKLIST_NEW, new)
        .post(paths::CHECKLIST_NEW, start)
        .get(paths::CHECKLIST_TEMPLATES, all_templates)
        .get(paths::CHECKLIST_TEMPLATE_NEW, new_template)
        .post(paths::CHECKLIST_TEMPLATE_NEW, add_template)
        .get(paths::CHECKLIST_TEMPLATE, edit_template)
        .post(paths::CHECKLIST_TEMPLATE, change_template)
        .post(paths::CHECKLIST_TEMPLATE_REMOVAL, remove_template)
        .post(paths::CHECKLIST_ITEM_COMPLETION, complete)
        .post(paths::CHECKLIST_ITEM_REOPENING, reopen)
        .post(paths::CHECKLIST_ITEM_SKIP, skip)
        .post(paths::CHECKLIST_ITEM_ASSIGNEE, assign)
        .get(paths::CHECKLIST, show)
        .post(paths::CHECKLIST_ITEMS, add)
        .post(paths::CHECKLIST_CANCELLATION, cancel)
        .post(paths::CHECKLIST_RESUMPTION, resume)
        .post(paths::CHECKLIST_HANDOVER, handover::give)
        .post(paths::CHECKLIST_HANDOVER_REVERSAL, handover::take_back)
}

/// Who comes or goes without a checklist, on one page.
const WITHOUT: i64 = 10;

fn may<P: Permission>(who: &Allowed<P>) -> May {
    May {
        write: who.actor.may(ChecklistsWrite::KEY),
        run: who.actor.may(ChecklistsRun::KEY),
        set_up: who.actor.may(ChecklistsSetUp::KEY),
        handover: who.actor.may(ChecklistsHandover::KEY),
    }
}

async fn list(who: Allowed<ChecklistsRead>, screen: Screen, Query(filter): Query<Filter>) -> Result {
    let mut tx = who.begin().await?;
    let page = checklists::list(&mut tx, &filter).await?;
    let may = may(&who);
    let without = match may.run {
        true => screen.for_page(running::without(&mut tx, WITHOUT)).await?,
        false => vec![],
    };
    let (slug, today) = (who.slug().clone(), tx.today());
    Ok(screen.show(&who, &Index { slug, filter, page, without, today, may }))
}

async fn show(who: Allowed<ChecklistsRead>, screen: Screen, Record(id): Record<ChecklistId>) -> Result {
    page(&who, &screen, id, Refused::default()).await
}

/// A small form of the page that was refused: what was typed, which item it was about, and why.
#[derive(Default)]
struct Refused {
    added: Added,
    asked: Asked,
    of: Option<ChecklistItemId>,
    errors: Errors,
    once: Option<ChecklistItemId>,
    /// What was chosen to be handed over.
    kinds: Option<Vec<Held>>,
}

async fn page<P: Permission>(who: &Allowed<P>, screen: &Screen, id: ChecklistId, refused: Refused) -> Result {
    let mut tx = who.begin().await?;
    let checklist = checklists::find(&mut tx, id).await?;
    let steps = checklists::steps(&mut tx, &checklist).await?;
    let (leaver, holdings) = match checklist.kind == Kind::Offboarding && checklist.whole {
        true => checklists::handover::holdings(&mut tx, checklist.about.id).await?,
        false => (None, vec![]),
    };
    let may = may(who);
    let colleagues = match may.write {
        true => people::colleagues(&mut tx, i64::try_from(MOST_OFFERED).unwrap_or(i64::MAX)).await?,
        false => vec![],
    };
    let status = if refused.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = Show {
        slug: who.slug().clone(),
        csrf: screen.csrf().to_owned(),
        once: refused.once.unwrap_or_else(|| tx.id()),
        checklist,
        steps,
        holdings,
        colleagues: colleagues.into_iter().map(|(_, name, email)| (name, email)).collect(),
        today: tx.today(),
        moment: moment(who),
        may,
        added: refused.added,
        asked: refused.asked,
        of: refused.of,
        errors: refused.errors,
        leaver,
        opens: Held::ALL.into_iter().filter(|held| who.actor.may(held.right())).collect(),
        kinds: refused.kinds,
    };
    Ok(screen.show_as(status, who, &view))
}

/// The member that somebody means: an address, a name that one alone has, or both as the list of suggestions writes them.
async fn meant(tx: &mut TenantTx, field: &'static str, typed: &str) -> store::Result<MemberId> {
    match members::meant(tx, typed).await? {
        Some(member) => Ok(member),
        None if typed.trim().is_empty() => Err(store::Error::refused(field, "Say to whom.")),
        None => Err(store::Error::refused(field, "No member alone is called so. Type a name, and choose.")),
    }
}

async fn complete(
    who: Allowed<ChecklistsWrite>,
    screen: Screen,
    Record(id): Record<ChecklistItemId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let (checklist, title) = checklists::complete(&mut tx, id).await?;
    tx.commit().await?;
    let undo = paths::checklist_item_reopening(who.slug(), id);
    let toast = Toast::good(format!("“{title}” is done.")).undo(undo, &[]);
    screen.done(paths::checklist(who.slug(), checklist), toast).await
}

async fn reopen(
    who: Allowed<ChecklistsWrite>,
    screen: Screen,
    Record(id): Record<ChecklistItemId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let (checklist, title) = checklists::reopen(&mut tx, id).await?;
    tx.commit().await?;
    let toast = Toast::good(format!("“{title}” is open again."));
    screen.done(paths::checklist(who.slug(), checklist), toast).await
}

async fn skip(
    who: Allowed<ChecklistsWrite>,
    screen: Screen,
    Record(id): Record<ChecklistItemId>,
    Confirmed(asked): Confirmed<Asked>,
) -> Result {
    let mut errors = Errors::default();
    let why = errors.required("why", &asked.why, REASON);
    let mut tx = who.begin().await?;
    let (checklist, ..) = checklists::item::<ChecklistsWrite>(&mut tx, id).await?;
    if !errors.is_empty() {
        drop(tx);
        return page(&who, &screen, checklist, Refused { asked, of: Some(id), errors, ..Refused::default() }).await;
    }
    let (_, title) = checklists::skip(&mut tx, id, &why).await?;
    tx.commit().await?;
    let undo = paths::checklist_item_reopening(who.slug(), id);
    let toast = Toast::good(format!("“{title}” was skipped.")).undo(undo, &[]);
    screen.done(paths::checklist(who.slug(), checklist), toast).await
}

async fn assign(
    who: Allowed<ChecklistsWrite>,
    screen: Screen,
    Record(id): Record<ChecklistItemId>,
    Confirmed(asked): Confirmed<Asked>,
) -> Result {
    let mut tx = who.begin().await?;
    let given = async {
        let to = meant(&mut tx, "to", &asked.to).await?;
        checklists::assign(&mut tx, id, to).await
    };
    match given.await {
        Ok((checklist, title, name)) => {
            tx.commit().await?;
            let toast = Toast::good(format!("“{title}” is {name}’s to do now."));
            // Who has given their only part away may not see the checklist any more.
            let mut tx = who.begin().await?;
            let there = checklists::find(&mut tx, checklist).await.is_ok();
            let to = if there { paths::checklist(who.slug(), checklist) } else { paths::checklists(who.slug()) };
            screen.done(to, toast).await
        }
        Err(store::Error::Refused(errors)) => {
            let (checklist, ..) = checklists::item::<ChecklistsWrite>(&mut tx, id).await?;
            drop(tx);
            page(&who, &screen, checklist, Refused { asked, of: Some(id), errors, ..Refused::default() }).await
        }
        Err(e) => Err(e.into()),
    }
}

#[derive(Deserialize)]
struct Once {
    #[serde(rename = "_once")]
    once: Option<ChecklistItemId>,
    #[serde(flatten)]
    added: Added,
}

async fn add(
    who: Allowed<ChecklistsRun>,
    screen: Screen,
    Record(id): Record<ChecklistId>,
    Confirmed(Once { once, added }): Confirmed<Once>,
) -> Result {
    let mut tx = who.begin().await?;
    let (item, typed) = (once.unwrap_or_else(|| tx.id()), added.assignee.clone());
    let (mut new, mut errors) = Added { assignee: String::new(), ..added.clone() }.read(who.workspace.dates);
    let done = async {
        if !typed.trim().is_empty() {
            match meant(&mut tx, "assignee", &typed).await {
                Ok(member) => new.assignee = Some(member),
                Err(store::Error::Refused(wrong)) => errors.merge(wrong),
                Err(e) => return Err(e),
            }
        }
        errors.or(()).map_err(store::Error::Refused)?;
        checklists::add(&mut tx, item, id, &new).await
    };
    match done.await {
        Ok(()) => {
            tx.commit().await?;
            let title = added.title.trim();
            screen.done(paths::checklist(who.slug(), id), Toast::good(format!("“{title}” was added."))).await
        }
        Err(store::Error::Refused(errors)) => {
            drop(tx);
            page(&who, &screen, id, Refused { added, errors, once: Some(item), ..Refused::default() }).await
        }
        Err(store::Error::Sent) => {
            drop(tx);
            let words = "This was sent before, in other words. Send it again to add this as well.";
            page(&who, &screen, id, Refused { added, errors: Errors::one("title", words), ..Refused::default() }).await
        }
        Err(e) => Err(e.into()),
    }
}

async fn cancel(
    who: Allowed<ChecklistsRun>,
    screen: Screen,
    Record(id): Record<ChecklistId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    running::cancel(&mut tx, id, &format!("By {}.", who.actor.name)).await?;
    tx.commit().await?;
    let toast = Toast::good("The checklist is called off.").undo(paths::checklist_resumption(who.slug(), id), &[]);
    screen.done(paths::checklist(who.slug(), id), toast).await
}

async fn resume(
    who: Allowed<ChecklistsRun>,
    screen: Screen,
    Record(id): Record<ChecklistId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    running::resume(&mut tx, id).await?;
    tx.commit().await?;
    screen.done(paths::checklist(who.slug(), id), Toast::good("The checklist goes on.")).await
}

async fn new(who: Allowed<ChecklistsRun>, screen: Screen, Query(draft): Query<Typed>) -> Result {
    form(&who, &screen, draft, Errors::default()).await
}

async fn form(who: &Allowed<ChecklistsRun>, screen: &Screen, mut draft: Typed, errors: Errors) -> Result {
    let mut tx = who.begin().await?;
    let templates = templates::list(&mut tx).await?;
    // A link from a record has a number: the name beside it says whom it means.
    if let Some(subject @ Subject::Employee(_)) = person(&mut tx, &draft.employee).await?
        && let Some(words) = records::words(&mut tx, subject).await?
    {
        draft.employee = words;
    }
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let may_set_up = who.actor.may(ChecklistsSetUp::KEY);
    let (slug, csrf) = (who.slug().clone(), screen.csrf().to_owned());
    Ok(screen.show_as(status, who, &Start { slug, csrf, draft, templates, may_set_up, errors }))
}

/// Whom these words mean: a record's key, `1001 · Ada Lovelace`, `Ada Lovelace (1001)`, a number or a name.
pub(super) async fn person(tx: &mut TenantTx, words: &str) -> store::Result<Option<Subject>> {
    if words.trim().is_empty() {
        return Ok(None);
    }
    if let Some(subject) = Subject::parse(words) {
        return Ok(records::may_read(tx, subject).await?.then_some(subject));
    }
    records::resolve(tx, words.split_once(" · ").map_or(words, |(number, _)| number)).await
}

async fn start(who: Allowed<ChecklistsRun>, screen: Screen, Confirmed(draft): Confirmed<Typed>) -> Result {
    let mut e = Errors::default();
    let anchor = e.optional("anchor", &draft.anchor, |s| Day::parse(s, who.workspace.dates));
    let template =
        e.take("template", draft.template.parse().map(ChecklistTemplateId).map_err(|_| "Choose a template."));
    let mut tx = who.begin().await?;
    let employee = match person(&mut tx, &draft.employee).await? {
        Some(Subject::Employee(id)) => Some(id),
        _ => {
            e.add("employee", "No person alone is called so. Type a name, and choose.");
            None
        }
    };
    let (Some(template), Some(employee), true) = (template, employee, e.is_empty()) else {
        drop(tx);
        return form(&who, &screen, draft, e).await;
    };
    match running::begin(&mut tx, template, employee, anchor).await {
        Ok(id) => {
            tx.commit().await?;
            screen.done(paths::checklist(who.slug(), id), Toast::good("The checklist has begun.")).await
        }
        Err(store::Error::Refused(errors)) => {
            drop(tx);
            form(&who, &screen, draft, errors).await
        }
        Err(e) => Err(e.into()),
    }
}

async fn all_templates(who: Allowed<ChecklistsSetUp>, screen: Screen) -> Result {
    let mut tx = who.begin().await?;
    let templates = templates::list(&mut tx).await?;
    Ok(screen.show(&who, &Templates { slug: who.slug().clone(), templates }))
}

/// The form of a template.
struct TemplateForm;

impl FormPage for TemplateForm {
    type Guard = Allowed<ChecklistsSetUp>;
    type Draft = Draft;
    type Fields = Fields;

    fn parse(_: &Self::Guard, draft: &Draft) -> Result<Fields, Errors> {
        let (fields, errors) = draft.read();
        // Whoever asks for more lines saves nothing yet; what is half written is no error either.
        if draft.more.is_empty() { errors.or(fields) } else { Ok(fields) }
    }

    async fn page(who: &Self::Guard, sheet: Sheet<Draft>) -> Result {
        let sheet = sheet.told_if_sent();
        let mut tx = who.begin().await?;
        let editing = match sheet.id {
            Some(id) => {
                let now = templates::find(&mut tx, ChecklistTemplateId(id)).await?;
                let stale = sheet.late == Some(Late::Stale);
                Some((now.id, if stale { now.version } else { sheet.version }, now.fields.name))
            }
            None => None,
        };
        let mut members = members::choices(&mut tx).await?;
        // Those that are named already stay among the choices, however many there are.
        let mut kept = 0;
        members.retain(|m| {
            kept += 1;
            kept <= MOST_OFFERED || sheet.draft.owner.contains(&m.id.to_string())
        });
        let view = Edit {
            slug: who.slug().clone(),
            csrf: sheet.screen.csrf().to_owned(),
            once: sheet.once.to_string(),
            editing,
            departments: employees::departments(&mut tx).await?,
            members,
            stale: sheet.late == Some(Late::Stale),
            draft: sheet.draft,
            errors: sheet.errors,
        };
        Ok(sheet.screen.show_as(sheet.status, who, &view))
    }
}

async fn new_template(who: Allowed<ChecklistsSetUp>, screen: Screen) -> Result {
    TemplateForm::page(&who, Sheet::blank(screen, who.app())).await
}

async fn add_template(who: Allowed<ChecklistsSetUp>, screen: Screen, form: Valid<TemplateForm>) -> Result {
    if !form.draft.more.is_empty() {
        return form.reopen().await;
    }
    let mut tx = who.begin().await?;
    let added = templates::add(&mut tx, ChecklistTemplateId(form.once), &form.fields).await;
    form.settle(tx, added).await?;
    let toast = Toast::good(format!("{} was added.", form.fields.name));
    screen.done(paths::checklist_templates(who.slug()), toast).await
}

async fn edit_template(
    who: Allowed<ChecklistsSetUp>,
    screen: Screen,
    Record(id): Record<ChecklistTemplateId>,
) -> Result {
    let mut tx = who.begin().await?;
    let now = templates::find(&mut tx, id).await?;
    drop(tx);
    TemplateForm::page(&who, Sheet::filled(screen, who.app(), id.0, now.version, Draft::of(&now.fields))).await
}

async fn change_template(
    who: Allowed<ChecklistsSetUp>,
    screen: Screen,
    Record(id): Record<ChecklistTemplateId>,
    form: Valid<TemplateForm>,
) -> Result {
    if !form.draft.more.is_empty() {
        return form.reopen().await;
    }
    let mut tx = who.begin().await?;
    let changed = templates::change(&mut tx, id, form.version, &form.fields).await;
    form.settle(tx, changed).await?;
    screen.done(paths::checklist_templates(who.slug()), Toast::good("Changes saved.")).await
}

async fn remove_template(
    who: Allowed<ChecklistsSetUp>,
    screen: Screen,
    Record(id): Record<ChecklistTemplateId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let name = templates::remove(&mut tx, id).await?;
    tx.commit().await?;
    screen.done(paths::checklist_templates(who.slug()), Toast::good(format!("{name} is gone."))).await
}

/// The card on somebody's record, for whoever may see such a thing of them.
pub async fn card<P: Permission>(tx: &mut TenantTx, who: &Allowed<P>, employee: &Employee) -> Result<Option<Markup>> {
    use store::reach::Kind;
    // Whoever has but parts of checklists finds them among their own tasks.
    let whole = tx.scope::<ChecklistsRead>() >= Some(Scope::Team) && who.actor.employee != Some(employee.id);
    if !whole || store::reach::within::<ChecklistsRead>(tx, Kind::Employees, &[employee.id.0]).await?.is_empty() {
        return Ok(None);
    }
    let about = checklists::about(tx, employee.id).await?;
    let may_run = !store::reach::within::<ChecklistsRun>(tx, Kind::Employees, &[employee.id.0]).await?.is_empty();
    Ok(views::hr::checklists::card(who.slug(), &about, &employee.number, may_run))
}
