//! The log of messages, as the people who look after a workspace read it.

use super::State;
use crate::{Result, TenantTx, db::strange};
use chrono::{DateTime, Utc};
use domain::{
    MailId,
    mail::{Quota, Standing},
};
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

/// A question to the log.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    pub state: Option<State>,
    /// A part of the recipient's address.
    pub recipient: String,
    /// Messages behind this one.
    pub after: Option<Cursor>,
}

/// A place in the log: when the message was asked for, and which it is.
pub type Cursor = (DateTime<Utc>, Uuid);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    pub id: MailId,
    pub template: String,
    pub recipient: String,
    pub subject: String,
    pub state: State,
    pub tries: i32,
    pub answer: Option<String>,
    /// When it was asked for.
    pub at: DateTime<Utc>,
    /// When its last try ended.
    pub last_at: Option<DateTime<Utc>>,
    /// The turn that the workspace's limit has given it.
    pub not_before: Option<DateTime<Utc>>,
}

pub struct Page {
    pub rows: Vec<Logged>,
    pub older: Option<Cursor>,
}

type Row = (
    Uuid,
    String,
    String,
    String,
    String,
    i32,
    Option<String>,
    DateTime<Utc>,
    Option<DateTime<Utc>>,
    Option<DateTime<Utc>>,
);

/// A page of at most `most`, the newest first.
pub async fn log(tx: &mut TenantTx, asked: &Asked, most: usize) -> Result<Page> {
    let mut q = QueryBuilder::<Postgres>::new(
        "select id, template, recipient, subject, state, tries, last_answer, created_at, last_at, not_before
         from mails where true",
    );
    if let Some(state) = asked.state {
        q.push(" and state = ").push_bind(state.key());
    }
    if !asked.recipient.is_empty() {
        q.push(" and strpos(lower(recipient), lower(").push_bind(asked.recipient.clone()).push(")) > 0");
    }
    if let Some((at, id)) = asked.after {
        q.push(" and (created_at, id) < (").push_bind(at).push(", ").push_bind(id).push(")");
    }
    let one_more = i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1);
    q.push(" order by created_at desc, id desc limit ").push_bind(one_more);
    let rows: Vec<Row> = q.build_query_as().fetch_all(tx.conn()).await?;
    let mut rows: Vec<Logged> = rows
        .into_iter()
        .map(|(id, template, recipient, subject, state, tries, answer, at, last_at, not_before)| {
            let state = State::parse(&state).ok_or_else(|| strange("state", &state))?;
            let id = MailId(id);
            Ok(Logged { id, template, recipient, subject, state, tries, answer, at, last_at, not_before })
        })
        .collect::<Result<_>>()?;
    let more = rows.len() > most;
    rows.truncate(most);
    Ok(Page { older: rows.last().filter(|_| more).map(|r| (r.at, r.id.0)), rows })
}

/// How much a workspace may send at a time, and how much of that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub per_hour: i32,
    pub per_day: i32,
    pub this_hour: i32,
    pub today: i32,
    /// Until when turns are given out already, if that is later than now.
    pub until: Option<DateTime<Utc>>,
    /// Addresses that get no more, counted to a hundred and one.
    pub stopped: i64,
}

pub async fn limits(tx: &mut TenantTx) -> Result<Limits> {
    let now = tx.now();
    let r = sqlx::query!(
        r#"select q.per_hour, q.per_day, q.hour as "hour?", q.in_hour as "in_hour?", q.in_day as "in_day?",
             (select count(*) from (select 1 from mail_suppressions limit 101) s) as "stopped!",
             t.created_at, house.proven() as "proven!"
           from tenants t left join mail_quotas q on q.tenant_id = t.id where t.id = $1"#,
        tx.tenant().0
    )
    .fetch_one(tx.conn())
    .await?;
    let hour = r.hour.unwrap_or(now);
    let quota = Quota::new(
        Standing::new(r.proven, r.created_at, now),
        (r.per_hour, r.per_day),
        hour,
        (r.in_hour.unwrap_or(0), r.in_day.unwrap_or(0)),
    );
    let (this_hour, today) = quota.taken(now);
    Ok(Limits {
        per_hour: quota.per_hour,
        per_day: quota.per_day,
        this_hour,
        today,
        until: Some(hour).filter(|h| *h > now),
        stopped: r.stopped,
    })
}
