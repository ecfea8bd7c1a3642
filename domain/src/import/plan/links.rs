//! Whom the rows of a file name: managers and parents, and an order in which all can be written.

use super::{Going, Index, Losses, Notes, Noun, Record, Severity};
use std::collections::{HashMap, VecDeque};
use uuid::Uuid;

/// Where the words lead by which rows name others: to a key, to those of a name, to a line that stays out.
pub(super) struct Called {
    pub called: HashMap<String, Uuid>,
    pub named: HashMap<String, Vec<Uuid>>,
    pub out: HashMap<String, u32>,
}

impl Called {
    /// Who is called so; several are nobody.
    fn by_name<N: Noun>(&self, word: &str) -> Vec<Uuid> {
        let mut found: Vec<Uuid> =
            N::namings(word).iter().filter_map(|n| self.named.get(n)).flatten().copied().collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// Finds whom the rows name, leaves out what would close a circle, and gives the order in which all can be written.
pub(super) fn link_up<N: Noun>(
    going: &mut [Going<N::Fields>],
    words: &Called,
    index: &Index,
    records: &[Option<Record<N::Fields>>],
    mut lines: HashMap<Uuid, Uuid>,
    (notes, losses): (&mut Notes<'_>, &mut Losses),
) -> Vec<usize> {
    let table = notes.table;
    let mut wished: Vec<Option<Uuid>> = vec![None; going.len()];
    for (wish, g) in wished.iter_mut().zip(going.iter()) {
        let Some(word) = &g.link else { continue };
        let here = || index.keys[N::CALLED].get(word).and_then(|i| records[*i].as_ref()).map(|r| r.id);
        *wish = words.called.get(word).copied().or_else(here);
        if wish.is_none() {
            let same = words.by_name::<N>(word);
            let message = match (&same[..], words.out.get(word)) {
                ([one], _) => {
                    *wish = Some(*one).filter(|id| *id != g.id);
                    None
                }
                ([_, _, ..], _) => Some(format!(
                    "{} people are called {word}: say the number. The row goes in without it.",
                    same.len()
                )),
                (_, Some(line)) => Some(format!("This is line {line}, which stays out. The row goes in without it.")),
                (_, None) => Some(N::unknown(word)),
            };
            if let Some(message) = message {
                let row = table.row(g.row);
                notes.add(&row, N::ABOVE, message, Severity::Warning);
                if N::BY_NAME && !words.out.contains_key(word) {
                    let cell = notes.mapping.column_of(N::ABOVE).map_or("", |column| row.cell(column));
                    losses.add(N::ABOVE, &notes.mapping.mended(N::ABOVE, cell.trim()));
                }
            }
        }
        if *wish == g.now.above {
            *wish = None;
        }
    }

    // New records first: nothing that exists is below them yet, so only they can make circles among themselves.
    // Then the changes, each tested against what holds after those before it. What is refused is tried again when
    // others have moved, until nothing moves any more; so a second import of the file finds nothing left to do.
    let mut order: Vec<usize> = vec![];
    let mut waiting: Vec<usize> = vec![];
    for (at, g) in going.iter_mut().enumerate() {
        match (g.record, wished[at]) {
            (None, Some(above)) if reach(&lines, above, g.id, N::STEPS) == Reach::Free => {
                lines.insert(g.id, above);
                g.now.above = Some(above);
            }
            (None, Some(_)) => notes.circle::<N>(g.row),
            (Some(_), Some(_)) => waiting.push(at),
            (Some(_), None) => order.push(at),
            (None, None) => {}
        }
    }
    let mut created = top_down::<N>(going, &mut lines, notes);
    created.append(&mut order);
    let mut order = created;
    loop {
        let before = waiting.len();
        waiting.retain(|at| {
            let g = &mut going[*at];
            let Some(above) = wished[*at].filter(|above| reach(&lines, *above, g.id, N::STEPS) == Reach::Free) else {
                return true;
            };
            lines.insert(g.id, above);
            g.now.above = Some(above);
            g.fields.push(N::ABOVE);
            order.push(*at);
            false
        });
        if waiting.is_empty() || waiting.len() == before {
            break;
        }
    }
    for at in waiting {
        notes.circle::<N>(going[at].row);
        order.push(at);
    }
    order
}

/// New records from the top of their lines down. One that would stand too deep begins a line of its own.
fn top_down<N: Noun>(
    going: &mut [Going<N::Fields>],
    lines: &mut HashMap<Uuid, Uuid>,
    notes: &mut Notes<'_>,
) -> Vec<usize> {
    let place: HashMap<Uuid, usize> =
        going.iter().enumerate().filter(|(_, g)| g.record.is_none()).map(|(i, g)| (g.id, i)).collect();
    let mut below: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut queue: VecDeque<(usize, usize)> = VecDeque::new();
    for (at, g) in going.iter().enumerate().filter(|(_, g)| g.record.is_none()) {
        match g.now.above {
            None => queue.push_back((at, 0)),
            Some(above) => match place.get(&above) {
                Some(parent) => below.entry(*parent).or_default().push(at),
                None => queue.push_back((at, height(lines, above, N::STEPS))),
            },
        }
    }
    let mut order = Vec::with_capacity(place.len());
    while let Some((at, mut depth)) = queue.pop_front() {
        if depth > N::STEPS {
            going[at].now.above = None;
            lines.remove(&going[at].id);
            notes.circle::<N>(going[at].row);
            depth = 0;
        }
        order.push(at);
        queue.extend(below.remove(&at).unwrap_or_default().into_iter().map(|child| (child, depth + 1)));
    }
    order
}

#[derive(PartialEq, Eq)]
enum Reach {
    Free,
    Blocked,
}

/// Whether a record may stand below `above`: neither is it above that one already, nor is the line too long.
fn reach(lines: &HashMap<Uuid, Uuid>, above: Uuid, id: Uuid, steps: usize) -> Reach {
    let mut at = Some(above);
    for _ in 0..steps {
        match at {
            None => return Reach::Free,
            Some(a) if a == id => return Reach::Blocked,
            Some(a) => at = lines.get(&a).copied(),
        }
    }
    if at.is_none() { Reach::Free } else { Reach::Blocked }
}

/// Records from `above` to the top, counted no further than one past `steps`.
fn height(lines: &HashMap<Uuid, Uuid>, above: Uuid, steps: usize) -> usize {
    let mut at = Some(above);
    (0..=steps).take_while(|_| at.take().inspect(|a| at = lines.get(a).copied()).is_some()).count()
}
