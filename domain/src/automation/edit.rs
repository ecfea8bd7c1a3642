//! Changing a tree of steps: where a step is put, moved, copied and taken out; and what differs from another version.

use super::{
    steps::{Action, Step, all, free_id, fresh_id, list_of},
    words,
    workflows::Definition,
};
use std::fmt;

/// Where a step is put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    First,
    Last,
    /// Behind the step of this id.
    After(String),
    /// As the first of a way of the step of this id: `then`, `rejected`…
    Into(String, String),
}

impl Place {
    /// What a link says of it; what cannot be read is the end.
    pub fn parse(text: &str) -> Self {
        let mut parts = text.split(':');
        match (parts.next(), parts.next(), parts.next()) {
            (Some("first"), ..) => Self::First,
            (Some("after"), Some(id), None) => Self::After(id.into()),
            (Some("into"), Some(id), Some(way)) => Self::Into(id.into(), way.into()),
            _ => Self::Last,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::First => f.write_str("first"),
            Self::Last => f.write_str("last"),
            Self::After(id) => write!(f, "after:{id}"),
            Self::Into(id, way) => write!(f, "into:{id}:{way}"),
        }
    }
}

/// Puts a step there; at the end where there is no such place any more.
pub fn put(steps: &mut Vec<Step>, place: &Place, step: Step) {
    match place {
        Place::First => return steps.insert(0, step),
        Place::After(id) => {
            if let Some((list, at)) = list_of(steps, id) {
                return list.insert(at + 1, step);
            }
        }
        Place::Into(id, way) => {
            if let Some((list, at)) = list_of(steps, id)
                && let Some((_, inner)) = list[at].action.inside_mut().into_iter().find(|(name, _)| name == way)
            {
                return inner.insert(0, step);
            }
        }
        Place::Last => {}
    }
    steps.push(step);
}

/// Where a step stands, as a place to put it back to.
pub fn place_of(steps: &[Step], id: &str) -> Option<Place> {
    fn seek(list: &[Step], id: &str, first: Place) -> Option<Place> {
        let mut before = first;
        for step in list {
            if step.id == id {
                return Some(before);
            }
            for (way, inner) in step.action.inside() {
                if let Some(found) = seek(inner, id, Place::Into(step.id.clone(), way.into())) {
                    return Some(found);
                }
            }
            before = Place::After(step.id.clone());
        }
        None
    }
    seek(steps, id, Place::First)
}

/// Takes a step out, with what is inside it.
pub fn take(steps: &mut Vec<Step>, id: &str) -> Option<Step> {
    let (list, at) = list_of(steps, id)?;
    Some(list.remove(at))
}

/// Swaps a step with the one before or behind it in its list; whether there is one.
pub fn shift(steps: &mut Vec<Step>, id: &str, up: bool) -> bool {
    let Some((list, at)) = list_of(steps, id) else { return false };
    let other = if up { at.checked_sub(1) } else { Some(at + 1).filter(|o| *o < list.len()) };
    other.map(|o| list.swap(at, o)).is_some()
}

/// Puts a copy behind a step, with ids of its own; gives the copy's.
pub fn copy(steps: &mut Vec<Step>, id: &str) -> Option<String> {
    let mut copied = super::steps::find(steps, id)?.clone();
    rename(&mut copied, &mut all(steps).into_iter().map(|(_, s)| s.id.clone()).collect());
    let fresh = copied.id.clone();
    put(steps, &Place::After(id.into()), copied);
    Some(fresh)
}

/// Gives a step, and those inside it, ids that are not taken.
fn rename(step: &mut Step, taken: &mut Vec<String>) {
    let fresh = free_id(|id| taken.iter().any(|t| t == id));
    taken.push(fresh.clone());
    step.id = fresh;
    for (_, inner) in step.action.inside_mut() {
        inner.iter_mut().for_each(|s| rename(s, taken));
    }
}

/// A step with an id that is free, or its own if nobody has that.
pub fn settled(steps: &[Step], mut step: Step) -> Step {
    let taken: Vec<String> = all(steps).into_iter().map(|(_, s)| s.id.clone()).collect();
    let clashes = all(std::slice::from_ref(&step)).iter().any(|(_, s)| taken.contains(&s.id) || s.id.is_empty());
    if clashes {
        rename(&mut step, &mut taken.clone());
    }
    step
}

/// A step of this action, new among these.
pub fn fresh(steps: &[Step], action: Action) -> Step {
    Step { id: fresh_id(steps), action }
}

/// One thing in which two versions differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// `Added`, `Removed`, `Changed`, `Moved`.
    pub what: &'static str,
    pub words: String,
}

/// What becomes different when `new` takes the place of `old`.
pub fn differences(old: &Definition, new: &Definition) -> Vec<Difference> {
    let mut found = vec![];
    let mut add = |what, words: String| found.push(Difference { what, words });
    if (old.record, &old.trigger) != (new.record, &new.trigger) {
        add("Changed", format!("Trigger: {}", new.trigger.words(new.record)));
    }
    if (old.again, old.cool_down) != (new.again, new.cool_down) {
        add("Changed", enrolment(new));
    }
    if old.conditions != new.conditions {
        let words = match new.conditions.is_empty() {
            true => "none: every record is taken".to_owned(),
            false => words::condition(&new.conditions, new.record),
        };
        add("Changed", format!("Conditions: {words}"));
    }
    // Without what is inside, which tells for itself.
    let bare = |s: &Step| {
        let mut bare = s.action.clone();
        bare.inside_mut().into_iter().for_each(|(_, inner)| inner.clear());
        bare
    };
    let (before, after) = (all(&old.steps), all(&new.steps));
    for (_, step) in &after {
        match before.iter().find(|(_, s)| s.id == step.id) {
            None => add("Added", words::line(step, new.record)),
            Some((_, was)) if bare(was) != bare(step) => add("Changed", words::line(step, new.record)),
            Some(_) => {}
        }
    }
    for (_, step) in before.iter().filter(|(_, s)| !after.iter().any(|(_, a)| a.id == s.id)) {
        add("Removed", words::line(step, old.record));
    }
    let stays = |id: &str| [&before, &after].iter().all(|list| list.iter().any(|(_, s)| s.id == id));
    if layout(&old.steps, &stays) != layout(&new.steps, &stays) {
        add("Moved", "The order of the steps".into());
    }
    found
}

/// The ids that stay, in order, each with the way that it is on.
fn layout(steps: &[Step], stays: &dyn Fn(&str) -> bool) -> Vec<(String, String)> {
    fn walk(steps: &[Step], way: &str, stays: &dyn Fn(&str) -> bool, out: &mut Vec<(String, String)>) {
        for step in steps {
            if stays(&step.id) {
                out.push((way.to_owned(), step.id.clone()));
            }
            for (name, inner) in step.action.inside() {
                walk(inner, &format!("{}/{name}", step.id), stays, out);
            }
        }
    }
    let mut out = vec![];
    walk(steps, "", stays, &mut out);
    out
}

/// How often a record goes through it, in words.
pub fn enrolment(d: &Definition) -> String {
    match (d.again, d.cool_down) {
        (false, _) => "Each record goes through once".into(),
        (true, 0) => "A record may go through again at any time".into(),
        (true, minutes) => format!("A record may go through again after {}", words::minutes(minutes)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::automation::templates;

    fn ids(d: &Definition) -> Vec<&str> {
        all(&d.steps).into_iter().map(|(_, s)| s.id.as_str()).collect()
    }

    #[test]
    fn a_step_is_put_moved_copied_and_taken_out_and_comes_back() {
        let mut d = templates::find("contract-ends").expect("a template").definition();
        assert_eq!(ids(&d), ["ask", "extend", "note"]);
        put(&mut d.steps, &Place::parse("into:ask:approved"), Step { id: "a".into(), action: Action::Stop });
        put(&mut d.steps, &Place::parse("after:extend"), Step { id: "b".into(), action: Action::Stop });
        put(&mut d.steps, &Place::parse("after:gone"), Step { id: "c".into(), action: Action::Stop });
        assert_eq!(ids(&d), ["ask", "a", "extend", "b", "note", "c"]);
        assert!(shift(&mut d.steps, "a", false) && !shift(&mut d.steps, "extend", true));
        assert_eq!(ids(&d), ["ask", "extend", "a", "b", "note", "c"]);
        let copied = copy(&mut d.steps, "ask").expect("a copy");
        assert_eq!((copied.as_str(), ids(&d).len()), ("s1", 11));
        let place = place_of(&d.steps, "b").expect("a place");
        assert_eq!((place.to_string(), Place::parse(&place.to_string())), ("after:a".into(), place.clone()));
        let before = d.clone();
        let taken = take(&mut d.steps, "b").expect("a step");
        assert_ne!(d, before);
        let back = settled(&d.steps, taken);
        put(&mut d.steps, &place, back);
        assert_eq!(d, before);
    }

    #[test]
    fn what_differs_is_told() {
        let old = templates::find("won").expect("a template").definition();
        let mut new = old.clone();
        new.again = true;
        take(&mut new.steps, "note").expect("a step");
        let step = fresh(&new.steps, Action::Stop);
        put(&mut new.steps, &Place::Last, step);
        let told: Vec<_> = differences(&old, &new).into_iter().map(|d| format!("{} {}", d.what, d.words)).collect();
        assert_eq!(
            told,
            [
                "Changed A record may go through again after 1 hour",
                "Added Stop: The run ends here.",
                "Removed Add a note: “Became a customer; the owner is {{owner.name|nobody}}.”",
            ]
        );
        let mut moved = new.clone();
        shift(&mut moved.steps, "month", true);
        assert_eq!(differences(&new, &moved)[0].what, "Moved");
        assert_eq!(differences(&new, &new), []);
    }
}
