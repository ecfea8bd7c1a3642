//! What was typed into a form whose questions depend on its answers: names and values as they came, and rows of
//! conditions among them.

use super::{
    conditions::{Condition, Op, Test},
    fields::{Holds, RecordKind},
};
use crate::access::Sight;
use serde::{Deserialize, Serialize};

/// Names and values of a form, in order. A name may come several times.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Typed(Vec<(String, String)>);

impl Typed {
    /// The first value under this name; empty where there is none.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str())
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(n, _)| n == name)
    }

    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(n, _)| n == name).map(|(_, v)| v.as_str()).collect()
    }

    pub fn ticked(&self, name: &str) -> bool {
        self.get(name) == "true"
    }

    /// In place of whatever was under this name.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.retain(|(n, _)| n != name);
        self.push(name, value);
    }

    /// Beside what is under this name.
    pub fn push(&mut self, name: &str, value: impl Into<String>) {
        self.0.push((name.to_owned(), value.into()));
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.set(name, value);
        self
    }

    /// Drops what is called so.
    pub fn drop_all(&mut self, of: impl Fn(&str) -> bool) {
        self.0.retain(|(name, _)| !of(name));
    }

    /// What the pressed button asks for: empty, to save.
    pub fn act(&self) -> &str {
        self.get("act")
    }

    /// The same without what the house itself sends along.
    #[must_use]
    pub fn answers(&self) -> Self {
        Self(self.0.iter().filter(|(n, _)| !n.starts_with('_') && n != "act").cloned().collect())
    }
}

/// Conditions as rows of a form: a group, and groups in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows {
    /// The first holds the rows of the outer group.
    pub groups: Vec<Group>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// One of them is enough.
    pub any: bool,
    pub rows: Vec<Row>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    pub field: String,
    pub is: String,
    pub values: Vec<String>,
}

/// Groups, and rows of one, that a form has room for.
const MOST: usize = 20;

/// The name of a row's control: `g0-r2-field`.
pub fn name(group: usize, row: usize, what: &str) -> String {
    format!("g{group}-r{row}-{what}")
}

/// The name of a group's AND or OR.
pub fn joint(group: usize) -> String {
    format!("g{group}-join")
}

impl Rows {
    /// None where groups stand deeper than the form shows.
    pub fn of(condition: &Condition) -> Option<Self> {
        let row = |t: &Test| {
            let several = matches!(t.is, Op::OneOf | Op::NoneOf);
            let values = match several {
                true => t.value.split(',').map(|v| v.trim().to_owned()).collect(),
                false => vec![t.value.clone()],
            };
            Row { field: t.field.clone(), is: t.is.key().into(), values }
        };
        let (any, parts) = match condition {
            Condition::Test(test) => return Some(Self { groups: vec![Group { any: false, rows: vec![row(test)] }] }),
            Condition::All { all } => (false, all),
            Condition::Any { any } => (true, any),
        };
        let mut groups = vec![Group { any, rows: vec![] }];
        for part in parts {
            match part {
                Condition::Test(test) => groups[0].rows.push(row(test)),
                Condition::All { all: parts } | Condition::Any { any: parts } => {
                    let tests: Option<Vec<Row>> =
                        parts.iter().map(|p| if let Condition::Test(t) = p { Some(row(t)) } else { None }).collect();
                    groups.push(Group { any: matches!(part, Condition::Any { .. }), rows: tests? });
                }
            }
        }
        Some(Self { groups })
    }

    /// As a form sends them.
    pub fn read(typed: &Typed) -> Self {
        let mut groups = vec![];
        for g in (0..MOST).take_while(|g| typed.has(&joint(*g))) {
            let rows = (0..MOST).take_while(|r| typed.has(&name(g, *r, "field"))).map(|r| Row {
                field: typed.get(&name(g, r, "field")).to_owned(),
                is: typed.get(&name(g, r, "is")).to_owned(),
                values: typed.all(&name(g, r, "value")).into_iter().map(str::to_owned).collect(),
            });
            groups.push(Group { any: typed.get(&joint(g)) == "any", rows: rows.collect() });
        }
        if groups.is_empty() {
            groups.push(Group::default());
        }
        Self { groups }
    }

    /// Into a form, in place of the rows that it has.
    pub fn write(&self, typed: &mut Typed) {
        let ours = |n: &str| n.strip_prefix('g').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        typed.drop_all(ours);
        for (g, group) in self.groups.iter().enumerate() {
            typed.set(&joint(g), if group.any { "any" } else { "all" });
            for (r, row) in group.rows.iter().enumerate() {
                typed.set(&name(g, r, "field"), &row.field);
                typed.set(&name(g, r, "is"), &row.is);
                row.values.iter().for_each(|v| typed.push(&name(g, r, "value"), v));
            }
        }
    }

    /// Does what a button asks for: `row:1` adds one, `group` a group, `less:1:0` takes a row out, `less:1` a group.
    pub fn act(&mut self, act: &str) {
        let mut parts = act.split(':');
        let (what, mut numbers) = (parts.next().unwrap_or_default(), parts.map(|p| p.parse::<usize>().ok()));
        match (what, numbers.next().flatten(), numbers.next().flatten()) {
            ("row", Some(g), None) => {
                if let Some(group) = self.groups.get_mut(g).filter(|group| group.rows.len() < MOST) {
                    group.rows.push(Row::default());
                }
            }
            ("group", None, None) if self.groups.len() < MOST => {
                self.groups.push(Group { any: !self.groups[0].any, rows: vec![Row::default()] });
            }
            ("less", Some(g), Some(r)) => {
                if let Some(group) = self.groups.get_mut(g).filter(|group| r < group.rows.len()) {
                    group.rows.remove(r);
                }
            }
            ("less", Some(g), None) if g > 0 && g < self.groups.len() => {
                self.groups.remove(g);
            }
            _ => {}
        }
    }

    /// What they mean. A row without a field asks nothing.
    pub fn condition(&self) -> Condition {
        let group = |group: &Group, mut parts: Vec<Condition>| {
            let tests = group.rows.iter().filter(|r| !r.field.is_empty());
            let mut all: Vec<_> = tests.map(|r| Condition::Test(r.test())).collect();
            all.append(&mut parts);
            if group.any { Condition::Any { any: all } } else { Condition::All { all } }
        };
        let Some((outer, inner)) = self.groups.split_first() else { return Condition::default() };
        let inner = inner.iter().map(|g| group(g, vec![])).filter(|g| !g.is_empty()).collect();
        let whole = group(outer, inner);
        if whole.is_empty() { Condition::default() } else { whole }
    }

    /// What is wrong, by the name of the control.
    pub fn wrong(&self, kind: Option<RecordKind>, sight: Sight) -> Vec<(String, String)> {
        let mut found = vec![];
        for (g, group) in self.groups.iter().enumerate() {
            for (r, row) in group.rows.iter().enumerate().filter(|(_, row)| !row.field.is_empty()) {
                let spec = kind.and_then(|k| k.field(&row.field));
                if let Some(spec) = spec.filter(|s| !sight.sees(s.class)) {
                    let words = format!(
                        "You may not see “{}” of everybody, so a workflow of yours may not use it.",
                        spec.label
                    );
                    found.push((name(g, r, "field"), words));
                } else if let Err(message) = row.test().check(kind) {
                    let what = if spec.is_none() { "field" } else { "value" };
                    found.push((name(g, r, what), message));
                }
            }
        }
        found
    }
}

impl Row {
    /// What can be asked of its field.
    pub fn ops(&self, kind: Option<RecordKind>) -> &'static [Op] {
        let spec = kind.and_then(|k| k.field(&self.field));
        // What a hook brings may be text or a number.
        spec.map_or(&Op::ALL, |s| Op::of(s.holds))
    }

    /// What is asked: as chosen, or the first that fits the field.
    pub fn op(&self, kind: Option<RecordKind>) -> Op {
        let ops = self.ops(kind);
        Op::parse(&self.is).filter(|op| ops.contains(op)).unwrap_or(ops[0])
    }

    fn test(&self) -> Test {
        let is = Op::parse(&self.is).unwrap_or(Op::Equals);
        let values: Vec<_> = self.values.iter().map(|v| v.trim()).filter(|v| !v.is_empty()).collect();
        let value = if is.compares() { values.join(", ") } else { String::new() };
        Test { field: self.field.trim().to_owned(), is, value }
    }

    /// Brings the question in line with a field that was just chosen; an answer that cannot be one is dropped.
    pub fn fit(&mut self, kind: Option<RecordKind>) {
        self.is = self.op(kind).key().into();
        if let Some(Holds::Choice(choices)) = kind.and_then(|k| k.field(&self.field)).map(|s| s.holds) {
            self.values.retain(|v| choices.iter().any(|(key, _)| key == v));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::automation::templates::TEMPLATES;

    #[test]
    fn conditions_go_into_a_form_and_come_back() {
        for template in TEMPLATES {
            let d = template.definition();
            let inner = crate::automation::steps::all(&d.steps);
            let inner = inner.iter().filter_map(|(_, s)| s.action.condition());
            for condition in inner.chain([&d.conditions]) {
                let rows = Rows::of(condition).expect("a form has room for it");
                let mut typed = Typed::default().with("g9", "no group").with("kind", "stays");
                rows.write(&mut typed);
                assert_eq!(&Rows::read(&typed).condition(), condition, "{}", template.key);
                assert_eq!(typed.get("kind"), "stays");
                assert_eq!(rows.wrong(d.record, Sight { terms: true, ..Sight::DIRECTORY }), []);
            }
        }
    }

    #[test]
    fn rows_and_groups_come_and_go() {
        let mut rows = Rows::read(&Typed::default());
        for act in ["row:0", "group", "row:1", "less:1:0", "row:7", "less:0", "less:9", "nonsense:x"] {
            rows.act(act);
        }
        assert_eq!((rows.groups.len(), rows.groups[0].rows.len(), rows.groups[1].rows.len()), (2, 1, 1));
        assert_eq!((rows.groups[0].any, rows.groups[1].any), (false, true));
        assert_eq!(rows.condition(), Condition::default(), "nothing is asked yet");
        rows.groups[1].rows[0] = Row { field: "status".into(), is: "more".into(), values: vec!["x".into()] };
        assert_eq!(rows.wrong(Some(RecordKind::Customer), Sight::ALL)[0].0, "g1-r0-value");
        rows.groups[1].rows[0].fit(Some(RecordKind::Customer));
        assert_eq!(rows.groups[1].rows[0].is, "equals");
        rows.act("less:1");
        assert_eq!(rows.groups.len(), 1);
    }

    #[test]
    fn what_stands_deeper_is_left_to_json() {
        let deep = Condition::All { all: vec![Condition::Any { any: vec![Condition::default()] }] };
        assert_eq!(Rows::of(&deep), None);
    }
}
