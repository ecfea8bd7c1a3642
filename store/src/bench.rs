//! Many made-up records at once, for measuring.

use crate::{Result, TenantTx};

/// Adds `count` employees of ordinary shape: nine departments, some who left, reporting to a hundred managers.
/// Made by arithmetic, so that two runs measure the same.
pub async fn employees(tx: &mut TenantTx, count: i32) -> Result<()> {
    // A hundred thousand at once take longer than any page may.
    sqlx::query("set local statement_timeout = 0").execute(tx.conn()).await?;
    sqlx::query!(
        r#"with names as (
             select array['Ada','Alan','Grace','Edsger','Barbara','Donald','Radia','Linus','Margaret','Ken','Frances','Dennis','Hedy','Tim','Katherine','Guido','Anita','Bjarne','Karen','James'] as first,
                    array['Lovelace','Turing','Hopper','Dijkstra','Liskov','Knuth','Perlman','Torvalds','Hamilton','Thompson','Allen','Ritchie','Lamarr','Lee','Johnson','Rossum','Borg','Stroustrup','Jones','Gosling','Moore','Noyce','Shannon','Wiener','Neumann'] as last,
                    array['Sales','Development','Production','Research','Finance','Marketing','Customer Service','Quality','People'] as department,
                    array['Engineer','Senior Engineer','Staff','Senior Staff','Team Lead','Analyst'] as title
           ),
           people as materialized (select i, gen_random_uuid() as id from generate_series(0, $2 - 1) as i)
           insert into employees (tenant_id, id, number, first_name, last_name, email, department, job_title, employment_type,
             manager_id, start_date, end_date, birth_date, salary_minor, salary_currency, created_at, updated_at)
           select $1, p.id, (10000 + p.i)::text, first[1 + p.i % 20],
                  last[1 + (p.i / 20) % 25] || case when p.i >= 500 then ' ' || (p.i / 500)::text else '' end,
                  'person' || p.i || '@bench.example', department[1 + (p.i * 7) % 9], title[1 + (p.i * 5) % 6], 'full_time', m.id,
                  date '2000-01-01' + (p.i * 37 % 9000)::int, case when p.i % 5 = 4 then date '2000-01-01' + (p.i * 37 % 9000 + 300)::int end,
                  date '1960-01-01' + (p.i * 53 % 15000)::int, 4000000 + (p.i::bigint * 7919 % 9000000), 'USD', $3, $3
           from names, people p left join people m on p.i > 99 and m.i = p.i % 100"#,
        tx.tenant().0,
        count,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Adds `count` deals of ordinary shape to the first pipeline: most of them closed, over two years, each with an amount.
pub async fn deals(tx: &mut TenantTx, count: i32) -> Result<()> {
    sqlx::query("set local statement_timeout = 0").execute(tx.conn()).await?;
    sqlx::query!(
        r#"with way as (
             select pipeline_id, id, kind, row_number() over (order by place) - 1 as n from stages
             where pipeline_id = (select id from pipelines order by place, id limit 1)
           ),
           owners as (select id, row_number() over (order by id) - 1 as n, count(*) over () as many from members)
           insert into deals (tenant_id, id, name, pipeline_id, stage_id, owner_id, amount_minor, amount_currency, close_on,
             stage_since, created_at, updated_at)
           select $1, gen_random_uuid(), 'Deal ' || i, w.pipeline_id, w.id, o.id, 10000 + (i::bigint * 7919 % 9000000), 'USD',
                  ($3::timestamptz)::date + case when w.kind = 'open' then i % 180 else -(i % 700) end, $3, $3, $3
           from generate_series(0, $2 - 1) as i
           join way w on w.n = (array[0, 1, 2, 3, 4, 4, 4, 5, 5, 5])[1 + i % 10]
           join owners o on o.n = i % o.many"#,
        tx.tenant().0,
        count,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Adds `count` contacts of ordinary shape, of whom two in a hundred may be one: they share an address.
pub async fn contacts(tx: &mut TenantTx, count: i32) -> Result<()> {
    sqlx::query("set local statement_timeout = 0").execute(tx.conn()).await?;
    sqlx::query!(
        "insert into contacts (tenant_id, id, first_name, last_name, email, created_at, updated_at)
         select $1, gen_random_uuid(), 'Contact', 'Number ' || i, 'contact' || case when i % 100 = 1 then i - 1 else i end || '@bench.example', $3, $3
         from generate_series(0, $2 - 1) as i",
        tx.tenant().0,
        count,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Gives everybody another job title, in one statement, as an import would.
pub async fn change_everybody(tx: &mut TenantTx, round: i32) -> Result<u64> {
    let done = sqlx::query!(
        "update employees set job_title = 'Engineer ' || $1::int || ' of ' || number, version = version + 1, updated_at = $2",
        round,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Makes the members the managers of those employees that report to somebody, who all start in these days.
pub async fn managers(tx: &mut TenantTx) -> Result<()> {
    sqlx::query!(
        "update members m set employee_id = e.id
         from (select id, row_number() over (order by id) as n from members where employee_id is null) x
         join (select id, row_number() over (order by number) as n from employees where manager_id is null) e using (n)
         where m.id = x.id"
    )
    .execute(tx.conn())
    .await?;
    let today = tx.today().0;
    sqlx::query!(
        "update employees set start_date = $1::date + (number::int % 3), end_date = null where manager_id is not null",
        today
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Has everybody's digest begin anew, now.
pub async fn digests_due(tx: &mut TenantTx) -> Result<()> {
    let now = tx.now();
    sqlx::query!("update digests set next_at = $1, since = $1, last_on = null", now).execute(tx.conn()).await?;
    Ok(())
}
