//! What is asked of employees' days, and whose people they are, as conditions on the row `e`. A day of a class counts where
//! the reader sees it.

use super::{EMPLOYEES, START};
use crate::reach;
use domain::{
    Day, EmployeeId,
    access::Scope,
    hr::{
        directory::rounds,
        employees::{Ask, Filter},
    },
};
use sqlx::{Postgres, QueryBuilder};

/// ` and …`
pub(super) fn narrow(
    q: &mut QueryBuilder<Postgres>,
    ask: Ask,
    today: Day,
    terms: Option<Scope>,
    personal: Option<Scope>,
) {
    let ahead = |n: i64| today.plus(n).unwrap_or(today).0;
    match ask {
        Ask::ProbationFrom(_) | Ask::ProbationTo(_) | Ask::ProbationWithin(_) => {
            q.push(" and ").push(reach::reaches(EMPLOYEES, terms));
        }
        Ask::BirthdayMonth(_) | Ask::BirthdayWithin(_) => {
            q.push(" and ").push(reach::reaches(EMPLOYEES, personal));
        }
        _ => {}
    }
    match ask {
        Ask::StartedFrom(day) => q.push(" and e.start_date >= ").push_bind(day.0),
        Ask::StartedTo(day) => q.push(" and e.start_date <= ").push_bind(day.0),
        // In the words of an index.
        Ask::StartsWithin(n) => {
            q.push(" and ").push(START).push(" between ").push_bind(today.0).push(" and ").push_bind(ahead(n))
        }
        Ask::ProbationFrom(day) => q.push(PROBATION).push(" >= ").push_bind(day.0).push(")"),
        Ask::ProbationTo(day) => q.push(PROBATION).push(" <= ").push_bind(day.0).push(")"),
        Ask::ProbationWithin(n) => {
            q.push(PROBATION).push(" between ").push_bind(today.0).push(" and ").push_bind(ahead(n));
            here(q, today, ")")
        }
        Ask::BirthdayMonth(month) => {
            q.push(" and e.birth_of_year between ").push_bind(month * 100).push(" and ").push_bind(month * 100 + 31)
        }
        // Of those who are here, as the directory has them.
        Ask::BirthdayWithin(n) => {
            q.push(" and e.birth_of_year = any(").push_bind(of_year(today, n));
            here(q, today, ")").push(" and coalesce(e.start_date <= ").push_bind(today.0).push(", true)")
        }
        Ask::AnniversaryWithin(n) => {
            q.push(" and e.start_of_year = any(").push_bind(of_year(today, n));
            // The day itself is no anniversary.
            q.push(") and e.start_date <= (").push_bind(ahead(n)).push("::date - interval '1 year')::date");
            here(q, today, "")
        }
        Ask::TenureFrom(years) => {
            q.push(" and e.start_date <= (")
                .push_bind(today.0)
                .push("::date - make_interval(years => ")
                .push_bind(years);
            q.push("))::date")
        }
        Ask::TenureBelow(years) => {
            q.push(" and e.start_date > (")
                .push_bind(today.0)
                .push("::date - make_interval(years => ")
                .push_bind(years);
            q.push("))::date and e.start_date <= ").push_bind(today.0)
        }
    };
}

/// Whoever reports to somebody, or stands anywhere below; without those who left, unless they are asked for.
pub(super) fn below(q: &mut QueryBuilder<Postgres>, filter: &Filter, typed: &Typed, today: Day) {
    let typed = match typed {
        Typed::Nothing => None,
        Typed::Person(id) => Some(*id),
        // Whoever is not found has no reports.
        Typed::Nobody => {
            q.push(" and false");
            return;
        }
    };
    for manager in [filter.manager, typed].into_iter().flatten() {
        match filter.below {
            false => drop(q.push(" and e.manager_id = ").push_bind(manager.0)),
            true => {
                // Whoever reports to them, and whoever reports to those; a circle ends where it began.
                q.push(" and e.id in (with recursive below as (select s.id from employees s where s.manager_id = ");
                q.push_bind(manager.0).push(
                    " union select s.id from below b join employees s on s.manager_id = b.id) select id from below)",
                );
            }
        }
        if filter.status().is_none() {
            q.push(" and coalesce(e.end_date >= ").push_bind(today.0).push(", true)");
        }
    }
}

/// Whose people somebody typed that they ask for.
pub(super) enum Typed {
    Nothing,
    Person(EmployeeId),
    Nobody,
}

/// Those whose number or address this is to the letter; or, `not`, all others.
pub(super) fn is(q: &mut QueryBuilder<Postgres>, word: &str, not: &str) {
    q.push(" and").push(not).push(" coalesce(e.number = ").push_bind(word.to_owned());
    q.push(" or lower(e.email) = lower(").push_bind(word.to_owned()).push("), false)");
}

const PROBATION: &str = " and e.id in (select d.id from employee_details d where d.probation_end";

/// Of those who have left, no day comes round.
fn here<'q>(q: &'q mut QueryBuilder<Postgres>, today: Day, before: &str) -> &'q mut QueryBuilder<Postgres> {
    q.push(before).push(" and coalesce(e.end_date >= ").push_bind(today.0).push(", true)")
}

/// The days of the year that come round within so many days.
fn of_year(today: Day, ahead: i64) -> Vec<i16> {
    rounds(today, ahead).into_iter().filter_map(|(day, _)| i16::try_from(day).ok()).collect()
}
