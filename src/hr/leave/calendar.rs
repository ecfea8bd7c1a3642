//! The team calendar.

use super::waiting;
use crate::web::{Allowed, Query, Result, Routes, Screen};
use domain::{
    access::{EmployeesRead, LeaveRequest, Permission},
    hr::leave::calendar::{Filter, days_of, weeks_of},
    paths,
};
use store::hr::{
    employees,
    leave::{calendar, patterns},
};
use views::hr::leave::calendar::Calendar;

pub fn routes(r: Routes) -> Routes {
    r.get(paths::LEAVE_CALENDAR, show)
}

async fn show(who: Allowed<EmployeesRead>, screen: Screen, Query(filter): Query<Filter>) -> Result {
    let mut tx = who.begin().await?;
    let today = tx.today();
    let month = filter.first(today);
    let week_start = patterns::week_start(&mut tx).await?;
    let days = match filter.is_timeline() {
        true => days_of(month),
        false => weeks_of(month, week_start).concat(),
    };
    let (from, to) = (days.first().copied().unwrap_or(month), days.last().copied().unwrap_or(month));
    let (absences, people, next) = match filter.is_timeline() {
        true => {
            let (people, next) = calendar::people(&mut tx, &filter, month).await?;
            (calendar::of_people(&mut tx, &people, from, to).await?, people, next)
        }
        false => {
            let (absences, next) = calendar::between(&mut tx, &filter, from, to).await?;
            (absences, vec![], next)
        }
    };
    let off = calendar::days_off(&mut tx, from, to).await?;
    let kinds = match absences.iter().any(|a| a.kind.is_some()) {
        true => calendar::kinds(&mut tx).await?,
        false => vec![],
    };
    let departments = screen.for_page(employees::departments(&mut tx)).await?;
    let waiting = match who.actor.may(LeaveRequest::KEY) {
        true => screen.for_page(waiting(&who, &mut tx)).await?,
        false => None,
    };
    let (slug, has_team) = (who.slug().clone(), who.actor.employee.is_some());
    let view = Calendar {
        slug,
        filter,
        today,
        month,
        week_start,
        absences,
        people,
        next: next.map(|mark| mark.text()),
        off,
        departments,
        kinds,
        waiting,
        has_team,
    };
    Ok(screen.show(&who, &view))
}
