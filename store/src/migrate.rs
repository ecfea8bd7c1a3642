//! Brings a database to this version's shape, as its owner.

use crate::{Error, Result};
use sqlx::{Connection, PgConnection};

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../migrations");

/// Applies what is missing and gives how many migrations the database has now. Two at once wait for each other.
pub async fn run(owner_url: &str) -> Result<usize> {
    let mut conn = PgConnection::connect(owner_url).await?;
    MIGRATIONS.run(&mut conn).await.map_err(|e| Error::Sql(sqlx::Error::Migrate(Box::new(e))))?;
    conn.close().await?;
    Ok(MIGRATIONS.iter().count())
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
