//! Contacts in bulk. Their points and companies the database keeps by itself.

use super::{
    attached::Follows,
    ledger::{Ledger, filled, members, plan_anew},
};
use crate::{
    Error, Result, TenantTx,
    crm::duplicates::alike,
    custom_fields::by_number_or_name,
    db::strange,
    reach::{Kind, reaches},
};
use domain::{
    Email, ImportId,
    access::CustomersRead,
    crm::{
        contacts::{Fields, language_of},
        duplicates::Noun,
    },
    custom_fields::{Custom, Values},
    import::{Change, Contacts, Known, New, Record, Standing, Wanted},
};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use uuid::Uuid;

impl Ledger for Contacts {
    async fn known(tx: &mut TenantTx, wanted: &Wanted) -> Result<Known<Fields>> {
        let [emails, names] = &wanted.keys;
        plan_anew(tx).await?;
        let rows = sqlx::query!(
            r#"select k.id, k.version, k.first_name, k.last_name, k.job_title, k.email, k.phone, k.language, k.owner_id,
                 k.do_not_contact, k.custom, k.archived_at is not null as "archived!", c.name as "customer?"
               from contacts k left join customers c on c.tenant_id = k.tenant_id and c.id = k.customer_id
               where k.merged_into is null and (lower(k.email) = any($1)
                 or (k.email is null and lower(k.name || '/' || coalesce(c.name, '')) = any($2))) order by k.created_at, k.id"#,
            emails,
            names
        )
        .fetch_all(tx.conn())
        .await?;
        let mut known = Known {
            members: members(tx, &wanted.owners).await?,
            people: by_number_or_name(tx, &wanted.people).await?,
            ..Known::default()
        };
        for r in rows {
            let email = |e: String| Email::parse(&e).map_err(|_| strange("email", &e));
            let language = |l: String| language_of(&l).map_err(|_| strange("language", &l));
            let fields = Fields {
                first_name: r.first_name,
                last_name: r.last_name,
                job_title: r.job_title,
                customer: r.customer,
                email: r.email.map(email).transpose()?,
                phone: r.phone,
                language: r.language.map(language).transpose()?,
                owner: None,
                do_not_contact: r.do_not_contact,
                custom: Custom::known(Values::of(r.custom, None, None)),
            };
            let now = Standing { fields, above: None, owner: r.owner_id };
            known.records.push(Record { id: r.id, version: r.version, archived: r.archived, now });
        }
        let named: Vec<String> = wanted.others.iter().map(|(_, word)| word.clone()).collect();
        let firms = customers(tx, &named).await?;
        known.others.extend(firms.into_keys().map(|name| ("customer", name)));
        known.alike = alike(tx, Noun::Contacts, &wanted.alike).await?;
        Ok(known)
    }

    async fn insert(tx: &mut TenantTx, rows: &[New<Fields>]) -> Result<()> {
        let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
        let c = Columns::of(tx, rows.iter().map(|r| &r.now)).await?;
        sqlx::query!(
            "insert into contacts (tenant_id, id, created_at, updated_at, first_name, last_name, job_title, customer_id, email, phone,
               language, owner_id, do_not_contact, custom)
             select $1, u.id, $2, $2, u.first_name, u.last_name, u.job_title, u.customer_id, u.email, u.phone, u.language, u.owner_id,
               u.do_not_contact, u.custom
             from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::text[], $9::text[], $10::text[],
               $11::uuid[], $12::bool[], $13::jsonb[])
               as u (id, first_name, last_name, job_title, customer_id, email, phone, language, owner_id, do_not_contact, custom)",
            tx.tenant().0,
            tx.now(),
            &ids,
            &c.first_name as &[&str],
            &c.last_name as &[&str],
            &c.job_title as &[Option<&str>],
            &c.customer as &[Option<Uuid>],
            &c.email as &[Option<&str>],
            &c.phone as &[Option<&str>],
            &c.language as &[Option<&str>],
            &c.owner as &[Option<Uuid>],
            &c.do_not_contact,
            &c.custom as &[Option<Value>]
        )
        .execute(tx.conn())
        .await?;
        Ok(())
    }

    async fn update(tx: &mut TenantTx, rows: &[Change<Fields>]) -> Result<()> {
        let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
        let versions: Vec<i32> = rows.iter().map(|r| r.version).collect();
        let c = Columns::of(tx, rows.iter().map(|r| &r.after)).await?;
        let done = sqlx::query!(
            "update contacts c set version = c.version + 1, updated_at = $1, first_name = u.first_name, last_name = u.last_name,
               job_title = u.job_title, customer_id = coalesce(u.customer_id, c.customer_id), email = u.email, phone = u.phone,
               language = u.language, owner_id = u.owner_id, do_not_contact = u.do_not_contact, custom = u.custom
             from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::text[], $9::text[],
               $10::uuid[], $11::bool[], $12::jsonb[], $13::int[])
               as u (id, first_name, last_name, job_title, customer_id, email, phone, language, owner_id, do_not_contact, custom, version)
             where c.id = u.id and c.version = u.version",
            tx.now(),
            &ids,
            &c.first_name as &[&str],
            &c.last_name as &[&str],
            &c.job_title as &[Option<&str>],
            &c.customer as &[Option<Uuid>],
            &c.email as &[Option<&str>],
            &c.phone as &[Option<&str>],
            &c.language as &[Option<&str>],
            &c.owner as &[Option<Uuid>],
            &c.do_not_contact,
            &c.custom as &[Option<Value>],
            &versions
        )
        .execute(tx.conn())
        .await?;
        // Somebody has changed one of them since the plan was made: nothing of theirs is written over.
        if done.rows_affected() == rows.len() as u64 { Ok(()) } else { Err(Error::Stale) }
    }

    /// Columns of the row itself; what names records of other kinds is kept by their words and not given back.
    fn columns(s: &Standing<Fields>) -> Map<String, Value> {
        let f = &s.fields;
        let Value::Object(columns) = json!({
            "first_name": f.first_name,
            "last_name": f.last_name,
            "job_title": f.job_title,
            "email": f.email,
            "phone": f.phone,
            "language": f.language,
            "owner_id": s.owner,
            "do_not_contact": f.do_not_contact,
            "custom": filled(&f.custom.values.directory),
        }) else {
            unreachable!("an object was written")
        };
        columns
    }

    async fn called(tx: &mut TenantTx, records: &[Uuid]) -> Result<HashMap<Uuid, String>> {
        let rows = sqlx::query!(r#"select id, name as "name!" from contacts where id = any($1)"#, records)
            .fetch_all(tx.conn())
            .await?;
        Ok(rows.into_iter().map(|r| (r.id, r.name)).collect())
    }

    async fn versions(tx: &mut TenantTx, records: &[Uuid]) -> Result<Vec<(Uuid, i32)>> {
        let rows =
            sqlx::query!("select id, version from contacts where id = any($1)", records).fetch_all(tx.conn()).await?;
        Ok(rows.into_iter().map(|r| (r.id, r.version)).collect())
    }

    const TABLE: &'static str = "contacts";
    // The first of its addresses and where it works first of all are columns of its own.
    const FOLLOWS: &'static [Follows] = &[
        ("contact_points", "contact_id", Some("not x.is_first")),
        (
            "customer_contacts",
            "contact_id",
            Some(
                "x.role is not null or not exists (select from contacts k
                   where k.tenant_id = x.tenant_id and k.id = x.contact_id and k.customer_id = x.customer_id)",
            ),
        ),
    ];

    async fn remove(tx: &mut TenantTx, records: &[Uuid]) -> Result<u64> {
        let done = sqlx::query!("delete from contacts where id = any($1)", records).execute(tx.conn()).await?;
        Ok(done.rows_affected())
    }

    async fn restore(tx: &mut TenantTx, id: ImportId, records: &[Uuid]) -> Result<u64> {
        let done = sqlx::query!(
            "with old as materialized (
               select r.* from import_changes c
               join contacts e on e.tenant_id = c.tenant_id and e.id = c.record_id
               cross join lateral (
                 select jsonb_object_agg(b.key, b.value) as fields from jsonb_each(c.before) b
                 where to_jsonb(e) -> b.key = c.after -> b.key
               ) kept
               cross join lateral jsonb_populate_record(e, kept.fields) r
               where c.import_id = $1 and c.record_id = any($2) and kept.fields is not null
             )
             update contacts e set version = e.version + 1, updated_at = $3, first_name = o.first_name, last_name = o.last_name,
               job_title = o.job_title, email = o.email, phone = o.phone, language = o.language, owner_id = o.owner_id,
               do_not_contact = o.do_not_contact, custom = o.custom
             from old o where e.tenant_id = o.tenant_id and e.id = o.id",
            id.0,
            records,
            tx.now()
        )
        .execute(tx.conn())
        .await?;
        Ok(done.rows_affected())
    }
}

/// Customers that the reader may see, by their names in small letters.
async fn customers(tx: &mut TenantTx, names: &[String]) -> Result<HashMap<String, Uuid>> {
    let mut q = sqlx::QueryBuilder::new(
        "select lower(e.name), e.id from customers e where e.archived_at is null and lower(e.name) = any(",
    );
    q.push_bind(names.to_vec()).push(") and ").push(reaches(Kind::Customers, tx.scope::<CustomersRead>()));
    let rows: Vec<(String, Uuid)> = q.build_query_as().fetch_all(tx.conn()).await?;
    Ok(rows.into_iter().collect())
}

/// Rows turned into columns, for UNNEST.
#[derive(Default)]
struct Columns<'a> {
    first_name: Vec<&'a str>,
    last_name: Vec<&'a str>,
    job_title: Vec<Option<&'a str>>,
    customer: Vec<Option<Uuid>>,
    email: Vec<Option<&'a str>>,
    phone: Vec<Option<&'a str>>,
    language: Vec<Option<&'a str>>,
    owner: Vec<Option<Uuid>>,
    do_not_contact: Vec<bool>,
    custom: Vec<Option<Value>>,
}

impl<'a> Columns<'a> {
    async fn of(tx: &mut TenantTx, rows: impl Iterator<Item = &'a Standing<Fields>> + Clone) -> Result<Self> {
        let names: Vec<String> =
            rows.clone().filter_map(|s| s.fields.customer.as_ref()).map(|name| name.to_lowercase()).collect();
        let firms = customers(tx, &names).await?;
        let mut c = Self::default();
        for Standing { fields: f, owner, .. } in rows {
            c.first_name.push(&f.first_name);
            c.last_name.push(&f.last_name);
            c.job_title.push(f.job_title.as_deref());
            c.customer.push(f.customer.as_ref().and_then(|name| firms.get(&name.to_lowercase()).copied()));
            c.email.push(f.email.as_ref().map(Email::as_str));
            c.phone.push(f.phone.as_deref());
            c.language.push(f.language);
            c.owner.push(*owner);
            c.do_not_contact.push(f.do_not_contact);
            c.custom.push(filled(&f.custom.values.directory));
        }
        Ok(c)
    }
}
