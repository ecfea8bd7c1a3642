//! Telling people: who is told what, by which channel, and what they have read of it.

use crate::{Result, TenantTx, db::strange, queue};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::{
    CustomerId, DealId, LeadId, MailId, MemberId, NotificationId, PipelineId, TenantId, TicketId,
    crm::leads::Status,
    jobs::SendNotifications,
    notifications::{BODY, Choices, KEPT, Kind, Notice, Notification, TITLE},
};
use uuid::Uuid;

/// Tells these members, in the caller's transaction, each by the channels that they have chosen. Whoever is deactivated
/// is left out, and whoever does it themselves, unless it is the answer to something they have asked for
/// ([`Kind::own`]), or a workflow does it in their name. Two statements, for however many; one more if somebody wants a mail.
pub async fn notify(tx: &mut TenantTx, to: &[MemberId], notice: &Notice) -> Result<()> {
    let doer = match tx.who() {
        crate::Who::Member(member) if !notice.kind.own() && !tx.in_run => Some(member),
        _ => None,
    };
    let mut ids: Vec<Uuid> = to.iter().filter(|m| Some(**m) != doer).map(|m| m.0).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(());
    }
    let told = readers(tx, &ids).await?;
    let mut rows = Rows::default();
    for reader in told {
        let channels = reader.choices.channels(notice.kind);
        let mail = channels.mail && notice.kind.mailed_as_notice();
        if !(channels.app || channels.digest || mail) {
            continue;
        }
        let id: NotificationId = tx.id();
        rows.ids.push(id.0);
        rows.members.push(reader.member.0);
        rows.apps.push(channels.app);
        rows.digests.push(channels.digest);
        rows.mails.push(mail.then(|| reader.choices.mail_at(tx.now(), reader.zone)));
    }
    let added = add(tx, &rows, notice).await?;
    let jobs: Vec<_> = added
        .into_iter()
        .filter_map(|(member, mail_at)| {
            let until = mail_at?;
            Some((SendNotifications { tenant: tx.tenant(), id: tx.id::<MailId>(), member, until }, until))
        })
        .collect();
    queue::push_many_at(tx, &jobs).await
}

/// Somebody who is to be told.
struct Reader {
    member: MemberId,
    choices: Choices,
    zone: Tz,
}

async fn readers(tx: &mut TenantTx, ids: &[Uuid]) -> Result<Vec<Reader>> {
    let usual = tx.zone();
    let rows = sqlx::query!(
        r#"select m.id as "id!", m.preferences as "preferences!", z.zone as "zone?" from members m
           left join house.member_zones($1) z on z.member_id = m.id
           where m.id = any($1) and m.deactivated_at is null"#,
        ids
    )
    .fetch_all(tx.conn())
    .await?;
    let reader = |id, preferences: &serde_json::Value, zone: Option<String>| Reader {
        member: MemberId(id),
        choices: Choices::of(preferences),
        zone: zone.and_then(|z| z.parse().ok()).unwrap_or(usual),
    };
    Ok(rows.into_iter().map(|r| reader(r.id, &r.preferences, r.zone)).collect())
}

#[derive(Default)]
struct Rows {
    ids: Vec<Uuid>,
    members: Vec<Uuid>,
    apps: Vec<bool>,
    digests: Vec<bool>,
    mails: Vec<Option<DateTime<Utc>>>,
}

/// Those who are told now and were not before, with when their mail goes out.
async fn add(tx: &mut TenantTx, rows: &Rows, notice: &Notice) -> Result<Vec<(MemberId, Option<DateTime<Utc>>)>> {
    if rows.ids.is_empty() {
        return Ok(vec![]);
    }
    let short = |text: &str, most| text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(most).collect();
    let (title, body): (String, Option<String>) =
        (short(&notice.title, TITLE), notice.body.as_deref().map(|b| short(b, BODY)));
    let added = sqlx::query!(
        "insert into notifications (tenant_id, id, member_id, kind, key, title, body, path, in_app, in_digest, mail_at, created_at)
         select $1, r.id, r.member, $2, $3, $4, $5, $6, r.app, r.digest, r.mail_at, $7
         from unnest($8::uuid[], $9::uuid[], $10::bool[], $11::bool[], $12::timestamptz[]) as r(id, member, app, digest, mail_at)
         on conflict on constraint notifications_once do nothing
         returning member_id, mail_at",
        tx.tenant().0,
        notice.kind.key(),
        notice.key,
        title,
        body,
        notice.path,
        tx.now(),
        &rows.ids,
        &rows.members,
        &rows.apps,
        &rows.digests,
        &rows.mails as &[Option<DateTime<Utc>>]
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(added.into_iter().map(|r| (MemberId(r.member_id), r.mail_at)).collect())
}

/// Which of one's own are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Question {
    pub unread_only: bool,
    /// Behind this one.
    pub after: Option<NotificationId>,
    pub most: usize,
}

/// One's own, the newest first, and whether there are more behind them.
pub async fn list(tx: &mut TenantTx, member: MemberId, q: Question) -> Result<(Vec<Notification>, bool)> {
    // One more tells that there are more.
    let most = i64::try_from(q.most + 1).unwrap_or(i64::MAX);
    let rows = sqlx::query!(
        r#"select id, kind, title, body, path, created_at, read_at is not null as "read!" from notifications
           where member_id = $1 and in_app and (not $2 or read_at is null) and ($3::uuid is null or id < $3)
           order by id desc limit $4"#,
        member.0,
        q.unread_only,
        q.after.map(|a| a.0),
        most
    )
    .fetch_all(tx.conn())
    .await?;
    let more = rows.len() > q.most;
    let one = |id, kind: &str, title, body, path, created_at, read| {
        let (id, kind) = (NotificationId(id), Kind::parse(kind));
        Notification { id, kind, title, body, path, created_at, read }
    };
    let shown = rows.into_iter().take(q.most);
    Ok((shown.map(|r| one(r.id, &r.kind, r.title, r.body, r.path, r.created_at, r.read)).collect(), more))
}

/// Marks one's own read or unread; gives where it leads. What is somebody else's is not found.
pub async fn mark(tx: &mut TenantTx, member: MemberId, id: NotificationId, read: bool) -> Result<String> {
    let now = tx.now();
    // Only what changes is written, which is what rings.
    sqlx::query!(
        "update notifications set read_at = case when $3 then $4::timestamptz end
         where member_id = $1 and id = $2 and (read_at is null) = $3",
        member.0,
        id.0,
        read,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(sqlx::query_scalar!(
        "select path from notifications where member_id = $1 and id = $2 and in_app",
        member.0,
        id.0
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Marks all of one's own read that were there when one looked.
pub async fn mark_all(tx: &mut TenantTx, member: MemberId) -> Result<u64> {
    let now = tx.now();
    let done = sqlx::query!(
        "update notifications set read_at = $2 where member_id = $1 and in_app and read_at is null",
        member.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// A mail of notices to one member.
pub struct Bundle {
    pub name: String,
    pub email: String,
    pub notices: Vec<Notification>,
}

/// Takes what waits to be mailed to a member into this mail; its next try finds the same. Notices are in one mail at
/// most. What they have read meanwhile needs none. `None`: there is nothing to send.
pub async fn take_mail(tx: &mut TenantTx, member: MemberId, mail: MailId) -> Result<Option<Bundle>> {
    let now = tx.now();
    let taken = sqlx::query!(
        r#"update notifications n set mailed_at = $3, mail_id = $2 from members m
           where n.member_id = $1 and n.mail_at is not null and (n.mailed_at is null or n.mail_id = $2) and m.id = n.member_id
           returning n.id, n.kind, n.title, n.body, n.path, n.created_at, n.read_at is not null as "read!",
             m.name, m.email, m.preferences, m.deactivated_at is not null as "gone!""#,
        member.0,
        mail.0,
        now
    )
    .fetch_all(tx.conn())
    .await?;
    let Some(first) = taken.first() else { return Ok(None) };
    let (name, email, gone) = (first.name.clone(), first.email.clone(), first.gone);
    let choices = Choices::of(&first.preferences);
    let mut notices: Vec<_> = taken
        .into_iter()
        .map(|r| Notification {
            id: NotificationId(r.id),
            kind: Kind::parse(&r.kind),
            title: r.title,
            body: r.body,
            path: r.path,
            created_at: r.created_at,
            read: r.read,
        })
        .filter(|n| !n.read && n.kind.is_none_or(|k| choices.channels(k).mail))
        .collect();
    notices.sort_by_key(|n| n.id);
    Ok((!gone && !notices.is_empty()).then_some(Bundle { name, email, notices }))
}

/// Drops what has had its day.
pub async fn sweep(tx: &mut TenantTx) -> Result<u64> {
    let before = tx.now() - KEPT;
    let swept = sqlx::query!("delete from notifications where created_at < $1", before).execute(tx.conn()).await?;
    Ok(swept.rows_affected())
}

/// Zone and preferences of one member, and where to write to.
pub struct Address {
    pub name: String,
    pub email: String,
    pub zone: Tz,
    pub preferences: serde_json::Value,
}

/// Where a member is reached; a deactivated one is not found.
pub async fn address(tx: &mut TenantTx, member: MemberId) -> Result<Address> {
    let usual = tx.zone();
    let r = sqlx::query!(
        r#"select m.name as "name!", m.email as "email!", m.preferences as "preferences!", z.zone as "zone?" from members m
           left join house.member_zones(array[$1::uuid]) z on z.member_id = m.id
           where m.id = $1 and m.deactivated_at is null"#,
        member.0
    )
    .fetch_one(tx.conn())
    .await?;
    let zone = match r.zone {
        Some(z) => z.parse().map_err(|_| strange("zone", &z))?,
        None => usual,
    };
    Ok(Address { name: r.name, email: r.email, zone, preferences: r.preferences })
}

/// A member's name, for what is told of them.
pub async fn name(tx: &mut TenantTx, member: MemberId) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!("select name from members where id = $1", member.0).fetch_optional(tx.conn()).await?)
}

/// What these members are called.
pub async fn names(tx: &mut TenantTx, members: &[Uuid]) -> Result<std::collections::HashMap<Uuid, String>> {
    if members.is_empty() {
        return Ok(Default::default());
    }
    let rows = sqlx::query!("select id, name from members where id = any($1)", members).fetch_all(tx.conn()).await?;
    Ok(rows.into_iter().map(|r| (r.id, r.name)).collect())
}

/// Who has invited this member, and what the member is called.
pub async fn inviter(tx: &mut TenantTx, member: MemberId) -> Result<Option<(MemberId, String)>> {
    let row = sqlx::query!(
        "select i.invited_by, m.name from members m
         join invitations i on i.tenant_id = m.tenant_id and lower(i.email) = lower(m.email)
         where m.id = $1 and i.accepted_at is not null order by i.accepted_at desc limit 1",
        member.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| (MemberId(r.invited_by), r.name)))
}

/// Whose a customer is, and what it is called.
pub async fn customer_owner(tx: &mut TenantTx, customer: Uuid) -> Result<Option<(MemberId, String)>> {
    let row = sqlx::query!(
        r#"select owner_id as "owner!", name from customers where id = $1 and owner_id is not null and archived_at is null"#,
        customer
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| (MemberId(r.owner), r.name)))
}

/// Who owns these customers, how many each, and the first of them by name.
pub async fn owners(tx: &mut TenantTx, customers: &[CustomerId]) -> Result<Vec<(MemberId, i64, String)>> {
    let ids: Vec<Uuid> = customers.iter().map(|c| c.0).collect();
    let rows = sqlx::query!(
        r#"select owner_id as "owner!", count(*) as "count!", min(name) as "name!" from customers
           where id = any($1) and owner_id is not null and archived_at is null group by owner_id order by owner_id"#,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (MemberId(r.owner), r.count, r.name)).collect())
}

/// Who owns these deals, how many each, and the first of them by name.
pub async fn deal_owners(tx: &mut TenantTx, deals: &[DealId]) -> Result<Vec<(MemberId, i64, String)>> {
    let ids: Vec<Uuid> = deals.iter().map(|d| d.0).collect();
    let rows = sqlx::query!(
        r#"select owner_id as "owner!", count(*) as "count!", min(name) as "name!" from deals
           where id = any($1) and owner_id is not null and archived_at is null group by owner_id order by owner_id"#,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (MemberId(r.owner), r.count, r.name)).collect())
}

/// What a deal is called, the stage that it is in, and with whom it is.
pub async fn moved_deal(tx: &mut TenantTx, deal: DealId) -> Result<Option<(String, String, Option<CustomerId>)>> {
    let row = sqlx::query!(
        "select d.name, s.name as stage, d.customer_id from deals d
         join stages s on s.tenant_id = d.tenant_id and s.id = d.stage_id where d.id = $1",
        deal.0
    );
    let row = row.fetch_optional(tx.conn()).await?;
    Ok(row.map(|r| (r.name, r.stage, r.customer_id.map(CustomerId))))
}

/// How a lead stands, if it is there.
pub async fn lead_status(tx: &mut TenantTx, lead: LeadId) -> Result<Option<Status>> {
    let status =
        sqlx::query_scalar!("select status from leads where id = $1", lead.0).fetch_optional(tx.conn()).await?;
    Ok(status.and_then(|key| Status::parse(&key)))
}

/// As [`deal_owners`], of leads.
pub async fn lead_owners(tx: &mut TenantTx, leads: &[LeadId]) -> Result<Vec<(MemberId, i64, String)>> {
    let ids: Vec<Uuid> = leads.iter().map(|l| l.0).collect();
    let rows = sqlx::query!(
        r#"select owner_id as "owner!", count(*) as "count!", min(name) as "name!" from leads
           where id = any($1) and owner_id is not null and archived_at is null group by owner_id order by owner_id"#,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (MemberId(r.owner), r.count, r.name)).collect())
}

/// As [`deal_owners`], of tickets.
pub async fn ticket_assignees(tx: &mut TenantTx, tickets: &[TicketId]) -> Result<Vec<(MemberId, i64, String)>> {
    let ids: Vec<Uuid> = tickets.iter().map(|l| l.0).collect();
    let rows = sqlx::query!(
        r#"select assignee_id as "owner!", count(*) as "count!", min(number || ' ' || name) as "name!" from tickets
           where id = any($1) and assignee_id is not null and archived_at is null group by assignee_id order by assignee_id"#,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (MemberId(r.owner), r.count, r.name)).collect())
}

/// What has changed for whoever looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ring {
    /// Somebody's notifications.
    Bell(TenantId, MemberId),
    /// Deals of a pipeline.
    Board(TenantId, PipelineId),
    /// Who has a ticket open.
    Ticket(TenantId, TicketId),
}

/// Hears whose bell and which board changes, in every workspace, as its transaction commits.
pub struct Rings(sqlx::postgres::PgListener);

impl Rings {
    pub async fn open(url: &str) -> Result<Self> {
        let mut listener = sqlx::postgres::PgListener::connect(url).await?;
        listener.listen_all(["bells", "boards"]).await?;
        Ok(Self(listener))
    }

    /// `None`: it cannot be read, which is as if it had got lost.
    pub async fn next(&mut self) -> Result<Option<Ring>> {
        let ring = self.0.recv().await?;
        let read = |(tenant, whose): (&str, &str)| {
            let tenant = TenantId(tenant.parse().ok()?);
            Some(match ring.channel() {
                "boards" => Ring::Board(tenant, PipelineId(whose.parse().ok()?)),
                _ => Ring::Bell(tenant, MemberId(whose.parse().ok()?)),
            })
        };
        Ok(ring.payload().split_once('/').and_then(read))
    }
}
