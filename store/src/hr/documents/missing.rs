//! Employees without a document that everybody needs.

use super::Eyes;
use crate::{
    Result, TenantTx,
    list::{self, Key, Plan, Shape, row},
    reach::{self, Kind},
    search,
};
use domain::{DocumentKindId, EmployeeId, hr::documents::Filter, list::Slice};
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

/// Somebody, and what is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    pub employee: EmployeeId,
    pub number: String,
    pub name: String,
    pub kinds: Vec<(DocumentKindId, String)>,
}

const SHAPE: Shape = Shape {
    from: "employees e",
    columns: "e.id, e.number, e.first_name || ' ' || e.last_name as name, e.name_key, e.tenant_id",
    joined: "1 as one_",
    joins: "",
    counted: "e.name_key",
};

/// One page of those at work, or about to be, who lack a document of a kind that everybody needs, of the kinds that the
/// reader sees of them. What is asked for or waits is not missing any more: it is on its way.
pub async fn missing(tx: &mut TenantTx, filter: &Filter) -> Result<Slice<Missing>> {
    let people = search::hits(tx, "employee", &filter.q).await?;
    let (eyes, today) = (Eyes::of(tx.rights()), tx.today());
    let lacks = move |q: &mut QueryBuilder<Postgres>| {
        q.push("select k.id, k.name from document_kinds k where k.required and k.archived_at is null and (k.class = 'directory'");
        for (class, scope) in [("personal", eyes.personal), ("pay", eyes.pay)] {
            q.push(format!(" or k.class = '{class}' and ")).push(reach::reaches(Kind::Employees, scope));
        }
        q.push(") and not exists (select from documents d where d.tenant_id = e.tenant_id and d.employee_id = e.id and d.kind_id = k.id and d.archived_at is null)");
    };
    let conditions = move |q: &mut QueryBuilder<Postgres>| {
        reach::narrow(q, Kind::Employees, eyes.documents);
        q.push(" and e.archived_at is null and coalesce(e.end_date >= ").push_bind(today.0).push(", true)");
        q.push(" and exists (");
        lacks(q);
        if let Some(kind) = filter.kind() {
            q.push(" and k.id = ").push_bind(kind.0);
        }
        q.push(")");
        people.narrow(q);
    };
    let key = Key { sql: "e.name_key", cast: "text collate \"und-x-icu\"", descending: false };
    let page = list::page::<Row>(tx.conn(), &SHAPE, &conditions, &key, &filter.cursor(), Plan::Fresh).await?;
    let ids: Vec<Uuid> = page.rows.iter().map(|r| r.id).collect();
    let mut q = QueryBuilder::<Postgres>::new("select e.id, l.id, l.name from employees e cross join lateral (");
    lacks(&mut q);
    q.push(") l where e.id = any(").push_bind(ids).push(") order by lower(l.name), l.id");
    let kinds: Vec<(Uuid, Uuid, String)> = q.build_query_as().fetch_all(tx.conn()).await?;
    let of = |id: Uuid| {
        let theirs = kinds.iter().filter(move |(employee, ..)| *employee == id);
        theirs.map(|(_, kind, name)| (DocumentKindId(*kind), name.clone())).collect()
    };
    let person = |r: Row| Missing { employee: EmployeeId(r.id), number: r.number, name: r.name, kinds: of(r.id) };
    Ok(Slice {
        rows: page.rows.into_iter().map(person).collect(),
        previous: page.previous,
        next: page.next,
        total: page.total,
        near: page.near,
    })
}

row! {
    struct Row {
        id: Uuid,
        number: String,
        name: String,
    }
}
