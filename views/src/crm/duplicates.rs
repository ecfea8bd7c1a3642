//! Records that may be one: the list of pairs, two side by side before they are merged, and what was merged lately.

use crate::{
    Moment, View,
    ui::{
        Alert, Badge, Button, Card, Column, EmptyState, Form, Icon, Identity, PageHead, Row, Tab, Table, Tabs, Time,
        Tone, dash, dashboard_page, form_page, stack,
    },
};
use domain::{
    Slug,
    crm::duplicates::{Merged, Noun, Pair, Side, Twin},
    paths::{self, Pages},
    text::Words,
};
use maud::{Markup, Render, html};

/// The pages of a noun.
pub fn pages(noun: Noun, slug: &Slug) -> Pages {
    let list = match noun {
        Noun::Customers => paths::CUSTOMERS,
        Noun::Contacts => paths::CONTACTS,
        Noun::Leads => paths::LEADS,
    };
    Pages::of(list, slug)
}

/// Where pairs of a noun are listed.
pub fn place(noun: Noun, slug: &Slug) -> String {
    match noun {
        Noun::Customers => paths::duplicates(slug),
        Noun::Contacts => paths::contact_duplicates(slug),
        Noun::Leads => paths::lead_duplicates(slug),
    }
}

const fn square(noun: Noun) -> bool {
    matches!(noun, Noun::Customers)
}

/// Likely pairs, a page by key.
pub struct Index {
    pub slug: Slug,
    pub csrf: String,
    pub noun: Noun,
    pub pairs: Vec<Pair>,
    /// The address of the next page.
    pub next: Option<String>,
    pub merged: Vec<Merged>,
    /// Whether the reader may merge any; and which nouns they see.
    pub may: bool,
    pub nouns: Vec<Noun>,
    pub moment: Moment,
}

impl View for Index {
    fn title(&self) -> String {
        "Duplicates".into()
    }

    fn body(&self) -> Markup {
        let head = PageHead::new("Duplicates").lead(html! { "Records that may be one, and what speaks for it." });
        let label = |noun| match noun {
            Noun::Customers => "Customers",
            Noun::Contacts => "Contacts",
            Noun::Leads => "Leads",
        };
        let tabs = self.nouns.iter().map(|n| Tab::new(label(*n), place(*n, &self.slug), *n == self.noun)).collect();
        dashboard_page(
            &head,
            stack(html! {
                (Tabs::new("Duplicates of", tabs))
                @if self.pairs.is_empty() {
                    (EmptyState::new(Icon::Copy, "No two look alike",
                        "Whoever shares an email, a number, a domain or a name with somebody else is listed here."))
                } @else { (Card::bare(self.table()).flush()) }
                @if let Some(next) = &self.next { p { (Button::link("More pairs", next)) } }
                @if !self.merged.is_empty() { (Card::new("Merged lately", self.lately()).note("Each can be undone for 30 days")) }
            }),
        )
    }
}

impl Index {
    fn side(&self, side: &Side) -> Markup {
        let identity =
            Identity::new(&side.name).href(pages(self.noun, &self.slug).record(side.id)).detail(&side.detail);
        if square(self.noun) { identity.square().render() } else { identity.render() }
    }

    fn table(&self) -> Markup {
        let pages = pages(self.noun, &self.slug);
        let rows = self.pairs.iter().map(|p| {
            let compare = format!("{}?with={}", pages.merge(p.one.id), p.other.id);
            let cells = vec![
                self.side(&p.one),
                self.side(&p.other),
                html! { span.point-marks { @for r in &p.reasons { (Badge::new(Tone::Neutral, r.label())) } } },
                html! {
                    @if self.may {
                        span.pair-actions {
                            (Button::link("Compare", compare).small().attr("aria-label", format!("Compare {} and {}", p.one.name, p.other.name)))
                            form method="post" action=(place(self.noun, &self.slug)) {
                                input type="hidden" name="_csrf" value=(self.csrf);
                                input type="hidden" name="one" value=(p.one.id);
                                input type="hidden" name="other" value=(p.other.id);
                                (Button::submit("Not the same").small().ghost().attr("aria-label", format!("Not the same: {} and {}", p.one.name, p.other.name)))
                            }
                        }
                    }
                },
            ];
            let reasons = p.reasons.iter().map(|r| r.label().to_lowercase()).collect::<Vec<_>>().join(", ");
            let other = html! { "and " a href=(pages.record(p.other.id)) { (p.other.name) } };
            Row::new(format!("{}-{}", p.one.id, p.other.id), &p.one.name, cells).brief([other, html! { (reasons) }])
        });
        let columns = vec![
            Column::new("One"),
            Column::new("Other"),
            Column::new("Because"),
            Column::new("Actions").label_hidden().stays(),
        ];
        Table::new("Pairs that may be one", columns, rows.collect()).render()
    }

    fn lately(&self) -> Markup {
        let pages = pages(self.noun, &self.slug);
        html! {
            ul.plain-list {
                @for m in &self.merged {
                    li.link-row {
                        span.link-main {
                            a href=(pages.record(m.survivor)) { (m.survivor_name) }
                            " took in " (m.gone_name) " "
                            span.quiet {
                                (Time::ago(&m.at.with_timezone(&self.moment.zone), self.moment.now))
                                @if let Some((_, by)) = &m.by { " by " (by) }
                            }
                            @for kept in &m.kept { br; span.quiet { (kept) } }
                        }
                        @if m.undone { (Badge::new(Tone::Neutral, "Undone")) }
                        @else if self.may && m.undoable(self.moment.now) {
                            form method="post" action=(pages.merge_reversal(m.id)) {
                                input type="hidden" name="_csrf" value=(self.csrf);
                                (Button::submit("Undo").small().attr("aria-label", format!("Undo the merge of {}", m.gone_name)))
                            }
                        }
                    }
                }
            }
        }
    }
}

/// One field of both, side by side.
pub struct Choice {
    pub key: &'static str,
    pub label: String,
    pub ours: String,
    pub theirs: String,
    /// Whether the other one's is taken unless chosen otherwise.
    pub theirs_first: bool,
}

/// Two records side by side.
pub struct Compare {
    pub slug: Slug,
    pub csrf: String,
    pub once: String,
    pub noun: Noun,
    pub words: Words,
    pub survivor: Side,
    pub gone: Side,
    pub choices: Vec<Choice>,
    /// What moves, in words.
    pub moves: Vec<String>,
    /// What stands against it.
    pub problem: Option<String>,
}

impl View for Compare {
    fn title(&self) -> String {
        format!("Merge {} and {}", self.survivor.name, self.gone.name)
    }

    fn body(&self) -> Markup {
        let pages = pages(self.noun, &self.slug);
        let head = PageHead::new(self.title())
            .crumb("Duplicates", place(self.noun, &self.slug))
            .crumb(&self.survivor.name, pages.record(self.survivor.id))
            .actions(
                Button::link(
                    "Keep the other one instead",
                    format!("{}?with={}", pages.merge(self.gone.id), self.survivor.id),
                )
                .icon(Icon::Refresh)
                .render(),
            );
        let same: Vec<_> = self.choices.iter().filter(|c| c.ours == c.theirs && !c.ours.is_empty()).collect();
        let differ = self.choices.iter().filter(|c| c.ours != c.theirs);
        let fields = html! {
            (Alert::new(Tone::Info, format!("{} stays; {} goes into it", self.survivor.name, self.gone.name)).text(html! {
                @if self.moves.is_empty() { "Nothing else hangs on the one that goes." }
                @else { "What moves: " (self.moves.join(", ")) "." }
                " It can be undone for 30 days, under Duplicates."
            }))
            div.merge-table role="group" aria-label="What is kept of both" {
                div.merge-row.merge-head aria-hidden="true" { span { "Field" } span { (self.survivor.name) } span { (self.gone.name) } }
                @for c in differ {
                    fieldset.merge-row {
                        legend { (c.label) }
                        (option(c, "ours", &c.ours, !c.theirs_first))
                        (option(c, "theirs", &c.theirs, c.theirs_first))
                    }
                }
            }
            @if !same.is_empty() {
                p.quiet { "The same of both: " (same.iter().map(|c| format!("{} ({})", c.label, c.ours)).collect::<Vec<_>>().join(", ")) "." }
            }
        };
        let form = Form::post(pages.merge(self.survivor.id), self.csrf.as_str())
            .once(self.once.as_str())
            .hidden("with", self.gone.id.to_string())
            .problem(self.problem.as_deref())
            .body(fields)
            .actions(html! {
                (Button::submit("Merge").primary())
                (Button::link("Cancel", place(self.noun, &self.slug)))
            });
        form_page(&head, form.render())
    }
}

fn option(c: &Choice, whose: &str, value: &str, chosen: bool) -> Markup {
    html! {
        label.merge-option {
            input type="radio" name={ "take-" (c.key) } value=(whose) checked[chosen];
            span { @if value.is_empty() { (dash()) span.visually-hidden { "nothing" } } @else { (value) } }
        }
    }
}

/// Beside a form that would add a record: those that it may be.
pub fn twins(words: Words, pages: &Pages, twins: &[Twin]) -> Alert {
    Alert::new(Tone::Warning, format!("This {} may be there already", words.one))
        .text(html! {
            ul.plain-list {
                @for t in twins {
                    li {
                        a href=(pages.beside(t.noun.key()).record(t.id)) { (t.name) } " "
                        @if t.noun.key() != words.many { span.quiet { "(" (t.noun.word()) ") " } }
                        span.quiet { (t.reasons.iter().map(|r| r.label().to_lowercase()).collect::<Vec<_>>().join(", ")) }
                    }
                }
            }
            p { "Open it, or add this one all the same: save again and it is meant." }
        })
        .announce()
}
