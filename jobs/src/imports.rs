//! Imports that a person has confirmed, and their undoing; and what the web asks about a file before.
//!
//! The import itself is one transaction: all that the preview promised, or nothing. It holds the import's row, so a
//! worker that was thought dead and comes back waits, and then finds the work done. How far it is, is told by
//! transactions beside it.

mod file;
#[cfg(test)]
mod file_tests;
mod preview;
mod workbook;

pub use file::{Sheet, Unreadable, read};
pub use preview::{Changed, Preview, WrongRows, preview, understand, wrong_rows};

use crate::{Context, Failure, Run, Seal, seal::purpose};
use domain::{
    Conventions, ImportId, MailId, TenantId,
    import::{
        Contacts, Customers, Deals, Employees, Import, JobHistory, Known, Leads, Mapping, PayHistory, Plan, Products,
        State, Target, Tickets, Wanted, plan,
    },
    jobs::{RunImport, SendImportReport, UndoImport},
};
use std::time::Duration;
use store::{
    Db, Desk, TenantTx, Who,
    hr::{departures, reporting::Teams},
    imports::{self, CHUNK, Ledger, Vault},
    queue,
    workspace::roles,
};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::Instant,
};
use uuid::Uuid;

const TIME_OUT: Duration = Duration::from_secs(600);

const GIVEN_UP: &str = "It was given up after several tries. Nothing was changed; try again.";

impl Run for RunImport {
    const TIME_OUT: Duration = TIME_OUT;

    async fn run(self, cx: &Context) -> Result<(), Failure> {
        run(cx, self).await
    }

    async fn given_up(self, cx: &Context) -> Result<(), store::Error> {
        tell_failure(cx, self.tenant, self.import, State::Failed, GIVEN_UP).await
    }
}

impl Run for UndoImport {
    const TIME_OUT: Duration = TIME_OUT;

    async fn run(self, cx: &Context) -> Result<(), Failure> {
        undo(cx, self).await
    }

    async fn given_up(self, cx: &Context) -> Result<(), store::Error> {
        tell_failure(cx, self.tenant, self.import, State::Done, GIVEN_UP).await
    }
}

/// What stands against an import.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// Puts the file's rows in. Run twice, it is once.
pub async fn run(cx: &Context, job: RunImport) -> Result<(), Failure> {
    let (db, tenant, id) = (cx.db.clone(), job.tenant, job.import);
    // Somebody may have added a record of the same number between the plan and its writing: planned anew, it fits.
    let mut result = bring_in(db.clone(), &cx.seal, tenant, id).await;
    if let Err(Error::Store(store::Error::Refused(_) | store::Error::Stale)) = result {
        result = bring_in(db, &cx.seal, tenant, id).await;
    }
    match result {
        Ok(()) => Ok(()),
        Err(e) => ended(cx, tenant, id, State::Failed, e).await,
    }
}

/// Takes the file's rows out again. Run twice, it is once.
pub async fn undo(cx: &Context, job: UndoImport) -> Result<(), Failure> {
    match take_out(&cx.db, job.tenant, job.import).await {
        Ok(()) => Ok(()),
        Err(e) => ended(cx, job.tenant, job.import, State::Done, e).await,
    }
}

/// Tries again what may go better; of the rest, tells the person who waits, on the page and by mail.
async fn ended(cx: &Context, tenant: TenantId, id: ImportId, to: State, e: Error) -> Result<(), Failure> {
    let reason = match &e {
        Error::Store(
            store::Error::Unavailable(_) | store::Error::Busy | store::Error::Sql(_) | store::Error::Stale,
        ) if !cx.last => {
            return Err(Failure::Retry(e.to_string()));
        }
        Error::Store(store::Error::Suspended) => return Err(Failure::Closed),
        Error::Store(store::Error::NotFound) => "The file is not kept any more. Bring it again.".to_owned(),
        Error::Store(store::Error::Refused(errors)) => {
            let messages: Vec<&str> = errors.iter().map(|(_, m)| m).collect();
            format!("The records were changed by somebody else at the same time: {} Try again.", messages.join(" "))
        }
        Error::Store(_) => "Something went wrong on our side. Nothing was changed; try again.".to_owned(),
        Error::Unreadable(why) => why.to_string(),
    };
    tell_failure(cx, tenant, id, to, &reason).await?;
    match e {
        Error::Unreadable(_) => Ok(()),
        e => Err(Failure::Fail(e.to_string())),
    }
}

/// Says why it stands where it began, once.
async fn tell_failure(cx: &Context, tenant: TenantId, id: ImportId, to: State, why: &str) -> Result<(), store::Error> {
    let name = if to == State::Failed { "run_import" } else { "undo_import" };
    let (mut tx, _) = cx.db.begin_job(tenant, name).await?;
    if imports::fail(&mut tx, id, to, why).await? && to == State::Failed {
        let mail: MailId = tx.id();
        queue::push(&mut tx, &SendImportReport { tenant, id: mail, import: id }).await?;
        crate::announce::notices::import_failed(&mut tx, id, why).await?;
    }
    tx.commit().await
}

/// A transaction in the name of whoever asked for it.
async fn begin(db: &Db, tenant: TenantId, id: ImportId) -> Result<(TenantTx, Desk, Conventions, Teams), Error> {
    let (mut tx, workspace) = db.begin_job(tenant, "run_import").await?;
    let by = imports::asked_by(&mut tx, id).await?;
    let target = imports::target(&mut tx, id).await?;
    // Whoever may not import any more does not by a file that waited.
    let actor = match roles::actor(&mut tx, by).await {
        Ok(actor) if actor.may(target.import_right()) => actor,
        Ok(_) | Err(store::Error::NotFound) => {
            return Err(Unreadable("Whoever asked for it may not import any more.".into()).into());
        }
        Err(e) => return Err(e.into()),
    };
    tx.commit().await?;
    // What of the file may go in was settled when its columns were chosen.
    let desk = Desk::of_system(tenant, workspace.zone, Who::Member(by));
    let mut tx = db.begin(desk).await?;
    let teams = Teams::open_to_more_than(&mut tx, &actor).await?;
    Ok((tx, desk, workspace.conventions(), teams))
}

/// Refuses what would give somebody more than whoever asked for it has to give.
async fn give_no_more(tx: &mut TenantTx, teams: Teams, import: ImportId) -> Result<(), Error> {
    if let Some(name) = departures::shut_out(tx, &teams.rights, import).await? {
        return Err(Unreadable(format!(
            "{name} signs in here with rights that you do not have, and their last day would be over: it would end their access \
             at once. Ask somebody to do it who looks after members."
        ))
        .into());
    }
    match teams.grown(tx, import).await? {
        None => Ok(()),
        Some((lead, person)) => Err(Unreadable(format!(
            "It would bring {person} into the team of {lead}, who may see more of a team than of others. \
             Ask somebody to do it who may see all of that."
        ))
        .into()),
    }
}

async fn bring_in(db: Db, seal: &Seal, tenant: TenantId, id: ImportId) -> Result<(), Error> {
    let room = Room::take().await;
    let (mut tx, desk, conventions, teams) = begin(&db, tenant, id).await?;
    let Some(import) = imports::take(&mut tx, id, State::Running).await? else { return Ok(()) };
    let at = At { db: &db, seal, desk, import: &import };
    match import.target {
        Target::Employees => write::<Employees>(at, tx, teams, conventions, room).await,
        Target::Customers => write::<Customers>(at, tx, teams, conventions, room).await,
        Target::JobHistory => write::<JobHistory>(at, tx, teams, conventions, room).await,
        Target::PayHistory => write::<PayHistory>(at, tx, teams, conventions, room).await,
        Target::Contacts => write::<Contacts>(at, tx, teams, conventions, room).await,
        Target::Deals => write::<Deals>(at, tx, teams, conventions, room).await,
        Target::Leads => write::<Leads>(at, tx, teams, conventions, room).await,
        Target::Products => write::<Products>(at, tx, teams, conventions, room).await,
        Target::Tickets => write::<Tickets>(at, tx, teams, conventions, room).await,
        Target::Tasks | Target::Activities => Err(store::Error::NotFound.into()),
    }
}

/// Where an import is written from.
#[derive(Clone, Copy)]
struct At<'a> {
    db: &'a Db,
    seal: &'a Seal,
    desk: Desk,
    import: &'a Import,
}

async fn write<N: Ledger>(
    At { db, seal, desk, import }: At<'_>,
    mut tx: TenantTx,
    teams: Teams,
    conventions: Conventions,
    room: Room,
) -> Result<(), Error> {
    tx.because(&format!("import:{}", import.id)).await?;
    let bytes = imports::file(&mut tx, import.id, seal).await?;
    let opened = Opened::of::<N>(bytes, import.mapping.clone(), conventions, room).await?;
    let known = known_of::<N>(&mut tx, &opened.wanted, seal).await?;
    let ids = db.clone();
    let (_, mut plan) = opened.planned::<N>(known, move || ids.id::<ImportId>().0).await;
    plan.create.iter_mut().for_each(|row| N::closed(&mut row.now.fields, row.id, seal));
    plan.change.iter_mut().for_each(|row| N::closed(&mut row.after.fields, row.id, seal));
    let mut teller = Teller { db, desk, id: import.id, done: 0, total: plan.counts.writes(), told: Instant::now() };
    teller.tell().await;
    N::prepare(&mut tx, &mut plan.create).await?;
    for rows in plan.create.chunks(CHUNK) {
        N::create(&mut tx, import.id, rows).await?;
        teller.more(rows.len()).await;
    }
    for rows in plan.change.chunks(CHUNK) {
        N::change(&mut tx, import.id, rows).await?;
        teller.more(rows.len()).await;
    }
    if !plan.create.is_empty() {
        N::conclude(&mut tx).await?;
    }
    give_no_more(&mut tx, teams, import.id).await?;
    imports::finish(&mut tx, import, &plan.counts, &plan.findings).await?;
    tx.commit().await?;
    teller.tell().await;
    measure(db, desk, import, plan.counts.writes()).await;
    Ok(())
}

/// What the workspace has, with what is kept encrypted opened to compare it with.
async fn known_of<N: Ledger>(
    tx: &mut TenantTx,
    wanted: &Wanted,
    seal: &Seal,
) -> Result<Known<N::Fields>, store::Error> {
    let mut known = N::known(tx, wanted).await?;
    known.records.iter_mut().for_each(|r| N::opened(&mut r.now.fields, r.id, seal));
    Ok(known)
}

impl Vault for Seal {
    fn hide_iban(&self, employee: Uuid, iban: &str) -> Vec<u8> {
        self.hide(&purpose::iban(employee), iban.as_bytes())
    }

    fn hide_file(&self, import: ImportId, body: &[u8]) -> Vec<u8> {
        self.hide(&purpose::import_file(import.0), body)
    }

    fn show_file(&self, import: ImportId, kept: &[u8]) -> Option<Vec<u8>> {
        self.show(&purpose::import_file(import.0), kept)
    }

    fn show_iban(&self, employee: Uuid, kept: &[u8]) -> Option<String> {
        self.show(&purpose::iban(employee), kept).and_then(|bytes| String::from_utf8(bytes).ok())
    }
}

/// Rows after which the planner's idea of the table is not to be trusted any more.
const MANY: u32 = 1_000;

/// What was written is written: that the table cannot be measured now only leaves it to autovacuum.
async fn measure(db: &Db, desk: Desk, import: &Import, rows: u32) {
    let measured = async {
        let mut tx = db.begin(desk).await?;
        imports::measure(&mut tx, import.target).await?;
        tx.commit().await
    };
    if rows >= MANY
        && let Err(e) = measured.await
    {
        tracing::warn!(import = %import.id, error = %e, "the table could not be measured");
    }
}

async fn take_out(db: &Db, tenant: TenantId, id: ImportId) -> Result<(), Error> {
    let (mut tx, desk, _, teams) = begin(db, tenant, id).await?;
    let Some(import) = imports::take(&mut tx, id, State::Undoing).await? else { return Ok(()) };
    tx.because(&format!("undo:{id}")).await?;
    let undone = imports::undo(&mut tx, &import).await?;
    give_no_more(&mut tx, teams, id).await?;
    imports::finish_undo(&mut tx, &import, &undone).await?;
    tx.commit().await?;
    measure(db, desk, &import, undone.removed).await;
    Ok(())
}

/// A place for one file that is read and planned: each may take some dozens of megabytes, so there are few. It is taken
/// before the file is loaded and before a transaction waits, and kept by the work itself: who asked for it may be gone
/// long before it ends.
struct Room(#[expect(dead_code, reason = "given back when it is dropped")] SemaphorePermit<'static>);

impl Room {
    async fn take() -> Self {
        static ROOMS: Semaphore = Semaphore::const_new(2);
        Self(ROOMS.acquire().await.expect("the semaphore is never closed"))
    }
}

/// A file that was read, and what has to be looked up before it can be planned.
struct Opened {
    sheet: Sheet,
    mapping: Mapping,
    conventions: Conventions,
    wanted: Wanted,
    room: Room,
}

impl Opened {
    async fn of<N: Ledger>(
        bytes: Vec<u8>,
        mapping: Mapping,
        conventions: Conventions,
        room: Room,
    ) -> Result<Self, Unreadable> {
        aside(move || {
            let sheet = read(&bytes, N::TARGET)?;
            let wanted = Wanted::of::<N>(&sheet.table, &mapping, &conventions);
            Ok(Self { sheet, mapping, conventions, wanted, room })
        })
        .await
    }

    /// Plans it against what the workspace has.
    async fn planned<N: Ledger>(
        self,
        known: Known<N::Fields>,
        id: impl FnMut() -> Uuid + Send + 'static,
    ) -> (Sheet, Plan<N::Fields>) {
        aside(move || {
            let Self { sheet, mapping, conventions, room: _room, .. } = self;
            let plan = plan::<N>(&sheet.table, &mapping, &conventions, known, id);
            (sheet, plan)
        })
        .await
    }
}

/// Runs what only computes, where it keeps nobody waiting.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(e) => std::panic::resume_unwind(e.into_panic()),
    }
}

/// Tells how far an import is, no oftener than people can see. That it cannot is no reason to stop.
struct Teller<'a> {
    db: &'a Db,
    desk: Desk,
    id: ImportId,
    done: u32,
    total: u32,
    told: Instant,
}

impl Teller<'_> {
    async fn more(&mut self, rows: usize) {
        self.done += u32::try_from(rows).unwrap_or(0);
        if self.told.elapsed() > Duration::from_millis(300) {
            self.tell().await;
        }
    }

    async fn tell(&mut self) {
        let told = async {
            let mut tx = self.db.begin(self.desk).await?;
            imports::progress(&mut tx, self.id, self.done, self.total).await?;
            tx.commit().await
        };
        if let Err(e) = told.await {
            tracing::warn!(import = %self.id, error = %e, "progress could not be told");
        }
        self.told = Instant::now();
    }
}
