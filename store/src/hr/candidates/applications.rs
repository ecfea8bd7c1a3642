//! Applications: one of them, the board of a posting, and how each goes on.

use super::source;
use crate::{
    Error, Result, TenantTx, Version, Who,
    db::strange,
    queue,
    reach::{self, Kind},
};
use chrono::{DateTime, Duration, Utc};
use domain::{
    ApplicationId, CandidateId, FileId, MailId, PostingId, PostingStageId, TenantId,
    access::{CandidatesRead, CandidatesWrite},
    hr::{
        candidates::{Application, CARDS, Lane, Step},
        documents::File,
        postings::StageKind,
    },
    jobs::SendRejection,
    list::Mark,
};
use sqlx::{FromRow, Postgres, QueryBuilder};
use std::collections::HashMap;
use uuid::Uuid;

const SELECT: &str = "select e.id, e.version, e.candidate_id, c.name, c.rating, e.posting_id, o.title, e.stage_id, s.name as stage_name, s.kind, \
    e.entered_at, e.source, e.letter, e.answers, e.knocked_out, e.cv_id, f.name as cv_name, e.reason, e.mail_at, e.mailed_at, \
    e.withdrawn_at, e.created_at from applications e \
    join candidates c on c.tenant_id = e.tenant_id and c.id = e.candidate_id \
    join postings o on o.tenant_id = e.tenant_id and o.id = e.posting_id \
    join posting_stages s on s.tenant_id = e.tenant_id and s.id = e.stage_id \
    left join files f on f.tenant_id = e.tenant_id and f.id = e.cv_id where true";

#[derive(FromRow)]
struct Row {
    id: Uuid,
    version: i32,
    candidate_id: Uuid,
    name: String,
    rating: Option<i32>,
    posting_id: Uuid,
    title: String,
    stage_id: Uuid,
    stage_name: String,
    kind: String,
    entered_at: DateTime<Utc>,
    source: String,
    letter: Option<String>,
    answers: serde_json::Value,
    knocked_out: bool,
    cv_id: Option<Uuid>,
    cv_name: Option<String>,
    reason: Option<String>,
    mail_at: Option<DateTime<Utc>>,
    mailed_at: Option<DateTime<Utc>>,
    withdrawn_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
}

impl Row {
    fn application(self) -> Result<Application> {
        Ok(Application {
            id: ApplicationId(self.id),
            version: self.version,
            candidate: CandidateId(self.candidate_id),
            name: self.name,
            rating: self.rating,
            posting: PostingId(self.posting_id),
            title: self.title,
            stage: PostingStageId(self.stage_id),
            stage_name: self.stage_name,
            kind: StageKind::parse(&self.kind).ok_or_else(|| strange("kind", &self.kind))?,
            entered_at: self.entered_at,
            source: source(&self.source)?,
            letter: self.letter,
            answers: serde_json::from_value(self.answers).map_err(|e| strange("answers", &e.to_string()))?,
            knocked_out: self.knocked_out,
            cv: self.cv_id.map(FileId).zip(self.cv_name),
            reason: self.reason,
            mail_at: self.mail_at,
            mailed_at: self.mailed_at,
            withdrawn_at: self.withdrawn_at,
            created_at: self.created_at,
        })
    }
}

async fn read(tx: &mut TenantTx, mut q: QueryBuilder<Postgres>) -> Result<Vec<Application>> {
    let rows: Vec<Row> = q.build_query_as().fetch_all(tx.conn()).await?;
    rows.into_iter().map(Row::application).collect()
}

/// One of them, if the reader may see it.
pub async fn find(tx: &mut TenantTx, id: ApplicationId) -> Result<Application> {
    let mut q = QueryBuilder::new(SELECT);
    q.push(" and e.id = ").push_bind(id.0);
    reach::narrow(&mut q, Kind::ApplicationsSeen, tx.scope::<CandidatesRead>());
    read(tx, q).await?.pop().ok_or(Error::NotFound)
}

/// Whoever holds the link of a mail sees their own.
pub async fn sealed(tx: &mut TenantTx, id: ApplicationId) -> Result<Application> {
    let mut q = QueryBuilder::new(SELECT);
    q.push(" and e.id = ").push_bind(id.0);
    read(tx, q).await?.pop().ok_or(Error::NotFound)
}

/// Those of one candidate that the reader may see, the latest first.
pub async fn of_candidate(tx: &mut TenantTx, id: CandidateId) -> Result<Vec<Application>> {
    let mut q = QueryBuilder::new(SELECT);
    q.push(" and e.candidate_id = ").push_bind(id.0);
    reach::narrow(&mut q, Kind::ApplicationsSeen, tx.scope::<CandidatesRead>());
    q.push(" order by e.created_at desc, e.id desc limit 50");
    read(tx, q).await
}

/// Through which stages these went.
pub async fn steps(tx: &mut TenantTx, ids: &[ApplicationId]) -> Result<Vec<Step>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"select t.application_id, t.stage, t.entered_at, m.name as "name?" from application_steps t
           left join members m on m.tenant_id = t.tenant_id and m.id = t.member_id
           where t.application_id = any($1) order by t.entered_at desc, t.id desc limit 500"#,
        &ids
    );
    let rows = rows.fetch_all(tx.conn()).await?;
    let step = |application, stage, by, at| Step { application: ApplicationId(application), stage, by, at };
    Ok(rows.into_iter().map(|r| step(r.application_id, r.stage, r.name, r.entered_at)).collect())
}

/// The stages of a posting with the first cards of each, those who came first on top. Who has withdrawn is on none.
pub async fn lanes(tx: &mut TenantTx, posting: PostingId) -> Result<Vec<Lane>> {
    let stages = sqlx::query!(
        r#"select s.id, s.name, s.kind, (select count(*) from applications a where a.stage_id = s.id and a.withdrawn_at is null) as "count!"
           from posting_stages s where s.posting_id = $1 order by s.place, s.id"#,
        posting.0
    );
    let stages = stages.fetch_all(tx.conn()).await?;
    let mut q = QueryBuilder::new("");
    for (n, s) in stages.iter().enumerate() {
        q.push(if n == 0 { "(" } else { " union all (" }).push(SELECT);
        q.push(" and e.withdrawn_at is null and e.stage_id = ").push_bind(s.id);
        q.push(" order by e.entered_at, e.id limit ").push_bind(CARDS).push(")");
    }
    let mut cards: HashMap<Uuid, Vec<Application>> = HashMap::new();
    if !stages.is_empty() {
        for card in read(tx, q).await? {
            cards.entry(card.stage.0).or_default().push(card);
        }
    }
    stages
        .into_iter()
        .map(|s| {
            let mut cards = cards.remove(&s.id).unwrap_or_default();
            cards.sort_by_key(|c| (c.entered_at, c.id));
            Ok(Lane {
                stage: PostingStageId(s.id),
                name: s.name,
                kind: StageKind::parse(&s.kind).ok_or_else(|| strange("kind", &s.kind))?,
                count: s.count,
                cards,
            })
        })
        .collect()
}

/// The cards of one stage behind `after`, and where the next ones begin.
pub async fn more(
    tx: &mut TenantTx,
    stage: PostingStageId,
    after: Option<&Mark>,
) -> Result<(Vec<Application>, Option<Mark>)> {
    let mut q = QueryBuilder::new(SELECT);
    q.push(" and e.withdrawn_at is null and e.stage_id = ").push_bind(stage.0);
    reach::narrow(&mut q, Kind::ApplicationsSeen, tx.scope::<CandidatesRead>());
    if let Some((at, id)) = after.and_then(|m| Some((m.value.parse::<DateTime<Utc>>().ok()?, m.id))) {
        q.push(" and (e.entered_at, e.id) > (").push_bind(at).push(", ").push_bind(id).push(")");
    }
    q.push(" order by e.entered_at, e.id limit ").push_bind(CARDS + 1);
    let mut cards = read(tx, q).await?;
    let more = cards.len() as i64 > CARDS;
    cards.truncate(CARDS as usize);
    let next = cards.last().filter(|_| more).map(|c| Mark { value: c.entered_at.to_rfc3339(), id: c.id.0 });
    Ok((cards, next))
}

/// The posting that a stage is of.
pub async fn posting_of(tx: &mut TenantTx, stage: PostingStageId) -> Result<PostingId> {
    let row = sqlx::query_scalar!("select posting_id from posting_stages where id = $1", stage.0);
    row.fetch_optional(tx.conn()).await?.map(PostingId).ok_or(Error::NotFound)
}

/// Whom these are of, one after the other, for whoever may change them.
async fn hold(tx: &mut TenantTx, id: ApplicationId) -> Result<Application> {
    reach::hold::<CandidatesWrite>(tx, Kind::Applications, id.0).await?;
    sqlx::query!("select 1 as one from applications where id = $1 for update", id.0).fetch_optional(tx.conn()).await?;
    sealed(tx, id).await
}

/// Moves it to another stage of its posting. Whoever is turned down is so for a reason: see [`reject`].
pub async fn put(tx: &mut TenantTx, id: ApplicationId, version: Version, to: PostingStageId) -> Result<Application> {
    let now = hold(tx, id).await?;
    if now.stage == to {
        return Ok(now);
    }
    if now.version != version {
        return Err(Error::Stale);
    }
    let stage =
        sqlx::query!("select name, kind from posting_stages where id = $1 and posting_id = $2", to.0, now.posting.0);
    let stage = stage.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)?;
    if now.withdrawn_at.is_some() {
        return Err(Error::refused("", "They have withdrawn it."));
    }
    if stage.kind == StageKind::Rejected.key() {
        return Err(Error::refused("reason", "Say why."));
    }
    go(tx, &now, to, (&stage.name, &stage.kind), None, None).await?;
    sealed(tx, id).await
}

/// Turns it down, for a reason; a mail goes out after so many hours, or none does.
pub async fn reject(
    tx: &mut TenantTx,
    id: ApplicationId,
    version: Version,
    reason: &str,
    hours: Option<i64>,
) -> Result<Application> {
    let now = hold(tx, id).await?;
    if now.kind == StageKind::Rejected {
        return Ok(now);
    }
    if now.version != version {
        return Err(Error::Stale);
    }
    let stage = sqlx::query!(
        "select id, name, kind from posting_stages where posting_id = $1 and kind = 'rejected' order by place limit 1",
        now.posting.0
    );
    let stage = stage.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)?;
    let at = hours.map(|h| tx.now() + Duration::hours(h));
    go(tx, &now, PostingStageId(stage.id), (&stage.name, &stage.kind), Some(reason), at).await?;
    if let Some(at) = at {
        let job = SendRejection { tenant: tx.tenant(), id: tx.id::<MailId>(), application: id, at };
        queue::push_at(tx, &job, at).await?;
    }
    sealed(tx, id).await
}

async fn go(
    tx: &mut TenantTx,
    from: &Application,
    to: PostingStageId,
    (name, kind): (&str, &str),
    reason: Option<&str>,
    mail_at: Option<DateTime<Utc>>,
) -> Result<()> {
    withhold(tx, from).await?;
    sqlx::query!(
        "update applications set stage_id = $2, entered_at = $3, reason = $4, mail_at = $5, version = version + 1, updated_at = $3
         where id = $1",
        from.id.0,
        to.0,
        tx.now(),
        reason,
        mail_at
    )
    .execute(tx.conn())
    .await?;
    step(tx, from.id, (name, kind)).await
}

pub(super) async fn step(tx: &mut TenantTx, id: ApplicationId, (name, kind): (&str, &str)) -> Result<()> {
    let me = match tx.who() {
        Who::Member(me) => Some(me.0),
        _ => None,
    };
    sqlx::query!(
        "insert into application_steps (tenant_id, application_id, stage, kind, member_id, entered_at) values ($1, $2, $3, $4, $5, $6)",
        tx.tenant().0,
        id.0,
        name,
        kind,
        me,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A mail that has not gone out yet does not: somebody thought better of it.
async fn withhold(tx: &mut TenantTx, of: &Application) -> Result<()> {
    if let (Some(at), None) = (of.mail_at, of.mailed_at) {
        queue::withdraw::<SendRejection>(tx, &key(tx.tenant(), of.id, at)).await?;
    }
    Ok(())
}

fn key(tenant: TenantId, application: ApplicationId, at: DateTime<Utc>) -> String {
    use domain::jobs::Job;
    SendRejection { tenant, id: MailId(Uuid::nil()), application, at }.key()
}

/// Keeps the mail about it back. `false`: it has gone out, or there was none.
pub async fn keep_back(tx: &mut TenantTx, id: ApplicationId) -> Result<bool> {
    let now = hold(tx, id).await?;
    if now.mail_at.is_none() || now.mailed_at.is_some() {
        return Ok(false);
    }
    withhold(tx, &now).await?;
    sqlx::query!(
        "update applications set mail_at = null, version = version + 1, updated_at = $2 where id = $1",
        id.0,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(true)
}

/// Whom to mail that it was turned down: address, name and job, if that is still so. From then on they are told.
pub async fn mailing(
    tx: &mut TenantTx,
    id: ApplicationId,
    at: DateTime<Utc>,
) -> Result<Option<(String, String, String)>> {
    let row = sqlx::query!(
        r#"update applications a set mailed_at = coalesce(a.mailed_at, $3), updated_at = $3 from candidates c, postings o, posting_stages s
           where a.id = $1 and a.mail_at = $2 and a.withdrawn_at is null and c.tenant_id = a.tenant_id and c.id = a.candidate_id
             and o.tenant_id = a.tenant_id and o.id = a.posting_id and s.tenant_id = a.tenant_id and s.id = a.stage_id and s.kind = 'rejected'
           returning c.email, c.name, o.title"#,
        id.0,
        at,
        tx.now()
    );
    let row = row.fetch_optional(tx.conn()).await?;
    Ok(row.and_then(|r| Some((r.email?, r.name, r.title))))
}

/// A file of an application that the reader may open.
pub(crate) async fn open_file(tx: &mut TenantTx, id: FileId) -> Result<File> {
    let mut q = QueryBuilder::new(
        "select f.name, f.media_type, f.size from application_files x join files f on f.tenant_id = x.tenant_id and f.id = x.file_id \
         join applications e on e.tenant_id = x.tenant_id and e.id = x.application_id where x.file_id = ",
    );
    q.push_bind(id.0);
    reach::narrow(&mut q, Kind::ApplicationsSeen, tx.scope::<CandidatesRead>());
    let row: Option<(String, String, i64)> = q.build_query_as().fetch_optional(tx.conn()).await?;
    let (name, media_type, size) = row.ok_or(Error::NotFound)?;
    Ok(File { id, name, media_type, size })
}

/// Files besides the CV, with what was asked for.
pub async fn files(tx: &mut TenantTx, ids: &[ApplicationId]) -> Result<Vec<(ApplicationId, String, FileId, String)>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"select x.application_id, x.question as "question!", x.file_id, f.name from application_files x
           join files f on f.tenant_id = x.tenant_id and f.id = x.file_id
           where x.application_id = any($1) and x.question is not null order by f.name limit 200"#,
        &ids
    );
    let rows = rows.fetch_all(tx.conn()).await?;
    Ok(rows.into_iter().map(|r| (ApplicationId(r.application_id), r.question, FileId(r.file_id), r.name)).collect())
}
