//! Content that is separate, and facts as a list of term and value.

use maud::{Markup, Render, html};

use super::Icon;

/// A framed section with a heading and, at its right, what can be done. Never a card in a card.
#[derive(Clone, Debug)]
pub struct Card {
    title: Option<String>,
    id: Option<String>,
    note: Option<String>,
    actions: Option<Markup>,
    body: Markup,
    flush: bool,
}

impl Card {
    pub fn new(title: impl Into<String>, body: Markup) -> Self {
        Self { title: Some(title.into()), id: None, note: None, actions: None, body, flush: false }
    }

    /// Without a heading, where the page's own says enough.
    pub fn bare(body: Markup) -> Self {
        Self { title: None, id: None, note: None, actions: None, body, flush: false }
    }

    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// A quiet line under the heading.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    pub fn actions(mut self, actions: Markup) -> Self {
        self.actions = Some(actions);
        self
    }

    /// Its body reaches the frame: tables, lists.
    pub fn flush(mut self) -> Self {
        self.flush = true;
        self
    }
}

impl Render for Card {
    fn render(&self) -> Markup {
        html! {
            section.card id=[self.id.as_ref()] {
                @if self.title.is_some() || self.actions.is_some() {
                    header.card-head {
                        div {
                            @if let Some(title) = &self.title { h2 { (title) } }
                            @if let Some(note) = &self.note { p.quiet { (note) } }
                        }
                        @if let Some(actions) = &self.actions { div.actions { (actions) } }
                    }
                }
                div class={ "card-body" @if self.flush { " is-flush" } } { (self.body) }
            }
        }
    }
}

/// Terms and values. What isn't known is said, not left out.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    facts: Vec<(String, Option<Markup>)>,
    columns: bool,
}

impl Facts {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn text(self, term: impl Into<String>, value: impl AsRef<str>) -> Self {
        let value = value.as_ref().trim();
        let value = (!value.is_empty()).then(|| html! { (value) });
        self.maybe(term, value)
    }

    pub fn fact(self, term: impl Into<String>, value: Markup) -> Self {
        self.maybe(term, Some(value))
    }

    pub fn maybe(mut self, term: impl Into<String>, value: Option<Markup>) -> Self {
        self.facts.push((term.into(), value));
        self
    }

    /// A fact of a class: for whom that is closed, it is not there, rather than not set.
    pub fn where_open(self, open: bool, term: impl Into<String>, value: Option<Markup>) -> Self {
        if open { self.maybe(term, value) } else { self }
    }

    /// In two columns where there is room.
    pub fn columns(mut self) -> Self {
        self.columns = true;
        self
    }
}

impl Render for Facts {
    fn render(&self) -> Markup {
        html! {
            dl class={ "facts" @if self.columns { " facts-columns" } } {
                @for (term, value) in &self.facts {
                    div.fact {
                        dt { (term) }
                        dd { @match value { Some(value) => { (value) } None => { span.quiet { "Not set" } } } }
                    }
                }
            }
        }
    }
}

/// A big number with its name, how it moved and where its list is.
#[derive(Clone, Debug)]
pub struct Stat {
    label: String,
    value: String,
    href: Option<String>,
    trend: Option<(Trend, String)>,
    note: Option<String>,
    left: Option<(String, String)>,
}

/// Up isn't always good: say both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trend {
    UpGood,
    UpBad,
    DownGood,
    DownBad,
    Flat,
}

impl Stat {
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into(), href: None, trend: None, note: None, left: None }
    }

    pub fn href(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }

    /// "12 more than last month".
    pub fn trend(mut self, trend: Trend, words: impl Into<String>) -> Self {
        self.trend = Some((trend, words.into()));
        self
    }

    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// What is not in it, and where that is listed.
    pub fn left(mut self, left: Option<(String, String)>) -> Self {
        self.left = left;
        self
    }
}

impl Render for Stat {
    fn render(&self) -> Markup {
        html! {
            div.stat {
                p.stat-label {
                    @match &self.href {
                        Some(href) => { a href=(super::safe_href(href)) { (self.label) } }
                        None => { (self.label) }
                    }
                }
                p.stat-value { (self.value) }
                @if let Some((trend, words)) = &self.trend {
                    @let (class, icon) = match trend {
                        Trend::UpGood => ("is-good", Icon::TrendingUp),
                        Trend::UpBad => ("is-bad", Icon::TrendingUp),
                        Trend::DownGood => ("is-good", Icon::TrendingDown),
                        Trend::DownBad => ("is-bad", Icon::TrendingDown),
                        Trend::Flat => ("is-flat", Icon::Minus),
                    };
                    p class={ "stat-trend " (class) } { (icon) span { (words) } }
                }
                @if let Some(note) = &self.note { p.stat-note { (note) } }
                @if let Some((words, href)) = &self.left { p.stat-note { a href=(super::safe_href(href)) { (words) } } }
            }
        }
    }
}

/// Stats in one row, divided by lines.
pub fn stats(stats: &[Stat]) -> Markup {
    html! { div.stats { @for stat in stats { (stat) } } }
}
