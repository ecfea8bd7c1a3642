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
    let (keys, patterns): (Vec<_>, Vec<_>) = words.iter().map(|w| (pattern(key(w)), pattern(w))).unzip();
    let ids: Vec<Uuid> = sqlx::query_scalar!(
        r#"select s as "id!" from house.search_keys($1, $2, $3, $4) s"#,
        kind,
        &keys as &[String],
        &patterns as &[String],
        NARROW
    )
    .fetch_all(tx.conn())
    .await?;
    if i32::try_from(ids.len()).unwrap_or(NARROW) < NARROW {
        return Ok(Hits::These(ids));
    }
    Ok(Hits::Broad(patterns))
}

/// Letters that the index is asked for at most: it looks up every three of them in each record that has any three.
const KEY: usize = 5;
/// Of a word as short as this asking for all of it costs no more.
const SHORT: usize = 8;

/// The part of a word that the index is asked for: of its longest run of letters and digits, before the host of an
/// address, which everybody shares, those letters that look the rarest.
fn key(word: &str) -> &str {
    let long = |s: &str| s.chars().count();
    let own = word.split_once('@').map(|(own, _)| own).filter(|own| long(own) > 2).unwrap_or(word);
    let runs = own.split(|c: char| !c.is_alphanumeric());
    // The first of several.
    let run = runs.min_by_key(|run| std::cmp::Reverse(long(run))).unwrap_or(own);
    if long(run) < 3 || run == word && long(word) <= SHORT {
        return word;
    }
    let starts: Vec<usize> = run.char_indices().map(|(at, _)| at).chain([run.len()]).collect();
    let windows = starts.windows(KEY + 1).map(|w| &run[w[0]..w[KEY]]);
    windows.min_by_key(|w| std::cmp::Reverse(w.chars().map(rarity).sum::<u32>())).unwrap_or(run)
}

/// How rare a letter is in names and addresses, roughly.
fn rarity(c: char) -> u32 {
    match c {
        'a' | 'e' | 'i' | 'l' | 'n' | 'o' | 'r' | 's' | 't' => 0,
        '0'..='9' => 2,
        'j' | 'k' | 'q' | 'v' | 'w' | 'x' | 'y' | 'z' => 3,
        c if c.is_ascii() => 1,
        _ => 3,
    }
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
        words(question).into_iter().flat_map(own_words).partition(|w| is_word(w));
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

/// Long enough, and of letters alone: what it is close to may be meant.
fn is_word(word: &str) -> bool {
    word.chars().count() > 3 && word.chars().all(char::is_alphabetic)
}

/// An address that nobody has may be misspelt: the names in it are asked for instead. Its host everybody shares.
fn own_words(word: String) -> Vec<String> {
    match word.split_once('@') {
        Some((own, _)) => own.split(|c: char| !c.is_alphabetic()).filter(|w| is_word(w)).map(str::to_owned).collect(),
        None => vec![word],
    }
}

/// Records of a kind whose words are close to these, exactly so or not.
pub(crate) async fn near(tx: &mut TenantTx, kind: &str, text: &str) -> Result<Vec<Uuid>> {
    let close: Vec<String> = words(text).into_iter().filter(|w| is_word(w)).collect();
    if close.is_empty() {
        return Ok(vec![]);
    }
    let none: &[String] = &[];
    let ids =
        sqlx::query_scalar!(r#"select s as "id!" from house.search_near($1, $2, $3, $4) s"#, kind, &close, none, NEAR);
    Ok(ids.fetch_all(tx.conn()).await?)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_is_asked_for_the_rarest_looking_part_of_a_word() {
        for (word, part) in [
            ("lovelace", "lovelace"),
            ("person123@bench.example", "on123"),
            ("anna.li@acme.com", "anna"),
            ("@acme.com", "acme"),
            ("li@acme.com", "acme"),
            ("kowalczyk", "lczyk"),
            ("10938", "10938"),
            ("li", "li"),
            ("a.b.c", "a.b.c"),
            ("świętosława", "święt"),
            ("stroustrup", "ustru"),
            ("+49", "+49"),
        ] {
            assert_eq!(key(word), part, "{word}");
            assert!(word.contains(key(word)));
        }
    }
}
