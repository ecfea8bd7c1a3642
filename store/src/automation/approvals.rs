//! Questions that runs ask of people, and their answers.

use crate::{Error, Result, TenantTx, Who};
use chrono::{DateTime, Utc};
use domain::{
    ApprovalId, MemberId, RunId,
    automation::runs::{Question, Run},
    notifications::Kind,
};
use uuid::Uuid;

struct Row {
    id: Uuid,
    run_id: Uuid,
    step: String,
    workflow: String,
    record: Option<String>,
    record_id: Option<Uuid>,
    record_name: String,
    member_id: Uuid,
    member: String,
    question: String,
    asked_at: DateTime<Utc>,
    due_at: DateTime<Utc>,
    answer: Option<String>,
    answered_at: Option<DateTime<Utc>>,
    answered_by: Option<String>,
    note: String,
    together: bool,
    handed_by: Vec<String>,
}

impl Row {
    fn question(self) -> Question {
        Question {
            id: ApprovalId(self.id),
            run: RunId(self.run_id),
            step: self.step,
            workflow_name: self.workflow,
            record: super::runs::of(self.record, self.record_id, self.record_name),
            member: MemberId(self.member_id),
            member_name: self.member,
            question: self.question,
            asked_at: self.asked_at,
            due_at: self.due_at,
            answer: self.answer,
            answered_at: self.answered_at,
            answered_by: self.answered_by,
            note: self.note,
            together: self.together,
            handed_by: self.handed_by,
        }
    }
}

/// Asks these people, all `together` or whoever is first. Who was asked is not asked again.
pub async fn ask(
    tx: &mut TenantTx,
    run: &Run,
    step: &str,
    (of, together): (&[MemberId], bool),
    question: &str,
    due: DateTime<Utc>,
) -> Result<()> {
    let now = tx.now();
    let ids: Vec<Uuid> = of.iter().map(|_| tx.id::<ApprovalId>().0).collect();
    let members: Vec<Uuid> = of.iter().map(|m| m.0).collect();
    sqlx::query!(
        "insert into workflow_approvals (tenant_id, id, run_id, round, step, member_id, question, asked_at, due_at, together)
         select $1, u.id, $2, $3, $4, u.member, $5, $6, $7, $10 from unnest($8::uuid[], $9::uuid[]) as u (id, member)
         on conflict (tenant_id, run_id, round, step, member_id) do nothing",
        tx.tenant().0,
        run.id.0,
        run.round,
        step,
        question,
        now,
        due,
        &ids,
        &members,
        together
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What was answered so far, of this round of a step: each answer, or none yet.
pub async fn answers(tx: &mut TenantTx, run: &Run, step: &str) -> Result<Vec<Option<String>>> {
    Ok(sqlx::query_scalar!(
        "select answer from workflow_approvals where run_id = $1 and round = $2 and step = $3",
        run.id.0,
        run.round,
        step
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Questions as pages show them; `$rest` says which, in what order and how many.
macro_rules! questions {
    ($tx:ident, $rest:literal, $($arg:expr),+) => {{
        let rows = sqlx::query_as!(
            Row,
            r#"select a.id, a.run_id, a.step, w.name as workflow, r.record, r.record_id, r.record_name, a.member_id, m.name as member,
                 a.question, a.asked_at, a.due_at, a.answer, a.answered_at, b.name as "answered_by?", a.note,
                  a.together, array(select h.name from unnest(a.handed_by) with ordinality u (id, n)
                    join members h on h.tenant_id = a.tenant_id and h.id = u.id order by u.n) as "handed_by!"
                from workflow_approvals a
               join workflow_runs r on r.tenant_id = a.tenant_id and r.id = a.run_id
               join workflows w on w.tenant_id = a.tenant_id and w.id = r.workflow_id
               join members m on m.tenant_id = a.tenant_id and m.id = a.member_id
               left join members b on b.tenant_id = a.tenant_id and b.id = a.answered_by "# + $rest,
            $($arg),+
        )
        .fetch_all($tx.conn())
        .await?;
        Ok(rows.into_iter().map(Row::question).collect())
    }};
}

/// Questions that wait for somebody, or those that they have answered lately.
pub async fn of_member(tx: &mut TenantTx, member: MemberId, open: bool, most: i64) -> Result<Vec<Question>> {
    questions!(
        tx,
        "where a.member_id = $1 and (a.answer is null) = $2 order by a.answered_at desc nulls first, a.due_at, a.id limit $3",
        member.0,
        open,
        most
    )
}

/// What a run has asked.
pub async fn of_run(tx: &mut TenantTx, run: RunId) -> Result<Vec<Question>> {
    questions!(tx, "where a.run_id = $1 order by a.asked_at, a.id limit 100", run.0)
}

/// Answers a question that is the reader's own and still open; gives its run, with its new turn.
pub async fn answer(tx: &mut TenantTx, id: ApprovalId, yes: bool, note: &str) -> Result<(RunId, i32)> {
    let Who::Member(me) = tx.who() else { return Err(Error::NotFound) };
    let now = tx.now();
    let asked =
        sqlx::query!("select run_id, answer from workflow_approvals where id = $1 and member_id = $2", id.0, me.0)
            .fetch_optional(tx.conn())
            .await?
            .ok_or(Error::NotFound)?;
    // The run first, as everybody who moves it does.
    let turn = sqlx::query_scalar!(
        "update workflow_runs set turn = turn + 1, moved_at = $2 where id = $1 and state = 'asking' returning turn",
        asked.run_id,
        now
    )
    .fetch_optional(tx.conn())
    .await?;
    let done = sqlx::query!(
        "update workflow_approvals set answer = $2, answered_at = $3, answered_by = $4, note = $5 where id = $1 and answer is null",
        id.0,
        if yes { "approved" } else { "rejected" },
        now,
        me.0,
        note
    )
    .execute(tx.conn())
    .await?;
    match turn.filter(|_| done.rows_affected() == 1) {
        Some(turn) => {
            settle(tx, &[id.0], &[me.0]).await?;
            Ok((RunId(asked.run_id), turn))
        }
        None => Err(Error::refused("", "This was answered already, or is not asked any more.")),
    }
}

/// Hands a question over to somebody else, who was not asked yet.
pub async fn delegate(tx: &mut TenantTx, id: ApprovalId, to: MemberId) -> Result<Question> {
    let Who::Member(me) = tx.who() else { return Err(Error::NotFound) };
    let done = sqlx::query!(
        "update workflow_approvals a set member_id = $3, handed_by = a.handed_by || a.member_id
         where a.id = $1 and a.member_id = $2 and a.answer is null
           and exists (select from members m where m.id = $3 and m.deactivated_at is null)
           and not exists (select from workflow_approvals o
             where o.run_id = a.run_id and o.round = a.round and o.step = a.step and o.member_id = $3)
         returning a.run_id",
        id.0,
        me.0,
        to.0
    )
    .fetch_optional(tx.conn())
    .await?;
    let run = done.ok_or_else(|| Error::refused("to", "They were asked already, or cannot be asked."))?.run_id;
    settle(tx, &[id.0], &[me.0]).await?;
    of_run(tx, RunId(run)).await?.into_iter().find(|q| q.id == id).ok_or(Error::NotFound)
}

/// Who has started this run by hand, and did not answer its question themselves.
pub async fn asker(tx: &mut TenantTx, run: &Run, step: &str) -> Result<Option<MemberId>> {
    let row = sqlx::query_scalar!(
        r#"select r.started_by as "by!" from workflow_runs r
           where r.id = $1 and r.started_by is not null and not exists (
             select from workflow_approvals a
             where a.run_id = r.id and a.round = $2 and a.step = $3 and a.answered_by = r.started_by)"#,
        run.id.0,
        run.round,
        step
    );
    Ok(row.fetch_optional(tx.conn()).await?.map(MemberId))
}

/// Whoever has not answered need not any more.
pub async fn withdraw(tx: &mut TenantTx, run: RunId) -> Result<()> {
    close(tx, run, "withdrawn").await
}

/// Nobody answered in time.
pub async fn expire(tx: &mut TenantTx, run: RunId) -> Result<()> {
    close(tx, run, "expired").await
}

async fn close(tx: &mut TenantTx, run: RunId, answer: &str) -> Result<()> {
    let now = tx.now();
    let closed = sqlx::query!(
        "update workflow_approvals set answer = $2, answered_at = $3 where run_id = $1 and answer is null
         returning id, member_id",
        run.0,
        answer,
        now
    )
    .fetch_all(tx.conn())
    .await?;
    let (ids, members): (Vec<Uuid>, Vec<Uuid>) = closed.into_iter().map(|r| (r.id, r.member_id)).unzip();
    settle(tx, &ids, &members).await
}

/// What these members were told of these questions counts as read: they need not answer any more, and a mail about it
/// that still waits has nothing to say. A notice has the key of the run's step, or of the question that was handed over.
async fn settle(tx: &mut TenantTx, questions: &[Uuid], members: &[Uuid]) -> Result<()> {
    if questions.is_empty() {
        return Ok(());
    }
    let now = tx.now();
    sqlx::query!(
        "update notifications n set read_at = $4
         from unnest($1::uuid[], $2::uuid[]) as u (id, member)
         join workflow_approvals a on a.id = u.id
         where n.member_id = u.member and n.kind = $3 and n.read_at is null
           and (n.key = a.run_id || '/' || a.round || '/' || a.step or starts_with(n.key, a.id || '/'))",
        questions,
        members,
        Kind::ApprovalAsked.key(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
