//! Departments as a tree. A department is known by its name, which everybody's record has; the list of them says which
//! is below which, and who heads it.

use crate::{EmployeeId, Errors, draft, hr::employees::Manager};
use std::collections::{HashMap, HashSet};

draft! {
    /// Where a department stands.
    Draft { name, parent, head }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    pub name: String,
    /// The name of the one above.
    pub parent: Option<String>,
    /// The head's number, resolved by the store.
    pub head: Option<String>,
}

impl Draft {
    pub fn parse(&self) -> Result<Fields, Errors> {
        let mut e = Errors::default();
        let fields = Fields {
            name: e.required("name", &self.name, 100),
            parent: e.line("parent", &self.parent, 100),
            head: e.optional("head", &self.head, |s| Ok::<_, String>(super::employees::number_in(s).to_owned())),
        };
        if fields.parent.as_ref().is_some_and(|p| p.to_lowercase() == fields.name.to_lowercase()) {
            e.add("parent", "A department is not below itself.");
        }
        e.or(fields)
    }
}

/// A department, with its people on some day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Department {
    pub name: String,
    pub parent: Option<String>,
    pub head: Option<Manager>,
    /// For whoever sees everybody; how many others there are is nobody else's.
    pub counted: Option<Counted>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// In it, without those below.
    pub people: i64,
    /// Seats that nobody sits on.
    pub vacant: i64,
}

/// A department and all that is below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    pub department: Department,
    /// In it and below it.
    pub in_all: i64,
    pub below: Vec<Node>,
}

/// The tree of a list; one whose parent is not in it stands at the top. Small letters and capitals are one.
pub fn tree(list: Vec<Department>) -> Vec<Node> {
    let key = |name: &str| name.to_lowercase();
    let known: HashSet<String> = list.iter().map(|d| key(&d.name)).collect();
    let mut below: HashMap<Option<String>, Vec<Department>> = HashMap::new();
    for d in list {
        let parent = d.parent.as_deref().map(key).filter(|p| known.contains(p));
        below.entry(parent).or_default().push(d);
    }
    fn grow(below: &mut HashMap<Option<String>, Vec<Department>>, at: Option<String>) -> Vec<Node> {
        let here = below.remove(&at).unwrap_or_default();
        here.into_iter()
            .map(|department| {
                let nodes = grow(below, Some(department.name.to_lowercase()));
                let in_all = department.counted.map_or(0, |c| c.people) + nodes.iter().map(|n| n.in_all).sum::<i64>();
                Node { department, in_all, below: nodes }
            })
            .collect()
    }
    grow(&mut below, None)
}

/// People shown below one, or at the top, before there are "more".
pub const SEATS: usize = 60;

/// One person of the chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    pub id: EmployeeId,
    pub name: String,
    pub job_title: Option<String>,
    pub department: Option<String>,
    /// Who report to them directly.
    pub reports: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_department_counts_those_below_it() {
        let d = |name: &str, parent: Option<&str>, people| Department {
            name: name.into(),
            parent: parent.map(str::to_owned),
            head: None,
            counted: Some(Counted { people, vacant: 0 }),
        };
        let nodes = tree(vec![
            d("Sales", None, 2),
            d("Field sales", Some("sales"), 3),
            d("Lost", Some("Nowhere"), 1),
            d("North", Some("Field sales"), 4),
        ]);
        let told: Vec<_> = nodes.iter().map(|n| (n.department.name.as_str(), n.in_all, n.below.len())).collect();
        assert_eq!(told, [("Sales", 9, 1), ("Lost", 1, 0)]);
        assert_eq!(nodes[0].below[0].below[0].department.name, "North");
    }
}
