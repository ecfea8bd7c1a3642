//! The organisation: the chart, and departments as a tree.

use crate::web::{Allowed, FormPage, Query, Record, Result, Routes, Screen, Sheet, Toast, Valid};
use domain::{
    Day, EmployeeId, Errors,
    access::{EmployeesRead, EmployeesWrite, OrganisationWrite, Permission, Scope, SettingsWrite},
    hr::organisation::{Draft, Fields, Seat, tree},
    list::Total,
    paths,
};
use std::collections::HashMap;
use store::{
    TenantTx,
    hr::{employees, organisation},
};
use views::hr::organisation::{Asked, Below, Branch, Chart, Departments, EditDepartment};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::ORGANISATION, chart)
        .get(paths::ORGANISATION_BELOW, below)
        .get(paths::DEPARTMENTS, list)
        .get(paths::DEPARTMENT_EDIT, edit)
        .post(paths::DEPARTMENT_EDIT, place)
}

fn day<P: Permission>(who: &Allowed<P>, tx: &TenantTx, on: &str) -> Day {
    let today = tx.today();
    let on = Day::parse(on, who.workspace.conventions().dates).unwrap_or(today);
    // What is planned is open to whoever plans everybody's.
    if who.actor.rights.scope(EmployeesWrite::KEY) == Some(Scope::All) { on } else { on.min(today) }
}

async fn chart(who: Allowed<EmployeesRead>, screen: Screen, Query(asked): Query<Asked>) -> Result {
    let mut tx = who.begin().await?;
    let (today, on) = (tx.today(), day(&who, &tx, &asked.on));
    let slug = who.slug().clone();
    let mut view = Chart {
        slug,
        company: who.workspace.name.clone(),
        today,
        on,
        tops: vec![],
        apart: Total::Exactly(0),
        departments: vec![],
        focus: None,
        lost: false,
        too_many: false,
        asked: asked.clone(),
    };
    if asked.by_departments() {
        view.departments = tree(organisation::list(&mut tx, on).await?);
        return Ok(screen.show(&who, &view));
    }
    if !asked.find.trim().is_empty() {
        view.focus = employees::named(&mut tx, &asked.find).await?;
        view.lost = view.focus.is_none();
    }
    let all = match asked.open == "all" {
        true => organisation::everybody(&mut tx, on).await?,
        false => None,
    };
    view.too_many = asked.open == "all" && all.is_none();
    view.tops = match view.focus {
        _ if all.is_some() => {
            let roots = match view.focus {
                Some(focus) => organisation::seat(&mut tx, focus, on).await?.into_iter().collect(),
                None => organisation::top(&mut tx, on).await?,
            };
            let mut below: HashMap<EmployeeId, Vec<Seat>> = HashMap::new();
            for (seat, manager) in all.unwrap_or_default() {
                below.entry(manager).or_default().push(seat);
            }
            roots.into_iter().map(|seat| opened(seat, &mut below)).collect()
        }
        None => tops(&mut tx, on).await?,
        Some(focus) => line(&mut tx, focus, on).await?,
    };
    if view.focus.is_none() {
        view.apart = Total::capped(organisation::apart(&mut tx, on).await?);
    }
    view.lost |= view.tops.is_empty() && view.focus.is_some();
    Ok(screen.show(&who, &view))
}

/// The top of the tree; the first, who has the most reports, with whoever is directly below.
async fn tops(tx: &mut TenantTx, on: Day) -> Result<Vec<Branch>> {
    let mut tops: Vec<Branch> = organisation::top(tx, on).await?.into_iter().map(closed).collect();
    if let Some(first) = tops.first_mut().filter(|first| first.seat.reports > 0) {
        first.below = Some(organisation::below(tx, first.seat.id, on).await?.into_iter().map(closed).collect());
    }
    Ok(tops)
}

fn closed(seat: Seat) -> Branch {
    Branch { seat, below: None }
}

/// With everybody below; whoever was drawn once is not drawn again.
fn opened(seat: Seat, below: &mut HashMap<EmployeeId, Vec<Seat>>) -> Branch {
    let mine = below.remove(&seat.id).unwrap_or_default();
    let mine: Vec<Branch> = mine.into_iter().map(|seat| opened(seat, below)).collect();
    Branch { seat, below: Some(mine) }
}

/// Levels above somebody that are drawn with all who stand beside them; those higher up are drawn alone.
const LEVELS: usize = 4;

/// The tree opened down to one person, with whoever reports to them.
async fn line(tx: &mut TenantTx, focus: EmployeeId, on: Day) -> Result<Vec<Branch>> {
    let above = organisation::line(tx, focus, on).await?;
    let from = above.len().saturating_sub(LEVELS + 1);
    let mut branch: Option<Branch> = None;
    // From the person up: each one's reports, with the branch that is open among them.
    for id in above[from..].iter().rev() {
        let Some(seat) = organisation::seat(tx, *id, on).await? else { break };
        let mut below: Vec<Branch> = match seat.reports {
            0 => vec![],
            _ => organisation::below(tx, *id, on).await?.into_iter().map(closed).collect(),
        };
        if let Some(open) = branch.take() {
            below.retain(|b| b.seat.id != open.seat.id);
            below.insert(0, open);
        }
        branch = Some(Branch { seat, below: Some(below) });
    }
    Ok(branch.into_iter().collect())
}

async fn below(
    who: Allowed<EmployeesRead>,
    screen: Screen,
    Record(id): Record<EmployeeId>,
    Query(asked): Query<Asked>,
) -> Result {
    let mut tx = who.begin().await?;
    let (today, on) = (tx.today(), day(&who, &tx, &asked.on));
    organisation::seat(&mut tx, id, on).await?.ok_or(store::Error::NotFound)?;
    let branches = organisation::below(&mut tx, id, on).await?.into_iter().map(closed).collect();
    Ok(screen.show(&who, &Below { slug: who.slug().clone(), on, today, focus: None, of: Some(id), branches }))
}

async fn list(who: Allowed<EmployeesRead>, screen: Screen) -> Result {
    let mut tx = who.begin().await?;
    let today = tx.today();
    let nodes = tree(organisation::list(&mut tx, today).await?);
    let (may_write, sets_up) = (who.actor.may(OrganisationWrite::KEY), who.actor.may(SettingsWrite::KEY));
    Ok(screen.show(&who, &Departments { slug: who.slug().clone(), nodes, may_write, sets_up }))
}

/// Where a department stands and who heads it.
struct Placement;

impl FormPage for Placement {
    type Guard = Allowed<OrganisationWrite>;
    type Draft = Draft;
    type Fields = Fields;

    fn parse(_: &Self::Guard, draft: &Draft) -> Result<Fields, Errors> {
        draft.parse()
    }

    async fn page(who: &Self::Guard, sheet: Sheet<Draft>) -> Result {
        let mut tx = who.begin().await?;
        let today = tx.today();
        let names = organisation::list(&mut tx, today).await?.into_iter().map(|d| d.name).collect();
        let view = EditDepartment {
            slug: who.slug().clone(),
            csrf: sheet.screen.csrf().to_owned(),
            draft: sheet.draft,
            errors: sheet.errors,
            names,
        };
        Ok(sheet.screen.show_as(sheet.status, who, &view))
    }
}

async fn edit(who: Allowed<OrganisationWrite>, screen: Screen, Query(asked): Query<Draft>) -> Result {
    // Which one, the list asks.
    if asked.name.is_empty() {
        return Ok(screen.go(paths::departments(who.slug())));
    }
    let mut tx = who.begin().await?;
    let today = tx.today();
    let all = organisation::list(&mut tx, today).await?;
    let named = |d: &&domain::hr::organisation::Department| d.name.to_lowercase() == asked.name.to_lowercase();
    let d = all.iter().find(named).ok_or(store::Error::NotFound)?;
    let draft = Draft {
        name: d.name.clone(),
        parent: d.parent.clone().unwrap_or_default(),
        head: d.head.as_ref().map(domain::hr::employees::Manager::words).unwrap_or_default(),
    };
    drop(tx);
    Placement::page(&who, Sheet { draft, ..Sheet::blank(screen, who.app()) }).await
}

async fn place(who: Allowed<OrganisationWrite>, screen: Screen, form: Valid<Placement>) -> Result {
    let mut tx = who.begin().await?;
    let placed = organisation::place(&mut tx, &form.fields.name, &form.fields).await;
    form.settle(tx, placed).await?;
    screen.done(paths::departments(who.slug()), Toast::good("Saved.")).await
}
