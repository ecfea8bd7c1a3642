//! Databases to try things in: one is migrated a run, each test gets a copy of it (some 50 ms) and drops it.

use crate::Result;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Only for roles of a cluster that is made for tests.
const PASSWORD: &str = "trial";

/// Makers of copies wait for each other: a template may not be looked at while it is copied.
const LOCK: i64 = 0x0036_0360;

/// A migrated database of which copies are made.
#[derive(Debug, Clone)]
pub struct Template {
    admin: PgConnectOptions,
    name: String,
}

/// A database of a test's own, dropped with it.
#[derive(Debug)]
pub struct Trial {
    admin: PgConnectOptions,
    name: String,
    /// In the app role, as web and worker connect.
    pub app_url: String,
    pub owner_url: String,
}

impl Template {
    /// Finds or makes the template of this version's migrations. `admin_url` is a superuser's, of a cluster that is
    /// there for tests: the roles get new passwords. `prepare` does the rest with the owner's URL; `label` tells
    /// templates apart that are prepared differently.
    pub async fn make(admin_url: &str, label: &str, prepare: impl AsyncFnOnce(&str)) -> Result<Self> {
        let admin: PgConnectOptions = admin_url.parse()?;
        let mut version = DefaultHasher::new();
        super::MIGRATIONS.iter().for_each(|m| m.checksum.hash(&mut version));
        let name = format!("people360_trial_{label}_{:016x}", version.finish());
        let template = Self { admin, name };
        let mut conn = template.lock().await?;
        let there: bool =
            sqlx::query_scalar("select exists (select from pg_database where datname = $1 and datallowconn)")
                .bind(&template.name)
                .fetch_one(&mut conn)
                .await?;
        // Whoever died over it left a draft.
        let draft = format!("{}_draft", template.name);
        if !there {
            run(&mut conn, &format!("drop database if exists {draft} with (force)")).await?;
            run(&mut conn, &format!("create database {draft}")).await?;
        }
        let mut inside =
            PgConnection::connect_with(&template.admin.clone().database(if there { &template.name } else { &draft }))
                .await?;
        let mut roles = include_str!("../../../migrations/roles.sql").to_owned();
        for variable in ["owner_password", "app_password", "platform_password"] {
            roles = roles.replace(&format!(":'{variable}'"), &format!("'{PASSWORD}'"));
        }
        run(&mut inside, &roles).await?;
        inside.close().await?;
        if !there {
            let owner_url = url(&template.admin, "people360_owner", &draft);
            super::run(&owner_url).await?;
            prepare(&owner_url).await;
            run(&mut conn, &format!("alter database {draft} rename to {}", template.name)).await?;
        }
        conn.close().await?;
        Ok(template)
    }

    /// A copy, which its holder may do anything with.
    pub async fn copy(&self) -> Result<Trial> {
        #[expect(clippy::disallowed_methods, reason = "there is no transaction yet, and no clock of the test's")]
        let name = format!("trial_{}", uuid::Uuid::now_v7().simple());
        let mut conn = self.lock().await?;
        run(&mut conn, &format!("create database {name} template {} owner people360_owner", self.name)).await?;
        conn.close().await?;
        Ok(Trial {
            app_url: url(&self.admin, "people360_app", &name),
            owner_url: url(&self.admin, "people360_owner", &name),
            admin: self.admin.clone(),
            name,
        })
    }

    /// The lock ends with its connection.
    async fn lock(&self) -> Result<PgConnection> {
        let mut conn = PgConnection::connect_with(&self.admin).await?;
        sqlx::query("select pg_advisory_lock($1)").bind(LOCK).execute(&mut conn).await?;
        Ok(conn)
    }
}

impl Trial {
    /// Breaks every connection to it, as a restart of the server would.
    pub async fn hang_up(&self) -> Result<()> {
        let mut conn = PgConnection::connect_with(&self.admin).await?;
        sqlx::query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1")
            .bind(&self.name)
            .execute(&mut conn)
            .await?;
        Ok(conn.close().await?)
    }

    /// Lets nobody in any more, and breaks every connection; or lets them in again.
    pub async fn lock_out(&self, out: bool) -> Result<()> {
        let mut conn = PgConnection::connect_with(&self.admin).await?;
        run(&mut conn, &format!("alter database {} with allow_connections {}", self.name, !out)).await?;
        conn.close().await?;
        if out { self.hang_up().await } else { Ok(()) }
    }

    /// Any statements, as the superuser.
    pub async fn admin(&self, sql: &str) -> Result<()> {
        let mut conn = PgConnection::connect_with(&self.admin.clone().database(&self.name)).await?;
        run(&mut conn, sql).await?;
        Ok(conn.close().await?)
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        let (admin, name) = (self.admin.clone(), self.name.clone());
        // Not on the test's runtime, which may be ending.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let mut conn = PgConnection::connect_with(&admin).await.map_err(std::io::Error::other)?;
                let sql = format!("drop database if exists {name} with (force)");
                run(&mut conn, &sql).await.map_err(std::io::Error::other)
            })
        });
        if !matches!(dropping.join(), Ok(Ok(()))) {
            tracing::warn!(name = self.name, "a trial database stays behind");
        }
    }
}

fn url(admin: &PgConnectOptions, role: &str, database: &str) -> String {
    admin.clone().username(role).password(PASSWORD).database(database).to_url_lossy().to_string()
}

/// Names here are made of letters and digits of ours.
async fn run(conn: &mut PgConnection, sql: &str) -> Result<()> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(conn).await?;
    Ok(())
}
