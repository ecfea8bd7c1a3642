//! Somebody's time off on their record, and what HR writes down about it.

use super::AsOf;
use crate::web::{Allowed, FormPage, Query, Record, Result, Routes, Screen, Sheet, Toast, Valid};
use axum::http::StatusCode;
use domain::{
    Day, EmployeeId, Errors, LeavePolicyId,
    access::{LeaveAdjust, LeaveKind, LeaveRead, LeaveRequest, Permission},
    hr::employees::{Employee, Status},
    hr::leave::{
        forms::{AdjustmentDraft, AdjustmentFields, EnrolDraft, PatternDraft},
        pattern::Pattern,
        requests::Request,
    },
    paths,
};
use std::marker::PhantomData;
use store::{
    TenantTx,
    hr::leave::{self, accounts, calendar, patterns, policies, requests},
};
use uuid::Uuid;
use views::hr::leave::person::{Adjusts, OnRecord, Show, Wrong};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::EMPLOYEE_LEAVE, show)
        .post(paths::EMPLOYEE_LEAVE_ADJUSTMENT, adjust)
        .post(paths::EMPLOYEE_LEAVE_POLICY, enrol)
        .post(paths::EMPLOYEE_LEAVE_PATTERN, work)
}

/// Requests on the page.
const MOST: i64 = 50;

async fn show(
    who: Allowed<LeaveRead>,
    screen: Screen,
    Record(id): Record<EmployeeId>,
    Query(asked): Query<AsOf>,
) -> Result {
    page(&who, &screen, StatusCode::OK, id, &asked, Refused::default()).await
}

/// What was typed into the forms of HR, and what is wrong with one of them.
#[derive(Default)]
struct Refused {
    once: Option<Uuid>,
    adjustment: Option<AdjustmentDraft>,
    enrol: Option<EnrolDraft>,
    pattern: Option<PatternDraft>,
    wrong: Option<Wrong>,
    errors: Errors,
}

async fn page<P: Permission>(
    who: &Allowed<P>,
    screen: &Screen,
    status: StatusCode,
    id: EmployeeId,
    asked: &AsOf,
    refused: Refused,
) -> Result {
    let mut tx = who.begin().await?;
    leave::hold::<LeaveRead>(&mut tx, id).await?;
    let today = tx.today();
    let on = asked.day(today);
    // Which kinds they have is of a class of its own.
    let sees = leave::reaches::<LeaveKind>(&mut tx, id).await?;
    let accounts = if sees { accounts::of_employee(&mut tx, id, on).await? } else { vec![] };
    let requests: Vec<Request> = requests::list(&mut tx, &requests::Which::Of(id), MOST).await?;
    let week = patterns::of_employee(&mut tx, id).await?;
    let enrolled = if sees { policies::of_employee(&mut tx, id).await? } else { vec![] };
    let may_request = leave::reaches::<LeaveRequest>(&mut tx, id).await?;
    let adjusts = match sees && leave::corrects(&mut tx, id).await? {
        true => Some(Adjusts {
            types: leave::types(&mut tx).await?,
            policies: policies::choices(&mut tx).await?,
            adjustment: refused
                .adjustment
                .unwrap_or_else(|| AdjustmentDraft { on: today.to_string(), ..Default::default() }),
            enrol: refused.enrol.unwrap_or_else(|| EnrolDraft { from: today.to_string(), ..Default::default() }),
            pattern: refused.pattern.unwrap_or_else(|| PatternDraft::of(week.on(today), today)),
            wrong: refused.wrong,
            errors: refused.errors,
        }),
        false => None,
    };
    // Whoever sees their time off and not their record sees it without.
    let record = match store::hr::employees::find(&mut tx, id).await {
        Ok(employee) => {
            let record = crate::hr::record(&mut tx, (who, screen), &employee, "leave").await?;
            Some((employee, record))
        }
        Err(store::Error::NotFound) => None,
        Err(e) => return Err(e.into()),
    };
    let view = Show {
        slug: who.slug().clone(),
        csrf: screen.csrf().to_owned(),
        once: refused.once.unwrap_or_else(|| who.app().id::<LeavePolicyId>().0).to_string(),
        person: leave::person(&mut tx, id).await?,
        record,
        today,
        on,
        away: calendar::away_until(&mut tx, id).await?,
        accounts,
        requests,
        enrolled: enrolled.into_iter().map(|(_, name, from, until)| (name, from, until)).collect(),
        week,
        may_request,
        adjusts,
    };
    Ok(screen.show_as(status, who, &view))
}

/// One of the forms on the page: its draft, what it means, and where it stands when it is refused.
trait OnPage: Send + Sync + 'static {
    type Draft: serde::de::DeserializeOwned + Clone + Default + Send + Sync;
    type Fields: Send + Sync;
    fn read(draft: &Self::Draft, dates: domain::DateOrder) -> Result<Self::Fields, Errors>;
    fn refused(draft: Self::Draft) -> Refused;
}

struct OfPerson<F>(PhantomData<F>);

impl<F: OnPage> FormPage for OfPerson<F> {
    type Guard = Allowed<LeaveAdjust>;
    type Draft = F::Draft;
    type Fields = F::Fields;

    fn parse(who: &Self::Guard, draft: &F::Draft) -> Result<F::Fields, Errors> {
        F::read(draft, who.workspace.dates)
    }

    async fn page(who: &Self::Guard, sheet: Sheet<F::Draft>) -> Result {
        let sheet = sheet.told_if_sent();
        let id = EmployeeId(sheet.id.unwrap_or_default());
        // Whom this right does not reach is nobody.
        hold(&mut who.begin().await?, id).await?;
        let refused = Refused { once: Some(sheet.once), errors: sheet.errors, ..F::refused(sheet.draft) };
        page(who, &sheet.screen, sheet.status, id, &AsOf::default(), refused).await
    }
}

struct Adjustment;
struct Enrolment;
struct Works;

impl OnPage for Adjustment {
    type Draft = AdjustmentDraft;
    type Fields = AdjustmentFields;

    fn read(draft: &AdjustmentDraft, dates: domain::DateOrder) -> Result<AdjustmentFields, Errors> {
        draft.read(dates)
    }

    fn refused(draft: AdjustmentDraft) -> Refused {
        Refused { adjustment: Some(draft), wrong: Some(Wrong::Adjustment), ..Refused::default() }
    }
}

impl OnPage for Enrolment {
    type Draft = EnrolDraft;
    type Fields = (LeavePolicyId, Day);

    fn read(draft: &EnrolDraft, dates: domain::DateOrder) -> Result<Self::Fields, Errors> {
        draft.read(dates)
    }

    fn refused(draft: EnrolDraft) -> Refused {
        Refused { enrol: Some(draft), wrong: Some(Wrong::Enrol), ..Refused::default() }
    }
}

impl OnPage for Works {
    type Draft = PatternDraft;
    type Fields = (Day, Pattern);

    fn read(draft: &PatternDraft, dates: domain::DateOrder) -> Result<Self::Fields, Errors> {
        draft.read(dates)
    }

    fn refused(draft: PatternDraft) -> Refused {
        Refused { pattern: Some(draft), wrong: Some(Wrong::Pattern), ..Refused::default() }
    }
}

/// Holds somebody whose book the reader may correct.
async fn hold(tx: &mut TenantTx, id: EmployeeId) -> Result<()> {
    leave::hold::<LeaveAdjust>(tx, id).await?;
    if leave::corrects(tx, id).await? { Ok(()) } else { Err(store::Error::NotFound.into()) }
}

/// Back to the page, with a word.
async fn done(who: &Allowed<LeaveAdjust>, screen: &Screen, id: EmployeeId, words: &str) -> Result {
    screen.done(paths::employee_leave(who.slug(), id), Toast::good(words.to_owned())).await
}

async fn adjust(
    who: Allowed<LeaveAdjust>,
    screen: Screen,
    Record(id): Record<EmployeeId>,
    form: Valid<OfPerson<Adjustment>>,
) -> Result {
    let mut tx = who.begin().await?;
    hold(&mut tx, id).await?;
    let written = accounts::adjust(&mut tx, form.once, id, &form.fields).await;
    form.settle(tx, written).await?;
    done(&who, &screen, id, "The entry is in the ledger.").await
}

async fn enrol(
    who: Allowed<LeaveAdjust>,
    screen: Screen,
    Record(id): Record<EmployeeId>,
    form: Valid<OfPerson<Enrolment>>,
) -> Result {
    let (policy, from) = form.fields;
    let mut tx = who.begin().await?;
    hold(&mut tx, id).await?;
    let written = policies::enrol(&mut tx, id, policy, from).await;
    form.settle(tx, written).await?;
    done(&who, &screen, id, "They are on that policy.").await
}

async fn work(
    who: Allowed<LeaveAdjust>,
    screen: Screen,
    Record(id): Record<EmployeeId>,
    form: Valid<OfPerson<Works>>,
) -> Result {
    let (from, pattern) = &form.fields;
    let mut tx = who.begin().await?;
    hold(&mut tx, id).await?;
    let written = patterns::write(&mut tx, id, *from, pattern).await;
    form.settle(tx, written).await?;
    done(&who, &screen, id, "Their working days are changed.").await
}

/// What stands on somebody's record about their time off: that they are away, which everybody may know, and the way to
/// the rest for whoever may see it.
pub async fn on_record<P: Permission>(tx: &mut TenantTx, who: &Allowed<P>, of: &Employee) -> Result<OnRecord> {
    let (id, here) = (of.id, of.status == Status::Active);
    let may_see = leave::reaches::<LeaveRead>(tx, id).await?;
    let away = calendar::away_until(tx, id).await?;
    Ok(OnRecord { slug: who.slug().clone(), person: id, away, here, may_see })
}
