//! Deals in bulk.

use super::{
    attached::Follows,
    ledger::{Ledger, NAMES, filled, members, plan_anew},
};
use crate::{
    Error, Result, TenantTx,
    crm::{
        deals::{category, money},
        pipelines,
    },
    custom_fields::by_number_or_name,
    reach::{Kind, reaches},
};
use domain::{
    Day, ImportId,
    access::CustomersRead,
    crm::{
        deals::Fields,
        pipelines::{Pipeline, Stage, State, stage_named},
    },
    custom_fields::{Custom, Values},
    import::{Change, Deals, Known, New, Record, Standing, Wanted},
};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use uuid::Uuid;

impl Ledger for Deals {
    async fn known(tx: &mut TenantTx, wanted: &Wanted) -> Result<Known<Fields>> {
        let [references, names] = &wanted.keys;
        plan_anew(tx).await?;
        let rows = sqlx::query!(
            r#"select d.id, d.version, d.name, d.reference, d.owner_id, d.amount_minor, d.amount_currency, d.close_on, d.probability,
                 d.probability_own, d.category, d.category_own, d.source, d.next_step, d.next_step_on, d.competitors, d.loss_note,
                 d.custom, d.archived_at is not null as "archived!", s.name as stage, p.name as pipeline, c.name as "customer?",
                 r.name as "loss_reason?"
               from deals d
               join stages s on s.tenant_id = d.tenant_id and s.id = d.stage_id
               join pipelines p on p.tenant_id = d.tenant_id and p.id = d.pipeline_id
               left join customers c on c.tenant_id = d.tenant_id and c.id = d.customer_id
               left join loss_reasons r on r.tenant_id = d.tenant_id and r.id = d.loss_reason_id
               where lower(d.reference) = any($1) or (d.reference is null and lower(d.name) = any($2)) order by d.created_at, d.id"#,
            references,
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
            let fields = Fields {
                name: r.name,
                reference: r.reference,
                customer: r.customer,
                owner: None,
                pipeline: Some(r.pipeline),
                stage: Some(r.stage),
                amount: money(r.amount_minor, r.amount_currency.as_deref())?,
                close_on: r.close_on.map(Day),
                probability: Some(r.probability).filter(|_| r.probability_own),
                category: r.category_own.then(|| category(&r.category)).transpose()?,
                source: r.source,
                next_step: r.next_step,
                next_step_on: r.next_step_on.map(Day),
                competitors: r.competitors,
                loss_reason: r.loss_reason,
                loss_note: r.loss_note,
                opened_on: None,
                product: None,
                custom: Custom::known(Values::of(r.custom, None, None)),
            };
            let now = Standing { fields, above: None, owner: r.owner_id };
            known.records.push(Record { id: r.id, version: r.version, archived: r.archived, now });
        }
        let named = |field: &str| -> Vec<String> {
            wanted.others.iter().filter(|(f, _)| *f == field).map(|(_, word)| word.clone()).collect()
        };
        let firms = customers(tx, &named("customer")).await?;
        let reasons = reasons(tx, &named("loss_reason")).await?;
        let products = products(tx, &named("product")).await?;
        let pipelines = pipelines::all(tx).await?;
        known.others.extend(products.into_keys().map(|name| ("product", name)));
        known.others.extend(firms.into_keys().map(|name| ("customer", name)));
        known.others.extend(reasons.into_keys().map(|name| ("loss_reason", name)));
        let there = |words: &String| {
            let (pipeline, stage) = words.split_once('/').unwrap_or_default();
            find(&pipelines, Some(stage), Some(pipeline)).is_some()
        };
        known.others.extend(named("stage").into_iter().filter(there).map(|words| ("stage", words)));
        Ok(known)
    }

    async fn names(tx: &mut TenantTx, field: &'static str) -> Result<Vec<String>> {
        let sql = match field {
            "stage" => "select distinct e.name from stages e where true",
            "loss_reason" => "select e.name from loss_reasons e where e.removed_at is null",
            "product" => "select e.name from products e where not e.retired",
            "owner" => "select e.name from members e where e.deactivated_at is null",
            "customer" => "select e.name from customers e where e.archived_at is null",
            _ => return Ok(vec![]),
        };
        let mut q = sqlx::QueryBuilder::<sqlx::Postgres>::new(sql);
        if field == "customer" {
            q.push(" and ").push(reaches(Kind::Customers, tx.scope::<CustomersRead>()));
        }
        q.push(" order by 1 limit ").push_bind(NAMES);
        Ok(q.build_query_scalar().fetch_all(tx.conn()).await?)
    }

    async fn insert(tx: &mut TenantTx, rows: &[New<Fields>]) -> Result<()> {
        let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
        let zone = tx.zone();
        let c = Columns::of(tx, rows.iter().map(|r| &r.now)).await?;
        sqlx::query!(
            "insert into deals (tenant_id, id, created_at, updated_at, stage_since, name, reference, customer_id, owner_id, pipeline_id,
               stage_id, amount_minor, amount_currency, close_on, probability, probability_own, category, category_own, source,
               next_step, next_step_on, competitors, loss_reason_id, loss_note, custom)
             select $1, u.id, b.began, $2, b.since, u.name, u.reference, u.customer_id, u.owner_id, u.pipeline_id, u.stage_id, u.amount_minor,
               u.amount_currency, u.close_on, coalesce(u.probability, 0), u.probability is not null, coalesce(u.category, 'pipeline'),
               u.category is not null, u.source, u.next_step, u.next_step_on,
               array(select jsonb_array_elements_text(u.competitors)), u.loss_reason_id, u.loss_note, u.custom
             from unnest($3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::uuid[], $8::uuid[], $9::uuid[], $10::bigint[], $11::text[],
               $12::date[], $13::int[], $14::text[], $15::text[], $16::text[], $17::date[], $18::jsonb[], $19::uuid[], $20::text[],
               $21::jsonb[], $22::date[], $23::boolean[])
               as u (id, name, reference, customer_id, owner_id, pipeline_id, stage_id, amount_minor, amount_currency, close_on,
                     probability, category, source, next_step, next_step_on, competitors, loss_reason_id, loss_note, custom,
                     opened_on, closed)
             cross join lateral (select least($2, coalesce((u.opened_on + time '12:00') at time zone $24, $2)) as began) o
             cross join lateral (select o.began, case
               when u.closed then greatest(o.began, least($2, (u.close_on + time '12:00') at time zone $24))
               else o.began end as since) b",
            tx.tenant().0,
            tx.now(),
            &ids,
            &c.name as &[&str],
            &c.reference as &[Option<&str>],
            &c.customer as &[Option<Uuid>],
            &c.owner as &[Option<Uuid>],
            &c.pipeline,
            &c.stage,
            &c.amount_minor as &[Option<i64>],
            &c.amount_currency as &[Option<&str>],
            &c.close_on as &[Option<chrono::NaiveDate>],
            &c.probability as &[Option<i32>],
            &c.category as &[Option<&str>],
            &c.source as &[Option<&str>],
            &c.next_step as &[Option<&str>],
            &c.next_step_on as &[Option<chrono::NaiveDate>],
            &c.competitors as &[Value],
            &c.loss_reason as &[Option<Uuid>],
            &c.loss_note as &[Option<&str>],
            &c.custom as &[Option<Value>],
            &c.opened_on as &[Option<chrono::NaiveDate>],
            &c.closed,
            zone.name()
        )
        .execute(tx.conn())
        .await?;
        lines(tx, &ids, &c).await
    }

    async fn update(tx: &mut TenantTx, rows: &[Change<Fields>]) -> Result<()> {
        let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
        let versions: Vec<i32> = rows.iter().map(|r| r.version).collect();
        let c = Columns::of(tx, rows.iter().map(|r| &r.after)).await?;
        let done = sqlx::query!(
            "update deals d set version = d.version + 1, updated_at = $1, name = u.name, reference = u.reference,
               customer_id = coalesce(u.customer_id, d.customer_id), owner_id = u.owner_id, pipeline_id = u.pipeline_id, stage_id = u.stage_id,
               amount_minor = u.amount_minor, amount_currency = u.amount_currency, close_on = u.close_on,
               probability = coalesce(u.probability, d.probability), probability_own = u.probability is not null,
               category = coalesce(u.category, d.category), category_own = u.category is not null, source = u.source,
               next_step = u.next_step, next_step_on = u.next_step_on,
               competitors = array(select jsonb_array_elements_text(u.competitors)), loss_reason_id = u.loss_reason_id,
               loss_note = u.loss_note, custom = u.custom
             from unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::uuid[], $8::uuid[], $9::bigint[], $10::text[],
               $11::date[], $12::int[], $13::text[], $14::text[], $15::text[], $16::date[], $17::jsonb[], $18::uuid[], $19::text[],
               $20::jsonb[], $21::int[])
               as u (id, name, reference, customer_id, owner_id, pipeline_id, stage_id, amount_minor, amount_currency, close_on,
                     probability, category, source, next_step, next_step_on, competitors, loss_reason_id, loss_note, custom, version)
             where d.id = u.id and d.version = u.version",
            tx.now(),
            &ids,
            &c.name as &[&str],
            &c.reference as &[Option<&str>],
            &c.customer as &[Option<Uuid>],
            &c.owner as &[Option<Uuid>],
            &c.pipeline,
            &c.stage,
            &c.amount_minor as &[Option<i64>],
            &c.amount_currency as &[Option<&str>],
            &c.close_on as &[Option<chrono::NaiveDate>],
            &c.probability as &[Option<i32>],
            &c.category as &[Option<&str>],
            &c.source as &[Option<&str>],
            &c.next_step as &[Option<&str>],
            &c.next_step_on as &[Option<chrono::NaiveDate>],
            &c.competitors as &[Value],
            &c.loss_reason as &[Option<Uuid>],
            &c.loss_note as &[Option<&str>],
            &c.custom as &[Option<Value>],
            &versions
        )
        .execute(tx.conn())
        .await?;
        // Somebody has changed one of them since the plan was made: nothing of theirs is written over.
        if done.rows_affected() == rows.len() as u64 { Ok(()) } else { Err(Error::Stale) }
    }

    /// Columns of the row itself; what names records of other kinds is known by its words here.
    fn columns(s: &Standing<Fields>) -> Map<String, Value> {
        let f = &s.fields;
        let Value::Object(columns) = json!({
            "name": f.name,
            "reference": f.reference,
            "owner_id": s.owner,
            "amount_minor": f.amount.map(|a| a.minor),
            "amount_currency": f.amount.map(|a| a.currency.code()),
            "source": f.source,
            "next_step": f.next_step,
            "next_step_on": f.next_step_on.map(|d| d.0.to_string()),
            "competitors": f.competitors,
            "custom": filled(&f.custom.values.directory),
        }) else {
            unreachable!("an object was written")
        };
        columns
    }

    async fn led(tx: &mut TenantTx, records: &[Uuid]) -> Result<HashMap<Uuid, Map<String, Value>>> {
        let rows = sqlx::query!(
            r#"select id, jsonb_build_object('customer_id', customer_id, 'pipeline_id', pipeline_id, 'stage_id', stage_id,
                 'close_on', close_on, 'probability', probability, 'probability_own', probability_own, 'category', category,
                 'category_own', category_own, 'loss_reason_id', loss_reason_id, 'loss_note', loss_note) as "columns!"
               from deals where id = any($1)"#,
            records
        )
        .fetch_all(tx.conn())
        .await?;
        let led = |columns| match columns {
            Value::Object(columns) => columns,
            _ => Map::new(),
        };
        Ok(rows.into_iter().map(|r| (r.id, led(r.columns))).collect())
    }

    async fn called(tx: &mut TenantTx, records: &[Uuid]) -> Result<HashMap<Uuid, String>> {
        let rows = sqlx::query!("select id, name from deals where id = any($1)", records).fetch_all(tx.conn()).await?;
        Ok(rows.into_iter().map(|r| (r.id, r.name)).collect())
    }

    async fn versions(tx: &mut TenantTx, records: &[Uuid]) -> Result<Vec<(Uuid, i32)>> {
        let rows =
            sqlx::query!("select id, version from deals where id = any($1)", records).fetch_all(tx.conn()).await?;
        Ok(rows.into_iter().map(|r| (r.id, r.version)).collect())
    }

    const TABLE: &'static str = "deals";
    // Its history begins with it, and so does the line of the product that the file names.
    const FOLLOWS: &'static [Follows] =
        &[("deal_history", "deal_id", None), ("sales_lines", "deal_id", Some("x.place > 1"))];

    async fn remove(tx: &mut TenantTx, records: &[Uuid]) -> Result<u64> {
        let done = sqlx::query!("delete from deals where id = any($1)", records).execute(tx.conn()).await?;
        Ok(done.rows_affected())
    }

    /// What goes with a stage comes back with it; of one that somebody has moved since, it stays.
    async fn restore(tx: &mut TenantTx, id: ImportId, records: &[Uuid]) -> Result<u64> {
        let done = sqlx::query!(
            "with old as materialized (
               select r.* from import_changes c
               join deals e on e.tenant_id = c.tenant_id and e.id = c.record_id
               cross join lateral (
                 select jsonb_object_agg(b.key, b.value) as fields from jsonb_each(c.before) b
                 where to_jsonb(e) -> b.key = c.after -> b.key
                   and (b.key not in ('amount_minor', 'amount_currency')
                        or (to_jsonb(e) -> 'amount_minor' = c.after -> 'amount_minor'
                            and to_jsonb(e) -> 'amount_currency' = c.after -> 'amount_currency'))
                   and (b.key in ('name', 'reference', 'owner_id', 'customer_id', 'amount_minor', 'amount_currency', 'source',
                                  'next_step', 'next_step_on', 'competitors', 'custom')
                        or coalesce(to_jsonb(e) -> 'stage_id' = c.after -> 'stage_id', true))
               ) kept
               cross join lateral jsonb_populate_record(e, kept.fields) r
               where c.import_id = $1 and c.record_id = any($2) and kept.fields is not null
             )
             update deals e set version = e.version + 1, updated_at = $3, name = o.name, reference = o.reference,
               customer_id = o.customer_id, owner_id = o.owner_id, pipeline_id = o.pipeline_id, stage_id = o.stage_id,
               amount_minor = o.amount_minor, amount_currency = o.amount_currency, close_on = o.close_on,
               probability = o.probability, probability_own = o.probability_own, category = o.category,
               category_own = o.category_own, source = o.source, next_step = o.next_step, next_step_on = o.next_step_on,
               competitors = o.competitors, loss_reason_id = o.loss_reason_id, loss_note = o.loss_note, custom = o.custom
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

/// Where words of a file lead, in small letters; neither is the first stage of the first pipeline.
fn find<'p>(all: &'p [Pipeline], stage: Option<&str>, pipeline: Option<&str>) -> Option<&'p Stage> {
    let (stage, pipeline) = (stage.unwrap_or_default().trim(), pipeline.unwrap_or_default().trim());
    match stage.is_empty() {
        false => stage_named(all, stage, pipeline),
        true => {
            let named = |p: &&Pipeline| pipeline.is_empty() || p.name.to_lowercase() == pipeline.to_lowercase();
            all.iter().find(named)?.first()
        }
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

/// Products that are sold, by their names in small letters.
async fn products(tx: &mut TenantTx, names: &[String]) -> Result<HashMap<String, Uuid>> {
    let rows = sqlx::query!(
        r#"select lower(name) as "name!", id from products where lower(name) = any($1) and not retired"#,
        names
    );
    Ok(rows.fetch_all(tx.conn()).await?.into_iter().map(|r| (r.name, r.id)).collect())
}

/// A line for the product that a deal is about: one of it, for what the deal is worth, or for what it costs today.
async fn lines(tx: &mut TenantTx, deals: &[Uuid], c: &Columns<'_>) -> Result<()> {
    if c.product.iter().all(Option::is_none) {
        return Ok(());
    }
    let ids: Vec<Uuid> = deals.iter().map(|_| tx.id::<domain::QuoteId>().0).collect();
    let (tenant, today) = (tx.tenant().0, tx.today().0);
    sqlx::query!(
        "insert into sales_lines (tenant_id, id, deal_id, place, product_id, name, quantity, unit_minor, currency, discount, tax)
         select $1, u.id, u.deal, 1, p.id, p.name, 1, coalesce(u.minor, x.minor, 0), coalesce(u.currency, x.currency, t.currency), 0, p.tax
         from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[], $6::text[]) as u (id, deal, product, minor, currency)
         join tenants t on t.id = $1
         join products p on p.tenant_id = $1 and p.id = u.product
         left join product_prices x on x.tenant_id = $1 and x.product_id = p.id and x.currency = coalesce(u.currency, t.currency)
           and x.from_on <= $7 and (x.until_on is null or x.until_on >= $7)",
        tenant,
        &ids,
        deals,
        &c.product as &[Option<Uuid>],
        &c.amount_minor as &[Option<i64>],
        &c.amount_currency as &[Option<&str>],
        today
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn reasons(tx: &mut TenantTx, names: &[String]) -> Result<HashMap<String, Uuid>> {
    let rows = sqlx::query!(
        r#"select lower(name) as "name!", id from loss_reasons where lower(name) = any($1) order by removed_at desc nulls last"#,
        names
    );
    Ok(rows.fetch_all(tx.conn()).await?.into_iter().map(|r| (r.name, r.id)).collect())
}

/// Rows turned into columns, for UNNEST.
#[derive(Default)]
struct Columns<'a> {
    name: Vec<&'a str>,
    reference: Vec<Option<&'a str>>,
    customer: Vec<Option<Uuid>>,
    owner: Vec<Option<Uuid>>,
    pipeline: Vec<Uuid>,
    stage: Vec<Uuid>,
    amount_minor: Vec<Option<i64>>,
    amount_currency: Vec<Option<&'a str>>,
    close_on: Vec<Option<chrono::NaiveDate>>,
    probability: Vec<Option<i32>>,
    category: Vec<Option<&'a str>>,
    source: Vec<Option<&'a str>>,
    next_step: Vec<Option<&'a str>>,
    next_step_on: Vec<Option<chrono::NaiveDate>>,
    competitors: Vec<Value>,
    loss_reason: Vec<Option<Uuid>>,
    loss_note: Vec<Option<&'a str>>,
    custom: Vec<Option<Value>>,
    opened_on: Vec<Option<chrono::NaiveDate>>,
    /// Whether its stage is an end.
    closed: Vec<bool>,
    product: Vec<Option<Uuid>>,
}

impl<'a> Columns<'a> {
    async fn of(tx: &mut TenantTx, rows: impl Iterator<Item = &'a Standing<Fields>> + Clone) -> Result<Self> {
        let words = |pick: fn(&Fields) -> Option<&String>| -> Vec<String> {
            rows.clone().filter_map(|s| pick(&s.fields)).map(|name| name.to_lowercase()).collect()
        };
        let (firms, why) = (words(|f| f.customer.as_ref()), words(|f| f.loss_reason.as_ref()));
        let (firms, why) = (customers(tx, &firms).await?, reasons(tx, &why).await?);
        let goods = products(tx, &words(|f| f.product.as_ref())).await?;
        let (all, today) = (pipelines::all(tx).await?, tx.today());
        let mut c = Self::default();
        for Standing { fields: f, owner, .. } in rows {
            let stage = find(&all, f.stage.as_deref(), f.pipeline.as_deref());
            // The plan was made of what there is; what went meanwhile is found by the next try.
            let stage = stage.ok_or(Error::Stale)?;
            let close_on = match stage.state {
                State::Open => f.close_on,
                _ => Some(f.close_on.unwrap_or(today).min(today)),
            };
            let lower = |name: &Option<String>| name.as_ref().map(|n| n.to_lowercase());
            c.name.push(&f.name);
            c.reference.push(f.reference.as_deref());
            c.customer.push(lower(&f.customer).and_then(|name| firms.get(&name).copied()));
            c.owner.push(*owner);
            c.pipeline.push(stage.pipeline.0);
            c.stage.push(stage.id.0);
            c.amount_minor.push(f.amount.map(|a| a.minor));
            c.amount_currency.push(f.amount.map(|a| a.currency.code()));
            c.close_on.push(close_on.map(|d| d.0));
            c.probability.push(f.probability);
            c.category.push(f.category.map(|x| x.key()));
            c.source.push(f.source.as_deref());
            c.next_step.push(f.next_step.as_deref());
            c.next_step_on.push(f.next_step_on.map(|d| d.0));
            c.competitors.push(json!(f.competitors));
            c.loss_reason.push(lower(&f.loss_reason).and_then(|name| why.get(&name).copied()));
            c.loss_note.push(f.loss_note.as_deref());
            c.custom.push(filled(&f.custom.values.directory));
            c.opened_on.push(f.opened_on.map(|d| d.0));
            c.closed.push(stage.state != State::Open);
            c.product.push(lower(&f.product).and_then(|name| goods.get(&name).copied()));
        }
        Ok(c)
    }
}
