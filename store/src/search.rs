//! Finding records by their words. See migrations/0003 for why this is a function of the database.

use crate::{Result, TenantTx};
use uuid::Uuid;

/// Ids looked up by the trigram index at most. A broader question is answered by walking the list in its own order
/// instead, where it finds a page's worth of rows soon, just because it is broad. Up to here looking up was cheaper,
/// in a tenant of 100,000.
const NARROW: i32 = 5_000;

/// How a search is best put into a list's conditions.
pub(crate) enum Hits {
    /// Nothing was asked.
    All,
    These(Vec<Uuid>),
    /// `LIKE` patterns for `search_text`, all of which must fit.
    Broad(Vec<String>),
}

/// Splits a question into the words that must all be found.
fn words(question: &str) -> Vec<String> {
    let fine = |c: char| c.is_alphanumeric() || matches!(c, '@' | '.' | '+' | '-');
    let lower = question.to_lowercase();
    lower.split(|c: char| !fine(c)).filter(|w| !w.is_empty()).take(8).map(|w| w.chars().take(60).collect()).collect()
}

pub(crate) async fn hits(tx: &mut TenantTx, kind: &str, question: &str) -> Result<Hits> {
    let words = words(question);
    if words.is_empty() {
        return Ok(if question.trim().is_empty() { Hits::All } else { Hits::These(vec![]) });
    }
    let ids: Vec<Uuid> =
        sqlx::query_scalar!(r#"select s as "id!" from house.search($1, $2, $3) s"#, kind, &words as &[String], NARROW)
            .fetch_all(tx.conn())
            .await?;
    if i32::try_from(ids.len()).unwrap_or(NARROW) < NARROW {
        return Ok(Hits::These(ids));
    }
    Ok(Hits::Broad(words.iter().map(|w| pattern(w)).collect()))
}

fn pattern(word: &str) -> String {
    let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    if word.chars().count() < 3 { format!("% {escaped}%") } else { format!("%{escaped}%") }
}

/// Records that a question finds although no word of it is exactly so, at most.
const NEAR: i32 = 50;

/// As [`hits`]; where it finds nothing, those whose words are close, and that they are only close.
pub(crate) async fn hits_or_near(tx: &mut TenantTx, kind: &str, question: &str) -> Result<(Hits, bool)> {
    let found = hits(tx, kind, question).await?;
    if !matches!(&found, Hits::These(ids) if ids.is_empty()) {
        return Ok((found, false));
    }
    // A number or an address is meant as it is, and a short word is close to too much.
    let (close, exact): (Vec<String>, Vec<String>) =
        words(question).into_iter().partition(|w| w.chars().count() > 3 && w.chars().all(char::is_alphabetic));
    if close.is_empty() {
        return Ok((found, false));
    }
    let exact: Vec<String> = exact.iter().map(|w| pattern(w)).collect();
    let ids: Vec<Uuid> = sqlx::query_scalar!(
        r#"select s as "id!" from house.search_near($1, $2, $3, $4) s"#,
        kind,
        &close,
        &exact,
        NEAR
    )
    .fetch_all(tx.conn())
    .await?;
    let near = !ids.is_empty();
    Ok((Hits::These(ids), near))
}

impl Hits {
    /// As [`narrow`](Self::narrow), for records that belong to an employee who was found.
    pub(crate) fn narrow_to_people(&self, q: &mut sqlx::QueryBuilder<sqlx::Postgres>) {
        match self {
            Self::All => {}
            Self::These(ids) => {
                q.push(" and e.employee_id in (select unnest(").push_bind(ids.clone()).push("::uuid[]))");
            }
            Self::Broad(patterns) => {
                q.push(" and e.employee_id in (select s.id from employees s where s.search_text like all (");
                q.push_bind(patterns.clone()).push("))");
            }
        }
    }

    /// Adds the condition.
    pub(crate) fn narrow(&self, q: &mut sqlx::QueryBuilder<sqlx::Postgres>) {
        match self {
            Self::All => {}
            Self::These(ids) => {
                // A join: of thousands of ids in an `any` the planner would weigh each.
                q.push(" and e.id in (select unnest(").push_bind(ids.clone()).push("::uuid[]))");
            }
            Self::Broad(patterns) => {
                // CASE, so that the planner expects many; for few it would rather read the whole table.
                q.push(" and case when e.search_text like all (").push_bind(patterns.clone());
                q.push(") then true else false end");
            }
        }
    }
}
