//! What belongs to a posting: who hires for it, what is asked, and its stages. Each is written as a whole.

use crate::{
    Error, Result, TenantTx, Version,
    db::strange,
    reach::{self, Kind},
};
use domain::{
    MemberId, PostingId, PostingQuestionId, PostingStageId,
    access::PostingsWrite,
    hr::postings::{Question, QuestionKind, Stage, StageKind, TeamMember, TeamRole, YesNo},
};
use uuid::Uuid;

/// Who hires for it, by name.
pub async fn team(tx: &mut TenantTx, id: PostingId) -> Result<Vec<TeamMember>> {
    let rows = sqlx::query!(
        "select t.member_id, t.role, m.name from posting_team t join members m on m.tenant_id = t.tenant_id and m.id = t.member_id
         where t.posting_id = $1 order by lower(m.name), m.id limit 100",
        id.0
    );
    let rows = rows.fetch_all(tx.conn()).await?;
    let read = |key: &str| TeamRole::parse(key).ok_or_else(|| strange("role", key));
    rows.into_iter()
        .map(|r| Ok(TeamMember { member: MemberId(r.member_id), name: r.name, role: read(&r.role)? }))
        .collect()
}

/// Whoever is named hires for it, and nobody else.
pub async fn set_team(tx: &mut TenantTx, id: PostingId, version: Version, team: &[(MemberId, TeamRole)]) -> Result<()> {
    hold(tx, id, version).await?;
    let members: Vec<Uuid> = team.iter().map(|(m, _)| m.0).collect();
    let there = sqlx::query_scalar!(r#"select count(*) as "count!" from members where id = any($1)"#, &members);
    if there.fetch_one(tx.conn()).await? != i64::try_from(members.len()).unwrap_or_default() {
        return Err(Error::refused("team", "Somebody of them is no member here."));
    }
    sqlx::query!("delete from posting_team where posting_id = $1 and member_id <> all($2)", id.0, &members)
        .execute(tx.conn())
        .await?;
    write_team(tx, id, team).await
}

pub(super) async fn write_team(tx: &mut TenantTx, id: PostingId, team: &[(MemberId, TeamRole)]) -> Result<()> {
    for (member, role) in team {
        let row = tx.id::<PostingId>();
        sqlx::query!(
            "insert into posting_team (tenant_id, id, posting_id, member_id, role, created_at) values ($1, $2, $3, $4, $5, $6)
             on conflict on constraint posting_team_once do update set role = excluded.role where posting_team.role <> excluded.role",
            tx.tenant().0,
            row.0,
            id.0,
            member.0,
            role.key(),
            tx.now()
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

/// In their order.
pub async fn stages(tx: &mut TenantTx, id: PostingId) -> Result<Vec<Stage>> {
    let rows = sqlx::query!(
        "select id, name, kind from posting_stages where posting_id = $1 order by place, id limit 100",
        id.0
    );
    let read = |key: &str| StageKind::parse(key).ok_or_else(|| strange("kind", key));
    let rows = rows.fetch_all(tx.conn()).await?;
    rows.into_iter().map(|r| Ok(Stage { id: Some(PostingStageId(r.id)), name: r.name, kind: read(&r.kind)? })).collect()
}

/// These, in this order, and no others.
pub async fn set_stages(tx: &mut TenantTx, id: PostingId, version: Version, stages: &[Stage]) -> Result<()> {
    hold(tx, id, version).await?;
    let kept: Vec<Uuid> = stages.iter().filter_map(|s| s.id.map(|id| id.0)).collect();
    sqlx::query!("delete from posting_stages where posting_id = $1 and id <> all($2)", id.0, &kept)
        .execute(tx.conn())
        .await?;
    write_stages(tx, id, stages).await
}

pub(super) async fn write_stages(tx: &mut TenantTx, id: PostingId, stages: &[Stage]) -> Result<()> {
    let ids: Vec<Uuid> = stages.iter().map(|s| s.id.map_or_else(|| tx.id::<PostingStageId>().0, |id| id.0)).collect();
    let names: Vec<String> = stages.iter().map(|s| s.name.clone()).collect();
    let kinds: Vec<String> = stages.iter().map(|s| s.kind.key().to_owned()).collect();
    // An id of another posting's is left alone.
    sqlx::query!(
        "insert into posting_stages (tenant_id, id, posting_id, place, name, kind, created_at)
         select $1, s.id, $2, s.place::int, s.name, s.kind, $6
         from unnest($3::uuid[], $4::text[], $5::text[]) with ordinality s (id, name, kind, place)
         on conflict (tenant_id, id) do update set place = excluded.place, name = excluded.name, kind = excluded.kind
         where posting_stages.posting_id = excluded.posting_id
           and (posting_stages.place, posting_stages.name, posting_stages.kind) <> (excluded.place, excluded.name, excluded.kind)",
        tx.tenant().0,
        id.0,
        &ids,
        &names,
        &kinds,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// In their order.
pub async fn questions(tx: &mut TenantTx, id: PostingId) -> Result<Vec<Question>> {
    let rows = sqlx::query!(
        "select id, kind, question, options, required, knock_out from posting_questions where posting_id = $1 order by place, id limit 100",
        id.0
    );
    let rows = rows.fetch_all(tx.conn()).await?;
    rows.into_iter()
        .map(|r| {
            Ok(Question {
                id: Some(PostingQuestionId(r.id)),
                kind: QuestionKind::parse(&r.kind).ok_or_else(|| strange("kind", &r.kind))?,
                question: r.question,
                options: r.options,
                required: r.required,
                knock_out: r.knock_out.as_deref().and_then(YesNo::parse),
            })
        })
        .collect()
}

/// These, in this order, and no others.
pub async fn set_questions(tx: &mut TenantTx, id: PostingId, version: Version, questions: &[Question]) -> Result<()> {
    hold(tx, id, version).await?;
    let kept: Vec<Uuid> = questions.iter().filter_map(|q| q.id.map(|id| id.0)).collect();
    sqlx::query!("delete from posting_questions where posting_id = $1 and id <> all($2)", id.0, &kept)
        .execute(tx.conn())
        .await?;
    write_questions(tx, id, questions).await
}

async fn write_questions(tx: &mut TenantTx, id: PostingId, questions: &[Question]) -> Result<()> {
    for (place, q) in (1_i32..).zip(questions) {
        let row = q.id.unwrap_or_else(|| tx.id());
        sqlx::query!(
            "insert into posting_questions (tenant_id, id, posting_id, place, kind, question, options, required, knock_out, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             on conflict (tenant_id, id) do update set place = excluded.place, kind = excluded.kind, question = excluded.question,
               options = excluded.options, required = excluded.required, knock_out = excluded.knock_out
             where posting_questions.posting_id = excluded.posting_id
               and (posting_questions.place, posting_questions.kind, posting_questions.question, posting_questions.options,
                    posting_questions.required, posting_questions.knock_out)
                 is distinct from (excluded.place, excluded.kind, excluded.question, excluded.options, excluded.required, excluded.knock_out)",
            tx.tenant().0,
            row.0,
            id.0,
            place,
            q.kind.key(),
            q.question,
            &q.options,
            q.required,
            q.knock_out.map(YesNo::key),
            tx.now()
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

/// All of them, for a copy.
pub(super) async fn copy(tx: &mut TenantTx, from: PostingId, to: PostingId) -> Result<()> {
    let team: Vec<_> = team(tx, from).await?.into_iter().map(|t| (t.member, t.role)).collect();
    write_team(tx, to, &team).await?;
    let stages: Vec<_> = stages(tx, from).await?.into_iter().map(|s| Stage { id: None, ..s }).collect();
    write_stages(tx, to, &stages).await?;
    let questions: Vec<_> = questions(tx, from).await?.into_iter().map(|q| Question { id: None, ..q }).collect();
    write_questions(tx, to, &questions).await
}

/// Another version of the posting, unless somebody was faster.
async fn hold(tx: &mut TenantTx, id: PostingId, version: Version) -> Result<()> {
    reach::hold::<PostingsWrite>(tx, Kind::Postings, id.0).await?;
    let held = sqlx::query!(
        "update postings set version = version + 1, updated_at = $3 where id = $1 and version = $2",
        id.0,
        version,
        tx.now()
    );
    if held.execute(tx.conn()).await?.rows_affected() > 0 {
        return Ok(());
    }
    super::find(tx, id).await?;
    Err(Error::Stale)
}
