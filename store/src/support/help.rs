//! Queries of help articles. Readers see what is published for them, in the words that were published; who writes sees all.

use crate::{
    Error, Result, TenantTx, Version, Who,
    db::strange,
    search::{self, Hits},
};
use domain::{
    HelpArticleId, HelpCategoryId, MemberId,
    support::help::{
        Article, Audience, CATEGORIES, Category, Fields, Filter, LISTED, SUGGESTED, Shown, Version as Written,
    },
};
use uuid::Uuid;

pub async fn categories(tx: &mut TenantTx) -> Result<Vec<Category>> {
    let rows = sqlx::query!("select id, version, name from help_categories order by place, id limit $1", CATEGORIES);
    let rows = rows.fetch_all(tx.conn()).await?;
    let category = |id, version, name| Category { id: HelpCategoryId(id), version, name };
    Ok(rows.into_iter().map(|r| category(r.id, r.version, r.name)).collect())
}

/// Adds one at the end, under the id that was drawn with its form: sent twice, it is one.
pub async fn add_category(tx: &mut TenantTx, id: HelpCategoryId, name: &str) -> Result<()> {
    let added = sqlx::query!(
        "insert into help_categories (tenant_id, id, name, place, created_at, updated_at)
         select $1, $2, $3, (select coalesce(max(place), 0) + 1 from help_categories), $4, $4
         where (select count(*) from help_categories) < $5
         on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        name,
        tx.now(),
        CATEGORIES
    )
    .execute(tx.conn())
    .await?;
    if added.rows_affected() > 0 {
        return Ok(());
    }
    match categories(tx).await?.iter().find(|c| c.id == id) {
        Some(there) if there.name == name => Ok(()),
        Some(_) => Err(Error::Sent),
        None => Err(Error::refused("name", format!("There are {CATEGORIES} categories: put some together first."))),
    }
}

pub async fn rename_category(tx: &mut TenantTx, id: HelpCategoryId, name: &str) -> Result<()> {
    let done = sqlx::query!(
        "update help_categories set name = $2, version = version + 1, updated_at = $3 where id = $1",
        id.0,
        name,
        tx.now()
    );
    match done.execute(tx.conn()).await?.rows_affected() {
        0 => Err(Error::NotFound),
        _ => Ok(()),
    }
}

/// Has it change places with the one before it, or behind it. Gives its name.
pub async fn move_category(tx: &mut TenantTx, id: HelpCategoryId, up: bool) -> Result<String> {
    let all = sqlx::query!("select id, place, name from help_categories order by place, id for update");
    let all = all.fetch_all(tx.conn()).await?;
    let at = all.iter().position(|c| c.id == id.0).ok_or(Error::NotFound)?;
    let with = if up { at.checked_sub(1) } else { Some(at + 1).filter(|n| *n < all.len()) };
    if let Some(with) = with {
        // Each its own place, whatever they were.
        let mut order: Vec<Uuid> = all.iter().map(|c| c.id).collect();
        order.swap(at, with);
        sqlx::query!(
            "update help_categories c set place = o.n::int, version = version + 1, updated_at = $2
             from unnest($1::uuid[]) with ordinality o (id, n) where c.id = o.id and c.place <> o.n",
            &order,
            tx.now()
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(all[at].name.clone())
}

/// Takes one away that holds no article. Gives its name.
pub async fn remove_category(tx: &mut TenantTx, id: HelpCategoryId) -> Result<String> {
    let used =
        sqlx::query_scalar!(r#"select exists (select from help_articles where category_id = $1) as "used!""#, id.0);
    if used.fetch_one(tx.conn()).await? {
        return Err(Error::refused(
            "",
            "There are articles in this category, perhaps in the archive. Move them first.",
        ));
    }
    let name = sqlx::query_scalar!("delete from help_categories where id = $1 returning name", id.0);
    name.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)
}

/// Of one article, or of all that the filter finds, without their text. And whether they are only close to the words.
pub async fn list(tx: &mut TenantTx, filter: &Filter) -> Result<(Vec<Article>, bool)> {
    let (found, near) = found(tx, &filter.q).await?;
    let rows = sqlx::query!(
        r#"select a.id, a.version, a.category_id, a.audience, a.title, a.number, a.published, a.published_at, a.archived_at,
             a.updated_at, v.helped as "helped!", v.failed as "failed!"
           from (select * from help_articles where (archived_at is not null) = $1 and ($2::uuid[] is null or id = any($2))
                 order by lower(title), id limit $3) a
           cross join lateral (select count(*) filter (where helped) as helped, count(*) filter (where not helped) as failed
             from help_answers v where v.tenant_id = a.tenant_id and v.article_id = a.id) v
           order by lower(a.title), a.id"#,
        filter.state == "archived",
        found.as_deref(),
        LISTED
    );
    let rows = rows.fetch_all(tx.conn()).await?;
    let articles = rows.into_iter().map(|r| {
        Ok(Article {
            id: HelpArticleId(r.id),
            version: r.version,
            category: HelpCategoryId(r.category_id),
            audience: audience(&r.audience)?,
            title: r.title,
            body: String::new(),
            number: r.number,
            published: r.published,
            published_at: r.published_at,
            archived: r.archived_at.is_some(),
            updated_at: r.updated_at,
            helped: r.helped,
            failed: r.failed,
        })
    });
    Ok((articles.collect::<Result<_>>()?, near))
}

fn audience(key: &str) -> Result<Audience> {
    Audience::parse(key).ok_or_else(|| strange("audience", key))
}

/// Who reads what is published: whom it was published for and whom it is for by now.
fn readers(now: &str, shown: Option<&str>) -> Result<Audience> {
    Ok(audience(now)?.max(audience(shown.unwrap_or(now))?))
}

/// Articles whose words fit; `None`: nothing was asked, so all do.
async fn found(tx: &mut TenantTx, question: &str) -> Result<(Option<Vec<Uuid>>, bool)> {
    Ok(match search::hits_or_near(tx, "help", question).await? {
        (Hits::All, near) => (None, near),
        (Hits::These(ids), near) => (Some(ids), near),
        // Words that stand in thousands of articles tell none from another.
        (Hits::Broad(_), _) => (None, false),
    })
}

pub async fn find(tx: &mut TenantTx, id: HelpArticleId) -> Result<Article> {
    let row = sqlx::query!(
        r#"select a.version, a.category_id, a.audience, a.title, a.body, a.number, a.published, a.published_at, a.archived_at,
             a.updated_at, (select count(*) from help_answers v where v.article_id = a.id and v.helped) as "helped!",
             (select count(*) from help_answers v where v.article_id = a.id and not v.helped) as "failed!"
           from help_articles a where a.id = $1"#,
        id.0
    );
    let r = row.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)?;
    Ok(Article {
        id,
        version: r.version,
        category: HelpCategoryId(r.category_id),
        audience: audience(&r.audience)?,
        title: r.title,
        body: r.body,
        number: r.number,
        published: r.published,
        published_at: r.published_at,
        archived: r.archived_at.is_some(),
        updated_at: r.updated_at,
        helped: r.helped,
        failed: r.failed,
    })
}

/// Versions of an article, the newest first.
pub async fn versions(tx: &mut TenantTx, id: HelpArticleId) -> Result<Vec<Written>> {
    let rows = sqlx::query!(
        r#"select v.number, v.title, v.body, v.change, v.member_id, v.created_at, m.name as "name?"
           from (select * from help_versions where article_id = $1 order by number desc limit 100) v
           left join members m on m.tenant_id = v.tenant_id and m.id = v.member_id order by v.number desc"#,
        id.0
    );
    let rows = rows.fetch_all(tx.conn()).await?;
    let versions = rows.into_iter().map(|r| Written {
        number: r.number,
        title: r.title,
        body: r.body,
        change: r.change,
        by: r.member_id.map(MemberId).zip(r.name),
        at: r.created_at,
    });
    Ok(versions.collect())
}

async fn write(tx: &mut TenantTx, id: HelpArticleId, number: i32, f: (&str, &str, Option<&str>)) -> Result<()> {
    let me = match tx.who() {
        Who::Member(me) => Some(me.0),
        _ => None,
    };
    sqlx::query!(
        "insert into help_versions (tenant_id, article_id, number, title, body, change, member_id, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        tx.tenant().0,
        id.0,
        number,
        f.0,
        f.1,
        f.2,
        me,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Adds a draft under the id that was drawn with its form.
pub async fn add(tx: &mut TenantTx, id: HelpArticleId, f: &Fields) -> Result<()> {
    let added = sqlx::query!(
        "insert into help_articles (tenant_id, id, category_id, audience, title, body, created_at, updated_at)
         select $1, $2, c.id, $4, $5, $6, $7, $7 from help_categories c where c.id = $3 on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        f.category.0,
        f.audience.key(),
        f.title,
        f.body,
        tx.now()
    );
    if added.execute(tx.conn()).await?.rows_affected() > 0 {
        return write(tx, id, 1, (&f.title, &f.body, f.change.as_deref())).await;
    }
    match find(tx, id).await {
        Ok(a) if a.title == f.title && a.body == f.body && a.category == f.category && a.audience == f.audience => {
            Ok(())
        }
        Ok(_) => Err(Error::Sent),
        Err(Error::NotFound) => Err(Error::refused("category", "Choose a category that is there.")),
        Err(e) => Err(e),
    }
}

/// Writes it anew: another version, where its words or its readers are others. Who reads it then sees it when it is published;
/// who does so no more is kept out at once.
pub async fn change(tx: &mut TenantTx, id: HelpArticleId, version: Version, f: &Fields) -> Result<()> {
    let before = find(tx, id).await?;
    let anew = before.title != f.title || before.body != f.body || before.audience != f.audience;
    let number = before.number + i32::from(anew);
    let done = sqlx::query!(
        "update help_articles set version = version + 1, updated_at = $3, category_id = $4, audience = $5, title = $6, body = $7, number = $8,
           shown_audience = case when published is not null then coalesce(shown_audience, audience) end
         where id = $1 and version = $2 and exists (select from help_categories c where c.id = $4)",
        id.0,
        version,
        tx.now(),
        f.category.0,
        f.audience.key(),
        f.title,
        f.body,
        number
    );
    if done.execute(tx.conn()).await?.rows_affected() == 0 {
        return Err(Error::Stale);
    }
    match anew {
        true => write(tx, id, number, (&f.title, &f.body, f.change.as_deref())).await,
        false => Ok(()),
    }
}

/// Takes the words of an earlier version over into a new one. Gives its title.
pub async fn restore(tx: &mut TenantTx, id: HelpArticleId, number: i32) -> Result<String> {
    let now = find(tx, id).await?;
    let row = sqlx::query!("select title, body from help_versions where article_id = $1 and number = $2", id.0, number);
    let was = row.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)?;
    let change = format!("As version {number}");
    let fields = Fields {
        title: was.title,
        category: now.category,
        audience: now.audience,
        body: was.body,
        change: Some(change),
    };
    self::change(tx, id, now.version, &fields).await?;
    Ok(fields.title)
}

/// What is done with an article besides writing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// Its readers see it as it is now.
    Publish,
    /// Nobody sees it any more but who writes.
    Withdraw,
    Archive,
    Restore,
}

/// Gives its title.
pub async fn shift(tx: &mut TenantTx, id: HelpArticleId, to: Move) -> Result<String> {
    let now = tx.now();
    match to {
        Move::Publish => {
            let done = sqlx::query!(
                "update help_articles set published = number, published_at = $2, shown_title = title, shown_body = body,
                   shown_audience = audience, version = version + 1, updated_at = $2 where id = $1 and archived_at is null",
                id.0,
                now
            );
            if done.execute(tx.conn()).await?.rows_affected() == 0 {
                find(tx, id).await?;
                return Err(Error::refused("", "It is in the archive. Bring it back first."));
            }
        }
        Move::Withdraw => {
            sqlx::query!(
                "update help_articles set published = null, published_at = null, shown_title = null, shown_body = null,
                   shown_audience = null, version = version + 1, updated_at = $2 where id = $1 and published is not null",
                id.0,
                now
            )
            .execute(tx.conn())
            .await?;
        }
        Move::Archive | Move::Restore => {
            sqlx::query!(
                "update help_articles set archived_at = $3, version = version + 1, updated_at = $2
                 where id = $1 and (archived_at is null) <> ($3::timestamptz is null)",
                id.0,
                now,
                (to == Move::Archive).then_some(now)
            )
            .execute(tx.conn())
            .await?;
        }
    }
    Ok(find(tx, id).await?.title)
}

/// What such a reader may read, without its text; and whether it is only close to the words. Of what they may not read
/// nothing is told, nor does it stand in the way of what they may: what fits is looked for among that alone.
pub async fn shown(tx: &mut TenantTx, reader: Audience, question: &str) -> Result<(Vec<Shown>, bool)> {
    let exact = match search::hits(tx, "help", question).await? {
        Hits::These(ids) => Some(ids),
        // Nothing was asked, or words that stand in thousands of articles and tell none from another.
        Hits::All | Hits::Broad(_) => None,
    };
    let found = readable(tx, reader, exact.as_deref()).await?;
    if exact.is_none() || !found.is_empty() {
        return Ok((found, false));
    }
    let close = search::near(tx, "help", question).await?;
    let mut found = if close.is_empty() { vec![] } else { readable(tx, reader, Some(&close)).await? };
    if found.is_empty() {
        // One word that fits nothing hides no other, and two letters that changed places are meant all the same.
        let loose = loosely(tx, &telling(question)).await?;
        found = if loose.is_empty() { vec![] } else { readable(tx, reader, Some(&loose)).await? };
        found.sort_by_key(|shown| loose.iter().position(|id| *id == shown.id.0));
    }
    let near = !found.is_empty();
    Ok((found, near))
}

/// How close a word is at least to one that is meant: `brigde` to `bridge`, `humming` to `hums`.
const LOOSE: &str = "0.37";

/// What has words that are close to any of these, the closest first.
async fn loosely(tx: &mut TenantTx, words: &[String]) -> Result<Vec<Uuid>> {
    let ids = sqlx::query_scalar!(r#"select s as "id!" from house.search_loosely('help', $1, $2, 20) s"#, words, LOOSE);
    Ok(ids.fetch_all(tx.conn()).await?)
}

/// Of these, or of all, what such a reader may read.
async fn readable(tx: &mut TenantTx, reader: Audience, ids: Option<&[Uuid]>) -> Result<Vec<Shown>> {
    let rows = sqlx::query!(
        r#"select id, category_id, audience, shown_audience, shown_title as "title!", published_at as "at!" from help_articles
           where published is not null and archived_at is null and audience = any($1) and coalesce(shown_audience, audience) = any($1)
             and ($2::uuid[] is null or id = any($2))
           order by lower(shown_title), id limit $3"#,
        &reader.opens(),
        ids,
        LISTED
    );
    let rows = rows.fetch_all(tx.conn()).await?;
    let shown = rows.into_iter().map(|r| {
        Ok(Shown {
            id: HelpArticleId(r.id),
            category: HelpCategoryId(r.category_id),
            audience: readers(&r.audience, r.shown_audience.as_deref())?,
            title: r.title,
            body: String::new(),
            at: r.at,
        })
    });
    shown.collect()
}

/// One that such a reader may read, as it was published.
pub async fn read(tx: &mut TenantTx, reader: Audience, id: HelpArticleId) -> Result<Shown> {
    let row = sqlx::query!(
        r#"select category_id, audience, shown_audience, shown_title as "title!", shown_body as "body!", published_at as "at!"
           from help_articles where id = $1 and published is not null and archived_at is null and audience = any($2)
             and coalesce(shown_audience, audience) = any($2)"#,
        id.0,
        &reader.opens()
    );
    let r = row.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)?;
    let audience = readers(&r.audience, r.shown_audience.as_deref())?;
    Ok(Shown { id, category: HelpCategoryId(r.category_id), audience, title: r.title, body: r.body, at: r.at })
}

/// Letters of a word that tells something.
const TELLS: usize = 4;

/// The words of a text that tell something.
fn telling(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let mut words: Vec<String> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| w.chars().count() >= TELLS)
        .map(|w| w.chars().take(40).collect())
        .collect();
    words.sort_unstable();
    words.dedup();
    words.truncate(12);
    words
}

/// What may answer somebody who writes this: of what such a reader may read, what shares the most words with it.
pub async fn near(tx: &mut TenantTx, reader: Audience, text: &str) -> Result<Vec<(HelpArticleId, Audience, String)>> {
    let words = telling(text);
    if words.is_empty() {
        return Ok(vec![]);
    }
    let rows = sqlx::query!(
        r#"select a.id, a.audience, a.shown_audience, a.shown_title as "title!"
           from house.search_any('help', $1, 50) with ordinality as f (id, n) join help_articles a on a.id = f.id
           where a.published is not null and a.archived_at is null and a.audience = any($2)
             and coalesce(a.shown_audience, a.audience) = any($2)
           -- What an article is called says more than what is in it.
           order by (select count(*) from unnest($1::text[]) w where position(w in lower(a.shown_title)) > 0) desc, f.n limit $3"#,
        &words,
        &reader.opens(),
        i64::try_from(SUGGESTED).unwrap_or(5)
    );
    let rows = rows.fetch_all(tx.conn()).await?;
    let near = rows.into_iter();
    near.map(|r| Ok((HelpArticleId(r.id), readers(&r.audience, r.shown_audience.as_deref())?, r.title))).collect()
}

/// Keeps whether an article helped; the last answer of a reader holds.
pub async fn answer(tx: &mut TenantTx, id: HelpArticleId, mark: &str, helped: bool) -> Result<()> {
    sqlx::query!(
        "insert into help_answers (tenant_id, article_id, mark, helped, day) values ($1, $2, $3, $4, $5)
         on conflict (tenant_id, article_id, mark) do update set helped = excluded.helped, day = excluded.day",
        tx.tenant().0,
        id.0,
        mark,
        helped,
        tx.today().0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What a reader has answered.
pub async fn answered(tx: &mut TenantTx, id: HelpArticleId, mark: &str) -> Result<Option<bool>> {
    let row = sqlx::query_scalar!("select helped from help_answers where article_id = $1 and mark = $2", id.0, mark);
    Ok(row.fetch_optional(tx.conn()).await?)
}
