//! What a file speaks of.

use super::Noun;
use crate::{
    Conventions,
    import::{Mapping, Table, cells::cells},
};
use std::collections::HashSet;

/// What to look up before planning: the file's keys, and the members it names.
#[derive(Debug, Default)]
pub struct Wanted {
    pub keys: [Vec<String>; 2],
    pub owners: Vec<String>,
    /// Names of those whom rows may mean.
    pub named: Vec<String>,
    /// Numbers of those whose rows they are, and of those whom custom fields name.
    pub people: Vec<String>,
    /// What [`Noun::others`] names.
    pub others: Vec<(&'static str, String)>,
    /// What [`Noun::alike`] gives.
    pub alike: Vec<(&'static str, String)>,
    /// Whether the file says who is above whom, so that the workspace's lines matter.
    pub lines: bool,
    /// The fields that columns give.
    pub fields: Vec<&'static str>,
}

impl Wanted {
    pub fn of<N: Noun>(table: &Table, mapping: &Mapping, c: &Conventions) -> Self {
        let fields = mapping.columns().iter().flatten().copied().collect();
        let mut wanted = Self { lines: mapping.has(N::ABOVE), fields, ..Self::default() };
        let mut linked = HashSet::new();
        for row in table.rows() {
            let (draft, _) = cells::<N>(&row, mapping, &[], *c);
            for (all, key) in wanted.keys.iter_mut().zip(N::keys(&draft, c)) {
                all.extend(key);
            }
            linked.extend(N::link(&draft, c));
            wanted.owners.extend(N::owner(&draft, c));
            wanted.people.extend(N::belongs(&draft));
            wanted.others.extend(N::others(&draft));
            wanted.alike.extend(N::alike(&draft));
            let named = mapping.naming().map(|field| N::get(&draft, field)).filter(|number| !number.is_empty());
            wanted.people.extend(named.map(str::to_owned));
        }
        wanted.named.extend(linked.iter().flat_map(|word| N::namings(word)));
        wanted.keys[N::CALLED].extend(linked);
        for all in wanted.keys.iter_mut().chain([&mut wanted.owners, &mut wanted.people, &mut wanted.named]) {
            all.sort_unstable();
            all.dedup();
        }
        wanted.alike.sort_unstable();
        wanted.alike.dedup();
        wanted.others.sort_unstable();
        wanted.others.dedup();
        wanted
    }
}
