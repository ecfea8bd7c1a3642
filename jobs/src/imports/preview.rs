//! What a person sees of a file before anything is written.

use super::{Error, Opened, Room, Sheet, Unreadable, aside, known_of, read};
use crate::Seal;
use domain::{
    Conventions, Dates, Money,
    access::Sight,
    import::{
        Contacts, Counts, Customers, Deals, Employees, Finding, Import, JobHistory, Leads, Lost, Mapping, Noun,
        Outcome, PayHistory, Plan, Products, Severity, State, Table, Target, Tickets,
    },
};
use std::collections::{HashMap, HashSet};
use store::{
    TenantTx,
    imports::{self, Ledger},
};
use uuid::Uuid;

/// A file's plan without what it would write.
pub struct Preview {
    pub table: Table,
    pub counts: Counts,
    pub findings: Vec<Finding>,
    /// Words that lead nowhere, and by field the names that they may mean.
    pub lost: Vec<Lost>,
    pub names: HashMap<&'static str, Vec<String>>,
    pub outcomes: Vec<Outcome>,
    /// How the dates of a column are meant, for each column that holds some.
    pub dates: Vec<Option<Dates>>,
    /// By line: what would change, of the first [`CHANGES`] changes only.
    pub changes: HashMap<u32, Vec<Changed>>,
    /// Names by field that are not there yet, and that the import would make.
    pub new_places: Vec<(&'static str, String)>,
    /// Whether the amounts are so small that they may be thousands or millions.
    pub small_amounts: bool,
}

/// One field of a record, before and after; an empty `after` is as the file says.
pub struct Changed {
    pub field: &'static str,
    pub before: String,
    pub after: String,
}

/// In units of nearly every currency this is neither a year's pay nor a company's revenue.
const SMALL: i64 = 100_000;

/// Ids for records that will never be.
fn nobody() -> impl FnMut() -> Uuid + Send + 'static {
    let mut last = 0;
    move || {
        last += 1;
        Uuid::from_u128(last)
    }
}

/// Changes whose earlier values a preview tells.
const CHANGES: usize = 200;

/// Reads a file that just came, and guesses which column is which.
pub async fn understand(bytes: Vec<u8>, target: Target, sight: Sight) -> Result<(Vec<u8>, Sheet, Mapping), Unreadable> {
    let room = Room::take().await;
    aside(move || {
        let _room = room;
        let sheet = read(&bytes, target)?;
        let mapping = Mapping::guess(&sheet.source.headers, target, sight);
        Ok((bytes, sheet, mapping))
    })
    .await
}

/// What the import would do if it ran now. `begin` opens the workspace's transactions, each for one short question:
/// none is open while the file waits for its turn or is worked on, or a few large files would take every connection.
pub async fn preview<E: From<Error>, B: Future<Output = Result<TenantTx, E>>>(
    begin: impl Fn() -> B,
    seal: &Seal,
    import: &Import,
    c: Conventions,
) -> Result<Preview, E> {
    match import.target {
        Target::Employees => preview_of::<Employees, E, B>(begin, seal, import, c).await,
        Target::Customers => preview_of::<Customers, E, B>(begin, seal, import, c).await,
        Target::JobHistory => preview_of::<JobHistory, E, B>(begin, seal, import, c).await,
        Target::PayHistory => preview_of::<PayHistory, E, B>(begin, seal, import, c).await,
        Target::Contacts => preview_of::<Contacts, E, B>(begin, seal, import, c).await,
        Target::Deals => preview_of::<Deals, E, B>(begin, seal, import, c).await,
        Target::Leads => preview_of::<Leads, E, B>(begin, seal, import, c).await,
        // No file brings these in.
        Target::Products => preview_of::<Products, E, B>(begin, seal, import, c).await,
        Target::Tickets => preview_of::<Tickets, E, B>(begin, seal, import, c).await,
        Target::Tasks | Target::Activities => Err(Error::from(store::Error::NotFound).into()),
    }
}

async fn preview_of<N: Ledger, E: From<Error>, B: Future<Output = Result<TenantTx, E>>>(
    begin: impl Fn() -> B,
    seal: &Seal,
    import: &Import,
    c: Conventions,
) -> Result<Preview, E> {
    let room = Room::take().await;
    let mut tx = begin().await?;
    let bytes = imports::file(&mut tx, import.id, seal).await.map_err(Error::from)?;
    drop(tx);
    let opened = Opened::of::<N>(bytes, import.mapping.clone(), c, room).await.map_err(Error::from)?;
    let mut tx = begin().await?;
    let known = known_of::<N>(&mut tx, &opened.wanted, seal).await.map_err(Error::from)?;
    drop(tx);
    let mapping = import.mapping.clone();
    let (sheet, plan) = opened.planned::<N>(known, nobody()).await;
    let mut tx = begin().await?;
    let changes = changes::<N>(&mut tx, &plan).await.map_err(Error::from)?;
    let mended = import.mapping.mends().iter().filter_map(|m| import.mapping.key(N::TARGET, &m.field));
    let mut names = HashMap::new();
    for field in plan.lost.iter().map(|l| l.field).chain(mended) {
        if !names.contains_key(field) {
            names.insert(field, N::names(&mut tx, field).await.map_err(Error::from)?);
        }
    }
    let new_places = new_places::<N>(&mut tx, &plan).await.map_err(Error::from)?;
    drop(tx);
    let Plan { counts, findings, lost, outcomes, dates, .. } = plan;
    let (table, small_amounts) = aside(move || {
        let small = small_amounts::<N>(&sheet.table, &mapping, c);
        (sheet.table, small)
    })
    .await;
    Ok(Preview { table, counts, findings, lost, names, outcomes, dates, changes, new_places, small_amounts })
}

async fn changes<N: Ledger>(
    tx: &mut TenantTx,
    plan: &Plan<N::Fields>,
) -> Result<HashMap<u32, Vec<Changed>>, store::Error> {
    let mut first: Vec<_> = plan.change.iter().collect();
    first.sort_by_key(|c| c.line);
    first.truncate(CHANGES);
    let above: Vec<Uuid> = first.iter().filter_map(|c| c.before.above).collect();
    let owners: Vec<Uuid> = first.iter().filter_map(|c| c.before.owner).collect();
    let above = if above.is_empty() { HashMap::new() } else { N::called(tx, &above).await? };
    let owners = if owners.is_empty() { HashMap::new() } else { imports::owners(tx, &owners).await? };
    let told = |c: &domain::import::Change<N::Fields>| {
        let (before, after) = (N::draft(&c.before.fields), N::draft(&c.after.fields));
        let changed = |field: &&'static str| {
            let named = match *field {
                f if f == N::ABOVE => c.before.above.and_then(|id| above.get(&id)),
                "owner" => c.before.owner.and_then(|id| owners.get(&id)),
                _ => None,
            };
            let before = named.map_or_else(|| N::get(&before, field), String::as_str).to_owned();
            let shown = |value: &str| domain::import::told(field, value).into_owned();
            Changed { field, before: shown(&before), after: shown(N::get(&after, field)) }
        };
        (c.line, c.fields.iter().map(changed).collect())
    };
    Ok(first.into_iter().map(told).collect())
}

/// What the rows name that is there by being named, and is not there yet.
async fn new_places<N: Ledger>(
    tx: &mut TenantTx,
    plan: &Plan<N::Fields>,
) -> Result<Vec<(&'static str, String)>, store::Error> {
    let created = plan.create.iter().map(|row| &row.now.fields);
    let named = created.chain(plan.change.iter().map(|row| &row.after.fields)).flat_map(N::places);
    let mut named: Vec<(&'static str, String)> = named.map(|(field, name)| (field, name.to_owned())).collect();
    named.sort_unstable();
    named.dedup();
    for field in ["department", "location"] {
        if named.iter().any(|(of, _)| *of == field) {
            let there: HashSet<String> = N::names(tx, field).await?.into_iter().collect();
            named.retain(|(of, name)| *of != field || !there.contains(name));
        }
    }
    Ok(named)
}

fn small_amounts<N: Noun>(table: &Table, mapping: &Mapping, c: Conventions) -> bool {
    let columns: Vec<usize> = N::AMOUNTS.iter().filter_map(|field| mapping.column_of(field)).collect();
    let most = SMALL * 10_i64.pow(domain::money::exponent(c.currency));
    let amounts = table.rows().flat_map(|row| columns.iter().map(move |column| row.cell(*column)));
    let mut amounts = amounts.filter_map(|cell| Money::parse(cell, c.currency).ok()).peekable();
    amounts.peek().is_some() && amounts.all(|amount| amount.minor < most)
}

/// The rows that stay out, in the file's own columns and with what is wrong in one more.
pub struct WrongRows {
    pub headers: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// The rows that would stay out, or, once the import has run, that did.
pub async fn wrong_rows<E: From<Error>, B: Future<Output = Result<TenantTx, E>>>(
    begin: impl Fn() -> B,
    seal: &Seal,
    import: &Import,
    c: Conventions,
) -> Result<WrongRows, E> {
    let (table, findings) = if import.state == State::Ready {
        let preview = preview(begin, seal, import, c).await?;
        (preview.table, preview.findings)
    } else {
        let room = Room::take().await;
        let mut tx = begin().await?;
        let bytes = imports::file(&mut tx, import.id, seal).await.map_err(Error::from)?;
        let findings = imports::findings(&mut tx, import, Severity::Error, i64::MAX).await.map_err(Error::from)?;
        drop(tx);
        let target = import.target;
        let sheet = aside(move || {
            let _room = room;
            read(&bytes, target)
        });
        (sheet.await.map_err(Error::from)?.table, findings)
    };
    let (target, mapping) = (import.target, import.mapping.clone());
    Ok(aside(move || {
        let mut headers = table.headers.clone();
        headers.push("Error".into());
        let width = headers.len() - 1;
        let mut rows: Vec<(u32, Vec<String>)> = vec![];
        for f in findings.iter().filter(|f| f.severity == Severity::Error) {
            let Some(row) = table.at_line(f.line) else { continue };
            let label = mapping.label(target, f.field).map(|label| format!("{label}: ")).unwrap_or_default();
            let told = format!("{label}{}", f.message);
            match rows.last_mut().filter(|(line, _)| *line == f.line) {
                Some((_, cells)) => {
                    let all = cells.last_mut().expect("a row has its error");
                    *all = format!("{all} {told}");
                }
                None => {
                    // What is beyond the header is joined, so that the error stands in its own column.
                    let row = table.row(row);
                    let mut cells: Vec<String> = (0..width).map(|i| row.cell(i).to_owned()).collect();
                    let beyond: Vec<&str> = row.cells().skip(width).collect();
                    let beyond = if beyond.is_empty() { String::new() } else { format!(" ({})", beyond.join(" | ")) };
                    cells.push(format!("{told}{beyond}"));
                    rows.push((f.line, cells));
                }
            }
        }
        WrongRows { headers, rows: rows.into_iter().map(|(_, cells)| cells).collect() }
    })
    .await)
}
