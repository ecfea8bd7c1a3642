//! Narrowing a list: search, selects, chips of what is on, and which columns show.
//! All of it is one GET form, so it works without JavaScript and the URL tells the state.

use maud::{Markup, Render, html};

use super::{Choice, Icon};

/// Search, sort, page and chips of one list share one queue: the latest question is answered,
/// and an answer to an earlier one can't come after it.
pub(super) const SYNC: &str = "closest main:replace";

/// One select of the bar.
#[derive(Clone, Debug)]
pub struct Filter {
    pub name: String,
    pub label: String,
    pub value: String,
    pub choices: Vec<Choice>,
    /// What it says while nothing is chosen.
    pub nothing: String,
}

impl Filter {
    pub fn new(
        name: impl Into<String>,
        label: impl Into<String>,
        value: impl Into<String>,
        mut choices: Vec<Choice>,
    ) -> Self {
        let value = value.into();
        // What is asked for is shown, also when nobody is left to whom it applies.
        if !value.is_empty() && choices.iter().all(|c| c.value != value) {
            choices.push(Choice::new(&value, &value));
        }
        let label = label.into();
        Self { name: name.into(), nothing: format!("{label}: all"), label, value, choices }
    }

    /// Where choosing nothing does not ask for all.
    pub fn nothing(mut self, words: impl Into<String>) -> Self {
        self.nothing = words.into();
        self
    }
}

/// A filter that is on, with the address of the list without it. Selects of the bar show
/// themselves what is on; chips are for what came another way (a link, a saved view).
#[derive(Clone, Debug)]
pub struct Chip {
    pub label: String,
    pub value: String,
    pub without: String,
}

impl Chip {
    pub fn new(label: impl Into<String>, value: impl Into<String>, without: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into(), without: without.into() }
    }
}

/// Search and selects over a list; swaps the list's element as you type.
#[derive(Clone, Debug)]
pub struct FilterBar {
    action: String,
    target: String,
    placeholder: String,
    query: String,
    filters: Vec<Filter>,
    hidden: Vec<(String, String)>,
    more: Option<Markup>,
    after: Option<Markup>,
}

impl FilterBar {
    /// `action` is the list's path, `target` the id of the element that holds the results.
    pub fn new(action: impl Into<String>, target: impl Into<String>) -> Self {
        Self {
            action: action.into(),
            target: target.into(),
            placeholder: "Search".into(),
            query: String::new(),
            filters: Vec::new(),
            hidden: Vec::new(),
            more: None,
            after: None,
        }
    }

    /// The search field (`q`): what to say in it and what is typed.
    pub fn search(mut self, placeholder: impl Into<String>, query: impl Into<String>) -> Self {
        self.placeholder = placeholder.into();
        self.query = query.into();
        self
    }

    pub fn filter(mut self, filter: Filter) -> Self {
        self.filters.push(filter);
        self
    }

    /// State that must survive a search: sort, columns.
    pub fn keep(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.hidden.push((name.into(), value.into()));
        self
    }

    /// The same for what may have several values.
    pub fn keep_all(mut self, name: &str, values: &[String]) -> Self {
        self.hidden.extend(values.iter().map(|v| (name.to_owned(), v.clone())));
        self
    }

    /// Fields for what is asked less often, behind a button of their own.
    pub fn more(mut self, more: Option<Markup>) -> Self {
        self.more = more;
        self
    }

    /// What stands at the end: [`ColumnChooser`], an export link.
    pub fn after(mut self, after: Markup) -> Self {
        self.after = Some(after);
        self
    }
}

impl Render for FilterBar {
    fn render(&self) -> Markup {
        html! {
            div.filter-bar {
                form.filter-form role="search" method="get" action=(self.action) data-filter
                    hx-get=(self.action) hx-target={ "#" (self.target) } hx-swap="outerHTML" hx-replace-url="true"
                    hx-trigger="input changed delay:200ms, submit" hx-sync=(SYNC) hx-indicator={ "#" (self.target) } {
                    @for (name, value) in &self.hidden { input type="hidden" name=(name) value=(value); }
                    label.filter-search {
                        span.visually-hidden { (self.placeholder) }
                        (Icon::Search)
                        input.input id="filter-q" type="search" name="q" value=(self.query) placeholder=(self.placeholder)
                            autocomplete="off" spellcheck="false" maxlength="200" data-search;
                    }
                    @if !self.filters.is_empty() { div.filter-selects { @for filter in &self.filters {
                        label.filter-select.is-on[!filter.value.is_empty()] {
                            span.visually-hidden { (filter.label) }
                            select.input name=(filter.name) id={ "filter-" (filter.name) } {
                                option value="" { (filter.nothing) }
                                @for choice in &filter.choices {
                                    option value=(choice.value) selected[choice.value == filter.value] { (choice.label) }
                                }
                            }
                            (Icon::ChevronDown)
                        }
                    } } }
                    @if let Some(more) = &self.more { (more) }
                    noscript { button.button type="submit" { span.button-label { "Apply" } } }
                }
                @if let Some(after) = &self.after { div.filter-after { (after) } }
            }
        }
    }
}

/// The filters that are on, each with a way out, and one for all.
pub fn chips(chips: &[Chip], clear: &str, target: &str) -> Markup {
    html! {
        @if !chips.is_empty() {
            div.chips {
                @for chip in chips {
                    a.chip href=(chip.without) hx-get=(chip.without) hx-target={ "#" (target) } hx-swap="outerHTML" hx-push-url="true" hx-sync=(SYNC)
                        data-filter-sync {
                        span.visually-hidden { "Remove filter " }
                        span.chip-label { (chip.label) } " "
                        span.chip-value { (chip.value) }
                        (Icon::X)
                    }
                }
                a.chips-clear href=(clear) { "Clear all" }
            }
        }
    }
}

/// One column that can be shown.
#[derive(Clone, Debug)]
pub struct ColumnChoice {
    pub key: String,
    pub label: String,
    pub shown: bool,
}

/// Which columns show: checkboxes named `columns` in a form in a popover; the choice is kept.
#[derive(Clone, Debug)]
pub struct ColumnChooser {
    pub action: String,
    pub csrf: String,
    pub columns: Vec<ColumnChoice>,
    /// The rest of the list's state, kept.
    pub keep: Vec<(String, String)>,
}

impl Render for ColumnChooser {
    fn render(&self) -> Markup {
        html! {
            button.button.button-ghost type="button" popovertarget="column-chooser" { (Icon::Columns3) span.button-label { "Columns" } }
            div.menu.menu-end id="column-chooser" popover {
                form.column-form method="post" action=(self.action) {
                    input type="hidden" name="_csrf" value=(self.csrf);
                    @for (name, value) in &self.keep { input type="hidden" name=(name) value=(value); }
                    fieldset {
                        legend.menu-head { "Columns shown" }
                        @for column in &self.columns {
                            label.choice.menu-choice {
                                input.check type="checkbox" name="columns" value=(column.key) checked[column.shown];
                                span.choice-label { (column.label) }
                            }
                        }
                    }
                    div.menu-foot { button.button.button-sm type="submit" { span.button-label { "Show these" } } }
                }
            }
        }
    }
}
