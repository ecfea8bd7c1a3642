//! Asking for time off, with what it means while it is typed; a request on its page; taking it back.

use crate::{
    web::{Allowed, Confirmed, Error, FormPage, Query, Record, Result, Routes, Screen, Sheet, Toast, Valid},
    workspace::activity::moment,
};
use axum::http::StatusCode;
use domain::{
    Day, EmployeeId, Errors, LeaveRequestId,
    access::{LeaveRead, LeaveRequest, LeaveSettings, Permission},
    hr::leave::{
        forms::{RequestDraft, RequestFields},
        requests::{Asking, Quote, State},
    },
    paths,
};
use serde::Deserialize;
use store::{
    TenantTx,
    hr::leave::{self, accounts, calendar, requests, steps},
};
use views::hr::leave::requests::{NOBODY_ELSE, New, Show};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::LEAVE_NEW, new)
        .post(paths::LEAVE_NEW, add)
        .get(paths::LEAVE_QUOTE, quote)
        .get(paths::LEAVE_REQUEST, show)
        .post(paths::LEAVE_CANCELLATION, cancel)
}

/// For whom: whoever is named, else the reader.
fn whose(who: &Allowed<LeaveRequest>, draft: &RequestDraft) -> Option<EmployeeId> {
    match draft.employee.as_str() {
        "" => who.actor.employee,
        id => id.parse().ok(),
    }
}

const NOBODY: &str = "You are not linked with an employee record, so there is nobody to ask for.";

async fn new(who: Allowed<LeaveRequest>, screen: Screen, Query(draft): Query<RequestDraft>) -> Result {
    RequestForm::page(&who, Sheet { draft, ..Sheet::blank(screen, who.app()) }).await
}

/// What it would mean, as it is typed.
async fn quote(who: Allowed<LeaveRequest>, screen: Screen, Query(draft): Query<RequestDraft>) -> Result {
    RequestForm::page(&who, Sheet { draft, ..Sheet::blank(screen, who.app()) }).await
}

struct RequestForm;

impl FormPage for RequestForm {
    type Guard = Allowed<LeaveRequest>;
    type Draft = RequestDraft;
    type Fields = (EmployeeId, RequestFields);

    fn parse(who: &Self::Guard, draft: &RequestDraft) -> Result<Self::Fields, Errors> {
        let employee = whose(who, draft).ok_or_else(|| Errors::one("", NOBODY));
        match (employee, draft.read(who.workspace.dates)) {
            (Ok(employee), Ok(fields)) => Ok((employee, fields)),
            (Err(mut errors), Err(more)) => {
                errors.merge(more);
                Err(errors)
            }
            (Err(errors), _) | (_, Err(errors)) => Err(errors),
        }
    }

    async fn page(who: &Self::Guard, sheet: Sheet<RequestDraft>) -> Result {
        let sheet = sheet.told_if_sent();
        let mut tx = who.begin().await?;
        let employee = whose(who, &sheet.draft);
        if let Some(employee) = employee {
            leave::hold::<LeaveRequest>(&mut tx, employee).await?;
        } else if !sheet.draft.employee.is_empty() {
            return Err(Error::NotFound);
        }
        let quote = told(&mut tx, who, employee, &sheet.draft).await?;
        let (mut person, mut types, mut accounts) = (None, vec![], vec![]);
        if sheet.screen.wants(views::hr::leave::requests::QUOTE) {
            // The fields stay as they are.
        } else if let Some(employee) = employee {
            if Some(employee) != who.actor.employee {
                person = Some(leave::person(&mut tx, employee).await?.name);
            }
            types = leave::types(&mut tx).await?.into_iter().filter(|t| !t.archived).collect();
            let today = tx.today();
            accounts = accounts::of_employee(&mut tx, employee, today).await?;
            // What somebody has none of they cannot ask for.
            types.retain(|t| !t.limited || accounts.iter().any(|a| a.kind.id == t.id));
        }
        let view = New {
            slug: who.slug().clone(),
            csrf: sheet.screen.csrf().to_owned(),
            once: sheet.once.to_string(),
            person,
            types,
            accounts,
            draft: sheet.draft,
            errors: sheet.errors,
            nobody: employee.is_none().then(|| crate::hr::may_link(who)),
            may_make: who.actor.may(LeaveSettings::KEY),
            quote,
        };
        Ok(sheet.screen.show_as(sheet.status, who, &view))
    }
}

/// What a draft would mean, once it can be told.
async fn told(
    tx: &mut TenantTx,
    who: &Allowed<LeaveRequest>,
    employee: Option<EmployeeId>,
    draft: &RequestDraft,
) -> Result<Option<Result<Quote, Errors>>> {
    let typed = !draft.kind.is_empty() && !draft.from.is_empty();
    let (Some(employee), true, Ok(fields)) = (employee, typed, draft.read(who.workspace.dates)) else {
        return Ok(None);
    };
    let nobodys = LeaveRequestId(uuid::Uuid::nil());
    Ok(Some(requests::quote(tx, employee, &fields, nobodys).await?))
}

async fn add(who: Allowed<LeaveRequest>, screen: Screen, form: Valid<RequestForm>) -> Result {
    let (employee, fields) = &form.fields;
    let mut tx = who.begin().await?;
    let id = LeaveRequestId(form.once);
    let asked = requests::ask(&mut tx, id, *employee, fields).await;
    let asked = form.settle(tx, asked).await?;
    let own = Some(*employee) == who.actor.employee;
    let words = match (asked, own) {
        (Asking::Of(_), _) => "It is asked for. You are told when it is answered.",
        (Asking::Nobody, _) => NOBODY_ELSE,
        (Asking::NoNeed, true) => "It is noted. Nobody has to be asked.",
        (Asking::NoNeed, false) => "It is noted.",
    };
    let path = if own { paths::leave(who.slug()) } else { paths::employee_leave(who.slug(), *employee) };
    screen.done(path, Toast::good(words).link("Open", paths::leave_request(who.slug(), id))).await
}

async fn show(who: Allowed<LeaveRead>, screen: Screen, Record(id): Record<LeaveRequestId>) -> Result {
    page(&who, &screen, StatusCode::OK, id, None, (Errors::default(), String::new())).await
}

/// The page of a request; `meant`: what a link in a mail said.
pub(super) async fn page<P: Permission>(
    who: &Allowed<P>,
    screen: &Screen,
    status: StatusCode,
    id: LeaveRequestId,
    meant: Option<bool>,
    (errors, back_on): (Errors, String),
) -> Result {
    let mut tx = who.begin().await?;
    let request = requests::find(&mut tx, id).await?;
    let may_answer = steps::may_answer(&mut tx, &request).await?;
    let may_cancel = request.state.stands() && leave::reaches::<LeaveRequest>(&mut tx, request.person.id).await?;
    let (mut account, mut away, today) = (None, vec![], tx.today());
    if let Some(kind) = request.kind.as_ref().filter(|k| may_answer && k.limited) {
        // What is left once all of it is taken, of the leave year that it ends in.
        let all = accounts::of_employee(&mut tx, request.person.id, request.span.to.max(today)).await?;
        account = all.into_iter().find(|a| a.kind.id == kind.id);
    }
    if request.state.stands() {
        away = calendar::with(&mut tx, request.person.id, &request.span).await?;
    }
    let cancelled = match request.state {
        State::Cancelled => store::hr::timeline::cancelled(&mut tx, id).await?,
        _ => None,
    };
    let back_on = if back_on.is_empty() { today.max(request.span.from).to_string() } else { back_on };
    let view = Show {
        slug: who.slug().clone(),
        csrf: screen.csrf().to_owned(),
        today,
        moment: moment(who),
        may_answer,
        may_cancel,
        account,
        away,
        meant: meant.filter(|_| may_answer),
        errors,
        back_on,
        cancelled,
        request,
    };
    Ok(screen.show_as(status, who, &view))
}

#[derive(Deserialize)]
struct Back {
    #[serde(default)]
    back_on: String,
}

async fn cancel(
    who: Allowed<LeaveRequest>,
    screen: Screen,
    Record(id): Record<LeaveRequestId>,
    Confirmed(Back { back_on }): Confirmed<Back>,
) -> Result {
    let wrong = |errors, back_on| async {
        page(&who, &screen, StatusCode::UNPROCESSABLE_ENTITY, id, None, (errors, back_on)).await
    };
    let day = match back_on.trim() {
        "" => None,
        text => match Day::parse(text, who.workspace.dates) {
            Ok(day) => Some(day),
            Err(words) => return wrong(Errors::one("back_on", words), back_on).await,
        },
    };
    let mut tx = who.begin().await?;
    let done = match requests::cancel(&mut tx, id, day).await {
        Err(store::Error::Refused(errors)) if errors.of("back_on").is_some() => {
            drop(tx);
            return wrong(errors, back_on).await;
        }
        done => done?,
    };
    tx.commit().await?;
    let words = match done {
        State::Cancelling => "Somebody is asked to say yes to that.",
        State::Approved => "It ends earlier, and its days from then on are back.",
        _ => "It is cancelled, and its days are back.",
    };
    screen.done(paths::leave_request(who.slug(), id), Toast::good(words)).await
}
