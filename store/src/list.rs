//! The one builder of dynamic lists: conditions, key-set cursor, capped count, in one statement.

use domain::list::{CAP, Cursor, Mark, PAGE, Slice, Total};
use sqlx::{FromRow, PgConnection, Postgres, QueryBuilder, postgres::PgRow};

/// A noun's list, before its conditions are known. All strings are constants of the noun's file.
pub(crate) struct Shape {
    /// `employees e`
    pub from: &'static str,
    /// What the inner select gives, besides the sort value.
    pub columns: &'static str,
    /// `m.number as …` of the joined tables.
    pub joined: &'static str,
    /// ` left join … on …`, against the page `p`. Joins come after the page is cut: under row-level security
    /// both sides carry the tenant predicate and the planner would sort the whole tenant (DESIGN: Tenancy).
    pub joins: &'static str,
    /// Rows are counted in this order, an index's: without one, the planner takes the whole table for a short way to
    /// a thousand rows of a large tenant, which lie together at its end.
    pub counted: &'static str,
}

/// How PostgreSQL comes to the plan of a list.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Plan {
    /// Made once for each connection and kept: saves half of the time, and serves a tenant of any size where an index
    /// has exactly these conditions and this order.
    Kept,
    /// Made for these very values. A plan kept from an empty tenant would walk all rows of the largest.
    Fresh,
    /// As fresh, for rows that a search has found: they lie all over the table, so each is looked up once, for the page
    /// and for the count together.
    Found,
}

/// What a list is sorted by. The expression is the index's, to the letter.
pub(crate) struct Key {
    pub sql: &'static str,
    pub cast: &'static str,
    pub descending: bool,
}

/// Adds ` and …` for each condition that the question has.
pub(crate) type Where<'a> = dyn Fn(&mut QueryBuilder<Postgres>) + Send + Sync + 'a;

/// Reads one page. A cursor whose row is gone still finds its place, because it carries the sort value.
pub(crate) async fn page<R>(
    conn: &mut PgConnection,
    shape: &Shape,
    conditions: &Where<'_>,
    key: &Key,
    cursor: &Cursor,
    plan: Plan,
) -> sqlx::Result<Slice<R>>
where
    R: for<'r> FromRow<'r, PgRow> + Send + Unpin,
{
    let cursor = if readable(cursor, key.cast) { cursor } else { &Cursor::Start };
    let (mark, backwards) = match cursor {
        Cursor::Start => (None, false),
        Cursor::After(m) => (Some(m), false),
        Cursor::Before(m) => (Some(m), true),
    };
    let down = key.descending != backwards;
    let (direction, than) = if down { (" desc", " < (") } else { ("", " > (") };

    let found = plan == Plan::Found;
    let (columns, value) = if found { ("e.*", "e.key_") } else { (shape.columns, key.sql) };
    let rows = |q: &mut QueryBuilder<Postgres>| {
        if found {
            q.push(" from found e where true");
        } else {
            q.push(" from ").push(shape.from).push(" where true");
            conditions(q);
        }
    };

    let mut q: QueryBuilder<Postgres> = QueryBuilder::new("");
    if found {
        q.push("with found as materialized (select ").push(shape.columns).push(", ").push(key.sql);
        q.push(" as key_ from ").push(shape.from).push(" where true");
        conditions(&mut q);
        q.push(") ");
    }
    q.push("select (select count(*) from (select 1");
    rows(&mut q);
    if !found {
        q.push(" order by ").push(shape.counted);
    }
    // Limits are written out: for one that it doesn't know, the planner expects a tenth of all rows, and thinks that a
    // plan made each time were cheaper than one that is kept.
    q.push(format!(" limit {}) counted) as total_, ", CAP + 1));
    q.push(shape.joined).push(", p.* from (select ");
    q.push(columns).push(", ").push(value).push("::text as sort_");
    rows(&mut q);
    if let Some(mark) = mark {
        q.push(" and (").push(value).push(", e.id)").push(than);
        q.push_bind(mark.value.clone()).push("::").push(key.cast).push(", ").push_bind(mark.id).push(")");
    }
    q.push(" order by ").push(value).push(direction).push(", e.id").push(direction);
    q.push(format!(" limit {}) p", PAGE + 1)).push(shape.joins);
    // The joins may lose the order; sorting a page of rows again costs nothing.
    q.push(" order by p.sort_::").push(key.cast).push(direction).push(", p.id").push(direction);

    let found: Vec<Listed<R>> = q.build_query_as().persistent(plan == Plan::Kept).fetch_all(&mut *conn).await?;
    if found.is_empty() && mark.is_some() {
        // All that was behind the mark is gone; an empty page would say that there is nothing at all.
        return Box::pin(page(conn, shape, conditions, key, &Cursor::Start, plan)).await;
    }
    Ok(slice(found, mark.is_some(), backwards))
}

/// Whether the mark of a URL is a value that this order knows; another order's is the top of the list.
fn readable(cursor: &Cursor, cast: &str) -> bool {
    let (Cursor::After(mark) | Cursor::Before(mark)) = cursor else { return true };
    match cast {
        "date" => mark.value == "infinity" || mark.value.parse::<chrono::NaiveDate>().is_ok(),
        "int" => mark.value.parse::<i32>().is_ok(),
        "bigint" => mark.value.parse::<i64>().is_ok(),
        // As PostgreSQL writes it: `2026-03-02 09:00:00+00`.
        "timestamptz" if mark.value == "infinity" => true,
        "timestamptz" => chrono::DateTime::parse_from_str(&mark.value, "%Y-%m-%d %H:%M:%S%.f%#z").is_ok(),
        _ => !mark.value.contains('\0'),
    }
}

fn slice<R>(mut found: Vec<Listed<R>>, marked: bool, backwards: bool) -> Slice<R> {
    let total = Total::capped(found.first().map_or(0, |r| r.total));
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    if backwards {
        found.reverse();
    }
    let first = found.first().map(|r| r.mark.clone());
    let last = found.last().map(|r| r.mark.clone());
    let (before, after) = if backwards { (more, true) } else { (marked, more) };
    Slice {
        rows: found.into_iter().map(|r| r.row).collect(),
        previous: first.filter(|_| before),
        next: last.filter(|_| after),
        total,
        near: false,
    }
}

/// A row whose values stand in a result in the order of its fields, side by side. Looking each up by its name, for each
/// row, took a sixth of a list's time; a build with debug assertions still compares the names.
macro_rules! row {
    ($vis:vis struct $name:ident { $($field:ident: $type:ty,)* }) => {
        $vis struct $name { $($field: $type,)* }

        impl<'r> sqlx::FromRow<'r, sqlx::postgres::PgRow> for $name {
            fn from_row(row: &'r sqlx::postgres::PgRow) -> sqlx::Result<Self> {
                use sqlx::{Column, Row};
                const FIRST: &str = [$(stringify!($field)),*][0];
                let mut columns = row.try_column(FIRST)?.ordinal()..;
                $(
                    let at = columns.next().unwrap_or_default();
                    debug_assert_eq!(row.try_column(at)?.name(), stringify!($field), "columns and fields stand in one order");
                    let $field = row.try_get::<$type, _>(at)?;
                )*
                Ok(Self { $($field,)* })
            }
        }
    };
}
pub(crate) use row;

struct Listed<R> {
    row: R,
    mark: Mark,
    total: i64,
}

impl<'r, R: FromRow<'r, PgRow>> FromRow<'r, PgRow> for Listed<R> {
    fn from_row(row: &'r PgRow) -> sqlx::Result<Self> {
        use sqlx::Row;
        let value: Option<String> = row.try_get("sort_")?;
        let mark = Mark { value: value.unwrap_or_default(), id: row.try_get("id")? };
        Ok(Self { row: R::from_row(row)?, mark, total: row.try_get("total_")? })
    }
}

/// An order in which one has moved a place up or down; `None`: it has no place to move to.
pub(crate) fn moved(mut order: Vec<uuid::Uuid>, id: uuid::Uuid, up: bool) -> crate::Result<Option<Vec<uuid::Uuid>>> {
    let at = order.iter().position(|one| *one == id).ok_or(crate::Error::NotFound)?;
    let to = if up { at.checked_sub(1) } else { Some(at + 1).filter(|to| *to < order.len()) };
    let Some(to) = to else { return Ok(None) };
    order.swap(at, to);
    Ok(Some(order))
}
