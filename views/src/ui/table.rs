//! The table of a list page, its head that sorts, its rows that can be selected.

use maud::{Markup, Render, html};

use super::{Attrs, Icon, element, filter::SYNC};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Density {
    #[default]
    Comfortable,
    Compact,
}

impl Density {
    pub fn as_str(self) -> &'static str {
        match self {
            Density::Comfortable => "comfortable",
            Density::Compact => "compact",
        }
    }

    /// What a form sent; anything unknown is comfortable.
    pub fn parse(text: &str) -> Self {
        if text == "compact" { Density::Compact } else { Density::Comfortable }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Ascending,
    Descending,
}

/// One column. Dates and numbers ask for [`Column::numeric`] so that digits line up.
#[derive(Clone, Debug)]
pub struct Column {
    label: String,
    sort: Option<(String, Option<Direction>)>,
    numeric: bool,
    label_hidden: bool,
    minor: bool,
    stays: bool,
}

impl Column {
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), sort: None, numeric: false, label_hidden: false, minor: false, stays: false }
    }

    /// Sorts at `href` (which asks for the other direction when this column rules already).
    pub fn sort(mut self, href: impl Into<String>, now: Option<Direction>) -> Self {
        self.sort = Some((href.into(), now));
        self
    }

    /// Right-aligned, tabular figures.
    pub fn numeric(mut self) -> Self {
        self.numeric = true;
        self
    }

    /// A column of buttons at the end of the row, whose heading is only said aloud.
    pub fn label_hidden(mut self) -> Self {
        self.label_hidden = true;
        self
    }

    /// Goes first when the screen is narrow.
    pub fn minor(mut self) -> Self {
        self.minor = true;
        self
    }

    /// Stays beside the first one on a phone, where rows are [`Row::brief`].
    pub fn stays(mut self) -> Self {
        self.stays = true;
        self
    }

    /// How it behaves, and what it does when the screen is narrow.
    fn class(&self) -> Option<String> {
        let all = [
            ("is-numeric", self.numeric),
            ("is-minor", self.minor),
            ("is-staying", self.stays),
            ("is-end", self.label_hidden),
        ];
        let own: Vec<_> = all.into_iter().filter(|(_, is)| *is).map(|(class, _)| class).collect();
        (!own.is_empty()).then(|| own.join(" "))
    }
}

/// One row. The first cell holds the link to the record.
#[derive(Clone, Debug)]
pub struct Row {
    id: String,
    label: String,
    cells: Vec<Markup>,
    brief: Vec<Markup>,
    selected: bool,
    attrs: Attrs,
}

impl Row {
    /// `id` is what its checkbox sends, `label` what it is called aloud.
    pub fn new(id: impl Into<String>, label: impl Into<String>, cells: Vec<Markup>) -> Self {
        Self { id: id.into(), label: label.into(), cells, brief: vec![], selected: false, attrs: Attrs::new() }
    }

    pub fn selected(mut self, selected: bool) -> Self {
        self.selected = selected;
        self
    }

    /// What a phone shows under the first cell, in place of the columns that don't stay.
    pub fn brief(mut self, facts: impl IntoIterator<Item = Markup>) -> Self {
        self.brief = facts.into_iter().collect();
        self
    }

    pub fn attr(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.attrs = self.attrs.set(name, value);
        self
    }
}

/// A table; `caption` says aloud what it lists.
#[derive(Clone, Debug)]
pub struct Table {
    caption: String,
    columns: Vec<Column>,
    rows: Vec<Row>,
    select: Option<(String, String)>,
    target: Option<String>,
    density: Option<Density>,
}

impl Table {
    pub fn new(caption: impl Into<String>, columns: Vec<Column>, rows: Vec<Row>) -> Self {
        Self { caption: caption.into(), columns, rows, select: None, target: None, density: None }
    }

    /// Rows can be ticked: checkboxes `name` belonging to the form `form_id` (the bulk bar's).
    pub fn selectable(mut self, name: impl Into<String>, form_id: impl Into<String>) -> Self {
        self.select = Some((name.into(), form_id.into()));
        self
    }

    /// Sort links swap the element of this id instead of loading the page.
    pub fn swaps(mut self, id: impl Into<String>) -> Self {
        self.target = Some(format!("#{}", id.into()));
        self
    }

    /// Other than what the person chose.
    pub fn density(mut self, density: Density) -> Self {
        self.density = Some(density);
        self
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn head(&self, column: &Column) -> Markup {
        let class = column.class();
        let Some((href, now)) = &column.sort else {
            return html! { th scope="col" class=[class] { span class=[column.label_hidden.then_some("visually-hidden")] { (column.label) } } };
        };
        // With an id, the focus is still on it after the swap.
        let word: String =
            column.label.to_lowercase().split(|c: char| !c.is_alphanumeric()).collect::<Vec<_>>().join("-");
        let id = self.target.as_ref().map(|target| format!("{}-sort-{word}", target.trim_start_matches('#')));
        let (aria, icon) = match now {
            None => ("none", Icon::Selector),
            Some(Direction::Ascending) => ("ascending", Icon::ChevronUp),
            Some(Direction::Descending) => ("descending", Icon::ChevronDown),
        };
        html! {
            th scope="col" class=[class] aria-sort=(aria) {
                a.sort id=[id] href=(href) hx-get=[self.target.as_ref().map(|_| href)] hx-target=[self.target.as_ref()]
                    hx-swap=[self.target.as_ref().map(|_| "outerHTML")] hx-push-url=[self.target.as_ref().map(|_| "true")]
                    hx-sync=[self.target.as_ref().map(|_| SYNC)] {
                    span { (column.label) } (icon)
                }
            }
        }
    }
}

impl Render for Table {
    fn render(&self) -> Markup {
        let classes: Vec<_> = self.columns.iter().map(Column::class).collect();
        html! {
            div.table-scroll tabindex="0" role="region" aria-label=(self.caption) {
                table.table.has-briefs[self.rows.iter().any(|r| !r.brief.is_empty())] data-density=[self.density.map(Density::as_str)] data-rows {
                    caption.visually-hidden { (self.caption) }
                    thead {
                        tr {
                            @if let Some((_, form)) = &self.select {
                                th.table-check scope="col" {
                                    label.hit { input.check type="checkbox" data-select-all=(form) aria-label="Select all on this page" autocomplete="off"; }
                                }
                            }
                            @for column in &self.columns { (self.head(column)) }
                        }
                    }
                    tbody {
                        @for row in &self.rows { (self.row(row, &classes)) }
                    }
                }
            }
        }
    }
}

impl Table {
    fn row(&self, row: &Row, classes: &[Option<String>]) -> Markup {
        let cells = html! {
            @if let Some((name, form)) = &self.select {
                td.table-check {
                    label.hit {
                        input.check type="checkbox" name=(name) value=(row.id) form=(form) checked[row.selected]
                            aria-label={ "Select " (row.label) } autocomplete="off";
                    }
                }
            }
            @for (i, cell) in row.cells.iter().enumerate() {
                @let column = self.columns.get(i);
                @if i == 0 {
                    th.table-first.is-numeric[column.is_some_and(|c| c.numeric)] scope="row" {
                        (cell)
                        @if !row.brief.is_empty() { div.row-brief { @for fact in &row.brief { span { (fact) } } } }
                    }
                } @else {
                    td class=[classes.get(i).and_then(Option::as_ref)] { (cell) }
                }
            }
        };
        element("tr", &row.attrs, cells)
    }
}

/// What can be done with the rows that are ticked. Hidden until some are (by CSS `:has`).
#[derive(Clone, Debug)]
pub struct BulkBar {
    form_id: String,
    csrf: String,
    noun: String,
    buttons: Markup,
}

impl BulkBar {
    /// `noun` is the plural: "employees". Buttons are submits with their own `formaction`.
    pub fn new(form_id: impl Into<String>, csrf: impl Into<String>, noun: impl Into<String>, buttons: Markup) -> Self {
        Self { form_id: form_id.into(), csrf: csrf.into(), noun: noun.into(), buttons }
    }
}

impl Render for BulkBar {
    fn render(&self) -> Markup {
        html! {
            form.bulk id=(self.form_id) method="post" data-bulk aria-label={ "Selected " (self.noun) } {
                input type="hidden" name="_csrf" value=(self.csrf);
                p.bulk-count { output data-bulk-count { } " selected" }
                div.actions {
                    (self.buttons)
                    button.button.button-ghost.button-sm type="reset" data-bulk-clear { span.button-label { "Clear" } }
                }
            }
        }
    }
}
