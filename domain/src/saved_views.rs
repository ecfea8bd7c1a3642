//! Saved views: a question that a list is asked again and again, with its columns and its order, under a name.

use crate::{Errors, MemberId, ViewId, draft, import::Target};

/// Views that one person may have of a list, shared ones among them.
pub const MOST: i64 = 50;

/// What the list's address says in place of a view: everything, though the list would open with one.
pub const EVERYTHING: &str = "all";

/// One view, as the reader finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedView {
    pub id: ViewId,
    pub version: i32,
    pub name: String,
    /// The list's question, as its address asks it: filters, columns, order.
    pub question: String,
    pub owner: MemberId,
    /// Whose it is, where they are still there.
    pub owner_name: Option<String>,
    /// Everybody who reads the list finds it.
    pub shared: bool,
    /// The list opens with it, for whoever has chosen nothing else.
    pub opens: bool,
}

impl SavedView {
    /// Whether this member may change or delete it: what everybody finds takes the right to share.
    pub fn may_be_changed(&self, by: MemberId, shares: bool) -> bool {
        if self.shared { shares } else { self.owner == by }
    }
}

draft! {
    /// A view as it is typed. The two choices are `true` or empty.
    Draft { name, shared, opens, question }
}

/// What a view is told to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    pub name: String,
    pub shared: bool,
    pub opens: bool,
    pub question: String,
}

/// Letters of a question; an address is hardly longer.
pub const LONGEST: usize = 2_000;

impl Draft {
    pub fn of(view: &SavedView) -> Self {
        let on = |is: bool| if is { "true".to_owned() } else { String::new() };
        Self {
            name: view.name.clone(),
            shared: on(view.shared),
            opens: on(view.opens),
            question: view.question.clone(),
        }
    }

    /// `may_share`: whether they who typed it may show views to everybody.
    pub fn parse(&self, may_share: bool) -> Result<Fields, Errors> {
        let mut e = Errors::default();
        let (shared, opens) = (!self.shared.is_empty(), !self.opens.is_empty());
        let name = e.required("name", &self.name, 60);
        if shared && !may_share {
            e.add("shared", "Sharing views with everyone takes a right that you do not have.");
        }
        if opens && !shared {
            e.add("opens", "Only a view that is shared can open the list for everyone. Share it as well.");
        }
        if self.question.len() > LONGEST {
            e.add("", "There is too much in this question to keep it. Take some filters off.");
        }
        e.or(Fields { name, shared, opens, question: self.question.clone() })
    }
}

/// What a member's preference is called that says which view a list opens with for them.
pub fn preference(noun: Target) -> String {
    format!("{}.view", noun.key())
}

/// The view that the list opens with: one's own choice, else everybody's.
pub fn opening<'v>(views: &'v [SavedView], own: Option<&str>) -> Option<&'v SavedView> {
    let own = own.and_then(|own| views.iter().find(|v| v.id.to_string() == own));
    own.or_else(|| views.iter().find(|v| v.opens))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn only_who_may_share_shares_and_only_what_is_shared_opens_for_all() {
        let draft = |shared: &str, opens: &str| Draft {
            name: " Sales ".into(),
            shared: shared.into(),
            opens: opens.into(),
            ..Draft::default()
        };
        for (shared, opens, may, wrong) in [
            ("", "", false, None),
            ("true", "", true, None),
            ("true", "true", true, None),
            ("true", "", false, Some("shared")),
            ("", "true", true, Some("opens")),
        ] {
            match (draft(shared, opens).parse(may), wrong) {
                (Ok(fields), None) => assert_eq!(fields.name, "Sales"),
                (Err(errors), Some(field)) => assert!(errors.of(field).is_some(), "{errors:?}"),
                (parsed, _) => panic!("{shared:?} {opens:?} {may}: {parsed:?}"),
            }
        }
        assert!(Draft::default().parse(true).is_err_and(|e| e.of("name").is_some()));
    }

    #[test]
    fn ones_own_choice_comes_before_everybodys() {
        let view = |n: u128, opens: bool| SavedView {
            id: ViewId(Uuid::from_u128(n)),
            version: 1,
            name: n.to_string(),
            question: String::new(),
            owner: MemberId(Uuid::nil()),
            owner_name: None,
            shared: true,
            opens,
        };
        let views = [view(1, false), view(2, true)];
        let first = views[0].id.to_string();
        let name = |own: Option<&str>| opening(&views, own).map(|v| v.name.as_str());
        assert_eq!((name(Some(&first)), name(None), name(Some("gone"))), (Some("1"), Some("2"), Some("2")));
        assert_eq!(opening(&views[..1], None), None);
    }
}
