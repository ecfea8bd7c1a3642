//! Brings a database to this version's shape, as its owner.

pub mod trial;

use crate::{Error, Result};
use sqlx::{Connection, PgConnection};

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../migrations");

/// Applies what is missing and gives how many migrations the database has now. Two at once wait for each other.
pub async fn run(owner_url: &str) -> Result<usize> {
    let mut conn = PgConnection::connect(owner_url).await?;
    MIGRATIONS.run(&mut conn).await.map_err(|e| Error::Sql(sqlx::Error::Migrate(Box::new(e))))?;
    // So that `doctor` can tell what is missing.
    sqlx::raw_sql("grant select on _sqlx_migrations to people360_app").execute(&mut conn).await?;
    conn.close().await?;
    Ok(MIGRATIONS.iter().count())
}

/// How many migrations of this version the database lacks.
pub async fn missing(db: &crate::Db) -> Result<usize> {
    let there: bool =
        sqlx::query_scalar("select to_regclass('public._sqlx_migrations') is not null").fetch_one(db.pool()).await?;
    if !there {
        return Ok(MIGRATIONS.iter().count());
    }
    let applied: Vec<i64> =
        sqlx::query_scalar("select version from _sqlx_migrations where success").fetch_all(db.pool()).await?;
    Ok(MIGRATIONS.iter().filter(|m| !applied.contains(&m.version)).count())
}

/// Lets the relay role use the queue library's tables, which its own migrations have just made.
pub async fn open_queues(owner_url: &str) -> Result<()> {
    let mut conn = PgConnection::connect(owner_url).await?;
    sqlx::raw_sql(
        "grant usage on schema apalis to people360_relay;
         grant select, insert, update, delete on all tables in schema apalis to people360_relay;
         grant execute on all functions in schema apalis to people360_relay;",
    )
    .execute(&mut conn)
    .await?;
    Ok(conn.close().await?)
}

/// A pool in the owner's role, for the queue library's own set-up.
pub async fn owner_pool(owner_url: &str) -> Result<sqlx::PgPool> {
    Ok(sqlx::postgres::PgPoolOptions::new().max_connections(1).connect(owner_url).await?)
}
