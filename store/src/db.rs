//! Connections and transactions. Every door into the data is a function of this file.

mod desk;
mod tx;

pub use desk::{Desk, Entry, Policy, Seen, Who};
pub use tx::{IdentityTx, RelayTx, TenantTx};

use crate::{Error, Result};
use chrono::{DateTime, NaiveDate, SubsecRound, Utc};
use chrono_tz::Tz;
use domain::{
    AccountId, Currency, DateOrder, Day, EmployeeId, MemberId, SessionId, Slug, TenantId,
    access::{Actor, Rights, Role},
    ids::Id,
    workspace::Workspace,
};
use sqlx::{
    AssertSqlSafe, Connection, PgPool, Postgres, SqlSafeStr, Transaction,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{
    net::IpAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use uuid::Uuid;

/// Where the time comes from; tests bring their own.
pub trait Clock: Send + Sync + 'static {
    fn now(&self) -> DateTime<Utc>;
    /// Whether the database may take its own time for the audit trail.
    fn is_real(&self) -> bool {
        false
    }
}

pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the system's clock is read")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
    fn is_real(&self) -> bool {
        true
    }
}

/// For how long an idle connection is taken without a question; less after one was found dead, see [`Doubt`].
const FRESH: Duration = Duration::from_secs(1);

/// The pool, in the app role. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    pool: PgPool,
    clock: Arc<dyn Clock>,
    statements: Arc<AtomicU64>,
    doubt: Doubt,
}

/// When a connection was last found to be dead. Those that lay idle since before may be as well.
#[derive(Clone, Default)]
struct Doubt(Arc<Mutex<Option<Instant>>>);

impl Doubt {
    fn arises(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    fn covers(&self, idle_for: Duration) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|since| since.elapsed() <= idle_for)
    }
}

/// A connection that has answered at the door, in no transaction.
pub struct Seat(PoolConnection<Postgres>);

impl Db {
    /// Opens a pool of at most `connections`; a connection is waited for no longer than three seconds,
    /// so that a database that is gone shows as a clear page soon.
    pub async fn connect(url: &str, connections: u32, clock: Arc<dyn Clock>) -> Result<Self> {
        let db = Self::lazy(url, connections, clock)?;
        db.pool.acquire().await?;
        Ok(db)
    }

    /// As [`connect`](Self::connect), without trying: the first query does.
    pub fn lazy(url: &str, connections: u32, clock: Arc<dyn Clock>) -> Result<Self> {
        let options: PgConnectOptions = url.parse()?;
        let doubt = Doubt::default();
        let asked = doubt.clone();
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(Duration::from_secs(3))
            .idle_timeout(Duration::from_secs(300))
            // A connection that was used a moment ago was found sound when it was given back. Asking it again before
            // each use cost two of a page's seven round trips.
            .test_before_acquire(false)
            .before_acquire(move |conn, meta| {
                let ask = meta.idle_for > FRESH || asked.covers(meta.idle_for);
                Box::pin(async move {
                    if ask {
                        conn.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_lazy_with(options.application_name("people360"));
        Ok(Self { pool, clock, statements: Arc::default(), doubt })
    }

    /// The same database at another time: what is written through it has happened then.
    #[must_use]
    pub fn at(&self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self.clone() }
    }

    pub fn now(&self) -> DateTime<Utc> {
        // PostgreSQL keeps microseconds; what is compared later must not have more.
        self.clock.now().trunc_subsecs(6)
    }

    /// A new time-ordered id.
    pub fn id<I: Id>(&self) -> I {
        I::from(new_id(self.clock.now()))
    }

    /// Statements sent so far, round trips of transaction control left out. Tests assert how many a route needs.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// The door: which member `account` is in the workspace called `slug`. `None` for either unknown.
    pub async fn enter(&self, slug: &str, account: AccountId) -> Result<Option<Entry>> {
        Ok(self.enter_seated(slug, account, None).await?.map(|(entry, _)| entry))
    }

    /// As [`enter`](Self::enter), and keeps the connection that answered for [`begin_seated`](Self::begin_seated):
    /// giving it back and taking one again would cost a round trip. For whoever begins at once; no connection waits for
    /// the body of a request.
    pub async fn enter_seated(
        &self,
        slug: &str,
        account: AccountId,
        session: Option<SessionId>,
    ) -> Result<Option<(Entry, Seat)>> {
        match self.ask_the_door(slug, account, session).await {
            Err(e) if self.hung_up(&e) => self.ask_the_door(slug, account, session).await,
            answer => answer,
        }
    }

    async fn ask_the_door(
        &self,
        slug: &str,
        account: AccountId,
        session: Option<SessionId>,
    ) -> Result<Option<(Entry, Seat)>> {
        let mut seat = Seat(self.pool.acquire().await?);
        self.statements.fetch_add(1, Ordering::Relaxed);
        let row = sqlx::query!(
            r#"select tenant_id as "tenant!", slug as "slug!", workspace as "workspace!", status as "status!",
                      zone as "zone!", currency as "currency!", date_order as "date_order!", accent, logo,
                      require_second_factor as "require_second_factor!", session_idle_minutes as "idle!",
                      session_days as "days!", member_id as "member!", name as "name!", email as "email!", photo,
                      role as "role!", role_id, role_name, grants, employee_id, privileges_at,
                      preferences as "preferences!", verified as "verified!", own_zone,
                      second_factor as "second_factor!", session_since, session_seen, unread as "unread!", left_on
               from house.enter($1, $2, $3)"#,
            slug,
            account.0,
            session.map(|s| s.0)
        )
        .fetch_optional(&mut *seat.0)
        .await?;
        let Some(r) = row else { return Ok(None) };
        let look = Look { accent: r.accent, logo: r.logo };
        let workspace = workspace(r.tenant, &r.slug, r.workspace, &r.zone, &r.currency, &r.date_order, look)?;
        let role = Role::from_row(&r.role, r.role_id).ok_or_else(|| strange("role", &r.role))?;
        // Whose last day is over comes in no more. An owner does until it is tended to: they may be the last one.
        let today = self.now().with_timezone(&workspace.zone).date_naive();
        if role != Role::Owner && r.left_on.is_some_and(|last| last < today) {
            return Ok(None);
        }
        let rights = r.grants.as_ref().map_or_else(|| role.rights(), Rights::from_json);
        let actor = Actor {
            tenant: workspace.id,
            member: MemberId(r.member),
            account,
            name: r.name,
            role,
            role_name: r.role_name.unwrap_or_else(|| role.label().to_owned()),
            rights,
            employee: r.employee_id.map(EmployeeId),
        };
        let entry = Entry {
            zone: r.own_zone.and_then(|z| z.parse().ok()).unwrap_or(workspace.zone),
            workspace,
            suspended: r.status != "active",
            actor,
            email: r.email,
            photo: r.photo,
            verified: r.verified,
            preferences: r.preferences,
            privileges_at: r.privileges_at,
            second_factor: r.second_factor,
            unread: r.unread,
            policy: Policy {
                second_factor: r.require_second_factor,
                idle: chrono::Duration::minutes(r.idle.into()),
                longest: chrono::Duration::days(r.days.into()),
            },
            session: r.session_since.zip(r.session_seen).map(|(since, seen)| Seen { since, seen }),
        };
        Ok(Some((entry, seat)))
    }

    /// Opens a transaction inside one tenant, in one round trip.
    pub async fn begin(&self, desk: Desk) -> Result<TenantTx> {
        self.begin_at(None, desk, "").await
    }

    /// As [`begin`](Self::begin), for somebody who waits for a page, on the connection that is at hand already. What a
    /// long import holds is not waited for: [`Error::Busy`] says so while they remember what they typed.
    pub async fn begin_seated(&self, seat: Option<Seat>, desk: Desk) -> Result<TenantTx> {
        self.begin_at(seat, desk, "; set local lock_timeout = '3s'").await
    }

    async fn begin_at(&self, seat: Option<Seat>, desk: Desk, settings: &'static str) -> Result<TenantTx> {
        let now = self.now();
        let mut begin =
            format!("begin; set local app.tenant_id = '{}'; set local app.actor = '{}'", desk.tenant, desk.who);
        if let Who::Member(member) = desk.who {
            begin.push_str(&format!("; set local app.member = '{member}'"));
        }
        if let Some(employee) = desk.employee {
            begin.push_str(&format!("; set local app.employee = '{employee}'"));
        }
        if let Some(address) = desk.address {
            begin.push_str(&format!("; set local app.address = '{address}'"));
        }
        if !self.clock.is_real() {
            begin.push_str(&format!("; set local app.now = '{}'", now.to_rfc3339()));
        }
        begin.push_str(settings);
        // Safe: ids, a Display of ours without quotes, an IP address, a time, and constants.
        let tx = self.open(seat, begin).await?;
        Ok(TenantTx {
            tx,
            desk,
            now,
            clock: self.clock.clone(),
            statements: self.statements.clone(),
            reads: None,
            in_run: false,
        })
    }

    /// Opens a transaction for a job, which knows its tenant and no more. Of a suspended workspace nothing is done.
    pub async fn begin_job(&self, tenant: TenantId, name: &'static str) -> Result<(TenantTx, Workspace)> {
        let (mut tx, workspace) = self.begin_mail(tenant, name).await?;
        let status = sqlx::query_scalar!("select status from tenants where id = $1", tenant.0);
        match status.fetch_one(tx.conn()).await?.as_str() {
            "active" => Ok((tx, workspace)),
            _ => Err(Error::Suspended),
        }
    }

    /// As [`begin_job`](Self::begin_job), in the workspace of a public address.
    pub async fn begin_public(&self, slug: &str, name: &'static str) -> Result<(TenantTx, Workspace)> {
        let mut tx = self.identity().await?;
        let tenant = crate::identity::tenant_of(&mut tx, slug).await?.ok_or(Error::NotFound)?;
        drop(tx);
        self.begin_job(tenant, name).await
    }

    /// As [`begin_job`](Self::begin_job), for mail about somebody's account: it names the workspace and does nothing in
    /// it, so it goes out of a suspended one, too.
    pub async fn begin_mail(&self, tenant: TenantId, name: &'static str) -> Result<(TenantTx, Workspace)> {
        let desk = Desk::of_system(tenant, Tz::UTC, Who::Job(name));
        let mut tx = self.begin(desk).await?;
        let workspace = crate::workspace::find(&mut tx).await?;
        (tx.desk.zone, tx.desk.told_in) = (workspace.zone, workspace.zone);
        Ok((tx, workspace))
    }

    /// Opens a transaction that sees accounts and memberships, and no tenant's records.
    pub async fn identity(&self) -> Result<IdentityTx> {
        self.begin_identity(String::new()).await
    }

    /// As [`identity`](Self::identity), for somebody who calls from there and is not known yet.
    pub async fn identity_from(&self, address: Option<IpAddr>) -> Result<IdentityTx> {
        self.begin_identity(from(address)).await
    }

    /// As [`identity`](Self::identity), in the name of an account: what it changes about itself is told so in the trail
    /// of each of its workspaces.
    pub async fn identity_of(&self, account: AccountId, address: Option<IpAddr>) -> Result<IdentityTx> {
        self.begin_identity(format!("; set local app.account = '{account}'{}", from(address))).await
    }

    async fn begin_identity(&self, settings: String) -> Result<IdentityTx> {
        let mut begin = format!("begin; set local role people360_identity; set local app.actor = 'system'{settings}");
        if !self.clock.is_real() {
            begin.push_str(&format!("; set local app.now = '{}'", self.now().to_rfc3339()));
        }
        let tx = self.open(None, begin).await?;
        Ok(IdentityTx { tx, now: self.now(), clock: self.clock.clone(), statements: self.statements.clone() })
    }

    /// Opens a transaction that sees the outbox of all tenants, and nothing else of theirs.
    pub async fn relay(&self) -> Result<RelayTx> {
        // What the planner knows of tables that fill and empty is mostly wrong: their indexes are always right.
        let begin = "begin; set local role people360_relay; set local enable_seqscan = off";
        let tx = self.open(None, begin.into()).await?;
        Ok(RelayTx { tx, now: self.now() })
    }

    async fn open(&self, seat: Option<Seat>, begin: String) -> Result<Transaction<'static, Postgres>> {
        match self.try_open(seat, begin.clone()).await {
            Err(e) if self.hung_up(&e) => self.try_open(None, begin).await,
            begun => begun,
        }
    }

    /// Begins in a task of its own. Whoever asked may hang up in the middle: a `begin` that was dropped half done would
    /// give its connection back with a transaction open, and in a role, that is not the next one's.
    async fn try_open(&self, seat: Option<Seat>, begin: String) -> Result<Transaction<'static, Postgres>> {
        let (pool, begin) = (self.pool.clone(), AssertSqlSafe(begin));
        let begun = tokio::spawn(async move {
            match seat {
                Some(Seat(connection)) => Transaction::begin(connection, Some(begin.into_sql_str())).await,
                None => pool.begin_with(begin).await,
            }
        });
        match begun.await {
            Ok(begun) => Ok(begun?),
            Err(e) => std::panic::resume_unwind(e.into_panic()),
        }
    }

    /// Whether the connection turned out to be dead. Then whoever has changed nothing yet asks once more, and a database
    /// that was restarted meanwhile is not noticed.
    fn hung_up(&self, e: &Error) -> bool {
        let dead = e.hung_up();
        if dead {
            self.doubt.arises();
        }
        dead
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        sqlx::query("select 1").execute(&self.pool).await?;
        Ok(())
    }

    /// The server's version, as 150018 for 15.18.
    pub async fn version(&self) -> Result<i32> {
        Ok(sqlx::query_scalar("select current_setting('server_version_num')::int").fetch_one(&self.pool).await?)
    }

    pub(crate) fn pool(&self) -> &PgPool {
        &self.pool
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// The setting that tells the trail where somebody calls from.
fn from(address: Option<IpAddr>) -> String {
    address.map(|a| format!("; set local app.address = '{a}'")).unwrap_or_default()
}

/// A pool in the relay role, for the queue library: it sees the queues and the outbox, no tenant's records.
pub async fn worker_pool(url: &str, connections: u32) -> Result<PgPool> {
    let options: PgConnectOptions = url.parse()?;
    let pool = PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(10))
        .after_connect(|conn, _| {
            Box::pin(async move { sqlx::query("set role people360_relay").execute(conn).await.map(drop) })
        })
        .connect_lazy_with(options.application_name("people360-worker"));
    Ok(pool)
}

/// Makes sure that the role behind this pool cannot get round row-level security, itself or by any role that it
/// may become. The error says what is wrong, for the operator (DOMAIN: Tenancy).
pub async fn check_role(db: &Db) -> Result<std::result::Result<(), String>> {
    let row = sqlx::query!(
        r#"select current_user::text as "me!",
             coalesce(bool_or(r.rolsuper), false) as "superuser!",
             coalesce(bool_or(r.rolbypassrls), false) as "bypass!",
             exists (
               select from pg_class c join pg_namespace n on n.oid = c.relnamespace
               where n.nspname = 'public' and c.relkind in ('r', 'p')
                 and pg_has_role(current_user, c.relowner, 'member')
             ) as "owner!"
           from pg_roles r where pg_has_role(current_user, r.oid, 'member')"#
    )
    .fetch_one(&db.pool)
    .await?;
    let wrong = match () {
        () if row.superuser => "is, or may become, a superuser",
        () if row.bypass => "has, or may take, BYPASSRLS",
        () if row.owner => "owns, or may act as the owner of, the tables",
        () => return Ok(Ok(())),
    };
    Ok(Err(format!(
        "DATABASE_URL's role {:?} {wrong}, so row-level security would not bind it. Use the role people360_app (see migrations/roles.sql).",
        row.me
    )))
}

/// How a workspace shows itself: its colour, and the digest of its logo.
#[derive(Default)]
pub(crate) struct Look {
    pub accent: Option<String>,
    pub logo: Option<String>,
}

pub(crate) fn workspace(
    id: Uuid,
    slug: &str,
    name: String,
    zone: &str,
    currency: &str,
    dates: &str,
    look: Look,
) -> Result<Workspace> {
    Ok(Workspace {
        id: TenantId(id),
        slug: Slug::parse(slug).map_err(|_| strange("slug", slug))?,
        name,
        zone: zone.parse().map_err(|_| strange("zone", zone))?,
        currency: Currency::from_code(currency).ok_or_else(|| strange("currency", currency))?,
        dates: if dates == "dmy" { DateOrder::Dmy } else { DateOrder::Mdy },
        accent: look.accent,
        logo: look.logo,
    })
}

/// A stored value that this version does not know: an error of ours, never a guess.
pub(crate) fn strange(what: &str, value: &str) -> Error {
    Error::Sql(sqlx::Error::Decode(format!("{what} {value:?} is unknown").into()))
}

pub(crate) fn day(date: Option<NaiveDate>) -> Option<Day> {
    date.map(Day)
}

fn new_id(now: DateTime<Utc>) -> Uuid {
    let seconds = now.timestamp().cast_unsigned();
    Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, now.timestamp_subsec_nanos()))
}
