//! The workspace a transaction is in, and what its home says.

pub mod access;
pub mod holidays;
pub mod invitations;
pub mod keepers;
pub mod members;
pub mod pictures;
pub mod places;
pub mod roles;
pub mod settings;
pub mod tokens;

use crate::{
    Result, TenantTx,
    db::{self, Look},
    reach::{Kind, reaches},
};
use domain::{
    access::{CustomersRead, EmployeesRead},
    workspace::Workspace,
};

pub async fn find(tx: &mut TenantTx) -> Result<Workspace> {
    let r = sqlx::query!("select id, slug, name, zone, currency, date_order, accent, logo from tenants")
        .fetch_one(tx.conn())
        .await?;
    let look = Look { accent: r.accent, logo: r.logo };
    db::workspace(r.id, &r.slug, r.name, &r.zone, &r.currency, &r.date_order, look)
}

/// The first steps of a new workspace, and which are done.
pub struct Steps {
    pub employees: bool,
    pub customers: bool,
    pub colleagues: bool,
}

pub async fn steps(tx: &mut TenantTx) -> Result<Steps> {
    let r = sqlx::query!(
        r#"select exists (select 1 from employees) as "employees!", exists (select 1 from customers) as "customers!",
             exists (select 1 from invitations) or (select count(*) > 1 from (select 1 from members limit 2) m) as "colleagues!""#
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Steps { employees: r.employees, customers: r.customers, colleagues: r.colleagues })
}

/// Counts of home: people and customers, no further than ten thousand and one.
pub struct Counts {
    pub employees: i64,
    pub joined_this_month: i64,
    pub customers: i64,
    pub prospects: i64,
}

/// Where the numbers of home stop.
pub const HOME_CAP: i64 = 10_000;

pub async fn counts(tx: &mut TenantTx) -> Result<Counts> {
    const START: &str = "case when e.start_date is null then 'infinity' else e.start_date end";
    let (today, month, cap) = (tx.today().0, tx.today().first_of_month().0, HOME_CAP + 1);
    let people = reaches(Kind::Employees, tx.scope::<EmployeesRead>());
    let companies = reaches(Kind::Customers, tx.scope::<CustomersRead>());
    let mut q = sqlx::QueryBuilder::new(
        "select (select count(*) from (select 1 from employees e where e.archived_at is null and ",
    );
    q.push(people).push(" and coalesce(e.end_date >= ").push_bind(today).push(", true) limit ").push_bind(cap);
    q.push(") e), (select count(*) from (select 1 from employees e where e.archived_at is null and ").push(people);
    q.push(" and (")
        .push(START)
        .push(") >= ")
        .push_bind(month)
        .push(" and (")
        .push(START)
        .push(") <= ")
        .push_bind(today);
    q.push(" limit ").push_bind(cap);
    q.push(") e), (select count(*) from (select 1 from customers e where e.archived_at is null and ").push(companies);
    q.push(" limit ").push_bind(cap);
    q.push(") c), (select count(*) from (select 1 from customers e where e.archived_at is null and ").push(companies);
    q.push(" and e.status = 'prospect' limit ").push_bind(cap).push(") c)");
    let (employees, joined_this_month, customers, prospects) = q.build_query_as().fetch_one(tx.conn()).await?;
    Ok(Counts { employees, joined_this_month, customers, prospects })
}
