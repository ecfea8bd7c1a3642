//! What forms bring in: each sending once, as a lead or to one that is open, and the counts of what was dropped.

use crate::{Error, Result, TenantTx, crm::leads::assigning, db::strange, events, queue};
use chrono::{DateTime, Duration, Utc};
use domain::{
    CaptureId, Conventions, LeadFormId, LeadId, MailId, MemberId,
    crm::leads::{
        Draft, Fields,
        forms::{Capture, Drop, Dropped, Form, Sent, State, WAITS},
    },
    events::Event,
    import::{Leads, Noun},
    jobs::SendFormConfirmation,
};
use serde_json::{Value, json};
use uuid::Uuid;

/// Days for which it is told what was dropped.
const TOLD: i64 = 30;

/// How often one page is sent again with other answers.
const CORRECTIONS: u8 = 3;

/// A sending that holds, on its way in.
pub struct Came<'a> {
    /// Drawn with the form.
    pub id: CaptureId,
    pub form: &'a Form,
    pub sent: &'a Sent,
    /// The page that the form stood on.
    pub page: Option<&'a str>,
    /// The limits could not be asked.
    pub unlimited: bool,
}

/// Takes a sending: once, however often it comes. Where the form asks for it, its lead comes in with the confirmation.
/// The same form with other answers, as by the browser's way back, is a sending of its own, as often as somebody may
/// mistype.
///
/// # Errors
/// [`Error::Sent`] where one page brings more than that.
pub async fn take(tx: &mut TenantTx, came: &Came<'_>) -> Result<State> {
    let mut id = came.id;
    let mut corrections = 0;
    while !keep(tx, id, came).await? {
        if same(tx, id, came).await? {
            return state_of(tx, id).await;
        }
        corrections += 1;
        if corrections > CORRECTIONS {
            return Err(Error::Sent);
        }
        id = CaptureId(Uuid::new_v5(&came.id.0, &[corrections]));
    }
    if came.form.fields.confirms {
        let job = SendFormConfirmation { tenant: tx.tenant(), id: tx.id::<MailId>(), capture: id };
        queue::push(tx, &job).await?;
        return Ok(State::Waiting);
    }
    settle(tx, id).await
}

/// Keeps what came; `false`: something came under this id before.
async fn keep(tx: &mut TenantTx, id: CaptureId, came: &Came<'_>) -> Result<bool> {
    let Came { form, sent, page, unlimited, .. } = came;
    let email = sent.lead.email.as_ref().map(|e| e.as_str()).unwrap_or_default();
    let added = sqlx::query!(
        "insert into lead_captures (tenant_id, id, form_id, at, state, name, email, answers, message, consent, utm, page, unlimited)
         values ($1, $2, $3, $4, 'waiting', $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        form.id.0,
        tx.now(),
        sent.lead.name,
        email,
        json!(Leads::draft(&sent.lead)),
        sent.message,
        sent.consent,
        json!(sent.utm),
        *page,
        *unlimited,
    )
    .execute(tx.conn())
    .await?;
    Ok(added.rows_affected() > 0)
}

/// Whether what came under this id says the same.
async fn same(tx: &mut TenantTx, id: CaptureId, came: &Came<'_>) -> Result<bool> {
    let r = sqlx::query!("select form_id, answers, message, consent from lead_captures where id = $1", id.0);
    let r = r.fetch_one(tx.conn()).await?;
    Ok(r.form_id == came.form.id.0
        && r.answers == json!(Leads::draft(&came.sent.lead))
        && r.message == came.sent.message
        && r.consent == came.sent.consent)
}

async fn state_of(tx: &mut TenantTx, id: CaptureId) -> Result<State> {
    let state = sqlx::query_scalar!("select state from lead_captures where id = $1", id.0);
    let state = state.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)?;
    State::parse(&state).ok_or_else(|| strange("state", &state))
}

/// The owner of the address says that it was them. Said again, it is what it was.
pub async fn confirm(tx: &mut TenantTx, id: CaptureId) -> Result<State> {
    let open = sqlx::query_scalar!(
        "select state from lead_captures where id = $1 and (state <> 'waiting' or at > $2) for update",
        id.0,
        tx.now() - WAITS
    );
    match open.fetch_optional(tx.conn()).await?.as_deref() {
        None => Err(Error::NotFound),
        Some("waiting") => settle(tx, id).await,
        Some(_) => state_of(tx, id).await,
    }
}

/// Whether somebody waits for this confirmation no longer: it came, or it is too late.
pub async fn settled(tx: &mut TenantTx, id: CaptureId) -> Result<bool> {
    let waits = sqlx::query_scalar!(
        r#"select exists (select from lead_captures where id = $1 and state = 'waiting' and at > $2) as "waits!""#,
        id.0,
        tx.now() - WAITS
    );
    Ok(!waits.fetch_one(tx.conn()).await?)
}

/// Name, email and form of a sending that waits for its confirmation.
pub async fn waiting(tx: &mut TenantTx, id: CaptureId) -> Result<(String, String, Form)> {
    let row = sqlx::query!(
        "select name, email, form_id from lead_captures where id = $1 and (state <> 'waiting' or at > $2)",
        id.0,
        tx.now() - WAITS
    );
    let row = row.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)?;
    Ok((row.name, row.email, super::find(tx, LeadFormId(row.form_id)).await?))
}

/// Makes a lead of a sending, or adds it to the open one that has its address.
async fn settle(tx: &mut TenantTx, id: CaptureId) -> Result<State> {
    let c = sqlx::query!(
        "select c.form_id, c.answers, c.consent, c.email, f.owner_id from lead_captures c
         join lead_forms f on f.tenant_id = c.tenant_id and f.id = c.form_id where c.id = $1",
        id.0
    )
    .fetch_one(tx.conn())
    .await?;
    let form = LeadFormId(c.form_id);
    let draft: Draft = serde_json::from_value(c.answers).map_err(|e| strange("answers", &e.to_string()))?;
    let (fields, _) = draft.read(&Conventions::default());
    tx.because(&format!("form:{form}")).await?;
    // Two sendings of one address make one lead, though they come at once.
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('lead:' || $1::text || ':' || lower($2), 0))",
        tx.tenant().0.to_string(),
        c.email
    )
    .fetch_one(tx.conn())
    .await?;
    let open = sqlx::query_scalar!(
        "select id from leads where email_key = lower($1) and archived_at is null
           and status in ('new', 'working', 'nurture', 'qualified') order by created_at desc, id limit 1",
        c.email
    )
    .fetch_optional(tx.conn())
    .await?;
    let (lead, owned) = match open {
        Some(lead) => {
            again(tx, lead, &fields, c.consent.as_deref()).await?;
            (LeadId(lead), true)
        }
        None => make(tx, &fields, c.consent.as_deref(), c.owner_id.map(MemberId)).await?,
    };
    let state = if open.is_some() { State::Again } else { State::New };
    sqlx::query!("update lead_captures set state = $2, lead_id = $3 where id = $1", id.0, state.key(), lead.0)
        .execute(tx.conn())
        .await?;
    // What it has sent counts for it, where rules ask for its score.
    if !owned {
        assigning::assign(tx, lead).await?;
    }
    events::emit(tx, Event::LeadCaptured { lead, form, again: open.is_some() }).await?;
    Ok(state)
}

/// A new lead, and whether it has an owner: that of its form, unless they have left.
async fn make(tx: &mut TenantTx, f: &Fields, consent: Option<&str>, owner: Option<MemberId>) -> Result<(LeadId, bool)> {
    let id: LeadId = tx.id();
    let owner = sqlx::query_scalar!(
        "insert into leads (tenant_id, id, name, email, phone, company, job_title, website, size, country, source, campaign,
           utm_source, utm_medium, utm_campaign, utm_term, utm_content, owner_id, consent, consent_at, captured_at, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
           (select id from members where id = $18 and deactivated_at is null), $19, case when $19::text is not null then $20::timestamptz end,
           $20, $20, $20) returning owner_id",
        tx.tenant().0,
        id.0,
        f.name,
        f.email.as_ref().map(|e| e.as_str()),
        f.phone,
        f.company,
        f.job_title,
        f.website,
        f.size,
        f.country.map(String::from),
        f.source,
        f.campaign,
        f.utm_source,
        f.utm_medium,
        f.utm_campaign,
        f.utm_term,
        f.utm_content,
        owner.map(|o| o.0),
        consent,
        tx.now(),
    )
    .fetch_one(tx.conn())
    .await?;
    events::emit(tx, Event::LeadAdded { lead: id }).await?;
    Ok((id, owner.is_some()))
}

/// What is known of a lead already nobody from outside writes over; what was empty is filled in.
async fn again(tx: &mut TenantTx, lead: Uuid, f: &Fields, consent: Option<&str>) -> Result<()> {
    sqlx::query!(
        "update leads set version = version + 1, updated_at = $2, captured_at = $2, phone = coalesce(phone, $3),
           company = coalesce(company, $4), job_title = coalesce(job_title, $5), website = coalesce(website, $6),
           size = coalesce(size, $7), country = coalesce(country, $8), campaign = coalesce(campaign, $9),
           consent = coalesce(consent, $10), consent_at = case when consent is null and $10::text is not null then $2 else consent_at end
         where id = $1",
        lead,
        tx.now(),
        f.phone,
        f.company,
        f.job_title,
        f.website,
        f.size,
        f.country.map(String::from),
        f.campaign,
        consent,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The newest sendings of a form that were taken.
pub async fn of_form(tx: &mut TenantTx, form: LeadFormId, most: i64) -> Result<Vec<Capture>> {
    told(tx, Some(form), None, most).await
}

/// What a lead has sent, the newest first.
pub async fn of_lead(tx: &mut TenantTx, lead: LeadId, most: i64) -> Result<Vec<Capture>> {
    told(tx, None, Some(lead), most).await
}

async fn told(tx: &mut TenantTx, form: Option<LeadFormId>, lead: Option<LeadId>, most: i64) -> Result<Vec<Capture>> {
    let rows = sqlx::query!(
        r#"select c.id, c.at, c.state, c.lead_id, c.name, c.email, c.message, c.page, c.utm, c.unlimited, f.name as "form!"
           from lead_captures c join lead_forms f on f.tenant_id = c.tenant_id and f.id = c.form_id
           where ($1::uuid is null or c.form_id = $1) and ($2::uuid is null or c.lead_id = $2)
           order by c.at desc, c.id desc limit $3"#,
        form.map(|f| f.0),
        lead.map(|l| l.0),
        most
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            let utm = match &r.utm {
                Value::Object(all) => all
                    .iter()
                    .filter_map(|(k, v)| Some((k.trim_start_matches("utm_").to_owned(), v.as_str()?.to_owned())))
                    .collect(),
                _ => vec![],
            };
            Ok(Capture {
                id: CaptureId(r.id),
                form_name: r.form,
                at: r.at,
                state: State::parse(&r.state).ok_or_else(|| strange("state", &r.state))?,
                lead: r.lead_id.map(LeadId),
                name: r.name,
                email: r.email,
                message: r.message,
                page: r.page,
                utm,
                unlimited: r.unlimited,
            })
        })
        .collect()
}

/// Adds to the counts of this hour what was dropped.
pub async fn count_drops(tx: &mut TenantTx, form: LeadFormId, drops: &[(Drop, i64)]) -> Result<()> {
    let reasons: Vec<&str> = drops.iter().map(|(reason, _)| reason.key()).collect();
    let counts: Vec<i64> = drops.iter().map(|(_, count)| *count).collect();
    sqlx::query!(
        "insert into lead_drops as d (tenant_id, form_id, hour, reason, count)
         select $1, $2, date_trunc('hour', $3::timestamptz, 'UTC'), u.reason, u.count from unnest($4::text[], $5::bigint[]) as u (reason, count)
         on conflict (tenant_id, form_id, hour, reason) do update set count = d.count + excluded.count",
        tx.tenant().0,
        form.0,
        tx.now(),
        &reasons as &[&str],
        &counts
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What was dropped of a form lately, the newest hour first.
pub async fn dropped(tx: &mut TenantTx, form: LeadFormId, most: i64) -> Result<Vec<Dropped>> {
    let rows = sqlx::query!(
        "select hour, reason, count from lead_drops where form_id = $1 order by hour desc, reason limit $2",
        form.0,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            let reason = Drop::parse(&r.reason).ok_or_else(|| strange("reason", &r.reason))?;
            Ok(Dropped { hour: r.hour, reason, count: r.count })
        })
        .collect()
}

/// Forgets what nobody has confirmed, and counts that are old.
pub async fn sweep(tx: &mut TenantTx) -> Result<()> {
    let (unconfirmed, told): (DateTime<Utc>, _) = (tx.now() - WAITS, tx.now() - Duration::days(TOLD));
    sqlx::query!("delete from lead_captures where state = 'waiting' and at < $1", unconfirmed)
        .execute(tx.conn())
        .await?;
    sqlx::query!("delete from lead_drops where hour < $1", told).execute(tx.conn()).await?;
    Ok(())
}
