//! What would become of each row: created, changed, as it is, or left out with the reason.

mod counts;
mod links;
mod notes;
mod wanted;

pub use counts::{Counts, Outcome};
use links::{Called, link_up};
use notes::Notes;
pub use wanted::Wanted;

use super::{
    Finding, Mapping, Row, Severity, Table, Target,
    cells::{cells, dates, nobody, own},
    mends::{Losses, Lost},
};
use crate::{Conventions, Dates, Errors, custom_fields::Custom};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// A kind of record that files can bring. What makes a cell right is the draft's own `parse`; this says by what a
/// record is known and which cells name other records.
pub trait Noun: Sized + Send + Sync + 'static {
    const TARGET: Target;
    /// Fields that hold a date, so that the order of its parts can be told from the whole column.
    const DATES: &'static [&'static str];
    /// Fields that hold an amount.
    const AMOUNTS: &'static [&'static str];
    /// The two fields by which a record is found, the more telling one first.
    const KEYS: [&'static str; 2];
    /// Whether a row with the first key is never found by the second.
    const FIRST_DECIDES: bool;
    /// Whether a record that has a first key keeps it: a row with another one is not about it, though the second fits.
    const FIRST_STAYS: bool = false;
    /// Which of the keys others use to name this record.
    const CALLED: usize;
    /// The field that names another record of this kind, of which no circle may come.
    const ABOVE: &'static str;
    /// Whether it may name it by its name, too.
    const BY_NAME: bool = false;
    /// The names that such a field may mean instead, as [`Known::named`] has them.
    fn namings(_word: &str) -> Vec<String> {
        vec![]
    }
    /// The name by which others may name this record, where its key is not said.
    fn naming(_: &Self::Draft) -> Option<String> {
        None
    }
    /// The longest line of such records that the database allows.
    const STEPS: usize;
    type Draft: Default + Send;
    type Fields: Clone + Send + Sync;

    fn get<'a>(draft: &'a Self::Draft, field: &str) -> &'a str;
    fn set(draft: &mut Self::Draft, field: &str, value: String);
    fn parse(draft: &Self::Draft, c: &Conventions) -> Result<Self::Fields, Errors>;
    /// The fields as a form would show them, without those that name other records.
    fn draft(fields: &Self::Fields) -> Self::Draft;
    /// The values of [`KEYS`](Self::KEYS), in the form in which two are the same.
    fn keys(draft: &Self::Draft, c: &Conventions) -> [Option<String>; 2];
    /// What [`ABOVE`](Self::ABOVE) names, in the form of the key [`CALLED`](Self::CALLED).
    fn link(draft: &Self::Draft, c: &Conventions) -> Option<String>;
    /// The member that the field `owner` names, by email in small letters.
    fn owner(_: &Self::Draft, _: &Conventions) -> Option<String> {
        None
    }
    /// The employee whose row it is, by number, where rows are somebody's: without them there is none.
    fn belongs(_: &Self::Draft) -> Option<String> {
        None
    }
    /// Records of other kinds that fields name, by field and word in small letters.
    fn others(_: &Self::Draft) -> Vec<(&'static str, String)> {
        vec![]
    }
    /// What it means that there is none of that name: the row stays out, or goes in without it; and the words for it.
    fn without(_field: &str, _: &Self::Draft) -> (Severity, String) {
        (Severity::Error, "There is none of this name.".into())
    }
    /// Fields of one's own record that somebody else decides about.
    const SECOND_HAND: &'static [&'static str] = &[];
    /// Names of what is there by being named: departments, locations.
    fn places(_: &Self::Fields) -> Vec<(&'static str, &str)> {
        vec![]
    }
    /// What tells that a row may be a record that is there already, though its keys do not: kind and words.
    fn alike(_: &Self::Draft) -> Vec<(&'static str, String)> {
        vec![]
    }
    /// Fields of which a new record without them is worth a word: rows that could be told whose they are.
    const MISSED: &'static [&'static str] = &[];
    /// What the fields hold that a workspace has added.
    fn custom(fields: &mut Self::Fields) -> &mut Custom;
    /// Takes one field over and says whether it differed. Fields that name other records are not meant.
    fn take(into: &mut Self::Fields, from: &Self::Fields, field: &str) -> bool;
    /// The record in words, to be told apart by.
    fn title(fields: &Self::Fields) -> String;
    /// What to say when `word` names no record.
    fn unknown(word: &str) -> String;
}

/// A record's fields and the records that it names.
#[derive(Debug, Clone)]
pub struct Standing<F> {
    pub fields: F,
    pub above: Option<Uuid>,
    /// The member whose it is; of somebody's own rows, the employee.
    pub owner: Option<Uuid>,
}

/// A record that the workspace has already.
#[derive(Debug, Clone)]
pub struct Record<F> {
    pub id: Uuid,
    pub version: i32,
    pub archived: bool,
    pub now: Standing<F>,
}

/// What the workspace has, as far as the file is concerned.
#[derive(Debug)]
pub struct Known<F> {
    /// Every record with one of the wanted keys.
    pub records: Vec<Record<F>>,
    /// Who is above whom in the whole workspace, if [`Wanted::lines`].
    pub lines: HashMap<Uuid, Uuid>,
    /// Members by email, and where it tells one from all others by name, in small letters.
    pub members: HashMap<String, Uuid>,
    /// Records by name: [`Wanted::named`]. Several may have one.
    pub named: HashMap<String, Vec<Uuid>>,
    /// Employees by number: [`Wanted::people`].
    pub people: HashMap<String, Uuid>,
    /// Those of [`Wanted::others`] that there are.
    pub others: HashSet<(&'static str, String)>,
    /// Names of records that are like these: [`Wanted::alike`].
    pub alike: HashMap<(&'static str, String), String>,
    /// The record that is the reader's own, where [`Noun::SECOND_HAND`] asks for it; or whose rows somebody else decides about.
    pub own: Option<Uuid>,
}

impl<F> Default for Known<F> {
    fn default() -> Self {
        Self {
            records: vec![],
            lines: HashMap::new(),
            members: HashMap::new(),
            named: HashMap::new(),
            people: HashMap::new(),
            others: HashSet::new(),
            alike: HashMap::new(),
            own: None,
        }
    }
}

#[derive(Debug, Clone)]
pub struct New<F> {
    pub line: u32,
    pub id: Uuid,
    pub now: Standing<F>,
}

#[derive(Debug, Clone)]
pub struct Change<F> {
    pub line: u32,
    pub id: Uuid,
    pub version: i32,
    pub before: Standing<F>,
    pub after: Standing<F>,
    /// Keys of the fields that differ.
    pub fields: Vec<&'static str>,
}

/// What an import would do.
#[derive(Debug)]
pub struct Plan<F> {
    /// Whoever is above others comes before them.
    pub create: Vec<New<F>>,
    /// In an order in which no step closes a circle of managers or parents.
    pub change: Vec<Change<F>>,
    /// Ordered by line.
    pub findings: Vec<Finding>,
    /// Words that lead nowhere, those of most rows first.
    pub lost: Vec<Lost>,
    /// One per row of the table.
    pub outcomes: Vec<Outcome>,
    /// How the dates of a column are meant, for each column that holds some.
    pub dates: Vec<Option<Dates>>,
    pub counts: Counts,
}

/// A row that goes in, while it is not known yet whom it names.
struct Going<F> {
    row: usize,
    line: u32,
    id: Uuid,
    /// Index of the record that it changes.
    record: Option<usize>,
    now: Standing<F>,
    fields: Vec<&'static str>,
    link: Option<String>,
    owner: Option<String>,
}

/// Plans the import of `table`. `id` gives ids for new records.
pub fn plan<N: Noun>(
    table: &Table,
    mapping: &Mapping,
    c: &Conventions,
    known: Known<N::Fields>,
    mut id: impl FnMut() -> Uuid,
) -> Plan<N::Fields> {
    let mut records: Vec<Option<Record<N::Fields>>> = known.records.into_iter().map(Some).collect();
    let index = Index::of::<N>(&records, c);
    let dates = dates::<N>(table, mapping, c);
    let missing = mapping.missing(N::TARGET);
    let mut notes = Notes { table, mapping, findings: vec![] };
    let mut losses = Losses::default();
    let mut claims: [HashMap<String, u32>; 2] = [HashMap::new(), HashMap::new()];
    let mut taken: HashMap<usize, u32> = HashMap::new();
    let mut going: Vec<Going<N::Fields>> = Vec::with_capacity(table.len());
    // Where the words by which others name a record lead: its id, or the line that stays out.
    let mut called: HashMap<String, Uuid> = HashMap::new();
    let mut named = known.named;
    let mut out: HashMap<String, u32> = HashMap::new();

    for (at, row) in table.rows().enumerate() {
        if row.width() != table.headers.len() {
            let message = format!("This row has {} cells, the header has {}.", row.width(), table.headers.len());
            notes.add(&row, "", message, Severity::Error);
            continue;
        }
        let (mut draft, misread) = cells::<N>(&row, mapping, &dates, *c);
        let missed: Vec<&'static str> =
            N::MISSED.iter().filter(|f| N::get(&draft, f).trim().is_empty()).copied().collect();
        for (field, why) in nobody::<N>(&mut draft, mapping, &known.people) {
            notes.add(&row, field, why, Severity::Warning);
        }
        let before = notes.findings.len();
        for (field, _) in N::others(&draft).into_iter().filter(|other| !known.others.contains(other)) {
            let (severity, why) = N::without(field, &draft);
            losses.add(field, N::get(&draft, field));
            notes.add(&row, field, why, severity);
            N::set(&mut draft, field, String::new());
        }
        for (field, why) in misread {
            notes.add(&row, field, why, Severity::Error);
        }
        let keys = N::keys(&draft, c);
        let whose = N::belongs(&draft);
        if let Some(number) = whose.as_ref().filter(|n| !known.people.contains_key(*n)) {
            notes.add(&row, "number", format!("No employee has the number {number}."), Severity::Error);
        }
        let whose = whose.and_then(|n| known.people.get(&n).copied());

        let twin = (0..2).find_map(|k| claims[k].get(keys[k].as_deref()?).map(|line| (k, *line)));
        if let Some((k, line)) = twin {
            notes.add(
                &row,
                N::KEYS[k],
                format!("Line {line} has the same {} already.", label::<N>(k)),
                Severity::Error,
            );
        }

        let record = match (index.find(0, &keys), index.find(1, &keys)) {
            (None, _) if N::FIRST_DECIDES && keys[0].is_some() => None,
            (None, Some(second)) if N::FIRST_STAYS && keys[0].is_some() && index.has_first(second) => None,
            (first, second) => first.or(second),
        };
        for k in 0..2 {
            let Some(holder) = index.find(k, &keys).filter(|h| Some(*h) != record) else { continue };
            let Some(holder) = records[holder].as_ref().filter(|r| !r.archived || (k == 0 && N::FIRST_DECIDES)) else {
                continue;
            };
            let message = format!(
                "Another {} has this {}: {}.",
                N::TARGET.words().0,
                label::<N>(k),
                N::title(&holder.now.fields)
            );
            notes.add(&row, N::KEYS[k], message, Severity::Error);
        }
        if let (Some(line), None) = (record.and_then(|r| taken.get(&r)), twin) {
            let message = format!("Line {line} is about the same {}.", N::TARGET.words().0);
            notes.add(&row, "", message, Severity::Error);
        }

        let current = record.and_then(|r| records[r].as_ref()).map(|r| &r.now);
        if current.is_none() {
            missed.into_iter().filter(|f| mapping.has(f)).for_each(|field| losses.add(field, ""));
        }
        let whole = match current {
            None => None,
            Some(now) => {
                let mut whole = N::draft(&now.fields);
                for field in mapping.columns().iter().flatten() {
                    let cell = N::get(&draft, field);
                    if !cell.trim().is_empty() {
                        N::set(&mut whole, field, cell.to_owned());
                    }
                }
                Some(whole)
            }
        };
        let parsed = match N::parse(whole.as_ref().unwrap_or(&draft), c) {
            Ok(fields) => Some(own::<N>(fields, &draft, mapping, &known.people, c)),
            Err(errors) => {
                // What no column gives is one error, however many fields it is.
                let given = |field: &str| record.is_some() || missing.iter().all(|m| m.key != field);
                for (field, message) in errors.iter().filter(|(field, _)| given(field)) {
                    notes.add(&row, field, message.to_owned(), Severity::Error);
                }
                if let Some(words) = mapping.missing_words(N::TARGET).filter(|_| errors.iter().any(|(f, _)| !given(f)))
                {
                    notes.add(&row, "", words, Severity::Error);
                }
                None
            }
        };
        let wrong = notes.findings[before..].iter().any(|f| f.severity == Severity::Error);
        let (Some(parsed), false) = (parsed, wrong) else {
            if let (Some(word), None) = (&keys[N::CALLED], record) {
                out.entry(word.clone()).or_insert(row.line);
            }
            continue;
        };
        // What stays out takes its place from no other row.
        for (claims, key) in claims.iter_mut().zip(&keys) {
            if let Some(key) = key {
                claims.entry(key.clone()).or_insert(row.line);
            }
        }
        if let Some(record) = record {
            taken.entry(record).or_insert(row.line);
        }

        if current.is_none() {
            let like = N::alike(&draft).into_iter().find_map(|like| known.alike.get(&like));
            if let Some(name) = like {
                let words = format!("{name} may be the same. The row goes in as another {}.", N::TARGET.words().0);
                notes.add(&row, N::KEYS[N::CALLED], words, Severity::Warning);
            }
        }
        let (id, now, fields) = match current {
            None => (id(), Standing { fields: parsed, above: None, owner: whose }, vec![]),
            Some(now) => {
                let mut merged = now.clone();
                let told = |f: &&&'static str| !N::get(&draft, f).trim().is_empty();
                let fields = mapping.columns().iter().flatten().filter(told).copied();
                let id = record.and_then(|r| records[r].as_ref()).map_or(Uuid::nil(), |r| r.id);
                let second = |f: &&'static str| known.own == Some(id) && N::SECOND_HAND.contains(f);
                let (left, fields): (Vec<&'static str>, Vec<&'static str>) = fields.partition(second);
                let mut would = now.fields.clone();
                for field in left.into_iter().filter(|f| N::take(&mut would, &parsed, f)) {
                    let why = "Of one’s own pay and account somebody else decides. The row goes in without it.";
                    notes.add(&row, field, why, Severity::Warning);
                }
                let fields = fields.into_iter().filter(|f| N::take(&mut merged.fields, &parsed, f)).collect();
                (id, merged, fields)
            }
        };
        if now.owner.is_some() && now.owner == known.own && (current.is_none() || !fields.is_empty()) {
            notes.add(&row, "number", "Of one’s own pay somebody else decides. This row stays out.", Severity::Error);
            continue;
        }
        let word = if record.is_some() { N::keys(&N::draft(&now.fields), c) } else { keys };
        if let Some(word) = &word[N::CALLED] {
            called.insert(word.clone(), id);
        }
        if let Some(name) = N::naming(&N::draft(&now.fields)) {
            let same = named.entry(name).or_default();
            if !same.contains(&id) {
                same.push(id);
            }
        }
        let (link, owner) = (N::link(&draft, c), N::owner(&draft, c));
        going.push(Going { row: at, line: row.line, id, record, now, fields, link, owner });
    }

    for g in &mut going {
        let row = table.row(g.row);
        if let Some(email) = &g.owner {
            match known.members.get(email) {
                Some(member) if g.now.owner == Some(*member) => {}
                Some(member) => {
                    g.now.owner = Some(*member);
                    if g.record.is_some() {
                        g.fields.push("owner");
                    }
                }
                None => {
                    let whom = if email.contains('@') { "with the email" } else { "called" };
                    let why = format!("Nobody {whom} {email} is a member. The row goes in without an owner.");
                    notes.add(&row, "owner", why, Severity::Warning);
                    let cell = mapping.column_of("owner").map_or("", |column| row.cell(column));
                    losses.add("owner", &mapping.mended("owner", cell.trim()));
                }
            }
        }
    }
    let words = Called { called, named, out };
    let create_order = link_up::<N>(&mut going, &words, &index, &records, known.lines, (&mut notes, &mut losses));

    let mut outcomes = vec![Outcome::Error; table.len()];
    let mut counts = Counts { rows: count(table.len()), ..Counts::default() };
    let (mut create, mut change) = (vec![], vec![]);
    let mut slots: Vec<Option<Going<N::Fields>>> = going.into_iter().map(Some).collect();
    for at in create_order {
        let Some(g) = slots[at].take() else { continue };
        outcomes[g.row] = match g.record {
            None => Outcome::Create,
            Some(_) if g.fields.is_empty() => Outcome::Same,
            Some(_) => Outcome::Change,
        };
        match (g.record.and_then(|r| records[r].take()), outcomes[g.row]) {
            (None, _) => create.push(New { line: g.line, id: g.id, now: g.now }),
            (Some(_), Outcome::Same) => counts.same += 1,
            (Some(r), _) => {
                if r.archived {
                    let row = table.row(g.row);
                    let message = "This one is archived. What the row says goes in; it stays archived.";
                    notes.add(&row, "", message, Severity::Warning);
                }
                change.push(Change {
                    line: g.line,
                    id: g.id,
                    version: r.version,
                    before: r.now,
                    after: g.now,
                    fields: g.fields,
                });
            }
        }
    }
    (counts.create, counts.change) = (count(create.len()), count(change.len()));
    counts.error = counts.rows - counts.create - counts.change - counts.same;
    let mut findings = notes.findings;
    counts.warning = count(findings.iter().filter(|f| f.severity == Severity::Warning).count());
    findings.sort_by_key(|f| f.line);
    Plan { create, change, findings, lost: losses.worst(), outcomes, dates, counts }
}

/// Records by their keys; of several with one key, the one that is not archived.
struct Index {
    keys: [HashMap<String, usize>; 2],
    /// Those that have a key of the first kind.
    first: HashSet<usize>,
}

impl Index {
    fn of<N: Noun>(records: &[Option<Record<N::Fields>>], c: &Conventions) -> Self {
        let mut keys: [HashMap<String, usize>; 2] = [HashMap::new(), HashMap::new()];
        let mut first = HashSet::new();
        for archived in [true, false] {
            for (i, r) in records.iter().enumerate() {
                let Some(r) = r.as_ref().filter(|r| r.archived == archived) else { continue };
                let own = N::keys(&N::draft(&r.now.fields), c);
                first.extend(own[0].is_some().then_some(i));
                for (keys, key) in keys.iter_mut().zip(own) {
                    key.map(|key| keys.insert(key, i));
                }
            }
        }
        Self { keys, first }
    }

    /// Whether this record has a key of the first kind.
    fn has_first(&self, record: usize) -> bool {
        self.first.contains(&record)
    }

    fn find(&self, key: usize, of: &[Option<String>; 2]) -> Option<usize> {
        self.keys[key].get(of[key].as_ref()?).copied()
    }
}

fn label<N: Noun>(key: usize) -> String {
    N::TARGET.field(N::KEYS[key]).map(|f| f.label.to_lowercase()).unwrap_or_default()
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
