//! What stands below a list, for every noun alike.

use std::fmt::Display;

/// The pages of one noun in one workspace: what stands below a list is called alike for every noun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pages(String);

impl Pages {
    /// Below `list`, a template like [`EMPLOYEES`].
    pub fn of(list: &str, slug: impl Display) -> Self {
        Self(list.replace("{slug}", &slug.to_string()))
    }

    /// As [`of`](Self::of), from within the workspace: what a notice keeps.
    pub fn within(list: &str) -> Self {
        Self(list.strip_prefix("/w/{slug}").unwrap_or(list).to_owned())
    }

    /// Those of another noun of the same department: `contacts` beside leads.
    pub fn beside(&self, noun: &str) -> Self {
        let department = self.0.rsplit_once('/').map_or("", |(department, _)| department);
        Self(format!("{department}/{noun}"))
    }

    pub fn list(&self) -> String {
        self.0.clone()
    }

    pub fn new_record(&self) -> String {
        self.below("new")
    }

    pub fn columns(&self) -> String {
        self.below("columns")
    }

    pub fn export(&self) -> String {
        self.below("export")
    }

    pub fn workbook(&self) -> String {
        self.below("export/workbook")
    }

    pub fn options(&self) -> String {
        self.below("options")
    }

    pub fn new_view(&self) -> String {
        self.below("views/new")
    }

    /// A saved view's name and sharing.
    pub fn view(&self, id: impl Display) -> String {
        self.below(format!("views/{id}"))
    }

    pub fn view_question(&self, id: impl Display) -> String {
        self.below(format!("views/{id}/question"))
    }

    pub fn view_opening(&self, id: impl Display) -> String {
        self.below(format!("views/{id}/opening"))
    }

    pub fn view_removal(&self, id: impl Display) -> String {
        self.below(format!("views/{id}/removal"))
    }

    pub fn view_restoral(&self, id: impl Display) -> String {
        self.below(format!("views/{id}/restoral"))
    }

    pub fn imports(&self) -> String {
        self.below("imports")
    }

    pub fn archivals(&self) -> String {
        self.below("archivals")
    }

    pub fn archivals_run(&self, id: impl Display) -> String {
        self.below(format!("archivals/{id}"))
    }

    pub fn restorals(&self) -> String {
        self.below("restorals")
    }

    /// One field of many records changed at once.
    pub fn changes(&self) -> String {
        self.below("changes")
    }

    pub fn changes_new(&self) -> String {
        self.below("changes/new")
    }

    pub fn change(&self, id: impl Display) -> String {
        self.below(format!("changes/{id}"))
    }

    pub fn change_reversal(&self, id: impl Display) -> String {
        self.below(format!("changes/{id}/reversal"))
    }

    pub fn record(&self, id: impl Display) -> String {
        self.below(id)
    }

    pub fn edit(&self, id: impl Display) -> String {
        self.below(format!("{id}/edit"))
    }

    pub fn timeline(&self, id: impl Display) -> String {
        self.below(format!("{id}/timeline"))
    }

    pub fn archival(&self, id: impl Display) -> String {
        self.below(format!("{id}/archival"))
    }

    pub fn restoral(&self, id: impl Display) -> String {
        self.below(format!("{id}/restoral"))
    }

    /// The files of a record's custom fields.
    pub fn field_files(&self, id: impl Display) -> String {
        self.below(format!("{id}/field-files"))
    }

    /// Files of custom fields, for many records at once.
    pub fn many_field_files(&self) -> String {
        self.below("field-files")
    }

    pub fn field_files_removal(&self, id: impl Display) -> String {
        self.below(format!("{id}/field-files/removal"))
    }

    /// Tags of many records at once.
    pub fn all_tags(&self) -> String {
        self.below("tags")
    }

    pub fn all_tags_removal(&self) -> String {
        self.below("tags/removal")
    }

    pub fn notes(&self, id: impl Display) -> String {
        self.below(format!("{id}/notes"))
    }

    pub fn tags(&self, id: impl Display) -> String {
        self.below(format!("{id}/tags"))
    }

    pub fn tags_removal(&self, id: impl Display) -> String {
        self.below(format!("{id}/tags/removal"))
    }

    /// Addresses of a record, and one of them by its own id.
    pub fn points(&self, id: impl Display) -> String {
        self.below(format!("{id}/points"))
    }

    pub fn point(&self, id: impl Display) -> String {
        self.below(format!("points/{id}"))
    }

    pub fn point_first(&self, id: impl Display) -> String {
        self.below(format!("points/{id}/first"))
    }

    pub fn point_removal(&self, id: impl Display) -> String {
        self.below(format!("points/{id}/removal"))
    }

    pub fn companies(&self, id: impl Display) -> String {
        self.below(format!("{id}/companies"))
    }

    pub fn companies_removal(&self, id: impl Display) -> String {
        self.below(format!("{id}/companies/removal"))
    }

    pub fn contacts(&self, id: impl Display) -> String {
        self.below(format!("{id}/contacts"))
    }

    pub fn contacts_removal(&self, id: impl Display) -> String {
        self.below(format!("{id}/contacts/removal"))
    }

    pub fn following(&self, id: impl Display) -> String {
        self.below(format!("{id}/following"))
    }

    pub fn files(&self, id: impl Display) -> String {
        self.below(format!("{id}/files"))
    }

    pub fn files_removal(&self, id: impl Display) -> String {
        self.below(format!("{id}/files/removal"))
    }

    /// Making one of this record and another one.
    pub fn merge(&self, id: impl Display) -> String {
        self.below(format!("{id}/merge"))
    }

    pub fn merge_reversal(&self, id: impl Display) -> String {
        self.below(format!("merges/{id}/reversal"))
    }

    fn below(&self, rest: impl Display) -> String {
        format!("{}/{rest}", self.0)
    }
}
