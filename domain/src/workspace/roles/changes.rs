//! What somebody gains and loses by another role.

use crate::access::{Right, Rights, Scope};

/// A right that reaches further than before, or less far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    pub right: &'static Right,
    pub before: Option<Scope>,
    pub after: Option<Scope>,
}

impl Change {
    pub fn is_gain(&self) -> bool {
        self.after > self.before
    }
}

/// What somebody gains and loses whose rights are no longer these but those.
pub fn changes(before: &Rights, after: &Rights) -> Vec<Change> {
    let pairs = before.iter().zip(after.iter());
    let change = |((right, before), (_, after))| Change { right, before, after };
    pairs.map(change).filter(|c| c.before != c.after).collect()
}
