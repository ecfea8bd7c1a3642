//! Contacts, leads and deals as workflows see them.

use super::records::{day, money, owned_by, text};
use crate::{Result, TenantTx, reach, reach::Kind};
use chrono::NaiveDate;
use domain::{
    Currency,
    access::{ContactsRead, CustomersRead, DealsRead, LeadsRead},
    automation::fields::{Fact, Facts},
};
use rust_decimal::Decimal;
use sqlx::{FromRow, QueryBuilder};
use std::collections::HashMap;
use uuid::Uuid;

#[derive(FromRow)]
struct Contact {
    id: Uuid,
    first_name: String,
    last_name: String,
    name: String,
    job_title: Option<String>,
    customer_name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    language: Option<String>,
    do_not_contact: bool,
    archived: bool,
    owner_name: Option<String>,
    owner_email: Option<String>,
}

/// A company that the reader may not see has no name here either.
pub(super) async fn contacts(tx: &mut TenantTx, ids: &[Uuid]) -> Result<HashMap<Uuid, (String, Facts)>> {
    let mut q = QueryBuilder::new(
        "select p.*, m.name as owner_name, m.email as owner_email, c.name as customer_name
         from (select e.tenant_id, e.id, e.first_name, e.last_name, e.name, e.job_title, e.email, e.phone, e.language, e.do_not_contact,
           e.archived_at is not null as archived, e.owner_id, e.customer_id from contacts e where e.id = any(",
    );
    q.push_bind(ids.to_vec()).push(")");
    reach::narrow(&mut q, Kind::Contacts, tx.scope::<ContactsRead>());
    q.push(") p left join members m on m.tenant_id = p.tenant_id and m.id = p.owner_id left join lateral (select e.name from customers e");
    q.push(" where e.tenant_id = p.tenant_id and e.id = p.customer_id and ");
    q.push(reach::reaches(Kind::Customers, tx.scope::<CustomersRead>())).push(") c on true");
    let rows: Vec<Contact> = q.build_query_as().fetch_all(tx.conn()).await?;
    let mut found = HashMap::with_capacity(rows.len());
    for r in rows {
        let mut f = Facts::default();
        let filled = |text: String| Some(text).filter(|t| !t.is_empty());
        text(&mut f, "name", Some(r.name.clone()));
        text(&mut f, "first_name", filled(r.first_name));
        text(&mut f, "last_name", filled(r.last_name));
        text(&mut f, "job_title", r.job_title);
        text(&mut f, "customer", r.customer_name);
        text(&mut f, "email", r.email);
        text(&mut f, "phone", r.phone);
        text(&mut f, "language", r.language);
        text(&mut f, "do_not_contact", Some(if r.do_not_contact { "yes" } else { "no" }.to_owned()));
        text(&mut f, "status", Some(if r.archived { "archived" } else { "active" }.to_owned()));
        owned_by(&mut f, r.owner_name, r.owner_email);
        found.insert(r.id, (r.name, f));
    }
    Ok(found)
}

#[derive(FromRow)]
struct Lead {
    id: Uuid,
    name: String,
    email: Option<String>,
    phone: Option<String>,
    company: Option<String>,
    job_title: Option<String>,
    website: Option<String>,
    size: Option<i32>,
    country: Option<String>,
    source: Option<String>,
    campaign: Option<String>,
    utm_source: Option<String>,
    utm_medium: Option<String>,
    utm_campaign: Option<String>,
    utm_term: Option<String>,
    utm_content: Option<String>,
    status: String,
    reason: Option<String>,
    fit: i32,
    engagement: i32,
    owner_name: Option<String>,
    owner_email: Option<String>,
}

pub(super) async fn leads(tx: &mut TenantTx, ids: &[Uuid]) -> Result<HashMap<Uuid, (String, Facts)>> {
    let mut q = QueryBuilder::new(
        "select p.*, m.name as owner_name, m.email as owner_email
         from (select e.tenant_id, e.id, e.name, e.email, e.phone, e.company, e.job_title, e.website, e.size, e.country, e.source,
           e.campaign, e.utm_source, e.utm_medium, e.utm_campaign, e.utm_term, e.utm_content, e.reason, e.fit, e.engagement, e.owner_id,
           case when e.archived_at is null then e.status else 'archived' end as status from leads e where e.id = any(",
    );
    q.push_bind(ids.to_vec()).push(")");
    reach::narrow(&mut q, Kind::Leads, tx.scope::<LeadsRead>());
    q.push(") p left join members m on m.tenant_id = p.tenant_id and m.id = p.owner_id");
    let rows: Vec<Lead> = q.build_query_as().fetch_all(tx.conn()).await?;
    let mut found = HashMap::with_capacity(rows.len());
    for r in rows {
        let mut f = Facts::default();
        text(&mut f, "name", Some(r.name.clone()));
        text(&mut f, "email", r.email);
        text(&mut f, "phone", r.phone);
        text(&mut f, "company", r.company);
        text(&mut f, "job_title", r.job_title);
        text(&mut f, "website", r.website);
        if let Some(size) = r.size {
            f.put("size", Fact::Number(size.into()));
        }
        text(&mut f, "country", r.country);
        text(&mut f, "source", r.source);
        text(&mut f, "campaign", r.campaign);
        text(&mut f, "utm_source", r.utm_source);
        text(&mut f, "utm_medium", r.utm_medium);
        text(&mut f, "utm_campaign", r.utm_campaign);
        text(&mut f, "utm_term", r.utm_term);
        text(&mut f, "utm_content", r.utm_content);
        text(&mut f, "status", Some(r.status));
        text(&mut f, "reason", r.reason);
        f.put("score", Fact::Number((r.fit + r.engagement).into()));
        f.put("fit", Fact::Number(r.fit.into()));
        f.put("engagement", Fact::Number(r.engagement.into()));
        owned_by(&mut f, r.owner_name, r.owner_email);
        found.insert(r.id, (r.name, f));
    }
    Ok(found)
}

#[derive(FromRow)]
struct Deal {
    id: Uuid,
    name: String,
    reference: Option<String>,
    customer: Option<String>,
    pipeline: String,
    stage: String,
    status: String,
    amount_minor: Option<i64>,
    amount_currency: Option<String>,
    home_currency: String,
    close_on: Option<NaiveDate>,
    probability: i32,
    category: String,
    source: Option<String>,
    next_step: Option<String>,
    next_step_on: Option<NaiveDate>,
    competitors: Vec<String>,
    loss_reason: Option<String>,
    loss_note: Option<String>,
    owner_name: Option<String>,
    owner_email: Option<String>,
}

/// The customer is told where the reader may see that one.
pub(super) async fn deals(tx: &mut TenantTx, ids: &[Uuid]) -> Result<HashMap<Uuid, (String, Facts)>> {
    let mut q = QueryBuilder::new(
        "select p.*, m.name as owner_name, m.email as owner_email, l.name as pipeline, s.name as stage, w.name as loss_reason,
           (select t.currency from tenants t where t.id = p.tenant_id) as home_currency,
           (select e.name from customers e where e.id = p.customer_id",
    );
    reach::narrow(&mut q, Kind::Customers, tx.scope::<CustomersRead>());
    q.push(
        ") as customer
         from (select e.tenant_id, e.id, e.name, e.reference, e.customer_id, e.pipeline_id, e.stage_id, e.amount_minor,
           e.amount_currency, e.close_on, e.probability, e.category, e.source, e.next_step, e.next_step_on, e.competitors,
           e.loss_reason_id, e.loss_note, e.owner_id,
           case when e.archived_at is null then e.state else 'archived' end as status from deals e where e.id = any(",
    );
    q.push_bind(ids.to_vec()).push(")");
    reach::narrow(&mut q, Kind::Deals, tx.scope::<DealsRead>());
    q.push(
        ") p join pipelines l on l.tenant_id = p.tenant_id and l.id = p.pipeline_id
         join stages s on s.tenant_id = p.tenant_id and s.id = p.stage_id
         left join loss_reasons w on w.tenant_id = p.tenant_id and w.id = p.loss_reason_id
         left join members m on m.tenant_id = p.tenant_id and m.id = p.owner_id",
    );
    let rows: Vec<Deal> = q.build_query_as().fetch_all(tx.conn()).await?;
    let mut found = HashMap::with_capacity(rows.len());
    for r in rows {
        let mut f = Facts::within(Currency::from_code(&r.home_currency));
        text(&mut f, "name", Some(r.name.clone()));
        text(&mut f, "reference", r.reference);
        text(&mut f, "customer", r.customer);
        text(&mut f, "pipeline", Some(r.pipeline));
        text(&mut f, "stage", Some(r.stage));
        text(&mut f, "status", Some(r.status));
        money(&mut f, "amount", r.amount_minor, r.amount_currency)?;
        day(&mut f, "close_on", r.close_on);
        f.put("probability", Fact::Number(Decimal::from(r.probability)));
        text(&mut f, "category", Some(r.category));
        text(&mut f, "source", r.source);
        text(&mut f, "next_step", r.next_step);
        day(&mut f, "next_step_on", r.next_step_on);
        text(&mut f, "competitors", Some(r.competitors.join(", ")));
        text(&mut f, "loss_reason", r.loss_reason);
        text(&mut f, "loss_note", r.loss_note);
        owned_by(&mut f, r.owner_name, r.owner_email);
        found.insert(r.id, (r.name, f));
    }
    Ok(found)
}
