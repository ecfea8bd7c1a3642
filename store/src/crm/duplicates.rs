//! Queries of records that may be one. Both of a pair are the reader's to see; what many share tells nothing of anybody.

use crate::{
    Result, TenantTx, Who,
    db::strange,
    reach::{self, Kind, reaches},
    search,
};
use domain::{
    access::{ContactsRead, ContactsWrite, CustomersRead, CustomersWrite, LeadsRead, LeadsWrite, Scope},
    crm::{
        contacts, customers,
        duplicates::{Noun, Pair, Reason, Side, Twin, close},
        leads::{self, Lead, conditions::FREE_MAIL},
    },
};
use sqlx::QueryBuilder;
use std::collections::HashMap;
use uuid::Uuid;

/// Pairs of a page.
pub const PAGE: i64 = 25;

/// What more records than this share (an info@ address, a switchboard) is no sign that they are one.
const SHARED: i64 = 10;

/// So many are told beside a form.
const TOLD: usize = 5;

const fn kind(noun: Noun) -> Kind {
    match noun {
        Noun::Customers => Kind::Customers,
        Noun::Contacts => Kind::Contacts,
        Noun::Leads => Kind::Leads,
    }
}

/// By which its contact details are its own, where it has rows of them.
const fn column(noun: Noun) -> Option<&'static str> {
    match noun {
        Noun::Customers => Some("customer_id"),
        Noun::Contacts => Some("contact_id"),
        Noun::Leads => None,
    }
}

fn scope(tx: &TenantTx, noun: Noun) -> Option<Scope> {
    match noun {
        Noun::Customers => tx.scope::<CustomersRead>(),
        Noun::Contacts => tx.scope::<ContactsRead>(),
        Noun::Leads => tx.scope::<LeadsRead>(),
    }
}

/// Contacts that one of these fields may be, `own` not among them.
pub async fn contacts(tx: &mut TenantTx, own: Uuid, f: &contacts::Fields) -> Result<Vec<Twin>> {
    let email = f.email.as_ref().map(|e| e.normal());
    let asked = Asked { noun: Noun::Contacts, own, name: f.name(), email, phone: f.phone.clone(), domain: None };
    twins(tx, asked).await
}

/// As [`contacts`], of customers.
pub async fn customers(tx: &mut TenantTx, own: Uuid, f: &customers::Fields) -> Result<Vec<Twin>> {
    let email = f.email.as_ref().map(|e| e.normal());
    let asked = Asked {
        noun: Noun::Customers,
        own,
        name: f.name.clone(),
        email,
        phone: f.phone.clone(),
        domain: f.domain.clone(),
    };
    twins(tx, asked).await
}

/// As [`contacts`], of leads that nobody has converted; and contacts who are this lead already.
pub async fn leads(tx: &mut TenantTx, own: Uuid, f: &leads::Fields) -> Result<Vec<Twin>> {
    let (email, phone) = (f.email.as_ref().map(|e| e.normal()), f.phone.clone());
    let (name, company) = (f.name.clone(), f.company.clone());
    let asked = Asked { noun: Noun::Leads, own, name, email: email.clone(), phone: phone.clone(), domain: company };
    let mut found = twins(tx, asked).await?;
    found.extend(contacts_of(tx, own, email, phone).await?);
    found.truncate(TOLD);
    Ok(found)
}

/// Contacts who are this lead already: by their email or their number, not by a name alone.
pub async fn known(tx: &mut TenantTx, lead: &Lead) -> Result<Vec<Twin>> {
    contacts_of(tx, lead.id.0, lead.email.as_deref().map(str::to_lowercase), lead.phone.clone()).await
}

async fn contacts_of(tx: &mut TenantTx, lead: Uuid, email: Option<String>, phone: Option<String>) -> Result<Vec<Twin>> {
    if tx.scope::<ContactsRead>().is_none() || email.is_none() && phone.is_none() {
        return Ok(vec![]);
    }
    twins(tx, Asked { noun: Noun::Contacts, own: lead, name: String::new(), email, phone, domain: None }).await
}

struct Asked {
    noun: Noun,
    own: Uuid,
    name: String,
    email: Option<String>,
    phone: Option<String>,
    /// A company's own; of a lead, what its company is called.
    domain: Option<String>,
}

async fn twins(tx: &mut TenantTx, a: Asked) -> Result<Vec<Twin>> {
    let (kind, scope) = (kind(a.noun), scope(tx, a.noun));
    let near = match a.name.chars().filter(|c| c.is_alphanumeric()).count() {
        0..5 => vec![],
        _ => search::near(tx, a.noun.word(), &a.name).await?,
    };
    let mut q = QueryBuilder::new("select e.id, e.name, array_agg(distinct f.reason) from (");
    match column(a.noun) {
        // A lead's addresses are columns of its own.
        None => {
            q.push("select id, 'email' as reason from leads where email is not null and email_key = ");
            q.push_bind(a.email.clone());
            q.push(
                " union all select id, 'phone' from leads where archived_at is null and phone_key = house.phone_key(",
            );
        }
        Some(column) => {
            q.push(format!("select {column} as id, kind as reason from contact_points where {column} is not null and kind = 'email' and normal = "));
            q.push_bind(a.email.clone());
            q.push(format!(" union all select {column}, kind from contact_points where {column} is not null and kind = 'phone' and normal = house.phone_key("));
        }
    }
    q.push_bind(a.phone).push(")");
    q.push(" union all select id, 'name' from ")
        .push(kind.table())
        .push(" where archived_at is null and sound = house.name_sound(");
    q.push_bind(a.name.clone()).push(")");
    if a.noun == Noun::Leads {
        // Two namesakes at two companies are two people.
        q.push(" and coalesce(lower(company) = lower(").push_bind(a.domain.clone()).push("), true)");
    }
    if a.noun == Noun::Customers {
        // A company is found by the domain of its people's mail, too.
        q.push(" union all select id, 'domain' from customers where archived_at is null and domain = any(");
        let of_mail = a.email.as_deref().and_then(|e| e.rsplit_once('@')).map(|(_, domain)| domain.to_owned());
        let all: Vec<String> =
            [a.domain.clone(), of_mail].into_iter().flatten().filter(|d| !FREE_MAIL.contains(&d.as_str())).collect();
        q.push_bind(all).push(")");
    }
    q.push(" union all select n, 'close' from unnest(").push_bind(near).push("::uuid[]) n");
    q.push(") f join ").push(kind.table()).push(" e on e.id = f.id where e.archived_at is null and e.id <> ");
    q.push_bind(a.own);
    if a.noun == Noun::Leads {
        q.push(" and e.converted_at is null and (f.reason <> 'close' or coalesce(lower(e.company) = lower(");
        q.push_bind(a.domain.clone()).push("), true))");
    }
    reach::narrow(&mut q, kind, scope);
    q.push(" group by e.id, e.name order by count(distinct f.reason) desc, e.id limit 60");
    let rows: Vec<(Uuid, String, Vec<String>)> = q.build_query_as().persistent(false).fetch_all(tx.conn()).await?;
    let mut twins = vec![];
    for (id, name, reasons) in rows {
        let mut reasons = told(&reasons)?;
        // Words of a search are close to more than names are.
        reasons.retain(|r| *r != Reason::Close || close(&name, &a.name));
        if !reasons.is_empty() {
            twins.push(Twin { noun: a.noun, id, name, reasons });
        }
    }
    twins.truncate(TOLD);
    Ok(twins)
}

/// Names of records that are like what a file says, by what they share.
pub(crate) async fn alike(
    tx: &mut TenantTx,
    noun: Noun,
    asked: &[(&'static str, String)],
) -> Result<HashMap<(&'static str, String), String>> {
    if asked.is_empty() {
        return Ok(HashMap::new());
    }
    let words = |reason: &str| -> Vec<String> {
        asked.iter().filter(|(r, _)| *r == reason).map(|(_, word)| word.clone()).collect()
    };
    let mut q = QueryBuilder::new("select distinct on (f.reason, f.word) f.reason, f.word, f.name from (");
    let shared = |q: &mut QueryBuilder<sqlx::Postgres>, noun: Noun, named: &str| {
        let Some(column) = column(noun) else { return };
        for (reason, normal) in [("email", "u.word"), ("phone", "house.phone_key(u.word)")] {
            q.push(format!("select '{reason}' as reason, u.word, {named} as name, e.id from unnest("));
            q.push_bind(words(reason)).push("::text[]) as u (word) join contact_points p on ");
            q.push(format!("p.{column} is not null and p.kind = '{reason}' and p.normal = {normal} "));
            q.push(format!("join {} e on e.id = p.{column} where e.archived_at is null", kind(noun).table()));
            reach::narrow(q, kind(noun), scope(tx, noun));
            q.push(" union all ");
        }
    };
    // Somebody who is about to be a lead may be a contact already.
    match noun {
        Noun::Leads => {
            shared(&mut q, Noun::Contacts, "e.name || ', a contact,'");
            q.push("select 'phone', u.word, e.name, e.id from unnest(").push_bind(words("phone"));
            q.push("::text[]) as u (word) join leads e on e.phone_key = house.phone_key(u.word) where e.archived_at is null");
            q.push(" and e.converted_at is null");
            reach::narrow(&mut q, Kind::Leads, scope(tx, noun));
            q.push(" union all ");
        }
        noun => shared(&mut q, noun, "e.name"),
    }
    // The name of a lead comes with its company: two namesakes at two companies are two people.
    q.push("select 'name', u.word, e.name, e.id from unnest(")
        .push_bind(words("name"))
        .push("::text[]) as u (word) join ");
    q.push(kind(noun).table())
        .push(" e on e.sound = house.name_sound(split_part(u.word, E'\n', 1)) where e.archived_at is null");
    if noun == Noun::Leads {
        q.push(" and e.converted_at is null and (e.company is null or split_part(u.word, E'\n', 2) in ('', lower(e.company)))");
    }
    reach::narrow(&mut q, kind(noun), scope(tx, noun));
    q.push(") f order by f.reason, f.word, f.id");
    let rows: Vec<(String, String, String)> = q.build_query_as().persistent(false).fetch_all(tx.conn()).await?;
    let known = |reason: &str| ["email", "phone", "name"].into_iter().find(|r| *r == reason);
    Ok(rows.into_iter().filter_map(|(reason, word, name)| Some(((known(&reason)?, word), name))).collect())
}

/// A reason is told once; what is the same is not called close.
fn told(keys: &[String]) -> Result<Vec<Reason>> {
    let mut reasons: Vec<Reason> =
        keys.iter().map(|key| Reason::parse(key).ok_or_else(|| strange("reason", key))).collect::<Result<_>>()?;
    reasons.sort_unstable();
    if reasons.contains(&Reason::Name) {
        reasons.retain(|r| *r != Reason::Close);
    }
    Ok(reasons)
}

type Row = (Uuid, Uuid, Vec<String>, String, String, Option<String>, Option<String>);

/// What is shared by two of these, by their points and their names.
fn told_of(table: &str, column: &str) -> String {
    format!(
        "with shared as (
           select c.kind, c.normal from contact_points c join {table} e on e.tenant_id = c.tenant_id and e.id = c.{column}
           where c.normal is not null and e.archived_at is null group by c.kind, c.normal having count(*) between 2 and {SHARED}
         ), named as (
           select sound from {table} where archived_at is null and sound is not null group by sound having count(*) between 2 and {SHARED}
         ), told as (
           select a.{column} as one, b.{column} as other, a.kind as reason from shared s
           join contact_points a on a.{column} is not null and a.kind = s.kind and a.normal = s.normal
           join contact_points b on b.{column} is not null and b.kind = s.kind and b.normal = s.normal and a.{column} < b.{column}
           union all
           select a.id, b.id, 'name' from named s
           join {table} a on a.sound = s.sound and a.archived_at is null
           join {table} b on b.sound = s.sound and b.archived_at is null and a.id < b.id"
    )
}

/// The same of leads that nobody has converted, whose addresses are columns of their own. Two namesakes at two companies
/// are two people.
const LEADS: &str = "with open as (
       select id, email_key, phone_key, sound, lower(company) as company from leads where archived_at is null and converted_at is null
     ), told as (
       select a.id as one, b.id as other, 'email' as reason from open a join open b on b.email_key = a.email_key and a.id < b.id
       where a.email_key in (select email_key from open where email_key is not null group by email_key having count(*) between 2 and 10)
       union all
       select a.id, b.id, 'phone' from open a join open b on b.phone_key = a.phone_key and a.id < b.id
       where a.phone_key in (select phone_key from open where phone_key is not null group by phone_key having count(*) between 2 and 10)
       union all
       select a.id, b.id, 'name' from open a join open b on b.sound = a.sound and a.id < b.id
       where a.sound in (select sound from open where sound is not null group by sound having count(*) between 2 and 10)
         and (a.company is null or b.company is null or a.company = b.company)";

/// A page of pairs behind this one, each once: the two ids in their order.
pub async fn pairs(tx: &mut TenantTx, noun: Noun, after: Option<(Uuid, Uuid)>) -> Result<(Vec<Pair>, bool)> {
    let (kind, scope) = (kind(noun), scope(tx, noun));
    let table = kind.table();
    let (after_one, after_other) = after.unwrap_or((Uuid::nil(), Uuid::nil()));
    let mut q = QueryBuilder::new(match column(noun) {
        None => LEADS.to_owned(),
        Some(column) => told_of(table, column),
    });
    match noun {
        Noun::Leads => &mut q,
        // Two namesakes at two companies are two people.
        Noun::Contacts => {
            q.push(" where a.customer_id is null or b.customer_id is null or a.customer_id = b.customer_id")
        }
        Noun::Customers => q.push(
            " union all select least(c.id, p.customer_id), greatest(c.id, p.customer_id), 'domain' from customers c
              join contact_points p on p.customer_id is not null and p.kind = 'email' and p.customer_id <> c.id
                and split_part(p.normal, '@', 2) = c.domain
              where c.archived_at is null and c.domain is not null",
        ),
    };
    q.push(" ), pairs as (select one, other, array_agg(distinct reason) as reasons from told t where (one, other) > (");
    q.push_bind(after_one).push(", ").push_bind(after_other);
    q.push(") and not exists (select from not_duplicates n where n.one = t.one and n.other = t.other) group by one, other)");
    let (detail_one, detail_other) = match noun {
        Noun::Contacts => ("coalesce(a.email, a.job_title, a.phone)", "coalesce(b.email, b.job_title, b.phone)"),
        Noun::Customers => ("coalesce(a.domain, a.city, a.email)", "coalesce(b.domain, b.city, b.email)"),
        Noun::Leads => ("coalesce(a.company, a.email, a.phone)", "coalesce(b.company, b.email, b.phone)"),
    };
    q.push(format!(
        " select p.one, p.other, p.reasons, a.name, b.name, {detail_one}, {detail_other} from pairs p
          join (select e.* from {table} e where e.archived_at is null and {reach}) a on a.id = p.one
          join (select e.* from {table} e where e.archived_at is null and {reach}) b on b.id = p.other
          order by p.one, p.other limit {most}",
        reach = reaches(kind, scope),
        most = PAGE + 1
    ));
    let rows: Vec<Row> = q.build_query_as().persistent(false).fetch_all(tx.conn()).await?;
    let page = usize::try_from(PAGE).unwrap_or_default();
    let more = rows.len() > page;
    let told = |(one, other, reasons, name, other_name, detail, other_detail): Row| {
        Ok(Pair {
            one: Side { id: one, name, detail: detail.unwrap_or_default() },
            other: Side { id: other, name: other_name, detail: other_detail.unwrap_or_default() },
            reasons: self::told(&reasons)?,
        })
    };
    Ok((rows.into_iter().take(page).map(told).collect::<Result<_>>()?, more))
}

/// Says of two that they are not one, whichever comes first: to everybody, so the reader sees both, and one is theirs to
/// change, or nothing is said.
pub async fn part(tx: &mut TenantTx, noun: Noun, one: Uuid, other: Uuid) -> Result<()> {
    let may = match noun {
        Noun::Customers => reach::within::<CustomersWrite>(tx, kind(noun), &[one, other]).await?,
        Noun::Contacts => reach::within::<ContactsWrite>(tx, kind(noun), &[one, other]).await?,
        Noun::Leads => reach::within::<LeadsWrite>(tx, kind(noun), &[one, other]).await?,
    };
    if may.is_empty() {
        return Err(crate::Error::NotFound);
    }
    let seen = match noun {
        Noun::Customers => reach::within::<CustomersRead>(tx, kind(noun), &[one, other]).await?,
        Noun::Contacts => reach::within::<ContactsRead>(tx, kind(noun), &[one, other]).await?,
        Noun::Leads => reach::within::<LeadsRead>(tx, kind(noun), &[one, other]).await?,
    };
    let mut q = QueryBuilder::new("select count(*) from ");
    q.push(kind(noun).table()).push(" where id = any(").push_bind(seen).push(")");
    let there: i64 = q.build_query_scalar().fetch_one(tx.conn()).await?;
    if there != 2 {
        return Err(crate::Error::NotFound);
    }
    let by = match tx.who() {
        Who::Member(me) => Some(me.0),
        _ => None,
    };
    sqlx::query!(
        "insert into not_duplicates (tenant_id, one, other, said_by, said_at) values ($1, $2, $3, $4, $5)
         on conflict (tenant_id, one, other) do nothing",
        tx.tenant().0,
        one.min(other),
        one.max(other),
        by,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
