//! What somebody who leaves still holds, and what of it changes hands (DOMAIN: One person, one graph).

use crate::{
    HandoverId,
    access::{
        ActivitiesRead, AssetsRead, AutomationRead, ContactsRead, ContactsWrite, CustomersRead, CustomersWrite,
        DealsRead, DealsWrite, EmployeesRead, LeadsRead, LeadsWrite, Permission, TasksRead, TicketsRead, TicketsWrite,
    },
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What somebody may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Held {
    Tasks,
    Activities,
    Customers,
    Contacts,
    Deals,
    Leads,
    Tickets,
    Reports,
    Workflows,
    Approvals,
    Assets,
}

impl Held {
    pub const ALL: [Self; 11] = [
        Self::Tasks,
        Self::Activities,
        Self::Customers,
        Self::Contacts,
        Self::Deals,
        Self::Leads,
        Self::Tickets,
        Self::Reports,
        Self::Workflows,
        Self::Approvals,
        Self::Assets,
    ];

    /// One that a hand-over moves.
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|held| held.moves() && held.key() == key)
    }

    pub const fn key(self) -> &'static str {
        match self {
            Self::Tasks => "tasks",
            Self::Activities => "activities",
            Self::Customers => "customers",
            Self::Contacts => "contacts",
            Self::Deals => "deals",
            Self::Leads => "leads",
            Self::Tickets => "tickets",
            Self::Reports => "reports",
            Self::Workflows => "workflows",
            Self::Approvals => "approvals",
            Self::Assets => "assets",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Reports => "People who report to them",
            Self::Customers => "Customers that they look after",
            Self::Contacts => "Contacts that they look after",
            Self::Deals => "Open deals",
            Self::Leads => "Open leads",
            Self::Tickets => "Open tickets",
            Self::Tasks => "Open tasks",
            Self::Activities => "Calls and meetings that are planned",
            Self::Workflows => "Workflows published in their name",
            Self::Approvals => "Questions that wait for their answer",
            Self::Assets => "Equipment that is out with them",
        }
    }

    /// One of them, and several.
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Tasks => ("task", "tasks"),
            Self::Activities => ("call or meeting", "calls and meetings"),
            Self::Customers => ("customer", "customers"),
            Self::Contacts => ("contact", "contacts"),
            Self::Deals => ("deal", "deals"),
            Self::Leads => ("lead", "leads"),
            Self::Tickets => ("ticket", "tickets"),
            Self::Reports => ("direct report", "direct reports"),
            Self::Workflows => ("workflow", "workflows"),
            Self::Approvals => ("question", "questions"),
            Self::Assets => ("piece of equipment", "pieces of equipment"),
        }
    }

    /// Whether handing over moves it; the others need somebody to look.
    pub const fn moves(self) -> bool {
        !matches!(self, Self::Workflows | Self::Approvals | Self::Assets)
    }

    /// The right by which somebody does such work: whoever takes it over has it.
    pub const fn takes(self) -> &'static str {
        match self {
            Self::Customers => CustomersWrite::KEY,
            Self::Contacts => ContactsWrite::KEY,
            Self::Deals => DealsWrite::KEY,
            Self::Leads => LeadsWrite::KEY,
            Self::Tickets => TicketsWrite::KEY,
            other => other.right(),
        }
    }

    /// The right without which nobody sees such things, as whoever opens their list.
    pub const fn right(self) -> &'static str {
        match self {
            Self::Reports => EmployeesRead::KEY,
            Self::Customers => CustomersRead::KEY,
            Self::Contacts => ContactsRead::KEY,
            Self::Deals => DealsRead::KEY,
            Self::Leads => LeadsRead::KEY,
            Self::Tickets => TicketsRead::KEY,
            Self::Tasks => TasksRead::KEY,
            Self::Activities => ActivitiesRead::KEY,
            Self::Workflows | Self::Approvals => AutomationRead::KEY,
            Self::Assets => AssetsRead::KEY,
        }
    }
}

/// One line of the hand-over list: how many, counted no further than a thousand and one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holding {
    pub held: Held,
    pub count: i64,
}

/// What was handed over: ids by what they are.
pub type Moved = BTreeMap<Held, Vec<Uuid>>;

/// One hand-over that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    pub id: HandoverId,
    /// Whose it all is now.
    pub to: String,
    pub moved: Moved,
}

/// `3 tasks, 1 customer and 2 direct reports are`: what there is of it.
pub fn told(moved: &Moved) -> String {
    let some = moved.iter().filter(|(_, ids)| !ids.is_empty());
    let words: Vec<_> = some
        .map(|(held, ids)| match (ids.len(), held.words()) {
            (1, (one, _)) => format!("1 {one}"),
            (n, (_, many)) => format!("{n} {many}"),
        })
        .collect();
    match &words[..] {
        [] => "Nothing is".to_owned(),
        [one] if one.starts_with("1 ") => format!("{one} is"),
        [one] => format!("{one} are"),
        [rest @ .., last] => format!("{} and {last} are", rest.join(", ")),
    }
}

/// `customers, deals and leads`
pub fn listed(kinds: &[Held]) -> String {
    let words: Vec<_> = kinds.iter().map(|held| held.words().1).collect();
    match &words[..] {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_handed_over_is_told_in_words() {
        let some = |n: usize| vec![Uuid::nil(); n];
        let moved = Moved::from([(Held::Tasks, some(3)), (Held::Leads, vec![]), (Held::Customers, some(1))]);
        assert_eq!(told(&moved), "3 tasks and 1 customer are");
        assert_eq!(told(&Moved::from([(Held::Reports, some(1))])), "1 direct report is");
        assert_eq!(told(&Moved::default()), "Nothing is");
        assert_eq!(listed(&[Held::Customers, Held::Deals, Held::Leads]), "customers, deals and leads");
    }

    #[test]
    fn a_key_is_what_is_kept() {
        for held in Held::ALL {
            assert_eq!(serde_json::to_value(held).expect("a word"), held.key());
        }
    }
}
