//! Applications as they come in, and what whoever sent one does with it: each person has one for a job.

use super::applications::step;
use crate::{
    Error, Result, TenantTx,
    files::{self, New},
    notifications, queue,
};
use domain::{
    ApplicationId, CandidateId, EmployeeId, MailId, MemberId, PostingId,
    hr::candidates::{Sent, Source, same_address},
    jobs::{ReadCv, SendApplication},
    notifications::{Kind as Notices, Notice},
    paths::{self, Pages},
};
use uuid::Uuid;

/// What came in.
pub struct Arrival<'a> {
    /// Drawn with the form: sent twice, it is one.
    pub id: ApplicationId,
    pub posting: PostingId,
    pub title: &'a str,
    pub sent: &'a Sent,
    pub cv: Option<&'a New>,
    /// What questions asked for.
    pub files: &'a [(String, New)],
    /// The words that were agreed to, and for how many days it is kept.
    pub notice: Option<&'a str>,
    pub days: i32,
    pub source: Source,
    pub employee: Option<EmployeeId>,
    /// Whether they are told by mail: those who are brought in by somebody else are not.
    pub mails: bool,
}

/// Takes it in, or notes nothing where they have applied already: a mail says which of the two, and nobody else hears of it.
pub async fn take(tx: &mut TenantTx, a: &Arrival<'_>) -> Result<()> {
    let candidate = candidate(tx, a).await?;
    let there = sqlx::query_scalar!(
        "select id from applications where candidate_id = $1 and posting_id = $2",
        candidate.0,
        a.posting.0
    );
    let mail = tx.id::<MailId>();
    if let Some(known) = there.fetch_optional(tx.conn()).await? {
        if known != a.id.0 && a.mails {
            let job = SendApplication { tenant: tx.tenant(), id: mail, application: ApplicationId(known), again: true };
            queue::push(tx, &job).await?;
        }
        return Ok(());
    }
    let stage = sqlx::query!(
        "select id, name, kind from posting_stages where posting_id = $1 and kind = 'new' order by place limit 1",
        a.posting.0
    );
    let stage = stage.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)?;
    if let Some(cv) = a.cv {
        files::add(tx, cv).await?;
    }
    let answers = serde_json::to_value(&a.sent.answers).unwrap_or_default();
    sqlx::query!(
        "insert into applications (tenant_id, id, candidate_id, posting_id, stage_id, entered_at, source, letter, answers, knocked_out,
           cv_id, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $6, $6)",
        tx.tenant().0,
        a.id.0,
        candidate.0,
        a.posting.0,
        stage.id,
        tx.now(),
        a.source.key(),
        a.sent.letter,
        answers,
        a.sent.knocked_out(),
        a.cv.map(|f| f.id.0)
    )
    .execute(tx.conn())
    .await?;
    for (question, file) in a.files {
        files::add(tx, file).await?;
        belongs(tx, a.id, file, Some(question)).await?;
    }
    if let Some(cv) = a.cv {
        belongs(tx, a.id, cv, None).await?;
        let job = ReadCv { tenant: tx.tenant(), candidate, file: cv.id };
        queue::push(tx, &job).await?;
    }
    step(tx, a.id, (&stage.name, &stage.kind)).await?;
    if a.mails {
        let job = SendApplication { tenant: tx.tenant(), id: mail, application: a.id, again: false };
        queue::push(tx, &job).await?;
    }
    tell(tx, a, candidate).await
}

async fn belongs(tx: &mut TenantTx, application: ApplicationId, file: &New, question: Option<&str>) -> Result<()> {
    sqlx::query!(
        "insert into application_files (tenant_id, file_id, application_id, question) values ($1, $2, $3, $4)",
        tx.tenant().0,
        file.id.0,
        application.0,
        question
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The person with this address, or this employee; made where nobody has it. Who is known stays as they are known: anybody can
/// type anybody's address.
async fn candidate(tx: &mut TenantTx, a: &Arrival<'_>) -> Result<CandidateId> {
    let (key, email) = (same_address(&a.sent.email), a.sent.email.as_str());
    let employee = a.employee.map(|e| e.0);
    let known = sqlx::query_scalar!(
        "select id from candidates where employee_id = $2 or email_key = $1 order by (employee_id = $2) desc nulls last limit 1 for update",
        key,
        employee
    );
    let id = match known.fetch_optional(tx.conn()).await? {
        Some(id) => {
            sqlx::query!(
                "update candidates set phone = coalesce(phone, $2), notice = $3, retention_days = $4, consented_at = $5,
                   employee_id = coalesce(employee_id, $6), version = version + 1, updated_at = $5 where id = $1",
                id,
                a.sent.phone,
                a.notice,
                a.days,
                tx.now(),
                employee
            )
            .execute(tx.conn())
            .await?;
            id
        }
        None => {
            let id = tx.id::<CandidateId>().0;
            // Two at once are one: the later one waits for the earlier, and is the same person.
            let added = sqlx::query_scalar!(
                "insert into candidates (tenant_id, id, name, email, email_key, phone, employee_id, source, notice, retention_days,
                   consented_at, created_at, updated_at)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $11)
                 on conflict (tenant_id, email_key) where email_key is not null do update set updated_at = excluded.updated_at
                 returning id",
                tx.tenant().0,
                id,
                a.sent.name,
                email,
                key,
                a.sent.phone,
                employee,
                a.source.key(),
                a.notice,
                a.days,
                tx.now()
            );
            added.fetch_one(tx.conn()).await?
        }
    };
    let who = [a.sent.name.as_str(), email, a.sent.phone.as_deref().unwrap_or_default()].join(" ");
    sqlx::query!(
        "insert into candidate_words (tenant_id, candidate_id, who) values ($1, $2, $3)
         on conflict (tenant_id, candidate_id) do nothing",
        tx.tenant().0,
        id,
        who
    )
    .execute(tx.conn())
    .await?;
    Ok(CandidateId(id))
}

/// Whoever hires for it, other than by interviews alone, hears of it.
async fn tell(tx: &mut TenantTx, a: &Arrival<'_>, candidate: CandidateId) -> Result<()> {
    let team = sqlx::query_scalar!(
        "select member_id from posting_team where posting_id = $1 and role <> 'interviewer'",
        a.posting.0
    );
    let team: Vec<MemberId> = team.fetch_all(tx.conn()).await?.into_iter().map(MemberId).collect();
    let notice = Notice {
        kind: Notices::ApplicationArrived,
        title: format!("{} applies: {}", a.sent.name, a.title),
        body: None,
        path: Pages::within(paths::CANDIDATES).record(candidate),
        key: a.id.to_string(),
    };
    notifications::notify(tx, &team, &notice).await
}

/// They want it no more.
pub async fn withdraw(tx: &mut TenantTx, id: ApplicationId) -> Result<()> {
    let done = sqlx::query!(
        "update applications a set withdrawn_at = coalesce(withdrawn_at, $2), version = version + 1, updated_at = $2
         where id = $1 and withdrawn_at is null
           and not exists (select from posting_stages s where s.id = a.stage_id and s.kind = 'hired')",
        id.0,
        tx.now()
    );
    if done.execute(tx.conn()).await?.rows_affected() > 0 {
        step(tx, id, ("Withdrawn", "withdrawn")).await?;
    }
    Ok(())
}

/// They want everything about them gone: whoever looks after recruiting sees that.
pub async fn ask_erasure(tx: &mut TenantTx, id: ApplicationId) -> Result<()> {
    withdraw(tx, id).await?;
    sqlx::query!(
        "update candidates c set erasure_asked_at = coalesce(c.erasure_asked_at, $2), version = c.version + 1, updated_at = $2
         from applications a where a.id = $1 and c.tenant_id = a.tenant_id and c.id = a.candidate_id and c.erasure_asked_at is null",
        id.0,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Whom to mail about an application, by its id: address, name and job.
pub async fn addressee(tx: &mut TenantTx, id: ApplicationId) -> Result<Option<(String, String, String)>> {
    let row = sqlx::query!(
        "select c.email, c.name, o.title from applications a join candidates c on c.tenant_id = a.tenant_id and c.id = a.candidate_id
         join postings o on o.tenant_id = a.tenant_id and o.id = a.posting_id where a.id = $1",
        id.0
    );
    Ok(row.fetch_optional(tx.conn()).await?.and_then(|r| Some((r.email?, r.name, r.title))))
}

/// Takes somebody out with all that they have sent. Gives their name.
pub async fn erase(tx: &mut TenantTx, id: CandidateId) -> Result<String> {
    let ids: Vec<Uuid> = sqlx::query_scalar!(
        "select x.file_id from application_files x join applications a on a.tenant_id = x.tenant_id and a.id = x.application_id
         where a.candidate_id = $1",
        id.0
    )
    .fetch_all(tx.conn())
    .await?;
    let name = sqlx::query_scalar!("delete from candidates where id = $1 returning name", id.0);
    let name = name.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)?;
    files::remove(tx, &ids).await?;
    Ok(name)
}

/// Whether whoever sent this has asked to be removed.
pub async fn erasure_asked(tx: &mut TenantTx, id: ApplicationId) -> Result<bool> {
    let row = sqlx::query_scalar!(
        r#"select c.erasure_asked_at is not null as "asked!" from applications a
           join candidates c on c.tenant_id = a.tenant_id and c.id = a.candidate_id where a.id = $1"#,
        id.0
    );
    row.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)
}

/// Whether this colleague has applied for it.
pub async fn has_applied(tx: &mut TenantTx, posting: PostingId, employee: EmployeeId) -> Result<bool> {
    let row = sqlx::query_scalar!(
        r#"select exists (select from applications a join candidates c on c.tenant_id = a.tenant_id and c.id = a.candidate_id
             where a.posting_id = $1 and c.employee_id = $2) as "there!""#,
        posting.0,
        employee.0
    );
    Ok(row.fetch_one(tx.conn()).await?)
}
